"""Moments with a name: today, weekdays, weeks and months told from now, weekends."""

from __future__ import annotations

import datetime as dt
import re

from leverage.coding.times.dates import Found
from leverage.coding.times.days import (
    DAY,
    Moment,
    Sort,
    annual,
    fixed,
    month_of,
    one_day,
    several,
    unit_of,
    week_of,
    weekend_of,
)
from leverage.coding.times.words import (
    MONTH,
    PART_OF_DAY,
    WEEKDAY,
    month_number,
    pattern,
    weekday_number,
)
from leverage.coding.times.yearly import read_yearly, relative

_WEEKS = range(-4, 5)
_STEP = {
    "last": -1,
    "past": -1,
    "previous": -1,
    "this": 0,
    "current": 0,
    "next": 1,
    "coming": 1,
    "following": 1,
}

_DAYS_FROM_NOW = {
    "the day before yesterday": -2, "yesterday": -1, "last night": -1, "yesterday evening": -1, "today": 0,
    "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0, "this lunchtime": 0,
    "tomorrow": 1, "the day after tomorrow": 2,
}  # fmt: skip
_NOW = pattern(
    rf"(?P<words>{'|'.join(_DAYS_FROM_NOW)})\b(?P<part> {PART_OF_DAY}|~{PART_OF_DAY})?(?! (?-i:Show"
    rf"|Programme))"
)
_WEEKDAY = pattern(
    rf"(?:(?P<rel>last|this past|this coming|this|next|the coming|coming|the past|past|the previous"
    rf"|the following) )?"
    rf"(?P<part0>(?:early|late) )?(?P<day>{WEEKDAY})(?P<part>(?: ?\(?{PART_OF_DAY}))?(?P<week> week\b"
    rf"| last\b(?! (?:week|month|year))| next\b(?! (?:week|month|year)))?"
    rf"(?:(?: of)? (?P<ofrel>last|this|next) week\b)?"
)
_WEEKDAY_TITLE = pattern(
    r" (?-i:Times|Telegraph|Mirror|Mail|Herald|Post|Express|Sun|People|Tribune|Independent|Night Live"
    r"|Club|Agreement|Business|World|Review)\b"
)
_NAMED_WEEKDAY = pattern(
    r"(?-i:\b(?:Black|Bloody|Super|Palm|Ash|Maundy|Cyber|Holy|Sheffield|Girl|Man|Joe|The)) $"
)
_RECURRING = pattern(
    r"\b(?:every|each|alternate|other|most|first|second|third|fourth|fifth|same|that|one|an?|any|another"
    r"|following|previous) $"
)
"""A weekday after these is no day of this week: "every Friday", "the first Sunday"."""
_UNIT = r"(?:week|fortnight|weekend|month|quarter|year|decade)"
_UNITS = pattern(
    rf"(?:(?P<shade>earlier|later|early|late|mid) )?(?P<rel>last|this|next) (?:calendar |financial "
    rf"|fiscal )?(?P<unit>{_UNIT})\b(?!~)(?!'s (?:time))(?! (?:or|before last) )"
)
_AFTER_NEXT = pattern(rf"the (?P<unit>{_UNIT}) (?P<side>after next|before last)\b")
_ALL = pattern(r"all (?P<unit>week|month|year)\b(?!~| (?:round|long))")
_MONTH_REL = pattern(
    rf"(?:(?P<rel>last|this|next|this coming|this past|the coming) )(?P<month>{MONTH})(?! \d)"
)
_WEEKEND = pattern(r"the (?:(?P<rel>coming|past|last|next|previous) )?weekend\b(?! (?:of|after|before))")


def read_named(text: str, at: int, today: dt.date) -> Found | None:
    """Whatever is told from now or by a name, the longest that begins at a place."""
    readers = (_now, _after_next, _units, _weekday, _whole, _month_rel, _weekend)
    found = [each for read in readers if (each := read(text, at, today))]
    found += read_yearly(text, at, today)
    return max(found, key=lambda each: each.end, default=None)


