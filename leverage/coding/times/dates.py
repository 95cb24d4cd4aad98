"""Dates as the calendar writes them: days, months, years, decades."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import NamedTuple

from leverage.coding.times.days import (
    LEAP_REACH,
    REACH,
    Moment,
    Sort,
    Stretch,
    annual,
    month_of,
    one_day,
    several,
)
from leverage.coding.times.words import (
    FULL_MONTH,
    MONTH,
    ORDINAL_WORD,
    SHORT_WEEKDAY,
    WEEKDAY,
    month_number,
    ordinal,
    pattern,
    weekday_number,
)


class Found(NamedTuple):
    """A moment, and where its words end."""

    end: int
    moment: Moment


_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
SUFFIX = r"(?:st|nd|rd|th)\b"
_WHOLE = r"(?![\w%]|[.,:/]\d)"
YEAR = rf"(?:1[0-9]|20)\d\d{_WHOLE}"
YEARISH = rf"(?:,?(?: of)? (?P<year>{YEAR})|,? (?:of )?(?P<rel>last|this|next) year\b)"
"""The year of a date: "2025", ", 2025", "of 2025", "last year"."""
_NAMED_DAY = rf"(?:(?P<weekday>{WEEKDAY}|{SHORT_WEEKDAY})(?: ?\(|,? the |,? ))?"
_JOINT = r"(?: ?~ ?| to | until | till | through | and | or )"

_DAY_MONTH = pattern(
    rf"{_NAMED_DAY}(?:the )?(?:(?P<day>{_DAY})(?:{SUFFIX})?(?!\d)(?: of)? "
    rf"|(?P<word>{ORDINAL_WORD}) (?:day )?of )"
    rf"(?P<month>{MONTH}){YEARISH}?"
)
_MONTH_DAY = pattern(
    rf"{_NAMED_DAY}(?P<month>{MONTH}) (?:the )?(?P<number>(?P<day>{_DAY})(?:{SUFFIX})?"
    rf"|(?P<word>{ORDINAL_WORD})){_WHOLE}{YEARISH}?"
)
_DAYS_MONTH = pattern(
    rf"(?:the )?(?P<first>{_DAY})(?:{SUFFIX})?(?P<joint>{_JOINT})(?:the )?(?P<last>{_DAY})"
    rf"(?:{SUFFIX})?(?!\d)"
    rf"(?: of)? (?P<month>{MONTH}){YEARISH}?"
)
_MONTH_DAYS = pattern(
    rf"(?P<month>{MONTH}) (?P<number>(?P<first>{_DAY})(?:{SUFFIX})?"
    rf"(?P<joint>{_JOINT})(?:the )?(?P<last>{_DAY})(?:{SUFFIX})?)"
    rf"{_WHOLE}(?! (?-i:{FULL_MONTH})\b){YEARISH}?"
)
_ISO = pattern(
    r"(?P<year>(?:1[5-9]|20)\d\d)(?P<mark>[-/.])(?P<month>0[1-9]|1[0-2])(?P=mark)(?P<day>0[1-9]|[12]\d"
    r"|3[01])(?!\d|[-/.]\d)"
)
_NUMERIC = pattern(
    r"(?P<a>\d\d?)(?P<mark>[-/.])(?P<b>\d\d?)(?P=mark)(?P<year>(?:1[89]|20)\d\d)(?!\d|[-/.]\d)"
)
_COUNTED = pattern(
    r" (?:people|per cent|percent|million|billion|thousand|hundred|men|women|police|children|more|other"
    r"|of|(?-i:[a-z])\w*s)\b"
)
"""A number before these counts things; it is no day, and no year."""
_MONTH_BEFORE_COUNT = pattern(r"\b(?:in|during|of|last|this|since|late|early) $")

_THE_DAY = pattern(rf"the (?P<day>{_DAY}){SUFFIX}(?P<of> of (?P<rel>this|the|last|next) month\b)?")
_BEFORE_THE_DAY = pattern(
    rf"(?:\b(?:on|by|until|till|since|before|from|to|through|for|and|between)|{WEEKDAY},?) $"
)
_AFTER_THE_DAY = pattern(
    r"\s*(?:[.,;:!?)\]”\"’—–]|$)"
    r"| (?:and|to|at|when|with|for|because|as|but|after|before|until|if|or|that|unless|while"
    r"|since|by|in|on)\b"
)


def chosen_year(found: re.Match[str], today: dt.date) -> int | None:
    """The year that a date states, in figures or as last, this or next year."""
    if found["year"]:
        return int(found["year"])
    return today.year + ("last", "this", "next").index(found["rel"].lower()) - 1 if found["rel"] else None


def in_year(
    make: Callable[[int], Stretch | None], year: int | None, today: dt.date, sort: Sort, reach: int = REACH
) -> Moment | None:
    """What comes once a year: that of the stated year, or one of the years around."""
    if year is None:
        return annual(make, today, sort, reach)
    stretch = make(year)
    return Moment((stretch,), sort) if stretch else None


def _day(year: int, month: int, day: int) -> Stretch | None:
    try:
        return one_day(dt.date(year, month, day))
    except ValueError:
        return None


def read_date(text: str, at: int, today: dt.date) -> Found | None:
    """A day, or some days of one month, in words or in figures."""
    if numeric := _numeric(text, at):
        return numeric
    for read in (_days_of_month, _day_of_month, _bare_day):
        if found := read(text, at, today):
            return found
    return None


def _numeric(text: str, at: int) -> Found | None:
    if found := _ISO.match(text, at):
        stretch = _day(int(found["year"]), int(found["month"]), int(found["day"]))
        return Found(found.end(), Moment((stretch,), "day")) if stretch else None
    found = _NUMERIC.match(text, at)
    if not found:
        return None
    first, second = int(found["a"]), int(found["b"])
    if first <= 12 and second <= 12 and first != second:  # 5 January here, May 1 there
        return None
    stretch = _day(
        int(found["year"]), min(first, second) if first > 12 or second > 12 else first, max(first, second)
    )
    return Found(found.end(), Moment((stretch,), "day")) if stretch else None


def _days_of_month(text: str, at: int, today: dt.date) -> Found | None:
    found = _DAYS_MONTH.match(text, at) or _MONTH_DAYS.match(text, at)
    if not found:
        return None
    month, first, last = month_number(found["month"]), int(found["first"]), int(found["last"])
    joined = found["joint"].strip().lower()
    if first >= last or (joined in ("and", "or") and last != first + 1 and not _between(text, at)):
        return None

    def make(year: int) -> Stretch | None:
        start, end = _day(year, month, first), _day(year, month, last)
        return Stretch(start.first, end.last) if start and end else None

    moment = in_year(make, chosen_year(found, today), today, "day")
    return Found(found.end(), moment) if moment else None


def _between(text: str, at: int) -> bool:
    return text[max(0, at - 8) : at].lower().endswith("between ")


def _day_of_month(text: str, at: int, today: dt.date) -> Found | None:
    found = _DAY_MONTH.match(text, at)
    if not found:
        found = _MONTH_DAY.match(text, at)
        counts = found and found["day"] and not found["year"] and not found["weekday"]
        if (
            found
            and counts
            and _COUNTED.match(text, found.end())
            and _MONTH_BEFORE_COUNT.search(text, max(0, at - 9), at)
        ):
            return None
    if not found:
        return None
    month = month_number(found["month"])
    day = int(found["day"]) if found["day"] else ordinal(found["word"])
    reach = LEAP_REACH if (month, day) == (2, 29) else REACH
    moment = in_year(lambda year: _day(year, month, day), chosen_year(found, today), today, "day", reach)
    if not moment:
        return None
    if found["weekday"] and not moment.fixed:
        fitting = [
            each for each in moment.stretches if each.first.weekday() == weekday_number(found["weekday"])
        ]
        nearest = min(fitting, key=lambda each: abs(each.first - today), default=None)
        moment = Moment((nearest,), "day") if nearest else moment
    end = found.end()
    closes = found["weekday"] and "(" in text[at:end] and text[end : end + 1] == ")"
    return Found(end + bool(closes), moment) if moment.stretches else None


def _bare_day(text: str, at: int, today: dt.date) -> Found | None:
    """The fifth of a month that is not named: "the 5th"."""
    found = _THE_DAY.match(text, at)
    if not found:
        return None
    day = int(found["day"])
    if found["rel"] and found["rel"].lower() != "the":
        month = month_of(
            today.year, today.month + ("last", "this", "next").index(found["rel"].lower()) - 1
        ).first
        stretch = _day(month.year, month.month, day)
        return Found(found.end(), Moment((stretch,), "day")) if stretch else None
    if not found["of"] and not (
        _BEFORE_THE_DAY.search(text, max(0, at - 12), at) and _AFTER_THE_DAY.match(text, found.end())
    ):
        return None
    months = (month_of(today.year, today.month + step).first for step in range(-3, 4))
    days = (_day(month.year, month.month, day) for month in months)
    return Found(found.end(), several((each for each in days if each), "day"))
