"""Moments with a name: today, weekdays, weeks and months told from now, seasons, quarters, feasts."""

from __future__ import annotations

import datetime as dt
import re

from leverage.coding.times.dates import YEARISH, Found, chosen_year, in_year
from leverage.coding.times.days import (
    DAY,
    Moment,
    Sort,
    Stretch,
    annual,
    easter,
    fixed,
    month_of,
    months_of,
    one_day,
    season_of,
    several,
    unit_of,
    week_of,
    weekend_of,
)
from leverage.coding.times.words import (
    MONTH,
    PART_OF_DAY,
    SEASON,
    WEEKDAY,
    month_number,
    pattern,
    weekday_number,
)

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
    "the day before yesterday": -2, "yesterday": -1, "last night": -1, "yesterday evening": -1, "today": 0, "tonight": 0,
    "this morning": 0, "this afternoon": 0, "this evening": 0, "this lunchtime": 0, "tomorrow": 1, "the day after tomorrow": 2,
}  # fmt: skip
_NOW = pattern(
    rf"(?P<words>{'|'.join(_DAYS_FROM_NOW)})\b(?P<part> {PART_OF_DAY}|~{PART_OF_DAY})?(?! (?-i:Show|Programme))"
)
_WEEKDAY = pattern(
    rf"(?:(?P<rel>last|this past|this coming|this|next|the coming|coming|the past|past|the previous|the following) )?"
    rf"(?P<part0>(?:early|late) )?(?P<day>{WEEKDAY})(?P<part>(?: ?\(?{PART_OF_DAY}))?(?P<week> week\b| last\b(?! (?:week|month|year))| next\b(?! (?:week|month|year)))?"
    rf"(?:(?: of)? (?P<ofrel>last|this|next) week\b)?"
)
_WEEKDAY_TITLE = pattern(
    r" (?-i:Times|Telegraph|Mirror|Mail|Herald|Post|Express|Sun|People|Tribune|Independent|Night Live|Club|Agreement|Business|World|Review)\b"
)
_NAMED_WEEKDAY = pattern(
    r"(?-i:\b(?:Black|Bloody|Super|Palm|Ash|Maundy|Cyber|Holy|Sheffield|Girl|Man|Joe|The)) $"
)
_RECURRING = pattern(
    r"\b(?:every|each|alternate|other|most|first|second|third|fourth|fifth|same|that|one|an?|any|another|following|previous) $"
)
"""A weekday after these is no day of this week: "every Friday", "the first Sunday"."""
_UNIT = r"(?:week|fortnight|weekend|month|quarter|year|decade)"
_UNITS = pattern(
    rf"(?:(?P<shade>earlier|later|early|late|mid) )?(?P<rel>last|this|next) (?:calendar |financial |fiscal )?(?P<unit>{_UNIT})\b(?!~)(?!'s (?:time))(?! (?:or|before last) )"
)
_AFTER_NEXT = pattern(rf"the (?P<unit>{_UNIT}) (?P<side>after next|before last)\b")
_MONTH_REL = pattern(
    rf"(?:(?P<rel>last|this|next|this coming|this past|the coming) )(?P<month>{MONTH})(?! \d)"
)
_SEASON_YEAR = pattern(
    rf"(?:the )?(?P<season>{SEASON}|fall\b) ?(?:of )?(?:(?P<y1>\d{{4}})(?:[-/–](?P<y2>\d\d(?:\d\d)?))?(?!\d)|(?:of )?(?P<rel>last|this|next) year\b)"
)
_SEASON_REL = pattern(
    rf"(?P<rel>last|this past|this coming|this|next|the coming|the past|coming) (?P<season>{SEASON}|fall\b)"
)
_SEASON = pattern(rf"(?P<the>the )?(?P<season>{SEASON}|fall\b)")
_BEFORE_SEASON = pattern(
    r"\b(?:in|by|since|until|till|before|during|through|throughout|over|early|mid|late|to|from|after|of|and) $|\bmid~$"
)
_FIGURATIVE = pattern(
    r" (?:in (?:his|her|their|its|my|your) |of (?!this\b|last\b|next\b|the year\b|\d)|(?:water|rolls?|onions?|camps?|schools?|games|house|coat|palace)\b)"
)
_BEFORE_FALL = pattern(r"\b(?:in|by|since|until|till|before|during|through|throughout|this|last|next) $")
_QUARTERS = ("first", "second", "third", "fourth", "last", "final")
_QUARTER = pattern(
    rf"(?:(?:the )?(?P<ord>first|second|third|fourth|last|final)(?P<hyphen> |~)quarter\b|(?-i:Q)(?P<q>[1-4])(?!\w)){YEARISH}?"
)
_YEAR_QUARTER = pattern(r"(?P<year>(?:19|20)\d\d) (?-i:(?P<kind>[QH]))(?P<q>[1-4])(?!\w)")
_HALF = pattern(rf"(?-i:H)(?P<h>[12])(?!\w)(?:{YEARISH})?")
_OF_SOMETHING = pattern(r" of (?!(?:the |this |last |next )?(?:year|financial year|fiscal year|decade)\b)")
_QUARTER_PREPOSED = pattern(
    r"\b(?:in|since|by|until|before|during|from|for|through|of|to|end of|the|late|early|mid) $|\bmid~$"
)
_END_OF_YEAR = pattern(
    r"(?:the )?(?P<what>year~end|year end|year's end|turn of the year|month~end|month's end)\b"
)
_WEEKEND = pattern(r"the (?:(?P<rel>coming|past|last|next|previous) )?weekend\b(?! (?:of|after|before))")
_FEAST = pattern(
    rf"(?:(?P<when>last|this|next) )?(?:the )?(?P<feast>Christmas Eve|Christmas Day|Christmas(?! (?:tree|card|market|present|shopping|bonus|party|dinner|carol|island))"
    r"|Boxing Day|New Year's Eve|New Year's Day|New Year's|(?-i:New Year)|(?-i:the new year\b)|Good Friday|Easter Sunday|Easter Monday|Easter weekend|Easter(?! (?:egg|island|bunny|rising))"
    rf"|Maundy Thursday|Palm Sunday|Ash Wednesday|Whit Monday|Pentecost|Thanksgiving(?: Day)?|Halloween|All Saints' Day|Valentine's Day|May Day|Epiphany)\b(?:{YEARISH})?"
)
_PREPOSED_FEAST = pattern(
    r"(?:\b(?:at|on|by|before|until|till|since|over|during|for|from|to|through|of|after|ahead of|this|last|next|around|and|between|than|the|past))? ?$"
)


