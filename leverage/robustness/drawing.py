"""Draws of the evidence, and the feature table under each of them.

A piece of evidence has one stream of draws, made from its id and the seed alone. So it is drawn once
wherever it counts: for its actor, for the opponent whose formula reads it, and in every scenario.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from leverage.builders import FeatureTable, Reading, Readings, leaf_values
from leverage.builders.assembler import Column, ColumnKey
from leverage.builders.combining import lower_median, rules_of, widened
from leverage.builders.contract import DAYS_FROM
from leverage.case import LoadedCase, State
from leverage.codebook import Indicator
from leverage.faults import Fault, InputError, call_error
from leverage.robustness.distributions import GRADE_WIDENING, Shape, moments, quantile

Array = NDArray[np.float64]
SLACK = 1e-9


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """How the doubt in the evidence is read.

    Attributes
    ----------
    shape : {"triangular", "pert"}
        The distribution that an interval stands for.
    widening : mapping of str to float
        What a piece's half-widths are multiplied by, by the letter of its source's grade; 1 where a letter
        is absent or a piece has no grade. Empty by default: a grade is shown and not computed with.
    draws : int
        2 or more.
    seed : int
        0 or above.
    """

    shape: Shape = "triangular"
    widening: Mapping[str, float] = field(default_factory=dict)
    draws: int = 4_000
    seed: int = 0

    def __post_init__(self) -> None:
        faults: list[Fault] = []
        if self.shape not in ("triangular", "pert"):
            faults += call_error(f"the distribution is {self.shape!r}", "use triangular or pert").faults
        if self.draws < 2:
            faults += call_error(f"{self.draws} draws say nothing", "draw 2 or more").faults
        if self.seed < 0:
            faults += call_error(f"the seed is {self.seed}", "give 0 or above").faults
        for letter, factor in self.widening.items():
            if letter not in GRADE_WIDENING or not 1.0 <= factor < np.inf:
                problem = f"the widening of grade {letter!r} is {factor:g}"
                faults += call_error(problem, "give letters from A to F and factors of 1 or above").faults
        if faults:
            raise InputError(faults)


@dataclass(frozen=True)
class Source:
    """One piece of evidence behind a reading, as a distribution."""

    id: str
    low: float
    mode: float
    high: float
    weight: float

    @property
    def doubtful(self) -> bool:
        """Whether it has an interval."""
        return self.high > self.low


@dataclass(frozen=True)
class Drawing:
    """A feature table whose readings can be drawn.

    Attributes
    ----------
    table : FeatureTable
    doubt : Doubt
    sources : tuple of mapping of (factor, column) to tuple of Source
        For each row, the pieces behind each reading; none behind a default or a missing reading.
    """

    table: FeatureTable
    doubt: Doubt
    sources: tuple[Mapping[ColumnKey, tuple[Source, ...]], ...]

    def names(self, rows: Sequence[int] | None = None) -> tuple[str, ...]:
        """The pieces that are in doubt, by id, in the order in which rows read them; of some rows only."""
        chosen = self.sources if rows is None else [self.sources[row] for row in rows]
        found = (s.id for row in chosen for pieces in row.values() for s in pieces if s.doubtful)
        return tuple(dict.fromkeys(found))

    def uniforms(self) -> dict[str, Array]:
        """For each piece in doubt its uniform draws, shape (draws,)."""
        return {name: uniform(name, self.doubt.draws, self.doubt.seed) for name in self.names()}

    def values(self, uniforms: Mapping[str, Array] | None = None) -> tuple[Array, Array, Array]:
        """Leaves' values v under each draw, and their bounds, shape (draws, rows, leaves) each.

        ``v`` is nan where a leaf is missing, and the bounds then hold what its coded inputs, as drawn,
        leave open; elsewhere the three are the same.

        Parameters
        ----------
        uniforms : mapping of str to ndarray, optional
            Numbers in 0..1 for each of `names`; those of `uniforms` where not given. A piece without
            any, or with nan, is held at its stated reading.
        """
        parts = self.uniforms() if uniforms is None else uniforms
        draws = len(next(iter(parts.values()))) if parts else self.doubt.draws
        table = self.table
        readings = _repeated(table.readings, draws, self._columns(parts, draws))
        drawn = leaf_values(readings, table.codebook, table.builders)
        shape = (draws, *table.v.shape)
        return drawn.v.reshape(shape), drawn.v_low.reshape(shape), drawn.v_high.reshape(shape)

    def _columns(self, uniforms: Mapping[str, Array], draws: int) -> dict[ColumnKey, Column]:
        """Every column of the readings under each draw, draw by draw, all rows of a draw together."""
        known: dict[tuple[object, ...], Array] = {}
        columns = {}
        for key, column in self.table.readings.columns.items():
            ends = [np.tile(end, (draws, 1)) for end in (column.value, column.low, column.high)]
            if not key[1].startswith(DAYS_FROM):
                for row, sources in enumerate(self.sources):
                    pieces = sources.get(key, ())
                    told = (pieces, self.rule(key, row))
                    if pieces and told not in known:
                        known[told] = self._combined(pieces, told[1], uniforms, draws)
                    drawn = known[told] if pieces else ends[0][:, row]
                    if not np.isnan(column.value[row]):
                        for end in ends:
                            end[:, row] = drawn
                self._keep_whole(key, ends, column.value)
            columns[key] = Column(*(end.ravel() for end in ends))
        return columns

    def only(self, scenario: str) -> Drawing:
        """The same for the rows of one scenario, which none of another depends on."""
        numbers = [n for n, row in enumerate(self.table.rows) if row.scenario == scenario]
        return Drawing(self.table.only(numbers), self.doubt, tuple(self.sources[n] for n in numbers))

    def rule(self, key: ColumnKey, row: int) -> str:
        """How the pieces of a reading combine."""
        reading = self.table.readings.details[row][key]
        return rules_of(self.table.codebook.factor(key[0]), reading.key.indicator)[0]

    def _combined(
        self, pieces: tuple[Source, ...], rule: str, uniforms: Mapping[str, Array], draws: int
    ) -> Array:
        drawn = np.empty((draws, len(pieces)))
        for number, source in enumerate(pieces):
            part = uniforms.get(source.id)
            drawn[:, number] = source.mode
            if part is not None and source.doubtful:
                moved = quantile(part, source.low, source.mode, source.high, self.doubt.shape)
                drawn[:, number] = np.where(np.isnan(part), source.mode, moved)
        weights = np.array([source.weight for source in pieces])
        if rule == "median":
            return lower_median(drawn, weights)
        mean: Array = drawn @ weights
        return mean

    def _keep_whole(self, key: ColumnKey, ends: Sequence[Array], stated: Array) -> None:
        """Scale actors' shares of one whole, in place, so that no draw shares out more than there is.

        Where the stated shares sum to the whole, so does every draw: they are one unknown, not two.
        """
        scale = self.table.readings.details[0][key].scale
        if not (isinstance(scale, Indicator) and scale.shares_one_whole):
            return
        rows = self.table.rows
        for scenario in dict.fromkeys(row.scenario for row in rows):
            among = [number for number, row in enumerate(rows) if row.scenario == scenario]
            total = np.nansum(ends[0][:, among], axis=1)
            whole = np.nansum(stated[among]) >= 1.0 - SLACK
            part = np.where((total > 1.0) | (whole & (total > 0)), 1.0 / np.where(total > 0, total, 1.0), 1.0)
            for number in among:
                if not np.isnan(stated[number]):
                    for end in ends:
                        end[:, number] *= part


def drawing_of(
    loaded: LoadedCase, table: FeatureTable, doubt: Doubt, states: Sequence[State] | None = None
) -> Drawing:
    """A feature table of a case with the distributions behind its readings.

    Parameters
    ----------
    loaded : LoadedCase
    table : FeatureTable
    doubt : Doubt
    states : sequence of State, optional
        The states that the table was built from, where they are not the scenarios' own.
    """
    chosen = states or [loaded.state(name) for name in dict.fromkeys(row.scenario for row in table.rows)]
    actors = len(loaded.case.actors)
    sources = tuple(
        {
            key: tuple(_sources(table, reading, chosen[number // actors], doubt))
            for key, reading in row.items()
        }
        for number, row in enumerate(table.readings.details)
    )
    return Drawing(table, doubt, sources)


def uniform(name: str, draws: int, seed: int) -> Array:
    """A piece's own stream of uniform draws: the same in every scenario, case and call."""
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")]).random(draws)


