"""Months, years and decades."""

from __future__ import annotations

import datetime as dt
import re

from leverage.coding.times.dates import SUFFIX, YEAR, YEARISH, Found, chosen_year, in_year
from leverage.coding.times.days import (
    Moment,
    fixed,
    month_of,
    year_of,
)
from leverage.coding.times.words import (
    MONTH,
    month_number,
    pattern,
)

_MONTH_ALONE = pattern(rf"(?P<month>{MONTH})(?:{YEARISH})?")
_BEFORE_MONTH = pattern(
    r"\b(?:in|since|by|until|till|before|after|during|from|to|of|through|throughout|between|and|or|for"
    r"|over|around|early|mid|late|end"
    r"|last|next|this|past|coming|than|as of) $|\bmid~$|[A-Za-z]~$"
)
_HONORIFIC = pattern(r"(?-i:\b(?:Mr|Mrs|Ms|Miss|Dr|Lord|Lady|Sir|Minister|President|Theresa|Brian)\b\.?) $")
_AFTER_NUMBER = pattern(rf"(?<!\d)\d\d?(?:{SUFFIX})?(?: of)? $")
"""A day that the month does not have: "31 February"."""
_DETERMINED = pattern(r"\b(?:the|an?|its|their|his|her|our|this) $|'s $")
_NOUN_NEXT = pattern(r" (?!(?:on|of|against|for|to|and|in|through|by|from|towards?|past)\b)(?-i:[a-z])")
_GOVERNED = pattern(r"\b(?:in|since|by|last|next|this) $")
_LONGEST_SHORT = 4
"""Letters of the longest abbreviated month, Sept."""
_NAMES_TOO = ("april", "may", "june", "august", "march")

_YEAR_ALONE = pattern(rf"(?P<year>{YEAR})(?!['’]\d)")
_BEFORE_YEAR = pattern(
    r"\b(?:in|since|by|until|till|before|after|during|of|from|to|through|throughout|between|and|or|for"
    r"|early|mid|late|than|around|circa"
    r"|back in|as of|year|into|ahead of|spring|summer|autumn|winter|fall) $|\bmid~$|\b(?:1[0-9]"
    r"|20)\d\d ?~ ?$"
)
_ADJECTIVAL_YEAR = pattern(r"\b(?:the|its|their|a|his|her|our|this|'s) $")
_LOWER_NEXT = pattern(r" (?-i:[a-z])")
_NUMBERED = pattern(
    r"\b(?:pages?|pp|no|nr|number|model|version|room|flight|section|article|resolution|highway|route"
    r"|line|chapter|verse|paragraph"
    r"|lot|unit|bus|train|form|agenda|vision|channel|size|order|regulation|directive)\.? $"
)
_QUOTED = ("“", '"', "‘", "'", "«", "(", "[")
_MEASURED = pattern(
    r"(?: (?:euros?|pounds?|dollars?|roubles?|tonnes?|tons?|km|kg|miles?|metres?|meters?|square|people"
    r"|per cent|percent|million|billion"
    r"|troops|soldiers|workers|jobs|men|women|votes?|barrels?|hours?|local|police|children)\b"
    r"|[–-](?:\w+ )?(?:strong|tonne|ton|mile|km|metre|seat)|°)"
)
_PLURAL_NEXT = pattern(r" (?-i:[a-z])\w*[^s\W]s\b(?<!\swas)(?<!\sis)(?<!\shas)(?<!\sdoes)(?<!\ssays)")
LIKELY_YEAR = 1900
"""From here on four figures are a year even before a plural: "in 2024 exports fell", "in 1500 villages"."""
_DECADE = pattern(
    r"(?:the )?(?P<decade>(?:1[5-9]|20)\d0)'?s\b|the (?:'(?P<short>[1-9]0)s\b|(?P<word>twenties|thirties"
    r"|forties|fifties|sixties|seventies|eighties|nineties)\b)"
)
_DECADES = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")


def read_month(text: str, at: int, today: dt.date, governed: bool) -> Found | None:
    """A month; where its name is a person's or a verb too, only after a word that governs it."""
    found = _MONTH_ALONE.match(text, at)
    if (
        not found
        or _HONORIFIC.search(text, max(0, at - 12), at)
        or _AFTER_NUMBER.search(text, max(0, at - 8), at)
    ):
        return None
    stated, name, end = chosen_year(found, today), found["month"], found.end("month")
    preposed = governed or _BEFORE_MONTH.search(text, max(0, at - 12), at) is not None
    if stated is None:
        if not _is_month(text, at, name, preposed):
            return None
        if name.endswith(".") and not re.match(r" [a-z]|[,;)]", text[end : end + 2]):  # a full stop
            end -= 1
    month = month_number(name)
    moment = in_year(lambda year: month_of(year, month), stated, today, "month")
    return Found(found.end() if stated is not None else end, moment) if moment else None


def _is_month(text: str, at: int, name: str, preposed: bool) -> bool:
    """Whether a month's name without a year is one, and neither a person's nor a verb."""
    end = at + len(name)
    capital_next = re.match(r" [A-Z]", text[end : end + 2]) is not None
    if name.lower() in _NAMES_TOO:
        described = _DETERMINED.search(text, max(0, at - 8), at) and _NOUN_NEXT.match(text, end)
        governed = (preposed and not capital_next) or _GOVERNED.search(text, max(0, at - 6), at)
        return bool(governed or described)
    if len(name.rstrip(".")) <= _LONGEST_SHORT and name.lower() != "july" and not preposed:
        return False
    inside = text[max(0, at - 2) : at - 1].isalpha() and text[at - 1 : at] == " "
    return preposed or not (capital_next and inside)


def read_year(text: str, at: int, today: dt.date, governed: bool) -> Found | None:
    """A year or a decade; a bare number only where its surroundings make it a year."""
    if found := _DECADE.match(text, at):
        return Found(found.end(), _decade(found, today))
    found = _YEAR_ALONE.match(text, at)
    if not found or _NUMBERED.search(text, max(0, at - 16), at) or text[max(0, at - 1) : at] in _QUOTED:
        return None
    preposed = governed or _BEFORE_YEAR.search(text, max(0, at - 16), at)
    adjectival = _ADJECTIVAL_YEAR.search(text, max(0, at - 8), at) and _LOWER_NEXT.match(text, found.end())
    if not (preposed or adjectival) or _MEASURED.match(text, found.end()):
        return None
    if not adjectival and int(found["year"]) < LIKELY_YEAR and _PLURAL_NEXT.match(text, found.end()):
        return None
    return Found(found.end(), Moment((year_of(int(found["year"])),), "year"))


def _decade(found: re.Match[str], today: dt.date) -> Moment:
    if found["decade"]:
        first = int(found["decade"])
    else:
        tens = int(found["short"]) if found["short"] else 20 + 10 * _DECADES.index(found["word"].lower())
        first = today.year // 100 * 100 + tens
        first -= 100 if first > today.year else 0
    return fixed(dt.date(first, 1, 1), dt.date(first + 9, 12, 31), "decade")
