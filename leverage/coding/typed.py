"""What a person types for a reading, its interval and a grade, made into what a case holds."""

from __future__ import annotations

import math
import re

from leverage.case import Grade, Interval, Number, Stake, measure
from leverage.case.evidence import AnchorChoice, IntervalOrExact, Reading
from leverage.case.readings import unit_rates
from leverage.codebook import Scale
from leverage.coding.suggestion import StatedNumber
from leverage.faults import InputError, call_error, suggest_name

_NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d+)?"
_READING = re.compile(rf"({_NUMBER})\s*(.*)", re.DOTALL)
_BETWEEN = re.compile(rf"({_NUMBER})\s*(?:\.\.+|…|–|—|\bto\b)\s*({_NUMBER})\s*(.*)", re.DOTALL)
_AROUND = re.compile(rf"(?:±|\+/?-)\s*({_NUMBER})\s*(.*)", re.DOTALL)
_CENTRAL = re.compile(r"\s*\bcentral(?:-90)?\Z")
_PERCENT = {"percent": "%", "per cent": "%", "pct": "%"}
_DIGITS = 12
"""Digits that a sum of typed numbers is rounded to, so that 0.3 + 0.1 is written as 0.4."""


def parse_reading(typed: str, scale: Scale, stake: Stake | None = None) -> Reading:
    """A reading from words such as ``9 berths``, ``45 %``, ``0.3`` or an anchor's id.

    Parameters
    ----------
    typed : str
        A number without a unit is in the scale's own.
    scale : Scale
    stake : Stake, optional
        Its size makes one more unit.

    Raises
    ------
    InputError
        It is no reading, or none of this scale: unknown unit, out of bounds.
    """
    words = _plain(typed)
    anchors = {anchor.id for anchor in scale.anchors}
    name = words.replace(" ", "_").lower()
    reading: Reading
    if name in anchors:
        reading = AnchorChoice(anchor=name)
    else:
        found = _READING.fullmatch(words)
        value = _value(found[1]) if found else None
        if found is None or value is None:
            raise call_error(f"{typed.strip()!r} is no reading", _reading_remedy(scale, stake))
        reading = Number(value=value, unit=_unit(found[2], scale, stake))
    _check(reading, "exact", scale, stake)
    return reading


def parse_interval(typed: str, reading: Reading, scale: Scale, stake: Stake | None = None) -> IntervalOrExact:
    """An interval from words such as ``8..9``, ``±5`` or ``exact``.

    Parameters
    ----------
    typed : str
        In the reading's unit, or the scale's for an anchor. Outer bounds, unless ``central`` stands at
        the end: then the reading is outside in one case of ten.
    reading : Reading
        ``±`` counts from it.
    scale : Scale
    stake : Stake, optional

    Raises
    ------
    InputError
        It is no interval, leaves out the reading, or reaches out of the scale's bounds.
    """
    words = _plain(typed)
    if words.lower() == "exact":
        return "exact"
    means = "central-90" if _CENTRAL.search(words) else "outer"
    words = _CENTRAL.sub("", words)
    ends = _ends(words, _middle(reading, scale))
    if ends is None:
        remedy = "write its ends as 8..9, or ±1 about the reading, or exact"
        raise call_error(f"{typed.strip()!r} is no interval", remedy)
    low, high, given = ends
    unit = reading.unit if isinstance(reading, Number) else scale.unit
    if given and _unit(given, scale, stake) != unit:
        raise call_error(
            f"the interval is in {given!r} and its reading in {unit!r}", "write both in one unit"
        )
    if low > high:
        raise call_error(f"the interval runs from {low:g} down to {high:g}", "write the lower end first")
    interval = Interval.model_validate({"low": low, "high": high, "means": means})
    _check(reading, interval, scale, stake)
    return interval


