"""Pictures of a plane as static SVG: a matrix of shares, and a triangle of the splits of a whole in three."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from leverage.render._frame import MARGIN, SMALL, WIDTH, heading, legend
from leverage.render.html import escape
from leverage.render.numbers import percent
from leverage.render.svg import (
    BLUE,
    HUES,
    INK,
    PAPER,
    RULE,
    SOFT,
    element,
    fit,
    picture,
    rect,
    text,
    text_width,
)

_CELL, _LABELS = 100.0, 330.0
_SIDE = 420.0
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
        lines = fit(label, SMALL, size - 8, lines=2)
        for number_, part in enumerate(lines):
            body.append(
                text(
                    left + size * (place + 0.5),
                    top - 22 + 14 * number_,
                    part,
                    size=SMALL,
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
        text(left, bottom + 24, fit(axis_label, SMALL, WIDTH - MARGIN - left)[0], size=SMALL, fill=SOFT)
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
        body.append(text(MARGIN, y, fit(note, SMALL, WIDTH - 2 * MARGIN)[0], size=SMALL, fill=SOFT))
    return picture(key, title, description, WIDTH, y + MARGIN, "".join(body))
