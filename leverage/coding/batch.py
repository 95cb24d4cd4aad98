"""Decisions that are taken together: all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leverage.case import Evidence, LoadedCase, Span
from leverage.coding.accepting import changed, evidence_item, make_evidence, real_changes, selectors
from leverage.coding.casefile import CaseText, check_change
from leverage.coding.decisions import Accept, Choice, Correct, Reject
from leverage.coding.events import Accepted, Decision, Edited, Rejected, Skipped
from leverage.coding.log import OPEN, Entry, Log, cannot_follow
from leverage.coding.suggestion import Suggestion
from leverage.documents import Document
from leverage.faults import CALL, Fault, InputError, call_error, suggest_name

if TYPE_CHECKING:
    from leverage.coding.review import Desk

Told = Callable[[int, Fault], Fault]
"""Makes a fault of a decision, by its number, one that says where the user finds the decision."""


@dataclass
class Batch:
    """Decisions that are being made: what they add to the log and to the case."""

    desk: Desk
    log: Log
    old: CaseText
    new: CaseText = field(init=False)
    events: list[Decision] = field(default_factory=list)
    made: list[tuple[int, Evidence]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.new = self.old
        self.taken = {*ids_of(self.old.document, "evidence"), *_changes(self.desk.loaded)}

    def take(self, number: int, choice: Choice, place: Told) -> None:
        """Take one decision in, or its faults."""
        try:
            entry = find_entry(self.log, choice.id)
            if choice.id in self.seen:
                raise call_error(f"{choice.id} is decided on twice", "keep one decision")
            self.seen.add(choice.id)
            self._take(number, entry, choice)
        except InputError as error:
            self.faults += [place(number, fault) for fault in error.faults]

    def _take(self, number: int, entry: Entry, choice: Choice) -> None:
        who: dict[str, Any] = {"at": self.desk.now(), "by": self.desk.by, "id": entry.id}
        if entry.state not in OPEN:
            problem = cannot_follow(entry, Skipped(**who)) or ""
            raise call_error(problem, "take it out here, or undo it first: leverage review CASE, key u")
        if isinstance(choice, Reject):
            self.events.append(Rejected(**who, reason=choice.reason))
        elif not isinstance(choice, Accept | Correct):
            self.events.append(Skipped(**who))
        else:
            changes = real_changes(entry.suggestion, self._changes(entry, choice))
            said = changed(entry.suggestion, changes)
            self._check_names(said, changes)
            if changes:
                self.events.append(Edited(**who, changes=changes))
            if isinstance(choice, Accept):
                evidence = self._evidence(entry, said, choice)
                self.new = self.new.with_item("evidence", evidence_item(evidence))
                self.made.append((number, evidence))
                self.events.append(Accepted(**who, evidence=evidence, edit=self.new.edits[-1]))

    def _check_names(self, said: Suggestion, changes: Mapping[str, Any]) -> None:
        """Whether what was corrected names what there is."""
        faults: list[Fault] = []
        actors = [actor.id for actor in self.desk.loaded.case.actors]
        if "actor" in changes and said.actor not in actors:
            faults += call_error(
                f"there is no actor {said.actor!r}", suggest_name(said.actor or "", actors)
            ).faults
        if changes.keys() & {"factor", "indicator"}:
            factor = self.desk.codebook.factor(said.factor)
            known = [indicator.id for indicator in factor.indicators]
            if said.indicator is not None and said.indicator not in known:
                told = f"the factor {factor.id!r} has no indicator {said.indicator!r}"
                remedy = suggest_name(said.indicator, known) if known else "leave it out"
                faults += call_error(told, remedy).faults
        if faults:
            raise InputError(faults)

    def _changes(self, entry: Entry, choice: Accept | Correct) -> dict[str, Any]:
        changes = choice.changes(entry.suggestion.factor)
        if not isinstance(choice, Correct) or choice.start is None or choice.end is None:
            return changes
        text = self.desk.text_of(entry)
        if text is None or not 0 <= choice.start < choice.end <= len(text):
            raise call_error("the passage cannot be moved there", "name a place within the article's text")
        return changes | selectors(text, Span(choice.start, choice.end))

    def _evidence(self, entry: Entry, said: Suggestion, choice: Accept) -> Evidence:
        article = self.desk.article_of(entry)
        if said.actor is None:
            raise call_error("it does not say of whom it is a reading", "name the actor")
        if article is None:
            raise call_error("its article is not in the case", "code the article for this case first")
        factor = self.desk.codebook.factor(said.factor)
        if said.indicator is None and factor.indicators:
            known = ", ".join(indicator.id for indicator in factor.indicators)
            raise call_error(f"the factor {said.factor!r} is read by its indicators", f"name one of: {known}")
        return make_evidence(
            said,
            choice,
            evidence_id=self._id(said),
            article=article,
            text=self.desk.text_of(entry),
            coder=self.desk.by,
        )

    def _id(self, said: Suggestion) -> str:
        stem = f"{said.actor}-{said.indicator or said.factor}".replace("_", "-")
        number = next(n for n in range(1, len(self.taken) + 2) if f"{stem}-{n}" not in self.taken)
        self.taken.add(f"{stem}-{number}")
        return f"{stem}-{number}"

    def check(self, place: Told) -> None:
        """Hold the case with all that is new against the case's own checks; raise every fault."""
        if self.made:
            try:
                desk = self.desk
                check_change(self.old, self.new, desk.codebook, desk.articles, desk.checks)
            except InputError as error:
                self.faults += [self._placed(fault, place) for fault in error.faults]
        if self.faults:
            raise InputError(self.faults)

    def _placed(self, fault: Fault, place: Told) -> Fault:
        """A fault of the case as one of the decision that it comes from, where it comes from one."""
        lines = self._lines()
        number = next((n for n, (first, last) in lines.items() if first <= (fault.line or 0) <= last), None)
        if number is None:
            return fault
        return place(number, Fault(CALL, None, None, fault.problem, fault.remedy))

    def _lines(self) -> dict[int, tuple[int, int]]:
        """The lines of the new case file on which each new piece of evidence stands."""
        document, text = self.new.document, self.new.text
        index = {name: n for n, name in enumerate(ids_of(document, "evidence"))}
        found = {}
        for number, evidence in self.made:
            spot = document.place(("evidence", index[evidence.id]))
            if spot is not None:
                found[number] = text.count("\n", 0, spot.start) + 1, text.count("\n", 0, spot.end) + 1
        return found


def find_entry(log: Log, suggestion_id: str) -> Entry:
    """The suggestion of that id; an unknown one is an `InputError`."""
    if suggestion_id not in log.entries:
        remedy = suggest_name(suggestion_id, list(log.entries))
        raise call_error(f"there is no suggestion {suggestion_id!r} in the case's log", remedy)
    return log.entries[suggestion_id]


def ids_of(document: Document, section: str) -> list[str]:
    """The ids of a list's items, in order; empty for an item that has none."""
    items = document.data.get(section) or []
    return [str(item.get("id")) if isinstance(item, dict) else "" for item in items]


def _changes(loaded: LoadedCase) -> set[str]:
    return {f"{s.id}.{change.index + 1}" for s in loaded.case.scenarios for change in s.changes}
