"""From what a coder wrote to numbers on the codebook's scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

from leverage.case.case import Stake
from leverage.case.evidence import AnchorChoice, Interval, Number, Reading
from leverage.codebook import Indicator, Scale
from leverage.faults import suggest_name

TRIANGLE_90 = 1.0 - math.sqrt(0.1)
"""Share of a symmetric triangular distribution's half-width that its central 90 % spans, 0.684."""


class ReadingKey(NamedTuple):
    """What a reading is of; indicator and stake are ``""`` where there is none."""

    actor: str
    factor: str
    indicator: str = ""
    stake: str = ""

    @property
    def measure(self) -> str:
        """``factor``, ``factor.indicator`` or ``factor.indicator[stake]``."""
        name = f"{self.factor}.{self.indicator}" if self.indicator else self.factor
        return f"{name}[{self.stake}]" if self.stake else name


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a reading, at which of its keys."""

    key: str
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A reading with its outer bounds, in the scale's unit."""

    value: float
    low: float
    high: float


def measure(
    reading: Reading, interval: Interval | Literal["exact"], scale: Scale, stake: Stake | None
) -> tuple[Measured | None, list[Problem]]:
    """Convert a reading and its interval to the scale's unit.

    A central 90 % interval is widened to outer bounds: each half-width is divided by 0.684, the
    share that the central 90 % takes of a symmetric triangular distribution, and cut at the scale.

    Returns
    -------
    measured : Measured or None
        None where the reading is wrong.
    problems : list of Problem
        Unknown unit or anchor, a value out of bounds, an interval that leaves out its reading.
    """
    value, rate, problem = _number(reading, scale, stake)
    if problem:
        return None, [problem]
    low, high = value, value
    if isinstance(interval, Interval):
        low, high = interval.low * rate, interval.high * rate
    unit = reading.unit if isinstance(reading, Number) else scale.unit
    problems = _out_of_bounds(value, low, high, scale, rate, unit)
    if interval == "exact":
        problems = problems[:1]
    if problems:
        return None, problems
    if isinstance(interval, Interval) and interval.means == "central-90":
        low = max(scale.bounds[0], value - (value - low) / TRIANGLE_90)
        high = min(scale.bounds[1], value + (high - value) / TRIANGLE_90)
    return Measured(value, low, high), []


def unit_rates(scale: Scale, stake: Stake | None) -> dict[str, float]:
    """Every unit of a reading with its size in the scale's; a share may be read in the stake's unit."""
    of_stake = isinstance(scale, Indicator) and scale.per_stake and scale.unit == "share"
    size = stake.size if stake is not None and of_stake else None
    return {**({size.unit: 1.0 / size.value} if size else {}), **scale.rates()}


def _number(reading: Reading, scale: Scale, stake: Stake | None) -> tuple[float, float, Problem | None]:
    if isinstance(reading, AnchorChoice):
        anchor = scale.anchor(reading.anchor)
        if anchor is not None:
            return anchor.reading, 1.0, None
        known = [a.id for a in scale.anchors]
        remedy = suggest_name(reading.anchor, known) if known else f"give a number in {scale.unit}"
        return 0.0, 1.0, Problem("reading", f"the scale has no anchor {reading.anchor!r}", remedy)
    rates = unit_rates(scale, stake)
    if reading.unit in rates:
        rate = rates[reading.unit]
        return reading.value * rate, rate, None
    told = f"the unit {reading.unit!r} is not one of this scale"
    return 0.0, 1.0, Problem("reading", told, suggest_name(reading.unit, list(rates)))


def _out_of_bounds(
    value: float, low: float, high: float, scale: Scale, rate: float, unit: str
) -> list[Problem]:
    """Problems in the words of the reading: in its own unit, which is `rate` in the scale's."""
    bottom, top = scale.bounds
    own, ends = f"{value / rate:g}", f"{low / rate:g} to {high / rate:g}"
    slack = 1e-9 * (top - bottom)
    within = f"write a number from {bottom / rate:g} to {top / rate:g} {unit}"
    problems = []
    if not bottom - slack <= value <= top + slack:
        problems.append(Problem("reading", f"the reading {own} {unit} lies out of bounds", within))
    elif not low - slack <= value <= high + slack:
        problem = f"the interval {ends} leaves out its reading {own}"
        problems.append(Problem("interval", problem, "widen the interval to hold the reading"))
    if low < bottom - slack or high > top + slack:
        problems.append(Problem("interval", f"the interval {ends} {unit} reaches out of bounds", within))
    return problems
