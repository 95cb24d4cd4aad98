"""Lengths of time: "three weeks", "a year and a half", "about two to three months"."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from leverage.coding.times.days import Amount, Stretch, month_of, one_day, shift, year_of
from leverage.coding.times.words import NUMBER, number, pattern

HALF = {"day": Amount(), "week": Amount(days=4), "month": Amount(days=15), "year": Amount(months=6)}
"""Half a unit in whole days: rounded up, since a started day counts."""
_HOURS_A_DAY = 24
_DAYS = {"hour": 0, "day": 1, "night": 1, "week": 7, "fortnight": 14}
_MONTHS = {"month": 1, "year": 12, "decade": 120}

_APPROXIMATE = (
    r"(?:(?:at least|at most|no (?:more|less|fewer) than|not more than|(?:well |just |slightly "
    r"|little )?(?:more|less|fewer) than"
    r"|(?:just |well )?(?:over|under)|up to|as (?:many|much|little|few) as|close to|about|around|some"
    r"|roughly|approximately|nearly"
    r"|almost|perhaps|maybe|probably|possibly|barely|hardly|scarcely|only|just|exactly"
    r"|the better part of|the best part of"
    r"|a (?:full|whole|mere)(?= \w+ \w)|another|a further|an additional|an extra) )"
)
_UNIT = r"(?:hour|day|night|week|fortnight|month|year|decade)"
_BODY = (
    rf"(?:half (?:of )?an? (?P<half>{_UNIT})\b"
    rf"|(?P<one>an?|one) (?P<unit1>{_UNIT}) and a half\b"
    rf"|(?P<whole>{NUMBER}) and a half (?P<unit2>{_UNIT})s?\b"
    rf"|an? (?P<unit3>{_UNIT}) or two\b"
    rf"|(?P<between>between )?(?P<low>{NUMBER})(?: or | to |(?(between) and |(?!))| ~ |(?<=\d)~(?=\d))"
    rf"(?:perhaps |maybe |even |possibly )?(?P<high>{NUMBER})"
    rf"(?P<more1> more| further| additional)? (?P<unit4>{_UNIT})s?\b"
    rf"|(?:another|a further|an additional|an extra) (?P<unit6>{_UNIT})\b"
    rf"|(?P<number>{NUMBER})(?P<more2> more| further| additional)? (?P<unit5>{_UNIT})s?\b)"
)
_LENGTH = pattern(rf"(?P<about>{_APPROXIMATE}{{0,2}}){_BODY}(?P<after> or (?:so|more|less|thereabouts)\b)?")
_AHEAD_WORDS = pattern(r"(?:another|a further|an additional|an extra)\b")


@dataclass(frozen=True, slots=True)
class Length:
    """A length, or two where it is a range.

    Attributes
    ----------
    end : int
        Where its words end.
    low, high : Amount
    unit : str
        The unit that it counts in, "day" where it is mixed.
    more : bool
        It adds to what has passed: "another three weeks", "three more weeks".
    """

    end: int
    low: Amount
    high: Amount
    unit: str
    more: bool

    @property
    def ranged(self) -> bool:
        """Whether it names two lengths."""
        return self.low != self.high

    def point(self, day: dt.date, sign: int) -> Stretch:
        """What lies that far from a day: a day, of months the calendar month, of years the calendar year."""
        near, far = (self._unit_at(shift(day, amount, sign)) for amount in (self.low, self.high))
        return Stretch(min(near.first, far.first), max(near.last, far.last))

    def _unit_at(self, day: dt.date) -> Stretch:
        if self.unit in ("year", "decade"):
            return year_of(day.year)
        return month_of(day.year, day.month) if self.unit == "month" else one_day(day)

    def ahead(self, today: dt.date) -> Stretch:
        """The days from today on; of a range the days among which it ends."""
        return Stretch(shift(today, self.low) if self.ranged else today, shift(today, self.high))

    def past(self, today: dt.date) -> Stretch:
        """The days up to today."""
        return Stretch(shift(today, self.high, -1), today)


def _times(count: float, unit: str) -> Amount | None:
    """So many units; None where that is no whole number of days."""
    if unit == "hour":
        days, rest = divmod(count, _HOURS_A_DAY)
        return Amount(days=int(days)) if not rest and days else None
    whole, half = divmod(count, 1)
    amount = Amount(months=int(whole) * _MONTHS.get(unit, 0), days=int(whole) * _DAYS.get(unit, 0))
    if not half:
        return amount
    if unit not in HALF or unit == "day":
        return None
    return Amount(amount.months + HALF[unit].months, amount.days + HALF[unit].days)


def read_length(text: str, at: int) -> Length | None:
    """The length that begins at a place of a text."""
    found = _LENGTH.match(text, at)
    if not found:
        return None
    low, high, unit = _amounts(found)
    if low is None or high is None:
        return None
    if low.months % 12 and unit == "year":
        unit = "month"
    if low.days and unit == "month":
        unit = "day"
    more = bool(found["more1"] or found["more2"] or found["unit6"] or _AHEAD_WORDS.search(found["about"]))
    end = found.end()
    if following := pattern(r" more\b(?! than)").match(text, end):
        more, end = True, following.end()
    return Length(end, low, high, unit, more)


def _amounts(found: re.Match[str]) -> tuple[Amount | None, Amount | None, str]:
    if half := found["half"]:
        unit = half.lower()
        amount = _times(0.5, unit) if unit != "decade" else Amount(months=60)
        return amount, amount, unit
    if found["unit1"] or found["unit2"]:
        unit = (found["unit1"] or found["unit2"]).lower()
        amount = _times((number(found["whole"]) if found["whole"] else 1) + 0.5, unit)
        return amount, amount, unit
    if found["unit3"]:
        unit = found["unit3"].lower()
        return _times(1, unit), _times(2, unit), unit
    unit = (found["unit4"] or found["unit5"] or found["unit6"]).lower()
    if not found["low"]:
        amount = _times(number(found["number"] or "a"), unit)
        return amount, amount, unit
    low, high = number(found["low"]), number(found["high"])
    return (_times(low, unit), _times(high, unit), unit) if low <= high else (None, None, unit)
