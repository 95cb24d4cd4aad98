"""Scores of past negotiations under several weightings, as leads of the first side over the second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from leverage.builders import FeatureTable
from leverage.codebook import Codebook
from leverage.faults import InputError
from leverage.lab.families import EXPERT
from leverage.lab.negotiations.loading import Library
from leverage.model import SCALE, Weights, equal_weights, find_weights, score_table

Array = NDArray[np.float64]
LEARNED = "learned:disputes"


class Leads(NamedTuple):
    """What a weighting says of each case.

    Attributes
    ----------
    lead : ndarray of shape (cases,)
        Score of the first side less that of the second, over 100, each over what is coded
        (``renormalise``); nan where nothing that counts is coded on a side.
    common : ndarray of shape (cases,)
        The same over what is coded on both sides alone, so that a side gains nothing from silence on
        its weak points; nan where there is nothing.
    bounds : ndarray of int, shape (cases,)
        1 where the first side is ahead whatever the missing readings are (``bounds``), -1 where the
        second is, 0 where that is open.
    """

    lead: Array
    common: Array
    bounds: NDArray[np.int64]


def weightings(library: Library) -> tuple[dict[str, Weights], list[str]]:
    """Weightings by name, and what is to be told of them.

    Equal weights first, then those an expert would set, those learned from disputes where the project
    ships them, and each factor by itself. None of them knows how a case of the library ended.
    """
    loaded = library.negotiations[0].loaded
    codebook = loaded.codebook
    equal = equal_weights(codebook)
    expert = _expert(codebook)
    found = {"equal weights": equal, "expert weights": expert}
    told = [
        "Expert weights, set before any outcome was looked at, material strength left out: "
        + ", ".join(f"{name} {weight:.2f}" for name, weight in expert.factors.items())
        + "."
    ]
    try:
        learned = find_weights(LEARNED, loaded)
    except InputError:
        told.append(f"Weights {LEARNED} are not among those that fit this codebook, and do not run.")
    else:
        found["learned from disputes"] = learned
        told.append(
            "Learned from disputes: "
            + ", ".join(f"{name} {weight:.2f}" for name, weight in learned.factors.items())
            + "; their proxies are not what a coder reads in an article."
        )
    for name in codebook.names:
        alone = {other: float(other == name) for other in codebook.names}
        found[f"{name} alone"] = Weights(f"{name}-alone", f"{name} alone", "direct", alone)
    return found, told


def _expert(codebook: Codebook) -> Weights:
    """An expert's weights of the families of disputes, on those that are factors of the codebook."""
    stated = {name: EXPERT.get(name, 0.0) for name in codebook.names}
    total = sum(stated.values())
    if not total:
        return equal_weights(codebook)
    return Weights("expert", "Expert weights", "direct", {name: w / total for name, w in stated.items()})


def find_leads(tables: Sequence[FeatureTable], weights: Weights) -> Leads:
    """The lead in each case under one weighting; a table has one row for each of the two sides."""
    lead, common, bounds = [], [], []
    for table in tables:
        own = _restricted(weights, table.codebook)
        first, second = score_table(table, own, "renormalise").score
        lead.append((first - second) / SCALE)
        common.append(_common_lead(table.v, own.over(table.leaves)))
        bounds.append({"ahead": 1, "behind": -1}.get(score_table(table, own, "bounds").order(0, 1), 0))
    return Leads(np.array(lead), np.array(common), np.array(bounds, dtype=np.int64))


def _common_lead(v: Array, weights: Array) -> float:
    """The lead over the leaves that both rows have; v has shape (2, leaves)."""
    kept = np.where(np.isnan(v).any(axis=0), 0.0, weights)
    total = float(kept.sum())
    return float(kept @ np.nan_to_num(v[0] - v[1])) / total if total > 0 else float("nan")


def _restricted(weights: Weights, codebook: Codebook) -> Weights:
    """The weights on a case's own factors, rescaled to sum to one."""
    kept: Mapping[str, float] = {name: weights.factors[name] for name in codebook.names}
    total = sum(kept.values())
    scaled = {name: weight / total if total else 1.0 / len(kept) for name, weight in kept.items()}
    return Weights(weights.id, weights.title, weights.scheme, scaled)
