"""The review: decisions on suggestions go into the log, and accepted ones into the case as evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leverage.case import Evidence, LoadedCase, Span, text_hash
from leverage.codebook import Codebook
from leverage.coding.accepting import evidence_item, selectors
from leverage.coding.anchoring import reanchor
from leverage.coding.batch import Batch, Told, find_entry, ids_of
from leverage.coding.casefile import Check, check_change, read_case_text
from leverage.coding.decisions import Choice
from leverage.coding.events import Accepted, Decision, Event, Lost, Reanchored, Undone
from leverage.coding.log import LOG_FILE, OPEN, Entry, Log, LogFile, hold_log, load_log
from leverage.coding.yaml_text import plain
from leverage.documents import is_folder
from leverage.faults import Fault, InputError, call_error


@dataclass
class Desk:
    """A case under review.

    Parameters
    ----------
    path : Path
        The case's folder, or its ``case.yaml``.
    codebook : Codebook
    by : str
        Who decides.
    now : callable
        Tells the time, with a time zone.
    articles : Path, optional
        See `leverage.case.load_case`.
    checks : sequence of callable
        Further checks that a case shall pass before and after.

    Attributes
    ----------
    loaded : LoadedCase
        The case as it stands; with `faults` what is sound of it.
    log : Log
        The log as it stands.
    """

    path: Path
    codebook: Codebook
    by: str
    now: Callable[[], dt.datetime]
    articles: Path | None = None
    checks: Sequence[Check] = ()
    loaded: LoadedCase = field(init=False)
    faults: list[Fault] = field(init=False)
    log: Log = field(init=False)

    def __post_init__(self) -> None:
        self.refresh()

    @property
    def folder(self) -> Path:
        """The case's folder."""
        return self.path if is_folder(self.path) else self.path.parent

    def refresh(self) -> None:
        """Read case and log anew."""
        self.loaded, self.faults = read_case_text(self.path).examine(
            self.codebook, self.articles, self.checks
        )
        self.log = load_log(self.folder / LOG_FILE)

    def entry(self, suggestion_id: str) -> Entry:
        """The suggestion of that id; an unknown one is an `InputError`."""
        return find_entry(self.log, suggestion_id)

    def article_of(self, entry: Entry) -> str | None:
        """The id of the article that a suggestion is about; None where the case does not have it."""
        known = {article.id: article.sha256 for article in self.loaded.case.articles}
        if entry.article in known:
            return entry.article
        return next((name for name, sha in known.items() if sha == entry.suggestion.sha256), None)

    def text_of(self, entry: Entry) -> str | None:
        """The text that a suggestion's passage stands in; None where it is not at hand or is another."""
        text = self.loaded.texts.get(self.article_of(entry) or "")
        return text if text is not None and entry.suggestion.stands_in(text) else None

    def queue(
        self,
        *,
        tier: str = "all",
        factor: str | None = None,
        actor: str | None = None,
        article: str | None = None,
    ) -> list[Entry]:
        """The suggestions that wait, those of the top tier first, then by place; skipped ones last."""
        waiting = [
            entry
            for entry in self.log.in_state(*OPEN)
            if tier in ("all", entry.suggestion.tier)
            and factor in (None, entry.suggestion.factor)
            and actor in (None, entry.suggestion.actor)
            and article in (None, self.article_of(entry))
            and self.article_of(entry) is not None
        ]
        articles = [article.id for article in self.loaded.case.articles]

        def place(entry: Entry) -> tuple[bool, bool, int, int]:
            number = articles.index(self.article_of(entry) or "")
            return entry.state == "skipped", entry.suggestion.tier != "top", number, entry.suggestion.start

        return sorted(waiting, key=place)

    def strays(self) -> list[Entry]:
        """Suggestions without an article in the case."""
        return [entry for entry in self.log.in_state(*OPEN, "lost") if self.article_of(entry) is None]

    def unwritten(self) -> list[Entry]:
        """Accepted suggestions whose evidence is not in the case: it was taken out, or never got there."""
        there = ids_of(self.loaded.document, "evidence")
        return [
            e for e in self.log.in_state("accepted") if e.accepted and e.accepted.evidence.id not in there
        ]

    def settle(self) -> tuple[list[Entry], list[Entry]]:
        """Find the passages of texts that have changed again; those found and those lost, newly."""
        with hold_log(self.folder) as file:
            log = file.read()
            events: list[Event] = []
            for entry in log.in_state(*OPEN, "lost"):
                text = self.loaded.texts.get(self.article_of(entry) or "")
                if text is not None:
                    events += self._settled(entry, text)
            file.append(events)
        self.log = load_log(self.folder / LOG_FILE)
        found = [self.entry(e.id) for e in events if isinstance(e, Reanchored)]
        return found, [self.entry(e.id) for e in events if isinstance(e, Lost)]

    def _settled(self, entry: Entry, text: str) -> list[Event]:
        said, sha256 = entry.suggestion, text_hash(text)
        if entry.state != "lost" and said.stands_in(text):
            return []
        place = reanchor(said.exact, said.prefix, said.suffix, text)
        who: dict[str, Any] = {"at": self.now(), "by": self.by, "id": entry.id}
        if isinstance(place, Span):
            return [Reanchored(**who, **selectors(text, place), sha256=sha256)]
        last = entry.decisions[-1] if entry.decisions else None
        told = isinstance(last, Lost) and last.sha256 == sha256
        return [] if told else [Lost(**who, sha256=sha256, reason=place)]

    def decide(
        self, choices: Sequence[Choice], place: Told | None = None, *, dry: bool = False
    ) -> list[Evidence]:
        """Take decisions, all of them or none: into the log first, then into the case.

        Parameters
        ----------
        choices : sequence of decisions
        place : callable, optional
            Makes a fault of a decision, by its number, one that says where the decision stands.
        dry : bool
            Whether to look for faults alone.

        Returns
        -------
        list of Evidence
            What the accepted ones became.

        Raises
        ------
        InputError
            Every fault of every decision.
        """
        told = place or (lambda _, fault: fault)
        with hold_log(self.folder) as file:
            batch = Batch(self, file.read(), read_case_text(self.path))
            for number, choice in enumerate(choices):
                batch.take(number, choice, told)
            batch.check(told)
            if dry:
                return []
            file.append(batch.events)
            if batch.made:
                self._write(file, batch)
        self.refresh()
        return [evidence for _, evidence in batch.made]

    def _write(self, file: LogFile, batch: Batch) -> None:
        """Write the case; where that fails the log says that the decisions hold no longer."""
        try:
            batch.new.write()
        except InputError:
            who: dict[str, Any] = {"at": self.now(), "by": self.by}
            file.append(Undone(**who, id=event.id) for event in batch.events)
            raise

    def restore(self, suggestion_id: str) -> Evidence:
        """Write the evidence of an accepted suggestion into the case again."""
        with hold_log(self.folder) as file:
            accepted = find_entry(file.read(), suggestion_id).accepted
            if accepted is None:
                raise call_error(f"{suggestion_id} is not accepted", "accept it")
            old = read_case_text(self.path)
            new = old.with_item("evidence", evidence_item(accepted.evidence))
            check_change(old, new, self.codebook, self.articles, self.checks)
            new.write()
        self.refresh()
        return accepted.evidence

    def undo(self, suggestion_id: str | None = None) -> Decision:
        """Take back the last decision of this person, or the last on a suggestion.

        The evidence leaves the case, and the case is to the byte what it was before, unless it has been
        changed elsewhere since.
        """
        with hold_log(self.folder) as file:
            log = file.read()
            last = _last(log, self.by, suggestion_id)
            if isinstance(last, Accepted):
                old = read_case_text(self.path)
                if last.evidence.id in ids_of(old.document, "evidence"):
                    new = old.without_item("evidence", plain(evidence_item(last.evidence)), last.edit)
                    check_change(old, new, self.codebook, self.articles, self.checks)
                    new.write()
            file.append([Undone(at=self.now(), by=self.by, id=last.id)])
        self.refresh()
        return last


def _last(log: Log, by: str, suggestion_id: str | None) -> Decision:
    last = log.last_decision(by)
    if suggestion_id is not None:
        entry = find_entry(log, suggestion_id)
        last = next((e for e in reversed(entry.decisions) if not isinstance(e, Reanchored | Lost)), None)
    if last is None:
        raise call_error(f"there is no decision of {by} to undo", "decide on something first")
    return last
