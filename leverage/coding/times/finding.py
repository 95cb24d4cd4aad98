"""From sentences to time references: prepositions, spans and ranges around the moments."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from leverage.case import Event, Span
from leverage.coding.suggestion import TimeReference
from leverage.coding.times.dates import Found
from leverage.coding.times.days import DAY, Amount, Look, Moment, Stretch, fixed, shift
from leverage.coding.times.lengths import Length, read_length
from leverage.coding.times.points import EventNames, Reader
from leverage.coding.times.tense import Tenses, moved_to
from leverage.coding.times.words import MONTHS, WEEKDAYS, pattern


class Match(NamedTuple):
    """An expression, from where to where it stands; `stretch` is None where its days are left out."""

    start: int
    end: int
    stretch: Stretch | None


_TRIGGERS = frozenset(
    [
        "a",
        "about",
        "after",
        "beyond",
        "immediately",
        "right",
        "long",
        "shortly",
        "soon",
        "ahead",
        "almost",
        "an",
        "and",
        "another",
        "approximately",
        "around",
        "as",
        "at",
        "autumn",
        "barely",
        "before",
        "between",
        "beyond",
        "boxing",
        "by",
        "christmas",
        "close",
        "closing",
        "coming",
        "december",
        "early",
        "earlier",
        "easter",
        "ending",
        "end",
        "eve",
        "ever",
        "exactly",
        "fall",
        "final",
        "first",
        "following",
        "for",
        "fourth",
        "from",
        "good",
        "h1",
        "h2",
        "half",
        "halfway",
        "halloween",
        "hardly",
        "her",
        "his",
        "in",
        "inside",
        "its",
        "just",
        "last",
        "late",
        "later",
        "less",
        "maundy",
        "maybe",
        "mid",
        "middle",
        "more",
        "nearly",
        "new",
        "next",
        "no",
        "not",
        "on",
        "one",
        "only",
        "opening",
        "over",
        "palm",
        "past",
        "pentecost",
        "perhaps",
        "previous",
        "prior",
        "probably",
        "q1",
        "q2",
        "q3",
        "q4",
        "roughly",
        "scarcely",
        "second",
        "since",
        "slightly",
        "some",
        "spring",
        "start",
        "beginning",
        "summer",
        "thanksgiving",
        "the",
        "their",
        "third",
        "this",
        "through",
        "throughout",
        "till",
        "today",
        "tomorrow",
        "tonight",
        "toward",
        "towards",
        "until",
        "up",
        "valentine",
        "whit",
        "within",
        "winter",
        "yesterday",
        "year",
        "month",
        "ash",
        "all",
        "across",
        "starting",
        "during",
        "epiphany",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
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
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "seventy",
        "eighty",
        "ninety",
        "well",
        "fewer",
        "under",
        "outset",
        "mon",
        "tue",
        "tues",
        "wed",
        "weds",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "day",
        "week",
        "night",
        "morning",
        "evening",
        "weekend",
        "til",
        "pending",
        "possibly",
        "part",
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
        "thirtieth",
        "fifth",
        "further",
        "extra",
        "additional",
    ]
    + [name.lower() for name in MONTHS]
    + list(WEEKDAYS)
)
_WORD = re.compile(
    r"(?<![\w$£€#@.,:/+’'-])(?:[^\W\d_]+\d?|\d)|(?<=[^\d\W] [-–—‘'\"“(\[])\w+|(?<=^[‘'\"“(\[—–-])\w+|(?<=\s[‘'\"“(\[—–])\w+|(?<=[\w,]—)\w+|(?<=\w–)[A-Z]\w+"
)
_CLOCK = r"(?:(?:about |around )?(?:\d{1,2}(?:[.:]\d\d)? ?(?:a\.?m\.?|p\.?m\.?|o'clock|hours|GMT)|\d{1,2}[.:]\d\d|noon|midnight|midday|dawn|dusk|sunset|sunrise|(?:the )?close of business|close of play)(?: GMT| local time| Eastern)?(?:,? on |, | ))"
_VAGUE = (
    rf"(?:(?:at least|about|around|roughly|perhaps|maybe|possibly|probably|sometime in|some time in|sometime|well into|late on|early on|as late as|as early as|on|in"
    rf"|the latest|midnight on|(?:the )?(?:morning|evening|night|afternoon) of|{_CLOCK}) ?)?"
)
_SINCE = pattern(rf"(?:ever )?since {_VAGUE}")
_UNTIL = pattern(
    rf"(?P<word>up until|up till|up to and including|until and including|until|till|'til|through until|through to|through|up to) {_VAGUE}"
)
_BY = pattern(
    rf"(?P<word>on or before|by or before|no later than|not later than|at the latest by|by) {_VAGUE}"
)
_BEFORE = pattern(rf"(?P<not>not )?(?P<word>before|ahead of|prior to|in advance of) {_VAGUE}")
_AFTER = pattern(
    rf"(?:(?:shortly|soon|immediately|just|right|long|only|not until|until) )?(?:after|following|beyond|no (?:earlier|sooner) than|not (?:earlier|sooner) than|not before|the aftermath of|past) {_VAGUE}"
)
_RANGE = pattern(r"(?P<word>from|between) ")
_NOW = pattern(r"(?P<now>now|today)\b")
_TO = pattern(
    r"(?P<word> ?~ ?| to | until | till | up to | through to | through | up until )(?P<vague>the end of )?"
)
_AND = pattern(r" and ")
_MOVED_FROM = pattern(
    r"\b(?:mov|postpon|reschedul|shift|chang|brought forward|delay|defer|put back|push)\w*(?: \w+){0,3}? (?:from )?$"
)
_LAST_SPAN = pattern(
    r"(?:(?P<prep>for|over|in|during|throughout|within|across|through) )?(?P<the>the |its |their |his |much of the )(?:past|last|preceding)(?P<bare> (?P<unit>week|fortnight|month|year|decade|quarter)\b(?! (?:of|in|before)\b))? ?"
)
_NEXT_SPAN = pattern(
    r"(?:(?P<prep>for|over|in|during|throughout|within|through|inside) )?(?P<the>the |its |their |his )(?P<which>next|coming)(?P<bare> (?P<unit>week|fortnight|month|year|decade)\b(?! (?:of|in|after)\b))? ?"
)
_WITHIN = pattern(r"(?:within|inside|in less than|in under|in no more than) (?:a period of )?")
_WITHIN_UNIT = pattern(r"(?:within|inside) the (?P<unit>week|fortnight|month|year)\b")
_FOR = pattern(r"for ")
_IN = pattern(r"in ")
_TIME = pattern(r"'?s?' time\b|'s? time\b| time\b")
_POSSESSED = pattern(r"'")
_OLD = pattern(
    r"(?:'s)?(?: |~)(?:old|of age|in (?:a row|prison|jail)|running|on end|straight|older|younger)\b"
)
_LEFT = pattern(r" (?:left|remaining|to go|to run)\b")
_AWAY = pattern(r" (?:away|off)(?=\s*(?:[.,;:!?)”\"]|$))")
_SUPERLATIVE = pattern(
    r"\b(?:first|time|times|once|twice|second|third|only|most|least|worst|best|\w+est|more|less|sharply|record|such)(?: [\w-]+){0,3} $"
)
_STOCKS = pattern(
    r"\b(?:enough|stocks?|stockpiles?|suppl(?:y|ies)|reserves?|food|fuel|coal|gas|oil|cash|money|funds?|ammunition|shells|lasts?|hold out|holds out|covered|provisions"
    r"|rations|grain|diesel|medicine|strike pay|carry on|go on|survive|sufficient)\b[^.;]{0,40}$"
)
_MOMENTARY = pattern(
    r"\b(?:sign|agree|extend|renew|pledg|promis|suspend|order|commit|vow|sentenc|jail|elect|appoint|book|hir|lent|leas|approv|bann|given)(?:e?d)?$"
)
_SPENT = pattern(r"\b(?:lasted|no|without|lacked)\b[^.;]{0,40}$")
_LATEST = pattern(r",? at the (?:very )?latest\b")
_CLOSING = pattern(r"(?:the )?(?:very )?(?:end of|end~|(?:year|month)~end|year's end|close of)")
_FROM_ON = pattern(r"\b(?:from|starting|beginning|as of|effective)(?: on)? $")
_OPEN = pattern(r"\b(?:at|on|during) $")
_FOR_DAY = pattern(r"\bfor (?:the |this )?$")
_TO_DAY = pattern(r"\b(?:to|until) $")
_DEADLINE = pattern(r"(?:'s)? (?:\w+ )?(?:deadline|cutoff|cut~off|ultimatum)\b")
_OVERDUE = pattern(r"\b(?:miss\w*|pass\w*|ignor\w*|after|expired|let|since|defied) (?:the |a |its |their )?$")
_BEFORE_DEADLINE = pattern(r"\b(?:deadline|ultimatum|cutoff) (?:of|on|for|to) (?:the )?$")


class _Sentence:
    """One sentence: its moments and its tenses."""

    def __init__(self, text: str, today: dt.date, events: EventNames) -> None:
        self.text = text
        self.today = today
        self.reader = Reader(text, today, events)
        self.tenses = Tenses(text)
        self._triggers = _TRIGGERS | events.words

    def matches(self) -> Iterator[Match]:
        """The expressions in order, also those whose days are left out."""
        done = 0
        for word in _WORD.finditer(self.text):
            at = word.start()
            if at < done or not (word[0][0].isdigit() or word[0].lower() in self._triggers):
                continue
            if found := self._expression(at):
                done = found.end
                yield found

    def _expression(self, at: int) -> Match | None:
        try:
            for read in (
                self._range,
                self._since,
                self._until,
                self._by,
                self._before,
                self._after,
                self._span,
                self._plain,
            ):
                if found := read(at):
                    return found
        except (ValueError, OverflowError):  # a day beyond the calendar's ends
            return None
        return None

    def _look(self, start: int, end: int) -> Look:
        return self.tenses.look(start, end)

    # -- ranges ---------------------------------------------------------------------------------------------

    def _range(self, at: int) -> Match | None:
        found = _RANGE.match(self.text, at)
        if _MOVED_FROM.search(self.text, max(0, at - 40), at):
            return None
        start = found.end() if found else at
        word = found["word"].lower() if found else ""
        now = _NOW.match(self.text, start) if found else None
        first = Found(now.end(), fixed(self.today)) if now else self.reader.point(start, governed=bool(found))
        if not first:
            return None
        if found and _is_range(first.moment) and not now:
            return self._made(at, first.end, first.moment.resolve(self.today, self._look(at, first.end)))
        joint = _AND.match(self.text, first.end) if word == "between" else _TO.match(self.text, first.end)
        if not joint:
            return None
        end_at = joint.start("vague") if word != "between" and joint["vague"] else joint.end()
        last = self._range_end(end_at)
        if not last or not self._fit(first.moment, last.moment, word, joint[0]):
            return None
        return self._made(at, last.end, self._joined(first.moment, last.moment, self._look(at, last.end)))

    def _range_end(self, at: int) -> Found | None:
        if now := _NOW.match(self.text, at):
            return Found(now.end(), fixed(self.today))
        return self.reader.point(at, governed=True)

    def _fit(self, first: Moment, last: Moment, word: str, joint: str) -> bool:
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

    def _joined(self, first: Moment, last: Moment, look: Look) -> Stretch | None:
        """First day of the one to the last day of the other, the two as near as they can be."""
        today = self.today
        if last.fixed:
            end = last.stretches[0]
            begin = next((each for each in reversed(first.stretches) if each.first <= end.last), None)
        elif first.fixed or look in ("ahead", "present"):
            begin = first.resolve(today, "ahead" if look == "present" else look)
            later = (each for each in last.stretches if begin and each.last >= begin.first and each != begin)
            end = next(later, None)  # type: ignore[arg-type]
        else:
            end = last.resolve(today, look)  # type: ignore[assignment]
            begin = next(
                (
                    each
                    for each in reversed(first.stretches)
                    if end and each.first <= end.first and each != end
                ),
                None,
            )
        return Stretch(begin.first, end.last) if begin and end and begin.first <= end.last else None

    # -- from and to a moment -------------------------------------------------------------------------------

    def _since(self, at: int) -> Match | None:
        found = _SINCE.match(self.text, at)
        point = self.reader.point(found.end(), governed=True) if found else None
        if not point:
            return None
        stretch = point.moment.resolve(self.today, "back")
        if not stretch or stretch.first > self.today:
            return Match(at, point.end, None)
        return Match(at, point.end, Stretch(stretch.first, self.today))

    def _until(self, at: int) -> Match | None:
        found = _UNTIL.match(self.text, at)
        point = self.reader.point(found.end(), governed=True) if found else None
        if not point or not found:
            return None
        look = self._look(at, point.end)
        if look != "back" or moved_to(self.text, at) or not self.tenses.own(at, point.end):
            look = "ahead"
        return self._to_last(at, point, look)

    def _by(self, at: int) -> Match | None:
        found = _BY.match(self.text, at)
        point = self.reader.point(found.end(), governed=True) if found else None
        if not point:
            return None
        kind = self.tenses.kind(at, point.end)
        past = kind == "pastperfect" or (kind in ("back", "perfect") and self.tenses.opens(at))
        return self._to_last(at, point, "back" if past else "ahead")

    def _to_last(self, at: int, point: Found, look: Look) -> Match:
        latest = _LATEST.match(self.text, point.end)
        end = latest.end() if latest else point.end
        stretch = point.moment.resolve(self.today, look)
        if not stretch or stretch.last < self.today:
            return Match(at, end, None)
        return Match(at, end, Stretch(self.today, stretch.last))

    def _before(self, at: int) -> Match | None:
        found = _BEFORE.match(self.text, at)
        point = self.reader.point(found.end(), governed=True) if found else None
        if not found or not point:
            return None
        look = self._look(at, point.end)
        if look != "back" or found["word"].lower() != "before":
            look = "ahead"
        stretch = point.moment.resolve(self.today, look)
        if found["not"] or not stretch or stretch.first <= self.today:
            return Match(at, point.end, None)
        closing = _CLOSING.match(self.text, found.end())  # a month's last day comes before its end
        return Match(at, point.end, Stretch(self.today, stretch.first if closing else stretch.first - DAY))

    def _after(self, at: int) -> Match | None:
        found = _AFTER.match(self.text, at)
        point = self.reader.point(found.end(), governed=True) if found else None
        if not point or _POSSESSED.match(self.text, point.end):  # "after Friday's rally": Friday is told
            return None
        return Match(at, point.end, None)

    # -- lengths --------------------------------------------------------------------------------------------

    def _span(self, at: int) -> Match | None:
        for read in (self._last_span, self._next_span, self._within, self._more, self._for, self._in):
            if found := read(at):
                return found
        return None

    def _last_span(self, at: int) -> Match | None:
        found = _LAST_SPAN.match(self.text, at)
        if not found:
            return None
        if found["bare"]:
            return Match(
                at, found.end("bare"), Stretch(shift(self.today, _one(found["unit"]), -1), self.today)
            )
        length = self._length(found.end())
        if not length or pattern(r" (?:of|in|before)\b").match(self.text, length.end):
            return None
        if not found["prep"] and self._look(at, length.end) == "ahead":  # "the last two days will be hard"
            return Match(at, length.end, None)
        return Match(at, length.end, length.past(self.today))

    def _next_span(self, at: int) -> Match | None:
        found = _NEXT_SPAN.match(self.text, at)
        if not found:
            return None
        if found["bare"]:
            told = found["prep"] or found["which"].lower() == "coming"
            return (
                Match(at, found.end("bare"), Stretch(self.today, shift(self.today, _one(found["unit"]))))
                if told
                else None
            )
        length = self._length(found.end())
        return Match(at, length.end, length.ahead(self.today)) if length else None

    def _within(self, at: int) -> Match | None:
        if unit := _WITHIN_UNIT.match(self.text, at):
            return Match(at, unit.end(), Stretch(self.today, shift(self.today, _one(unit["unit"]))))
        found = _WITHIN.match(self.text, at)
        length = self._length(found.end()) if found else None
        if not length:
            return None
        if of := pattern(r" of ").match(self.text, length.end):
            point = self.reader.point(of.end(), governed=True)
            stretch = point.moment.resolve(self.today, self._look(at, length.end)) if point else None
            whole = Stretch(stretch.first, shift(stretch.last, length.high)) if stretch else None
            return Match(at, point.end if point else length.end, whole)
        past = self._look(at, length.end) == "back" and self.tenses.kind(at, length.end) != "perfect"
        return Match(at, length.end, None if past else length.ahead(self.today))

    def _more(self, at: int) -> Match | None:
        """ "Another three weeks", "for two more days", "three weeks left"."""
        lead = pattern(r"(?:for|in) ").match(self.text, at)
        length = self._length(lead.end() if lead else at)
        if not length:
            return None
        left = _LEFT.match(self.text, length.end)
        away = _AWAY.match(self.text, length.end)
        if not (length.more or left or away) or (lead and not length.more):
            return None
        end = left.end() if left else away.end() if away else length.end
        if self._look(at, end) == "back" and not pattern(
            r"\b(?:had|needs?|needed|with|given?|gave) $"
        ).search(self.text, max(0, at - 8), at):
            return Match(at, end, None)
        if lead and lead[0].lower().startswith("in"):  # "in another three weeks"
            return Match(at, end, length.point(self.today, 1))
        return Match(at, end, length.point(self.today, 1) if away else length.ahead(self.today))

    def _for(self, at: int) -> Match | None:
        found = _FOR.match(self.text, at)
        length = self._length(found.end()) if found else None
        if not length:
            return None
        kind = self.tenses.kind(at, length.end)
        window = self.text[max(0, at - 60) : at]
        stocks = _STOCKS.search(window) and not _SPENT.search(window)
        if kind == "perfect":
            momentary = _MOMENTARY.search(self.tenses.verb(at, length.end))  # "have signed for ten years"
            return Match(at, length.end, None if length.ranged or momentary else length.past(self.today))
        ahead = kind == "ahead" or kind == "present" or (stocks and kind != "pastperfect")
        return Match(at, length.end, length.ahead(self.today) if ahead else None)

    def _in(self, at: int) -> Match | None:
        found = _IN.match(self.text, at)
        length = self._length(found.end()) if found else None
        if not length:
            return None
        time = _TIME.match(self.text, length.end)
        end = time.end() if time else length.end
        if _AGO_OR_FROM.match(self.text, length.end):
            return None
        told = not (
            _POSSESSED.match(self.text, end)
            or pattern(r" (?:of|since|before|after|from)\b").match(self.text, end)
        )
        ahead = self._look(at, end) in ("ahead", "present", "none") and not _SUPERLATIVE.search(
            self.text, max(0, at - 40), at
        )
        return Match(at, end, length.point(self.today, 1) if time or (told and ahead) else None)

    def _length(self, at: int) -> Length | None:
        length = read_length(self.text, at)
        return (
            None
            if length
            and (_OLD.match(self.text, length.end) or self.text[length.end : length.end + 1] in "-‐‑")
            and self.text[length.end : length.end + 1]
            else length
        )

    # -- the moment itself ----------------------------------------------------------------------------------

    def _plain(self, at: int) -> Match | None:
        point = self.reader.point(at)
        if not point or (point.moment.event and not _OPEN.search(self.text, max(0, at - 7), at)):
            return None
        return self._made(at, point.end, point.moment.resolve(self.today, self._plain_look(at, point)))

    def _plain_look(self, at: int, point: Found) -> Look:
        if point.moment.fixed:
            return "none"
        text = self.text
        due = _DEADLINE.match(text, point.end) or _BEFORE_DEADLINE.search(text, max(0, at - 30), at)
        if due and not _OVERDUE.search(text, max(0, at - 24), at):
            return "ahead"
        if point.moment.sort in ("day", "weekend") and not _POSSESSED.match(text, point.end):
            if _FOR_DAY.search(text, max(0, at - 9), at):
                return "ahead"
            if _TO_DAY.search(text, max(0, at - 7), at) and moved_to(text, at - 3):
                return "ahead"
        look = self._look(at, point.end)
        starts = look in ("none", "present") and _FROM_ON.search(
            text, max(0, at - 14), at
        )  # "From Monday, trains run again."
        return "ahead" if starts else look

    def _made(self, start: int, end: int, stretch: Stretch | None) -> Match:
        return Match(start, end, stretch)


_AGO_OR_FROM = pattern(r" (?:ago|from now|hence)\b")


def _one(unit: str) -> Amount:
    return {
        "week": Amount(days=7), "fortnight": Amount(days=14), "month": Amount(1), "quarter": Amount(3), "year": Amount(12), "decade": Amount(120),
    }[unit.lower()]  # fmt: skip


def _is_range(moment: Moment) -> bool:
    first = moment.stretches[0]
    return moment.sort == "day" and first.last > first.first and not moment.event


_ENDED = re.compile(
    r"(?<=[.!?…])[”\"’')\]]*(?:[^\S\n]+(?=[A-Z0-9“\"‘'(\[])|[^\S\n]*\n)|\n[^\S\n]*(?=\n|[-*#>•])"
)
_ABBREVIATED = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tues?|Weds?|Thu(?:rs?)?|Fri|Sat|Sun|Mr|Mrs|Ms|Dr|St|Gen|Sen|Rep|Gov|Lt|Col"
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
        Where the text's sentences stand; only they are read. Without them the text is split at full stops and line ends.

    Returns
    -------
    list of TimeReference
        In order of position, none overlapping; ``text[t.position : t.position + len(t.text)] == t.text``.
    """
    names = EventNames(events)
    references: list[TimeReference] = []
    for span in (
        crude_sentences(text)
        if sentences is None
        else sorted(sentences, key=lambda each: (each.start, each.end))
    ):
        done = references[-1].position + len(references[-1].text) if references else 0
        start = max(span.start, done)
        for found in _Sentence(text[start : span.end], published, names).matches():
            if found.stretch:
                references.append(
                    TimeReference(
                        **{
                            "text": text[start + found.start : start + found.end],
                            "position": start + found.start,
                            "from": found.stretch.first,
                            "to": found.stretch.last,
                        }
                    )
                )
    return references
