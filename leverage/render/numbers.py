"""The one place for number formats: every form of a result writes a number the same way.

Missing numbers (None, nan) show as an en dash, negative ones with a real minus sign, and a
value that rounds to zero never carries a sign.
"""

from __future__ import annotations

import math

DASH = "–"
MINUS = "−"
INFINITY = "∞"
# A sum of weights that misses 1 by less than this is 1.
_ROUNDING = 1e-9


def points(value: float | None, digits: int = 1) -> str:
    """Write points on a score's scale.

    Parameters
    ----------
    value : float or None
        A score or a part of one, in points.
    digits : int
        Decimals.

    Returns
    -------
    str

    Examples
    --------
    >>> points(12.34), points(-0.04), points(None)
    ('12.3', '0.0', '–')
    """
    if value is None or math.isnan(value):
        return DASH
    if math.isinf(value):
        return INFINITY if value > 0 else MINUS + INFINITY
    shown = f"{abs(value):.{digits}f}"
    return MINUS + shown if value < 0 and float(shown) else shown


def signed_points(value: float | None, digits: int = 1) -> str:
    """Write points that are a change, with their sign in front; no sign on what rounds to zero.

    Examples
    --------
    >>> signed_points(4.2), signed_points(-4.2), signed_points(-0.01)
    ('+4.2', '−4.2', '0.0')
    """
    shown = points(value, digits)
    if shown == DASH or shown.startswith(MINUS) or shown == points(0, digits):
        return shown
    return f"+{shown}"


def percent(share: float | None, digits: int = 0) -> str:
    """Write a share of 0 to 1 as a percentage.

    A share that is not quite nothing or not quite all never rounds to 0 or 100.

    Examples
    --------
    >>> percent(0.85), percent(0.001), percent(0.999), percent(1)
    ('85 %', '<1 %', '>99 %', '100 %')
    """
    if share is None or not math.isfinite(share):
        return DASH
    shown, step = points(100 * share, digits), 10.0**-digits
    if share > _ROUNDING and shown == points(0, digits):
        shown = f"<{step:.{digits}f}"
    elif share < 1 - _ROUNDING and shown == points(100, digits):
        shown = f">{100 - step:.{digits}f}"
    return f"{shown} %"


def span(low: float | None, high: float | None, digits: int = 1) -> str:
    """Write a range from low to high, with an en dash, or with "to" where a minus sign is near.

    A range whose ends look the same shows as one number, one with a missing end as missing.

    Examples
    --------
    >>> span(31, 54.2), span(-4, 3), span(31.01, 31.02), span(None, 3)
    ('31.0–54.2', '−4.0 to 3.0', '31.0', '–')
    """
    return _join(points(low, digits), points(high, digits), signed=False)


def signed_span(low: float | None, high: float | None, digits: int = 1) -> str:
    """Write a range of changes.

    Examples
    --------
    >>> signed_span(-1.2, 3), signed_span(0, 25)
    ('−1.2 to +3.0', '0.0 to +25.0')
    """
    return _join(signed_points(low, digits), signed_points(high, digits), signed=True)


def _join(low: str, high: str, *, signed: bool) -> str:
    if DASH in (low, high):
        return DASH
    if low == high:
        return low
    return f"{low} to {high}" if signed or MINUS in low + high else f"{low}{DASH}{high}"


def number(value: float | None, digits: int = 4) -> str:
    """Write a number of any size to `digits` significant digits; whole digits are never cut.

    Thousands are grouped from 10,000 on. Only numbers below 1e-6 or from 1e15 on take an exponent.

    Examples
    --------
    >>> number(0.123456), number(12.0), number(1234.5678), number(112600), number(-0.5)
    ('0.1235', '12', '1235', '112,600', '−0.5')
    """
    if value is None or not math.isfinite(value):
        return points(value)
    size = abs(value)
    if size and not 1e-6 <= size < 1e15:
        mantissa, exponent = f"{size:.{digits - 1}e}".split("e")
        shown = f"{_trim(mantissa)}e{int(exponent)}"
    elif size:
        decimals = max(0, digits - 1 - math.floor(math.log10(size)))
        shown = _trim(f"{size:,.{decimals}f}" if size >= 9999.5 else f"{size:.{decimals}f}")
    else:
        shown = "0"
    return MINUS + shown if value < 0 else shown


def _trim(shown: str) -> str:
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
