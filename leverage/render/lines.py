"""Lines with bands over days as static SVG."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leverage.render._frame import MARGIN, SMALL, WIDTH, heading
from leverage.render.html import escape
from leverage.render.numbers import number, points
from leverage.render.svg import (
    GREY,
    HUES,
    RULE,
    SOFT,
    Scale,
    bounds,
    element,
    fit,
    line,
    picture,
    text,
    ticks,
)

# Lines are told apart by their dashes too, not by colour alone.
DASHES = (None, "7 4", "2 3", "9 3 2 3", "12 4", "1 4")
# Height of the chart, and the room for names at its right.
_TALL, _NAMES = 320.0, 170.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line over time: a value a date, None where there is none, and a band from low to high."""

    label: str
    values: Sequence[float | None]
    low: Sequence[float]
    high: Sequence[float]


def lines(
    *,
    key: str,
    title: str,
    description: str,
    dates: Sequence[dt.date],
    series: Sequence[Line],
    marks: Sequence[tuple[dt.date, str]],
    axis: tuple[float, float] = (0, 100),
    axis_label: str,
) -> str:
    """Lines with bands over days; a line is absent where a value is, its band stays.

    Parameters
    ----------
    key : str
        Makes the ids; different for each chart of a page.
    title, description : str
        Plain text; the description is for readers who cannot see the chart.
    dates : sequence of date
        Rising, at least two.
    series : sequence of Line
    marks : sequence of (date, str)
        Days to be marked by an upright line with its words.
    axis : tuple of float
        Ends of the upright axis.
    axis_label : str
        What it measures.
    """
    bounds([value for one in series for ends in (one.low, one.high) for value in ends])
    drawn_title, y = heading(title)
    top, bottom = y + 56, y + 56 + _TALL
    across = Scale(0.0, float(max(1, (dates[-1] - dates[0]).days)), MARGIN + 40, WIDTH - MARGIN - _NAMES)
    up = Scale(axis[0], axis[1], bottom, top)
    xs = [across(float((date - dates[0]).days)) for date in dates]
    body = [
        drawn_title,
        text(MARGIN, top - 14, axis_label, size=SMALL, fill=SOFT),
        *_levels(axis, across, up),
        *(_band(xs, one, up, HUES[place % len(HUES)]) for place, one in enumerate(series)),
        *_named(xs, series, across, up),
        *_days(dates, marks, across, up),
    ]
    return picture(key, title, description, WIDTH, bottom + 18 + MARGIN, "".join(body))


def _levels(axis: tuple[float, float], across: Scale, up: Scale) -> Iterator[str]:
    """Light lines across at the upright axis's ticks, with their numbers."""
    for mark in ticks(*axis):
        yield line(across.left, up(mark), across.right, up(mark), RULE)
        yield text(across.left - 8, up(mark) + 4, number(mark), size=SMALL, anchor="end", fill=SOFT)


def _named(xs: Sequence[float], series: Sequence[Line], across: Scale, up: Scale) -> Iterator[str]:
    """Each line, and its label beside its end; a line without values is named beside its band."""
    ends = []
    for one in series:
        told = [value for value in one.values if value is not None]
        ends.append(up(told[-1] if told else (one.low[-1] + one.high[-1]) / 2))
    for place, (one, end) in enumerate(zip(series, _apart(ends), strict=True)):
        hue = HUES[place % len(HUES)]
        yield _trace(xs, one, up, hue, DASHES[place % len(DASHES)])
        shown = fit(one.label, 13, WIDTH - MARGIN - across.right - 10)[0]
        yield text(across.right + 8, end + 4.5, shown, fill=hue, bold=True)


def _days(
    dates: Sequence[dt.date], marks: Sequence[tuple[dt.date, str]], across: Scale, up: Scale
) -> Iterator[str]:
    """The axis of days with its ends, and the marked days with their words."""
    for level, (date, words) in enumerate(each for each in marks if dates[0] <= each[0] <= dates[-1]):
        x = across(float((date - dates[0]).days))
        yield line(x, up.right, x, up.left, GREY, 1, stroke_dasharray="4 3")
        shown = fit(f"{words}, {_day(date)}", SMALL, 240)[0]
        right = x > (across.left + across.right) / 2
        place, anchor = (x - 5, "end") if right else (x + 5, None)
        yield text(place, up.right + 12 + 15 * (level % 3), shown, size=SMALL, anchor=anchor, fill=SOFT)
    yield line(across.left, up.left, across.right, up.left, GREY)
    yield text(across.left, up.left + 18, _day(dates[0]), size=SMALL, fill=SOFT)
    yield text(across.right, up.left + 18, _day(dates[-1]), size=SMALL, anchor="end", fill=SOFT)


def _band(xs: Sequence[float], one: Line, up: Scale, hue: str) -> str:
    edge = [(x, up(value)) for x, value in zip(xs, one.high, strict=True)]
    edge += [(x, up(value)) for x, value in zip(reversed(xs), reversed(one.low), strict=True)]
    path = " ".join(f"{x:.2f},{y:.2f}" for x, y in edge)
    return element("polygon", points=path, fill=hue, fill_opacity=0.1, class_="lv-band")


def _trace(xs: Sequence[float], one: Line, up: Scale, hue: str, dashes: str | None) -> str:
    """The line in the pieces that its values leave, as one group with its words."""
    pieces: list[list[str]] = [[]]
    for x, value in zip(xs, one.values, strict=True):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{x:.2f},{up(value):.2f}")
    told = [value for value in one.values if value is not None]
    spoken = (
        f"{one.label}: from {points(told[0])} to {points(told[-1])}" if told else f"{one.label}: range only"
    )
    drawn = [
        element(
            "polyline",
            points=" ".join(piece),
            fill="none",
            stroke=hue,
            stroke_width=2.5,
            stroke_dasharray=dashes,
        )
        for piece in pieces
        if piece
    ]
    return element("g", element("title", escape(spoken)), *drawn)


def _apart(wanted: Sequence[float], least: float = 17.0) -> list[float]:
    """Heights of labels, moved down where two would run into each other."""
    placed = [0.0] * len(wanted)
    before = -math.inf
    for place in sorted(range(len(wanted)), key=lambda each: wanted[each]):
        before = placed[place] = max(wanted[place], before + least)
    return placed


def _day(date: dt.date) -> str:
    return f"{date:%-d %b %Y}"
