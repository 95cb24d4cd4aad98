"""How far two coders of the same articles agree, factor by factor, and where they do not.

The unit is a sentence and an actor. For each factor a coder gives a unit a direction, or nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from leverage.coding.alpha import krippendorff_alpha
from leverage.coding.codings import CodedRow
from leverage.coding.suggestion import Direction
from leverage.documents import Record

ALL = "all factors"
_CODES = {None: 0, "+": 1, "-": 2, "unknown": 3}

Unit = tuple[str, int, str | None]
"""An article, a sentence and an actor."""
How = Literal["only first", "only second", "direction", "strength"]


class FactorAgreement(Record):
    """Agreement on one factor; an alpha is None where it cannot be told.

    Attributes
    ----------
    both, only_first, only_second : int
        Units that both coded, and that one alone did.
    same : int
        Units that both coded in the same direction.
    share : float or None
        `same` of all units that either coded, 0..1.
    alpha : float or None
        Nominal, of nothing, +, − and unknown, over every sentence and actor of the articles.
    alpha_direction : float or None
        Nominal, of +, − and unknown, over the units that both coded.
    alpha_strength : float or None
        Ordinal, over the units that both gave a strength.
    """

    factor: str
    both: int
    only_first: int
    only_second: int
    same: int
    share: float | None
    alpha: float | None
    alpha_direction: float | None
    alpha_strength: float | None


class CodedDifferently(Record):
    """A unit on which the coders differ; a direction is None where that coder has nothing."""

    article: str
    sentence: int
    actor: str | None
    factor: str
    how: How
    first: Direction | None
    second: Direction | None
    first_strength: int | None
    second_strength: int | None
    exact: str | None


class CodingAgreement(Record):
    """Agreement of two coders.

    Attributes
    ----------
    units : int
        Sentences times actors: what `alpha` runs over.
    merged_first, merged_second : int
        Units that a coder gave one factor several directions; they count as unknown.
    """

    first: str
    second: str
    articles: int
    sentences: int
    units: int
    overall: FactorAgreement
    factors: list[FactorAgreement]
    disagreements: list[CodedDifferently]
    merged_first: int
    merged_second: int


class _Code(NamedTuple):
    direction: Direction
    strength: int | None
    exact: str | None


_Codes = Mapping[tuple[str, Unit], _Code]


def agree_on_codings(
    first: Iterable[CodedRow],
    second: Iterable[CodedRow],
    *,
    names: tuple[str, str] = ("first", "second"),
    sentences: Mapping[str, int] | None = None,
) -> CodingAgreement:
    """Agreement of two coders of the same articles.

    Parameters
    ----------
    first, second : iterable of CodedRow
    names : tuple of str
        What the coders are called.
    sentences : mapping of str to int, optional
        How many sentences each article has. An article that is not in it has as many as the last one that
        either coder coded.

    Returns
    -------
    CodingAgreement
        Factors in alphabetical order, disagreements in the articles' order.
    """
    first, second = list(first), list(second)
    rows = [*first, *second]
    (one, merged_one), (two, merged_two) = _merged(first), _merged(second)
    lengths: dict[str, int] = {}
    for row in rows:
        lengths[row.article] = max(
            row.sentence, lengths.get(row.article, 0), (sentences or {}).get(row.article, 0)
        )
    actors = {article: {row.actor for row in rows if row.article == article} for article in lengths}
    units = sum(lengths[article] * len(actors[article]) for article in lengths)
    touched = sorted({unit for _, unit in (*one, *two)}, key=_in_order)
    factors = sorted({row.factor for row in rows})
    return CodingAgreement(
        first=names[0],
        second=names[1],
        articles=len(lengths),
        sentences=sum(lengths.values()),
        units=units,
        overall=_agreement(ALL, factors, touched, units, one, two),
        factors=[_agreement(factor, [factor], touched, units, one, two) for factor in factors],
        disagreements=[
            found for unit in touched for factor in factors for found in _differing(factor, unit, one, two)
        ],
        merged_first=merged_one,
        merged_second=merged_two,
    )


def _in_order(unit: Unit) -> tuple[str, int, bool, str]:
    article, sentence, actor = unit
    return article, sentence, actor is None, actor or ""


def _merged(rows: Sequence[CodedRow]) -> tuple[dict[tuple[str, Unit], _Code], int]:
    """One code a unit and factor: an asserted direction before unknown, two that differ as unknown."""
    together: dict[tuple[str, Unit], list[CodedRow]] = {}
    for row in rows:
        together.setdefault((row.factor, (row.article, row.sentence, row.actor)), []).append(row)
    codes: dict[tuple[str, Unit], _Code] = {}
    differing = 0
    for key, group in together.items():
        asserted = {row.direction for row in group} - {"unknown"}
        differing += len(asserted) > 1
        direction: Direction = next(iter(asserted)) if len(asserted) == 1 else "unknown"
        strengths = [row.strength for row in group if row.strength is not None]
        words = next((row.exact for row in group if row.exact), None)
        codes[key] = _Code(direction, max(strengths, default=None), words)
    return codes, differing


def _agreement(
    name: str, factors: Sequence[str], touched: Sequence[Unit], units: int, one: _Codes, two: _Codes
) -> FactorAgreement:
    pairs = [(one.get((factor, unit)), two.get((factor, unit))) for factor in factors for unit in touched]
    both = [(a, b) for a, b in pairs if a and b]
    same = sum(a.direction == b.direction for a, b in both)
    only_first = sum(b is None and a is not None for a, b in pairs)
    only_second = sum(a is None and b is not None for a, b in pairs)
    either = len(both) + only_first + only_second
    presence = [[_CODES[code and code.direction] for code in pair] for pair in pairs]
    untouched = [_CODES[None]] * 2  # the same for both, so often as neither coded anything of a unit
    times = [1] * len(pairs) + [len(factors) * (units - len(touched))]
    directions = [[_CODES[code.direction] for code in pair] for pair in both]
    strengths = [
        [a.strength, b.strength] for a, b in both if a.strength is not None and b.strength is not None
    ]
    return FactorAgreement(
        factor=name,
        both=len(both),
        only_first=only_first,
        only_second=only_second,
        same=same,
        share=same / either if either else None,
        alpha=_number(krippendorff_alpha([*presence, untouched], "nominal", times)),
        alpha_direction=_number(krippendorff_alpha(directions, "nominal")),
        alpha_strength=_number(krippendorff_alpha(strengths, "ordinal")),
    )


def _differing(factor: str, unit: Unit, one: _Codes, two: _Codes) -> list[CodedDifferently]:
    a, b = one.get((factor, unit)), two.get((factor, unit))
    how = _how(a, b)
    if how is None:
        return []
    article, sentence, actor = unit
    return [
        CodedDifferently(
            article=article,
            sentence=sentence,
            actor=actor,
            factor=factor,
            how=how,
            first=a.direction if a else None,
            second=b.direction if b else None,
            first_strength=a.strength if a else None,
            second_strength=b.strength if b else None,
            exact=(a and a.exact) or (b and b.exact) or None,
        )
    ]


def _how(a: _Code | None, b: _Code | None) -> How | None:
    if a is None or b is None:
        return "only first" if a else "only second" if b else None
    if a.direction != b.direction:
        return "direction"
    return "strength" if a.strength and b.strength and a.strength != b.strength else None


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
