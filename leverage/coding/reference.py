"""Who is spoken of in each sentence: by name, by epithet, by pronoun, as both sides or the other one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from leverage.coding.english import english
from leverage.coding.parties import Parties
from leverage.coding.words import POSSESSIVE, Token

Sort = Literal["name", "epithet", "pronoun", "everyone", "rival"]
_QUOTES = {'"', "“", "”"}
# "the ageing, once feared union": so many words may stand between the article and the noun.
_REACH = 3
# "said the prime minister, Anna Vey": so many words may stand between the verb and the name.
_SPEAKER = 4


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


class Reference:
    """Who was named last, sentence after sentence: what pronouns and epithets can stand for.

    Parameters
    ----------
    parties : Parties
    tokens : sequence of Token
        The whole text's, from which it is learned who is a man and who a woman.
    """

    def __init__(self, parties: Parties, tokens: Sequence[Token] = ()) -> None:
        self.parties = parties
        self.last: str | None = None
        self.topic: str | None = None
        self._first: str | None = None
        self._persons: list[tuple[str, str]] = []
        self._women, self._men = (
            _surnames(parties, tokens, english().women),
            _surnames(parties, tokens, english().men),
        )
        self._phrases: dict[str, list[tuple[tuple[str, ...], Sort]]] = {}
        listed: tuple[tuple[Sort, list[str]], ...] = (
            ("everyone", english().everyone),
            ("rival", english().rivals),
        )
        for sort, phrases in listed:
            for words in (tuple(phrase.split()) for phrase in phrases):
                self._phrases.setdefault(words[0], []).append((words, sort))

    def mentions(self, tokens: Sequence[Token]) -> list[Mention]:
        """The mentions in a sentence's tokens, in order; what they name is remembered for the next."""
        found: list[Mention] = []
        at, self._first = 0, None
        speaker, quoted = self._speaker(tokens), False
        while at < len(tokens):
            quoted ^= tokens[at].text in _QUOTES
            mention = self._spoken(tokens, at, speaker) if quoted and speaker else None
            mention = mention or self._at(tokens, at, found)
            if mention:
                found.append(mention)
            at = mention.last if mention else at + 1
        self.topic = self._first or self.topic
        return found

    def _at(self, tokens: Sequence[Token], at: int, found: Sequence[Mention]) -> Mention | None:
        name = self.parties.named_at(tokens, at)
        if name:
            self._note(name.actor, name.words[-1] if name.person else None)
            return _mention(tokens, at, at + len(name.words), (name.actor,), "name")
        for words, sort in self._phrases.get(tokens[at].word, ()):
            if tuple(token.word for token in tokens[at : at + len(words)]) == words:
                return self._phrase(tokens, at, at + len(words), sort)
        word = tokens[at].word
        if word in english().persons:
            person = self._person(word)
            return self._pronoun(tokens, at, person or self.last, person is not None)
        if word in english().things or word in english().first_persons:
            return self._pronoun(tokens, at, self.last if found else (self.topic or self.last), False)
        return self._epithet(tokens, at)

    def _spoken(self, tokens: Sequence[Token], at: int, speaker: str) -> Mention | None:
        """Within a quotation "we" is the speaker's side, and "they" the other."""
        word = tokens[at].word
        if word in english().first_persons:
            return self._pronoun(tokens, at, speaker, True)
        if word in ("they", "them", "their") and speaker in self.parties.rival:
            return self._pronoun(tokens, at, self.parties.rival[speaker], False)
        return None

    def _speaker(self, tokens: Sequence[Token]) -> str | None:
        """The party that a verb of saying outside quotation marks has as its subject."""
        quoted = False
        for at, token in enumerate(tokens):
            quoted ^= token.text in _QUOTES
            if quoted or token.word not in english().saying_forms:
                continue
            for near in (*range(at + 1, at + _SPEAKER), *range(at - 1, at - _SPEAKER, -1)):
                name = self.parties.named_at(tokens, near) if 0 <= near < len(tokens) else None
                if name:
                    return name.actor
                if 0 <= near < len(tokens) and tokens[near].word in english().persons:
                    return self._person(tokens[near].word)
        return None

    def _person(self, pronoun: str) -> str | None:
        """The party whose person was named last, of those whom the pronoun fits."""
        woman = pronoun in ("she", "her", "hers", "herself")
        known, barred = (self._women, self._men) if woman else (self._men, self._women)
        fitting = [actor for actor, surname in self._persons if surname in known]
        fitting = fitting or [actor for actor, surname in self._persons if surname not in barred]
        return fitting[-1] if fitting else None

    def _phrase(self, tokens: Sequence[Token], at: int, last: int, sort: Sort) -> Mention | None:
        if sort == "everyone":
            return _mention(tokens, at, last, self.parties.ids, sort)
        rival = self.parties.rival.get(self.last or "")
        return _mention(tokens, at, last, (rival,), sort) if rival else None

    def _pronoun(self, tokens: Sequence[Token], at: int, actor: str | None, sure: bool) -> Mention | None:
        if actor is None:
            return None
        possessive = tokens[at].word in ("his", "her", "its", "their", "our")
        return Mention(at, at + 1, (actor,), "pronoun", possessive, sure)

    def _epithet(self, tokens: Sequence[Token], at: int) -> Mention | None:
        bare = tokens[at].word in english().bare
        if tokens[at].word not in ("the", "this", "that") and not bare:
            return None
        start = at if bare else at + 1
        for end in range(start, min(start + _REACH, len(tokens))):
            if tokens[end].kind != "word" or self.parties.named_at(tokens, end):
                return None
            actors = self.parties.of_kind(tokens[end].word, self.last)
            following = tokens[end + 1].word if end + 1 < len(tokens) else ""
            if actors and following not in ("of", "-") and not self.parties.of_kind(following, self.last):
                self._note(actors[0], tokens[end].word if tokens[end].word in english().offices else None)
                return _mention(tokens, at, end + 1, actors[:1], "epithet", sure=len(actors) == 1)
        return None

    def _note(self, actor: str, surname: str | None) -> None:
        self.last = actor
        self._first = self._first or actor
        if surname:
            self._persons.append((actor, surname))


def _surnames(parties: Parties, tokens: Sequence[Token], titles: Sequence[str]) -> frozenset[str]:
    """Surnames of the parties' persons that stand behind one of some titles, anywhere in the text."""
    found = set(parties.surnames_after(titles))
    for at, token in enumerate(tokens):
        if token.word in titles:
            behind = at + 2 if at + 1 < len(tokens) and tokens[at + 1].text == "." else at + 1
            name = parties.named_at(tokens, behind) if behind < len(tokens) else None
            if name and name.person:
                found.add(name.words[-1])
    return frozenset(found)


def _mention(
    tokens: Sequence[Token], at: int, last: int, actors: tuple[str, ...], sort: Sort, sure: bool = True
) -> Mention:
    possessive = last < len(tokens) and tokens[last].word == POSSESSIVE
    return Mention(at, last, actors, sort, possessive, sure)