def source_moments(sources: Sequence[Source], shape: Shape) -> tuple[float, float]:
    """Mean and variance of a weighted mean of pieces, in closed form."""
    found = [(s.weight, *moments(s.low, s.mode, s.high, shape)) for s in sources]
    return sum(w * mean for w, mean, _ in found), sum(w**2 * variance for w, _, variance in found)


def _sources(table: FeatureTable, reading: Reading, state: State, doubt: Doubt) -> list[Source]:
    if reading.measured is None or reading.origin == "default":
        return []
    key, measured = reading.key, reading.measured
    if reading.combined is None:  # an assumption of the policy
        name = f"assumption of {key.measure} of {key.actor}"
        return [Source(name, measured.low, measured.value, measured.high, 1.0)]
    factor = table.codebook.factor(key.factor)
    rule, ageing = rules_of(factor, key.indicator)
    if rule == "envelope":  # sources that contradict each other: anything from the lowest to the highest
        first = reading.combined.pieces[0][0].evidence.id
        return [Source(first, measured.low, measured.value, measured.high, 1.0)]
    bottom, top = reading.scale.bounds
    found = []
    for piece, weight in reading.combined.pieces:
        value, low, high = widened(piece, state.as_of, ageing, reading.scale)
        grade = piece.evidence.grade
        wider = doubt.widening.get(grade.source, 1.0) if grade else 1.0
        low, high = max(bottom, value - wider * (value - low)), min(top, value + wider * (high - value))
        found.append(Source(piece.evidence.id, low, value, high, weight))
    return found


def _repeated(readings: Readings, times: int, columns: Mapping[ColumnKey, Column]) -> Readings:
    """The rows once a draw, with other columns."""
    rows = len(readings.rows)
    offsets = np.repeat(np.arange(times) * rows, rows)[:, None]
    opponents = np.tile(readings.opponents, (times, 1))
    return replace(
        readings,
        rows=readings.rows * times,
        columns=columns,
        days_left=np.tile(readings.days_left, times),
        opponents=np.where(opponents >= 0, opponents + offsets, -1),
        details=readings.details * times,
    )
