"""Passages: find a quotation in its article's text, exactly or not at all."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Literal, NamedTuple

from leverage.case.evidence import Passage

CONTEXT = 120


@dataclass(frozen=True, slots=True)
class Span:
    """Where a quotation stands in its article's text, in characters from 0; `end` is past its last."""

    start: int
    end: int


class Kept(NamedTuple):
    """How much of the words beside a quotation stands there.

    Attributes
    ----------
    characters : int
        So many agree, counted from the quotation; a run of blanks counts one.
    whole : bool
        Whether all do.
    at_edge : bool
        Whether the text ends where they do.
    """

    characters: int
    whole: bool
    at_edge: bool


@lru_cache(maxsize=4)
def text_hash(text: str) -> str:
    r"""SHA-256 of a text in UTF-8 with newlines as ``\n``."""
    return hashlib.sha256(text.encode()).hexdigest()


def find_passage(passage: Passage, text: str) -> Span | tuple[str, str]:
    """Find a quotation; it may be broken over lines differently, nothing else may differ.

    Returns
    -------
    Span or tuple of str
        Its place, or what is wrong and what to write instead.
    """
    spans = occurrences(passage.exact, text)
    if not spans:
        return "the quotation is not in the article", _nearest(passage.exact, text)
    fitting = [
        span
        for span in spans
        if kept_beside(passage.prefix, text, span, "before").whole
        and kept_beside(passage.suffix, text, span, "after").whole
    ]
    if not fitting:
        return "the words around the quotation are not its prefix or suffix", "copy them from the article"
    if passage.start is not None or passage.end is not None:
        return _at_position(passage, fitting)
    if len(fitting) > 1:
        return (
            f"the quotation stands {len(fitting)} times in the article",
            "add `prefix` or `suffix` to tell which",
        )
    return fitting[0]


def occurrences(exact: str, text: str) -> list[Span]:
    """Everywhere that a quotation stands, broken over lines as it may be; they may overlap."""
    words = r"\s+".join(re.escape(word) for word in exact.split())
    return [Span(*found.span(1)) for found in re.finditer(f"(?=({words}))", text)] if words else []


def kept_beside(words: str, text: str, span: Span, side: Literal["before", "after"]) -> Kept:
    """How far the words that stood on one side of a quotation stand there now.

    Blanks between them and the quotation do not count, nor how long a run of blanks is.
    """
    if side == "before":
        said, there = _backwards(words, len(words)), _backwards(text, span.start)
    else:
        said, there = _onwards(words, 0), _onwards(text, span.end)
    characters = 0
    for one, other in zip_longest(said, there):
        if one != other or one is None:
            return Kept(characters, one is None, one is other is None)
        characters += 1
    return Kept(characters, True, True)


def _onwards(text: str, start: int) -> Iterator[str]:
    """The characters from a place on, a run of blanks as one, without those at either end."""
    return _runs(text, range(start, len(text)))


def _backwards(text: str, end: int) -> Iterator[str]:
    return _runs(text, range(end - 1, -1, -1))


def _runs(text: str, places: range) -> Iterator[str]:
    begun = blank = False
    for at in places:
        if text[at].isspace():
            blank = begun
            continue
        if blank:
            yield " "
        yield text[at]
        begun, blank = True, False


def context(text: str, span: Span, width: int = CONTEXT) -> tuple[str, str]:
    """The words before and after a span, cut at word boundaries, on one line each.

    A blank that stands between them and the span is kept, so that the three parts join as in the text.
    """
    before = text[max(0, span.start - width) : span.start]
    after = text[span.end : span.end + width]
    if span.start > width:
        before = "… " + before.partition(" ")[2]
    if span.end + width < len(text):
        after = after.rpartition(" ")[0] + " …"
    return re.sub(r"\s+", " ", before).lstrip(), re.sub(r"\s+", " ", after).rstrip()


def _at_position(passage: Passage, spans: list[Span]) -> Span | tuple[str, str]:
    for span in spans:
        if passage.start in (None, span.start) and passage.end in (None, span.end):
            return span
    places = " or ".join(f"`start: {span.start}`, `end: {span.end}`" for span in spans[:3])
    return "the quotation does not stand at the stated position", f"write {places}, or leave the position out"


def _nearest(exact: str, text: str) -> str:
    sentences = re.split(r"(?<=[.!?])\s+|\n\s*\n", text)
    close = difflib.get_close_matches(exact, sentences, n=1, cutoff=0.5)
    if close:
        return f"copy it from the text; the nearest sentence is “{' '.join(close[0].split())}”"
    return "copy the words from the article's text"
