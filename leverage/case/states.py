"""The state of the world that a scenario describes: dates and pieces of evidence after all changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from leverage.case.case import Case, Stake
from leverage.case.evidence import Evidence, Number, Reading, Target
from leverage.case.readings import Measured, Problem, ReadingKey, measure, unit_rates
from leverage.case.scenario import Change, DropReading, Scenario, SetReading, ShiftReading
from leverage.codebook import Codebook, Indicator, Scale
from leverage.documents import Loc
from leverage.faults import name_list, suggest_name


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence as numbers on its scale, with the shifts that scenarios made to it."""

    key: ReadingKey
    measured: Measured
    date: dt.date
    evidence: Evidence
    shifts: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """A scenario with its dates and its pieces of evidence, ready to be built into factors.

    Attributes
    ----------
    as_of : date
    deadline : date or None
    pieces : tuple of Piece
        Accepted evidence after the changes of the scenario and of its parents.
    """

    scenario: Scenario
    as_of: dt.date
    deadline: dt.date | None
    pieces: tuple[Piece, ...]

    @property
    def days_left(self) -> float | None:
        """Days from the as-of date to the deadline, 0 from the deadline on; None without a deadline."""
        return None if self.deadline is None else float(max(0, (self.deadline - self.as_of).days))

    def at(self, as_of: dt.date) -> State:
        """The same evidence seen from another day."""
        return replace(self, as_of=as_of)


def may_be_of(item: object, key: ReadingKey) -> bool:
    """Whether a faulty item of the file may have been meant for a reading: at most one name differs."""
    if not isinstance(item, Mapping):
        return True
    wrong = [name for name, part in key._asdict().items() if (item.get(name) or "") != part]
    return len(wrong) <= 1


def key_of(target: Target) -> ReadingKey:
    """The key of what a piece of evidence or a change is about."""
    return ReadingKey(target.actor, target.factor, target.indicator or "", target.stake or "")