def read_named(text: str, at: int, today: dt.date) -> Found | None:
    """Whatever is told from now or by a name, the longest that begins at a place."""
    readers = (
        _now,
        _after_next,
        _units,
        _weekday,
        _month_rel,
        _season,
        _quarter,
        _end_of_year,
        _weekend,
        _feast,
    )
    found = [each for read in readers if (each := read(text, at, today))]
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
    chosen = _relative(every, found["rel"], today)
    end = found.end() - (
        found[0].endswith(".") and not re.match(r" [a-z]|[,;)]", text[found.end() : found.end() + 2])
    )
    return Found(end, Moment((chosen,), "month")) if chosen else None


def _relative(every: Moment, words: str, today: dt.date) -> Stretch | None:
    """Last: the latest that is over; next: the first that has not begun; this: the nearest."""
    rel = words.lower().split()
    if "coming" in rel or "next" in rel:
        return next((each for each in every.stretches if each.first > today), None)
    if "past" in rel or "last" in rel:
        return next((each for each in reversed(every.stretches) if each.last < today), None)
    running = next((each for each in every.stretches if each.first <= today <= each.last), None)
    return running or next((each for each in every.stretches if each.first.year == today.year), None)


def _season(text: str, at: int, today: dt.date) -> Found | None:
    if found := _SEASON_YEAR.match(text, at):
        year = int(found["y1"]) if found["y1"] else today.year + _STEP[found["rel"].lower()]
        season = found["season"].lower()
        named = not found["y2"] or (season == "winter" and int(found["y2"]) % 100 == (year + 1) % 100)
        return (
            Found(found.end(), Moment((season_of(year, season),), "season"))
            if named and year > 1000
            else None
        )
    if found := _SEASON_REL.match(text, at):
        season = found["season"].lower()
        chosen = _this_season(season, found["rel"], today)
        return Found(found.end(), Moment((chosen,), "season")) if chosen else None
    found = _SEASON.match(text, at)
    if not found or not _is_season(text, found):
        return None
    season = found["season"].lower()
    return Found(found.end(), annual(lambda year: season_of(year, season), today, "season"))


