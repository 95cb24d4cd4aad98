"""Moments as sentences tell them: the calendar's, parts of them, and days counted from them."""

from __future__ import annotations

import datetime as dt

from leverage.coding.times.dates import Found, read_date
from leverage.coding.times.days import (
    DAY,
    Amount,
    Moment,
    Sort,
    Stretch,
    fixed,
    one_day,
    several,
    shift,
    unit_of,
    week_of,
    weekend_of,
)
from leverage.coding.times.events import EventNames
from leverage.coding.times.lengths import Length, read_length
from leverage.coding.times.months import read_month, read_year
from leverage.coding.times.named import read_named
from leverage.coding.times.parts import LAST, ORDINALS, half_of, part_of, third_of
from leverage.coding.times.words import (
    NUMBER,
    WEEKDAY,
    number,
    pattern,
)

_DEEPEST = 3
"""Parts of parts that are read: "the end of the first week of March" is two deep."""
_WHICH = rf"(?P<which>{'|'.join([*ORDINALS, *LAST])})"
_OWN_UNIT = pattern(
    r"(?:the|this) (?P<unit>week|month|quarter|year|decade)\b(?!~| \d| (?:the|that|since|before|after"
    r"|earlier)\b)"
)
_THIRD = pattern(
    r"(?:(?:the )?(?P<part>early|mid|middle|late|later|earlier)(?: part)?(?P<of> in | of | ?~ ?| )"
    r"|halfway through |(?P<towards>towards? the end of ))"
)
_END = pattern(
    r"(?:the )?(?:very |tail )?(?:(?P<end>end|close)|start|beginning|outset|opening)(?: of |~(?=[A-Zm]))"
)
_HALF = pattern(r"(?:the )?(?P<which>first|second|latter|last|other) half of ")
_PART = pattern(
    rf"(?:the )?{_WHICH} (?P<count>{NUMBER} )?(?:(?P<unit>day|week|weekend|month|quarter)s?"
    rf"|(?P<weekday>{WEEKDAY})) (?:of|in) "
)
_DURING = pattern(
    r"(?:(?:the )?(?:day|date|night|morning|afternoon|evening|eve(?P<eve>)|week(?P<week>)"
    r"|weekend(?P<weekend>)|rest(?P<rest>)|remainder(?P<rest2>))"
    r"(?P<of> of| beginning| starting| commencing) (?:(?:on|in) )?)"
)
_AGO = pattern(r" ago\b(?: (?:(?P<today>today)|this (?P<unit>week|month))\b)?")
_FROM_NOW = pattern(r" (?:from (?:now|today)|hence)\b")
_FROM = pattern(r" (?P<how>from|before|after|prior to|ahead of|following|on|following) ")
_TOMORROW = pattern(r" (?P<day>today|tomorrow)\b")
_THE_BEFORE = pattern(
    r"the (?P<unit>day|week|month|year) (?P<how>before|after|following|preceding) (?!(?:last|next"
    r"|yesterday|tomorrow)\b)"
)
_THE_LENGTH = pattern(r"the (?=\w)")
_SIDE = pattern(r" (?P<how>before|after|leading up to|following|preceding) ")


