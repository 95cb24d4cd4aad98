"""Spans: lengths of time that begin or end at the article's date."""

from __future__ import annotations

from leverage.coding.times.days import Amount, Stretch, shift
from leverage.coding.times.lengths import HALF, Length, read_length
from leverage.coding.times.sentence import Match, Sentence
from leverage.coding.times.words import pattern

_LAST_SPAN = pattern(
    r"(?:(?P<prep>for|over|in|during|throughout|within|across|through) )?(?P<the>the |its |their |his "
    r"|much of the )(?:past|last|preceding)(?P<bare> (?P<unit>week|fortnight|month|year|decade"
    r"|quarter)\b(?! (?:of|in|before)\b))? ?"
)
_AND_A_HALF = pattern(r" and a half\b")
_NEXT_SPAN = pattern(
    r"(?:(?P<prep>for|over|in|during|throughout|within|through|inside) )?(?P<the>the |its |their "
    r"|his )(?P<which>next|coming)(?P<bare> (?P<unit>week|fortnight|month|year|decade)\b(?! (?:of|in"
    r"|after)\b))? ?"
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
    r"\b(?:first|time|times|once|twice|second|third|only|most|least|worst|best|\w+est|more|less|sharply"
    r"|record|such)(?: [\w-]+){0,3} $"
)
_STOCKS = pattern(
    r"\b(?:enough|stocks?|stockpiles?|suppl(?:y|ies)|reserves?|food|fuel|coal|gas|oil|cash|money|funds?"
    r"|ammunition|shells|lasts?|hold out|holds out|covered|provisions"
    r"|rations|grain|diesel|medicine|strike pay|carry on|go on|survive|sufficient)\b[^.;]{0,40}$"
)
_MOMENTARY = pattern(
    r"\b(?:sign|agree|extend|renew|pledg|promis|suspend|order|commit|vow|sentenc|jail|elect|appoint|book"
    r"|hir|lent|leas|approv|bann|given)(?:e?d)?$"
)
_GRANTED = pattern(r"\b(?:had|needs?|needed|with|given?|gave) $")
_PROLONGED = pattern(r"\b(?:extend|prolong|renew|postpon|adjourn)\w*\b[^.,;]{0,40}$")
"""The truce was extended for three weeks: these run from now, though the verb is past."""
_SPENT = pattern(r"\b(?:lasted|no|without|lacked)\b[^.;]{0,40}$")
_AGO_OR_FROM = pattern(r" (?:ago|from now|hence)\b")


def read_span(sentence: Sentence, at: int) -> Match | None:
    """A length from or to the article's date."""
    for read in (_last_span, _next_span, _within, _more, _for, _in):
        if found := read(sentence, at):
            return found
    return None


def _last_span(sentence: Sentence, at: int) -> Match | None:
    found = _LAST_SPAN.match(sentence.text, at)
    if not found:
        return None
    if found["bare"]:
        start, end = shift(sentence.today, _one(found["unit"]), -1), found.end("bare")
        if half := _AND_A_HALF.match(sentence.text, end):
            start, end = shift(start, HALF.get(found["unit"].lower(), Amount()), -1), half.end()
        return Match(at, end, Stretch(start, sentence.today))
    length = _length(sentence, found.end())
    if not length or pattern(r" (?:of|in|before)\b").match(sentence.text, length.end):
        return None
    if not found["prep"] and sentence.look(at, length.end) == "ahead":  # "the last two days will be hard"
        return Match(at, length.end, None)
    return Match(at, length.end, length.past(sentence.today))


def _next_span(sentence: Sentence, at: int) -> Match | None:
    found = _NEXT_SPAN.match(sentence.text, at)
    if not found:
        return None
    if found["bare"]:
        told = found["prep"] or found["which"].lower() == "coming"
        return (
            Match(at, found.end("bare"), Stretch(sentence.today, shift(sentence.today, _one(found["unit"]))))
            if told
            else None
        )
    length = _length(sentence, found.end())
    return Match(at, length.end, length.ahead(sentence.today)) if length else None


