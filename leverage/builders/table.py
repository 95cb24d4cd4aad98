"""The feature table: for each actor in each scenario the leaves' readings x and values v, with bounds."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from leverage.builders.assembler import Reading, Readings, Row, assemble, read
from leverage.builders.contract import OPPONENT, Builder
from leverage.builders.discovery import builders_for, python_fault
from leverage.case import Case, LoadedCase, MissingPolicy, ReadingKey, State
from leverage.codebook import Codebook, Factor, Indicator, Leaf
from leverage.faults import Fault, InputError, call_error, name_list

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
SLACK = 1e-9
SUM_SLACK = 0.01


@dataclass(frozen=True, kw_only=True)
class LeafValues:
    """Leaves' readings and values as arrays of shape (rows, leaves).

    Attributes
    ----------
    x, x_low, x_high : ndarray
        Readings rescaled to 0..1 by the codebook's bounds, and their outer bounds. ``x`` is nan
        where the leaf is missing; its bounds then hold what the coded inputs leave open.
    v, v_low, v_high : ndarray
        Leverage values 0..1 of the same.
    """

    x: Array
    x_low: Array
    x_high: Array
    v: Array
    v_low: Array
    v_high: Array

    @property
    def missing(self) -> Mask:
        """Where a leaf has no reading."""
        return np.isnan(self.v)


@dataclass(frozen=True, kw_only=True)
class FeatureTable(LeafValues):
    """The leaves of a case: one row an actor in a scenario, one column a leaf.

    Attributes
    ----------
    rows : tuple of Row
        Case, scenario and actor of each row.
    leaves : tuple of Leaf
        One column a leaf of the codebook.
    assumed : ndarray of bool, shape (rows, leaves)
        Leaves that are not missing but rest on an assumption, or on the codebook's defaults alone.
    judged : ndarray, shape (rows, leaves)
        For a leaf with live evidence: the part of its readings that rest on a judgement, 0..1.
    readings : Readings
        What the leaves were built from.
    builders : mapping of str to Builder
    codebook : Codebook
    """

    rows: tuple[Row, ...]
    leaves: tuple[Leaf, ...]
    assumed: Mask
    judged: Array
    readings: Readings
    builders: Mapping[str, Builder]
    codebook: Codebook

    @property
    def live(self) -> Mask:
        """Where a leaf rests on live evidence (neither missing nor assumed), shape (rows, leaves)."""
        return ~self.missing & ~self.assumed

    def only(self, rows: Sequence[int]) -> FeatureTable:
        """The table of some rows alone, which must hold every opponent of theirs."""
        numbers = list(rows)
        sides = ("x", "x_low", "x_high", "v", "v_low", "v_high", "assumed", "judged")
        return replace(
            self,
            **{name: getattr(self, name)[numbers] for name in sides},
            rows=tuple(self.rows[number] for number in numbers),
            readings=self.readings.only(numbers),
        )

    def row_number(self, scenario: str, actor: str) -> int:
        """The row of an actor in a scenario; an unknown pair is an `InputError`."""
        for number, row in enumerate(self.rows):
            if row.scenario == scenario and row.actor == actor:
                return number
        known = name_list(dict.fromkeys(f"{row.scenario}/{row.actor}" for row in self.rows))
        raise call_error(f"the table has no row for {actor!r} in {scenario!r}", f"use one of: {known}")

    def inputs_of(self, row: int, leaf: Leaf) -> dict[str, Reading]:
        """The readings behind a leaf of a row, by column; an opponent's under ``opponent__<actor>__…``."""
        details = self.readings.details
        if leaf.factor not in self.builders:
            return {leaf.indicator: details[row][leaf.factor, leaf.indicator]}
        factor = self.codebook.factor(leaf.factor)
        faced = [int(number) for number in self.readings.opponents[row] if number >= 0]
        found: dict[str, Reading] = {}
        for name in self.readings.reading_names(factor, self.builders[leaf.factor]):
            own = name.removeprefix(OPPONENT)
            if name.startswith(OPPONENT):
                for number in faced:
                    found[f"{OPPONENT}{self.rows[number].actor}__{own}"] = details[number][factor.id, own]
            else:
                found[name] = details[row][factor.id, name]
        return found

    def values_frame(self) -> pd.DataFrame:
        """The values v alone: index case, scenario, actor; one float column a leaf; nan where missing."""
        import pandas as pd

        index = pd.MultiIndex.from_tuples(self.rows, names=Row._fields)
        return pd.DataFrame(self.v, index=index, columns=[leaf.id for leaf in self.leaves])

    def to_frame(self) -> pd.DataFrame:
        """The whole table: index case, scenario, actor; columns (leaf, quantity).

        The quantities of a leaf are ``x, x_low, x_high, v, v_low, v_high``, all 0..1, and
        ``coverage``: 1 with live evidence, 0 where missing or assumed.
        """
        import pandas as pd

        quantities = {name: getattr(self, name) for name in ("x", "x_low", "x_high", "v", "v_low", "v_high")}
        quantities["coverage"] = self.live.astype(float)
        columns = {
            (leaf.id, name): values[:, number]
            for number, leaf in enumerate(self.leaves)
            for name, values in quantities.items()
        }
        frame = pd.DataFrame(columns, index=pd.MultiIndex.from_tuples(self.rows, names=Row._fields))
        frame.columns.names = ["leaf", "quantity"]
        return frame


