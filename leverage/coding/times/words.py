"""Words of time and number, and how a pattern of them is written."""

from __future__ import annotations

import re
from functools import cache

GAP = r"(?:[^\S\n]{1,40}(?:\n[^\S\n]{0,40})?|\n[^\S\n]{0,40})"
"""Blanks within an expression: a line may end there, but no paragraph, nor does a page of blanks."""
DASH = r"[-‐‑‒–—−]"
QUOTE = r"['’ʼ`]"

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SHORT_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

FULL_MONTH = "|".join([*MONTHS, *map(str.upper, MONTHS)])
SHORT_MONTH = "|".join(rf"{name}\b\.?" for name in [*_SHORT_MONTHS, "Sept"] if name != "May")
MONTH = rf"(?-i:(?:{FULL_MONTH})\b|{SHORT_MONTH})"
"""A month, written as a name: neither the verb may nor a march."""
WEEKDAY = rf"(?-i:(?:{'|'.join([*map(str.capitalize, WEEKDAYS), *map(str.upper, WEEKDAYS)])})\b)"
SHORT_WEEKDAY = r"(?-i:(?:Mon|Tues?|Weds?|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?)"
PART_OF_DAY = r"(?:early |late |mid~?)?(?:morning|afternoon|evening|night|lunchtime|midday|noon|midnight)\b"
SEASON = r"(?:spring|summer|autumn|winter)\b"

_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBER_WORDS = (*_ONES, *_TEENS, *_TENS)
"""Single words of number, from one to ninety; `number` gives their values."""
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
_SMALL = (
    rf"(?:(?:{'|'.join(_TENS)})(?:(?:~| )(?:{'|'.join(_ONES)}))?|{'|'.join(_TEENS)}"
    rf"|{'|'.join(_ONES)})\b"
)
NUMBER = (
    rf"(?:\d{{1,3}}(?:,\d{{3}})+(?![\d])|\d{{1,4}}(?:\.5)?(?![\d.,]\d|\d)|half a dozen\b"
    rf"|(?:a|one|two|three|four) dozen\b|a couple(?: of)?\b"
    rf"|(?:(?:{'|'.join(_ONES)}|an?) hundred)\b(?: and {_SMALL})?|{_SMALL}|an?\b)"
)
"""A number in figures or words, to the hundreds; "a week" is one."""
ORDINAL_WORD = (
    rf"(?:(?:twenty|thirty)(?:~| )(?:{'|'.join(_ORDINALS[:9])})|thirtieth"
    rf"|{'|'.join(_ORDINALS)})\b"
)


_SPECIAL = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]|[ ~']")


@cache
def pattern(source: str) -> re.Pattern[str]:
    """Compile a pattern in which a blank stands for any gap, `~` for any dash and `'` for any apostrophe."""

    def written(found: re.Match[str]) -> str:
        piece = found[0]
        if piece[0] == "[":
            return piece.replace("'", "'’ʼ`")
        return {" ": GAP, "~": DASH, "'": QUOTE}.get(piece, piece)

    return re.compile(_SPECIAL.sub(written, source), re.IGNORECASE)


def number(words: str) -> float:
    """The value of what NUMBER matches."""
    text = " ".join(re.sub(r"[‐‑‒–—−-]", " ", words.lower()).split())
    if text[0].isdigit():
        return float(text.replace(",", ""))
    if text.startswith("half a dozen"):
        return 6
    if "dozen" in text:
        return 12 * _value(text.split()[0])
    if "couple" in text:
        return 2
    return sum(100 * _value(part) if "hundred" in part else _value(part) for part in _parts(text))


def _parts(text: str) -> list[str]:
    head, hundred, rest = text.rpartition("hundred")
    return [f"{head}hundred", *rest.replace("and", "", 1).split()] if hundred else text.split()


def _value(word: str) -> int:
    word = word.replace("hundred", "").strip()
    if word in ("a", "an"):
        return 1
    for words, first, step in ((_ONES, 1, 1), (_TEENS, 10, 1), (_TENS, 20, 10)):
        if word in words:
            return first + step * words.index(word)
    raise ValueError(f"{word!r} is no number")


def ordinal(words: str) -> int:
    """The value of what ORDINAL_WORD matches."""
    text = re.sub(r"[‐‑‒–—−-]", " ", words.lower()).split()
    if text[0] == "thirtieth":
        return 30
    if text[0] in ("twenty", "thirty"):
        return {"twenty": 20, "thirty": 30}[text[0]] + _ORDINALS.index(text[1]) + 1
    return _ORDINALS.index(text[0]) + 1


def month_number(name: str) -> int:
    """1 for January or Jan."""
    return [each[:3].lower() for each in MONTHS].index(name[:3].lower()) + 1


def weekday_number(name: str) -> int:
    """0 for Monday, as the calendar module counts."""
    return [each[:3] for each in WEEKDAYS].index(name[:3].lower())
