"""A tornado as static SVG: how far one outcome moves as each input alone goes from its low to its high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leverage.render import _marks
from leverage.render._frame import Chart, Mark, Row
from leverage.render.numbers import points, signed_points
from leverage.render.svg import BLUE, INK, VERMILLION, Scale, bounds, line, rect, ticks


@dataclass(frozen=True, slots=True)
class Swing:
    """One bar of a tornado.

    Attributes
    ----------
    label : str
        The input.
    at_low, at_high : float
        The outcome with the input at its low and at its high, all else as it stands.
    note : str
        A few words below the label, such as the input's ends.
    """

    label: str
    at_low: float
    at_high: float
    note: str = ""


def tornado(
    *, key: str, title: str, description: str, stated: float, swings: Sequence[Swing], axis_label: str
) -> str:
    """Bars about the stated outcome, one an input, in the order given; a line marks zero.

    Parameters
    ----------
    key : str
        Makes the ids; different for each chart of a page.
    title, description : str
        Plain text; the description is for readers who cannot see the chart.
    stated : float
        The outcome with every input as stated.
    swings : sequence of Swing
    axis_label : str
        What the axis measures.

    Returns
    -------
    str
        An SVG document that can also stand in HTML as it is.

    Raises
    ------
    ValueError
        A number is not finite.
    """
    extent = [0.0, stated, *(end for swing in swings for end in (swing.at_low, swing.at_high))]
    return Chart(
        key=key,
        title=title,
        description=description,
        rows=[_row(swing, stated) for swing in swings],
        ticks=ticks(*bounds(extent)),
        heads=("at low", "at high"),
        axis_label=f"{axis_label}; stated: {signed_points(stated)}",
        legend=_legend(),
        pattern="",
    ).draw()


def _row(swing: Swing, stated: float) -> Row:
    low, high = signed_points(swing.at_low), signed_points(swing.at_high)
    note = f" ({swing.note})" if swing.note else ""
    spoken = f"{swing.label}{note}: {low} at its low, {high} at its high, {signed_points(stated)} as stated"

    def draw(scale: Scale, middle: float) -> str:
        ends = ((swing.at_low, VERMILLION), (swing.at_high, BLUE))
        # The shorter side stands on top where both lie on one side of the stated outcome.
        bars = [
            _marks.bar(stated, end, scale, middle, fill)
            for end, fill in sorted(ends, key=lambda each: -abs(each[0] - stated))
        ]
        zero = line(scale(0.0), middle - 16, scale(0.0), middle + 16, INK, 1.5)
        return "".join(bars) + zero

    return Row(swing.label, low, high, spoken, draw, swing.note)


def _legend() -> list[tuple[Mark, str]]:
    return [
        (lambda x, y: rect(x, y - 5, 22, 10, VERMILLION), "at the input's low"),
        (lambda x, y: rect(x, y - 5, 22, 10, BLUE), "at its high"),
        (lambda x, y: line(x + 11, y - 7, x + 11, y + 7, INK, 1.5), f"{points(0)}: the order turns"),
    ]
