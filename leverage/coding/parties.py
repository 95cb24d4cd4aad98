"""The parties of an article: their names, aliases, what is derived from them, and their kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from leverage.coding.english import english
from leverage.coding.words import Token, tokenize

_SMALL = {"the", "of", "and", "for", "de", "la", "al", "el", "a", "an"}


class Party(Protocol):
    """What the coder needs of an actor."""

    @property
    def id(self) -> str:
        """By which it is known."""

    @property
    def name(self) -> str:
        """As it is written."""

    @property
    def aliases(self) -> list[str]:
        """Other names that articles use."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in lower-case words, which of them must be capitalised, and whose it is."""

    words: tuple[str, ...]
    capitals: tuple[bool, ...]
    actor: str
    person: bool


class Parties:
    """The parties' names, aliases and what is derived from them.

    Derived are surnames, initials of long names, adjectives of countries (``Norland`` → ``Norlandic`` is
    not guessed, ``Russia`` → ``Russian`` is), and names without title or article. A derived name
    that two parties could bear is none.
    """

    def __init__(self, parties: Sequence[Party]) -> None:
        self.ids = tuple(party.id for party in parties)
        stated = [name for party in parties for name in _stated(party)]
        taken = {name.words: name.actor for name in stated}
        derived = [name for party in parties for name in _derived(party)]
        bearers: dict[tuple[str, ...], set[str]] = {}
        for name in derived:
            bearers.setdefault(name.words, set()).add(name.actor)
        kept = [name for name in derived if len(bearers[name.words]) == 1 and name.words not in taken]
        self._by_first: dict[str, list[Name]] = {}
        for name in dict.fromkeys([*stated, *kept]):
            self._by_first.setdefault(name.words[0], []).append(name)
        for names in self._by_first.values():
            names.sort(key=lambda name: -len(name.words))
        self.kinds = _kinds(parties)
        self.rival = dict(zip(self.ids, reversed(self.ids), strict=True)) if len(self.ids) == 2 else {}

    def of_kind(self, noun: str, last: str | None) -> tuple[str, ...]:
        """The parties that a bare noun ("union", "government") can stand for, the last-named first."""
        for kind, nouns in english().kinds.items():
            if noun in nouns:
                able = self.kinds[kind]
                return able if len(able) < 2 else tuple(a for a in (last,) if a in able) + able
        return ()

    def surnames_after(self, titles: Sequence[str]) -> list[str]:
        """Surnames of persons whose alias begins with one of some titles."""
        return [
            n.words[-1]
            for names in self._by_first.values()
            for n in names
            if n.person and n.words[0] in titles
        ]

    def named_at(self, tokens: Sequence[Token], at: int) -> Name | None:
        """The longest name that begins at a token."""
        for name in self._by_first.get(tokens[at].word, ()):
            part = tokens[at : at + len(name.words)]
            if tuple(token.word for token in part) == name.words and all(
                token.capital or not capital for token, capital in zip(part, name.capitals, strict=True)
            ):
                return name
        return None

    def named_in(self, tokens: Sequence[Token]) -> bool:
        """Whether any party is named by a name, an alias or what is derived from them."""
        return any(self.named_at(tokens, at) for at in range(len(tokens)))


def _stated(party: Party) -> list[Name]:
    names = []
    for shown in (party.name, *party.aliases):
        tokens = tokenize(shown)
        tokens = tokens[1:] if tokens and tokens[0].word in ("the", "a", "an") and len(tokens) > 1 else tokens
        if tokens:
            names.append(_name(tokens, party.id, _is_person(tokens, shown != party.name)))
    surnames = {name.words[-1] for name in names if name.person}
    return [replace(n, person=True) if len(n.words) == 1 and n.words[0] in surnames else n for n in names]


def _name(tokens: Sequence[Token], actor: str, person: bool) -> Name:
    return Name(tuple(t.word for t in tokens), tuple(t.capital for t in tokens), actor, person)


def _is_person(tokens: Sequence[Token], alias: bool) -> bool:
    words = [token for token in tokens if token.kind == "word"]
    if not words:
        return False
    if words[0].word in english().offices or words[0].word in english().titles:
        return True
    kinds = {word for each in english().kinds.values() for word in each}
    proper = all(token.capital for token in words) and not any(token.word in kinds for token in words)
    return alias and proper and 2 <= len(words) <= 3 and not any(token.word in _SMALL for token in words)


def _derived(party: Party) -> list[Name]:
    names: list[Name] = []
    for shown in (party.name, *party.aliases):
        tokens = [token for token in tokenize(shown) if token.word not in ("the",)]
        if not tokens:
            continue
        person = _is_person(tokens, shown != party.name)
        bare = [
            t
            for t in tokens
            if t.word not in english().offices and t.word not in english().titles and t.text != "."
        ]
        if person and bare:
            names += [_name(bare, party.id, True), _name(bare[-1:], party.id, True)]
        capitals = [token for token in tokens if token.capital and token.kind == "word"]
        if not person and len(capitals) >= 3:
            initials = "".join(token.text[0] for token in capitals)
            names.append(Name((initials.lower(),), (True,), party.id, False))
        if len(tokens) == 1 and tokens[0].capital and not person:
            names += [Name((word,), (True,), party.id, False) for word in _adjectives(tokens[0].word)]
        elif not person and len(tokens) == 2 and all(token.capital for token in tokens):
            first = tokens[0].word
            names += [
                Name((first, word), (True, True), party.id, False) for word in _adjectives(tokens[1].word)
            ]
    return names


def _adjectives(country: str) -> list[str]:
    """Regular adjectives of a country's name with their plurals, and the irregular ones that are listed."""
    listed = [line.split() for line in english().demonyms]
    found = [word for names in listed if names[0] == country for word in names[1:]]
    if not found and country.endswith("a"):
        found = [country + "n", country[:-1] + "ian", country[:-1] + "ese"]
    elif not found and country.endswith(("ia", "ea", "ya")):
        found = [country + "n"]
    elif not found and country.endswith(("o", "e", "i", "u", "y")):
        found = [
            country[:-1] + "ian",
            country + "an",
            country[:-1] + "an",
            country + "n",
            country[:-1] + "ese",
        ]
    elif not found:
        found = [country + ending for ending in ("ian", "ese", "ish", "i", "er", "an", "ic")]
    return [form for word in found for form in (word, word + "s")]


def _kinds(parties: Sequence[Party]) -> dict[str, tuple[str, ...]]:
    """Which parties each kind of bare noun can stand for."""
    found: dict[str, tuple[str, ...]] = {}
    for kind, nouns in english().kinds.items():
        of_kind = tuple(
            party.id
            for party in parties
            if any(token.word in nouns for shown in (party.name, *party.aliases) for token in tokenize(shown))
        )
        found[kind] = of_kind
    for kind, other in (
        ("labour", "employer"),
        ("rebels", "government"),
        ("seller", "debtor"),
        ("upstream", "downstream"),
    ):
        for mine, theirs in ((kind, other), (other, kind)):
            if not found[mine] and len(found[theirs]) == 1 and len(parties) == 2:
                found[mine] = tuple(party.id for party in parties if party.id not in found[theirs])
    return found
