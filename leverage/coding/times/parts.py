"""Parts of stretches: early March, the first half, the last Friday."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from leverage.coding.times.days import DAY, Amount, Sort, Stretch, month_of, months_of, one_day, shift
from leverage.coding.times.words import weekday_number

ORDINALS = {"opening": 0, "first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "latter": 1}
LAST = ("last", "final", "closing")


def third_of(stretch: Stretch, sort: Sort, part: str) -> Stretch:
    """Early, mid or late: 1–10, 11–20, 21– of a month; four months of a year; Mon–Tue, Wed–Thu, Fri–Sun."""
    index = ("early", "mid", "late").index(part)
    first = stretch.first
    if sort == "month":
        days = ((1, 10), (11, 20), (21, stretch.last.day))[index]
        return Stretch(first.replace(day=days[0]), first.replace(day=days[1]))
    if sort == "week":
        start, end = ((0, 1), (2, 3), (4, 6))[index]
        return Stretch(first + start * DAY, first + end * DAY)
    if sort == "decade":
        start, end = ((0, 3), (4, 6), (7, 9))[index]
        return Stretch(dt.date(first.year + start, 1, 1), dt.date(first.year + end, 12, 31))
    if sort in ("year", "half", "season", "quarter"):
        count = {"year": 4, "half": 2}.get(sort, 1)
        return months_of(first.year, first.month + index * count, count)
    return stretch


def half_of(stretch: Stretch, sort: Sort, second: bool) -> Stretch:
    """One half: of a month to its 15th or from its 16th, of a year six months, else by its days."""
    first = stretch.first
    if sort == "month":
        return (
            replace(stretch, first=first.replace(day=16))
            if second
            else replace(stretch, last=first.replace(day=15))
        )
    if sort == "year":
        return months_of(first.year, 7 if second else 1, 6)
    if sort == "decade":
        start = dt.date(first.year + 5 * second, 1, 1)
        return Stretch(start, dt.date(start.year + 4, 12, 31))
    middle = first + ((stretch.last - first).days // 2) * DAY
    return replace(stretch, first=middle + DAY) if second else replace(stretch, last=middle)


def part_of(
    unit: str | None, weekday: str | None, count: int, which: str
) -> Callable[[Stretch], Stretch | None]:
    """Cuts, say, the first week or the last three days from a stretch; None where it has no such part."""
    last, index = which in LAST, ORDINALS.get(which, 0)
    if weekday:
        return lambda each: _weekday_of(each, weekday_number(weekday), -1 if last else index)
    if unit == "weekend":
        return lambda each: _weekend_in(each, -1 if last else index)
    months = {"month": count, "quarter": 3 * count}.get(unit or "", 0)
    amount = Amount(months, 0 if months else count * (7 if unit == "week" else 1))

    def cut(each: Stretch) -> Stretch | None:
        if last:
            end = each.last
            first = (
                month_of(end.year, end.month - months + 1).first if months else end - (amount.days - 1) * DAY
            )
            return Stretch(first, end) if first >= each.first else None
        first = shift(each.first, Amount(amount.months * index, amount.days * index))
        end = shift(first, amount) - DAY
        return Stretch(first, end) if end <= each.last else None

    return cut


def _weekday_of(stretch: Stretch, weekday: int, index: int) -> Stretch | None:
    first = stretch.first + (weekday - stretch.first.weekday()) % 7 * DAY
    if index < 0:
        first = stretch.last - (stretch.last.weekday() - weekday) % 7 * DAY
        index = 0
    day = first + 7 * index * DAY
    return one_day(day) if stretch.first <= day <= stretch.last else None


def _weekend_in(stretch: Stretch, index: int) -> Stretch | None:
    saturday = _weekday_of(stretch, 5, index)
    return Stretch(saturday.first, saturday.first + DAY) if saturday else None