def feature_table(
    loaded: LoadedCase,
    scenarios: Sequence[str] | None = None,
    *,
    missing: MissingPolicy | None = None,
    states: Sequence[State] | None = None,
) -> FeatureTable:
    """Build the feature table of a case.

    Parameters
    ----------
    loaded : LoadedCase
    scenarios : sequence of str, optional
        Scenario ids; all of the case where not given.
    missing : str, optional
        The policy; only ``assume`` matters here. The case's own where not given.
    states : sequence of State, optional
        States to build instead of scenarios, such as one seen from another day.

    Returns
    -------
    FeatureTable

    Raises
    ------
    InputError
        Shares of a stake sum above one, a builder leaves its bounds, or, under ``assume``, a
        reading is missing for which the case states no assumption.
    """
    chosen = states or [loaded.state(name) for name in (scenarios or loaded.states)]
    assume = (missing or loaded.case.missing.policy) == "assume"
    builders = builders_for(loaded.codebook)
    readings = assemble(loaded, chosen, loaded.codebook, assume=assume)
    check_shares(loaded, chosen, assume=assume)
    table = build_table(readings, loaded.codebook, builders)
    if assume:
        _check_nothing_missing(loaded, table)
    return table


def build_table(readings: Readings, codebook: Codebook, builders: Mapping[str, Builder]) -> FeatureTable:
    """The feature table of some readings: the leaves' values and what they rest on."""
    values = leaf_values(readings, codebook, builders)
    unknown = np.zeros(values.v.shape, dtype=bool)
    table = FeatureTable(
        **vars(values),
        rows=readings.rows,
        leaves=codebook.leaves,
        assumed=unknown,
        judged=unknown.astype(float),
        readings=readings,
        builders=builders,
        codebook=codebook,
    )
    assumed, judged = _bases(table)
    return replace(table, assumed=assumed, judged=judged)


def leaf_values(readings: Readings, codebook: Codebook, builders: Mapping[str, Builder]) -> LeafValues:
    """Each leaf's x by its builder and v by its value function, for all rows at once."""
    x, v = [], []
    for leaf in codebook.leaves:
        value, low, high = _rescaled(readings, codebook.factor(leaf.factor), leaf, builders)
        ends = (leaf.value(low), leaf.value(high))
        x.append((value, low, high))
        v.append((leaf.value(value), np.minimum(*ends), np.maximum(*ends)))
    names = ("x", "x_low", "x_high", "v", "v_low", "v_high")
    sides = [*zip(*x, strict=True), *zip(*v, strict=True)]
    return LeafValues(**{name: np.column_stack(side) for name, side in zip(names, sides, strict=True)})


def _rescaled(
    readings: Readings, factor: Factor, leaf: Leaf, builders: Mapping[str, Builder]
) -> tuple[Array, Array, Array]:
    bottom, top = leaf.scale.bounds
    if factor.id in builders:
        value, low, high = _built(readings, factor, builders[factor.id])
        low, high = np.where(np.isnan(low), bottom, low), np.where(np.isnan(high), top, high)
    else:
        column = readings.columns[factor.id, leaf.indicator]
        value, low, high = column.value, column.low, column.high
    return rescale(leaf, value), rescale(leaf, low), rescale(leaf, high)


def rescale(leaf: Leaf, reading: Array) -> Array:
    """Readings in a leaf's unit as x in 0..1 of the codebook's bounds, elementwise; nan stays nan.

    Raises
    ------
    InputError
        A reading outside the bounds.
    """
    bottom, top = leaf.scale.bounds
    x: Array = (reading - bottom) / (top - bottom)
    outside = x[(x < -SLACK) | (x > 1 + SLACK)]
    if outside.size:
        raw = float(bottom + outside[0] * (top - bottom))
        source = f"the indicator {leaf.id!r}" if leaf.indicator else f"the builder of {leaf.factor!r}"
        remedy = "mend the reading" if leaf.indicator else "mend the builder"
        raise call_error(
            f"{source} gives {raw:g}, outside the bounds {bottom:g} to {top:g}",
            f"{remedy}, or widen `bounds` in the factor's YAML",
        )
    return np.clip(x, 0.0, 1.0)


