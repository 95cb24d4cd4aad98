"""Sentences of a text, at their exact places."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leverage.case import Span
from leverage.coding.english import english

_PARAGRAPH = re.compile(
    r"\u2029|\n[ \t]*\n+|\n(?=[ \t]*(?:[-*•–]\s|\d{1,2}[.)]\s|#{1,6}\s|>))"
    r"|(?<=[.!?…][\"”’')\]])\n|(?<=[.!?…])\n"
)
# Each run of marks is looked at once: a text of marks alone must not take for ever.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"”’'»)\]*_]*+(?=\s)")
_OPENING = re.compile(r"(\s*)([\"“‘'«(\[*_]*)")
_LAST_WORD = re.compile(r"[^\s(\[\"“‘'«—–-]+$")
_BESIDE = 80
"""So many characters on either side of a mark tell whether a sentence ends there."""
LONGEST = 4_000
"""Characters; what is longer, such as a list without full stops, is cut at a line's end, mark or blank."""
_CUTS = ("\n", "; ", ", ", " ")
_SPOKEN = re.compile(r"[\"“”‘’'»]")


def split_sentences(text: str) -> list[Span]:
    """The sentences of a text, in order, without the blanks around them.

    A blank line ends a sentence, and so does a line's end after a full stop; other line ends do not, since
    texts are wrapped. Abbreviations, initials and numbers do not end one; a quotation that is followed by
    who says it goes on. What is longer than `LONGEST` is cut.

    Returns
    -------
    list of Span
        They do not overlap; what lies between them is blank.
    """
    return [span for paragraph in _blocks(text) for span in _in_paragraph(text, paragraph)]


def _blocks(text: str) -> Iterator[Span]:
    start = 0
    for gap in _PARAGRAPH.finditer(text):
        yield Span(start, gap.start())
        start = gap.end()
    yield Span(start, len(text))


def _in_paragraph(text: str, block: Span) -> Iterator[Span]:
    start = block.start
    for end in _END.finditer(text, block.start, block.end):
        if end.end() < block.end and _ends_here(text, start, end, block.end):
            yield from _trimmed(text, start, end.end())
            start = end.end()
    yield from _trimmed(text, start, block.end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > LONGEST:
        most = start + LONGEST
        cuts = (text.rfind(mark, start + LONGEST // 2, most) + len(mark) for mark in _CUTS)
        cut = next((cut for cut in cuts if cut > start + LONGEST // 2), most)
        yield from _one(text, start, cut)
        start = cut
    yield from _one(text, start, end)


def _one(text: str, start: int, end: int) -> Iterator[Span]:
    words = text[start:end]
    if words.strip() and any(char.isalnum() for char in words):
        yield Span(start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip()))


def _ends_here(text: str, start: int, end: re.Match[str], limit: int) -> bool:
    opening = _OPENING.match(text, end.end(), limit)
    assert opening is not None
    following = text[opening.end() : min(limit, opening.end() + _BESIDE)]
    if not following:
        return True
    if following[0].islower():
        return False
    marks = end.group()
    if _SPOKEN.search(marks) and _says_who(following, marks):
        return False
    if not marks.startswith(".") or marks.startswith(".."):
        return True
    before = text[max(start, end.start() - _BESIDE) : end.start()]
    return not _is_abbreviation(before, following, bool(opening[2]))


def _says_who(following: str, marks: str) -> bool:
    """A question or exclamation in quotation marks goes on where a name and a verb of saying follow."""
    if marks[0] not in "?!…":
        return False
    words = re.findall(r"[\w'’-]+", following)[:5]
    return any(word.lower() in english().saying_forms for word in words[1:])


def _is_abbreviation(before: str, following: str, quoted: bool) -> bool:
    found = _LAST_WORD.search(before)
    if not found:
        return False
    word, words = found.group().lower(), english()
    next_word = re.match(r"[^\s,;:.!?]+", following)
    starts = bool(next_word) and next_word is not None and next_word.group().lower() in words.openers
    if word in words.titles or word in words.before_numbers:
        return word in words.titles or following[:1].isdigit()
    if re.fullmatch(r"[a-z]", word):  # an initial, unless it is the pronoun or a letter that ends a sentence
        return word != "i" and not starts
    if re.fullmatch(r"(?:[a-z]\.)+[a-z]", word) or word in words.abbreviations:
        return not starts and not quoted
    return False
