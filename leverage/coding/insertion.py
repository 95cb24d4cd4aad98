"""Where and how an item goes into a list of a YAML file's root mapping, as one change of its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import Field

from leverage.coding.yaml_text import as_json, block, flow
from leverage.documents import Document, Place, Record
from leverage.faults import InputError

# What ends a line in YAML 1.1, and so a comment.
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_COMMENT = r"#[^\r\n\x85\u2028\u2029]*"
_DASH = re.compile(r"[ \t]*-(?=\s|\Z)")
# The head of a text block that keeps the blank lines below it as its own.
_KEEPS_BLANKS = re.compile(r"[|>][1-9]?\+")
_DEFAULT_INDENT = 2


class Edit(Record):
    """A change of a file's text: at `at`, counted in characters, `old` gave way to `new`."""

    at: int = Field(ge=0)
    old: str
    new: str

    def applied(self, text: str) -> str:
        """The text after it."""
        return text[: self.at] + self.new + text[self.at + len(self.old) :]


def insertion(text: str, document: Document, section: str, item: Mapping[str, Any]) -> Edit:
    """The change that adds an item to the end of a list of the root mapping.

    Parameters
    ----------
    text : str
        What the document was made from.
    document : Document
    section : str
        The list's key. The list may be empty, left out as nothing, or absent with its key.
    item : mapping

    Raises
    ------
    InputError
        What stands there is no list, or an alias of one.
    """
    root, found = document.place(()), document.place((section,))
    if root is None or not isinstance(document.data, dict):
        raise InputError([document.fault((), "the file is no mapping of keys to values", "start a case")])
    items = document.data.get(section)
    if found is None:
        return _new_list(text, document, section, item)
    if found.alias or (items is not None and not isinstance(items, list)):
        what = "an alias" if found.alias else "no list"
        raise InputError([document.fault((section,), f"`{section}` is {what}", "write a list there")])
    items = items or []
    last = document.place((section, len(items) - 1)) if items else None
    if last is None:
        return _first_item(text, document, found, item)
    if found.flow:
        words = as_json(item) if root.flow else flow(item)
        return Edit(at=last.end, old="", new=_separator(text, last) + words)
    dash = _dash(text, last)
    column = dash - _line_start(text, dash)
    end = _past_comments(text, _line_end(text, _content_end(text, last)), column)
    return Edit(at=end, old="", new=_as_lines(text, block(item, column, _offset(text, last, items[-1]))))


def removals(text: str, document: Document, section: str, index: int, edit: Edit) -> Iterator[Edit]:
    """Changes that may take out an item that an edit brought in, the most faithful first.

    Whoever asks tries each and holds what comes out against what shall be left.
    """
    at = [match.start() for match in re.finditer(re.escape(edit.new), text)] if edit.new else []
    if edit.at in at or len(at) == 1:
        yield Edit(at=edit.at if edit.at in at else at[0], old=edit.new, new=edit.old)
    found, place = document.place((section,)), document.place((section, index))
    if found is None or place is None or found.alias:
        return
    if found.flow:
        before = document.place((section, index - 1)) if index else None
        after = document.place((section, index + 1))
        start = before.end if before else place.start
        end = after.start if after and not before else place.end
    else:
        start = max((match.start() for match in _BREAK.finditer(text, 0, _dash(text, place))), default=0)
        end = _line_end(text, _content_end(text, place))
    yield Edit(at=start, old=text[start:end], new="")


def _new_list(text: str, document: Document, section: str, item: Mapping[str, Any]) -> Edit:
    """At the end of the file, where it has no such list yet."""
    root = document.place(()) or Place(0, 0)
    if root.flow:
        places = (document.place((key,)) for key in document.data)
        last = max((place.end for place in places if place is not None), default=root.start + 1)
        line = _line_start(text, last)
        indent = text[line:last][: len(text[line:last]) - len(text[line:last].lstrip(" \t"))]
        apart = f",{_newline(text)}{indent}" if line else ", "
        return Edit(at=last, old="", new=f"{apart}{as_json(section)}: [{as_json(item)}]")
    column = root.start - _line_start(text, root.start)
    lines = [f"{' ' * column}{section}:", *block(item, column + _list_indent(text, document, column))]
    end = _past_comments(text, _line_end(text, _content_end(text, root)), column - 1)
    return Edit(at=end, old="", new=_as_lines(text, lines))


