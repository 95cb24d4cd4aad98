"""From sentences to time references."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from leverage.case import Event, Span
from leverage.coding.suggestion import TimeReference
from leverage.coding.times.bounds import read_after, read_before, read_by, read_since, read_until
from leverage.coding.times.dates import Found
from leverage.coding.times.days import Look, Stretch
from leverage.coding.times.events import EventNames
from leverage.coding.times.points import Reader
from leverage.coding.times.ranges import read_range
from leverage.coding.times.sentence import Match, Sentence
from leverage.coding.times.spans import read_span
from leverage.coding.times.tense import Tenses, moved_to
from leverage.coding.times.words import MONTHS, WEEKDAYS, pattern

_FIRST_WORDS = """
    a about across additional after ahead all almost an and another approximately apr around as ash at aug
    autumn barely before beginning between beyond boxing by christmas close closing coming day dec december
    during earlier early easter eight eighteen eighteenth eighth eighty eleven eleventh end ending epiphany
    eve evening ever exactly extra fall feb fewer fifteen fifteenth fifth fifty final first five following
    for forty four fourteen fourteenth fourth fri from further good h1 h2 half halfway halloween hardly her
    his immediately in inside its jan jul jun last late later less long mar maundy maybe mid middle mon
    month more morning nearly new next night nine nineteen nineteenth ninety ninth no not nov oct on one
    opening outset over palm part past pending pentecost perhaps possibly previous prior probably q1 q2
    q3 q4 right roughly sat scarcely second sep sept seven seventeen seventeenth seventh seventy shortly
    since six sixteen sixteenth sixth sixty slightly some soon spring start starting summer sun ten tenth
    thanksgiving the their third thirteen thirteenth thirtieth thirty this three through throughout thu thur
    thurs til till today tomorrow tonight toward towards tue tues twelfth twelve twentieth twenty two under
    until up valentine wed weds week weekend well whit winter within year yesterday
