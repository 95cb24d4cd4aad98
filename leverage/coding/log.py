"""The log of a case's suggestions and of every decision on them: lines are added and never changed."""

from __future__ import annotations

import codecs
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import AwareDatetime, ValidationError

from leverage.coding.events import (
    EVENTS,
    LASTING,
    Accepted,
    Decision,
    Edited,
    Event,
    Reanchored,
    Suggested,
    Undone,
)
from leverage.coding.suggestion import Suggestion, suggestion_id
from leverage.documents import file_lock, sync_folder
from leverage.faults import Fault, InputError

LOG_FILE = "suggestions.jsonl"
State = Literal["pending", "skipped", "accepted", "rejected", "lost"]
OPEN: tuple[State, ...] = ("pending", "skipped")
"""The states in which a suggestion waits for a decision."""


_STATES: Mapping[str, State] = {
    "accepted": "accepted",
    "rejected": "rejected",
    "skipped": "skipped",
    "lost": "lost",
}


@dataclass(frozen=True)
class Entry:
    """A suggestion with all that was decided on it.

    Attributes
    ----------
    original, suggestion : Suggestion
        As it came, and as it is after edits and after its passage was found in a changed text. Its
        `id` stays what it was.
    article : str or None
        The id of its article in the case.
    decisions : tuple of events
        Those that hold, oldest first; what was undone is not among them.
    """

    original: Suggestion
    suggestion: Suggestion
    article: str | None
    decisions: tuple[Decision, ...] = ()

    @property
    def id(self) -> str:
        """The suggestion's id."""
        return self.original.id

    @property
    def state(self) -> State:
        """Where it stands: pending, skipped, accepted, rejected or lost."""
        state: State = "pending"
        for each in self.decisions:
            found_again = state == "lost" and isinstance(each, Reanchored)
            state = "pending" if found_again else _STATES.get(each.event, state)
        return state

    @property
    def accepted(self) -> Accepted | None:
        """The decision by which it is evidence, or None."""
        last = next((each for each in reversed(self.decisions) if each.event in _STATES), None)
        return last if isinstance(last, Accepted) else None

    def _after(self, event: Decision) -> Entry:
        if isinstance(event, Undone):
            last = max(i for i, each in enumerate(self.decisions) if not isinstance(each, LASTING))
            kept = self.decisions[:last] + self.decisions[last + 1 :]
        else:
            kept = (*self.decisions, event)
        return Entry(self.original, _present(self.original, kept), self.article, kept)


def _present(suggestion: Suggestion, decisions: Sequence[Decision]) -> Suggestion:
    """The suggestion with its edits and its newest place, checked as any other."""
    changes: dict[str, Any] = {}
    for event in decisions:
        if isinstance(event, Edited):
            changes |= event.changes
        elif isinstance(event, Reanchored):
            changes |= event.model_dump(include={"start", "end", "exact", "prefix", "suffix", "sha256"})
    content = suggestion.model_dump(by_alias=True)
    return Suggestion.model_validate({**content, **changes}) if changes else suggestion


@dataclass(frozen=True)
class Log:
    """What a log says: each suggestion as it stands now, and the lines that could not be used."""

    path: Path
    entries: Mapping[str, Entry] = field(default_factory=dict)
    order: tuple[Decision, ...] = ()
    faults: tuple[Fault, ...] = ()

    def known(self) -> set[str]:
        """Ids of all suggestions that came in, also those that they have in a text that has changed."""
        moved = (
            suggestion_id(
                entry.original.model_dump(mode="json")
                | entry.suggestion.model_dump(include={"start", "end", "sha256"})
            )
            for entry in self.entries.values()
            if entry.suggestion.sha256 != entry.original.sha256
        )
        return {*self.entries, *moved}

    def in_state(self, *states: State) -> list[Entry]:
        """The suggestions that stand so, in the order in which they came."""
        return [entry for entry in self.entries.values() if entry.state in states]

    def last_decision(self, by: str) -> Decision | None:
        """The newest decision of a person that holds and can be undone."""
        standing = {id(event) for entry in self.entries.values() for event in entry.decisions}
        for event in reversed(self.order):
            if event.by == by and id(event) in standing and not isinstance(event, LASTING):
                later = self.entries[event.id].decisions
                if all(isinstance(each, LASTING) for each in later[later.index(event) + 1 :]):
                    return event
        return None


