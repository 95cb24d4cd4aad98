"""Where a clause looks: ahead, back, or at what is.

No grammar is parsed. The groups of verbs in a sentence are found by their shape, and the one that stands next
before an expression in its clause decides; where an expression opens its clause, the one that follows.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from leverage.coding.times.days import Look
from leverage.coding.times.words import pattern

_IRREGULAR = (
    "said|told|took|went|came|held|lost|won|began|broke|met|made|gave|got|kept|left|led|rose|fell|hit"
    "|struck|sent|spent|paid|shut|fought|found|fled|flew|saw|sold|bought|brought|caught|drew|drove|built"
    "|chose|grew|knew|ran|spoke|stood|swore|threw|withdrew|wrote|became|thought|felt|heard|rode|sank"
    "|shot|sought|stole|taught|understood|withheld|overran|forbade|froze|hid|laid|meant|slid|slipped|put"
    "|cut|upheld|undertook|retook|overthrew|forgave|bore|dealt|shook|sprang|stuck|swept|woke|wound|bound"
    "|begun|broken|taken|given|seen|gone|done|shown|fallen|driven|chosen|known|written|thrown|withdrawn"
    "|risen|drawn|spoken|frozen|stolen|hidden|overrun|torn|beaten|sworn|been|had|did|was|were|wasn't"
    "|weren't|didn't|hadn't|let|cost|cast|split|quit|spread|burst|lit|set"
)
_ED = r"(?!(?:n|f|s|w|sp|gr|cr|br|bl)eed\b|(?:exc|proc|succ|ind)eed\b|hundred\b|(?:sh|b|r|sl|w)ed\b)\w\w+ed"
_NOT_VERBS = frozenset(
    [
        "deed",
        "united",
        "armed",
        "embed",
        "sacred",
        "naked",
        "wicked",
        "unprecedented",
        "beloved",
        "biased",
        "shred",
        "outnumbered",
        "supposed",
        "alleged",
        "wounded",
        "unarmed",
        "rugged",
        "crowded",
        "talented",
        "limited",
        "mixed",
        "skilled",
        "unskilled",
    ]
)
_DETERMINER = pattern(
    r"(?:\b(?:the|an?|its|their|his|her|our|this|that|these|those|no|any|some|more|of|many|most|newly|so"
    r"|very|all)|'s|s') $"
)
_ADVERBS = (
    r"(?: (?:not|never|also|only|still|probably|soon|then|now|already|just|ever|no longer|again"
    r"|first|both|all|\w+ly))"
)
_MODAL = (
    r"(?:\b(?:will|won't|wouldn't|shall|would|could|can|cannot|can't|couldn't|(?-i:may)|(?-i:might)|must"
    r"|mustn't|should|shouldn't|ought to)"
    r"|\w'll)\b"
)
_SCHEDULED = (
    r"starts|begins|ends|expires|opens|closes|resumes|meets|returns|reopens|lapses|arrives|leaves|visits"
    r"|votes|looms|approaches"
    r"|awaits|falls due|takes effect|comes into force|runs out|faces|comes up|takes office|steps down"
    r"|goes|plays|marks|reconvenes"
)
_BASE_SCHEDULED = (
    r"start|begin|end|expire|open|close|resume|meet|return|reopen|lapse|arrive|leave|vote"
    r"|reconvene|go|run out|take effect"
)
_NO_INFINITIVE = (
    r"the|an?|its|their|his|her|our|my|your|this|that|these|those|be(?=ing)|it|them|him|us|me|which|whom"
    r"|what|about|\w+ing|\d\S*"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|date|end|work(?! (?:out|with|on))|power|court"
    r"|parliament|congress|office|prison"
    r"|school|\w+(?:tion|ment|ness|ity|ship|ism)s?|war(?!n)|peace|late|early|mid|last|next|least|some"
    r"|more|most|many|all|both"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow|yesterday"
)
_CUES = (
    ("back", rf"(?:(?!will\b){_MODAL}|\w'd\b){_ADVERBS}{{0,2}} have\b{_ADVERBS}{{0,2}}(?: \w+)?"),
    ("ahead", rf"{_MODAL}{_ADVERBS}{{0,2}}(?: (?:have|be|been|get)){{0,2}}{_ADVERBS}{{0,2}}(?: \w+(?:ed"
              rf"|en)\b| (?:be )?\w+)?"),
    ("ahead", r"\b(?:is|are|was|were|be|been|being|am)(?: (?:not|now|also|still|both|\w+ly)){0,2} (?:due"
              r"|set|scheduled|expected|likely"
              r"|slated|planned|about|ready|supposed|poised|bound|going|needed|required|obliged|forecast"
              r"|projected|timed|booked)\b"),
    ("ahead", r"\b(?:due|scheduled|slated|planned|expected|timed|poised|booked|set"
              r"|pencilled in)(?= (?:to|on|for|by|in|within|until|at|this|next|before"
              r"|tomorrow|today|tonight|mon|tue|wed|thu|fri|sat|sun)\w*)"),
    ("ahead", r"\b(?:is|are|was|were) to(?! (?:the|an?|blame)\b) (?:(?:be|have been) )?\w+"),
    ("back", r"\b(?:failed|managed|came|used|began|started|continued|helped|forced|proved|appeared"
             r"|seemed|went on|got) to \w+"),
    ("back", r"\b(?:had|having) to \w+"),
    ("ahead", r"\b(?:has|have|needs?|wants?|hopes?|plans?|intends?|aims?|vows?|try|tries) to \w+"),
    ("ahead", r"(?<!according\s)(?<!close\s)(?<!thanks\s)(?<!due\s)\bto "
              rf"(?!(?:{_NO_INFINITIVE})\b)(?-i:[a-z])\w+(?: \w+(?:ed|en)\b)?"),
    ("pastperfect", rf"(?:\bhad|\w'd)(?:n't)?{_ADVERBS}{{0,2}} (?:been )?(?:{_ED}|{_IRREGULAR})\b"),
    ("perfect", rf"(?:\b(?:has|have|having|haven't|hasn't)|\w've){_ADVERBS}{{0,2}} (?:been(?: \w+(?:ed"
                rf"|ing|en)\b)?|{_ED}\b|(?:{_IRREGULAR})\b)"),
    ("present", rf"\b(?:is|are|am|isn't|aren't){_ADVERBS}{{0,2}}(?: being)?(?: (?:\w+ed|\w+ing"
                rf"|{_IRREGULAR})\b)?"),
    ("back", rf"\b(?:was|were|wasn't|weren't|did|didn't)\b{_ADVERBS}{{0,2}}(?: (?:being"
             rf"|have))?(?: \w+(?:ed|en|ing)\b)?"),
    ("present", r"\b(?:has|have|does|do|doesn't|don't|remains?|holds?|keeps?|needs?|wants?|hopes?|plans?"
                r"|threatens?)\b"),
    ("ahead", rf"\b(?:{_SCHEDULED})\b"),
    ("base", rf"\b(?:{_BASE_SCHEDULED})\b"),
    ("if", r"\b(?:if|unless|provided that|as long as|once|when)\b"),
    ("ed", rf"\b(?:{_IRREGULAR})\b"),
    ("ed", rf"\b{_ED}\b"),
)  # fmt: skip
_CUE = pattern("|".join(f"(?P<c{index}>{source})" for index, (_, source) in enumerate(_CUES)))
_BREAK = pattern(
    r"[,;:()\[\]“”\"]|[–—]| ~ "
    r"|\b(?:that|and|but|because|while|whereas|when|if|as|whether|where|which|who|although|though|unless)\b"
)
_OPENERS = pattern(
    r"(?:[\s,;:(“\"‘'–—-]"
    r"|\b(?:on|in|at|by|until|till|since|before|during|over|for|through|within|from|between|early|late|the"
    r"|only|just|even|not|and|but|that|both|then|later|earlier|so|or|as|of|ahead|no|than|to)\b)*"
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A group of verbs, and where it looks."""

    start: int
    end: int
    kind: str