class Reader:
    """Reads the moments of one sentence.

    Parameters
    ----------
    text : str
        The sentence.
    today : datetime.date
        The article's date.
    events : EventNames
    """

    def __init__(self, text: str, today: dt.date, events: EventNames) -> None:
        self.text = text
        self.today = today
        self.events = events
        self._read: dict[tuple[int, bool, int], Found | None] = {}

    def point(self, at: int, governed: bool = False, depth: int = 0) -> Found | None:
        """The longest moment that begins at a place.

        Parameters
        ----------
        at : int
        governed : bool
            Whether a word of time stands before it, so that "May" is the month.
        depth : int
            How many parts of parts were opened.
        """
        key = (at, governed, depth)
        if key not in self._read:
            self._read[key] = self._longest(at, governed, depth)
        return self._read[key]

    def _longest(self, at: int, governed: bool, depth: int) -> Found | None:
        text, today = self.text, self.today
        found: list[Found] = []
        first = text[at : at + 1]
        if first.isdigit() or first.isupper() or first.lower() in "tfs":
            found += _some(read_date(text, at, today))
        if first.isupper():
            found += _some(read_month(text, at, today, governed))
        if first.isdigit() or first in "tT":
            found += _some(read_year(text, at, today, governed))
        found += _some(read_named(text, at, today))
        if length := read_length(text, at):
            found += _some(self._counted(length, depth))
        if depth < _DEEPEST:
            for read in (self._third, self._end, self._half, self._part, self._during, self._beside):
                found += _some(read(at, depth))
        if depth:
            found += _some(self._own_unit(at))
        found += _some(self.events.read(text, at))
        return max(found, key=lambda each: each.end, default=None)

    def _own_unit(self, at: int) -> Found | None:
        """The article's own unit, as in "the end of the year"."""
        if not (found := _OWN_UNIT.match(self.text, at)):
            return None
        unit = found["unit"].lower()
        steps = (0,) if found[0].lower().startswith("this") else range(-2, 3)
        sort: Sort = unit  # type: ignore[assignment]
        return Found(found.end(), several((unit_of(unit, self.today, step) for step in steps), sort))

    def _third(self, at: int, depth: int) -> Found | None:
        found = _THIRD.match(self.text, at)
        if not found:
            return None
        inner = self.point(found.end(), True, depth + 1)
        part = (found["part"] or ("late" if found["towards"] else "mid")).lower().replace("middle", "mid")
        if not inner or inner.moment.event:
            return None
        moment = inner.moment
        if part in ("later", "earlier"):  # the unit itself, as "this month" is
            return (
                Found(inner.end, moment)
                if moment.sort in ("week", "month", "year", "quarter", "decade")
                else None
            )
        if moment.sort not in ("month", "week", "year", "half", "season", "quarter", "decade"):
            bare = moment.sort == "day" and (found["of"] or "").isspace()
            return Found(inner.end, moment) if bare and part != "mid" else None
        sort: Sort = "span" if moment.sort != "month" else "week"
        return Found(inner.end, moment.map(lambda each: third_of(each, moment.sort, part), sort))

    def _end(self, at: int, depth: int) -> Found | None:
        found = _END.match(self.text, at)
        inner = self.point(found.end(), True, depth + 1) if found else None
        if not found or not inner or inner.moment.weekday:
            return None
        last = found["end"] is not None
        moment = inner.moment.map(lambda each: one_day(each.last if last else each.first), "month")
        return Found(inner.end, moment)

    def _half(self, at: int, depth: int) -> Found | None:
        found = _HALF.match(self.text, at)
        inner = self.point(found.end(), True, depth + 1) if found else None
        if not found or not inner or inner.moment.sort == "day":
            return None
        sort, second = inner.moment.sort, found["which"].lower() != "first"
        moment = inner.moment.map(lambda each: half_of(each, sort, second), "half")
        return Found(inner.end, Moment(moment.stretches, "half", ended=sort == "year"))

    def _part(self, at: int, depth: int) -> Found | None:
        found = _PART.match(self.text, at)
        inner = self.point(found.end(), True, depth + 1) if found else None
        if not found or not inner or (inner.moment.sort in ("day", "weekend") and found["unit"] != "day"):
            return None
        count = int(number(found["count"])) if found["count"] else 1
        which = found["which"].lower()
        cut = part_of(found["unit"] and found["unit"].lower(), found["weekday"], count, which)
        stretches = [part for each in inner.moment.stretches if (part := cut(each))]
        unit: Sort = "day" if (found["unit"] or "day").lower() == "day" and count == 1 else "month"
        return Found(inner.end, Moment(tuple(stretches), unit)) if stretches else None

    def _during(self, at: int, depth: int) -> Found | None:
        found = _DURING.match(self.text, at)
        inner = self.point(found.end(), True, depth + 1) if found else None
        if not found or not inner:
            return None
        moment = inner.moment
        if found["rest"] is not None or found["rest2"] is not None:
            chosen = moment.following(self.today)
            rest = (
                chosen and chosen.last >= self.today and moment.sort != "day" and found["of"].strip() == "of"
            )
            return Found(inner.end, fixed(self.today, chosen.last, "span")) if chosen and rest else None
        if found["week"] is not None:
            return (
                Found(inner.end, moment.map(lambda each: week_of(each.first), "week"))
                if moment.sort == "day"
                else None
            )
        if found["weekend"] is not None:
            return (
                Found(inner.end, moment.map(lambda each: weekend_of(each.first), "weekend"))
                if moment.sort == "day"
                else None
            )
        if found["eve"] is not None:
            return Found(inner.end, moment.map(lambda each: one_day(each.first - DAY), "day"))
        if (moment.sort != "day" and not moment.event) or found["of"].strip() != "of":
            return None
        return Found(inner.end, Moment(moment.stretches, moment.sort, weekday=moment.weekday))

    def _beside(self, at: int, depth: int) -> Found | None:
        """So many days next to a moment: "the week before the vote", "the three days after Christmas"."""
        if found := _THE_BEFORE.match(self.text, at):
            unit, how, start = found["unit"].lower(), found["how"].lower(), found.end()
            amount = {"day": Amount(days=1), "week": Amount(days=7), "month": Amount(1), "year": Amount(12)}[
                unit
            ]
        else:
            the = _THE_LENGTH.match(self.text, at)
            length = read_length(self.text, the.end()) if the else None
            side = _SIDE.match(self.text, length.end) if length else None
            if not length or not side or length.ranged:
                return None
            amount, how, start = length.high, side["how"].lower(), side.end()
        inner = self.point(start, True, depth + 1)
        if not inner:
            return None
        if how in ("after", "following"):
            return Found(
                inner.end, inner.moment.map(lambda e: Stretch(e.last + DAY, shift(e.last, amount)), "span")
            )
        return Found(
            inner.end, inner.moment.map(lambda e: Stretch(shift(e.first, amount, -1), e.first - DAY), "span")
        )

    def _counted(self, length: Length, depth: int) -> Found | None:
        """Days counted: "three weeks ago", "a week from Friday", "two days before the vote"."""
        text, today = self.text, self.today
        if length.more:
            return None
        if found := _AGO.match(text, length.end):
            stretch = length.point(today, -1)
            if found["today"] or found["unit"]:  # "two years ago this week"
                unit = (found["unit"] or "day").lower()
                stretch = unit_of(unit, shift(today, length.high, -1))
            return Found(found.end(), Moment((stretch,), "span"))
        if found := _FROM_NOW.match(text, length.end):
            return Found(found.end(), Moment((length.point(today, 1),), "span"))
        if found := _TOMORROW.match(text, length.end):
            base = today + DAY * (found["day"].lower() == "tomorrow")
            return (
                Found(found.end(), Moment((length.point(base, 1),), "day")) if length.unit == "week" else None
            )
        found = _FROM.match(text, length.end)
        if not found or depth >= _DEEPEST:
            return None
        inner = self.point(found.end(), True, depth + 1)
        how = found["how"].lower()
        if (
            not inner
            or (how == "on" and not inner.moment.weekday)
            or (how == "from" and inner.moment.sort != "day")
        ):
            return None
        moment = inner.moment
        if how in ("from", "on"):  # from the coming Friday
            base_day = moment.following(today)
            return Found(inner.end, Moment((length.point(base_day.first, 1),), "day")) if base_day else None
        if how in ("after", "following"):
            return Found(inner.end, moment.map(lambda each: length.point(each.last, 1), "span"))
        return Found(inner.end, moment.map(lambda each: length.point(each.first, -1), "span"))


def _some(found: Found | None) -> list[Found]:
    return [found] if found and found.moment.stretches else []
