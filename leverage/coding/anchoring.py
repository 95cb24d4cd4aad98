"""Find passages again in a text that changed: by their words and what stands around them, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from leverage.case import Kept, Span, kept_beside, occurrences, text_hash
from leverage.coding.suggestion import CONTEXT, Suggestion, TimeReference, suggestion_id

ENOUGH = 12
"""So many characters of one side tell a place alone, where all of it is there; at the text's edge fewer."""
MUCH = 20
"""Where a quotation stands once, so many characters beside it tell that it is the same place."""

NOT_THERE = "its words are not in the text any more"
OTHER_PLACE = "its words stand in the text, and other words around them"
SEVERAL = "its words stand in the text more than once, and what stood around them does not tell which"


class Lost(NamedTuple):
    """A suggestion whose passage was not found again, and why."""

    suggestion: Suggestion
    reason: str


class _Candidate(NamedTuple):
    span: Span
    before: Kept
    after: Kept

    @property
    def whole(self) -> bool:
        """Whether both sides are there; where nothing stood, that is the text's edge."""
        return all(side.whole and (side.characters or side.at_edge) for side in self[1:])

    @property
    def one_side(self) -> bool:
        """Whether all that stood on one side is there, and is enough to tell the place."""
        return any(side.whole and (side.characters >= ENOUGH or side.at_edge) for side in self[1:])

    @property
    def partly(self) -> bool:
        return any(side.characters >= MUCH for side in self[1:])


def reanchor(exact: str, prefix: str, suffix: str, text: str) -> Span | str:
    """Where a passage stands in a text that may have changed.

    The words must be the same to the letter; runs of blanks may differ. The place is told by what stood
    around them: by both sides; else by one side that is whole, where it is whole at one place alone; else,
    where the words stand once, by a good part of one side. Nothing else is taken for it.

    Parameters
    ----------
    exact, prefix, suffix : str
        As in a suggestion; `prefix` or `suffix` is empty where the passage stood at the text's edge.
    text : str

    Returns
    -------
    Span or str
        Its place; or why it is lost, `NOT_THERE`, `OTHER_PLACE` or `SEVERAL`.
    """
    found = [
        _Candidate(span, kept_beside(prefix, text, span, "before"), kept_beside(suffix, text, span, "after"))
        for span in occurrences(exact, text)
        if _is_cut_alike(span, exact, prefix, suffix, text)
    ]
    if not found:
        return NOT_THERE
    fitting = [each for each in found if each.whole] or [each for each in found if each.one_side]
    if not fitting and len(found) == 1:
        fitting = [each for each in found if each.partly]
    if len(fitting) == 1:
        return fitting[0].span
    return SEVERAL if len(found) > 1 else OTHER_PLACE


def reanchor_all(
    suggestions: Iterable[Suggestion],
    text: str,
    split: Callable[[str], Sequence[Span]] | None = None,
) -> tuple[list[Suggestion], list[Lost]]:
    """Suggestions at their places in a text that may have changed, and those that are lost.

    Parameters
    ----------
    suggestions : iterable of Suggestion
        Those that stand in the text as they are stay as they are.
    text : str
    split : callable, optional
        Gives the text's sentences, to count them anew; without it `sentence` is kept.

    Returns
    -------
    kept : list of Suggestion
        With new positions, context, hash and id; `exact` as the text has it. A time that is not told there
        any more is left out.
    lost : list of Lost
    """
    sha256 = text_hash(text)
    sentences = split(text) if split else ()
    kept: list[Suggestion] = []
    lost: list[Lost] = []
    for suggestion in suggestions:
        start, end = suggestion.start, suggestion.end
        if suggestion.sha256 == sha256 and text[start:end] == suggestion.exact:
            kept.append(suggestion)
            continue
        place = reanchor(suggestion.exact, suggestion.prefix, suggestion.suffix, text)
        if isinstance(place, str):
            lost.append(Lost(suggestion, place))
        else:
            kept.append(_moved(suggestion, place, text, sha256, sentences))
    return kept, lost


def _moved(
    suggestion: Suggestion, place: Span, text: str, sha256: str, sentences: Sequence[Span]
) -> Suggestion:
    start, end = place.start, place.end
    number = next((n for n, s in enumerate(sentences, 1) if s.start <= start < s.end), suggestion.sentence)
    fields = suggestion.model_dump() | {
        "sentence": number,
        "time": _time(suggestion, place, text),
        "start": start,
        "end": end,
        "exact": text[start:end],
        "prefix": text[max(0, start - CONTEXT) : start],
        "suffix": text[end : end + CONTEXT],
        "sha256": sha256,
    }
    return Suggestion(**fields | {"id": suggestion_id(fields)})


def _time(suggestion: Suggestion, place: Span, text: str) -> TimeReference | None:
    """The passage's time at its new place: as far from the passage's start as it was, blanks apart."""
    time = suggestion.time
    if time is None:
        return None
    near = [span for span in occurrences(time.text, text) if abs(span.start - place.start) <= _REACH]
    if suggestion.start <= time.position < suggestion.end:
        ahead = len(suggestion.exact[: time.position - suggestion.start].split())
        near = [s for s in near if place.start <= s.start and s.end <= place.end]
        near = [s for s in near if len(text[place.start : s.start].split()) == ahead] or near
    if len(near) != 1:
        return None
    at = near[0]
    return time.model_copy(update={"position": at.start, "text": text[at.start : at.end]})


_REACH = 400
"""A time stands in the passage's own sentence: within so many characters."""


def _is_cut_alike(span: Span, exact: str, prefix: str, suffix: str, text: str) -> bool:
    """Words stay words: what began or ended one before is no part of a longer one now."""

    def joined(left: str, right: str) -> bool:
        return left[-1:].isalnum() and right[:1].isalnum()

    began = joined(prefix, exact) or not joined(text[: span.start][-1:], exact)
    ended = joined(exact, suffix) or not joined(exact, text[span.end : span.end + 1])
    return began and ended
