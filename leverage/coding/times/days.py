"""Stretches of the calendar, and moments that an expression may mean: one stretch, or one of several."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

Sort = Literal["day", "week", "weekend", "month", "season", "quarter", "half", "year", "decade", "span"]
Look = Literal["ahead", "back", "present", "none"]
"""Where a clause looks: to what is to come, to what was, to what is; or it has no verb that tells."""

DAY = dt.timedelta(days=1)
REACH = 4
"""Years on each side of an article among which a date without a year is sought."""
LEAP_REACH = 8
"""The same for 29 February, which may be missing for eight years."""
YEAR = 365
FAR = 300
"""A day without a year lies no further off than this: writers state the year before they mislead."""
RUNNING = 3
"""A running quarter is told of in the past once this part of it, a third, is over."""
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""The first month of each season, in the north."""


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Days from the first to the last, both of them included."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Amount:
    """A length of time, in calendar months and days."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """What an expression may mean: one stretch, or one of several that a clause's tense decides between.

    Attributes
    ----------
    stretches : tuple of Stretch
        In order; one where the expression says it all.
    sort : str
        What each of them is: a day, a week, a month ...
    weekday : bool
        A bare weekday: looking ahead it is never the article's own day.
    ended : bool
        A quarter or half of a year: looking back it has run for a while, since its figures are told.
    event : bool
        A dated event: an expression of time only where a preposition makes it one.
    """

    stretches: tuple[Stretch, ...]
    sort: Sort
    weekday: bool = False
    ended: bool = False
    event: bool = False

    @property
    def fixed(self) -> bool:
        """Whether tense has nothing to decide."""
        return len(self.stretches) == 1

    def map(self, change: Callable[[Stretch], Stretch], sort: Sort) -> Moment:
        """Every stretch changed, such as each March to its last day."""
        return Moment(tuple(change(each) for each in self.stretches), sort)

    def resolve(self, today: dt.date, look: Look) -> Stretch | None:
        """The stretch that is meant by a clause that looks there."""
        if self.fixed:
            return self.stretches[0]
        if look == "present":
            look = "ahead" if self.sort in ("day", "weekend") else "none"
        if look == "none" and (self.weekday or self.ended):
            look = "back"
        if look == "none":
            return self.nearest(today)
        found = self.following(today) if look == "ahead" else self.preceding(today)
        if found and self.sort == "day" and not self.weekday and _distance(found, today) > FAR:
            nearest = self.nearest(today)
            return nearest if nearest and _distance(nearest, today) < YEAR - FAR else found
        return found

    def nearest(self, today: dt.date) -> Stretch | None:
        """The stretch with the fewest days between; of two the earlier."""
        return min(self.stretches, key=lambda each: _distance(each, today), default=None)

    def following(self, today: dt.date) -> Stretch | None:
        """The first that is not over; of a bare weekday the first after the day."""
        for each in self.stretches:
            if each.first > today if self.weekday else each.last >= today:
                return each
        return None

    def preceding(self, today: dt.date) -> Stretch | None:
        """The latest that has begun; a quarter only when a third of it is over."""
        for each in reversed(self.stretches):
            told = each.first + (each.last - each.first) // RUNNING if self.ended else each.first
            if told <= today:
                return each
        return None


def _distance(stretch: Stretch, today: dt.date) -> int:
    return max((stretch.first - today).days, (today - stretch.last).days, 0)


def fixed(first: dt.date, last: dt.date | None = None, sort: Sort = "day") -> Moment:
    """A moment that says it all."""
    return Moment((Stretch(first, first if last is None else last),), sort)


def annual(make: Callable[[int], Stretch | None], today: dt.date, sort: Sort, reach: int = REACH) -> Moment:
    """One stretch of each of the years around an article."""
    years = range(today.year - reach, today.year + reach + 1)
    return several((each for each in map(make, years) if each), sort)


def several(stretches: Iterable[Stretch], sort: Sort) -> Moment:
    """A moment that is one of these."""
    return Moment(tuple(sorted(stretches)), sort)


def one_day(day: dt.date) -> Stretch:
    """A day as a stretch."""
    return Stretch(day, day)


def month_of(year: int, month: int) -> Stretch:
    """All days of a month; the month may run over the year's ends (0 is the December before)."""
    year, index = year + (month - 1) // 12, (month - 1) % 12 + 1
    return Stretch(dt.date(year, index, 1), dt.date(year, index, calendar.monthrange(year, index)[1]))


def months_of(year: int, month: int, count: int) -> Stretch:
    """All days of some months in a row."""
    return Stretch(month_of(year, month).first, month_of(year, month + count - 1).last)


def year_of(year: int) -> Stretch:
    """All days of a year."""
    return months_of(year, 1, 12)


def season_of(year: int, season: str) -> Stretch:
    """A season that begins in the year: winter is December to February."""
    return months_of(year, SEASONS[season], 3)


def week_of(day: dt.date) -> Stretch:
    """The week of a day, Monday to Sunday."""
    monday = day - DAY * day.weekday()
    return Stretch(monday, monday + 6 * DAY)


def weekend_of(day: dt.date) -> Stretch:
    """Saturday and Sunday of the week of a day."""
    sunday = week_of(day).last
    return Stretch(sunday - DAY, sunday)


def shift(day: dt.date, amount: Amount, sign: int = 1) -> dt.date:
    """A day moved by calendar months and days; 31 January plus one month is 28 February."""
    month = month_of(day.year, day.month + sign * amount.months)
    return month.first.replace(day=min(day.day, month.last.day)) + sign * amount.days * DAY


def easter(year: int) -> dt.date:
    """Easter Sunday of the Gregorian calendar, by the golden number and the epact."""
    golden, century = year % 19, year // 100
    skipped = century - century // 4 - (8 * century + 13) // 25
    epact = (skipped + 19 * golden + 15) % 30
    epact -= (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    sunday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    offset = epact - sunday
    month = 3 + (offset + 40) // 44
    return dt.date(year, month, offset + 28 - 31 * (month // 4))


def unit_of(unit: str, today: dt.date, step: int = 0) -> Stretch:
    """The calendar unit that holds a day, or the one that is `step` units later."""
    match unit:
        case "day":
            return one_day(today + step * DAY)
        case "week":
            return week_of(today + 7 * step * DAY)
        case "fortnight":
            monday = week_of(today).first + 14 * step * DAY
            return Stretch(monday, monday + 13 * DAY)
        case "weekend":
            return weekend_of(today + 7 * step * DAY)
        case "month":
            return month_of(today.year, today.month + step)
        case "quarter":
            return months_of(today.year, 3 * ((today.month - 1) // 3 + step) + 1, 3)
        case "year":
            return year_of(today.year + step)
        case "decade":
            decade = today.year // 10 * 10 + 10 * step
            return Stretch(dt.date(decade, 1, 1), dt.date(decade + 9, 12, 31))
    raise ValueError(f"no calendar unit {unit!r}")