def _within(sentence: Sentence, at: int) -> Match | None:
    if unit := _WITHIN_UNIT.match(sentence.text, at):
        return Match(at, unit.end(), Stretch(sentence.today, shift(sentence.today, _one(unit["unit"]))))
    found = _WITHIN.match(sentence.text, at)
    length = _length(sentence, found.end()) if found else None
    if not length:
        return None
    if of := pattern(r" of ").match(sentence.text, length.end):
        point = sentence.reader.point(of.end(), governed=True)
        stretch = point.moment.resolve(sentence.today, sentence.look(at, length.end)) if point else None
        whole = Stretch(stretch.first, shift(stretch.last, length.high)) if stretch else None
        return Match(at, point.end if point else length.end, whole)
    past = sentence.look(at, length.end) == "back" and sentence.tenses.kind(at, length.end) != "perfect"
    return Match(at, length.end, None if past else length.ahead(sentence.today))


def _more(sentence: Sentence, at: int) -> Match | None:
    """What is still to come: "another three weeks", "for two more days", "three weeks left"."""
    lead = pattern(r"(?:for|in) ").match(sentence.text, at)
    length = _length(sentence, lead.end() if lead else at)
    if not length:
        return None
    left = _LEFT.match(sentence.text, length.end)
    away = _AWAY.match(sentence.text, length.end)
    if not (length.more or left or away) or (lead and not length.more):
        return None
    end = left.end() if left else away.end() if away else length.end
    own = sentence.tenses.own(at, end)  # "Give us another month", he said
    granted = _GRANTED.search(sentence.text, max(0, at - 8), at) or _PROLONGED.search(
        sentence.text, max(0, at - 60), at
    )
    if own and sentence.look(at, end) == "back" and not granted:
        return Match(at, end, None)
    if lead and lead[0].lower().startswith("in"):  # "in another three weeks"
        return Match(at, end, length.point(sentence.today, 1))
    return Match(at, end, length.point(sentence.today, 1) if away else length.ahead(sentence.today))


def _for(sentence: Sentence, at: int) -> Match | None:
    found = _FOR.match(sentence.text, at)
    length = _length(sentence, found.end()) if found else None
    if not length:
        return None
    kind = sentence.tenses.kind(at, length.end)
    window = sentence.text[max(0, at - 60) : at]
    stocks = _STOCKS.search(window) and not _SPENT.search(window)
    if _PROLONGED.search(window):
        return Match(at, length.end, length.ahead(sentence.today))
    if kind == "perfect":
        momentary = _MOMENTARY.search(sentence.tenses.verb(at, length.end))  # "have signed for ten years"
        return Match(at, length.end, None if length.ranged or momentary else length.past(sentence.today))
    ahead = kind == "ahead" or kind == "present" or (stocks and kind != "pastperfect")
    return Match(at, length.end, length.ahead(sentence.today) if ahead else None)


def _in(sentence: Sentence, at: int) -> Match | None:
    found = _IN.match(sentence.text, at)
    length = _length(sentence, found.end()) if found else None
    if not length:
        return None
    time = _TIME.match(sentence.text, length.end)
    end = time.end() if time else length.end
    if _AGO_OR_FROM.match(sentence.text, length.end):
        return None
    told = not (
        _POSSESSED.match(sentence.text, end)
        or pattern(r" (?:of|since|before|after|from)\b").match(sentence.text, end)
    )
    ahead = sentence.look(at, end) in ("ahead", "present", "none") and not _SUPERLATIVE.search(
        sentence.text, max(0, at - 40), at
    )
    return Match(at, end, length.point(sentence.today, 1) if time or (told and ahead) else None)


def _length(sentence: Sentence, at: int) -> Length | None:
    length = read_length(sentence.text, at)
    return (
        None
        if length
        and (_OLD.match(sentence.text, length.end) or sentence.text[length.end : length.end + 1] in "-‐‑")
        and sentence.text[length.end : length.end + 1]
        else length
    )


def _one(unit: str) -> Amount:
    return {
        "week": Amount(days=7), "fortnight": Amount(days=14), "month": Amount(1), "quarter": Amount(3),
        "year": Amount(12), "decade": Amount(120),
    }[unit.lower()]  # fmt: skip
