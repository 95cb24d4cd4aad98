"""From evidence to numeric columns: one row an actor in a scenario, one column a reading.

What depends on the rival comes in here, as ``opponent__*`` columns, so that a builder can work row
by row and know nothing of cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from leverage.builders.combining import Combined, age, combine
from leverage.builders.contract import DAYS_FROM, DAYS_LEFT, OPPONENT, READING, Builder, is_column_of
from leverage.case import Case, LoadedCase, Measured, ReadingKey, State, key_of, measure
from leverage.codebook import Codebook, Factor, Indicator, Scale

Array = NDArray[np.float64]
Origin = Literal["evidence", "assumed", "default", "missing"]
ColumnKey = tuple[str, str]


class Row(NamedTuple):
    """What a row of a feature table is about."""

    case: str
    scenario: str
    actor: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of one row, with where it comes from.

    Attributes
    ----------
    measured : Measured or None
        None where it is missing.
    origin : str
        ``evidence``, ``assumed`` (by the policy), ``default`` (the codebook's) or ``missing``.
    combined : Combined or None
        The pieces of evidence, where there are any.
    reason : str
        For an assumed or default reading: why, and whose.
    """

    key: ReadingKey
    scale: Scale
    measured: Measured | None
    origin: Origin
    combined: Combined | None = None
    reason: str = ""

    def kinds(self) -> set[str]:
        """The kinds of evidence it rests on: fact, judgement, assumption."""
        if self.origin == "assumed":
            return {"assumption"}
        return {piece.evidence.kind for piece, _ in self.combined.pieces} if self.combined else set()


@dataclass(frozen=True)
class Column:
    """One reading over all rows, in its scale's unit; ``value`` is nan where missing, the ends never are."""

    value: Array
    low: Array
    high: Array


