"""Robustness over weights beside its peers: ``python bench/robustness.py``.

Peers are measured where they are installed: ``pip install pysensmcda scikit-criteria``. Goals: 1,225 pairs
of 8 factors in 2 ms, 49 flips in 1 ms, rank acceptabilities no slower than pysensmcda's `smaa2`.
"""

from __future__ import annotations

import importlib.util
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog
from timing import report, timed

from leverage.robustness import (
    dirichlet_shares,
    rank_acceptability,
    sample_simplex,
    smallest_l1,
    smallest_l2,
    uniform_shares,
)

ROWS, FACTORS, DRAWS = 50, 8, 10_000
LOOPED = 100  # weightings that a looping peer is given; its time is scaled up to all


def by_partial_fractions(row: np.ndarray) -> Fraction:
    """The exact share ahead of distinct differences, in rationals."""
    values = [Fraction(value) for value in row]
    total = Fraction(0)
    for i, own in enumerate(values):
        if own > 0:
            term = Fraction(1)
            for j, other in enumerate(values):
                if j != i:
                    term *= own / (own - other)
            total += term
    return total


def win_shares(differences: np.ndarray) -> None:
    """Exact shares of every pair of 50 rows, against sampling."""
    weights = sample_simplex(FACTORS, DRAWS, seed=1)
    even = np.full(FACTORS, 1 / FACTORS)
    exact = uniform_shares(differences).ahead
    oracle = [by_partial_fractions(row) for row in differences[:200]]
    worst = max(abs(float(Fraction(float(e)) - o)) for e, o in zip(exact, oracle, strict=False))
    sampled = (differences @ weights.T > 0).mean(axis=1)
    inverted = dirichlet_shares(differences, even, FACTORS).ahead
    report(
        f"Win shares of {len(differences)} pairs of {FACTORS} factors",
        {
            "uniform_shares (exact)": timed(lambda: uniform_shares(differences)),
            "numpy, 10,000 sampled weightings": timed(
                lambda: (differences @ weights.T > 0).mean(axis=1), runs=3
            ),
            "dirichlet_shares (numerical inversion)": timed(
                lambda: dirichlet_shares(differences, even, FACTORS), runs=3
            ),
        },
    )
    print(f"largest error: exact against rationals {worst:.0e}, sampled {np.abs(sampled - exact).max():.3f},")
    print(f"               inverted {np.abs(inverted - exact).max():.0e}")


def programme(row: np.ndarray, weights: np.ndarray) -> float:
    """The smallest change by a linear programme."""
    n = len(row)
    solved = linprog(
        np.ones(2 * n),
        A_eq=np.block([[np.ones((1, n)), -np.ones((1, n))], [row[None], -row[None]]]),
        b_eq=[0.0, -row @ weights],
        bounds=[(0, None)] * n + [(0, w) for w in weights],
        method="highs",
    )
    return float(solved.fun) if solved.status == 0 else np.nan


def flips(values: np.ndarray) -> None:
    """The smallest change of weights for the leader's 49 rivals."""
    weights = np.random.default_rng(2).dirichlet(np.ones(FACTORS))
    first = int(np.argmax(values @ weights))
    rows = values[first] - np.delete(values, first, axis=0)
    turning = rows[rows.min(axis=1) < 0]
    report(
        f"Smallest changes of weights that turn {len(rows)} pairs",
        {
            "smallest_l1 (greedy transfer)": timed(lambda: smallest_l1(rows, weights)),
            "smallest_l2 (projection)": timed(lambda: smallest_l2(rows, weights)),
            "scipy linprog, one a pair": timed(lambda: [programme(row, weights) for row in rows], runs=3),
        },
    )
    solved = np.array([programme(row, weights) for row in turning])
    apart = np.abs(smallest_l1(turning, weights).size - solved).max()
    print(f"largest difference of greedy transfer from the linear programme: {apart:.0e}")


def acceptabilities(values: np.ndarray) -> None:
    """Rank acceptabilities and central weights from 10,000 weightings, the draws included."""
    rows = {
        "rank_acceptability (places, central weights, errors)": timed(
            lambda: rank_acceptability(values, sample_simplex(FACTORS, DRAWS, seed=0))
        )
    }
    if importlib.util.find_spec("pysensmcda"):
        rows["pysensmcda smaa2"] = timed(lambda: _smaa2(values))
    if importlib.util.find_spec("skcriteria"):
        seconds = timed(lambda: _skcriteria(values), runs=1)
        rows[f"scikit-criteria, a loop ({LOOPED} weightings, scaled)"] = [s * DRAWS / LOOPED for s in seconds]
    report(f"Rank acceptability, {DRAWS} weightings × {ROWS} × {FACTORS}", rows)


def _smaa2(values: np.ndarray) -> object:
    from pysensmcda.smaa.smaa2 import smaa2

    return smaa2(_weighted_sum, values, np.ones(FACTORS, dtype=int), num_samples=DRAWS, seed=0)


def _weighted_sum(matrix: np.ndarray, weights: np.ndarray, types: np.ndarray) -> np.ndarray:
    del types
    return matrix @ weights


def _skcriteria(values: np.ndarray) -> object:
    import skcriteria
    from skcriteria.agg.simple import WeightedSumModel

    model = WeightedSumModel()
    return [
        model.evaluate(skcriteria.mkdm(values, [max] * FACTORS, weights=weights)).rank_
        for weights in sample_simplex(FACTORS, LOOPED, seed=0)
    ]


def main() -> None:
    """Measure all three on one table of random values."""
    values = np.random.default_rng(0).random((ROWS, FACTORS))
    first, second = np.triu_indices(ROWS, k=1)
    win_shares(values[first] - values[second])
    flips(values)
    acceptabilities(values)


if __name__ == "__main__":
    main()
