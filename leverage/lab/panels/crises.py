"""The panel of crisis actors (ICB): victory against defeat, one row an actor in a crisis."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from leverage.lab.panels import pairs, states
from leverage.lab.panels.panel import Factor, Mask, Panel, read_holdout
from leverage.lab.panels.sources import DataFolder

Array = NDArray[np.float64]
CRISIS_SETS = ("icb2v14", "cow_nmc", "cw_democracy", "atop_alliance")
"""Data sets that the panel is built from."""
VICTORY, DEFEAT = 1, 4
CRISIS_CLASSES = ("prevails", "is defeated")
MEMORY = 20.0
"""Years in which a past crisis' weight falls to 1/e."""
FLOOR, ALLY_FLOOR = 1e-5, 5e-3
"""Shares of the world below these count as these before their logarithm is taken."""
LAST_STATE = 990
PRIOR = 2.0
"""Pseudo-outcomes by which a record is drawn to one half."""
_DOMESTIC = ("gvinst", "massvl", "socunr", "econdt", "unemp", "inflat", "labstr")
_ORDINAL = ("nuclear", "powsta", "allycap", "gravty", "durreg", "noactr", "trgresra", "powdis")
_COLUMNS = (
    "cracno", "crisno", "cracid", "southv", "trigent", "yrtrig", "motrig", "yrterm", "moterm", "outcom",
    "regime", "territ", "issue", "triggr", "trigloc", "geog", *_ORDINAL, *_DOMESTIC,
)  # fmt: skip

CRISIS_FACTORS = tuple(
    Factor(name, family, title, sided=False)
    for name, family, title in (
        ("powdis", "own capability", "power against the adversary"),
        ("nuclear", "own capability", "nuclear capability (1 none to 4)"),
        ("powsta", "own capability", "power status (1 small to 4 super)"),
        ("capability", "own capability", "capability (CINC) against the adversary's"),
        ("spending", "own capability", "military spending against the adversary's"),
        ("energy", "own capability", "energy against the adversary's"),
        ("adversary", "own capability", "the adversary's capability"),
        ("no_adversary", "own capability", "no state known as the adversary"),
        ("territ_1", "territory held", "territory, code 1"),
        ("territ_3", "territory held", "territory, code 3"),
        ("issue_military", "territory held", "a military or territorial issue"),
        ("trgresra", "time remaining", "days from trigger to response"),
        ("gravty", "time remaining", "gravity of the threat (0 to 7)"),
        ("grave_threat", "time remaining", "a threat of grave damage or to existence"),
        ("trigger_violent", "time remaining", "a violent trigger"),
        ("trigger_indirect", "time remaining", "an indirect violent trigger or a military act"),
        ("trigger_elsewhere", "territory held", "a trigger outside its own territory"),
        ("democratic", "domestic support", "a democratic regime"),
        ("military_regime", "domestic support", "a military regime"),
        ("democracy", "domestic support", "electoral democracy"),
        ("adversary_democracy", "domestic support", "the adversary's electoral democracy"),
        ("durreg", "domestic support", "duration of the regime (1 to 3)"),
        *((f"{name}_worse", "domestic support", f"{name}: rising or worse") for name in _DOMESTIC),
        ("allycap", "ally backing", "capability of allies (1 to 4)"),
        ("allies", "ally backing", "capability of its own allies against those of the adversary's"),
        ("allied", "ally backing", "a defence pact with the adversary"),
        ("record", "history", "share won of its crises ended before"),
        ("adversary_record", "history", "share won of the adversary's crises ended before"),
        ("noactr", "context", "number of actors"),
        ("year", "context", "year"),
        ("africa", "context", "a crisis in Africa"),
        ("americas", "context", "a crisis in the Americas"),
        ("asia", "context", "a crisis in Asia"),
        ("europe", "context", "a crisis in Europe"),
    )
)


def crisis_panel(folder: str | Path, holdout: Iterable[int] = ()) -> Panel:
    """Build the panel of crisis actors from a folder with ``icb2v14`` and sets on states.

    The sample is every actor that won a victory or was defeated. Only what was known before the
    outcome enters; a state's record counts crises that terminated before the month of the trigger.

    Parameters
    ----------
    folder : path
    holdout : iterable of int
        Crisis numbers whose outcomes are held out; those outside the sample are passed over.

    Returns
    -------
    Panel
        Classes 0 prevails, 1 is defeated; grouped by crisis. Ids are crisis numbers.

    Raises
    ------
    InputError
        A missing file or column; no number of `holdout` is in the sample.
    """
    data = DataFolder(Path(folder))
    data.require(CRISIS_SETS)
    table = data.read("icb2v14", list(dict.fromkeys(_COLUMNS)))
    holdout = list(holdout)
    unknown = table["crisno"].isin(holdout) & ~(table["outcom"] > 0)
    table = table[table["outcom"].isin([VICTORY, DEFEAT]) | unknown]
    data.blank("icb2v14", table, ("crisno", "cracid", "yrtrig", "motrig"))
    table = table.sort_values(["yrtrig", "motrig", "crisno", "cracid"], ignore_index=True)
    crisis = table["crisno"].to_numpy(dtype=np.int64)
    hidden = read_holdout(crisis, holdout, "crisis")
    outcome = np.asarray(table["outcom"] == DEFEAT, dtype=np.int64)
    return Panel(
        name="crises",
        ids=crisis,
        outcome=np.where(hidden, -1, outcome),
        classes=CRISIS_CLASSES,
        year=table["yrtrig"].to_numpy(dtype=np.int64),
        group=crisis,
        factors=CRISIS_FACTORS,
        sources=tuple(data.sources.values()),
        _fixed=_fixed(data, table),
        _histories=_records(table, outcome, hidden),
        actors=table["cracid"].to_numpy(dtype=np.int64),
        keys=table["cracno"].to_numpy(dtype=np.int64),
    )


