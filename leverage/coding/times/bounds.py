"""Bounds: since, until, by, before and after a moment."""

from __future__ import annotations

from leverage.coding.times.dates import Found
from leverage.coding.times.days import DAY, Look, Stretch
from leverage.coding.times.sentence import Match, Sentence
from leverage.coding.times.tense import moved_to
from leverage.coding.times.words import pattern

_CLOCK = (
    r"(?:(?:about |around )?(?:\d{1,2}(?:[.:]\d\d)? ?(?:a\.?m\.?|p\.?m\.?|o'clock|hours|GMT)"
    r"|\d{1,2}[.:]\d\d|noon|midnight|midday|dawn|dusk|sunset|sunrise|(?:the )?close of business"
    r"|close of play)(?: GMT| local time| Eastern)?(?:,? on |, | ))"
)
_VAGUE = (
    rf"(?:(?:at least|about|around|roughly|perhaps|maybe|possibly|probably|sometime in|some time in"
    rf"|sometime|well into|late on|early on|as late as|as early as|on|in"
    rf"|the latest|midnight on|(?:the )?(?:morning|evening|night|afternoon) of|{_CLOCK}) ?)?"
)
_NO_NOUN = (
    r"is|are|was|were|be|been|has|have|had|will|would|can|could|may|might|must|do|does|did|not|it|they|he|she|we|you|i"
    r"|there|nobody|nothing|and|or|but|because|that|which|who|then|in|on|at|to|\w+ed"
)
_SINCE = pattern(rf"(?:ever )?since {_VAGUE}")
_OCCASION = pattern(
    rf"(?:(?!(?:{_NO_NOUN})\b)\w[\w'-]* ){{1,7}}?"
    rf"(?:(?:began|started|broke out|took office) )?(?:in |on |of (?=\d|(?-i:[A-Z])))"
)
"""What a date is told of: "since the landings in 2022", "since my discharge in 2014"."""
_UNTIL = pattern(
    rf"(?P<word>up until|up till|up to and including|until and including|until|till|'til|through until"
    rf"|through to|through|up to) {_VAGUE}"
)
_BY = pattern(
    rf"(?P<word>on or before|by or before|no later than|not later than|at the latest by|by) {_VAGUE}"
)
_BEFORE = pattern(rf"(?P<not>not )?(?P<word>before|ahead of|prior to|in advance of) {_VAGUE}")
_AFTER = pattern(
    rf"(?:(?:shortly|soon|immediately|just|right|long|only|not until|until) )?(?:after|following|beyond"
    rf"|no (?:earlier|sooner) than|not (?:earlier|sooner) than|not before|the aftermath of|past) {_VAGUE}"
)
_LATEST = pattern(r",? at the (?:very )?latest\b")
_CLOSING = pattern(r"(?:the )?(?:very )?(?:end of|end~|(?:year|month)~end|year's end|close of)")
_POSSESSED = pattern(r"'")


def read_since(sentence: Sentence, at: int) -> Match | None:
    """Since a moment: its first day to the article's."""
    found = _SINCE.match(sentence.text, at)
    if not found:
        return None
    point = sentence.reader.point(found.end(), governed=True)
    occasion = None if point else _OCCASION.match(sentence.text, found.end())
    if occasion:
        point = sentence.reader.point(occasion.end(), governed=True)
    if not point:
        return None
    stretch = point.moment.resolve(sentence.today, "back")
    if not stretch or stretch.first > sentence.today:
        return Match(at, point.end, None)
    return Match(at, point.end, Stretch(stretch.first, sentence.today))


def read_until(sentence: Sentence, at: int) -> Match | None:
    """Until or through a moment: from now to its last day."""
    found = _UNTIL.match(sentence.text, at)
    point = sentence.reader.point(found.end(), governed=True) if found else None
    if not point or not found:
        return None
    look = sentence.look(at, point.end)
    if look != "back" or moved_to(sentence.text, at) or not sentence.tenses.own(at, point.end):
        look = "ahead"
    return _to_last(sentence, at, point, look)


def read_by(sentence: Sentence, at: int) -> Match | None:
    """By a moment: from now to its last day."""
    found = _BY.match(sentence.text, at)
    point = sentence.reader.point(found.end(), governed=True) if found else None
    if not point:
        return None
    kind = sentence.tenses.kind(at, point.end)
    past = kind == "pastperfect" or (kind in ("back", "perfect") and sentence.tenses.opens(at))
    return _to_last(sentence, at, point, "back" if past else "ahead")


def _to_last(sentence: Sentence, at: int, point: Found, look: Look) -> Match:
    latest = _LATEST.match(sentence.text, point.end)
    end = latest.end() if latest else point.end
    stretch = point.moment.resolve(sentence.today, look)
    if not stretch or stretch.last < sentence.today:
        return Match(at, end, None)
    return Match(at, end, Stretch(sentence.today, stretch.last))


def read_before(sentence: Sentence, at: int) -> Match | None:
    """Before a moment: from now to the day before it begins."""
    found = _BEFORE.match(sentence.text, at)
    point = sentence.reader.point(found.end(), governed=True) if found else None
    if not found or not point:
        return None
    look = sentence.look(at, point.end)
    if look != "back" or found["word"].lower() != "before":
        look = "ahead"
    stretch = point.moment.resolve(sentence.today, look)
    if found["not"] or not stretch or stretch.first <= sentence.today:
        return Match(at, point.end, None)
    closing = _CLOSING.match(sentence.text, found.end())  # a month's last day comes before its end
    return Match(at, point.end, Stretch(sentence.today, stretch.first if closing else stretch.first - DAY))


def read_after(sentence: Sentence, at: int) -> Match | None:
    """After a moment: known, and left out."""
    found = _AFTER.match(sentence.text, at)
    point = sentence.reader.point(found.end(), governed=True) if found else None
    if not point or _POSSESSED.match(sentence.text, point.end):  # "after Friday's rally": Friday is told
        return None
    return Match(at, point.end, None)
