"""Who is spoken of: parties by name and alias, by epithet and by pronoun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from leverage.coding.english import english
from leverage.coding.words import POSSESSIVE, Token, tokenize

Sort = Literal["name", "epithet", "pronoun", "everyone", "rival"]
_TITLES = {
    "president", "minister", "premier", "chancellor", "general", "king", "queen", "prince", "emperor", "chairman", "chairwoman",
    "secretary", "marshal", "colonel", "admiral", "commander", "governor", "prime", "foreign", "defence", "vice", "chief",
    "leader", "director", "executive", "ambassador", "sheikh", "sultan", "pope", "bishop", "professor", "senator", "mayor",
}  # fmt: skip
_SMALL = {"the", "of", "and", "for", "de", "la", "al", "el", "a", "an"}
# "the ageing, once feared union": so many words may stand between the article and the noun.
_REACH = 3


class Party(Protocol):
    """What the coder needs of an actor."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Mention:
    """A party in a sentence: tokens `first` up to, not with, `last`.

    Attributes
    ----------
    actors : tuple of str
        Ids; several for "both sides".
    possessive : bool
        ``Norland's``, ``their``.
    sure : bool
        False where only the last-named party could be taken.
    """

    first: int
    last: int
    actors: tuple[str, ...]
    sort: Sort
    possessive: bool = False
    sure: bool = True


@dataclass(frozen=True, slots=True)
class _Name:
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
        self._by_first: dict[str, list[_Name]] = {}
        for name in dict.fromkeys([*stated, *kept]):
            self._by_first.setdefault(name.words[0], []).append(name)
        for names in self._by_first.values():
            names.sort(key=lambda name: -len(name.words))
        self.kinds = _kinds(parties)
        self.rival = dict(zip(self.ids, reversed(self.ids), strict=True)) if len(self.ids) == 2 else {}

    def named_at(self, tokens: Sequence[Token], at: int) -> _Name | None:
        """The longest name that begins at a token."""
        for name in self._by_first.get(tokens[at].word, ()):
            part = tokens[at : at + len(name.words)]
            if tuple(token.word for token in part) == name.words and all(
                token.capital or not capital for token, capital in zip(part, name.capitals, strict=True)
            ):
                return name
        return None


def _stated(party: Party) -> list[_Name]:
    names = []
    for shown in (party.name, *party.aliases):
        tokens = tokenize(shown)
        tokens = tokens[1:] if tokens and tokens[0].word in ("the", "a", "an") and len(tokens) > 1 else tokens
        if tokens:
            names.append(_name(tokens, party.id, _is_person(tokens, shown != party.name)))
    surnames = {name.words[-1] for name in names if name.person}
    return [replace(n, person=True) if len(n.words) == 1 and n.words[0] in surnames else n for n in names]


def _name(tokens: Sequence[Token], actor: str, person: bool) -> _Name:
    return _Name(tuple(t.word for t in tokens), tuple(t.capital for t in tokens), actor, person)


def _is_person(tokens: Sequence[Token], alias: bool) -> bool:
    words = [token for token in tokens if token.kind == "word"]
    if not words:
        return False
    if words[0].word in _TITLES or words[0].word in english().titles:
        return True
    kinds = {word for each in english().kinds.values() for word in each}
    proper = all(token.capital for token in words) and not any(token.word in kinds for token in words)
    return alias and proper and 2 <= len(words) <= 3 and not any(token.word in _SMALL for token in words)


