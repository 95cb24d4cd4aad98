"""Who does what to whom, by the order of words: clauses, voice and roles around a phrase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from leverage.coding.english import english
from leverage.coding.reference import Mention
from leverage.coding.words import Token, past_forms

_BREAKING_MARKS = {";", ":", "—", "–", "(", ")"}
# A party after one of these is not who acts: "the assault on Norland failed".
_OBLIQUE = {
    "against",
    "from",
    "with",
    "to",
    "for",
    "by",
    "on",
    "over",
    "into",
    "under",
    "despite",
    "without",
    "between",
    "toward",
    "towards",
    "at",
    "upon",
    "behind",
}
_OWNING = (
    "of",
    "among",
    "in",
    "inside",
    "within",
    "for",
    "behind",
    "across",
    "between",
    "by",
    "from",
    "on",
    "at",
)
_GIVING = ("to", "for", "behind", "of", "with", "by", "on", "from", "towards", "toward")
NEAR_OWNER = 4
NEAR_DOER = 5
"""Words between a party and what it does, beyond which another may be the one who does it."""
AFTER = 9


@dataclass(frozen=True)
class Role:
    """A party in a role, and whether the words leave no doubt."""

    mention: Mention
    sure: bool


class Sentence:
    """The tokens and mentions of a sentence, with its clauses."""

    def __init__(
        self,
        tokens: Sequence[Token],
        mentions: Sequence[Mention],
        before: Mention | None,
        parties: Sequence[str] = (),
    ) -> None:
        self.tokens = tokens
        self.mentions = mentions
        self.before = before
        self.parties = parties

    @cached_property
    def clause(self) -> list[int]:
        """For each token the number of its clause."""
        numbers, number = [], 0
        for at, token in enumerate(self.tokens):
            if token.text in _BREAKING_MARKS or (token.word in english().breaks and at):
                number += 1
            numbers.append(number)
        return numbers

    def within(self, first: int, last: int, at: int) -> bool:
        """Whether a token stands in the clauses of the phrase `first` to `last`."""
        return self.clause[first] <= self.clause[at] <= self.clause[last - 1]

    def passive(self, first: int, last: int) -> bool:
        """Whether the phrase is a participle in the passive: "was captured", "villages captured by"."""
        if not past_forms(self.tokens[first].word):
            return False
        at = first - 1
        while (
            at >= 0
            and self.tokens[at].word in english().adverbs
            and self.tokens[at].word not in english().being
        ):
            at -= 1
        if at >= 0 and self.tokens[at].word in english().being:
            return True
        following = [token.word for token in self.tokens[last : last + 3]]
        return "by" in following[:2] and at >= 0 and self.tokens[at].word not in ("has", "have", "had")

    def doer(self, first: int, last: int) -> Role | None:
        """Who does it."""
        if self.passive(first, last):
            return self._agent(last)
        return self._subject(first)

    def target(self, first: int, last: int) -> Role | None:
        """To whom it is done, or from whom it is taken."""
        if self.passive(first, last):
            return self._owned_before(first) or self._subject(first)
        return self._following(first, last)

    def owner(self, first: int, last: int) -> Role | None:
        """Whose it is: "its morale", "morale in Norland"; else who acts, else who is near."""
        return (
            self._owned_before(first)
            or self._after_preposition(last, _OWNING)
            or self._adjacent(first)
            or self._subject(first)
            or self._following(first, last)
            or self._anywhere(first)
        )

    def recipient(self, first: int, last: int) -> Role | None:
        """Who is given it: "shells to Norland", "Norland's backers", else to whom it is done."""
        return (
            self._after_preposition(last, _GIVING)
            or self._owned_before(first)
            or self._following(first, last)
            or self._adjacent(first)
            or self._subject(first)
            or self._anywhere(first)
        )

    def find(self, role: str, first: int, last: int) -> Role | None:
        """The party in a role by the role's name, or who was spoken of before, without certainty."""
        found: Role | None = getattr(self, role)(first, last)
        if found is None and role in ("doer", "target"):
            found = self._anywhere(first)
        if found is None and self.before is not None:
            found = Role(self.before, False)
        return found

    def victim(self, first: int, last: int) -> Role | None:
        """To whom it is done, in a passive that does not say by whom."""
        told = self.passive(first, last) and self._agent(last) is None
        return self.target(first, last) if told else None

    def rival(self, role: str, first: int, last: int, actors: Sequence[str]) -> Role | None:
        """Another party than `actors`: the one in a role, or without certainty one that is named beside."""
        found: Role | None = getattr(self, role)(first, last)
        if found and found.sure and not set(found.mention.actors) & set(actors):
            return found
        others = [
            m
            for m in self.mentions
            if m.sort in ("name", "epithet", "rival") and not set(m.actors) & set(actors)
        ]
        if others:
            return Role(min(others, key=lambda mention: abs(mention.first - first)), False)
        left = self.others(actors)
        return Role(Mention(first, first, left, "rival", sure=False), False) if len(left) == 1 else None

    def likeliest(self) -> Role | None:
        """The party that the sentence is about: the one named first, else the one spoken of before."""
        named = [mention for mention in self.mentions if mention.sort in ("name", "epithet")] or self.mentions
        first = named[0] if named else self.before
        return Role(first, False) if first else None

    def others(self, actors: Sequence[str]) -> tuple[str, ...]:
        """The parties of the article other than some."""
        return tuple(party for party in self.parties if party not in actors)

    def _agent(self, last: int) -> Role | None:
        for mention in self.mentions:
            if mention.first >= last and mention.first - last <= AFTER:
                between = [token.word for token in self.tokens[last : mention.first]]
                return Role(mention, mention.sure) if "by" in between else None
        return None

    def _subject(self, first: int) -> Role | None:
        earlier = [mention for mention in self.mentions if mention.last <= first]
        same = [m for m in earlier if self.clause[m.first] == self.clause[first]]
        for among, sure in ((same, True), (earlier, False)):
            acting = [m for m in among if not self._oblique(m) or self._absolute(m, first)]
            if acting:
                chosen = acting[0] if self._coordinated(first, acting[-1].last) else acting[-1]
                return Role(chosen, sure and chosen.sure and first - chosen.last <= NEAR_DOER)
        if self._opens(first):
            for mention in self.mentions:
                if mention.first >= first and any(t.text == "," for t in self.tokens[first : mention.first]):
                    return Role(mention, mention.sure)
        return Role(earlier[-1], False) if earlier else None

    def _opens(self, first: int) -> bool:
        """Whether the phrase stands in a part that opens the sentence, before its first comma."""
        return not any(token.text == "," for token in self.tokens[:first])

    def _oblique(self, mention: Mention) -> bool:
        for at in range(mention.first - 1, max(mention.first - 3, -1), -1):
            word = self.tokens[at].word
            if word in _OBLIQUE or (word.endswith("ing") and at):
                return True
            if word not in ("the", "a", "both"):
                return False
        return False

    def _absolute(self, mention: Mention, first: int) -> bool:
        """Whether it acts although it follows a preposition: "with Norland still holding the bridge"."""
        between = self.tokens[mention.last : first]
        return self.tokens[first].word.endswith("ing") and all(t.word in english().adverbs for t in between)

    def _coordinated(self, first: int, last: int) -> bool:
        """Whether the phrase is a second verb of the same subject: "took the hill and held it"."""
        at = first - 1
        while at > last and self.tokens[at].word in english().adverbs:
            at -= 1
        return at >= last and self.tokens[at].word in ("and", "or", "then")

    def _following(self, first: int, last: int) -> Role | None:
        for mention in self.mentions:
            if mention.first >= last and mention.first - last <= AFTER:
                same = self.clause[mention.first] == self.clause[max(last - 1, first)]
                return Role(mention, same and mention.sure) if same else None
        return None

    def _owned_before(self, first: int) -> Role | None:
        for mention in reversed(self.mentions):
            gap = first - mention.last - (1 if mention.sort != "pronoun" else 0)
            if (
                mention.possessive
                and mention.last <= first
                and gap <= NEAR_OWNER
                and self._plain(mention.last, first)
            ):
                return Role(mention, mention.sure)
        return None

    def _plain(self, start: int, end: int) -> bool:
        """Whether only words of one noun phrase stand between."""
        return all(
            token.kind in ("word", "number", "clitic") and token.word not in english().prepositions
            for token in self.tokens[start:end]
        )

    def _adjacent(self, first: int) -> Role | None:
        for mention in reversed(self.mentions):
            if mention.last <= first and first - mention.last <= 1 and mention.sort == "name":
                return Role(mention, True)
        return None

    def _after_preposition(self, last: int, allowed: Sequence[str]) -> Role | None:
        for mention in self.mentions:
            if mention.first < last or mention.first - last > NEAR_OWNER + 1:
                continue
            between = [token.word for token in self.tokens[last : mention.first]]
            if between and between[0] in allowed and self.clause[mention.first] == self.clause[last - 1]:
                return Role(mention, mention.sure)
            return None
        return None

    def _anywhere(self, first: int) -> Role | None:
        near = sorted(self.mentions, key=lambda mention: abs(mention.first - first))
        return Role(near[0], False) if near else None