@dataclass(frozen=True)
class Readings:
    """All readings of some scenarios as columns, ready for builders.

    Attributes
    ----------
    rows : tuple of Row
    columns : mapping of (factor, column) to Column
        Own readings; columns are named as builders know them.
    days_left : ndarray, shape (rows,)
        nan without a deadline.
    opponents : ndarray of int, shape (rows, most opponents)
        Row numbers of the actors faced, -1 where there are fewer.
    rule : str or None
        Which of several opponents' readings counts: mean, highest or lowest.
    details : tuple of mapping of (factor, column) to Reading
        For each row, what stands behind each number.
    """

    rows: tuple[Row, ...]
    columns: Mapping[ColumnKey, Column]
    days_left: Array
    opponents: NDArray[np.intp]
    rule: str | None
    details: tuple[Mapping[ColumnKey, Reading], ...]

    def inputs(self, factor: Factor, builder: Builder) -> tuple[dict[str, Array], ...]:
        """A builder's columns: values, lowest and highest, each a mapping to arrays of shape (rows,)."""
        sides: tuple[dict[str, Array], ...] = ({}, {}, {})
        for name in self.column_names(factor, builder):
            if name == DAYS_LEFT:
                found = Column(self.days_left, self.days_left, self.days_left)
            elif name.startswith(OPPONENT):
                found = self._faced(self.columns[factor.id, name.removeprefix(OPPONENT)])
            else:
                found = self.columns[factor.id, name]
            for side, ends in zip(sides, (found.value, found.low, found.high), strict=True):
                side[name] = ends
        return sides

    def column_names(self, factor: Factor, builder: Builder) -> list[str]:
        """The builder's columns with those read per stake spelled out, one a stake."""
        names: list[str] = []
        for name in builder.columns_for(factor):
            stem = name.removeprefix(OPPONENT)
            own = [column for f, column in self.columns if f == factor.id and is_column_of(column, stem)]
            names += [name] if name == DAYS_LEFT else [name.replace(stem, column) for column in own]
        return names

    def reading_names(self, factor: Factor, builder: Builder) -> list[str]:
        """Those of the builder's columns that are readings, not days."""
        names = self.column_names(factor, builder)
        return [n for n in names if n != DAYS_LEFT and not n.removeprefix(OPPONENT).startswith(DAYS_FROM)]

    def only(self, rows: Sequence[int]) -> Readings:
        """The readings of some rows alone, which must hold every opponent of theirs."""
        chosen = list(rows)
        numbers = np.full(len(self.rows) + 1, -1)  # the last stands for no opponent
        numbers[chosen] = np.arange(len(chosen))
        return replace(
            self,
            rows=tuple(self.rows[number] for number in chosen),
            columns={
                key: Column(*(end[chosen] for end in (column.value, column.low, column.high)))
                for key, column in self.columns.items()
            },
            days_left=self.days_left[chosen],
            opponents=numbers[self.opponents[chosen]],
            details=tuple(self.details[number] for number in chosen),
        )

    def _faced(self, column: Column) -> Column:
        return Column(*(self._of_opponents(ends) for ends in (column.value, column.low, column.high)))

    def _of_opponents(self, own: Array) -> Array:
        faced = np.where(self.opponents >= 0, own[self.opponents], np.nan)
        if faced.shape[1] == 1:
            return faced[:, 0]
        absent = self.opponents < 0
        missing = np.any(np.isnan(faced) & ~absent, axis=1)
        rule = {"highest": np.max, "lowest": np.min}.get(self.rule or "", np.mean)
        fill = {"highest": -np.inf, "lowest": np.inf}.get(self.rule or "", 0.0)
        filled = np.where(absent | np.isnan(faced), fill, faced)
        chosen: Array = rule(filled, axis=1)
        if rule is np.mean:
            chosen = chosen * faced.shape[1] / (~absent).sum(axis=1)
        return np.where(missing, np.nan, chosen)

    def _others_total(self, row: int, key: ColumnKey) -> float:
        """The sum of a row's readings of the same indicator for other stakes."""
        others = [
            c.value[row] for name, c in self.columns.items() if name != key and _same_indicator(name, key)
        ]
        return float(np.nansum(others))

    def varied(
        self,
        row: int,
        key: ColumnKey,
        values: Array,
        *,
        of_one_whole: bool = False,
        total: float | None = None,
    ) -> Readings:
        """The rows of one scenario once for each of `values` of one reading, all else as it stands.

        Row ``i * actors + a`` is actor a under value i; the reading is exact at that value. Of a whole
        that actors share, the others' shares give way where all would sum to more than 1; of points that
        an actor shares out over stakes, its other stakes get the rest of `total` in proportion.
        """
        scenario = [n for n, other in enumerate(self.rows) if other[:2] == self.rows[row][:2]]
        times, place = len(values), scenario.index(row)
        columns = {}
        for name, column in self.columns.items():
            ends = [np.tile(end[scenario], (times, 1)) for end in (column.value, column.low, column.high)]
            if name == key:
                if of_one_whole:
                    _give_way(ends, np.delete(np.arange(len(scenario)), place), 1.0 - values)
                for end in ends:
                    end[:, place] = values
            elif total is not None and _same_indicator(name, key):
                _share_out(ends, place, self._others_total(row, key), total - values)
            columns[name] = Column(*(end.ravel() for end in ends))
        numbers = np.full(len(self.rows), -1)
        numbers[scenario] = np.arange(len(scenario))
        local = np.where(self.opponents[scenario] >= 0, numbers[self.opponents[scenario]], -1)
        offsets = np.repeat(np.arange(times) * len(scenario), len(scenario))[:, None]
        tiled = np.tile(local, (times, 1))
        return replace(
            self,
            rows=tuple(self.rows[n] for n in scenario) * times,
            columns=columns,
            days_left=np.tile(self.days_left[scenario], times),
            opponents=np.where(tiled >= 0, tiled + offsets, -1),
            details=tuple(self.details[n] for n in scenario) * times,
        )


def assemble(loaded: LoadedCase, states: Sequence[State], codebook: Codebook, *, assume: bool) -> Readings:
    """Combine the evidence of some states into columns.

    Parameters
    ----------
    loaded : LoadedCase
    states : sequence of State
        One a scenario.
    codebook : Codebook
        The factors to read.
    assume : bool
        Whether the case's assumptions stand in for missing readings.
    """
    case = loaded.case
    actors = [actor.id for actor in case.actors]
    rows = tuple(Row(case.id, state.scenario.id, actor) for state in states for actor in actors)
    details = tuple(
        _details(case, state, actor, codebook, assume=assume) for state in states for actor in actors
    )
    keys = list(details[0]) if details else []
    columns = {key: _column([detail[key] for detail in details]) for key in keys}
    of_rows = [state for state in states for _ in actors]
    columns |= {
        (factor, DAYS_FROM + name): _days_from([detail[factor, name] for detail in details], of_rows)
        for factor, name in keys
    }
    days = [np.nan if state.days_left is None else state.days_left for state in of_rows]
    return Readings(
        rows=rows,
        columns=columns,
        days_left=np.array(days, dtype=float),
        opponents=_opponents(case, actors, len(states)),
        rule=case.opponents,
        details=details,
    )


