"""Sampled weightings and the gaps of pairs whose missing factors' weight is spread over the others.

Such a score is Σ w v / Σ w over what is coded of a row: no sum over the stated weights, so that nothing
but sampling remains.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leverage.model import SCALE, TIE, Scores
from leverage.robustness.weight_sets import Intervals, RankOrder, sample_intervals, sample_simplex

Array = NDArray[np.float64]


def weight_samples(
    stated: Array,
    *,
    samples: int,
    seed: int,
    order: RankOrder | None = None,
    intervals: Intervals | None = None,
    concentration: float | None = None,
) -> dict[str, Array]:
    """Weightings, (samples, factors) each: ``win`` from all; ``ranked``, ``within``, ``near`` if asked."""
    factors = len(stated)
    sets = {"win": sample_simplex(factors, samples, seed)}
    if intervals is not None:
        sets["within"] = sample_intervals(intervals, samples, seed)
    if concentration is not None:
        counted = stated > 0
        drawn = np.random.default_rng(seed).dirichlet(concentration * stated[counted], samples)
        sets["near"] = np.zeros((samples, factors))
        sets["near"][:, counted] = drawn
    if order is not None:
        sets["ranked"] = sample_order(order, factors, samples, seed)
    return sets


def sample_order(order: RankOrder, factors: int, samples: int, seed: int) -> Array:
    """Weightings that keep to a rank order, each as likely as any other, shape (samples, factors)."""
    orders = order.full_orders(factors)
    heaviest_first = np.sort(sample_simplex(factors, samples, seed), axis=1)[:, ::-1]
    # The full orders that are left open are sets of one size, and so get the same number of draws.
    chosen = orders[np.arange(samples) % len(orders)]
    drawn = np.zeros_like(heaviest_first)
    np.put_along_axis(drawn, chosen, heaviest_first, axis=1)
    return drawn


def renormalised_gaps(scores: Scores, pairs: NDArray[np.intp], drawn: Array) -> Array:
    """Gaps of pairs under drawn weights, each row over what is coded of it, shape (pairs, draws)."""
    leaves, names = scores.table.leaves, list(scores.table.codebook.names)
    weights = drawn[:, [names.index(leaf.factor) for leaf in leaves]] * [leaf.share for leaf in leaves]
    coded = ~np.isnan(scores.table.v)
    kept = weights @ coded.T
    total = weights @ np.nan_to_num(scores.table.v).T
    found = SCALE * np.divide(total, kept, out=np.full_like(total, np.nan), where=kept > 0)
    # Where nothing that weighs is coded of a row, it is neither ahead nor behind.
    gaps = np.nan_to_num(found[:, pairs[:, 0]] - found[:, pairs[:, 1]]).T
    return without_noise(gaps)


def without_noise(differences: Array) -> Array:
    """Differences below what the model calls a tie are none: equal actors are equal, not all but equal."""
    return np.where(np.abs(differences) <= TIE, 0.0, differences)
