"""Pictures of a plane as static SVG: a matrix of shares, a triangle of weights, lines over time."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leverage.render._frame import MARGIN, WIDTH, heading, legend
from leverage.render.html import escape
from leverage.render.numbers import number, percent, points
from leverage.render.svg import (
    BLUE,
    GREY,
    INK,
    PAPER,
    RULE,
    SOFT,
    VERMILLION,
    Scale,
    bounds,
    element,
    fit,
    line,
    picture,
    rect,
    text,
    text_width,
    ticks,
)

# Okabe and Ito's colours in an order in which neighbours differ in lightness too.
HUES = (BLUE, VERMILLION, "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
DASHES = (None, "7 4", "2 3", "9 3 2 3", "12 4", "1 4")
_SMALL = 11.5
_CELL, _LABELS = 100.0, 330.0
_SIDE = 420.0
# Height of a chart of lines, and the room for their names at its right.
_TALL, _NAMES = 320.0, 170.0
# From almost white to a blue on which black text still has a contrast above 4.5.
_PALEST, _SHADES = 0.05, 0.65

Corner = tuple[float, float, float]


def matrix(
    *,
    key: str,
    title: str,
    description: str,
    rows: Sequence[str],
    columns: Sequence[str],
    shares: Sequence[Sequence[float | None]],
    axis_label: str,
) -> str:
    """A table of shares 0..1, each cell darker the higher its share; empty where there is none.

    Parameters
    ----------
    key : str
        Makes the ids; different for each chart of a page.
    title, description : str
        Plain text; the description is for readers who cannot see the chart.
    rows, columns : sequence of str
        Labels.
    shares : sequence of sequence of float or None
        One a row, as long as `columns`.
    axis_label : str
        What a cell says, below the matrix.
    """
    drawn_title, y = heading(title)
    wanted = max((text_width(label) for label in rows), default=0.0)
    left, top = MARGIN + 14 + min(wanted, _LABELS), y + 62
    size = min(_CELL, (WIDTH - MARGIN - left) / max(1, len(columns)))
    body = [drawn_title]
    for place, label in enumerate(columns):
        lines = fit(label, _SMALL, size - 8, lines=2)
        for number_, part in enumerate(lines):
            body.append(
                text(
                    left + size * (place + 0.5),
                    top - 22 + 14 * number_,
                    part,
                    size=_SMALL,
                    anchor="middle",
                    fill=SOFT,
                )
            )
    for row, (label, cells) in enumerate(zip(rows, shares, strict=True)):
        middle = top + 40.0 * (row + 0.5)
        body.append(text(left - 12, middle + 4.5, fit(label, 13, left - 12 - MARGIN)[0], anchor="end"))
        for column, share in enumerate(cells):
            body.append(_cell(left + size * column, middle - 20, size, share, f"{label}, {columns[column]}"))
    bottom = top + 40.0 * len(rows)
    body.append(
        text(left, bottom + 24, fit(axis_label, _SMALL, WIDTH - MARGIN - left)[0], size=_SMALL, fill=SOFT)
    )
    return picture(key, title, description, WIDTH, bottom + 24 + MARGIN, "".join(body))


def _cell(x: float, y: float, size: float, share: float | None, spoken: str) -> str:
    if share is None:
        return rect(x + 1, y + 1, size - 2, 38, PAPER, stroke=RULE, stroke_width=1)
    shown = percent(share)
    return element(
        "g",
        element("title", escape(f"{spoken}: {shown}")),
        rect(x + 1, y + 1, size - 2, 38, BLUE, fill_opacity=round(_PALEST + _SHADES * share, 2), stroke=RULE),
        text(x + size / 2, y + 24.5, shown, anchor="middle"),
    )


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the triangle: its label, and its corners as three parts that sum to 1, in order around it."""

    label: str
    corners: Sequence[Corner]


def triangle(
    *,
    key: str,
    title: str,
    description: str,
    names: tuple[str, str, str],
    regions: Sequence[Region],
    point: Corner,
    point_label: str,
    note: str = "",
) -> str:
    """All splits of a whole in three as a triangle: a corner is all for one, the middle a third for each.

    Parameters
    ----------
    key : str
        Makes the ids; different for each chart of a page.
    title, description : str
        Plain text; the description is for readers who cannot see the chart.
    names : tuple of str
        Of the corners: left, right, top.
    regions : sequence of Region
    point : tuple of float
        A split to be marked.
    point_label : str
        What it is.
    note : str
        A line below.
    """
    drawn_title, y = heading(title)
    height = _SIDE * math.sqrt(3) / 2
    left, bottom = (WIDTH - _SIDE) / 2, y + 60 + height

    def at(corner: Corner) -> tuple[float, float]:
        _, right, top = corner
        return left + _SIDE * (right + top / 2), bottom - height * top

    body = [drawn_title]
    for place, region in enumerate(regions):
        if len(region.corners) > 2:
            path = " ".join(f"{x:.2f},{y:.2f}" for x, y in map(at, region.corners))
            hue = HUES[place % len(HUES)]
            title_ = element("title", escape(region.label))
            body.append(
                element(
                    "polygon", title_, points=path, fill=hue, fill_opacity=0.3, stroke=hue, stroke_width=1
                )
            )
            x, middle = (
                sum(each) / len(region.corners) for each in zip(*map(at, region.corners), strict=True)
            )
            body.append(text(x, middle, fit(region.label, 13, 170)[0], anchor="middle", bold=True))
    frame = " ".join(f"{x:.2f},{y:.2f}" for x, y in map(at, ((1, 0, 0), (0, 1, 0), (0, 0, 1))))
    body.append(element("polygon", points=frame, fill="none", stroke=INK, stroke_width=1.5))
    room = left - MARGIN - 12
    body.append(text(left - 10, bottom + 5, fit(names[0], 13, room)[0], anchor="end"))
    body.append(text(left + _SIDE + 10, bottom + 5, fit(names[1], 13, room)[0]))
    body.append(text(WIDTH / 2, bottom - height - 12, fit(names[2], 13, 400)[0], anchor="middle"))
    x, middle = at(point)
    body.append(element("circle", cx=x, cy=middle, r=6, fill=INK, stroke=PAPER, stroke_width=2))
    drawn_legend, y = legend(
        [(lambda x, y: element("circle", cx=x + 11, cy=y, r=6, fill=INK), point_label)], bottom + 40
    )
    body.append(drawn_legend)
    if note:
        y += 22
        body.append(text(MARGIN, y, fit(note, _SMALL, WIDTH - 2 * MARGIN)[0], size=_SMALL, fill=SOFT))
    return picture(key, title, description, WIDTH, y + MARGIN, "".join(body))


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
        text(MARGIN, top - 14, axis_label, size=_SMALL, fill=SOFT),
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
        yield text(across.left - 8, up(mark) + 4, number(mark), size=_SMALL, anchor="end", fill=SOFT)


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
        shown = fit(f"{words}, {_day(date)}", _SMALL, 240)[0]
        right = x > (across.left + across.right) / 2
        place, anchor = (x - 5, "end") if right else (x + 5, None)
        yield text(place, up.right + 12 + 15 * (level % 3), shown, size=_SMALL, anchor=anchor, fill=SOFT)
    yield line(across.left, up.left, across.right, up.left, GREY)
    yield text(across.left, up.left + 18, _day(dates[0]), size=_SMALL, fill=SOFT)
    yield text(across.right, up.left + 18, _day(dates[-1]), size=_SMALL, anchor="end", fill=SOFT)


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
