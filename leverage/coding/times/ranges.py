"""Ranges: "from Monday to Friday", "between 5 and 12 January", "2014–2018"."""

from __future__ import annotations

import datetime as dt

from leverage.coding.times.dates import Found
from leverage.coding.times.days import Look, Moment, Stretch, fixed
from leverage.coding.times.sentence import Match, Sentence
from leverage.coding.times.words import pattern

_RANGE = pattern(r"(?P<word>from|between) ")
_NOW = pattern(r"(?P<now>now|today)\b")
_TO = pattern(
    r"(?P<word> ?~ ?| to | until | till | up to | through to | through | up until )(?P<vague>the end of )?"
)
_AND = pattern(r" and ")
_MOVED_FROM = pattern(
    r"\b(?:mov|postpon|reschedul|shift|chang|brought forward|delay|defer|put back"
    r"|push)\w*(?: \w+){0,3}? (?:from )?$"
)


def read_range(sentence: Sentence, at: int) -> Match | None:
    """A range that begins at a place."""
    found = _RANGE.match(sentence.text, at)
    if _MOVED_FROM.search(sentence.text, max(0, at - 40), at):
        return None
    start = found.end() if found else at
    word = found["word"].lower() if found else ""
    now = _NOW.match(sentence.text, start) if found else None
    first = (
        Found(now.end(), fixed(sentence.today)) if now else sentence.reader.point(start, governed=bool(found))
    )
    if not first:
        return None
    if found and _is_range(first.moment) and not now:
        return Match(at, first.end, first.moment.resolve(sentence.today, sentence.look(at, first.end)))
    joint = _AND.match(sentence.text, first.end) if word == "between" else _TO.match(sentence.text, first.end)
    if not joint:
        return None
    end_at = joint.start("vague") if word != "between" and joint["vague"] else joint.end()
    last = _range_end(sentence, end_at)
    if not last or not _fit(first.moment, last.moment, word, joint[0]):
        return None
    return Match(
        at, last.end, _joined(sentence.today, first.moment, last.moment, sentence.look(at, last.end))
    )


def _range_end(sentence: Sentence, at: int) -> Found | None:
    if now := _NOW.match(sentence.text, at):
        return Found(now.end(), fixed(sentence.today))
    return sentence.reader.point(at, governed=True)


def _fit(first: Moment, last: Moment, word: str, joint: str) -> bool:
    if word:
        return True
    if first.event or last.event or _is_range(first) or _is_range(last):
        return False
    units = ("day", "month", "year", "season", "quarter")
    return (
        first.sort == last.sort
        and first.sort in units
        and joint.strip().lower() not in ("until", "till", "up to", "up until")
    )


def _joined(today: dt.date, first: Moment, last: Moment, look: Look) -> Stretch | None:
    """First day of the one to the last day of the other, the two as near as they can be."""
    begin: Stretch | None
    end: Stretch | None
    if last.fixed:
        end = last.stretches[0]
        begin = next((each for each in reversed(first.stretches) if each.first <= end.last), None)
    elif first.fixed or look in ("ahead", "present"):
        begin = first.resolve(today, "ahead")
        later = (each for each in last.stretches if begin and each.last >= begin.first and each != begin)
        end = next(later, None)
    else:
        end = last.resolve(today, look)
        earlier = (
            each for each in reversed(first.stretches) if end and each.first <= end.first and each != end
        )
        begin = next(earlier, None)
    return Stretch(begin.first, end.last) if begin and end and begin.first <= end.last else None


def _is_range(moment: Moment) -> bool:
    first = moment.stretches[0]
    return moment.sort == "day" and first.last > first.first and not moment.event