class Tenses:
    """The cues of one sentence."""

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    @cached_property
    def cues(self) -> list[Cue]:
        """The groups of verbs, in order."""
        return _cues_of(self._sentence)

    @cached_property
    def _starts(self) -> list[int]:
        return [cue.start for cue in self.cues]

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.start() for found in _BREAK.finditer(self._sentence)]

    def governing(self, start: int, end: int) -> tuple[Cue | None, bool]:
        """The group of verbs that an expression belongs to, and whether it stands in its clause."""
        cues = self.cues
        index = bisect_left(self._starts, start)
        left = cues[index - 1] if index else None
        after = bisect_left(self._starts, end)
        right = cues[after] if after < len(cues) else None
        before, behind = bisect_left(self._breaks, start), bisect_left(self._breaks, end)
        opening = self._breaks[before - 1] if before else 0
        closing = self._breaks[behind] if behind < len(self._breaks) else len(self._sentence)
        if left and left.start >= opening:
            return left, True
        opens = self.opens(start)
        if right and (opens or not left) and (right.start < closing or opens):
            return right, right.start < closing
        return left or right, False

    def look(self, start: int, end: int) -> Look:
        """Where the clause of an expression looks."""
        cue, own = self.governing(start, end)
        if not own and self._sentence.lstrip("“\"'‘").startswith(("If ", "Unless ")):
            return "ahead"  # "If the bridge holds, the garrison starves in February."
        match cue.kind if cue else None:
            case "ahead":
                return "ahead"
            case "present":
                return "present"
            case None:
                return "none"
        return "back"

    def opens(self, start: int) -> bool:
        """Whether nothing but small words stands before an expression in its clause."""
        before = bisect_left(self._breaks, start)
        opening = self._breaks[before - 1] if before else 0
        return _OPENERS.fullmatch(self._sentence, _after_break(self._sentence, opening), start) is not None

    def kind(self, start: int, end: int) -> str:
        """The governing cue's kind, or an empty text."""
        cue, _ = self.governing(start, end)
        return cue.kind if cue else ""

    def own(self, start: int, end: int) -> bool:
        """Whether the clause of an expression has verbs that tell where it looks."""
        return self.governing(start, end)[1]

    def verb(self, start: int, end: int) -> str:
        """The words of the governing cue."""
        cue, _ = self.governing(start, end)
        return self._sentence[cue.start : cue.end] if cue else ""