def _fixed(data: DataFolder, table: pd.DataFrame) -> pd.DataFrame:
    columns = _against(data, table)
    columns |= {name: table[name].where(table[name] >= 0) for name in _ORDINAL if name != "powdis"}
    power = table["powdis"]
    columns["powdis"] = np.sign(power) * np.log1p(np.abs(power))
    columns["trgresra"] = np.log1p(columns["trgresra"])
    columns["territ_1"], columns["territ_3"] = _is(table["territ"], 1), _is(table["territ"], 3)
    columns["issue_military"] = _is(table["issue"], 1)
    columns["grave_threat"] = _is(table["gravty"], 5, 6)
    columns["trigger_violent"] = _is(table["triggr"], 9)
    columns["trigger_indirect"] = _is(table["triggr"], 7, 8)
    columns["trigger_elsewhere"] = _is(table["trigloc"], 2)
    columns["democratic"], columns["military_regime"] = _is(table["regime"], 1), _is(table["regime"], 3, 5)
    for name in _DOMESTIC:
        columns[f"{name}_worse"] = _is(table[name], 1)
    columns["year"] = table["yrtrig"]
    for place, low, high in (("africa", 10, 15), ("asia", 20, 24), ("europe", 30, 35), ("americas", 40, 43)):
        columns[place] = table["geog"].between(low, high).astype(float)
    return pd.DataFrame(columns).astype(float)


def _adversary(table: pd.DataFrame) -> NDArray[np.int64]:
    """The state that was the source of the threat, else the one that triggered the crisis; 0 for none."""
    source, trigger = table["southv"].fillna(0), table["trigent"].fillna(0)
    named = source.where(source.between(2, LAST_STATE), trigger.where(trigger.between(2, LAST_STATE), 0))
    return named.to_numpy(dtype=np.int64)


def _against(data: DataFolder, table: pd.DataFrame) -> dict[str, pd.Series]:
    """What other data sets say of the actor and its adversary, in the year before the trigger."""
    own, other = table["cracid"].to_numpy(dtype=np.int64), _adversary(table)
    year = table["yrtrig"].to_numpy(dtype=np.int64) - 1
    world, regimes = states.read_capabilities(data), states.read_regimes(data)

    def ratio(name: str) -> Array:
        mine, theirs = (np.log(np.maximum(world.get(name, state, year), FLOOR)) for state in (own, other))
        return np.asarray(mine - theirs)

    facts = pairs.ally_facts(data, world, own, other, year)
    backing = np.log(facts["a__allies"] + ALLY_FLOOR) - np.log(facts["b__allies"] + ALLY_FLOOR)
    columns: dict[str, ArrayLike] = {
        "capability": ratio("cinc"), "spending": ratio("milex_share"), "energy": ratio("pec_share"),
        "adversary": np.log(np.maximum(world.get("cinc", other, year), FLOOR)),
        "no_adversary": (other == 0).astype(float),
        "democracy": regimes.get("v2x_polyarchy", own, year),
        "adversary_democracy": regimes.get("v2x_polyarchy", other, year),
        "allies": backing.where(other > 0), "allied": facts["allied"].where(other > 0),
    }  # fmt: skip
    return {name: pd.Series(np.asarray(values, dtype=float)) for name, values in columns.items()}


def _is(codes: pd.Series, *wanted: int) -> pd.Series:
    """1 where the code is one of those wanted, 0 where another, nan where it is missing."""
    return codes.isin(wanted).astype(float).where(codes.notna())


def _records(
    table: pd.DataFrame, outcome: NDArray[np.int64], hidden: Mask
) -> Callable[[Mask], dict[str, Array]]:
    start = (12 * table["yrtrig"] + table["motrig"].clip(1, 12)).to_numpy(dtype=float)
    end = (12 * table["yrterm"] + table["moterm"].fillna(12).clip(1, 12)).fillna(np.inf).to_numpy(dtype=float)
    state, crisis = table["cracid"].to_numpy(), table["crisno"].to_numpy()
    gap = (start[:, None] - end) / 12.0
    won_it, lost_it = np.asarray(outcome) == 0, np.asarray(outcome) == 1
    fading = np.where(gap > 0, np.exp(-np.maximum(gap, 0.0) / MEMORY), 0.0)
    whose = {"record": state, "adversary_record": _adversary(table)}
    weights = {name: np.where(who[:, None] == state, fading, 0.0) for name, who in whose.items()}

    def columns(mask: Mask) -> dict[str, Array]:
        # A crisis is hidden whole: what one of its actors gained tells what another lost.
        seen = ~np.isin(crisis, crisis[mask | hidden])
        found = {}
        for name, weight in weights.items():
            won, lost = weight @ (seen & won_it), weight @ (seen & lost_it)
            found[name] = (won + 0.5 * PRIOR) / (won + lost + PRIOR)
        return found

    return columns
