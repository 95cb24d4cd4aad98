"""Markdown whose text stays text: whatever an article says, it cannot become markup."""

from __future__ import annotations

import re
from collections.abc import Iterable

from leverage.faults import clean
from leverage.render._text import one_line

_ANYWHERE = re.compile(r"([\\`*_\[\]<>|~^$&])")
# At the start of a block only: headings, rules, lists, definition lists, grid and pipe tables.
_MARK = re.compile(r"(\s*)([#=:]|[-+](?=[-+=:\s]|\Z))")
_NUMBERED = re.compile(r"(\s*\d+)([.)])(?=\s|\Z)")


def md_escape(text: str, *, at_start: bool = True) -> str:
    r"""Write plain text as inline Markdown on one line.

    Parameters
    ----------
    text : str
        Any text; newlines become spaces.
    at_start : bool
        Whether the text may begin a block, where ``#``, ``-``, ``+`` or ``1.`` would be markup.

    Returns
    -------
    str

    Examples
    --------
    >>> print(md_escape("1. *not* a <b>list</b>"))
    1\. \*not\* a \<b\>list\</b\>
    """
    escaped = _ANYWHERE.sub(r"\\\1", re.sub(r"\s*\n\s*", " ", clean(text)))
    if at_start:
        escaped = _NUMBERED.sub(r"\1\\\2", escaped, count=1) if _NUMBERED.match(escaped) else escaped
        escaped = _MARK.sub(r"\1\\\2", escaped, count=1) if _MARK.match(escaped) else escaped
    return escaped


def quote(text: str) -> str:
    """Write plain text as a block quote; blank lines part its paragraphs."""
    lines = [md_escape(line.strip()) for line in clean(text).strip().split("\n")]
    return "\n".join(f"> {line}" if line else ">" for line in lines)


def heading(level: int, text: str) -> str:
    """Write plain text as a heading of level 1 to 6."""
    if not 1 <= level <= 6:
        raise ValueError(f"heading level {level}: use 1 to 6")
    return f"{'#' * level} {md_escape(one_line(text))}"


def bullets(lines: Iterable[str], *, markup: bool = False) -> str:
    """Write a bulleted list, one item a line.

    Parameters
    ----------
    lines : iterable of str
        The items: plain text, or Markdown where `markup` is set. Lines of Markdown after an
        item's first are indented below it.
    markup : bool
        Whether the items are Markdown already and are not escaped.

    Returns
    -------
    str
    """
    if markup:
        return "\n".join("- " + line.strip().replace("\n", "\n  ") for line in lines)
    return "\n".join(f"- {md_escape(one_line(line))}" for line in lines)