"""
_TRIGGERS = frozenset([*_FIRST_WORDS.split(), *map(str.lower, MONTHS), *WEEKDAYS])
"""The words that an expression may begin with, besides figures and events; all else is passed over."""
_WORD = re.compile(
    r"(?<![\w$£€#@.,:/+’'-])(?:[^\W\d_]+\d?|\d)"
    r"|(?<=[^\d\W] [-–—‘'\"“(\[])\w+"
    r"|(?<=^[‘'\"“(\[—–-])\w+|(?<=\s[‘'\"“(\[—–])\w+|(?<=[\w,]—)\w+|(?<=\w–)[A-Z]\w+"
)
_FROM_ON = pattern(r"\b(?:from|starting|beginning|as of|effective)(?: on)? $")
_DURING = pattern(r"(?:during|throughout) ")
_OPEN = pattern(r"\b(?:at|on) $")
_DATED = pattern(r",? (?:on|in|of) ")
_FOR_DAY = pattern(r"\bfor (?:the |this )?$")
_TO_DAY = pattern(r"\b(?:to|until) $")
_DEADLINE = pattern(r"(?:'s)? (?:\w+ )?(?:deadline|cutoff|cut~off|ultimatum)\b")
_OVERDUE = pattern(
    r"\b(?:miss\w*|pass\w*|ignor\w*|after|expired|let|since|defied) (?:the |a |its "
    r"|their )?$"
)
_BEFORE_DEADLINE = pattern(r"\b(?:deadline|ultimatum|cutoff) (?:of|on|for|to) (?:the )?$")


_POSSESSED = pattern(r"'")


def _matches(sentence: Sentence, triggers: frozenset[str]) -> Iterator[Match]:
    """The expressions in order, also those whose days are left out."""
    done = 0
    for word in _WORD.finditer(sentence.text):
        at = word.start()
        if at < done or not (word[0][0].isdigit() or word[0].lower() in triggers):
            continue
        if found := _expression(sentence, at):
            done = found.end
            yield found


def _expression(sentence: Sentence, at: int) -> Match | None:
    try:
        for read in _READERS:
            if found := read(sentence, at):
                return found
    except (ValueError, OverflowError):  # a day beyond the calendar's ends
        return None
    return None


def _read_plain(sentence: Sentence, at: int) -> Match | None:
    during = _DURING.match(sentence.text, at)
    point = sentence.reader.point(during.end() if during else at, governed=during is not None)
    if point and point.moment.event:  # "at the hearing on 16 December": the date is told
        date = _DATED.match(sentence.text, point.end)
        if date and sentence.reader.point(date.end(), governed=True):
            return None
    if not point or (point.moment.event and not (during or _OPEN.search(sentence.text, max(0, at - 4), at))):
        return None
    return Match(at, point.end, point.moment.resolve(sentence.today, _plain_look(sentence, at, point)))


def _plain_look(sentence: Sentence, at: int, point: Found) -> Look:
    if point.moment.fixed:
        return "none"
    text = sentence.text
    due = _DEADLINE.match(text, point.end) or _BEFORE_DEADLINE.search(text, max(0, at - 30), at)
    if due and not _OVERDUE.search(text, max(0, at - 24), at):
        return "ahead"
    if point.moment.sort in ("day", "weekend") and not _POSSESSED.match(text, point.end):
        if _FOR_DAY.search(text, max(0, at - 9), at):
            return "ahead"
        if _TO_DAY.search(text, max(0, at - 7), at) and moved_to(text, at - 3):
            return "ahead"
    look = sentence.look(at, point.end)
    if point.moment.weekday and _names_what_happened(sentence, at, point.end, look):
        return "back"
    starts = look in ("none", "present") and _FROM_ON.search(
        text, max(0, at - 14), at
    )  # "From Monday, trains run again."
    return "ahead" if starts else look


def _names_what_happened(sentence: Sentence, at: int, end: int, look: Look) -> bool:
    """Whether a weekday names a thing, and nothing says that it is to come: "Sunday's attack may fail"."""
    text = sentence.text
    if not _NAMES.match(text, end) or _TO_COME.search(text, max(0, at - 24), at):
        return False
    ahead = _WILL.match(text, end) or _WILL_BEFORE.search(text, max(0, at - 60), at)
    return look != "ahead" or ahead is None


_READERS = (read_range, read_since, read_until, read_by, read_before, read_after, read_span, _read_plain)
"""In this order: what begins with a preposition before the moment alone."""

_NAMES = re.compile(
    r"(?:['’]s?)? (?!(?:and|or|to|in|on|at|by|for|with|from|of|as|that|when|if|but|after|before|until"
    r"|because|while)\b)(?:[A-Z]\w+ )?[a-z]+"
)
_TO_COME = re.compile(
    r"\b(?:ahead of|before|until|till|by|for|to|due|since|up to|in time for|upcoming|on|from) (?:the )?$",
    re.I,
)
_WILL = re.compile(
    r"[^,;:.]{0,60}?\b(?:will|shall|is due|is to|are to|is set|is expected|is scheduled|decides"
    r"|takes place)\b"
)

_WILL_BEFORE = re.compile(r"\b(?:will|shall|won['’]t)\b[^,;:.]*$")
_ENDED = re.compile(
    r"(?<=[.!?…])[”\"’')\]]*(?:[^\S\n]+(?=[A-Z0-9“\"‘'(\[])|[^\S\n]*\n)|\n[^\S\n]*(?=\n|[-*#>•])"
)
_ABBREVIATED = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tues?|Weds?|Thu(?:rs?)?|Fri|Sat|Sun|Mr|Mrs"
    r"|Ms|Dr|St|Gen|Sen|Rep|Gov|Lt|Col"
    r"|No|vs|[A-Z]|[ap]\.m)\.$"
)


def crude_sentences(text: str) -> list[Span]:
    """Sentences by full stops and line ends, for callers that have none of their own."""
    spans: list[Span] = []
    start = 0
    for found in _ENDED.finditer(text):
        if "\n" not in found[0] and _ABBREVIATED.search(text, max(start, found.start() - 6), found.start()):
            continue
        spans.append(Span(start, found.start()))
        start = found.end()
    return [span for span in (*spans, Span(start, len(text))) if text[span.start : span.end].strip()]


def _sentence(text: str, today: dt.date, names: EventNames) -> Sentence:
    return Sentence(text, today, Reader(text, today, names), Tenses(text))


def find_times(
    text: str, published: dt.date, events: Sequence[Event] = (), sentences: Sequence[Span] | None = None
) -> list[TimeReference]:
    """The expressions of time in a text that mean days of the calendar.

    Parameters
    ----------
    text : str
    published : datetime.date
        The article's date, from which "yesterday" and "until Friday" are told.
    events : sequence of leverage.case.Event
        Dated events, which stand as their days after a preposition: "before the inauguration".
    sentences : sequence of leverage.case.Span, optional
        Where the text's sentences stand; only they are read. Without them the text is split at full
        stops and line ends.

    Returns
    -------
    list of TimeReference
        In order of position, none overlapping; ``text[t.position : t.position + len(t.text)] == t.text``.
    """
    names = EventNames(events)
    triggers = _TRIGGERS | names.words
    spans = (
        crude_sentences(text)
        if sentences is None
        else sorted(sentences, key=lambda each: (each.start, each.end))
    )
    references: list[TimeReference] = []
    done = 0
    for span in spans:
        start = max(span.start, done)
        for found in _matches(_sentence(text[start : span.end], published, names), triggers):
            done = start + found.end
            if found.stretch:
                references.append(_reference(text, start, found, found.stretch))
    return references


def _reference(text: str, start: int, found: Match, days: Stretch) -> TimeReference:
    position = start + found.start
    words = text[position : start + found.end]
    return TimeReference(**{"text": words, "position": position, "from": days.first, "to": days.last})
