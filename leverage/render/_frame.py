"""What the charts share: the columns of labels and numbers beside a plot, axis and legend."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from leverage.render._marks import BAR
from leverage.render.html import escape
from leverage.render.numbers import number
from leverage.render.svg import (
    GREY,
    INK,
    PAPER,
    RULE,
    SOFT,
    Scale,
    element,
    fit,
    line,
    picture,
    rect,
    text,
    text_width,
)

Mark = Callable[[float, float], str]

WIDTH = 880.0
MARGIN = 16.0
_GAP = 24.0
_LABEL_ROOM = 250.0
_SIZE, SMALL = 13.0, 11.5
_LINE, _SMALL_LINE = 17.0, 15.0


@dataclass(frozen=True, slots=True)
class Row:
    """A row beside the plot: its texts, and what draws its mark about a middle line."""

    label: str
    value: str
    spread: str
    spoken: str
    draw: Callable[[Scale, float], str]
    note: str = ""
    bold: bool = False
    heading: bool = False
    ruled: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns stand: labels from the margin, the plot, two columns of numbers."""

    label_width: float
    plot_left: float
    plot_right: float
    value_right: float
    spread_right: float


def columns(rows: Sequence[Row], heads: tuple[str, str]) -> Columns:
    """Make columns as wide as their texts need; the plot takes what is left."""
    wanted = (text_width(row.label, _SIZE, bold=row.bold) for row in rows if not row.heading)
    notes = (text_width(row.note, SMALL) for row in rows)
    label = min(_LABEL_ROOM, max([120.0, *wanted, *notes]))
    value = _widest([(row.value, row.bold) for row in rows], heads[0])
    spread = _widest([(row.spread, row.bold) for row in rows], heads[1]) if _spreads(rows) else 0.0
    spread_right = WIDTH - MARGIN
    value_right = spread_right - (spread + _GAP if spread else 0.0)
    left = MARGIN + label + _GAP
    return Columns(label, left, value_right - value - _GAP, value_right, spread_right)


def _widest(texts: Sequence[tuple[str, bool]], head: str) -> float:
    widths = [text_width(content, _SIZE, bold=bold) for content, bold in texts]
    return max([*widths, text_width(head, SMALL)])


def _spreads(rows: Sequence[Row]) -> bool:
    return any(row.spread for row in rows)


def heading(title: str) -> tuple[str, float]:
    """Draw the visible title; also tell where it ends."""
    lines = fit(title, 17, WIDTH - 2 * MARGIN, lines=2, bold=True)
    drawn = [text(MARGIN, 32 + 22 * index, part, size=17, bold=True) for index, part in enumerate(lines)]
    return "".join(drawn), 32 + 22.0 * (len(lines) - 1)


def column_heads(at: Columns, rows: Sequence[Row], heads: tuple[str, str], y: float) -> str:
    """Draw the heads of the numbers beside the plot."""
    drawn = text(at.value_right, y, heads[0], size=SMALL, anchor="end", fill=SOFT)
    if _spreads(rows):
        drawn += text(at.spread_right, y, heads[1], size=SMALL, anchor="end", fill=SOFT)
    return drawn


def lay_out(rows: Sequence[Row], at: Columns, top: float) -> Iterator[tuple[Row, float, float, list[str]]]:
    """Yield each row with its top, its bottom and the lines of its label."""
    for row in rows:
        room = WIDTH - 2 * MARGIN if row.heading else at.label_width
        lines = fit(row.label, _SIZE, room, lines=1 if row.heading else 2, bold=row.bold)
        height = _LINE * len(lines) + (_SMALL_LINE if row.note else 0) + (17 if row.heading else 13)
        yield row, top, top + height, lines
        top += height


