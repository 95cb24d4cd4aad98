"""What lies between two states: border, distance, rivalry, alliances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from leverage.lab.panels.sources import DataFolder
from leverage.lab.panels.states import StateYears

Array = NDArray[np.float64]
NOT_CONTIGUOUS = 6.0
KINDS = ("positional", "spatial", "ideological")


def _key(first: ArrayLike, second: ArrayLike) -> NDArray[np.int64]:
    """One number for a pair of states, whatever their order."""
    a, b = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
    return np.minimum(a, b) * 1000 + np.maximum(a, b)


pair_key = _key


def contiguity(folder: DataFolder, pair: ArrayLike, month: ArrayLike) -> Array:
    """Kind of border in a month: 1 by land, 2 to 5 by ever more water, 6 none.

    Parameters
    ----------
    folder : DataFolder
    pair : array-like
        From `pair_key`.
    month : array-like
        12 · year + month.
    """
    spells = folder.read("cow_contdir", ["ccode1", "ccode2", "conttype", "stdate", "enddate"])
    start, end = (pd.to_datetime(spells[name]) for name in ("stdate", "enddate"))
    first = (12 * start.dt.year + start.dt.month).to_numpy()
    last = (12 * end.dt.year + end.dt.month).to_numpy()
    keys = _key(spells["ccode1"], spells["ccode2"])
    rows, months = np.asarray(pair)[:, None], np.asarray(month)[:, None]
    inside = (keys == rows) & (first <= months) & (months <= last)
    kind = spells["conttype"].replace(0, NOT_CONTIGUOUS).to_numpy(dtype=float)
    kinds = np.where(inside, kind, NOT_CONTIGUOUS)
    nearest: Array = kinds.min(axis=1)
    return nearest


def distance(folder: DataFolder, pair: ArrayLike, year: ArrayLike) -> Array:
    """Minimum distance in km; nan before 1886 and where it is not known."""
    table = folder.read("cow_mindist_disputes", ["ccode1", "ccode2", "year", "mindist"])
    table["ccode"] = _key(table["ccode1"], table["ccode2"])
    return StateYears(table).get("mindist", pair, year)


def rivalry(folder: DataFolder, pair: ArrayLike, year: ArrayLike) -> pd.DataFrame:
    """Strategic rivalry that began before the year and had not ended before it.

    Returns
    -------
    DataFrame
        ``rival``, one flag for each of `KINDS`, and ``rival_years`` since it began (0 if none).
    """
    spells = folder.read("tss_rivalries", ["ccode1", "ccode2", "start", "end", *KINDS])
    keys = _key(spells["ccode1"], spells["ccode2"])
    rows, years = np.asarray(pair)[:, None], np.asarray(year)[:, None]
    inside = (keys == rows) & (spells["start"].to_numpy() < years) & (years <= spells["end"].to_numpy())
    facts = {"rival": inside.any(axis=1).astype(float)}
    for kind in KINDS:
        facts[f"rival_{kind}"] = (inside & (spells[kind].to_numpy() == 1)).any(axis=1).astype(float)
    age = np.where(inside, years - spells["start"].to_numpy(), 0)
    facts["rival_years"] = age.max(axis=1).astype(float)
    return pd.DataFrame(facts)


def alliances(folder: DataFolder, states: ArrayLike, years: ArrayLike) -> Mapping[tuple[int, int], set[int]]:
    """Allies by defence pact of each (state, year) that is asked for."""
    table = folder.read("atop_alliance", ["ccode1", "ccode2", "year", "atop_defense"])
    table = table[(table["atop_defense"] == 1) & table["year"].isin(np.unique(np.asarray(years)))]
    table = table[table["ccode1"].isin(np.unique(np.asarray(states)))]
    allies: dict[tuple[int, int], set[int]] = defaultdict(set)
    for state, ally, year in table[["ccode1", "ccode2", "year"]].itertuples(index=False):
        allies[int(state), int(year)].add(int(ally))
    return allies


def ally_facts(
    folder: DataFolder, capabilities: StateYears, a: ArrayLike, b: ArrayLike, year: ArrayLike
) -> pd.DataFrame:
    """Capability of each side's allies in a year, those shared by both apart.

    Parameters
    ----------
    folder : DataFolder
    capabilities : StateYears
        With ``cinc``.
    a, b, year : array-like
        The two states, and the year before the onset.

    Returns
    -------
    DataFrame
        ``a__allies``, ``b__allies`` (sum of CINC of allies of one side alone, the rival left out),
        ``a__ally_count``, ``b__ally_count``, ``shared_allies`` (sum of CINC of common allies) and
        ``allied`` (1 if the two have a pact with each other).
    """
    a, b, year = np.asarray(a), np.asarray(b), np.asarray(year)
    allies = alliances(folder, np.concatenate([a, b]), year)
    world: dict[tuple[int, int], float] = capabilities.column("cinc")
    rows = []
    for one, two, when in zip(a.tolist(), b.tolist(), year.tolist(), strict=True):
        of_one, of_two = allies.get((one, when), set()), allies.get((two, when), set())
        only_one, only_two = of_one - of_two - {two}, of_two - of_one - {one}
        sums = [_sum(world, group, when) for group in (only_one, only_two, of_one & of_two)]
        rows.append((*sums, float(two in of_one), len(only_one), len(only_two)))
    names = ["a__allies", "b__allies", "shared_allies", "allied", "a__ally_count", "b__ally_count"]
    return pd.DataFrame(rows, columns=names, dtype=float)


def _sum(world: Mapping[tuple[int, int], float], states: set[int], year: int) -> float:
    shares = [world.get((state, year), np.nan) for state in sorted(states)]
    return float(np.nansum(shares)) if shares else 0.0
