"""The row of a dispute that has not happened in the data: two states, a month, the panel's own builders.

Each number is the last that its data set knows at the month; which year that is stands beside the row.
Nothing is carried beyond the data by a trend.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from leverage.faults import InputError, call_error
from leverage.lab.panels import pairs, states
from leverage.lab.panels.disputes import FACTORS, SOUGHT, side_columns
from leverage.lab.panels.history import Histories, read_episodes
from leverage.lab.panels.sources import DataFolder
from leverage.lab.panels.states import StateYears

Array = NDArray[np.float64]
STATES_DATA = "cow_nmc"
NOT_IN_DATA = 0
"""Stands for the number of a dispute that no data set holds."""


@dataclass(frozen=True)
class Side:
    """One state of an onset.

    Attributes
    ----------
    state : int
        Correlates of War number.
    seeks : tuple of str or None
        Of `SOUGHT`; empty for nothing, None where it is not known.
    """

    state: int
    seeks: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Onset:
    """A dispute that begins, or might begin, between two states.

    Attributes
    ----------
    a, b : Side
    year, month : int
        Month of onset, 1..12.
    dispute : int
        Its number where the data hold it, so that it stays out of its own history.
    """

    a: Side
    b: Side
    year: int
    month: int
    dispute: int = NOT_IN_DATA


@dataclass(frozen=True)
class OnsetRow:
    """The row of an onset.

    Attributes
    ----------
    table : DataFrame of shape (1, columns)
        The panel's columns; ``initiator`` is 1, for A.
    years : mapping of (str, str) to int
        Data set or column, and what it is of (``a``, ``b``, ``pair`` or ``world``), to the last year it
        knows at the onset.
    unknown : tuple of str
        Columns of which nothing is known.
    """

    table: pd.DataFrame
    years: Mapping[tuple[str, str], int]
    unknown: tuple[str, ...]


class LastKnown(StateYears):
    """State-years that answer with the last year known, and remember which it was.

    Parameters
    ----------
    of : StateYears

    Attributes
    ----------
    used : dict of (str, int) to int
        Column and state to the year answered with; filled by `get`.
    """

    def __init__(self, of: StateYears) -> None:
        self._table = of._table
        self.used: dict[tuple[str, int], int] = {}

    def get(self, column: str, state: ArrayLike, year: ArrayLike) -> Array:
        """One column for each (state, year), of the last year up to it; nan where there is none."""
        pairs_of = zip(np.atleast_1d(np.asarray(state)), np.atleast_1d(np.asarray(year)), strict=True)
        return np.array([self._last(column, int(s), int(y)) for s, y in pairs_of], dtype=float)

    def known(self, column: str, state: int) -> pd.Series:
        """What is known of a state in a column, by year in order."""
        own = self._table[column][self._table.index.get_level_values("ccode") == state].dropna()
        return own.droplevel("ccode").sort_index()

    def _last(self, column: str, state: int, year: int) -> float:
        known = self.known(column, state)
        known = known[known.index <= year]
        if known.empty:
            return float("nan")
        at = int(known.index[-1])
        self.used[column, state] = max(at, self.used.get((column, state), at))
        return float(known.iloc[-1])


def onset_features(data: DataFolder, onset: Onset) -> OnsetRow:
    """Build the row of an onset with the builders of the dispute panel.

    Parameters
    ----------
    data : DataFolder
    onset : Onset

    Returns
    -------
    OnsetRow
        Histories know every outcome of the data, and stand where the data on disputes end if the
        onset is later. ``year`` is the onset's own; clip it to the years a model was trained on.

    Raises
    ------
    InputError
        A state that the data do not know at the onset, or the same state twice.
    """
    capabilities = LastKnown(states.read_capabilities(data))
    problems = list(state_problems(data, onset).values())
    if onset.a.state == onset.b.state:
        problems.append(
            (f"both sides are state {onset.a.state}", "give each side the number of its own state")
        )
    if problems:
        raise InputError(fault for problem in problems for fault in call_error(*problem).faults)
    years: dict[tuple[str, str], int] = {}
    sides = {"a": onset.a.state, "b": onset.b.state}
    columns = _of_sides(data, capabilities, onset, sides, years)
    columns |= _of_pair(data, capabilities, onset, sides, years)
    columns |= {"year": onset.year, "month": onset.month, "initiator": 1.0}
    columns["states"] = LastKnown(capabilities).get("world", onset.a.state, onset.year)
    columns |= _histories(data, onset, years)
    row = pd.DataFrame({name: np.atleast_1d(np.asarray(v, dtype=float)) for name, v in columns.items()})
    row = row[[column for factor in FACTORS for column in factor.columns] + ["initiator"]]
    unknown = tuple(str(name) for name in row.columns[row.isna().any(axis=0)])
    return OnsetRow(row, years, unknown)


def state_problems(data: DataFolder, onset: Onset) -> dict[int, tuple[str, str]]:
    """Problem and remedy of each state that the data do not know at the onset, by its number."""
    capabilities = LastKnown(states.read_capabilities(data))
    last = int(data.read(STATES_DATA, ["year"])["year"].max())
    found = {}
    for state in (onset.a.state, onset.b.state):
        known = capabilities.known("world", state).index
        if not len(known):
            remedy = "write the state's Correlates of War number, such as 365 for Russia"
            found[state] = (f"the data know no state {state}", remedy)
        elif onset.year < known.min() or known.max() < min(onset.year, last):
            problem = f"the data know state {state} from {known.min()} to {known.max()}, not in {onset.year}"
            found[state] = (problem, "write the number of the state as it was on the as-of date")
    return found


def _of_sides(
    data: DataFolder,
    capabilities: LastKnown,
    onset: Onset,
    sides: Mapping[str, int],
    years: dict[tuple[str, str], int],
) -> dict[str, ArrayLike]:
    regimes, leaders = states.read_regimes(data), states.read_leaders(data)
    majors = states.read_major_powers(data)
    month = 12 * onset.year + onset.month
    rank_month = min(month, int(majors["end"].max()))
    columns: dict[str, ArrayLike] = {}
    for side, state in sides.items():
        own, regime = LastKnown(capabilities), LastKnown(regimes)
        at, year = np.array([state]), np.array([onset.year])
        facts = side_columns(own, regime, at, year)
        facts["major"] = states.is_major(majors, at, np.array([rank_month]))
        when = _leader_month(leaders, month)
        known = states.leader_facts(leaders, at, np.array([when[0]]), np.array([when[1]]))
        facts |= {str(name): values for name, values in known.items()}
        columns |= {f"{side}__{name}": values for name, values in facts.items()}
        columns |= _aims(side, onset.a if side == "a" else onset.b)
        years |= {(column, side): year for (column, _), year in {**own.used, **regime.used}.items()}
        years["major", side] = (rank_month - 1) // 12
        years["tenure", side] = when[0]
    return columns


def _leader_month(leaders: pd.DataFrame, month: int) -> tuple[int, int]:
    """Year and month of the onset, or of the last day that the data on leaders know."""
    last = float(leaders["enddate"].max())
    end = 12 * int(last // 365.25) + min(12, int(last % 365.25 // 30.44) + 1)
    at = min(month, end)
    return (at - 1) // 12, (at - 1) % 12 + 1


def _aims(side: str, of: Side) -> dict[str, ArrayLike]:
    known = of.seeks is not None
    aims = {aim: float(aim in (of.seeks or ())) if known else np.nan for aim in SOUGHT.values()}
    columns: dict[str, ArrayLike] = {f"{side}__seeks_{aim}": value for aim, value in aims.items()}
    columns[f"{side}__revisionist"] = float(bool(of.seeks)) if known else np.nan
    return columns


def _of_pair(
    data: DataFolder,
    capabilities: LastKnown,
    onset: Onset,
    sides: Mapping[str, int],
    years: dict[tuple[str, str], int],
) -> dict[str, ArrayLike]:
    pair = pairs.pair_key([sides["a"]], [sides["b"]])
    ends = pd.to_datetime(data.read("cow_contdir", ["enddate"])["enddate"])
    border = min(12 * onset.year + onset.month, int((12 * ends.dt.year + ends.dt.month).max()))
    rival = min(onset.year, int(data.read("tss_rivalries", ["end"])["end"].max()))
    pacts = int(data.read("atop_alliance", ["year"])["year"].max())
    world = capabilities.known("world", sides["a"]).index
    ally = min(onset.year - 1, pacts, int(world.max()))
    far = _last_distance(data, int(pair[0]), onset.year)
    years |= {("contiguity", "pair"): (border - 1) // 12, ("rival", "pair"): rival, ("allies", "pair"): ally}
    if far is not None:
        years["distance", "pair"] = far
    a, b = np.array([sides["a"]]), np.array([sides["b"]])
    columns: dict[str, ArrayLike] = {
        "contiguity": pairs.contiguity(data, pair, np.array([border])),
        "distance": pairs.distance(data, pair, np.array([onset.year if far is None else far])),
    }
    for facts in (
        pairs.rivalry(data, pair, np.array([rival])),
        pairs.ally_facts(data, capabilities, a, b, np.array([ally])),
    ):
        columns |= {str(name): values for name, values in facts.items()}
    return columns


def _last_distance(data: DataFolder, pair: int, year: int) -> int | None:
    """The last year up to the onset in which the distance of the pair is known."""
    table = data.read("cow_mindist_disputes", ["ccode1", "ccode2", "year", "mindist"])
    own = table[(pairs.pair_key(table["ccode1"], table["ccode2"]) == pair) & table["mindist"].notna()]
    before = own.loc[own["year"] <= year, "year"]
    return int(before.max()) if len(before) else None


def _histories(data: DataFolder, onset: Onset, years: dict[tuple[str, str], int]) -> dict[str, ArrayLike]:
    episodes = read_episodes(data)
    start = min(12 * onset.year + onset.month, int(episodes["end"].max()))
    years["disputes", "world"] = (start - 1) // 12
    row = {"dispute": onset.dispute, "a": onset.a.state, "b": onset.b.state, "start": start}
    onsets = pd.DataFrame({**row, "pair": pairs.pair_key([onset.a.state], [onset.b.state])}, index=[0])
    histories = Histories(onsets, episodes)
    return {**histories.fixed, **histories.columns(np.zeros(1, dtype=bool))}
