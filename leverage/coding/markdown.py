"""Markdown's marks told from its prose, every character kept at its place."""

from __future__ import annotations

import re
from collections.abc import Callable

from leverage.coding.article import ArticleText

BREAK = "\u2029"
"""Stands for the newline after a heading that text follows at once: the paragraph separator of Unicode."""

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?=[\w-]+[ \t]*:)(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*(?:\n|\Z)", re.MULTILINE)
_HIDING = re.compile(r"(<!--)|<(script|style|template)\b[^<>]{0,2000}>", re.IGNORECASE)
_TAGS = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]{0,2000})?/?>|&nbsp;")
_ADDRESS = re.compile(
    r"<(?:https?|mailto|ftp):[^<>\s]*>|<[^<>\s@]+@[^<>\s@]+>|\b(?:https?://|www\.)[^\s<>()\[\]]+"
)
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n^][^\]\n]*\]:[ \t]*\S[^\n]*$", re.MULTILINE)
_IMAGE = re.compile(r"!\[[^\[\]]*\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\[\]\n]*\])")
_LINK = re.compile(r"(\[)[^\[\]]*(\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\[\]\n]*\]))")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:?")
_RULE = re.compile(r"^ {0,3}(?:=+|-+|(?:[*_-][ \t]*){3,})[ \t]*$", re.MULTILINE)
_TABLE_RULE = re.compile(
    r"^ {0,3}\|?(?:[ \t]{0,40}:?-+:?[ \t]{0,40}\|)+(?:[ \t]{0,40}:?-+:?)?[ \t]*$", re.MULTILINE
)
_TABLE_ROW = re.compile(r"^[ \t]*\|[^\n]*$", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?=[ \t]|$)[^\n]*?([ \t]#+[ \t]*)?$", re.MULTILINE)
_QUOTED = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,3}[.)])(?=[ \t]+\S)", re.MULTILINE)
_EMPHASIS = re.compile(
    r"(?<!\\)(?:\*+(?=\S)|(?<=\S)\*+|~~(?=\S)|(?<=\S)~~|(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)|`+|\\(?=[^\w\s]))"
)


def masked(article: ArticleText) -> str:
    """The article's text with a blank for every character that is no prose.

    In Markdown that is front matter, code, HTML, addresses, images, and the marks of headings, lists,
    quotations, links, tables and emphasis. Headings, list items and rows of a table become paragraphs of
    their own: a newline stands where a mark stood, or `BREAK` for a heading's newline. A plain text or the
    article of a page is prose as it is.

    Returns
    -------
    str
        As long as the text. Each character is the text's own or white space.
    """
    return _Mask(article.text).made() if article.form == "markdown" else article.text


class _Mask:
    def __init__(self, text: str) -> None:
        self._text = text
        self._chars = list(text)

    def made(self) -> str:
        self._blocks()
        self._hidden()
        for pattern in (_DEFINITION, _IMAGE, _FOOTNOTE, _ADDRESS, _TAGS):
            self._each(pattern, lambda found: self._blank(*found.span()))
        self._each(_LINK, self._link)
        self._each(_TABLE_RULE, lambda found: self._blank(*found.span()))
        self._each(_TABLE_ROW, self._row)
        self._each(_RULE, lambda found: self._blank(*found.span()))
        self._each(_HEADING, self._heading)
        self._each(_QUOTED, lambda found: self._blank(*found.span()))
        self._each(_ITEM, lambda found: self._apart(*found.span()))
        self._each(_EMPHASIS, lambda found: self._blank(*found.span()))
        return "".join(self._chars)

    def _each(self, pattern: re.Pattern[str], act: Callable[[re.Match[str]], object]) -> None:
        """Act on what is found in the text as it is masked so far."""
        for found in pattern.finditer("".join(self._chars)):
            act(found)

    def _blocks(self) -> None:
        """Front matter, and code between fences or from one that is never closed."""
        front = FRONT_MATTER.match(self._text)
        at = front.end() if front else 0
        self._blank(0, at)
        while fence := _FENCE.search(self._text, at):
            mark = fence[1]
            closing = re.compile(rf"^ {{0,3}}{mark[0]}{{{len(mark)},}}[ \t]*$", re.MULTILINE)
            closed = closing.search(self._text, fence.end())
            at = closed.end() if closed else len(self._text)
            self._blank(fence.start(), at)

    def _hidden(self) -> None:
        """Comments, and elements whose content is never shown; one that is not closed hides nothing."""
        text, at, open_ended = "".join(self._chars), 0, set[str]()
        while hiding := _HIDING.search(text, at):
            closing = "-->" if hiding[1] else rf"</{hiding[2].lower()}\s*>"
            at = hiding.end()
            if closing in open_ended:
                continue
            closed = re.compile(closing, re.IGNORECASE).search(text, at)
            if closed:
                at = closed.end()
                self._blank(hiding.start(), at)
            else:
                open_ended.add(closing)

    def _blank(self, start: int, end: int) -> None:
        self._chars[start:end] = ["\n" if char == "\n" else " " for char in self._chars[start:end]]

    def _apart(self, start: int, end: int) -> None:
        """Blank a mark at the head of a line, and let a paragraph begin there."""
        self._blank(start, end)
        self._chars[start] = "\n"

    def _link(self, link: re.Match[str]) -> None:
        self._blank(*link.span(1))
        self._blank(*link.span(2))

    def _row(self, row: re.Match[str]) -> None:
        for at in range(*row.span()):
            if self._chars[at] == "|" and self._text[at - 1 : at] != "\\":
                self._blank(at, at + 1)
        self._chars[row.start()] = "\n"

    def _heading(self, heading: re.Match[str]) -> None:
        self._apart(*heading.span(1))
        if heading[2]:
            self._blank(*heading.span(2))
        end = heading.end()
        following = "".join(self._chars[end + 1 : end + 2])
        if end < len(self._chars) and following.strip():
            self._chars[end] = BREAK
