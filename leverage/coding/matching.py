"""Phrases of lemmas, compiled, and where they stand in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from leverage.coding.english import english
from leverage.coding.words import Token, inflections, tokenize

GAP = 4
"""Words that `...` may stand for."""
DEEPEST = 8
"""So many word lists may name one another in a row."""

_MARKS_THAT_PART = {";", ":", "(", ")", "—", "–", "."}


@dataclass(frozen=True, slots=True)
class _Element:
    """One step of a phrase: a word of a set, a number, a gap, or one of several phrases."""

    words: frozenset[str] = frozenset()
    number: bool = False
    gap: bool = False
    phrases: tuple[tuple[_Element, ...], ...] = ()
    by_first: Mapping[str, tuple[tuple[_Element, ...], ...]] = field(default_factory=dict, compare=False)
    """The phrases by each word that they can begin with; "" for a number."""


Phrase = tuple[_Element, ...]
_GAP = _Element(gap=True)
_NUMBER = _Element(number=True)


class PhraseError(ValueError):
    """A phrase of a pattern cannot be read."""


class PhraseCompiler:
    """Compiles phrases that may name a factor's word lists; each list is compiled once.

    Parameters
    ----------
    lexicon : mapping of str to sequence of str
        Phrases by the list's name.
    """

    def __init__(self, lexicon: Mapping[str, Sequence[str]] | None = None) -> None:
        self._lexicon = lexicon or {}
        self._lists: dict[str, tuple[Phrase, ...]] = {}
        self._open: list[str] = []

    def compile(self, phrase: str) -> Phrase:
        """A phrase as its elements.

        Raises
        ------
        PhraseError
            It does not begin and end with a word, or a list names itself.
        """
        elements: list[_Element] = []
        for part in phrase.split():
            if part == "...":
                elements.append(_GAP)
            elif part == "#":
                elements.append(_NUMBER)
            else:
                elements += self._element(part, phrase)
        if not elements or elements[0].gap or elements[-1].gap:
            raise PhraseError(f"the phrase {phrase!r} does not begin and end with a word")
        return tuple(elements)

    def _element(self, part: str, phrase: str) -> Phrase:
        choices = part.split("|")
        plain = [_words(choice) for choice in choices if not choice.startswith("~")]
        if len(choices) == 1 and plain:
            return plain[0]  # a hyphened word is several
        if not all(plain) or "#" in choices or "..." in choices:
            raise PhraseError(f"the phrase {phrase!r} has something else than words beside `|`")
        phrases = [
            each for choice in choices if choice.startswith("~") for each in self._list(choice[1:])
        ] + plain
        if all(len(each) == 1 and each[0].words for each in phrases):
            return (_Element(words=frozenset().union(*(each[0].words for each in phrases))),)
        return (_Element(phrases=tuple(phrases), by_first=_by_first(phrases)),)

    def _list(self, name: str) -> tuple[Phrase, ...]:
        if name in self._open:
            raise PhraseError(f"the word list {name!r} names itself")
        if len(self._open) >= DEEPEST:
            raise PhraseError(f"more than {DEEPEST} word lists name one another in a row, up to {name!r}")
        if name not in self._lists:
            self._open.append(name)
            try:
                self._lists[name] = tuple(self.compile(phrase) for phrase in self._lexicon[name])
            finally:
                self._open.pop()
        return self._lists[name]


@cache
def _words(shown: str) -> Phrase:
    return tuple(_Element(words=inflections(token.word)) for token in tokenize(shown) if token.text != "-")


def first_words(phrase: Phrase) -> Iterable[str]:
    """Every word that a phrase can begin with; "" for a number."""
    first = phrase[0]
    return ("",) if first.number else first.words or first.by_first


def _by_first(phrases: Iterable[Phrase]) -> dict[str, tuple[Phrase, ...]]:
    found: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        for word in first_words(phrase):
            found.setdefault(word, []).append(phrase)
    return {word: tuple(each) for word, each in found.items()}


def match_at(phrase: Sequence[_Element], tokens: Sequence[Token], at: int) -> int | None:
    """Past the last token of the shortest match that begins at a token, or None."""
    if not phrase:
        return at
    first, rest = phrase[0], phrase[1:]
    if first.gap:
        for skipped in range(GAP + 1):
            if at + skipped > len(tokens) or (skipped and tokens[at + skipped - 1].text in _MARKS_THAT_PART):
                return None
            end = match_at(rest, tokens, at + skipped)
            if end is not None:
                return end
        return None
    if at >= len(tokens):
        return None
    token = tokens[at]
    if token.text == "-" and at:  # a hyphen within a compound
        return match_at(phrase, tokens, at + 1)
    if first.phrases:
        able = first.by_first.get(token.word, ())
        if "" in first.by_first and is_number(token):
            able += first.by_first[""]
        ends = (match_at((*each, *rest), tokens, at) for each in able)
        return min((end for end in ends if end is not None), default=None)
    if (first.number and is_number(token)) or token.word in first.words:
        return match_at(rest, tokens, at + 1)
    return None


def is_number(token: Token) -> bool:
    """Whether it is a number, in digits or as a word."""
    return token.kind == "number" or token.word in english().numbers


class PhraseIndex:
    """Many phrases, each with a key, found in one pass over a sentence."""

    def __init__(self, phrases: Iterable[tuple[int, Phrase]]) -> None:
        self._by_first: dict[str, list[tuple[int, Phrase]]] = {}
        for key, phrase in phrases:
            for word in dict.fromkeys(first_words(phrase)):
                self._by_first.setdefault(word, []).append((key, phrase))

    def find(self, tokens: Sequence[Token]) -> Iterator[tuple[int, int, int]]:
        """Key, first token and past the last of every phrase that stands in the sentence."""
        for at, token in enumerate(tokens):
            for key, phrase in (
                *self._by_first.get(token.word, ()),
                *(self._by_first.get("", ()) if is_number(token) else ()),
            ):
                end = match_at(phrase, tokens, at)
                if end is not None:
                    yield key, at, end
