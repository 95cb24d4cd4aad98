"""Decisions that were made on a review sheet, taken into a case: all of them, or none and every fault."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leverage.case import Evidence
from leverage.coding.decisions import Accept, Choice, Correct, DecisionsFile, Reject, Skip
from leverage.coding.review import Desk
from leverage.documents import Document
from leverage.faults import Fault, InputError, suggest_name


@dataclass(frozen=True)
class Applied:
    """What became of a file of decisions: counts by word, and the new evidence."""

    counts: dict[str, int]
    evidence: tuple[Evidence, ...]


def apply_decisions(desk: Desk, file: Path, *, keep_coder: bool = False) -> Applied:
    """Take in a file of decisions.

    Decisions that were taken in before, and are the same, are passed over, so that a sheet can be exported
    again when more of it has been decided.

    Parameters
    ----------
    desk : Desk
        Its `by` becomes the coder that the file names.
    file : Path
    keep_coder : bool
        Whether the desk's own coder stands, whoever the file names.

    Raises
    ------
    InputError
        Every fault of the file and of every decision in it; nothing is applied then. A file for another
        case, another text or another codebook is refused.
    """
    document = Document.load(file)
    content, faults = document.validate_sound(DecisionsFile, {})
    if content is None:
        raise InputError(faults)
    if faults_of_head := _head_faults(desk, document, content):
        raise InputError([*faults, *faults_of_head])
    if content.coder is not None and not keep_coder:
        desk.by = content.coder
    told: list[Fault] = list(faults)
    open_: list[Choice] = []
    for choice in content.decisions:
        fault = _of_another_text(desk, document, content, choice)
        told += [fault] if fault else []
        open_ += [] if fault or taken_before(desk, choice) else [choice]

    def place(number: int, fault: Fault) -> Fault:
        return document.fault(("decisions", open_[number].index), fault.problem, fault.remedy)

    try:
        evidence = desk.decide(open_, place, dry=bool(told))
    except InputError as error:
        raise InputError([*told, *error.faults]) from error
    if told:
        raise InputError(told)
    kinds = {"accepted": Accept, "edited": Correct, "rejected": Reject, "skipped": Skip}
    counts = {what: sum(isinstance(each, kind) for each in open_) for what, kind in kinds.items()}
    counts["taken in before"] = len(content.decisions) - len(open_)
    return Applied(counts, tuple(evidence))


def taken_before(desk: Desk, choice: Choice) -> bool:
    """Whether a suggestion was decided on in just this way."""
    entry = desk.log.entries.get(choice.id)
    if entry is None:
        return False
    if isinstance(choice, Accept) and entry.accepted is not None:
        there = entry.accepted.evidence
        same_target = all(
            wanted in (None, getattr(there, name))
            for name in ("actor", "factor", "indicator", "stake")
            for wanted in [getattr(choice, name)]
        )
        parts = ("reading", "interval", "kind", "note", "grade")
        return same_target and all(getattr(choice, name) == getattr(there, name) for name in parts)
    kinds = {"rejected": Reject, "skipped": Skip}
    return isinstance(choice, kinds.get(entry.state, ()))


def _head_faults(desk: Desk, document: Document, content: DecisionsFile) -> list[Fault]:
    """Whether the file is about this case, this text and this codebook."""
    loaded = desk.loaded
    articles = {article.id: article for article in loaded.case.articles}
    faults = []
    again = "make a new sheet: leverage review CASE --sheet FILE.html"
    if content.case != loaded.case.id:
        told = f"the decisions are on the case {content.case!r}, and this is {loaded.case.id!r}"
        faults.append(document.fault(("case",), told, "name the case that they are on"))
    elif content.article not in articles:
        remedy = suggest_name(content.article, list(articles))
        faults.append(document.fault(("article",), f"the case has no article {content.article!r}", remedy))
    elif content.sha256 != articles[content.article].sha256:
        told = f"the decisions are on another text of {content.article!r} than the case's"
        faults.append(document.fault(("sha256",), told, again))
    if content.codebook != loaded.codebook.coding_hash:
        told = "the decisions were made by another codebook: questions, scales or patterns differ"
        faults.append(document.fault(("codebook",), told, again))
    return faults


def _of_another_text(desk: Desk, document: Document, content: DecisionsFile, choice: Choice) -> Fault | None:
    entry = desk.log.entries.get(choice.id)
    if entry is None or entry.suggestion.sha256 == content.sha256:
        return None
    told = f"the suggestion {choice.id} is on another text than the decisions"
    return document.fault(("decisions", choice.index, "id"), told, "make a new sheet")