def _this_season(season: str, rel: str, today: dt.date) -> Stretch | None:
    every = annual(lambda year: season_of(year, season), today, "season")
    if rel.lower() == "this" and season == "winter":
        return every.nearest(today)
    return _relative(every, rel, today)


def _is_season(text: str, found: re.Match[str]) -> bool:
    season, start, end = found["season"], found.start(), found.end()
    if season[0].isupper() and (
        re.match(r" [A-Z]", text[end : end + 2]) or re.search(r"[A-Z]\w+ $", text[max(0, start - 12) : start])
    ):
        return False
    if _FIGURATIVE.match(text, end):
        return False
    if season.lower() == "fall":
        preposed = _BEFORE_FALL.search(text, max(0, start - 12), start)
        return bool(
            found["the"]
            and preposed
            and re.match(r"[.,;:)]| (?:and|when|after|before|but|to|the|as|with|at)\b|$", text[end:])
        )
    return bool(found["the"]) or _BEFORE_SEASON.search(text, max(0, start - 12), start) is not None


def _quarter(text: str, at: int, today: dt.date) -> Found | None:
    if found := _YEAR_QUARTER.match(text, at):
        kind, index, year = found["kind"], int(found["q"]), int(found["year"])
        return _part_of_year(found.end(), kind, index, year, today)
    if found := _HALF.match(text, at):
        year = _year_before(text, at) or chosen_year(found, today)
        preposed = re.search(r"\b(?:in|for|of|during|by|from) $", text[max(0, at - 8) : at])
        return _part_of_year(found.end(), "H", int(found["h"]), year, today) if year or preposed else None
    found = _QUARTER.match(text, at)
    if not found:
        return None
    if found["q"]:
        year = int(found.group("year")) if found.group("year") else None
        capital = re.search(r"[A-Z]\w+ $", text[max(0, at - 12) : at]) and not _QUARTER_PREPOSED.search(
            text, max(0, at - 10), at
        )
        return None if capital and not year else _part_of_year(found.end(), "Q", int(found["q"]), year, today)
    if _OF_SOMETHING.match(text, found.end()):
        return None
    ordinal = found["ord"].lower()
    index = min(_QUARTERS.index(ordinal) + 1, 4)
    governed = found[0].lower().startswith("the ") or (
        "quarter" in found[0].lower() and _QUARTER_PREPOSED.search(text, max(0, at - 10), at)
    )
    if ordinal == "last" and not found["year"] and not found["rel"]:
        return None
    if not governed and found["hyphen"].isspace():
        return None
    end, year = found.end(), chosen_year(found, today)
    if year is None and (of_year := pattern(r" of the (?:financial |fiscal )?year\b").match(text, end)):
        end = of_year.end()
    return _part_of_year(end, "Q", index, year, today)


def _year_before(text: str, at: int) -> int | None:
    found = re.search(r"\b((?:19|20)\d\d) $", text[max(0, at - 5) : at])
    return int(found[1]) if found else None