def _details(
    case: Case, state: State, actor: str, codebook: Codebook, *, assume: bool
) -> dict[ColumnKey, Reading]:
    found: dict[ColumnKey, Reading] = {}
    for factor in codebook.factors:
        for indicator, scale in factor.readings().items():
            per_stake = isinstance(scale, Indicator) and scale.per_stake
            for stake in [s.id for s in case.stakes] if per_stake else [""]:
                key = ReadingKey(actor, factor.id, indicator, stake)
                name = (indicator or READING) + (f"__{stake}" if stake else "")
                found[factor.id, name] = read(case, state, key, factor, scale, assume=assume)
    return found


def read(case: Case, state: State, key: ReadingKey, factor: Factor, scale: Scale, *, assume: bool) -> Reading:
    """One reading in a state: combined evidence, else an assumption, else the codebook's default."""
    pieces = [piece for piece in state.pieces if piece.key == key]
    combined = combine(pieces, state.as_of, factor, key.indicator)
    if combined is not None:
        return Reading(key, scale, combined.measured, "evidence", combined)
    if assume:
        for assumption in case.missing.assumptions:
            if key_of(assumption) == key:
                stake = next((s for s in case.stakes if s.id == key.stake), None)
                measured, _ = measure(assumption.reading, assumption.interval, scale, stake)
                return Reading(
                    key, scale, measured, "assumed", None, f"{assumption.author}: {assumption.reason}"
                )
    if scale.default is not None:
        at = scale.default.reading
        return Reading(key, scale, Measured(at, at, at), "default", None, f"codebook: {scale.default.reason}")
    return Reading(key, scale, None, "missing")


def _column(readings: Sequence[Reading]) -> Column:
    ends = [
        (r.measured.value, r.measured.low, r.measured.high) if r.measured else (np.nan, *r.scale.bounds)
        for r in readings
    ]
    value, low, high = np.array(ends, dtype=float).T
    return Column(value, low, high)


def _days_from(readings: Sequence[Reading], states: Sequence[State]) -> Column:
    """Days from the day each reading held (the mean day of its pieces) to the deadline."""
    days = []
    for reading, state in zip(readings, states, strict=True):
        pieces = reading.combined.pieces if reading.combined else ()
        mean_age = sum(weight * age(piece, state.as_of) for piece, weight in pieces)
        until = (state.deadline - state.as_of).days if state.deadline else np.nan
        days.append(np.maximum(0.0, until + mean_age))
    column = np.array(days, dtype=float)
    return Column(column, column, column)


def _give_way(ends: Sequence[Array], others: NDArray[np.intp], left: Array) -> None:
    """Scale the others' shares down, in place, to what is left of a whole; no bound above it either."""
    value, low, high = ends
    held = np.nansum(value[:, others], axis=1)
    part = np.divide(left, held, out=np.ones_like(left), where=held > left)
    value[:, others] *= part[:, None]
    low[:, others] = np.fmin(np.minimum(low[:, others], left[:, None]), value[:, others])
    high[:, others] = np.minimum(high[:, others], left[:, None])


def _same_indicator(name: ColumnKey, key: ColumnKey) -> bool:
    """Whether two columns are one indicator read for different stakes."""
    return name[0] == key[0] and "__" in key[1] and is_column_of(name[1], key[1].partition("__")[0])


def _share_out(ends: Sequence[Array], place: int, before: float, left: Array) -> None:
    """Scale one actor's column, in place, as what is left of a total changes."""
    if before > 0:
        for end in ends:
            end[:, place] *= left / before


def _opponents(case: Case, actors: list[str], states: int) -> NDArray[np.intp]:
    most = max(1, *(len(actor.faces) for actor in case.actors))
    one = np.full((len(actors), most), -1)
    for number, actor in enumerate(case.actors):
        faced = [actors.index(name) for name in actor.faces]
        one[number, : len(faced)] = faced
    offsets = np.repeat(np.arange(states) * len(actors), len(actors))[:, None]
    tiled = np.tile(one, (states, 1))
    return np.where(tiled >= 0, tiled + offsets, -1)
