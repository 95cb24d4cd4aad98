"""Weights on the simplex learned from outcomes: which family counts how much for who prevails."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from leverage.faults import call_error, name_list
from leverage.lab.families import INDEX_FAMILIES, family_indices
from leverage.lab.outcome.logit import expit
from leverage.lab.panels.panel import A_PREVAILS, STALEMATE, Panel

Array = NDArray[np.float64]
ZERO = 1e-9
"""Slopes below this, as the optimiser leaves them at their bound, are zero."""
PRIOR = 1.0
"""Precision of the normal prior on each slope's distance from their mean; keeps a short history sober."""


@dataclass(frozen=True)
class LearnedWeights:
    """Non-negative weights that sum to one, and how sure they are.

    Attributes
    ----------
    weights : mapping of str to float
        By family; zeros are exact.
    low, high : mapping of str to float
        Central 95 % of the bootstrap.
    zero_share : mapping of str to float
        Share of bootstrap draws in which the weight is zero.
    initiative : float
        Log-odds for having started it.
    steepness : float
        Log-odds from one whole scale to the other: how much the index as a whole tells.
    rows : int
        Decided disputes they were learned from.
    digest : str
        SHA-256 of the indices and outcomes.
    """

    weights: Mapping[str, float]
    low: Mapping[str, float]
    high: Mapping[str, float]
    zero_share: Mapping[str, float]
    initiative: float
    steepness: float
    rows: int
    digest: str

    def without(self, family: str) -> dict[str, float]:
        """The weights with one family left out and the rest rescaled to sum to one.

        Raises
        ------
        InputError
            A family that is not there, or that holds all the weight.
        """
        if family not in self.weights:
            raise call_error(f"there is no family {family!r}", f"use one of: {name_list(self.weights)}")
        rest = {name: weight for name, weight in self.weights.items() if name != family}
        total = sum(rest.values())
        if total <= 0:
            raise call_error(f"{family!r} holds all the weight", "keep it, or learn from other data")
        return {name: weight / total for name, weight in rest.items()}


def fit_simplex(
    leads: ArrayLike, won: ArrayLike, initiator: ArrayLike, prior: float = PRIOR
) -> tuple[Array, float]:
    """Weights of a logit of who prevails: initiative · constant + steepness · Σ wⱼ · leadⱼ.

    Solved for the slopes uⱼ = steepness · wⱼ ≥ 0, in which it is convex, by SLSQP with an analytic
    gradient; a normal prior draws the slopes to their common mean (equal weights).

    Parameters
    ----------
    leads : array-like of shape (rows, families)
        Index of A less that of B, -1..1.
    won : array-like of shape (rows,)
        1 where A prevailed, 0 where B did.
    initiator : array-like of shape (rows,)
        1 where A started it, -1 where B did.
    prior : float
        Precision of the prior; 0 for none.

    Returns
    -------
    slopes : ndarray of shape (families,)
        At or above zero; divided by their sum they are the weights.
    initiative : float
    """
    z = np.column_stack([np.asarray(initiator, dtype=float), np.asarray(leads, dtype=float)])
    target = np.asarray(won, dtype=float)
    size = z.shape[1] - 1
    centred = np.eye(size) - 1.0 / size

    def loss(beta: Array) -> tuple[float, Array]:
        odds = z @ beta
        away = centred @ beta[1:]
        value = np.sum(np.logaddexp(0.0, odds) - target * odds) + 0.5 * prior * away @ away
        gradient = z.T @ (expit(odds) - target)
        gradient[1:] += prior * away
        return float(value) / len(z), gradient / len(z)

    start = np.concatenate([[0.0], np.ones(size)])
    bounds = [(None, None)] + [(0.0, None)] * size
    options = {"ftol": 1e-12, "maxiter": 500}
    found = optimize.minimize(loss, start, jac=True, method="SLSQP", bounds=bounds, options=options)
    slopes = np.where(found.x[1:] < ZERO, 0.0, found.x[1:])
    return slopes, float(found.x[0])


def learn_weights(
    panel: Panel, *, draws: int = 500, seed: int = 0, families: Sequence[str] = INDEX_FAMILIES
) -> LearnedWeights:
    """Learn weights over family indices from the decided disputes of a panel.

    Intervals are from a bootstrap that draws pairs of states.

    Raises
    ------
    InputError
        No decided dispute is known, or no family tells the winner from the loser.
    """
    decided = panel.known & (panel.outcome != STALEMATE)
    if len(np.unique(panel.outcome[decided])) < 2:
        raise call_error("the panel has no win for each side", "give a panel with decided disputes")
    table = panel.features(~panel.known)[decided]
    leads = 2.0 * family_indices(table)[list(families)].to_numpy() - 1.0
    won = (panel.outcome[decided] == A_PREVAILS).astype(float)
    initiator = table["initiator"].to_numpy()
    slopes, initiative = fit_simplex(leads, won, initiator)
    if not slopes.any():
        raise call_error("no family tells who prevailed", "use other weights")
    sample = _bootstrap(leads, won, initiator, panel.group[decided], draws, seed)
    bounds = np.quantile(sample, [0.025, 0.975], axis=0)
    digest = hashlib.sha256(np.ascontiguousarray(np.column_stack([leads, won, initiator])).tobytes())

    def named(values: Array) -> dict[str, float]:
        return dict(zip(families, values.tolist(), strict=True))

    return LearnedWeights(
        weights=named(slopes / slopes.sum()),
        low=named(bounds[0]),
        high=named(bounds[1]),
        zero_share=named((sample == 0).mean(axis=0)),
        initiative=initiative,
        steepness=float(slopes.sum()),
        rows=int(decided.sum()),
        digest=digest.hexdigest(),
    )


def _bootstrap(
    leads: Array, won: Array, initiator: Array, group: NDArray[np.int64], draws: int, seed: int
) -> Array:
    rng = np.random.default_rng(seed)
    members = list(pd.Series(np.arange(len(group))).groupby(group).indices.values())
    sample = []
    for _ in range(draws):
        chosen = np.concatenate([members[k] for k in rng.integers(len(members), size=len(members))])
        slopes, _ = fit_simplex(leads[chosen], won[chosen], initiator[chosen])
        if slopes.any():
            sample.append(slopes / slopes.sum())
    return np.array(sample)
