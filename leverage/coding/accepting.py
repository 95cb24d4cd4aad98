"""From a suggestion and the reading that a reviewer gave it to a piece of evidence."""

from __future__ import annotations

from typing import Any

from leverage.case import Coded, Evidence, Passage, Span
from leverage.case.passages import find_passage
from leverage.coding.decisions import Accept
from leverage.coding.suggestion import CONTEXT, Suggestion
from leverage.coding.yaml_text import flow
from leverage.documents import Document
from leverage.faults import CALL, Fault, InputError


def make_evidence(
    said: Suggestion, ruling: Accept, *, evidence_id: str, article: str, text: str | None, coder: str
) -> Evidence:
    """A piece of evidence from a suggestion and the reading that a reviewer gave it.

    Parameters
    ----------
    said : Suggestion
        With the reviewer's corrections.
    ruling : Accept
    evidence_id, article, coder : str
    text : str or None
        The article's; None where it is not at hand.

    Raises
    ------
    InputError
        It lacks what evidence of its kind needs.
    """
    time = said.time
    coded = Coded.model_validate(
        {
            "suggestion": said.id,
            "direction": said.direction,
            "strength": said.strength,
            "conditional": said.conditional,
            "negated": said.negated,
            "attributed_to": said.attributed_to,
            "time": {"text": time.text, "from": time.start, "to": time.end} if time else None,
        }
    )
    content = {
        "id": evidence_id,
        "actor": said.actor,
        "factor": said.factor,
        "indicator": said.indicator,
        "stake": ruling.stake,
        "reading": ruling.reading.model_dump(),
        "interval": ruling.interval if ruling.interval == "exact" else ruling.interval.model_dump(),
        "kind": ruling.kind,
        "coder": coder,
        "passage": passage_of(said, article, text).model_dump(exclude_defaults=True),
        "grade": ruling.grade.model_dump() if ruling.grade else None,
        "note": ruling.note,
        "coded": coded.model_dump(by_alias=True, exclude_defaults=True),
    }
    found = {key: value for key, value in content.items() if value not in (None, "")}
    try:
        return Document(flow(found), CALL).validate(Evidence)
    except InputError as error:
        raise InputError(Fault(CALL, None, None, f.problem, f.remedy) for f in error.faults) from error


def passage_of(said: Suggestion, article: str, text: str | None) -> Passage:
    """The passage with as much of what stands about it as it needs to be found again, and no more."""
    exact = " ".join(said.exact.split())
    prefix = " ".join((said.prefix.partition(" ")[2] or said.prefix).split())
    suffix = " ".join((said.suffix.rpartition(" ")[0] or said.suffix).split())
    full = Passage(article=article, exact=exact, prefix=prefix, suffix=suffix)
    if text is None:
        return full
    span = Span(said.start, said.end)
    placed = full.model_copy(update={"start": said.start, "end": said.end})
    for passage in (Passage(article=article, exact=exact), full):
        if find_passage(passage, text) == span:
            return passage
    return placed


def evidence_item(evidence: Evidence) -> dict[str, Any]:
    """A piece of evidence as it is written into a case file: no key that says nothing."""
    content = evidence.model_dump(by_alias=True, exclude_defaults=True)
    order = ["id", *(name for name in type(evidence).model_fields if name != "id")]
    return {name: content[name] for name in order if name in content}


def selectors(text: str, span: Span) -> dict[str, Any]:
    """The fields of a suggestion that say where in a text its passage stands."""
    return {
        "start": span.start,
        "end": span.end,
        "exact": text[span.start : span.end],
        "prefix": text[max(0, span.start - CONTEXT) : span.start],
        "suffix": text[span.end : span.end + CONTEXT],
    }


def changed(said: Suggestion, changes: dict[str, Any]) -> Suggestion:
    """The suggestion with corrections, checked as any other."""
    return Suggestion.model_validate({**said.model_dump(by_alias=True), **changes}) if changes else said


def real_changes(said: Suggestion, changes: dict[str, Any]) -> dict[str, Any]:
    """The corrections that correct anything."""
    return {name: value for name, value in changes.items() if getattr(said, name) != value}
