"""The marks that charts draw about a row's middle line."""

from __future__ import annotations

from collections.abc import Callable

from leverage.render.svg import BLUE, GREY, PAPER, SOFT, Scale, element, line, rect

BAR = 16.0
_TOLERANCE = 1e-9
PALE = "#8FBFDD"


def total(value: float) -> Callable[[Scale, float], str]:
    """Draw a bar from zero to a total."""
    return lambda scale, middle: bar(0.0, value, scale, middle, GREY)


def bar(start: float, end: float, scale: Scale, middle: float, fill: str) -> str:
    """Draw a bar between two values."""
    left, right = sorted((scale(start), scale(end)))
    # A step of nothing still has a place: a thin upright line.
    if right - left < 2:
        return line(left, middle - BAR / 2, left, middle + BAR / 2, fill if end != start else GREY, 2)
    return rect(left, middle - BAR / 2, right - left, BAR, fill, class_="lv-bar")


def open_range(
    low: float | None, high: float | None, origin: float, scale: Scale, middle: float, fill: str
) -> str:
    """Draw a hatched range with no value in it, or, where the range is unknown, its place alone."""
    if low is None or high is None:
        x = scale(origin)
        return line(x, middle - BAR / 2, x, middle + BAR / 2, SOFT, stroke_dasharray="2 2")
    left, width = scale(origin + low), max(scale(origin + high) - scale(origin + low), 2)
    return rect(left, middle - BAR / 2, width, BAR, fill, stroke=GREY, stroke_width=1, class_="lv-open")


def whisker(low: float | None, high: float | None, origin: float, scale: Scale, middle: float) -> str:
    """Draw a thin range over a bar."""
    if low is None or high is None or high - low < _TOLERANCE:
        return ""
    left, right = scale(origin + low), scale(origin + high)
    drawn = [
        line(left, middle, right, middle, width=1.5),
        line(left, middle - 4, left, middle + 4, width=1.5),
        line(right, middle - 4, right, middle + 4, width=1.5),
    ]
    # A white seam keeps the whisker apart from the bar below it, in print too.
    seam = line(left, middle, right, middle, PAPER, 4)
    return element("g", seam, *drawn, class_="lv-whisker")


def dot_and_range(left: float, right: float, dot: float, middle: float) -> str:
    """Draw a dot on its range; all three in pixels."""
    band = line(left, middle, right, middle, PALE, 6, stroke_linecap="butt", class_="lv-range")
    ends = "".join(line(x, middle - 6, x, middle + 6, BLUE, 1.5) for x in (left, right))
    point = element("circle", cx=dot, cy=middle, r=6, fill=BLUE, stroke=PAPER, stroke_width=1.5)
    return (band + ends if right - left > _TOLERANCE else "") + point


def swatch(x: float, y: float, fill: str) -> str:
    """Draw a small hatched box for a legend."""
    return rect(x, y - 5, 22, 10, fill, stroke=GREY, stroke_width=1)