def draw_row(row: Row, top: float, bottom: float, lines: Sequence[str], at: Columns, scale: Scale) -> str:
    """Draw a row as a group whose title child holds its full text."""
    middle = (top + bottom) / 2
    drawn = [element("title", escape(row.spoken))]
    if row.heading:
        # The grid pauses where a heading may run across it.
        left, right = at.plot_left - 1, at.plot_right + 1
        drawn.append(rect(left, top - 1, right - left, bottom - top - 2, PAPER))
    if row.ruled:
        drawn.append(line(MARGIN, top, WIDTH - MARGIN, top, RULE))
    if row.heading:
        drawn.append(text(MARGIN, bottom - 9, lines[0], bold=True))
        return element("g", *drawn, class_="lv-group")
    block = _LINE * len(lines) + (_SMALL_LINE if row.note else 0)
    y = middle - block / 2 + 12.5
    for part in lines:
        drawn.append(text(MARGIN, y, part, bold=row.bold))
        y += _LINE
    if row.note:
        note = fit(row.note, SMALL, at.label_width)[0]
        drawn.append(text(MARGIN, y - 1.5, note, size=SMALL, fill=SOFT))
    drawn.append(row.draw(scale, middle))
    drawn.append(text(at.value_right, middle + 4.5, row.value, anchor="end", bold=row.bold))
    if row.spread:
        drawn.append(text(at.spread_right, middle + 4.5, row.spread, anchor="end", bold=row.bold))
    return element("g", *drawn, class_="lv-row")


def grid(scale: Scale, marks: Sequence[float], top: float, bottom: float) -> str:
    """Draw light vertical lines at the axis's ticks."""
    return "".join(line(scale(mark), top, scale(mark), bottom, RULE) for mark in marks)


def axis(scale: Scale, marks: Sequence[float], y: float, label: str) -> tuple[str, float]:
    """Draw the axis below the plot with its label; also tell where it ends."""
    drawn = [line(scale.left, y, scale.right, y, GREY)]
    for mark in marks:
        drawn.append(line(scale(mark), y, scale(mark), y + 5, GREY))
        drawn.append(text(scale(mark), y + 19, number(mark), size=SMALL, anchor="middle", fill=SOFT))
    # The label may be longer than the plot; it hangs from the plot's left edge over the whole rest.
    shown = fit(label, SMALL, WIDTH - MARGIN - scale.left)[0]
    drawn.append(text(scale.left, y + 39, shown, size=SMALL, fill=SOFT))
    return "".join(drawn), y + 39


def legend(entries: Sequence[tuple[Mark, str]], y: float) -> tuple[str, float]:
    """Draw marks with their words in lines from the margin; also tell where they end."""
    drawn, x = [], MARGIN
    for mark, words in entries:
        needed = 30 + text_width(words, SMALL)
        if x > MARGIN and x + needed > WIDTH - MARGIN:
            x, y = MARGIN, y + 21
        drawn.append(mark(x, y - 4) + text(x + 30, y, words, size=SMALL, fill=INK))
        x += needed + 20
    return "".join(drawn), y


@dataclass(frozen=True, slots=True)
class Chart:
    """All that a chart in rows is drawn from; `levels` are joined from row to row, as far as they go."""

    key: str
    title: str
    description: str
    rows: Sequence[Row]
    ticks: Sequence[float]
    heads: tuple[str, str]
    axis_label: str
    legend: Sequence[tuple[Mark, str]]
    pattern: str
    levels: Sequence[float] = ()

    def draw(self) -> str:
        """Write the whole SVG."""
        at = columns(self.rows, self.heads)
        scale = Scale(self.ticks[0], self.ticks[-1], at.plot_left, at.plot_right)
        drawn_title, y = heading(self.title)
        top = y + 42
        placed = list(lay_out(self.rows, at, top))
        bottom = placed[-1][2] if placed else top
        drawn_axis, y = axis(scale, self.ticks, bottom + 4, self.axis_label)
        drawn_legend, y = legend(self.legend, y + 30) if self.legend else ("", y)
        body = [
            self.pattern,
            drawn_title,
            column_heads(at, self.rows, self.heads, top - 8),
            grid(scale, self.ticks, top, bottom + 4),
            *_connectors(self.levels, placed, scale),
            *(draw_row(*place, at, scale) for place in placed),
            drawn_axis,
            drawn_legend,
        ]
        return picture(self.key, self.title, self.description, WIDTH, y + MARGIN, "".join(body))


def _connectors(
    levels: Sequence[float], placed: Sequence[tuple[Row, float, float, list[str]]], scale: Scale
) -> list[str]:
    drawn = []
    for level, upper, lower in zip(levels, placed, placed[1:], strict=False):
        top, bottom = ((row[1] + row[2]) / 2 for row in (upper, lower))
        x = scale(level)
        drawn.append(line(x, top + BAR / 2, x, bottom - BAR / 2, SOFT, stroke_dasharray="2 2"))
    return drawn
