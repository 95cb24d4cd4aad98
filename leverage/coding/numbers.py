"""Numbers that a passage states in a unit of a factor's scale: proposed to the reviewer, never taken."""

from __future__ import annotations

import re
from collections.abc import Mapping

from leverage.codebook import Scale
from leverage.coding.suggestion import StatedNumber
from leverage.coding.times.words import NUMBER_WORDS, number

_FRACTIONS = {
    "half": 1 / 2,
    "third": 1 / 3,
    "thirds": 1 / 3,
    "quarter": 1 / 4,
    "quarters": 1 / 4,
    "fifth": 1 / 5,
    "fifths": 1 / 5,
    "tenth": 1 / 10,
    "tenths": 1 / 10,
}
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|" + "|".join(("zero", *NUMBER_WORDS))
_RANGE = rf"(?P<low>{_NUMBER})(?:\s*(?:–|-|to|or|and)\s*(?P<high>{_NUMBER}))?"
_FRACTION = re.compile(
    rf"\b(?:(?P<parts>one|two|three|four|nine|a)[\s-]+)?(?P<of>{'|'.join(_FRACTIONS)})\s+(?:of|the|a)\b", re.I
)
_PERCENT = r"%|per\s?cent|percent"


def stated_number(
    text: str, start: int, end: int, scale: Scale | None, units: Mapping[str, float]
) -> StatedNumber | None:
    """The first number between two positions that is in a unit of the scale, or of the stake.

    Parameters
    ----------
    text : str
    start, end : int
        Where to look.
    scale : Scale or None
        The indicator's scale; None where it is not known.
    units : mapping of str to float
        Further units, such as a stake's ("berths"), with the size of the whole.

    Returns
    -------
    StatedNumber or None
        In the unit that is written. A single number gives an interval of that number alone; it is for the
        reviewer to widen it.
    """
    if scale is None:
        return None
    known = {**scale.rates(), **units}
    words = {unit: _unit_words(unit) for unit in known}
    for unit, pattern in words.items():
        part = re.search(
            rf"\b(?P<part>{_NUMBER})\s+of\s+(?:[\w'’]+\s+){{0,3}}?(?:{_NUMBER})\s+(?:{pattern})(?!\w)",
            text[start:end],
            re.I,
        )
        if part:  # "nine of the port's twelve berths": the part, not the whole
            value = _value(part["part"])
            return StatedNumber(value=value, unit=unit, low=value, high=value, text=part.group())
        found = re.search(rf"\b{_RANGE}\s*(?:more\s+|further\s+)?(?:{pattern})(?!\w)", text[start:end], re.I)
        if found:
            low = _value(found["low"])
            high = _value(found["high"]) if found["high"] else low
            low, high = min(low, high), max(low, high)
            return StatedNumber(value=(low + high) / 2, unit=unit, low=low, high=high, text=found.group())
    fraction = _FRACTION.search(text[start:end])
    if fraction and scale.unit == "share":
        parts = number(fraction["parts"] or "one")
        value = parts * _FRACTIONS[fraction["of"].lower()]
        if value <= 1:
            rounded = round(value, 4)
            return StatedNumber(value=rounded, unit="share", low=rounded, high=rounded, text=fraction.group())
    return None


def _unit_words(unit: str) -> str:
    if unit == "%":
        return _PERCENT
    return rf"{re.escape(unit.removesuffix('s'))}s?"


def _value(words: str) -> float:
    return 0.0 if words.lower() == "zero" else number(words)
