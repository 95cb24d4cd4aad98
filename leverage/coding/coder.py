"""The coder: from an article to suggestions, by the patterns of the codebook."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from leverage.case import Event, Span
from leverage.codebook import Codebook, Pattern
from leverage.coding.article import ArticleText
from leverage.coding.clauses import Sentence
from leverage.coding.markdown import masked
from leverage.coding.numbers import stated_number
from leverage.coding.parties import Parties, Party
from leverage.coding.passage import passage_fields
from leverage.coding.patterns import IN_DOUBT, Hit, patterns_of
from leverage.coding.reference import Mention, Reference
from leverage.coding.resemblance import resemblance_of
from leverage.coding.sentences import split_sentences
from leverage.coding.stance import spans_of, speaker
from leverage.coding.suggestion import (
    Confidence,
    Direction,
    Suggestion,
    Tier,
    TimeReference,
    suggestion_id,
)
from leverage.coding.times import find_times
from leverage.coding.words import Token, tokenize

QUEUE = 1.2
"""At most so many suggestions a sentence of the article: what a person can review."""
LEAST = 4
"""An article of a sentence or two may give so many all the same."""
MEANING = 20.0
"""What a resemblance of 1 counts in the order of the queue, where a sure pattern counts 3."""
RESEMBLES = 0.08
"""From here on a sentence resembles a factor's examples enough to be suggested without any pattern."""
AGREES = 0.06
"""From here on, and more than every other factor's, a sentence's resemblance bears a pattern out."""
CODER = "patterns"
_WITHIN = frozenset("-%$€£&/’'#+")
"""Marks that do not part a sentence."""
_NO_PATTERN = Pattern(words=["-"], direction="unknown", strength=1, tier="rest")


@dataclass(frozen=True)
class _Finding:
    """What all patterns say together of one factor and actor in one sentence."""

    hits: tuple[Hit, ...]
    direction: Direction
    tier: Tier
    resembles: float = 0.0

    @property
    def agreeing(self) -> list[Hit]:
        """The hits that say what all say together; all where that is nothing."""
        return [hit for hit in self.hits if hit.direction == self.direction] or list(self.hits)

    @property
    def best(self) -> Hit:
        return max(self.agreeing, key=lambda hit: (_weight(hit), hit.pattern.strength, -hit.first))

    @property
    def rank(self) -> float:
        """For the order of a queue that is too long."""
        named = [hit for hit in self.hits if not hit.rule.endswith(IN_DOUBT)]
        asserted = bool(named) and self.direction != "unknown"
        worded = sum(_weight(hit) for hit in named) + asserted + 4 * (self.tier == "top")
        return worded + MEANING * self.resembles


def _weight(hit: Hit) -> float:
    return (2.0 if hit.pattern.tier == "top" else 1.0) + hit.sure


def code_article(
    article: ArticleText,
    parties: Sequence[Party],
    codebook: Codebook,
    published: dt.date | None = None,
    events: Sequence[Event] = (),
    units: Mapping[str, float] | None = None,
    meaning: bool = False,
) -> list[Suggestion]:
    """Suggest what an article says of each factor of each party.

    Parameters
    ----------
    article : ArticleText
    parties : sequence of Party
        With id, name and aliases; see `leverage.case.Actor`.
    codebook : Codebook
        Its factors' patterns are what is looked for.
    published : datetime.date, optional
        The article's date; without it no time is resolved.
    events : sequence of Event
        Dated events, for expressions of time.
    units : mapping of str to float, optional
        Units of the case's stakes, with the size of the whole.
    meaning : bool
        Whether sentences are held against the factors' examples by their meaning too, which needs the
        extra ``[nlp]``.

    Returns
    -------
    list of Suggestion
        In the order of the text; at most `QUEUE` a sentence, the least certain left out.
    """
    prose = masked(article)
    spans = split_sentences(prose)
    patterns, reference = patterns_of(codebook), Reference(Parties(parties), tokenize(prose))
    found: list[tuple[int, Sentence, _Finding]] = []
    before: Mention | None = None
    likeness = resemblance_of(codebook, meaning).of([prose[span.start : span.end] for span in spans])
    for number, span in enumerate(spans, 1):
        tokens = tokenize(prose, span.start, span.end)
        mentions = reference.mentions(tokens)
        sentence = Sentence(tokens, mentions, before, reference.parties.ids)
        like = dict(zip(codebook.names, likeness[number - 1].tolist(), strict=True))
        found += [(number, sentence, each) for each in _findings(patterns.find(sentence), sentence, like)]
        if reference.last:
            before = Mention(0, 0, (reference.topic or reference.last,), "pronoun", sure=False)
    kept = _within_queue(found, max(LEAST, math.floor(QUEUE * len(spans))))
    times = find_times(prose, published, events, spans) if published else []
    writer = _Writer(article, codebook, spans, times, units or {})
    return [writer.suggestion(number, sentence, finding) for number, sentence, finding in kept]