def load_log(path: Path) -> Log:
    """Read a log, as far as it can be read; a line that cannot is a fault, and the others stand.

    Parameters
    ----------
    path : Path
        The file; without one the log is empty.

    Returns
    -------
    Log

    Raises
    ------
    InputError
        The file is there and cannot be read at all.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Log(path)
    except OSError as error:
        problem = f"the log cannot be read ({error.strerror})"
        raise InputError([Fault(str(path), None, None, problem, "check its name and permissions")]) from error
    entries: dict[str, Entry] = {}
    order: list[Decision] = []
    faults: list[Fault] = []
    for number, line in enumerate(content.removeprefix(codecs.BOM_UTF8).split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            event = _event(line)
            _replay(entries, event)
        except ValueError as error:
            remedy = "mend or delete the line; until then it is left out, and all others count"
            faults.append(Fault(str(path), number, None, str(error), remedy))
        else:
            if not isinstance(event, Suggested):
                order.append(event)
    return Log(path, entries, tuple(order), tuple(faults))


def _event(line: bytes) -> Event:
    event = _read(line)
    # Two lines may be the same to the letter, and are two decisions all the same.
    return event if isinstance(event, Suggested) else event.model_copy()


@lru_cache(maxsize=20_000)
def _read(line: bytes) -> Event:
    """The event of a line; a log is read before and after every decision, and most of its lines stay."""
    try:
        content = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise ValueError("the line is broken: it is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ValueError("the line is broken: it is not whole JSON") from error
    try:
        return EVENTS.validate_python(content, strict=False)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise ValueError(f"the line is no event of a log: {where or 'line'}: {first['msg']}") from error


def _replay(entries: dict[str, Entry], event: Event) -> None:
    if isinstance(event, Suggested):
        suggestion = event.suggestion
        entries.setdefault(suggestion.id, Entry(suggestion, suggestion, event.article))
        return
    entry = entries.get(event.id)
    if entry is None:
        raise ValueError(f"it decides on {event.id!r}, and no line above suggests that")
    problem = cannot_follow(entry, event)
    if problem:
        raise ValueError(problem)
    try:
        entries[event.id] = entry._after(event)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"its changes make no suggestion: {first['msg']}") from error


def cannot_follow(entry: Entry, event: Decision) -> str | None:
    """Why a decision cannot be taken on a suggestion as it stands, or None."""
    if isinstance(event, Undone):
        undoable = any(not isinstance(each, LASTING) for each in entry.decisions)
        return None if undoable else f"there is no decision on {entry.id} to undo"
    if isinstance(event, LASTING) or entry.state in OPEN:
        return None
    return f"{entry.id} is {entry.state} already, and that was not undone"


class LogFile:
    """A log that this process alone writes to, for as long as it is held."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Log:
        """The log as it stands now."""
        return load_log(self.path)

    def append(self, events: Iterable[Event]) -> None:
        """Add events and have them on the disk; either all of them or none.

        Raises
        ------
        InputError
            They cannot be written; the file is as it was.
        """
        lines = b"".join(_line(event) for event in events)
        if not lines:
            return
        try:
            self._append(lines)
        except OSError as error:
            problem = f"the log cannot be written ({error.strerror})"
            remedy = "make room or mend the permissions; nothing was changed"
            raise InputError([Fault(str(self.path), None, None, problem, remedy)]) from error

    def _append(self, lines: bytes) -> None:
        new = not self.path.exists()
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        descriptor = os.open(self.path, flags, 0o666)
        try:
            size = os.fstat(descriptor).st_size
            if size and not _ends_line(descriptor, size):  # a line that a kill cut off keeps to itself
                lines = b"\n" + lines
            try:
                rest = memoryview(lines)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
                os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, size)
                raise
        finally:
            os.close(descriptor)
        if new:
            sync_folder(self.path.parent)


def _ends_line(descriptor: int, size: int) -> bool:
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) == b"\n"


def _line(event: Event) -> bytes:
    content = event.model_dump(mode="json", by_alias=True, exclude_none=True)
    head = {"event": content.pop("event")}
    return (json.dumps(head | content, ensure_ascii=False, allow_nan=False) + "\n").encode()


@contextmanager
def hold_log(folder: Path) -> Iterator[LogFile]:
    """Hold a case's log against other processes, to read it and to add to it.

    Parameters
    ----------
    folder : Path
        The case's folder.
    """
    path = folder / LOG_FILE
    with ExitStack() as held:
        try:
            held.enter_context(file_lock(path.with_name(f".{path.name}.lock")))
        except OSError as error:
            problem = f"the folder cannot be written to ({error.strerror})"
            raise InputError([Fault(str(folder), None, None, problem, "mend its permissions")]) from error
        yield LogFile(path)


def add_suggestions(
    folder: Path, suggestions: Iterable[Suggestion], *, at: AwareDatetime, by: str, article: str | None = None
) -> list[Suggestion]:
    """Log the suggestions that the case's log does not have yet, and return these.

    Parameters
    ----------
    folder : Path
        The case's folder.
    suggestions : iterable of Suggestion
    at : datetime
        When, with a time zone.
    by : str
        Who had the article coded.
    article : str, optional
        The article's id in the case.
    """
    with hold_log(folder) as file:
        known = file.read().known()
        new = {each.id: each for each in suggestions if each.id not in known}
        file.append(Suggested(at=at, by=by, article=article, suggestion=each) for each in new.values())
    return list(new.values())
