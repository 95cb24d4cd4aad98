"""The panel of militarized disputes: the published sample, one row a dispute, side A against side B."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from leverage.lab.panels import pairs, states
from leverage.lab.panels.history import Histories, read_episodes
from leverage.lab.panels.panel import CLASSES, Factor, Mask, Panel, read_holdout
from leverage.lab.panels.sources import DataFolder
from leverage.lab.panels.states import StateYears

Array = NDArray[np.float64]
_SAMPLE = [
    "dispnum", "ccode1", "ccode2", "year", "midonset", "sidea1", "stmon", "numa", "numb", "outcome",
    "revtype11", "revtype21", "revtype12", "revtype22",
]  # fmt: skip
_CLASS = {1: 0, 4: 0, 5: 1, 2: 2, 3: 2}
SOUGHT = {1: "territory", 2: "policy", 3: "government", 4: "other"}
_CAPABILITIES = ("cinc", *(f"{name}_share" for name in states.COMPONENTS), "quality", "development", "burden")

FACTORS = (
    Factor("cinc", "own capability", "capability (CINC, year of onset)"),
    Factor("cinc_before", "own capability", "capability (CINC, year before)"),
    Factor("milper_share", "own capability", "share of the world's soldiers"),
    Factor("milex_share", "own capability", "share of the world's military spending"),
    Factor("irst_share", "own capability", "share of the world's iron and steel"),
    Factor("pec_share", "own capability", "share of the world's energy"),
    Factor("tpop_share", "own capability", "share of the world's population"),
    Factor("upop_share", "own capability", "share of the world's urban population"),
    Factor("quality", "own capability", "spending per soldier"),
    Factor("development", "own capability", "energy per head"),
    Factor("burden", "own capability", "soldiers per head"),
    Factor("trend", "own capability", "change of capability over five years"),
    Factor("major", "own capability", "being a major power"),
    Factor("seeks_territory", "territory held", "seeking territory"),
    Factor("seeks_policy", "territory held", "seeking a change of policy"),
    Factor("seeks_government", "territory held", "seeking a change of government"),
    Factor("seeks_other", "territory held", "seeking something else"),
    Factor("revisionist", "territory held", "seeking a change of any kind"),
    Factor("contiguity", "territory held", "border (1 land, 6 none)", sided=False),
    Factor("distance", "territory held", "distance", sided=False),
    Factor("rival_spatial", "territory held", "rivalry over territory", sided=False),
    Factor("fronts", "time remaining", "other disputes under way"),
    Factor("tenure", "time remaining", "leader's years in office"),
    Factor("age", "time remaining", "leader's age"),
    Factor("polity2", "domestic support", "Polity score"),
    Factor("v2x_polyarchy", "domestic support", "electoral democracy"),
    Factor("euds", "domestic support", "democracy (extended UDS)"),
    Factor("irregular", "domestic support", "a leader who came in irregularly"),
    Factor("turnover", "domestic support", "leaders in ten years"),
    Factor("allies", "ally backing", "capability of its own allies"),
    Factor("ally_count", "ally backing", "number of its own allies"),
    Factor("shared_allies", "ally backing", "capability of shared allies", sided=False),
    Factor("allied", "ally backing", "a defence pact with each other", sided=False),
    Factor("pair_disputes", "history", "earlier disputes of the pair", sided=False),
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


def dispute_panel(folder: str | Path, holdout: Iterable[int] = ()) -> Panel:
    """Build the panel of disputes from a folder of data sets.

    The sample is that of Carroll & Kenkel (AJPS 63(3), 2019): one state on each side, outcome 1 to
    5; 1 and 4 are a win for side A, 2 and 3 for side B, 5 is a stalemate.

    Parameters
    ----------
    folder : path
        Holds ``gml_dirdisp``, ``cow_nmc`` and the others of `leverage.lab.panels.sources.CITATIONS`.
    holdout : iterable of int
        Numbers of disputes whose outcome is held out: it becomes -1 and enters no history. They
        stay rows of the panel.

    Returns
    -------
    Panel
        Columns ``a__x``, ``b__x`` for what each side has, ``x`` for what the pair shares,
        ``initiator`` 1 where side A took the first action, as the data define side A.
        Capabilities are of the year of onset (``cinc``) and of the year before (``cinc_before``);
        regime and allies of the year before; leaders of the month of onset.

    Raises
    ------
    InputError
        A data set or column that is missing; a number in `holdout` that is not in the sample.
    """
    data = DataFolder(Path(folder))
    holdout = list(holdout)
    sample = read_sample(data, holdout)
    hidden = read_holdout(sample["dispute"], holdout, "dispute")
    histories = Histories(sample, read_episodes(data))
    fixed = _fixed_columns(data, sample)
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


def read_sample(data: DataFolder, held: Sequence[int] = ()) -> pd.DataFrame:
    """The published sample, in order of onset: states, pair, month of onset, class, aims of each side.

    Disputes of `held` whose outcome the data leave out belong to it too, with class -1.
    """
    table = data.read("gml_dirdisp", _SAMPLE)
    alone = (table["numa"] == 1) & (table["numb"] == 1)
    chosen = table[alone & (table["sidea1"] == 1) & (table["midonset"] == 1)]
    unknown = chosen["dispnum"].isin(list(held)) & ~(chosen["outcome"] > 0)
    chosen = chosen[chosen["outcome"].isin(list(_CLASS)) | unknown]
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


def _fixed_columns(data: DataFolder, sample: pd.DataFrame) -> pd.DataFrame:
    year, before = sample["year"].to_numpy(), sample["year"].to_numpy() - 1
    capabilities, regimes = states.read_capabilities(data), states.read_regimes(data)
    majors, leaders = states.read_major_powers(data), states.read_leaders(data)
    columns: dict[str, ArrayLike] = {name: sample[name] for name in sample.columns if "__" in name}
    for side in ("a", "b"):
        state = sample[side].to_numpy()
        facts: dict[str, ArrayLike] = _side_columns(capabilities, regimes, state, year)
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


def _side_columns(
    capabilities: StateYears, regimes: StateYears, state: NDArray[np.int64], year: NDArray[np.int64]
) -> dict[str, ArrayLike]:
    facts: dict[str, ArrayLike] = {name: capabilities.get(name, state, year) for name in _CAPABILITIES}
    facts["cinc_before"] = capabilities.get("cinc", state, year - 1)
    facts["trend"] = capabilities.get("trend", state, year - 1)
    for name in ("polity2", "v2x_polyarchy", "euds"):
        facts[name] = regimes.get(name, state, year - 1)
    facts["region"] = state // 100.0
    return facts


side_columns = _side_columns
