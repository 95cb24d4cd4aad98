"""The patterns of a codebook, compiled, and what they find in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from leverage.codebook import Codebook, Factor, Pattern
from leverage.coding.clauses import Role, Sentence
from leverage.coding.english import english
from leverage.coding.matching import Phrase, PhraseCompiler, PhraseError, PhraseIndex
from leverage.coding.stance import denials, is_conditional, is_negated, spans_of
from leverage.coding.suggestion import Direction
from leverage.documents import Document, is_file
from leverage.documents.items import Loc
from leverage.faults import Fault, InputError

WINDOW = 12
"""How many words may lie between a phrase and one that must be near."""
TREND_WINDOW = 7
"""How many words may lie between what a pattern names and the word that says it rises or falls."""
IN_DOUBT = ".doubt"
"""Ends the rule of a hit for a party that could be meant as well."""
OTHER = ".other"
"""Ends the rule of a hit for the side to which a pattern's deed is done."""
RISING, FALLING = "rising", "falling"
"""Word lists of a factor that add to the general ones."""
_OPPOSITE: dict[Direction, Direction] = {"+": "-", "-": "+", "unknown": "unknown"}
TokenSpan = tuple[int, int]


@dataclass(frozen=True)
class Hit:
    """A pattern that fired: for whom, which way, and on which tokens.

    Attributes
    ----------
    actor : str or None
        None where no party could be told.
    first, last : int
        The tokens it rests on, `last` not among them.
    sure : bool
        Whether the words put the actor in the role.
    """

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


@dataclass(frozen=True)
class _Surroundings:
    """What of a sentence every pattern asks for, found once."""

    near: dict[int, list[TokenSpan]]
    without: dict[int, list[TokenSpan]]
    denied: list[TokenSpan]
    conditions: list[TokenSpan]
    rising: dict[str, list[TokenSpan]]
    falling: dict[str, list[TokenSpan]]


class CodebookPatterns:
    """Every pattern of a codebook's factors, ready to be found in sentences.

    Raises
    ------
    InputError
        Phrases that cannot be read, all of them.
    """

    def __init__(self, codebook: Codebook) -> None:
        self._patterns = [
            _Compiled(factor.id, pattern, f"{factor.id}.{number}")
            for factor in codebook.factors
            for number, pattern in enumerate(factor.patterns, 1)
        ]
        self._faults: list[Fault] = []
        self._compilers = {factor.id: PhraseCompiler(factor.lexicon) for factor in codebook.factors}
        self._words = self._index(codebook, "words")
        self._near = self._index(codebook, "near")
        self._without = self._index(codebook, "without")
        self._rising, self._falling = (
            {factor.id: self._trend(codebook, factor, name) for factor in codebook.factors}
            for name in (RISING, FALLING)
        )
        if self._faults:
            raise InputError(self._faults)

    def _index(self, codebook: Codebook, part: str) -> PhraseIndex:
        return PhraseIndex(
            (key, compiled)
            for key, each in enumerate(self._patterns)
            for number, phrase in enumerate(getattr(each.pattern, part))
            for compiled in self._compiled(
                codebook, each.factor, phrase, ("patterns", each.pattern.index, part, number)
            )
        )

    def _trend(self, codebook: Codebook, factor: Factor, name: str) -> PhraseIndex:
        general = enumerate(getattr(english(), name))
        own = enumerate(factor.lexicon.get(name, ()))
        return PhraseIndex(
            (0, each)
            for number, phrase in (*general, *own)
            for each in self._compiled(codebook, factor.id, phrase, ("lexicon", name, number))
        )

    def _compiled(self, codebook: Codebook, factor: str, phrase: str, at: Loc) -> Iterator[Phrase]:
        try:
            yield self._compilers[factor].compile(phrase)
        except PhraseError as error:
            told = f"`{at[0]}`: {error}", "write lemmas parted by blanks; `...` between two, `a|b` for either"
            file = codebook.files.get(factor)
            self._faults.append(
                Document.load(file).fault(at, *told)
                if file is not None and is_file(file)
                else Fault(f"{factor}.yaml", None, None, *told)
            )

    def find(self, sentence: Sentence) -> Iterator[Hit]:
        """What the patterns find, in the order of the sentence."""
        tokens = sentence.tokens
        cues = sorted(set(self._words.find(tokens)), key=lambda found: found[1:])
        if not cues:
            return
        factors = {self._patterns[key].factor for key, _, _ in cues}
        around = _Surroundings(
            _by_key(self._near.find(tokens)),
            _by_key(self._without.find(tokens)),
            denials(sentence),
            spans_of("conditions", tokens),
            {name: [span[1:] for span in self._rising[name].find(tokens)] for name in factors},
            {name: [span[1:] for span in self._falling[name].find(tokens)] for name in factors},
        )
        for key, first, last in cues:
            hit = _fired(sentence, self._patterns[key], key, (first, last), around)
            if hit is not None:
                yield from _for_actors(sentence, hit, (first, last))


@lru_cache(maxsize=4)
def patterns_of(codebook: Codebook) -> CodebookPatterns:
    """A codebook's patterns, compiled once."""
    return CodebookPatterns(codebook)


