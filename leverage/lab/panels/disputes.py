"""The panel of militarized disputes: the published sample, one row a dispute, side A against side B."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from leverage.lab.panels import pairs, states
from leverage.lab.panels.history import Histories, read_episodes
from leverage.lab.panels.panel import CLASSES, Factor, Mask, Panel, read_holdout
from leverage.lab.panels.sources import MISSING_CODE, DataFolder
from leverage.lab.panels.states import StateYears

Array = NDArray[np.float64]
_SAMPLE = [
    "dispnum", "ccode1", "ccode2", "year", "midonset", "sidea1", "stmon", "numa", "numb", "outcome",
    "revtype11", "revtype21", "revtype12", "revtype22", "orig1", "orig2",
]  # fmt: skip
DISPUTE_SETS = (
    "gml_dirdisp", "cow_nmc", "cw_democracy", "archigos", "cow_majors", "cow_contdir",
    "cow_mindist_disputes", "tss_rivalries", "atop_alliance",
)  # fmt: skip
"""Data sets that the panel is built from."""
_CLASS = {1: 0, 4: 0, 5: 1, 2: 2, 3: 2}
CapabilityYear = Literal["onset", "before"]
SOUGHT = {1: "territory", 2: "policy", 3: "government", 4: "other"}
_CAPABILITIES = ("cinc", *(f"{name}_share" for name in states.COMPONENTS), "quality", "development", "burden")

FACTORS = (
    Factor("cinc", "own capability", "capability (CINC)"),
    Factor("cinc_before", "own capability", "capability (CINC, year before)"),
    Factor("milper_share", "own capability", "share of the world's soldiers"),
    Factor("milex_share", "own capability", "share of the world's military spending"),
    Factor("irst_share", "own capability", "share of the world's iron and steel"),
    Factor("pec_share", "own capability", "share of the world's energy"),
    Factor("tpop_share", "own capability", "share of the world's population"),
    Factor("upop_share", "own capability", "share of the world's urban population"),
    Factor("quality", "own capability", "spending per soldier, logarithm"),
    Factor("development", "own capability", "energy per head, logarithm"),
    Factor("burden", "own capability", "soldiers per head, logarithm"),
    Factor("trend", "own capability", "change of capability over five years, logarithm"),
    Factor("major", "own capability", "being a major power"),
    Factor("seeks_territory", "territory held", "seeking territory"),
    Factor("seeks_policy", "territory held", "seeking a change of policy"),
    Factor("seeks_government", "territory held", "seeking a change of government"),
    Factor("seeks_other", "territory held", "seeking something else"),
    Factor("revisionist", "territory held", "seeking a change of any kind"),
    Factor("contiguity", "territory held", "border (1 land, 6 none)", sided=False),
    Factor("distance", "territory held", "distance in km", sided=False),
    Factor("rival_spatial", "territory held", "rivalry over territory", sided=False),
    Factor("fronts", "time remaining", "other disputes under way"),
    Factor("tenure", "time remaining", "leader's years in office"),
    Factor("age", "time remaining", "leader's age"),
    Factor("polity2", "domestic support", "Polity rating"),
    Factor("v2x_polyarchy", "domestic support", "electoral democracy"),
    Factor("euds", "domestic support", "democracy (extended UDS)"),
    Factor("irregular", "domestic support", "a leader who came in irregularly"),
    Factor("turnover", "domestic support", "leaders in ten years"),
    Factor("allies", "ally backing", "its own allies' share of the world's capability"),
    Factor("ally_count", "ally backing", "number of its own allies"),
    Factor("shared_allies", "ally backing", "shared allies' share of the world's capability", sided=False),
    Factor("allied", "ally backing", "a defence pact with each other", sided=False),
    Factor("pair_disputes", "history", "the number of earlier disputes of the pair", sided=False),
    Factor("peace_years", "history", "years since the pair's last dispute", sided=False),
    Factor("pair_won", "history", "earlier disputes of the pair it won"),
    Factor("pair_decided", "history", "earlier disputes of the pair that someone won", sided=False),
    Factor("pair_stalemates", "history", "earlier stalemates of the pair", sided=False),
    Factor("started", "history", "disputes it started in five years"),
    Factor("targeted", "history", "disputes against it in five years"),
    Factor("success", "history", "share won of what it won or lost before"),
    Factor("decided", "history", "share of its earlier disputes that someone won"),
    Factor("rival", "history", "strategic rivalry", sided=False),
    Factor("rival_positional", "history", "rivalry over rank", sided=False),
    Factor("rival_ideological", "history", "rivalry over ideology", sided=False),
    Factor("rival_years", "history", "years of rivalry", sided=False),
    Factor("world_decided", "context", "share of disputes lately ended that someone won", sided=False),
    Factor("year", "context", "year", sided=False),
    Factor("month", "context", "month of onset", sided=False),
    Factor("states", "context", "states in the world", sided=False),
    Factor("region", "context", "part of the world"),
)


def dispute_panel(
    folder: str | Path, holdout: Iterable[int] = (), coalitions: bool = False,
    capabilities_of: CapabilityYear = "onset",
) -> Panel:  # fmt: skip
    """Build the panel of disputes from a folder of data sets.

    The sample is that of Carroll & Kenkel (AJPS 63(3), 2019): one state on each side, outcome 1 to
    5; 1 and 4 are a win for side A, 2 and 3 for side B, 5 is a stalemate.

    With `coalitions` it holds disputes of several states on a side too, one row each: the strongest
    (CINC) of the states that were in it from the start, on either side. No term was chosen by them, so
    they tell what choosing the terms by the published sample may have flattered.

    Parameters
    ----------
    folder : path
        Holds ``gml_dirdisp``, ``cow_nmc`` and the others of `leverage.lab.panels.sources.CITATIONS`.
    holdout : iterable of int
        Numbers of disputes whose outcome is held out: it becomes -1 and enters no history. They
        stay rows of the panel; those that are outside the sample are hidden from histories alone.
    coalitions : bool, default False
        Whether disputes of several states on a side are rows too.
    capabilities_of : {"onset", "before"}
        The year of all capabilities: that of the onset, as published, or the one before it. A dispute
        that began in January may have moved those of its own year.

    Returns
    -------
    Panel
        Columns ``a__x``, ``b__x`` for what each side has, ``x`` for what the pair shares,
        ``initiator`` 1 where side A took the first action, as the data define side A.
        Capabilities are of the year chosen, with ``cinc_before`` of the year before beside them;
        regime and allies of the year before; leaders of the month of onset.

    Raises
    ------
    InputError
        A data set or column that is missing; no number of `holdout` is in the sample.
    """
    data = DataFolder(Path(folder))
    data.require(DISPUTE_SETS)
    holdout = list(holdout)
    capabilities = states.read_capabilities(data)
    sample = read_sample(data, holdout, capabilities if coalitions else None)
    hidden = read_holdout(sample["dispute"], holdout, "dispute")
    episodes = read_episodes(data)
    # A held-out dispute outside the sample is no row, and yet its outcome must not enter a history.
    episodes.loc[episodes["dispute"].isin(holdout), "outcome"] = MISSING_CODE
    histories = Histories(sample, episodes)
    fixed = _fixed_columns(data, sample, capabilities, lag=int(capabilities_of == "before"))
    for name, values in histories.fixed.items():
        fixed[name] = values
    return Panel(
        name="disputes",
        ids=sample["dispute"].to_numpy(),
        outcome=np.where(hidden, -1, sample["outcome"].to_numpy()),
        classes=CLASSES,
        year=sample["year"].to_numpy(),
        group=sample["pair"].to_numpy(),
        factors=FACTORS,
        sources=tuple(data.sources.values()),
        _fixed=fixed,
        _histories=_masked(histories, hidden),
    )


def _masked(histories: Histories, hidden: Mask) -> Callable[[Mask], dict[str, Array]]:
    return lambda mask: histories.columns(mask | hidden)


def read_sample(
    data: DataFolder, held: Sequence[int] = (), coalitions: StateYears | None = None
) -> pd.DataFrame:
    """The sample, in order of onset: states, pair, month of onset, class, aims of each side.

    Disputes of `held` whose outcome the data leave out belong to it too, with class -1. Given the
    states' capabilities as `coalitions`, so do disputes of several states on a side.
    """
    table = data.read("gml_dirdisp", _SAMPLE)
    table = table[(table["sidea1"] == 1) & (table["midonset"] == 1)]
    unknown = table["dispnum"].isin(list(held)) & ~(table["outcome"] > 0)
    table = table[table["outcome"].isin(list(_CLASS)) | unknown]
    alone = (table["numa"] == 1) & (table["numb"] == 1)
    chosen = table[alone]
    if coalitions is not None:
        chosen = pd.concat([chosen, _foremost(table[~alone], coalitions)])
    month = chosen["stmon"].where(chosen["stmon"].between(1, 12), 1)
    sample = pd.DataFrame(
        {
            "dispute": chosen["dispnum"],
            "a": chosen["ccode1"],
            "b": chosen["ccode2"],
            "pair": pairs.pair_key(chosen["ccode1"], chosen["ccode2"]),
            "year": chosen["year"],
            "month": month,
            "start": 12 * chosen["year"] + month,
            "outcome": chosen["outcome"].map(_CLASS).fillna(-1).astype(int),
        }
    )
    for side, state in (("a", 1), ("b", 2)):
        aims = chosen[[f"revtype1{state}", f"revtype2{state}"]]
        for code, aim in SOUGHT.items():
            sample[f"{side}__seeks_{aim}"] = (aims == code).any(axis=1).astype(float)
        sample[f"{side}__revisionist"] = (aims > 0).any(axis=1).astype(float)
    return sample.sort_values(["start", "dispute"], ignore_index=True)


def _foremost(table: pd.DataFrame, capabilities: StateYears) -> pd.DataFrame:
    """Of each dispute the pair of states with the most capability among those in it from the start."""
    first = table[(table["orig1"] == 1) & (table["orig2"] == 1)]
    sides = [capabilities.get("cinc", first[state], first["year"]) for state in ("ccode1", "ccode2")]
    ranked = first.assign(a=np.nan_to_num(sides[0]), b=np.nan_to_num(sides[1]))
    return ranked.sort_values(["dispnum", "a", "b", "ccode1", "ccode2"]).drop_duplicates(
        "dispnum", keep="last"
    )


def _fixed_columns(
    data: DataFolder, sample: pd.DataFrame, capabilities: StateYears, lag: int
) -> pd.DataFrame:
    year, before = sample["year"].to_numpy(), sample["year"].to_numpy() - 1
    regimes, majors = states.read_regimes(data), states.read_major_powers(data)
    leaders = states.read_leaders(data)
    columns: dict[str, ArrayLike] = {name: sample[name] for name in sample.columns if "__" in name}
    for side in ("a", "b"):
        state = sample[side].to_numpy()
        facts: dict[str, ArrayLike] = side_columns(capabilities, regimes, state, year, lag)
        facts["major"] = states.is_major(majors, state, sample["start"])
        facts |= _named(states.leader_facts(leaders, state, year, sample["month"]))
        columns |= {f"{side}__{name}": values for name, values in facts.items()}
    pair = sample["pair"].to_numpy()
    columns["contiguity"] = pairs.contiguity(data, pair, sample["start"])
    columns["distance"] = pairs.distance(data, pair, year)
    columns |= _named(pairs.rivalry(data, pair, year))
    columns |= _named(pairs.ally_facts(data, capabilities, sample["a"], sample["b"], before))
    columns |= {"year": year, "month": sample["month"], "initiator": np.ones(len(sample))}
    columns["states"] = capabilities.get("world", sample["a"], year)
    return pd.DataFrame({name: np.asarray(values, dtype=float) for name, values in columns.items()})


def _named(table: pd.DataFrame) -> dict[str, ArrayLike]:
    return {str(name): values for name, values in table.items()}


def side_columns(
    capabilities: StateYears,
    regimes: StateYears,
    state: NDArray[np.int64],
    year: NDArray[np.int64],
    lag: int = 0,
) -> dict[str, ArrayLike]:
    """What a state brings: capabilities (`lag` years before), regime of the year before, region."""
    facts: dict[str, ArrayLike] = {name: capabilities.get(name, state, year - lag) for name in _CAPABILITIES}
    facts["cinc_before"] = capabilities.get("cinc", state, year - 1)
    facts["trend"] = capabilities.get("trend", state, year - 1)
    for name in ("polity2", "v2x_polyarchy", "euds"):
        facts[name] = regimes.get(name, state, year - 1)
    facts["region"] = state // 100.0
    return facts