def _now(text: str, at: int, today: dt.date) -> Found | None:
    found = _NOW.match(text, at)
    if not found or (found["words"] == "Today" and text[max(0, at - 4) : at] == "USA "):
        return None
    words = " ".join(found["words"].lower().split())
    return Found(found.end(), fixed(today + _DAYS_FROM_NOW[words] * DAY))


def _after_next(text: str, at: int, today: dt.date) -> Found | None:
    if not (found := _AFTER_NEXT.match(text, at)):
        return None
    unit = found["unit"].lower()
    step = 2 if found["side"].lower().startswith("after") else -2
    return Found(found.end(), Moment((unit_of(unit, today, step),), _sort(unit)))


def _whole(text: str, at: int, today: dt.date) -> Found | None:
    """The calendar unit, all of it: "all week"."""
    found = _ALL.match(text, at)
    return (
        Found(found.end(), Moment((unit_of(found["unit"].lower(), today),), _sort(found["unit"].lower())))
        if found
        else None
    )


def _sort(unit: str) -> Sort:
    return "span" if unit == "fortnight" else unit  # type: ignore[return-value]


def _units(text: str, at: int, today: dt.date) -> Found | None:
    found = _UNITS.match(text, at)
    if not found or (found["shade"] or "").lower() in ("early", "late", "mid"):
        return None
    unit = found["unit"].lower()
    return Found(found.end(), Moment((unit_of(unit, today, _STEP[found["rel"].lower()]),), _sort(unit)))


def _weekday(text: str, at: int, today: dt.date) -> Found | None:
    found = _WEEKDAY.match(text, at)
    if (
        not found
        or _NAMED_WEEKDAY.search(text, max(0, at - 10), at)
        or _RECURRING.search(text, max(0, at - 14), at)
    ):
        return None
    if not found["rel"] and _WEEKDAY_TITLE.match(text, found.end()):
        return None
    if (found["rel"] or "").lower().endswith(("previous", "following")):  # told from another day
        return None
    day, monday = weekday_number(found["day"]), week_of(today).first
    same_week = monday + day * DAY
    rel = (found["rel"] or "").lower().split()
    days = several((one_day(same_week + 7 * step * DAY) for step in _WEEKS), "day")
    bare = Moment(days.stretches, "day", weekday=True)
    coming, latest = bare.following(today), days.preceding(today - DAY)
    end = found.end()
    week = (found["week"] or "").strip().lower()
    if found["ofrel"]:
        return Found(end, fixed(same_week + 7 * _STEP[found["ofrel"].lower()] * DAY))
    if week == "week" and coming:  # British: Friday week
        return Found(end, fixed(coming.first + 7 * DAY))
    if "coming" in rel and coming:
        return Found(end, fixed(coming.first))
    if "past" in rel or "last" in rel or week == "last":
        return Found(end, fixed(latest.first)) if latest else None
    if "next" in rel or week == "next":
        return Found(end, fixed(same_week + 7 * DAY))
    if "this" in rel:
        passed = one_day(same_week + 7 * DAY) if same_week < today else None
        return Found(end, several(filter(None, (one_day(same_week), passed)), "day"))
    return Found(end, bare)


def _month_rel(text: str, at: int, today: dt.date) -> Found | None:
    if not (found := _MONTH_REL.match(text, at)):
        return None
    month = month_number(found["month"])
    every = annual(lambda year: month_of(year, month), today, "month")
    chosen = relative(every, found["rel"], today)
    end = found.end() - (
        found[0].endswith(".") and not re.match(r" [a-z]|[,;)]", text[found.end() : found.end() + 2])
    )
    return Found(end, Moment((chosen,), "month")) if chosen else None


def _weekend(text: str, at: int, today: dt.date) -> Found | None:
    found = _WEEKEND.match(text, at)
    if not found or _RECURRING.search(text, max(0, at - 14), at):
        return None
    every = several((weekend_of(today + 7 * step * DAY) for step in _WEEKS), "weekend")
    if not found["rel"]:
        return Found(found.end(), every)
    if found["rel"].lower() == "previous":
        return None
    chosen = relative(every, found["rel"], today)
    return Found(found.end(), Moment((chosen,), "weekend")) if chosen else None