def _built(readings: Readings, factor: Factor, builder: Builder) -> tuple[Array, Array, Array]:
    values, lows, highs = readings.inputs(factor, builder)
    if not values:  # every input is read per stake and the case has none
        nothing = np.full(len(readings.rows), np.nan)
        return nothing, nothing, nothing
    rows = len(readings.rows)
    try:
        value = np.broadcast_to(np.asarray(builder.build(values), dtype=float), rows)
        low, high = (np.broadcast_to(np.asarray(end, float), rows) for end in builder.bounds(lows, highs))
    except InputError:
        raise
    except Exception as error:  # a user's builder may fail in any way
        file = Path(inspect.getfile(type(builder)))
        raise InputError([python_fault(file, f"the builder {builder.id!r} fails", error)]) from error
    return value, low, high


def _bases(table: FeatureTable) -> tuple[Mask, Array]:
    """Whether each leaf of each row rests on an assumption, and how much of it on judgements."""
    assumed = np.zeros(table.v.shape, dtype=bool)
    judged = np.zeros(table.v.shape)
    for row, column in np.argwhere(~table.missing):
        inputs = table.inputs_of(int(row), table.leaves[column]).values()
        kinds = [reading.kinds() for reading in inputs if reading.origin != "default"]
        assumed[row, column] = not kinds or any("assumption" in kind for kind in kinds)
        judged[row, column] = np.mean(["judgement" in kind for kind in kinds]) if kinds else 0.0
    return assumed, np.where(assumed, 0.0, judged)


def check_shares(
    loaded: LoadedCase, states: Sequence[State] | None = None, *, assume: bool | None = None
) -> None:
    """Check that shares of a stake do not sum above one, and points over stakes to their total.

    A total may be missed by 1 %, since each reading may be a mean of several pieces of evidence; where a
    stake is not read yet, the total is not checked.

    Raises
    ------
    InputError
        They do; every stake and scenario is named.
    """
    assume = loaded.case.missing.policy == "assume" if assume is None else assume
    faults: list[Fault] = []
    for state in states or loaded.states.values():
        for factor in loaded.codebook.factors:
            for indicator in factor.indicators:
                if indicator.per_stake and loaded.case.stakes:
                    faults += _sum_faults(loaded, state, factor, indicator, assume=assume)
    if faults:
        raise InputError(faults)


def _sum_faults(
    loaded: LoadedCase, state: State, factor: Factor, indicator: Indicator, *, assume: bool
) -> Iterator[Fault]:
    case = loaded.case
    amounts = np.array(
        [
            [
                _amount(case, state, ReadingKey(actor.id, factor.id, indicator.id, stake.id), factor, assume)
                for actor in case.actors
            ]
            for stake in case.stakes
        ]
    )
    where = f"in the scenario {state.scenario.id!r} the readings of {factor.id}.{indicator.id}"
    if indicator.shares_one_whole:
        for stake, total in zip(case.stakes, np.nansum(amounts, axis=1), strict=True):
            if total > 1 + SLACK:
                problem = f"{where} for {stake.id!r} sum to {total:.4g}, above 1"
                remedy = "lower a share, or set the other side's too"
                yield loaded.document.fault(("stakes", stake.index), problem, remedy)
    if indicator.sums_to is not None:
        for actor, total in zip(case.actors, amounts.sum(axis=0), strict=True):
            if abs(total - indicator.sums_to) > SUM_SLACK * indicator.sums_to:
                problem = f"{where} by {actor.id!r} sum to {total:.4g}, not {indicator.sums_to:g}"
                remedy = f"share {indicator.sums_to:g} {indicator.unit} out over all stakes"
                yield loaded.document.fault(("actors", actor.index), problem, remedy)


def _amount(case: Case, state: State, key: ReadingKey, factor: Factor, assume: bool) -> float:
    scale = factor.readings()[key.indicator]
    measured = read(case, state, key, factor, scale, assume=assume).measured
    return measured.value if measured else np.nan


def _check_nothing_missing(loaded: LoadedCase, table: FeatureTable) -> None:
    gaps: dict[str, None] = {}
    for number, column in np.argwhere(table.missing):
        inputs = table.inputs_of(int(number), table.leaves[column]).values()
        missing = [f"{r.key.measure} of {r.key.actor}" for r in inputs if r.origin == "missing"]
        gaps |= dict.fromkeys(missing or ["a deadline"])
    if gaps:
        problem = f"the policy is `assume`, but nothing is stated for {name_list(gaps, 6)}"
        remedy = "add each under `missing: assumptions:` with author and reason, or use another policy"
        raise InputError([loaded.document.fault(("missing", "assumptions"), problem, remedy)])
