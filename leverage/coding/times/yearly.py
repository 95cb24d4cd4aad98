"""What comes every year: seasons, quarters, the year's end, feasts."""

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
    month_of,
    months_of,
    one_day,
    season_of,
    several,
)
from leverage.coding.times.words import (
    SEASON,
    pattern,
)

_SEASON_YEAR = pattern(
    rf"(?:the )?(?P<season>{SEASON}"
    rf"|fall\b) ?(?:of )?(?:(?P<y1>\d{{4}})(?:[-/–](?P<y2>\d\d(?:\d\d)?))?(?!\d)|(?:of )?(?P<rel>last"
    rf"|this|next) year\b)"
)
_SEASON_REL = pattern(
    rf"(?P<rel>last|this past|this coming|this|next|the coming|the past|coming) (?P<season>{SEASON}|fall\b)"
)
_SEASON = pattern(rf"(?P<the>the |all )?(?P<season>{SEASON}|fall\b)")
_BEFORE_SEASON = pattern(
    r"\b(?:in|by|since|until|till|before|during|through|throughout|over|early|mid|late|to|from|after|of"
    r"|and) $|\bmid~$"
)
_FIGURATIVE = pattern(
    r" (?:in (?:his|her|their|its|my|your) |of (?!this\b|last\b|next\b|the year\b|\d)|(?:water|rolls?"
    r"|onions?|camps?|schools?|games|house|coat|palace)\b)"
)
_BEFORE_FALL = pattern(r"\b(?:in|by|since|until|till|before|during|through|throughout|this|last|next) $")
_QUARTERS = ("first", "second", "third", "fourth", "last", "final")
_QUARTER = pattern(
    rf"(?:(?:the )?(?P<ord>first|second|third|fourth|last|final)(?P<hyphen> |~)quarter\b"
    rf"|(?-i:Q)(?P<q>[1-4])(?!\w)){YEARISH}?"
)
_YEAR_QUARTER = pattern(r"(?P<year>(?:19|20)\d\d) (?-i:(?P<kind>[QH]))(?P<q>[1-4])(?!\w)")
_HALF = pattern(rf"(?-i:H)(?P<h>[12])(?!\w)(?:{YEARISH})?")
_OF_SOMETHING = pattern(r" of (?!(?:the |this |last |next )?(?:year|financial year|fiscal year|decade)\b)")
_QUARTER_PREPOSED = pattern(
    r"\b(?:in|since|by|until|before|during|from|for|through|of|to|end of|the|late|early|mid) $|\bmid~$"
)
_HALF_PREPOSED = pattern(r"\b(?:in|for|of|during|by|from) $")
_NAME_BEFORE = pattern(r"(?-i:[A-Z]\w+) $")
_OF_THE_YEAR = pattern(r" of the (?:financial |fiscal )?year\b")
_END_OF_YEAR = pattern(
    r"(?:the )?(?P<what>year~end|year end|year's end|turn of the year|month~end|month's end)\b"
)
_FEAST = pattern(
    rf"(?:(?P<when>last|this|next) )?(?:the )?(?P<feast>Christmas Eve|Christmas Day|Christmas(?! (?:tree"
    rf"|card|market|present|shopping|bonus|party|dinner|carol|island))"
    r"|Boxing Day|New Year's Eve|New Year's Day|New Year's|(?-i:New Year)|(?-i:the new year\b)"
    r"|Good Friday|Easter Sunday|Easter Monday|Easter weekend|Easter(?! (?:egg|island|bunny|rising))"
    rf"|Maundy Thursday|Palm Sunday|Ash Wednesday|Whit Monday|Pentecost|Thanksgiving(?: Day)?|Halloween"
    rf"|All Saints' Day|Valentine's Day|May Day|Epiphany)\b(?:{YEARISH})?"
)


def read_yearly(text: str, at: int, today: dt.date) -> list[Found]:
    """Whatever comes every year and begins at a place."""
    return [each for read in (_season, _quarter, _end_of_year, _feast) if (each := read(text, at, today))]


def relative(every: Moment, words: str, today: dt.date) -> Stretch | None:
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
        year = (
            int(found["y1"])
            if found["y1"]
            else today.year + ("last", "this", "next").index(found["rel"].lower()) - 1
        )
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
    every = annual(lambda year: season_of(year, season), today, "season")
    if (found["the"] or "").lower().startswith("all"):  # a season that runs or has just run
        nearest = every.nearest(today)
        return Found(found.end(), Moment((nearest,), "season")) if nearest else None
    return Found(found.end(), every)


def _this_season(season: str, rel: str, today: dt.date) -> Stretch | None:
    every = annual(lambda year: season_of(year, season), today, "season")
    if rel.lower() == "this" and season == "winter":
        return every.nearest(today)
    return relative(every, rel, today)


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
    """A quarter or half: "2024 Q3", "H1 2025", "Q3", "the first quarter of last year"."""
    if found := _YEAR_QUARTER.match(text, at):
        return _part_of_year(found.end(), found["kind"], int(found["q"]), int(found["year"]), today)
    if found := _HALF.match(text, at):
        stated = chosen_year(found, today)
        preposed = _HALF_PREPOSED.search(text, max(0, at - 8), at)
        return _part_of_year(found.end(), "H", int(found["h"]), stated, today) if stated or preposed else None
    found = _QUARTER.match(text, at)
    if not found:
        return None
    preposed = _QUARTER_PREPOSED.search(text, max(0, at - 10), at)
    if found["ord"]:
        return _named_quarter(text, found, preposed is not None, today)
    stated = chosen_year(found, today)
    if _NAME_BEFORE.search(text, max(0, at - 20), at) and not (stated or preposed):  # a car
        return None
    return _part_of_year(found.end(), "Q", int(found["q"]), stated, today)


def _named_quarter(text: str, found: re.Match[str], preposed: bool, today: dt.date) -> Found | None:
    stated, end, ordinal = chosen_year(found, today), found.end(), found["ord"].lower()
    governed = preposed or found[0].lower().startswith("the ") or not found["hyphen"].isspace()
    if _OF_SOMETHING.match(text, end) or not governed or (ordinal == "last" and stated is None):
        return None
    if stated is None and (of_year := _OF_THE_YEAR.match(text, end)):
        end = of_year.end()
    return _part_of_year(end, "Q", min(_QUARTERS.index(ordinal) + 1, 4), stated, today)


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
        chosen = relative(moment, found["when"], today)
        moment = Moment((chosen,), "day") if chosen else None
    return Found(end, moment) if moment else None


_FROM_EASTER = {
    "easter": 0, "easter sunday": 0, "easter monday": 1, "good friday": -2, "maundy thursday": -3,
    "palm sunday": -7,
    "ash wednesday": -46, "whit monday": 50, "pentecost": 49,
}  # fmt: skip
_FEAST_DAYS = {
    "christmas eve": (12, 24), "christmas": (12, 25), "christmas day": (12, 25), "boxing day": (12, 26),
    "new year's eve": (12, 31), "new year's day": (1, 1), "new year's": (1, 1), "new year": (1, 1),
    "the new year": (1, 1),
    "halloween": (10, 31), "all saints' day": (11, 1), "valentine's day": (2, 14), "may day": (5, 1),
    "epiphany": (1, 6),
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
