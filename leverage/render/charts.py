"""Charts as static SVG: a waterfall from a start to an end, and dots with ranges in rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from leverage.render import _marks
from leverage.render._frame import Chart, Mark, Row
from leverage.render.numbers import points, signed_points, signed_span, span
from leverage.render.svg import BLUE, VERMILLION, Scale, bounds, hatch, rect, ticks

_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a waterfall.

    Attributes
    ----------
    label : str
        What makes the step.
    delta : float or None
        What it adds; None for what is not coded.
    low, high : float or None
        The range of what it adds or, where it is not coded, could add; both or neither.
    note : str
        A few words below the label.
    """

    label: str
    delta: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        _check_range(self.label, self.low, self.high)


@dataclass(frozen=True, slots=True)
class RangeBar:
    """One row of `ranges`.

    Attributes
    ----------
    label : str
        What the row shows.
    low, high : float
        Its range.
    point : float or None
        Its value; None where there is a range only.
    note : str
        A few words below the label.
    """

    label: str
    low: float
    high: float
    point: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        _check_range(self.label, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of `ranges` under one heading; an empty label draws no heading."""

    label: str
    bars: Sequence[RangeBar]


def _check_range(label: str, low: float | None, high: float | None) -> None:
    if (low is None) != (high is None):
        raise ValueError(f"{label!r} has one end of a range only: give low and high, or neither")
    if low is not None and high is not None and not low <= high:
        raise ValueError(f"{label!r} has low {low} above high {high}: swap them")


def waterfall(
    *,
    key: str,
    title: str,
    description: str,
    start: float,
    start_label: str,
    steps: Sequence[Step],
    end_label: str,
    unit: str = "points",
) -> str:
    """Bars from a start value through each step to the end.

    The end is the start and all coded steps. Its range adds up the steps' ranges; where a step
    that is not coded has a range, the end is that range and no value.

    Parameters
    ----------
    key : str
        Makes the ids; different for each chart of a page.
    title, description : str
        Plain text; the description is for readers who cannot see the chart.
    start : float
        The value to start from.
    start_label, end_label : str
        What start and end are called.
    steps : sequence of Step
        In the order in which they are drawn.
    unit : str
        What the numbers count.

    Returns
    -------
    str
        An SVG document that can also stand in HTML as it is.

    Raises
    ------
    ValueError
        A number is not finite.
    """
    pattern, hatched = hatch(key)
    running = [start]
    for step in steps:
        running.append(math.fsum([running[-1], step.delta or 0.0]))
    end = math.fsum([start, *(step.delta or 0.0 for step in steps)])
    spread = _end_range(start, steps)
    extent = [0.0, end, *running, *(spread or ())]
    for step, before in zip(steps, running, strict=False):
        extent += [before + edge for edge in (step.low, step.high) if edge is not None]
    open_end = spread is not None and any(step.delta is None and step.low is not None for step in steps)
    rows = [
        Row(
            start_label,
            points(start),
            "",
            f"{start_label}: {points(start)} {unit}",
            _marks.total(start),
            bold=True,
        ),
        *(_step_row(step, before, unit, hatched) for step, before in zip(steps, running, strict=False)),
        _end_row(end_label, None if open_end else end, spread, unit, hatched),
    ]
    return Chart(
        key=key,
        title=title,
        description=description,
        rows=rows,
        ticks=ticks(*bounds(extent)),
        heads=(unit, "low to high"),
        axis_label=unit,
        legend=_waterfall_legend(steps, hatched),
        pattern=pattern,
        levels=running[:-1] if open_end else running,
    ).draw()


def _end_range(start: float, steps: Sequence[Step]) -> tuple[float, float] | None:
    if all(step.low is None for step in steps):
        return None
    lows = [step.delta or 0.0 if step.low is None else step.low for step in steps]
    highs = [step.delta or 0.0 if step.high is None else step.high for step in steps]
    return math.fsum([start, *lows]), math.fsum([start, *highs])


def _step_row(step: Step, before: float, unit: str, hatched: str) -> Row:
    spread = "" if step.low is None else signed_span(step.low, step.high)
    about = f", from {signed_points(step.low)} to {signed_points(step.high)}" if spread else ""
    note = f" ({step.note})" if step.note else ""
    if step.delta is None:
        value, spoken = "not coded", f"not coded{about and about + ' ' + unit}"
    else:
        sign, verb = _direction(step.delta)
        value = f"{sign} {signed_points(step.delta)}".strip()
        spoken = f"{verb} {points(abs(step.delta))} {unit}{about}" if sign else f"no change{about}"

    def draw(scale: Scale, middle: float) -> str:
        if step.delta is None:
            return _marks.open_range(step.low, step.high, before, scale, middle, hatched)
        bar = _marks.bar(before, before + step.delta, scale, middle, BLUE if step.delta > 0 else VERMILLION)
        return bar + _marks.whisker(step.low, step.high, before, scale, middle)

    return Row(step.label, value, spread, f"{step.label}: {spoken}{note}", draw, step.note)


def _direction(delta: float) -> tuple[str, str]:
    shown = signed_points(delta)
    if shown.startswith("+"):
        return "▲", "adds"
    return ("▼", "takes") if shown.startswith("−") else ("", "")


def _end_row(
    label: str, end: float | None, spread: tuple[float, float] | None, unit: str, hatched: str
) -> Row:
    low, high = spread or (None, None)
    shown = span(low, high) if spread else ""
    value = points(end) if end is not None else "range only"
    about = f", from {points(low)} to {points(high)}" if spread else ""

    def draw(scale: Scale, middle: float) -> str:
        if end is None:
            return _marks.open_range(low, high, 0.0, scale, middle, hatched)
        return _marks.total(end)(scale, middle) + _marks.whisker(low, high, 0.0, scale, middle)

    return Row(label, value, shown, f"{label}: {value}{about} {unit}", draw, bold=True, ruled=True)


def _waterfall_legend(steps: Sequence[Step], hatched: str) -> list[tuple[Mark, str]]:
    signs = {_direction(step.delta)[0] for step in steps if step.delta is not None}
    missing = any(step.delta is None and step.low is not None for step in steps)
    coded = any(step.delta is not None and step.low != step.high for step in steps)
    entries: list[tuple[Mark, str]] = []
    if "▲" in signs:
        entries.append((lambda x, y: rect(x, y - 5, 22, 10, BLUE), "▲ adds"))
    if "▼" in signs:
        entries.append((lambda x, y: rect(x, y - 5, 22, 10, VERMILLION), "▼ takes away"))
    if missing:
        entries.append((lambda x, y: _marks.swatch(x, y, hatched), "not coded: anything from low to high"))
    if coded:
        entries.append((lambda x, y: _marks.whisker(0, 1, 0, Scale(0, 1, x, x + 22), y), "low to high"))
    return entries


def ranges(
    *,
    key: str,
    title: str,
    description: str,
    groups: Sequence[Group],
    axis: tuple[float, float] = (0, 100),
    axis_label: str,
) -> str:
    """Dots with their ranges, one row a bar, on one axis.

    Parameters
    ----------
    key : str
        Makes the ids; different for each chart of a page.
    title, description : str
        Plain text; the description is for readers who cannot see the chart.
    groups : sequence of Group
        In the order in which they are drawn.
    axis : tuple of float
        The axis's ends.
    axis_label : str
        What the axis measures.

    Returns
    -------
    str
        An SVG document that can also stand in HTML as it is.

    Raises
    ------
    ValueError
        A number is not finite or off the axis.
    """
    if not axis[0] < axis[1]:
        raise ValueError(f"the axis runs from {axis[0]} to {axis[1]}: give its lower end first")
    pattern, hatched = hatch(key)
    rows: list[Row] = []
    for group in groups:
        if group.label:
            ruled = bool(rows)
            rows.append(
                Row(group.label, "", "", group.label, lambda *_: "", bold=True, heading=True, ruled=ruled)
            )
        rows += [_range_row(bar, hatched, axis) for bar in group.bars]
    inside = [tick for tick in ticks(*axis) if axis[0] <= tick <= axis[1]]
    return Chart(
        key=key,
        title=title,
        description=description,
        rows=rows,
        ticks=inside if (inside[0], inside[-1]) == axis else [axis[0], *inside, axis[1]],
        heads=("score", "low–high"),
        axis_label=axis_label,
        legend=_range_legend([bar for group in groups for bar in group.bars], hatched),
        pattern=pattern,
    ).draw()


def _range_row(bar: RangeBar, hatched: str, axis: tuple[float, float]) -> Row:
    for end in bounds([bar.low, bar.high, *([] if bar.point is None else [bar.point])]):
        if not axis[0] - _TOLERANCE <= end <= axis[1] + _TOLERANCE:
            problem = f"{bar.label!r} has {end}, off the axis {axis[0]} to {axis[1]}"
            raise ValueError(f"{problem}: widen the axis")
    value = "range only" if bar.point is None else points(bar.point)
    note = f" ({bar.note})" if bar.note else ""
    spoken = f"{bar.label}: {value}, from {points(bar.low)} to {points(bar.high)}{note}"

    def draw(scale: Scale, middle: float) -> str:
        if bar.point is None:
            return _marks.open_range(bar.low, bar.high, 0.0, scale, middle, hatched)
        return _marks.dot_and_range(scale(bar.low), scale(bar.high), scale(bar.point), middle)

    return Row(bar.label, value, span(bar.low, bar.high), spoken, draw, bar.note)


def _range_legend(bars: Sequence[RangeBar], hatched: str) -> list[tuple[Mark, str]]:
    entries: list[tuple[Mark, str]] = []
    if any(bar.point is not None for bar in bars):
        entries.append(
            (lambda x, y: _marks.dot_and_range(x, x + 22, x + 11, y), "score, with its low and high")
        )
    if any(bar.point is None for bar in bars):
        entries.append((lambda x, y: _marks.swatch(x, y, hatched), "range only: anything from low to high"))
    return entries