def parse_grade(typed: str) -> Grade:
    """A grade from words such as ``B2``."""
    found = re.fullmatch(r"([A-Fa-f])\s*([1-6])", typed.strip())
    if not found:
        raise call_error(
            f"{typed.strip()!r} is no grade",
            "write A to F for the source and 1 to 6 for what it says, such as B2; F and 6: cannot be judged",
        )
    return Grade.model_validate({"source": found[1].upper(), "information": int(found[2])})


def proposed(
    number: StatedNumber | None, scale: Scale, stake: Stake | None = None
) -> tuple[Number, IntervalOrExact] | None:
    """The reading and interval that a passage's own number makes; None where it is none of this scale."""
    if number is None:
        return None
    rates = unit_rates(scale, stake)
    unit = _same_unit(number.unit, list(rates))
    if unit is None:
        return None
    reading = Number(value=number.value, unit=unit)
    interval: IntervalOrExact = "exact"
    if number.low < number.high:
        interval = Interval(low=number.low, high=number.high, means="outer")
    _, problems = measure(reading, interval, scale, stake)
    return None if problems else (reading, interval)


def reading_words(reading: Reading) -> str:
    """A reading as a person would type it."""
    return f"{reading.value:.12g} {reading.unit}" if isinstance(reading, Number) else reading.anchor


def interval_words(interval: IntervalOrExact) -> str:
    """An interval as a person would type it."""
    if not isinstance(interval, Interval):
        return "exact"
    ends = f"{interval.low:.12g}..{interval.high:.12g}"
    return ends if interval.means == "outer" else f"{ends} central"


def _ends(words: str, middle: float) -> tuple[float, float, str] | None:
    """Both ends of an interval and the unit that is written behind them."""
    if between := _BETWEEN.fullmatch(words):
        low, high = _value(between[1]), _value(between[2])
        return None if low is None or high is None else (low, high, between[3])
    around = _AROUND.fullmatch(words)
    half = _value(around[1]) if around else None
    if around is None or half is None:
        return None
    return _rounded(middle - half), _rounded(middle + half), around[2]


def _plain(typed: str) -> str:
    """The words with one minus sign, one kind of blank and no blanks about them."""
    return " ".join(typed.replace("\u2212", "-").split())


def _value(digits: str) -> float | None:
    try:
        value = float(digits.replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _unit(words: str, scale: Scale, stake: Stake | None) -> str:
    rates = list(unit_rates(scale, stake))
    if not words:
        return scale.unit
    unit = _same_unit(words, rates)
    if unit is None:
        raise call_error(f"the unit {words!r} is not one of this scale", suggest_name(words, rates))
    return unit


def _same_unit(words: str, rates: list[str]) -> str | None:
    """The unit that words name: letter case, a plural's s and the spelling of % do not matter."""
    words = _plain(words).lower()
    spelled = next(
        (sign + words[len(name) :] for name, sign in _PERCENT.items() if words.startswith(name)), words
    )
    known = {unit.lower(): unit for unit in rates}
    return known.get(spelled) or known.get(f"{spelled}s") or known.get(spelled.removesuffix("s"))


def _middle(reading: Reading, scale: Scale) -> float:
    if isinstance(reading, Number):
        return reading.value
    anchor = scale.anchor(reading.anchor)
    if anchor is None:
        raise AssertionError(f"{reading.anchor} was read on another scale")
    return anchor.reading


def _check(reading: Reading, interval: IntervalOrExact, scale: Scale, stake: Stake | None) -> None:
    _, problems = measure(reading, interval, scale, stake)
    if problems:
        raise InputError(call_error(each.problem, each.remedy).faults[0] for each in problems)


def _reading_remedy(scale: Scale, stake: Stake | None) -> str:
    low, high = scale.bounds
    units = " or ".join(unit_rates(scale, stake))
    anchors = f", or one of the steps {', '.join(a.id for a in scale.anchors)}" if scale.anchors else ""
    return f"write a number from {low:g} to {high:g} {scale.unit} (units: {units}){anchors}"
