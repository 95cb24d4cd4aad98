"""What is known of a state in a year: capabilities, regime, leader, rank among the powers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from leverage.lab.panels.sources import DataFolder

Array = NDArray[np.float64]
COMPONENTS = ("milex", "milper", "irst", "pec", "tpop", "upop")
TREND_YEARS = 5


class StateYears:
    """Columns by state and year, looked up for many rows at once.

    Parameters
    ----------
    table : DataFrame
        With columns ``ccode`` and ``year``, one row each.
    """

    def __init__(self, table: pd.DataFrame) -> None:
        self._table = table.drop_duplicates(["ccode", "year"]).set_index(["ccode", "year"])

    def get(self, column: str, state: ArrayLike, year: ArrayLike) -> Array:
        """One column for each (state, year); nan where there is no such row."""
        keys = pd.MultiIndex.from_arrays([np.asarray(state), np.asarray(year)])
        values: Array = self._table[column].reindex(keys).to_numpy(dtype=float)
        return values

    def column(self, name: str) -> dict[tuple[int, int], float]:
        """One column as a mapping from (state, year)."""
        values = self._table[name].to_numpy(dtype=float).tolist()
        keys = [(int(state), int(year)) for state, year in self._table.index.to_list()]
        return dict(zip(keys, values, strict=True))


def capability_index(table: pd.DataFrame) -> Array:
    """The Composite Index of National Capability, from its components (Singer, Bremer & Stuckey 1972).

    The mean of a state's shares of the world's total of the year in six components; a missing
    component is left out of the mean, as the published column does.

    Parameters
    ----------
    table : DataFrame
        ``ccode``, ``year`` and the six `COMPONENTS`; missing is nan.

    Returns
    -------
    ndarray of shape (rows,)
        Share of the world, 0..1.
    """
    index: Array = component_shares(table).mean(axis=1).to_numpy()
    return index


def component_shares(table: pd.DataFrame) -> pd.DataFrame:
    """Each component as a share of the world's total of its year."""
    components = list(COMPONENTS)
    return table[components].div(table.groupby("year")[components].transform("sum"))


def read_capabilities(folder: DataFolder) -> StateYears:
    """State-years with CINC, shares of its components, quality of forces, development and trend."""
    table = folder.read("cow_nmc", ["ccode", "year", *COMPONENTS, "cinc"], missing_code=True)
    shares = component_shares(table)
    for name in COMPONENTS:
        table[f"{name}_share"] = shares[name]
    with np.errstate(divide="ignore", invalid="ignore"):
        table["quality"] = _log_ratio(table["milex"], table["milper"])
        table["development"] = _log_ratio(table["pec"], table["tpop"])
        table["burden"] = _log_ratio(table["milper"], table["tpop"])
        earlier = StateYears(table).get("cinc", table["ccode"], table["year"] - TREND_YEARS)
        table["trend"] = np.log(table["cinc"] / earlier)
    table["world"] = table.groupby("year")["ccode"].transform("size")
    return StateYears(table)


def _log_ratio(top: pd.Series, bottom: pd.Series) -> pd.Series:
    ratio = np.log(top.to_numpy(dtype=float) / bottom.to_numpy(dtype=float))
    return pd.Series(np.where(np.isfinite(ratio), ratio, np.nan), index=top.index)


def read_regimes(folder: DataFolder) -> StateYears:
    """State-years with Polity, V-Dem's polyarchy and the extended Unified Democracy Scores."""
    return StateYears(folder.read("cw_democracy", ["ccode", "year", "polity2", "v2x_polyarchy", "euds"]))


def read_major_powers(folder: DataFolder) -> pd.DataFrame:
    """Spells of major powers: ``ccode``, ``start``, ``end``, as year and month in months since year 0."""
    names = ["ccode", "styear", "stmonth", "endyear", "endmonth"]
    table = folder.read("cow_majors", names)
    start = 12 * table["styear"] + table["stmonth"]
    end = 12 * table["endyear"] + table["endmonth"]
    return pd.DataFrame({"ccode": table["ccode"], "start": start, "end": end})


def is_major(spells: pd.DataFrame, state: ArrayLike, month: ArrayLike) -> Array:
    """1 where a state is a major power in a month (12 · year + month), else 0."""
    state, month = np.asarray(state)[:, None], np.asarray(month)[:, None]
    inside = (spells["start"].to_numpy() <= month) & (month <= spells["end"].to_numpy())
    found: Array = (inside & (state == spells["ccode"].to_numpy())).any(axis=1).astype(float)
    return found


def read_leaders(folder: DataFolder) -> pd.DataFrame:
    """Leader spells: state, dates of entry and exit as day numbers, manner of entry."""
    names = ["gwcode", "startdate", "enddate", "entry", "yrborn"]
    table = folder.read("archigos", names)
    days = {}
    for column in ("startdate", "enddate"):
        stamp = pd.DatetimeIndex(table[column])
        days[column] = np.asarray(stamp.year, dtype=float) * 365.25 + np.asarray(stamp.day_of_year)
    table = table.assign(**days)
    return table.sort_values(["gwcode", "startdate"], ignore_index=True)


def leader_facts(leaders: pd.DataFrame, state: ArrayLike, year: ArrayLike, month: ArrayLike) -> pd.DataFrame:
    """The leader in office when the month of onset began, and how steady the office was.

    Returns
    -------
    DataFrame
        ``tenure`` (years in office), ``irregular`` (1 entered irregularly or by foreign force),
        ``age`` (years), ``turnover`` (leaders who entered in the ten years before). nan where
        Archigos knows no leader in office.
    """
    day = np.asarray(year) * 365.25 + (np.asarray(month) - 1) * 30.44
    spells = {code: leaders[leaders["gwcode"] == code] for code in np.unique(np.asarray(state)).tolist()}
    rows = [
        _leader(spells.get(int(s)), float(d), int(y))
        for s, d, y in zip(np.asarray(state), day, np.asarray(year), strict=True)
    ]
    return pd.DataFrame(rows, columns=["tenure", "irregular", "age", "turnover"], dtype=float)


def _leader(spells: pd.DataFrame | None, day: float, year: int) -> tuple[float, float, float, float]:
    nothing = (np.nan, np.nan, np.nan, np.nan)
    if spells is None:
        return nothing
    start, end = spells["startdate"].to_numpy(), spells["enddate"].to_numpy()
    place = int(np.searchsorted(start, day)) - 1
    if place < 0 or end[place] < day - 62:
        return nothing
    row = spells.iloc[place]
    irregular = float(row["entry"] in ("Irregular", "Foreign Imposition"))
    turnover = float(np.sum((start > day - 3652.5) & (start <= day)))
    return float(day - start[place]) / 365.25, irregular, year - float(row["yrborn"]), turnover