def _findings(hits: Iterable[Hit], sentence: Sentence, like: Mapping[str, float]) -> list[_Finding]:
    groups: dict[tuple[str, str | None], list[Hit]] = {}
    for hit in hits:
        groups.setdefault((hit.factor, hit.actor), []).append(hit)
    worded = {factor for factor, _ in groups}
    for hit in _resembling(
        sentence, [name for name in like if like[name] > RESEMBLES and name not in worded]
    ):
        groups[hit.factor, hit.actor] = [hit]
    named = {factor for factor, actor in groups if actor is not None}
    doubtful = bool(spans_of("hedges", sentence.tokens))
    most = max(like.values(), default=0.0)
    alike = {factor for factor, value in like.items() if value == most > AGREES}
    return [
        replace(
            _finding(tuple(group), not doubtful and factor in alike),
            resembles=max(0.0, like.get(factor, 0.0)),
        )
        for (factor, actor), group in groups.items()
        if actor is not None or factor not in named
    ]


def _resembling(sentence: Sentence, factors: Sequence[str]) -> Iterator[Hit]:
    """Hits of no pattern, for factors whose examples the whole sentence resembles."""
    role = sentence.likeliest()
    for factor in factors:
        for actor in role.mention.actors if role else (None,):
            yield Hit(
                factor,
                _NO_PATTERN,
                f"{factor}.examples",
                actor,
                "unknown",
                0,
                len(sentence.tokens),
                sure=False,
                negated=False,
                conditional=False,
            )


def _finding(hits: tuple[Hit, ...], confirmed: bool) -> _Finding:
    votes = {sign: sum(_weight(hit) for hit in hits if hit.direction == sign) for sign in ("+", "-")}
    direction: Direction = "unknown"
    if votes["+"] != votes["-"]:
        direction = "+" if votes["+"] > votes["-"] else "-"
    top = any(
        hit.pattern.tier == "top"
        and hit.sure
        and not hit.conditional
        and hit.direction == direction != "unknown"
        and hit.actor
        for hit in hits
    )
    contested = min(votes.values()) > 0
    return _Finding(hits, direction, "top" if top and confirmed and not contested else "rest")


def _within_queue(
    found: list[tuple[int, Sentence, _Finding]], most: int
) -> list[tuple[int, Sentence, _Finding]]:
    ranked = sorted(range(len(found)), key=lambda k: (-found[k][2].rank, k))[:most]
    return [found[k] for k in sorted(ranked)]


@dataclass(frozen=True)
class _Writer:
    article: ArticleText
    codebook: Codebook
    spans: Sequence[Span]
    times: Sequence[TimeReference]
    units: Mapping[str, float]

    def suggestion(self, number: int, sentence: Sentence, finding: _Finding) -> Suggestion:
        text, span, best = self.article.text, self.spans[number - 1], finding.best
        factor = self.codebook.factor(best.factor)
        scale = factor.readings().get(best.pattern.indicator or "")
        passage = Span(*self._passage(sentence, finding))
        times = [t for t in self.times if span.start <= t.position < span.end]
        inside = [t for t in times if passage.start <= t.position < passage.end]
        told = inside or times  # "said on Monday that it would last three weeks": the later one is told
        content: dict[str, object] = {
            "sentence": number,
            "factor": best.factor,
            "indicator": best.pattern.indicator,
            "actor": best.actor,
            "direction": finding.direction,
            "strength": best.pattern.strength,
            "confidence": _confidence(finding),
            "tier": finding.tier,
            "conditional": best.conditional,
            "negated": best.negated,
            "attributed_to": speaker(text, sentence.tokens),
            "time": told[-1] if told else None,
            "number": stated_number(text, passage.start, passage.end, scale, self.units),
            **passage_fields(self.article, passage),
            "rules": sorted({hit.rule for hit in finding.hits}),
            "codebook": self.codebook.coding_hash,
            "coder": CODER,
        }
        return Suggestion.model_validate({**content, "id": suggestion_id(content)})

    def _passage(self, sentence: Sentence, finding: _Finding) -> tuple[int, int]:
        """The words that the direction rests on, out to the marks around them: what a reader can judge by."""
        first, last = (
            min(hit.first for hit in finding.agreeing),
            max(hit.last for hit in finding.agreeing),
        )
        tokens = sentence.tokens
        while first and not _parts(tokens[first - 1]):
            first -= 1
        while last < len(tokens) and not _parts(tokens[last]):
            last += 1
        return tokens[first].start, tokens[last - 1].end


def _parts(token: Token) -> bool:
    return token.kind == "mark" and token.text not in _WITHIN


def _confidence(finding: _Finding) -> Confidence:
    if finding.tier == "top":
        return "high" if len({hit.rule for hit in finding.hits}) > 1 else "moderate"
    return "moderate" if finding.direction != "unknown" and any(hit.sure for hit in finding.hits) else "low"
