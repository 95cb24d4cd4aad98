"""How it is said: denied, under a condition, or by whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from leverage.coding.clauses import Sentence
from leverage.coding.english import english
from leverage.coding.matching import PhraseCompiler, PhraseIndex
from leverage.coding.words import Token

REACH = 6
"""How many words before a phrase a "not" may stand."""
_NOT_DENYING = {
    ("not", "only"),
    ("no", "doubt"),
    ("not", "just"),
    ("not", "merely"),
    ("not", "least"),
    ("no", "wonder"),
    ("nothing", "but"),
    ("not", "to"),
}
_LONGEST_SPEAKER = 9
_NOUNS_TOO = {"put", "puts", "call", "calls", "reports", "notes", "claims"}
_OF_A_HEARER = {"tell", "tells", "told", "telling", "ask", "asks", "asked", "warn", "warned"}
"""What follows these is who is spoken to."""
_QUOTED = {",", "”", '"', "’", "'"}


@cache
def _index(of: str) -> PhraseIndex:
    compiler = PhraseCompiler()
    return PhraseIndex((0, compiler.compile(phrase)) for phrase in getattr(english(), of))


def spans_of(of: str, tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Where the phrases of one of English's lists stand."""
    return [(first, last) for _, first, last in _index(of).find(tokens)]


def denials(sentence: Sentence) -> list[tuple[int, int]]:
    """Where something is denied or fails."""
    tokens = sentence.tokens
    plain = [
        (at, at + 1)
        for at, token in enumerate(tokens)
        if token.word in english().negators and (token.word, _word(tokens, at + 1)) not in _NOT_DENYING
    ]
    return sorted({*plain, *spans_of("failing", tokens)})


def is_negated(sentence: Sentence, first: int, denied: Iterable[tuple[int, int]]) -> bool:
    """Whether the phrase is denied: an odd number of denials stand shortly before it in its clause."""
    before = [
        (start, end)
        for start, end in denied
        if end <= first
        and first - end < REACH
        and sentence.clause[start] == sentence.clause[first]
        and not any(token.text == "," for token in sentence.tokens[end:first])
    ]
    return len(_merged(before)) % 2 == 1


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping denials ("no longer" holds "no") count once."""
    kept: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda s: (s[0], -s[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def is_conditional(sentence: Sentence, first: int, conditions: Iterable[tuple[int, int]]) -> bool:
    """Whether a condition, a wish or a doubt stands before the phrase in its clause, or opens it."""
    return any(start <= first and sentence.clause[start] == sentence.clause[first] for start, _ in conditions)


def speaker(text: str, tokens: Sequence[Token]) -> str | None:
    """Who says it: "according to the ministry", "…", the spokesman said."""
    forms = english().saying_forms
    for at, token in enumerate(tokens):
        if token.word == "according" and _word(tokens, at + 1) == "to":
            return _words(text, tokens, at + 2, _until_mark(tokens, at + 2))
        if token.word not in forms or token.word in _NOUNS_TOO:
            continue
        if token.word not in _OF_A_HEARER and (not at or tokens[at - 1].text in _QUOTED):
            inverted = _words(text, tokens, at + 1, _until_mark(tokens, at + 1))
            if inverted:
                return inverted
        end = at - 1 if at and tokens[at - 1].text == "," else at
        start = _from_mark(tokens, end)
        if 0 < end - start <= _LONGEST_SPEAKER:
            return _words(text, tokens, start, end)
    return None


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].word if at < len(tokens) else ""


def _until_mark(tokens: Sequence[Token], start: int) -> int:
    end = start
    while end < len(tokens) and (
        tokens[end].kind != "mark" or (tokens[end].text in ("-", ".") and end + 1 < len(tokens))
    ):
        end += 1
    return min(end, start + _LONGEST_SPEAKER)


def _from_mark(tokens: Sequence[Token], end: int) -> int:
    start = end
    while start and (tokens[start - 1].kind != "mark" or tokens[start - 1].text == "-"):
        if tokens[start - 1].word in ("that", "but", "and", "while", "as", "who", "which"):
            break
        start -= 1
    return start


def _words(text: str, tokens: Sequence[Token], start: int, end: int) -> str | None:
    while start < end and tokens[end - 1].word in (
        "has",
        "have",
        "had",
        "also",
        "would",
        "later",
        "could",
        "that",
        "on",
    ):
        end -= 1
    if start >= end or not any(token.kind == "word" for token in tokens[start:end]):
        return None
    return " ".join(text[tokens[start].start : tokens[end - 1].end].split())
