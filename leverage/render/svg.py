"""SVG parts that charts are drawn from: elements, text that fits, scales, the accessible frame.

The output is static and the same on every run: live text, no script, no style sheet, no font
file, and ids that come from the caller's key alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from leverage.render._text import ELLIPSIS, one_line
from leverage.render.html import element_id, escape

INK = "#1A1A1A"
SOFT = "#595959"
RULE = "#DDDFE2"
PAPER = "#FFFFFF"
# Okabe and Ito's blue and vermillion, told apart by every kind of colour vision.
BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREY = "#5F6368"
# Their colours in an order in which neighbours differ in lightness too.
HUES = (BLUE, VERMILLION, "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

# Widths in em of DejaVu Sans, the widest of the usual sans-serifs, so that others leave room.
_NARROW, _WIDE = frozenset("ijl.,:;'|!·()[]ftr- "), frozenset("mwMWO@%—…+<>=−±→▲▼")


def element(name: str, *children: str, **attributes: str | float | None) -> str:
    """Write one SVG element.

    Parameters
    ----------
    name : str
        Its name.
    *children : str
        Ready SVG, or text that was escaped.
    **attributes : str, float or None
        ``_`` in a name stands for ``-``, one at its end is dropped; numbers are rounded to 0.01;
        None leaves the attribute out.

    Returns
    -------
    str
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return escape(value)
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def text(
    x: float, y: float, content: str, *, size: float = 13, anchor: str | None = None, bold: bool = False,
    fill: str = INK,
) -> str:  # fmt: skip
    """Draw live text with its baseline at `y`; `anchor` is ``middle`` or ``end``."""
    weight = "600" if bold else None
    return element(
        "text", escape(content), x=x, y=y, font_size=size, text_anchor=anchor, font_weight=weight, fill=fill
    )


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = INK, width: float = 1, **more: str) -> str:
    """Draw a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width, **more)


def rect(x: float, y: float, width: float, height: float, fill: str, **more: str | float) -> str:
    """Draw a rectangle."""
    return element("rect", x=x, y=y, width=width, height=height, fill=fill, **more)


def hatch(key: str) -> tuple[str, str]:
    """Make a pattern of slanted lines: its definition, and the fill that refers to it."""
    name = element_id(key, "hatch")
    stripe = line(0, 0, 0, 6, GREY, 1.5)
    pattern = element(
        "pattern", rect(0, 0, 6, 6, PAPER), stripe,
        id=name, width=6, height=6, patternUnits="userSpaceOnUse", patternTransform="rotate(45)",
    )  # fmt: skip
    return element("defs", pattern), f"url(#{name})"


def picture(key: str, title: str, description: str, width: float, height: float, body: str) -> str:
    """Frame a chart, so that it tells a screen reader what it shows.

    Parameters
    ----------
    key : str
        Makes the ids; different for each picture of a page.
    title, description : str
        Plain text: its name, and what is to be seen in it.
    width, height : float
        Size in pixels.
    body : str
        Ready SVG.

    Returns
    -------
    str
    """
    name, about = element_id(key, "title"), element_id(key, "desc")
    return element(
        "svg",
        element("title", escape(one_line(title)), id=name),
        element("desc", escape(one_line(description)), id=about),
        rect(0, 0, width, height, PAPER),
        body,
        xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {_value(width)} {_value(height)}",
        width=width, height=height, role="img", aria_labelledby=f"{name} {about}", font_family=FONT,
    )  # fmt: skip


def text_width(content: str, size: float = 13, *, bold: bool = False) -> float:
    """Estimate the width of a text in pixels, rather too wide than too narrow."""
    return sum(map(_em, content)) * size * (1.1 if bold else 1)


def _em(char: str) -> float:
    if char in _NARROW:
        return 0.4
    if char in _WIDE or ord(char) > 0x2E80:
        return 1.0
    return 0.75 if char.isupper() else 0.64


def fit(content: str, size: float, width: float, *, lines: int = 1, bold: bool = False) -> list[str]:
    """Fit a text into at most `lines` lines of at most `width` pixels, ending in … where it was cut."""
    words, shown = one_line(content).split(), [""]
    for index, word in enumerate(words):
        joined = f"{shown[-1]} {word}".lstrip()
        if text_width(joined, size, bold=bold) <= width:
            shown[-1] = joined
        elif shown[-1] and len(shown) < lines and text_width(word, size, bold=bold) <= width:
            shown.append(word)
        else:
            shown[-1] = _cut(" ".join([*shown[-1:], *words[index:]]).lstrip(), size, width, bold)
            break
    return shown


def _cut(content: str, size: float, width: float, bold: bool) -> str:
    while content and text_width(content + ELLIPSIS, size, bold=bold) > width:
        content = content[:-1]
    return content.rstrip(" ,;:–-") + ELLIPSIS


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight map from values to pixels.

    Attributes
    ----------
    low, high : float
        The values at its ends, ``low < high``.
    left, right : float
        The pixels there.
    """

    low: float
    high: float
    left: float
    right: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Choose round values, about `count` of them, from at or below `low` to at or above `high`."""
    if high - low <= 1e-9 * max(abs(low), abs(high), 1.0):  # one value, to a float's accuracy
        low, high = low - 0.5, high + 0.5
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [index * step for index in range(first, last + 1)]


def bounds(values: Sequence[float]) -> tuple[float, float]:
    """Return the least and greatest of values, which must be finite."""
    for value in values:
        if not math.isfinite(value):
            raise ValueError(f"a chart cannot show {value}: leave the number out or give None")
    return min(values), max(values)
