"""Family indices: each side's standing against the other in five families, by formulas set beforehand.

An index is 0..1 and the two sides' sum to one: 0.5 is level. No formula looks at outcomes or at the
spread of the data; only the weights between families may be learned.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from leverage.lab.outcome.logit import expit

Array = NDArray[np.float64]
INDEX_FAMILIES = (
    "own_capability",
    "territory_held",
    "time_remaining",
    "domestic_support",
    "ally_backing",
)
EQUAL: Mapping[str, float] = MappingProxyType(dict.fromkeys(INDEX_FAMILIES, 0.2))
EXPERT: Mapping[str, float] = MappingProxyType(
    {
        "own_capability": 0.35,
        "territory_held": 0.25,
        "time_remaining": 0.15,
        "domestic_support": 0.10,
        "ally_backing": 0.15,
    }
)
"""What an analyst would set before seeing an outcome: material strength first, then the ground."""
MEANS: Mapping[str, str] = MappingProxyType(
    {
        "own_capability": (
            "Mean of A's shares of the two sides' capability (CINC), military spending and energy."
        ),
        "territory_held": (
            "1 where only the other side seeks territory, 0 where only this side does, else one half."
        ),
        "time_remaining": (
            "Mean of A's share of the two leaders' years in office, each plus one, and of its freedom from "
            "other disputes, 1 / (1 + disputes under way)."
        ),
        "domestic_support": "One half of 1 plus the difference of the two sides' Polity scores over 20.",
        "ally_backing": (
            "One half of 1 plus the difference of the two sides' backing: allies' capability over the sum of "
            "it and the adversary's own; allies of both sides are left out."
        ),
    }
)
"""What each index is, in a sentence."""


def family_indices(table: pd.DataFrame) -> pd.DataFrame:
    """Side A's index in each family; side B's is one less it.

    Own capability: the mean of its share of the two sides' CINC, military spending and energy.
    Territory held: 1 if only the other side seeks territory, 0 if only this side does. Time
    remaining: the mean of its share of leaders' years in office (each plus one) and of freedom from
    other disputes, 1 / (1 + disputes under way); both are Rubinstein's share r' / (r + r') (1982), with a
    cost of waiting that falls with tenure (the hazard of losing office does) and rises with each further
    dispute. Domestic support: half of one plus the difference in Polity scores over 20. Ally backing: half
    of one plus the difference in backing, m / (m + c') with m the capability of the allies that the two
    sides do not have in common and c' the adversary's own: help counts against what it has to hold up
    against, and saturates as the codebook's factor does. What is missing on either side counts as level.

    Parameters
    ----------
    table : DataFrame
        A dispute panel's columns.

    Returns
    -------
    DataFrame of shape (rows, 5)
        Columns `INDEX_FAMILIES`.
    """
    materials = [_share(table, name) for name in ("cinc", "milex_share", "pec_share")]
    seeks_a, seeks_b = _sides(table, "seeks_territory")
    free_a, free_b = (1.0 / (1.0 + fronts) for fronts in _sides(table, "fronts"))
    tenure_a, tenure_b = (1.0 + tenure for tenure in _sides(table, "tenure"))
    polity_a, polity_b = _sides(table, "polity2")
    (ally_a, ally_b), (cinc_a, cinc_b) = _sides(table, "allies"), _sides(table, "cinc")
    patience = [_ratio(tenure_a, tenure_b), _ratio(free_a, free_b)]
    columns = {
        "own_capability": np.mean(materials, axis=0),
        "territory_held": 0.5 + 0.5 * _level(seeks_b - seeks_a),
        "time_remaining": np.mean(patience, axis=0),
        "domestic_support": 0.5 + 0.5 * _level((polity_a - polity_b) / 20.0),
        "ally_backing": 0.5 + 0.5 * _level(_backing(ally_a, cinc_b) - _backing(ally_b, cinc_a)),
    }
    return pd.DataFrame(columns, index=table.index)


CRISIS_UNREST = ("gvinst", "massvl", "socunr", "econdt", "unemp", "inflat", "labstr")
GRAVEST = 7.0
"""The highest code of the gravity of a threat."""


def crisis_indices(table: pd.DataFrame) -> pd.DataFrame:
    """A crisis actor's standing in each family, 0..1, by formulas set beforehand; 0.5 is level.

    Own capability: the mean of its share of the two sides' CINC, military spending and energy.
    Territory held: 1 where the crisis was triggered outside its own territory, 0 where on it. Time
    remaining: one less the gravity of the threat over its highest code, since a grave threat cannot be
    waited out. Domestic support: the share of seven conditions at home that were not getting worse.
    Ally backing: its share of the capability of the two sides' own allies. What is missing counts as
    level.

    Parameters
    ----------
    table : DataFrame
        A crisis panel's columns.

    Returns
    -------
    DataFrame of shape (rows, 5)
        Columns `INDEX_FAMILIES`.
    """
    materials = [_even(expit(table[name].to_numpy())) for name in ("capability", "spending", "energy")]
    calm = 1.0 - table[[f"{name}_worse" for name in CRISIS_UNREST]].mean(axis=1)
    columns = {
        "own_capability": np.mean(materials, axis=0),
        "territory_held": _even(table["trigger_elsewhere"].to_numpy()),
        "time_remaining": _even(1.0 - table["gravty"].to_numpy() / GRAVEST),
        "domestic_support": _even(calm.to_numpy()),
        "ally_backing": _even(expit(table["allies"].to_numpy())),
    }
    return pd.DataFrame(columns, index=table.index)


def _even(x: Array) -> Array:
    return np.where(np.isfinite(x), x, 0.5)


def _sides(table: pd.DataFrame, name: str) -> tuple[Array, Array]:
    return table[f"a__{name}"].to_numpy(dtype=float), table[f"b__{name}"].to_numpy(dtype=float)


def _share(table: pd.DataFrame, name: str) -> Array:
    return _ratio(*_sides(table, name))


def _ratio(a: Array, b: Array) -> Array:
    total = a + b
    share = np.divide(a, total, out=np.full_like(total, 0.5), where=total > 0)
    return np.where(np.isfinite(share), share, 0.5)


def _backing(allies: Array, adversary: Array) -> Array:
    total = allies + adversary
    return np.divide(allies, total, out=np.where(np.isnan(total), np.nan, 0.0), where=total > 0)


def _level(x: Array) -> Array:
    return np.where(np.isfinite(x), x, 0.0)