def _after_break(sentence: str, at: int) -> int:
    found = _BREAK.match(sentence, at)
    return found.end() if found else at


_COMMA = pattern(r"[,;:]")


def _cues_of(sentence: str) -> list[Cue]:
    cues: list[Cue] = []
    condition = -1
    for found in _CUE.finditer(sentence):
        kind = _CUES[int((found.lastgroup or "c0")[1:])][0]
        start = found.start()
        if kind == "if":
            condition = start
            continue
        if kind == "ed":
            if found[0].lower() in _NOT_VERBS or _DETERMINER.search(sentence, max(0, start - 12), start):
                continue
            kind = "back"
        if kind == "base":
            if _DETERMINER.search(sentence, max(0, start - 12), start):
                continue
            kind = "ahead"
        if kind == "present" and condition >= 0 and not _COMMA.search(sentence, condition, start):
            kind = "ahead"
        cues.append(Cue(start, found.end(), kind))
    return cues


_MOVED = pattern(
    r"\b(?:postpone|adjourn|extend|delay|defer|reschedul|prolong|suspend|put off|give|gave|grant|push"
    r"|hold off|held off|have|has|had|having|with"
    r"|last|valid|set|mov|renew|remain|stay|brought forward|deadline|ultimatum|wait|only|time|ban|close"
    r"|run|booked|sentence|elect)\w*"
    r"(?: [\w'’]+){0,6}?(?: at least)? ?$"
)


def moved_to(sentence: str, start: int) -> bool:
    """Whether what stands before "until", "to" or "for" puts something off, or grants time."""
    return _MOVED.search(sentence, max(0, start - 70), start) is not None