def _fired(
    sentence: Sentence, compiled: _Compiled, key: int, cue: TokenSpan, around: _Surroundings
) -> Hit | None:
    """The pattern's hit, of nobody yet; None where words that it needs are missing, or barred ones there."""
    pattern = compiled.pattern
    beside = _nearest(sentence, cue, around.near.get(key, ()), WINDOW)
    barred = any(_stands_by(sentence, cue, span, WINDOW) for span in around.without.get(key, ()))
    if barred or (pattern.near and not beside):
        return None
    direction, trend = _direction(sentence, compiled, cue, around)
    spans = [span for span in (cue, beside, trend) if span]
    # "refused it a loan": the word that says that it falls does not deny it as well.
    denied = [each for each in around.denied if not any(_overlap(each, span) for span in spans)]
    negated = is_negated(sentence, cue[0], denied)
    return Hit(
        factor=compiled.factor,
        pattern=pattern,
        rule=compiled.rule,
        actor=None,
        direction=_OPPOSITE[direction] if negated else direction,
        first=min(span[0] for span in spans),
        last=max(span[1] for span in spans),
        sure=False,
        negated=negated,
        conditional=is_conditional(sentence, cue[0], around.conditions),
    )


def _direction(
    sentence: Sentence, compiled: _Compiled, cue: TokenSpan, around: _Surroundings
) -> tuple[Direction, TokenSpan | None]:
    """The pattern's direction before denial, and the word that says it rises or falls."""
    stated = compiled.pattern.direction
    if stated == "+" or stated == "-" or stated == "unknown":
        return stated, None
    up = _nearest(sentence, cue, around.rising[compiled.factor], TREND_WINDOW)
    down = _nearest(sentence, cue, around.falling[compiled.factor], TREND_WINDOW)
    if not up and not down:
        return "unknown", None
    rises = down is None or (up is not None and _distance(cue, up) <= _distance(cue, down))
    word = up if rises else down
    assert word is not None
    later = [span for span in around.denied if span[0] >= cue[1] and not _overlap(span, word)]
    if word[0] >= cue[1] and is_negated(sentence, word[0], later):
        rises = not rises
    return "+" if rises == (stated == "trend") else "-", word


def _for_actors(sentence: Sentence, hit: Hit, cue: TokenSpan) -> Iterator[Hit]:
    """The hit for each party in the pattern's role, and for the other side where the pattern tells of it."""
    role = sentence.find(hit.pattern.of, *cue)
    victim = sentence.victim(*cue) if hit.pattern.of == "doer" and hit.pattern.other else None
    if victim is not None:  # "its ships were seized": who did it is not said, to whom it was done is
        yield from _for_victim(sentence, hit, victim)
        return
    if hit.direction == "unknown" and role and role.mention is sentence.before:
        role = None  # a bare deadline is nobody's
    if role is None:
        yield hit
        return
    told = hit if role.sure or not hit.pattern.other else replace(hit, direction="unknown")
    for actor in role.mention.actors:
        yield replace(told, actor=actor, sure=role.sure)
    if not role.sure and hit.direction != "unknown" and not hit.pattern.other:
        for actor in sentence.others(role.mention.actors):
            yield replace(hit, actor=actor, sure=False, rule=hit.rule + IN_DOUBT)
    if hit.pattern.other:
        yield from _for_rival(sentence, hit, cue, role)


def _for_victim(sentence: Sentence, hit: Hit, victim: Role) -> Iterator[Hit]:
    suffered = _of_the_other(hit, victim.sure)
    for actor in victim.mention.actors:
        yield replace(hit, actor=actor, sure=victim.sure, direction=suffered)
    for actor in sentence.others(victim.mention.actors):
        yield replace(hit, actor=actor, sure=False, direction="unknown", rule=hit.rule + OTHER)


def _for_rival(sentence: Sentence, hit: Hit, cue: TokenSpan, role: Role) -> Iterator[Hit]:
    rival = sentence.rival("target" if hit.pattern.of == "doer" else "doer", *cue, role.mention.actors)
    if rival is None:
        return
    told = replace(hit, rule=hit.rule + OTHER, direction=_of_the_other(hit, role.sure))
    for actor in rival.mention.actors:
        if actor not in role.mention.actors:
            yield replace(told, actor=actor, sure=rival.sure and role.sure)


def _of_the_other(hit: Hit, sure: bool) -> Direction:
    """What the pattern says of the other side, after denial; unknown where the roles are not certain."""
    direction: Direction = hit.pattern.other if sure and hit.pattern.other else "unknown"
    return _OPPOSITE[direction] if hit.negated else direction


def _by_key(found: Iterable[tuple[int, int, int]]) -> dict[int, list[TokenSpan]]:
    spans: dict[int, list[TokenSpan]] = {}
    for key, first, last in found:
        spans.setdefault(key, []).append((first, last))
    return spans


def _overlap(one: TokenSpan, other: TokenSpan) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _distance(cue: TokenSpan, span: TokenSpan) -> int:
    return max(span[0] - cue[1], cue[0] - span[1])


def _stands_by(sentence: Sentence, cue: TokenSpan, span: TokenSpan, window: int) -> bool:
    """Whether a phrase stands within, over or beside another, in its clause."""
    return _distance(cue, span) <= window and sentence.within(*cue, span[0])


def _nearest(sentence: Sentence, cue: TokenSpan, spans: Sequence[TokenSpan], window: int) -> TokenSpan | None:
    """The nearest of some phrases that stands beside another, in its clause and not within it."""
    able = [span for span in spans if not _overlap(cue, span) and _stands_by(sentence, cue, span, window)]
    return min(able, key=lambda span: (_distance(cue, span), span), default=None)
