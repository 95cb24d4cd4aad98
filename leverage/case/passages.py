"""Passages: find a quotation in its article's text, exactly or not at all."""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass

from leverage.case.evidence import Passage

CONTEXT = 120


@dataclass(frozen=True, slots=True)
class Span:
    """Where a quotation stands in its article's text, in characters from 0; `end` is past its last."""

    start: int
    end: int


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
    spans = [Span(m.start(), m.end()) for m in re.finditer(_pattern(passage.exact), text)]
    if not spans:
        return "the quotation is not in the article", _nearest(passage.exact, text)
    before, after = _pattern(passage.prefix) + r"\s*\Z", r"\s*" + _pattern(passage.suffix)
    fitting = [
        span
        for span in spans
        if (
            not passage.prefix
            or re.search(before, text[max(0, span.start - 4 * len(passage.prefix) - 9) : span.start])
        )
        and (not passage.suffix or re.match(after, text[span.end :]))
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


def _pattern(words: str) -> str:
    return r"\s+".join(re.escape(word) for word in words.split())


def _nearest(exact: str, text: str) -> str:
    sentences = re.split(r"(?<=[.!?])\s+|\n\s*\n", text)
    close = difflib.get_close_matches(exact, sentences, n=1, cutoff=0.5)
    if close:
        return f"copy it from the text; the nearest sentence is “{' '.join(close[0].split())}”"
    return "copy the words from the article's text"
