"""The patterns of a codebook, compiled, and what they find in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leverage.codebook import Codebook, Factor, Pattern
from leverage.coding.clauses import Sentence
from leverage.coding.matching import PhraseError, PhraseIndex, compile_phrase
from leverage.coding.stance import denials, is_conditional, is_negated, spans_of
from leverage.coding.suggestion import Direction
from leverage.faults import call_error

WINDOW = 12
"""How many words may lie between a phrase and one that must be near."""
TREND_WINDOW = 7
"""How many words may lie between what a pattern names and the word that says it rises or falls."""
_OPPOSITE: dict[str, Direction] = {"+": "-", "-": "+"}


@dataclass(frozen=True)
class Hit:
    """A pattern that fired: for whom, which way, and on which tokens."""

    factor: str
    pattern: Pattern
    rule: str
    actor: str | None
    direction: Direction
    first: int
    last: int
    sure: bool
    negated: bool
    conditional: bool


@dataclass(frozen=True)
class _Compiled:
    factor: str
    pattern: Pattern
    rule: str


class CodebookPatterns:
    """Every pattern of a codebook's factors, ready to be found in sentences.

    Raises
    ------
    InputError
        A phrase that cannot be read.
    """

    def __init__(self, codebook: Codebook) -> None:
        self._patterns: list[_Compiled] = []
        words, near, without = [], [], []
        for factor in codebook.factors:
            for number, pattern in enumerate(factor.patterns):
                key = len(self._patterns)
                self._patterns.append(_Compiled(factor.id, pattern, f"{factor.id}.{number + 1}"))
                for phrases, found in (
                    (pattern.words, words),
                    (pattern.near, near),
                    (pattern.without, without),
                ):
                    found += [(key, _compiled(phrase, factor)) for phrase in phrases]
        self._words, self._near, self._without = (PhraseIndex(each) for each in (words, near, without))

    def find(self, sentence: Sentence) -> Iterator[Hit]:
        """What the patterns find, in the order of the sentence."""
        tokens = sentence.tokens
        cues = sorted(set(self._words.find(tokens)), key=lambda found: found[1:])
        if not cues:
            return
        near = _by_key(self._near.find(tokens))
        without = _by_key(self._without.find(tokens))
        trends = [(*span, True) for span in spans_of("rising", tokens)]
        trends += [(*span, False) for span in spans_of("falling", tokens)]
        self._state = _State(denials(sentence), spans_of("conditions", tokens), trends)
        for key, first, last in cues:
            compiled = self._patterns[key]
            beside = _nearest(sentence, first, last, near.get(key, ()), WINDOW)
            if compiled.pattern.near and beside is None:
                continue
            if _nearest(sentence, first, last, without.get(key, ()), WINDOW) is not None:
                continue
            yield from self._hits(sentence, compiled, first, last, beside)

    def _hits(
        self, sentence: Sentence, compiled: _Compiled, first: int, last: int, beside: tuple[int, int] | None
    ) -> Iterator[Hit]:
        pattern, state = compiled.pattern, self._state
        spans = [(first, last)] + ([beside] if beside else [])
        direction: Direction = "unknown"
        negated = is_negated(sentence, first, last, state.denied)
        if pattern.direction in ("trend", "against_trend"):
            trend = _trend(sentence, first, last, state)
            if trend is not None:
                span, rises = trend
                spans.append(span)
                direction = "+" if rises == (pattern.direction == "trend") else "-"
        elif pattern.direction in ("+", "-"):
            direction = pattern.direction  # type: ignore[assignment]
        if negated:
            direction = _OPPOSITE.get(direction, "unknown")
        conditional = is_conditional(sentence, first, state.conditions)
        start, end = min(span[0] for span in spans), max(span[1] for span in spans)
        role = sentence.find(pattern.of, first, last)
        actors = [(actor, role.sure) for actor in role.mention.actors] if role else [(None, False)]
        for actor, sure in actors:
            yield Hit(
                compiled.factor,
                pattern,
                compiled.rule,
                actor,
                direction,
                start,
                end,
                sure,
                negated,
                conditional,
            )
        if pattern.other and role:
            yield from self._other(
                sentence,
                compiled,
                (first, last, start, end),
                [a for a, _ in actors if a],
                negated,
                conditional,
            )

    def _other(
        self, sentence: Sentence, compiled: _Compiled, span: tuple[int, int, int, int], actors: Sequence[str],
        negated: bool, conditional: bool,
    ) -> Iterator[Hit]:  # fmt: skip
        first, last, start, end = span
        role = sentence.find_strictly("target" if compiled.pattern.of == "doer" else "doer", first, last)
        direction: Direction = compiled.pattern.other or "unknown"
        if negated:
            direction = _OPPOSITE[direction]
        for actor in role.mention.actors if role else ():
            if actor not in actors and role is not None:
                yield Hit(
                    compiled.factor, compiled.pattern, compiled.rule + ".other", actor, direction, start, end,
                    role.sure, negated, conditional,
                )  # fmt: skip


@dataclass(frozen=True)
class _State:
    denied: list[tuple[int, int]]
    conditions: list[tuple[int, int]]
    trends: list[tuple[int, int, bool]]


def _compiled(phrase: str, factor: Factor):  # type: ignore[no-untyped-def]
    try:
        return compile_phrase(phrase, factor.lexicon)
    except PhraseError as error:
        raise call_error(f"a pattern of {factor.id}: {error}", "mend it in the factor's file") from error


def _by_key(found: Iterator[tuple[int, int, int]]) -> dict[int, list[tuple[int, int]]]:
    spans: dict[int, list[tuple[int, int]]] = {}
    for key, first, last in found:
        spans.setdefault(key, []).append((first, last))
    return spans


def _nearest(
    sentence: Sentence, first: int, last: int, spans: Sequence[tuple[int, int]], window: int
) -> tuple[int, int] | None:
    """The nearest of some phrases that stands beside another, in its clause and not within it."""
    able = [
        (max(start - last, first - end), start, end)
        for start, end in spans
        if (start >= last or end <= first) and sentence.within(first, last, start)
    ]
    distance, start, end = min(able, default=(window + 1, 0, 0))
    return (start, end) if distance <= window else None


def _trend(sentence: Sentence, first: int, last: int, state: _State) -> tuple[tuple[int, int], bool] | None:
    """Whether what a phrase names rises, by the nearest word that says so."""
    able = [
        (max(start - last, first - end), start, end, rises)
        for start, end, rises in state.trends
        if (start >= last or end <= first) and sentence.within(first, last, start)
    ]
    if not able:
        return None
    distance, start, end, rises = min(able)
    if distance > TREND_WINDOW:
        return None
    if start >= last and is_negated(sentence, start, end, [d for d in state.denied if d[0] >= last]):
        rises = not rises
    return (start, end), rises