class StateBuilder:
    """Resolves scenarios one on top of the other, and reports what does not fit.

    Parameters
    ----------
    case, codebook
        Every name in the case is known to the codebook or has been reported before; what cannot be
        measured is left out here.
    doubtful : sequence of (Loc, object)
        Evidence and changes that have a fault, with their places, as they stand in the file. That a
        reading which they may be about is not there is then no fault of its own.
    """

    def __init__(self, case: Case, codebook: Codebook, doubtful: Sequence[tuple[Loc, object]] = ()) -> None:
        self.case = case
        self.codebook = codebook
        self._doubtful = list(doubtful)
        self.problems: list[tuple[Loc, str, str]] = []
        self._scales = {
            (factor.id, indicator): scale
            for factor in codebook.factors
            for indicator, scale in factor.readings().items()
        }
        self._stakes = {stake.id: stake for stake in case.stakes}
        self._articles = {article.id: article for article in case.articles}
        self._states: dict[str, State] = {}

    def scale(self, key: ReadingKey) -> Scale | None:
        """The scale a reading is on, or None where the codebook has no such reading."""
        return self._scales.get((key.factor, key.indicator))

    def states(self) -> dict[str, State]:
        """Every scenario's state, in the file's order, without those that rest on something faulty."""
        self._check_assumptions()
        reported = tuple(self._accepted())
        waiting = list(self.case.scenarios)
        while waiting:
            ready = [s for s in waiting if s.parent is None or s.parent in self._states]
            if not ready:
                break
            for scenario in ready:
                self._states.setdefault(scenario.id, self._resolve(scenario, reported))
            waiting = [s for s in waiting if s not in ready]
        for scenario in waiting:  # it has no state, but what it sets can be measured
            for change in scenario.changes:
                if isinstance(change, SetReading):
                    self._set(scenario, change, self.case.as_of)
        self._check_dates()
        return {s.id: self._states[s.id] for s in self.case.scenarios if self._is_complete(s)}

    def _is_complete(self, scenario: Scenario) -> bool:
        faulty = {loc[1] for loc, _ in self._doubtful if loc[0] == "scenarios"}
        if scenario.id not in self._states or scenario.index in faulty:
            return False
        return scenario.parent is None or self._is_complete(self._states[scenario.parent].scenario)

    def _check_assumptions(self) -> None:
        for assumption in self.case.missing.assumptions:
            key = key_of(assumption)
            scale = self.scale(key)
            if scale is not None:
                stake = self._stakes.get(key.stake)
                _, problems = measure(assumption.reading, assumption.interval, scale, stake)
                self._report(("missing", "assumptions", assumption.index), problems)

    def _resolve(self, scenario: Scenario, reported: tuple[Piece, ...]) -> State:
        parent = self._states[scenario.parent] if scenario.parent else None
        state = State(
            scenario=scenario,
            as_of=scenario.as_of or (parent.as_of if parent else self.case.as_of),
            deadline=scenario.deadline or (parent.deadline if parent else self.case.deadline),
            pieces=parent.pieces if parent else reported,
        )
        for change in scenario.changes:
            state = replace(state, pieces=self._changed(state, change))
        return state

    def _accepted(self) -> Iterator[Piece]:
        for evidence in self.case.evidence:
            piece = self._piece(evidence, self._date(evidence), ("evidence", evidence.index))
            if piece is not None and evidence.status == "accepted":
                yield piece

    def _date(self, evidence: Evidence) -> dt.date:
        article = self._articles.get(evidence.passage.article) if evidence.passage else None
        return evidence.date or (article.date if article else self.case.as_of)

    def _piece(self, evidence: Evidence, date: dt.date, loc: Loc) -> Piece | None:
        key = key_of(evidence)
        scale, stake = self.scale(key), self._stakes.get(key.stake)
        if scale is None:
            return None
        if stake is None and _needs_stake(evidence.reading, scale):
            self._doubtful.append((loc, key._asdict()))
            return None
        measured, problems = measure(evidence.reading, evidence.interval, scale, stake)
        self._report(loc, problems)
        if problems:
            self._doubtful.append((loc, key._asdict()))
        return Piece(key, measured, date, evidence) if measured else None

    def _set(self, scenario: Scenario, change: SetReading, date: dt.date) -> Piece | None:
        loc: Loc = ("scenarios", scenario.index, "changes", change.index)
        return self._piece(_evidence_of(change, scenario), date, loc)

    def _changed(self, state: State, change: Change) -> tuple[Piece, ...]:
        loc: Loc = ("scenarios", state.scenario.index, "changes", change.index)
        key = key_of(change)
        scale = self.scale(key)
        if scale is None:
            return state.pieces
        rest = tuple(piece for piece in state.pieces if piece.key != key)
        if isinstance(change, SetReading):
            piece = self._set(state.scenario, change, state.as_of)
            return (*rest, piece) if piece else state.pieces
        if len(rest) == len(state.pieces) and not any(may_be_of(item, key) for _, item in self._doubtful):
            told = f"there is no reading of {key.measure} for {key.actor} to {change.do}"
            self._report(loc, [Problem("do", told, "set it, or take the change out")])
        if isinstance(change, DropReading):
            return rest
        stake = self._stakes.get(key.stake)
        return tuple(
            self._shifted(piece, change, scale, stake, loc) if piece.key == key else piece
            for piece in state.pieces
        )

    def _shifted(
        self, piece: Piece, change: ShiftReading, scale: Scale, stake: Stake | None, loc: Loc
    ) -> Piece:
        rates = unit_rates(scale, stake)
        rate = rates.get(change.unit)
        if rate is None:
            told = f"the unit {change.unit!r} is not one of this scale"
            self._report(loc, [Problem("unit", told, suggest_name(change.unit, list(rates)))])
            return piece
        step, (bottom, top) = change.by * rate, scale.bounds
        value = piece.measured.value + step
        if not bottom - 1e-9 <= value <= top + 1e-9:
            told = f"the shift moves the reading {piece.measured.value:g} to {value:g}, out of bounds"
            self._report(loc, [Problem("by", told, f"end between {bottom:g} and {top:g} {scale.unit}")])
            return piece
        low, high = max(bottom, piece.measured.low + step), min(top, piece.measured.high + step)
        told = f"shifted by {change.by:+g} {change.unit} ({change.author}: {change.reason})"
        return replace(piece, measured=Measured(value, low, high), shifts=(*piece.shifts, told))

    def _check_dates(self) -> None:
        """Evidence later than an as-of date, told once for all scenarios of that date."""
        late: dict[tuple[Evidence, dt.date, dt.date], list[str]] = {}
        for name, state in self._states.items():
            for piece in state.pieces:
                if piece.date > state.as_of and piece.evidence.index >= 0:
                    late.setdefault((piece.evidence, piece.date, state.as_of), []).append(name)
        for (evidence, date, as_of), names in late.items():
            told = f"the evidence {evidence.id!r} of {date} is later than the as-of date {as_of} of "
            told += f"the scenario{'s' if len(names) > 1 else ''} {name_list(names, 4)}"
            remedy = "correct one of the dates, or drop the reading there"
            self.problems.append((("evidence", evidence.index, "date"), told, remedy))

    def _report(self, loc: Loc, problems: list[Problem]) -> None:
        self.problems += [((*loc, found.key), found.problem, found.remedy) for found in problems]


def _needs_stake(reading: Reading, scale: Scale) -> bool:
    """Whether the reading may be in the unit of a stake, which is not named or not known."""
    per_stake = isinstance(scale, Indicator) and scale.per_stake
    return per_stake and isinstance(reading, Number) and reading.unit not in scale.rates()


def _evidence_of(change: SetReading, scenario: Scenario) -> Evidence:
    return Evidence(
        id=change_id(scenario, change),
        **key_fields(change),
        reading=change.reading,
        interval=change.interval,
        kind=change.kind,
        coder=change.author,
        passage=change.passage,
        grade=change.grade,
        note=change.reason,
    )


def change_id(scenario: Scenario, change: Change) -> str:
    """The id of the evidence that a change makes: its scenario's id and its number there, from 1."""
    return f"{scenario.id}.{change.index + 1}"


def key_fields(target: Target) -> dict[str, str | None]:
    """The fields of a `Target`, by name."""
    return {name: getattr(target, name) for name in Target.model_fields}
