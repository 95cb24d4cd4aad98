"""How far two coders of the same cases agree, reading by reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from leverage.builders import FeatureTable
from leverage.coding.alpha import pair_alpha
from leverage.documents import Record
from leverage.render import Column, Table

Array = NDArray[np.float64]
LARGEST = 12
SLACK = 1e-9


class PairedReading(NamedTuple):
    """One reading by both coders, rescaled to 0..1 by the scale's bounds.

    ``low`` and ``high`` are the first coder's outer bounds.
    """

    case: str
    actor: str
    factor: str
    indicator: str
    stake: str
    first: float
    low: float
    high: float
    second: float

    @property
    def measure(self) -> str:
        """``factor.indicator``."""
        return f"{self.factor}.{self.indicator}" if self.indicator else self.factor


class GroupAgreement(Record):
    """Agreement on one group of readings; None where it cannot be told.

    ``alpha`` compares with chance over the whole group, ``alpha_within`` inside each indicator alone:
    the one to judge by where a group holds several, since their differences in level lend it no agreement.
    """

    name: str
    readings: int
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    alpha_within: float | None
    mean_difference: float
    within_interval: float


class Disagreement(Record):
    """A reading on which the coders are far apart, on the scale 0..1."""

    case: str
    actor: str
    measure: str
    stake: str
    first: float
    second: float
    within_interval: bool


class Agreement(Record):
    """Agreement of two coders; intervals are the central 95 % of a bootstrap that draws whole cases."""

    cases: int
    overall: GroupAgreement
    factors: list[GroupAgreement]
    indicators: list[GroupAgreement]
    only_first: int
    only_second: int
    draws: int
    largest: list[Disagreement]

    def tables(self) -> list[Table]:
        """Agreement by factor and indicator, and the largest disagreements."""
        groups = [self.overall, *self.factors, *self.indicators]
        rows = [
            (g.name, str(g.readings), _alpha(g), _shown(g.alpha_within), _shown(g.mean_difference),
             f"{100 * g.within_interval:.0f} %") for g in groups
        ]  # fmt: skip
        heads = ("Readings", "α", "α within", "Mean difference", "In interval")
        notes = [
            f"Krippendorff's α (interval) on readings rescaled to 0..1, with 95 % over {self.draws} draws of "
            f"{self.cases} cases. 1 is full agreement, 0 chance; α within compares inside each indicator.",
            "In interval: the second coder's reading lies within the first's interval.",
            f"Read by the first coder alone: {self.only_first}; by the second alone: {self.only_second}.",
        ]
        first = Table("Agreement of the two coders", [Column("Readings of"), *_right(heads)], rows, notes)
        far = [
            (d.case, d.actor, f"{d.measure} ({d.stake})" if d.stake else d.measure, _shown(d.first),
             _shown(d.second), "yes" if d.within_interval else "no") for d in self.largest
        ]  # fmt: skip
        columns = [Column(name) for name in ("Case", "Actor", "Reading")]
        columns += _right(("First", "Second", "In interval"))
        return [first, Table("Where they are furthest apart, 0..1", columns, far)]


def pair_readings(first: FeatureTable, second: FeatureTable) -> tuple[list[PairedReading], int, int]:
    """The readings of one case that both coders took from the text, and how many only one did.

    Parameters
    ----------
    first, second : FeatureTable
        One scenario each, of the same case: same actors in the same order, same stakes, same codebook.

    Returns
    -------
    pairs : list of PairedReading
    only_first, only_second : int
        Readings that rest on evidence in one of them alone.
    """
    pairs = []
    only_first = only_second = 0
    for row, ours, theirs in zip(first.rows, first.readings.details, second.readings.details, strict=True):
        for name, one in ours.items():
            two = theirs[name]
            coded = (one.origin == "evidence", two.origin == "evidence")
            only_first += coded == (True, False)
            only_second += coded == (False, True)
            if not all(coded) or one.measured is None or two.measured is None:
                continue
            bottom, top = one.scale.bounds
            ends = (one.measured.value, one.measured.low, one.measured.high, two.measured.value)
            x = [(end - bottom) / (top - bottom) for end in ends]
            key = one.key
            pairs.append(PairedReading(row.case, key.actor, key.factor, key.indicator, key.stake, *x))
    return pairs, only_first, only_second


def agree(
    pairs: Sequence[PairedReading],
    only_first: int = 0,
    only_second: int = 0,
    *,
    draws: int = 500,
    seed: int = 0,
) -> Agreement | None:
    """Agreement overall, by factor and by indicator; None where no reading is paired.

    Parameters
    ----------
    pairs : sequence of PairedReading
        Of any number of cases.
    only_first, only_second : int
        Told along.
    draws, seed : int
        Of the bootstrap over cases.
    """
    if not pairs:
        return None
    cases = np.unique([pair.case for pair in pairs], return_inverse=True)[1]
    picks = np.random.default_rng(seed).integers(cases.max() + 1, size=(draws, cases.max() + 1))

    def group(name: str, of: str = "") -> GroupAgreement:
        chosen = [k for k, pair in enumerate(pairs) if not of or getattr(pair, of) == name]
        return _group(name, [pairs[k] for k in chosen], cases[chosen], picks)

    apart = sorted(pairs, key=lambda p: (-abs(p.first - p.second), p[:5]))[:LARGEST]
    return Agreement(
        cases=int(cases.max()) + 1,
        overall=group("all readings"),
        factors=[group(name, "factor") for name in sorted({p.factor for p in pairs})],
        indicators=[group(name, "measure") for name in sorted({p.measure for p in pairs if p.indicator})],
        only_first=only_first,
        only_second=only_second,
        draws=draws,
        largest=[
            Disagreement(
                case=p.case, actor=p.actor, measure=p.measure, stake=p.stake, first=p.first, second=p.second,
                within_interval=_within(p),
            ) for p in apart if abs(p.first - p.second) > SLACK
        ],
    )  # fmt: skip


def _group(
    name: str, pairs: Sequence[PairedReading], cases: NDArray[np.intp], picks: NDArray[np.int64]
) -> GroupAgreement:
    one, two = (np.array([getattr(p, side) for p in pairs]) for side in ("first", "second"))
    members = [np.flatnonzero(cases == k) for k in range(picks.shape[1])]
    drawn = np.full(len(picks), np.nan)
    for n, pick in enumerate(picks):
        rows = np.concatenate([members[k] for k in pick])
        if len(rows):
            drawn[n] = pair_alpha(one[rows], two[rows])
    drawn = drawn[np.isfinite(drawn)]
    low, high = np.quantile(drawn, [0.025, 0.975]) if len(drawn) else (np.nan, np.nan)
    return GroupAgreement(
        name=name,
        readings=len(pairs),
        alpha=_number(pair_alpha(one, two)),
        alpha_low=_number(low),
        alpha_high=_number(high),
        alpha_within=_number(pair_alpha(one, two, [p.measure for p in pairs])),
        mean_difference=float(np.mean(np.abs(one - two))),
        within_interval=float(np.mean([_within(p) for p in pairs])),
    )


def _within(pair: PairedReading) -> bool:
    return pair.low - SLACK <= pair.second <= pair.high + SLACK


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _right(names: Sequence[str]) -> list[Column]:
    return [Column(name, "right") for name in names]


def _alpha(group: GroupAgreement) -> str:
    shown = _shown(group.alpha) or "–"
    if group.alpha_low is None or group.alpha_high is None:
        return shown
    return f"{shown} [{_shown(group.alpha_low)}, {_shown(group.alpha_high)}]"


def _shown(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}".replace("-", "−")