def _derived(party: Party) -> list[_Name]:
    names: list[_Name] = []
    for shown in (party.name, *party.aliases):
        tokens = [token for token in tokenize(shown) if token.word not in ("the",)]
        if not tokens:
            continue
        person = _is_person(tokens, shown != party.name)
        bare = [
            t for t in tokens if t.word not in _TITLES and t.word not in english().titles and t.text != "."
        ]
        if person and bare:
            names += [_name(bare, party.id, True), _name(bare[-1:], party.id, True)]
        capitals = [token for token in tokens if token.capital and token.kind == "word"]
        if not person and len(capitals) >= 3:
            initials = "".join(token.text[0] for token in capitals)
            names.append(_Name((initials.lower(),), (True,), party.id, False))
        if len(tokens) == 1 and tokens[0].capital and not person:
            names += [_Name((word,), (True,), party.id, False) for word in _adjectives(tokens[0].word)]
        elif not person and len(tokens) == 2 and all(token.capital for token in tokens):
            first = tokens[0].word
            names += [
                _Name((first, word), (True, True), party.id, False) for word in _adjectives(tokens[1].word)
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


@dataclass
class Reference:
    """Who was named last, sentence after sentence: what pronouns and epithets can stand for."""

    parties: Parties
    last: str | None = None
    last_person: str | None = None
    topic: str | None = None
    _phrases: dict[str, list[tuple[tuple[str, ...], Sort]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sorts: tuple[tuple[Sort, list[str]], ...] = (
            ("everyone", english().everyone), ("rival", english().rivals)
        )  # fmt: skip
        for sort, phrases in sorts:
            for phrase in phrases:
                words = tuple(phrase.split())
                self._phrases.setdefault(words[0], []).append((words, sort))

    def mentions(self, tokens: Sequence[Token]) -> list[Mention]:
        """The mentions in a sentence's tokens, in order; what they name is remembered for the next."""
        found: list[Mention] = []
        at = 0
        self._first: str | None = None
        while at < len(tokens):
            mention = self._at(tokens, at, found)
            if mention is None:
                at += 1
                continue
            found.append(mention)
            at = mention.last
        self.topic = self._first or self.topic
        return found

    def _at(self, tokens: Sequence[Token], at: int, found: Sequence[Mention]) -> Mention | None:
        name = self.parties.named_at(tokens, at)
        if name:
            last = at + len(name.words)
            self._note(name.actor, name.person)
            return self._mention(tokens, at, last, (name.actor,), "name")
        for words, sort in self._phrases.get(tokens[at].word, ()):
            if tuple(token.word for token in tokens[at : at + len(words)]) == words:
                return self._phrase(tokens, at, at + len(words), sort)
        word = tokens[at].word
        if word in english().persons:
            return self._pronoun(tokens, at, self.last_person or self.last, bool(self.last_person))
        if word in english().things:
            topic = self.last if found else (self.topic or self.last)
            return self._pronoun(tokens, at, topic, False)
        return self._epithet(tokens, at)

    def _phrase(self, tokens: Sequence[Token], at: int, last: int, sort: Sort) -> Mention | None:
        if sort == "everyone":
            return self._mention(tokens, at, last, self.parties.ids, sort)
        rival = self.parties.rival.get(self.last or "")
        return self._mention(tokens, at, last, (rival,), sort) if rival else None

    def _pronoun(
        self, tokens: Sequence[Token], at: int, actor: str | None, sure: bool
    ) -> Mention | None:
        if actor is None:
            return None
        possessive = tokens[at].word in ("his", "her", "its", "their", "our")
        return Mention(at, at + 1, (actor,), "pronoun", possessive, sure)

    def _epithet(self, tokens: Sequence[Token], at: int) -> Mention | None:
        if tokens[at].word not in ("the", "this", "that") and not self._bare(tokens, at):
            return None
        start = at if self._bare(tokens, at) else at + 1
        for end in range(start, min(start + _REACH, len(tokens))):
            token = tokens[end]
            if token.kind != "word" or self.parties.named_at(tokens, end):
                return None
            actors = self._of_kind(token.word)
            following = tokens[end + 1].word if end + 1 < len(tokens) else ""
            if actors and following not in ("of", "-") and not self._of_kind(following):
                return self._mention(tokens, at, end + 1, actors[:1], "epithet", sure=len(actors) == 1)
        return None

    def _bare(self, tokens: Sequence[Token], at: int) -> bool:
        return tokens[at].word in (
            "strikers",
            "rebels",
            "insurgents",
            "guerrillas",
            "separatists",
            "pickets",
            "loyalists",
            "members",
        )

    def _of_kind(self, noun: str) -> tuple[str, ...]:
        """The party that a bare noun stands for first, then others that it could; none is empty."""
        for kind, nouns in english().kinds.items():
            if noun in nouns:
                able = self.parties.kinds[kind]
                return able if len(able) < 2 else tuple(a for a in (self.last,) if a in able) + able
        return ()

    def _mention(
        self,
        tokens: Sequence[Token],
        at: int,
        last: int,
        actors: tuple[str, ...],
        sort: Sort,
        sure: bool = True,
    ) -> Mention:
        possessive = last < len(tokens) and tokens[last].word == POSSESSIVE
        if sort == "epithet":
            self._note(actors[0], tokens[last - 1].word in _TITLES)
        return Mention(at, last, actors, sort, possessive, sure)

    def _note(self, actor: str, person: bool) -> None:
        self.last = actor
        self._first = self._first or actor
        if person:
            self.last_person = actor
