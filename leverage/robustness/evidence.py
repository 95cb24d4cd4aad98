"""What the doubt in the evidence leaves of scores and of their order.

Quantiles ``p05`` and ``p95`` come from draws; ``low`` and ``high`` of a score are something else, outer
bounds. The share of draws in which one row is ahead is `evidence_share`: it says how far the stated
intervals go, not how likely anything is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leverage.codebook import Leaf
from leverage.codebook.value_functions import Linear
from leverage.model import SCALE, TIE, Scores, weigh
from leverage.robustness.drawing import Drawing, source_moments

Array = NDArray[np.float64]
LOWER, UPPER = 0.05, 0.95


@dataclass(frozen=True, kw_only=True)
class DrawnScores:
    """Scores under draws of the evidence, shape (draws, rows) each.

    Where a factor that counts is missing under ``bounds`` there is no distribution of the score: ``low``
    and ``high`` are the scores with the missing factors at their worst and at their best, and part of
    what separates them is not in doubt but unknown. Elsewhere both are the score.
    """

    low: Array
    high: Array

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Rows of which no score is known, shape (rows,)."""
        apart: NDArray[np.bool_] = np.any(self.high - self.low > TIE, axis=0)
        return apart

    def quantiles(self) -> tuple[Array, Array]:
        """p05 and p95 of each row, shape (rows,): of low and of high, so that they hold an interval."""
        return np.quantile(self.low, LOWER, axis=0), np.quantile(self.high, UPPER, axis=0)

    def evidence_share(self, first: int, second: int) -> tuple[float, float]:
        """Least and greatest share of draws in which a row is ahead of another.

        They are the same unless a factor of either is missing: then it is ahead for sure in the one and
        may be ahead in the other.
        """
        least = (self.low[:, first] - self.high[:, second] > TIE).mean()
        most = (self.high[:, first] - self.low[:, second] > TIE).mean()
        return float(least), float(most)


def share_error(share: float, draws: int) -> float:
    """Standard error of a share of draws."""
    return float(np.sqrt(share * (1.0 - share) / draws))


def drawn_scores(drawing: Drawing, scores: Scores) -> DrawnScores:
    """Scores of a table under draws of its evidence.

    Parameters
    ----------
    drawing : Drawing
        Of the same table.
    scores : Scores
        What weighs it.
    """
    v, low, high = drawing.values()
    return weigh_draws(v, low, high, scores)


def weigh_draws(v: Array, v_low: Array, v_high: Array, scores: Scores) -> DrawnScores:
    """Scores of drawn values of shape (draws, rows, leaves)."""
    draws, rows, leaves = v.shape
    lows, highs = (np.where(np.isnan(v), end, v).reshape(-1, leaves) for end in (v_low, v_high))
    found = weigh(v.reshape(-1, leaves), lows, highs, scores.leaf_weights, scores.policy)
    return DrawnScores(low=found.low.reshape(draws, rows), high=found.high.reshape(draws, rows))


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Mean and variance of scores in closed form, shape (rows,); nan where a formula is not linear."""

    mean: Array
    variance: Array


def linear_moments(drawing: Drawing, scores: Scores) -> Moments:
    """Mean and variance of each score in closed form, where every leaf that counts is linear.

    A leaf is linear where it is a reading itself, of a straight value function, whose pieces combine as
    a weighted mean. No piece is behind two leaves, so that variances add up.
    """
    table = scores.table
    mean, variance = np.zeros(table.v.shape), np.zeros(table.v.shape)
    for row in range(len(table.rows)):
        for number, leaf in enumerate(table.leaves):
            mean[row, number], variance[row, number] = _leaf_moments(drawing, row, leaf)
    counted = scores.effective > 0
    weights = SCALE * scores.effective
    return Moments(
        mean=np.where(counted, weights * mean, 0.0).sum(axis=1),
        variance=np.where(counted, weights**2 * variance, 0.0).sum(axis=1),
    )


def _leaf_moments(drawing: Drawing, row: int, leaf: Leaf) -> tuple[float, float]:
    """Mean and variance of a leaf's value; nan where it is missing or not linear."""
    table = drawing.table
    builder = table.builders.get(leaf.factor)
    plain = builder is None or builder.id == "reading"
    if not (plain and isinstance(leaf.value_function, Linear)) or np.isnan(
        table.v[row, table.leaves.index(leaf)]
    ):
        return np.nan, np.nan
    (key,) = [k for k in table.readings.details[row] if k[0] == leaf.factor and _reads(k[1], leaf)]
    if drawing.rule(key, row) == "median":
        return np.nan, np.nan
    sources = drawing.sources[row][key]
    if not sources:  # the codebook's default
        return float(table.v[row, table.leaves.index(leaf)]), 0.0
    mean, variance = source_moments(sources, drawing.doubt.shape)
    bottom, top = leaf.scale.bounds
    x = (mean - bottom) / (top - bottom)
    return (x if leaf.rises else 1.0 - x), variance / (top - bottom) ** 2


def _reads(column: str, leaf: Leaf) -> bool:
    """Whether a column is what a leaf reads: its indicator, or the one reading of its factor."""
    return column == leaf.indicator if leaf.indicator else True