def _part_of_year(end: int, kind: str, index: int, year: int | None, today: dt.date) -> Found | None:
    count = 3 if kind == "Q" else 6
    if index > 12 // count:
        return None
    sort: Sort = "quarter" if kind == "Q" else "half"
    moment = in_year(lambda each: months_of(each, count * (index - 1) + 1, count), year, today, sort)
    return Found(end, Moment(moment.stretches, sort, ended=True)) if moment else None


def _end_of_year(text: str, at: int, today: dt.date) -> Found | None:
    found = _END_OF_YEAR.match(text, at)
    if not found:
        return None
    what = found["what"].lower()
    if "turn" in what:
        moment = annual(lambda year: Stretch(dt.date(year, 12, 31), dt.date(year + 1, 1, 1)), today, "day")
    elif "month" in what:
        months = (month_of(today.year, today.month + step) for step in range(-3, 4))
        moment = several((one_day(each.last) for each in months), "day")
    else:
        moment = annual(lambda year: one_day(dt.date(year, 12, 31)), today, "day")
        return Found(
            found.end(), Moment(moment.stretches, "month")
        )  # no guard against far days: it is far in spring
    return Found(found.end(), moment)


def _weekend(text: str, at: int, today: dt.date) -> Found | None:
    found = _WEEKEND.match(text, at)
    if not found or _RECURRING.search(text, max(0, at - 14), at):
        return None
    every = several((weekend_of(today + 7 * step * DAY) for step in _WEEKS), "weekend")
    if not found["rel"]:
        return Found(found.end(), every)
    if found["rel"].lower() == "previous":
        return None
    chosen = _relative(every, found["rel"], today)
    return Found(found.end(), Moment((chosen,), "weekend")) if chosen else None


def _feast(text: str, at: int, today: dt.date) -> Found | None:
    found = _FEAST.match(text, at)
    if not found:
        return None
    name = " ".join(re.sub(r"['’ʼ`]", "'", found["feast"].lower()).split())
    end = found.end()
    if not (name[0] and text[found.start("feast")].isupper()) and name != "the new year":
        return None
    if name in ("christmas", "easter", "thanksgiving") and pattern(r" (?-i:[A-Z])").match(text, end):
        return None
    moment = in_year(lambda year: _feast_of(year, name), chosen_year(found, today), today, "day")
    if moment and found["when"]:
        chosen = _relative(moment, found["when"], today)
        moment = Moment((chosen,), "day") if chosen else None
    return Found(end, moment) if moment else None


_FROM_EASTER = {
    "easter": 0, "easter sunday": 0, "easter monday": 1, "good friday": -2, "maundy thursday": -3, "palm sunday": -7,
    "ash wednesday": -46, "whit monday": 50, "pentecost": 49,
}  # fmt: skip
_FEAST_DAYS = {
    "christmas eve": (12, 24), "christmas": (12, 25), "christmas day": (12, 25), "boxing day": (12, 26),
    "new year's eve": (12, 31), "new year's day": (1, 1), "new year's": (1, 1), "new year": (1, 1), "the new year": (1, 1),
    "halloween": (10, 31), "all saints' day": (11, 1), "valentine's day": (2, 14), "may day": (5, 1), "epiphany": (1, 6),
}  # fmt: skip


def _feast_of(year: int, name: str) -> Stretch:
    if name == "easter weekend":
        return Stretch(easter(year) - 2 * DAY, easter(year) + DAY)
    if name in _FROM_EASTER:
        return one_day(easter(year) + _FROM_EASTER[name] * DAY)
    if name.startswith("thanksgiving"):  # the fourth Thursday of November
        first = dt.date(year, 11, 1)
        return one_day(first + ((3 - first.weekday()) % 7 + 21) * DAY)
    return one_day(dt.date(year, *_FEAST_DAYS[name]))