def _first_item(text: str, document: Document, found: Place, item: Mapping[str, Any]) -> Edit:
    """In the place of an empty list, or of nothing."""
    root = document.place(()) or Place(0, 0)
    inner = text[found.start + 1 : found.end - 1] if found.flow else ""
    if found.flow and (root.flow or inner.strip()):  # a comment may stand between the brackets
        words = as_json(item) if root.flow else flow(item)
        return Edit(at=found.start + 1, old="", new=words)
    if root.flow:
        blank = " " if text[found.start - 1 : found.start] == ":" else ""
        return Edit(at=found.start, old=text[found.start : found.end], new=f"{blank}[{as_json(item)}]")
    column = root.start - _line_start(text, root.start)
    start = len(text[: found.start].rstrip(" \t"))
    end = _past_comments(text, _line_end(text, found.end), column)
    lines = block(item, column + _list_indent(text, document, column))
    return Edit(at=start, old=text[start:end], new=text[found.end : end] + _as_lines(text, lines))


def _separator(text: str, last: Place) -> str:
    """What stands between the last item in brackets and one more: a new line where it has one of its own."""
    line = _line_start(text, last.start)
    lead = text[line : last.start]
    return ", " if lead.strip() or not line else f",{_newline(text)}{lead}"


def _as_lines(text: str, lines: Sequence[str]) -> str:
    newline = _newline(text)
    return "".join(newline + line for line in lines)


def _newline(text: str) -> str:
    return next((mark for mark in ("\r\n", "\n", "\r") if mark in text), "\n")


def _line_start(text: str, at: int) -> int:
    return max((match.end() for match in _BREAK.finditer(text, 0, at)), default=0)


def _line_end(text: str, at: int) -> int:
    match = _BREAK.search(text, at)
    return match.start() if match else len(text)


def _content_end(text: str, place: Place) -> int:
    """The end of a value without the blank lines after it, unless it ends in a text that keeps them."""
    inside = text[place.start : place.end]
    bare = len(inside.rstrip())
    blank = list(_BREAK.finditer(inside, bare))
    return place.start + (blank[-1].start() if blank and _KEEPS_BLANKS.search(inside) else bare)


def _past_comments(text: str, end: int, column: int) -> int:
    """Past the comment lines that follow at once and are indented deeper than a column: they belong above."""
    line = re.compile(rf"(?:\r\n|[\r\n])[ ]{{{column + 1},}}{_COMMENT}")
    while match := line.match(text, end):
        end = match.end()
    return end


def _dash(text: str, item: Place) -> int:
    """The place of the dash before an item; it may stand on a line above, with a comment between."""
    at = item.start
    while True:
        line = _line_start(text, at)
        match = _DASH.match(text[line : max(at, line)])
        if match or line == 0:
            return line + match.end() - 1 if match else 0
        at = line - 1


def _offset(text: str, item: Place, data: object) -> int:
    """How far right of the dash the keys of an item stand."""
    dash = _dash(text, item)
    if not isinstance(data, dict) or item.flow or item.alias or _BREAK.search(text, dash, item.start):
        return 2
    return 2 if text[item.start] == "&" else item.start - dash


def _list_indent(text: str, document: Document, column: int) -> int:
    """How far the file indents its lists below their keys."""
    for key, value in document.data.items():
        found, first = document.place((key,)), document.place((key, 0))
        if isinstance(value, list) and found and first and not found.flow and not found.alias:
            dash = _dash(text, first)
            return max(0, dash - _line_start(text, dash) - column)
    return _DEFAULT_INDENT
