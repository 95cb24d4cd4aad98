"""The additive model: score = 100 · Σ wⱼ vⱼ, and nothing else moves a score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from leverage.builders import FeatureTable, Row
from leverage.case import MissingPolicy
from leverage.model.weights import Weights

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
SCALE = 100.0
TIE = 1e-9
Order = Literal["ahead", "behind", "tied", "undecided"]


def effective_weights(weights: Array, missing: Mask, policy: MissingPolicy) -> Array:
    """The weights that count in each row.

    Parameters
    ----------
    weights : ndarray, shape (leaves,)
        Non-negative, summing to one.
    missing : ndarray of bool, shape (rows, leaves)
    policy : {"bounds", "renormalise", "assume"}
        ``renormalise`` spreads the weight of missing leaves over the others in proportion; in a row
        with nothing coded there are no others, and the weights stay. The other policies keep them.

    Returns
    -------
    ndarray, shape (rows, leaves)
    """
    if policy != "renormalise":
        return np.broadcast_to(weights, missing.shape).copy()
    kept = np.where(missing, 0.0, weights)
    total = kept.sum(axis=1, keepdims=True)
    spread: Array = np.divide(kept, total, out=np.broadcast_to(weights, kept.shape).copy(), where=total > 0)
    return spread


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """Values under weights, as arrays; see `weigh`.

    Attributes
    ----------
    effective : ndarray, shape (rows, leaves)
        The weights that count, see `effective_weights`.
    points, points_low, points_high : ndarray, shape (rows, leaves)
        100 · w · v and its outer bounds; ``points`` is nan where the leaf is missing.
    score, low, high : ndarray, shape (rows,)
        0..100. Under ``bounds`` the score is nan where a leaf that counts is missing.
    """

    effective: Array
    points: Array
    points_low: Array
    points_high: Array
    score: Array
    low: Array
    high: Array


@dataclass(frozen=True, kw_only=True)
class Scores(Weighed):
    """Scores of a feature table under one weighting and one policy for missing factors.

    Attributes
    ----------
    table : FeatureTable
    weights : Weights
    policy : str
    leaf_weights : ndarray, shape (leaves,)
        Stated weights: factor weight times share.
    coverage, judged, assumed : ndarray, shape (rows,)
        Stated weight of the leaves with live evidence, the part of it that rests on judgements, and
        the weight of the leaves that rest on an assumption; 0..1.
    """

    table: FeatureTable
    weights: Weights
    policy: MissingPolicy
    leaf_weights: Array
    coverage: Array
    judged: Array
    assumed: Array

    @property
    def rows(self) -> tuple[Row, ...]:
        """Case, scenario and actor of each row."""
        return self.table.rows

    def factor_points(self, points: Array | None = None) -> dict[str, Array]:
        """Points by factor, shape (rows,) each; nan where it is missing, all of it or a leaf that counts."""
        points = self.points if points is None else points
        counted = np.where((self.effective == 0) & np.isnan(points), 0.0, points)
        owners = np.array([leaf.factor for leaf in self.table.leaves])
        own = {name: owners == name for name in self.table.codebook.names}
        absent = {name: np.all(self.table.missing[:, mask], axis=1) for name, mask in own.items()}
        return {name: np.where(absent[name], np.nan, counted[:, own[name]].sum(axis=1)) for name in own}

    def factor_weights(self) -> dict[str, Array]:
        """The weight of each factor that counts in each row, shape (rows,) each."""
        owners = np.array([leaf.factor for leaf in self.table.leaves])
        return {name: self.effective[:, owners == name].sum(axis=1) for name in self.table.codebook.names}

    def missing_factors_mask(self) -> dict[str, Mask]:
        """Where a factor has a missing leaf, shape (rows,) each."""
        owners = np.array([leaf.factor for leaf in self.table.leaves])
        missing = self.table.missing
        return {name: np.any(missing[:, owners == name], axis=1) for name in self.table.codebook.names}

    def missing_factors(self, row: int) -> list[str]:
        """The factors of a row that have a missing leaf."""
        return [name for name, mask in self.missing_factors_mask().items() if mask[row]]

    def order(self, first: int, second: int) -> Order:
        """How a row stands to another: by scores, or by bounds apart where a score is missing."""
        if np.isnan(self.score[[first, second]]).any():
            if self.low[first] > self.high[second]:
                return "ahead"
            return "behind" if self.high[first] < self.low[second] else "undecided"
        gap = self.score[first] - self.score[second]
        return "tied" if abs(gap) <= TIE else ("ahead" if gap > 0 else "behind")

    def to_frame(self) -> pd.DataFrame:
        """Index case, scenario, actor; score, range, coverage, judged, assumed, policy, points by factor."""
        import pandas as pd

        names = ("score", "low", "high", "coverage", "judged", "assumed")
        columns: dict[str, object] = {name: getattr(self, name) for name in names}
        columns |= {"policy": self.policy, **self.factor_points()}
        return pd.DataFrame(columns, index=pd.MultiIndex.from_tuples(self.rows, names=Row._fields))


def score_table(table: FeatureTable, weights: Weights, policy: MissingPolicy = "bounds") -> Scores:
    """Score every row of a feature table.

    Parameters
    ----------
    table : FeatureTable
    weights : Weights
        By the names of the table's factors, exactly.
    policy : {"bounds", "renormalise", "assume"}
        ``assume`` scores like ``bounds``; the assumptions are in the table already.

    Returns
    -------
    Scores
    """
    leaf_weights = weights.over(table.leaves)
    return Scores(
        **vars(weigh(table.v, table.v_low, table.v_high, leaf_weights, policy)),
        table=table,
        weights=weights,
        policy=policy,
        leaf_weights=leaf_weights,
        coverage=table.live @ leaf_weights,
        judged=table.judged @ leaf_weights,
        assumed=table.assumed @ leaf_weights,
    )


def weigh(v: Array, v_low: Array, v_high: Array, leaf_weights: Array, policy: MissingPolicy) -> Weighed:
    """Score plain values.

    Parameters
    ----------
    v, v_low, v_high : ndarray, shape (rows, leaves)
        Leverage values 0..1, nan where missing, and their outer bounds, which are never nan.
    leaf_weights : ndarray, shape (leaves,)
        Non-negative, summing to one.
    policy : {"bounds", "renormalise", "assume"}

    Returns
    -------
    Weighed
    """
    missing = np.isnan(v)
    effective = effective_weights(leaf_weights, missing, policy)
    skipped = missing & (effective == 0) & (policy == "renormalise")
    low, high = (np.where(skipped, 0.0, side) for side in (v_low, v_high))
    points = SCALE * effective * v
    counted = np.where(missing & (effective == 0), 0.0, points)
    return Weighed(
        effective=effective,
        points=points,
        points_low=np.where(skipped, np.nan, SCALE * effective * low),
        points_high=np.where(skipped, np.nan, SCALE * effective * high),
        score=counted.sum(axis=1),
        low=SCALE * (effective * low).sum(axis=1),
        high=SCALE * (effective * high).sum(axis=1),
    )
