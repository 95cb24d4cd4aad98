"""What holds whatever the weights are: stability of each weight, necessary and possible orders, who can lead.

A weight's stability interval moves that weight alone and rescales the others in proportion. Orders under
partial knowledge of the weights are the extremes of a linear function over a set of weightings.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leverage.faults import call_error
from leverage.model import TIE
from leverage.robustness.weight_sets import Intervals, RankOrder

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class WeightSet:
    """The weightings that partial knowledge leaves: all, those of a rank order, of intervals, or of both."""

    factors: int
    order: RankOrder | None = None
    intervals: Intervals | None = None

    def bounds(self) -> list[tuple[float, float]]:
        """Lowest and highest weight of each factor."""
        if self.intervals is None:
            return [(0.0, 1.0)] * self.factors
        return list(zip(self.intervals.low.tolist(), self.intervals.high.tolist(), strict=True))

    def comparisons(self) -> Array:
        """Rows c with c · w ≤ 0: of two factors in places that follow, the later weighs no more."""
        rows = []
        places = self.order.places if self.order else ()
        for heavier, lighter in itertools.pairwise(places):
            for one in heavier:
                for other in lighter:
                    row = np.zeros(self.factors)
                    row[other], row[one] = 1.0, -1.0
                    rows.append(row)
        return np.array(rows).reshape(-1, self.factors)


def weight_intervals(differences: ArrayLike, weights: ArrayLike) -> Array:
    """The interval of each weight within which no pair turns, the others rescaled in proportion: exact.

    Parameters
    ----------
    differences : array-like, shape (pairs, factors)
        Of pairs whose order is to stay: for a leader, its differences to all others; for a ranking,
        those of neighbours.
    weights : array-like, shape (factors,)
        The stated weights. Where one is 1, what it gives up is shared out evenly among the others.

    Returns
    -------
    ndarray, shape (factors, 2)
        Lowest and highest weight, which hold the stated one.
    """
    rows, stated = np.asarray(differences, dtype=float), np.asarray(weights, dtype=float)
    gaps = rows @ stated
    rows = np.where(gaps[:, None] < 0, -rows, rows)
    rest = 1.0 - stated
    others = np.abs(gaps)[:, None] - rows * stated
    even = (rows.sum(axis=1, keepdims=True) - rows) / max(1, rows.shape[1] - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        base = np.where(rest > 0, others / rest, even)
        # The gap is t d + (1 − t) base: a straight line in the weight t, at a tie where it crosses 0.
        tie = base / (base - rows)
    ends = np.array([[0.0, 1.0]] * len(stated))
    if len(stated) == 1:
        return np.array([[1.0, 1.0]])
    if len(rows):
        falls, rises = rows < base, rows > base
        ends[:, 1] = np.where(falls & (rows < 0), tie, 1.0).min(axis=0)
        ends[:, 0] = np.where(rises & (base < 0), tie, 0.0).max(axis=0)
    return np.column_stack([np.minimum(ends[:, 0], stated), np.maximum(ends[:, 1], stated)])


def extreme_gaps(differences: ArrayLike, known: WeightSet) -> Array:
    """Least and greatest gap of each pair over a set of weightings, by linear programmes.

    Parameters
    ----------
    differences : array-like, shape (pairs, factors)
    known : WeightSet

    Returns
    -------
    ndarray, shape (pairs, 2)
        In the differences' unit. Over the whole simplex these are the least and greatest difference.

    Raises
    ------
    InputError
        No weighting is left.
    """
    rows = np.asarray(differences, dtype=float)
    if known.order is None and known.intervals is None:
        return np.column_stack([rows.min(axis=1), rows.max(axis=1)])
    return np.array([[_least(row, known), -_least(-row, known)] for row in rows]).reshape(-1, 2)


def _least(row: Array, known: WeightSet) -> float:
    from scipy.optimize import linprog

    comparisons = known.comparisons()
    solved = linprog(
        row,
        A_ub=comparisons if len(comparisons) else None,
        b_ub=np.zeros(len(comparisons)) if len(comparisons) else None,
        A_eq=np.ones((1, known.factors)),
        b_eq=[1.0],
        bounds=known.bounds(),
        method="highs",
    )
    if solved.status == 2:
        raise call_error(
            "no weighting keeps to the order and to the intervals", "widen an interval, or change the order"
        )
    return float(solved.fun)


@dataclass(frozen=True, kw_only=True)
class Orders:
    """How rows stand to each other under every weighting of a set; arrays of shape (rows, rows).

    Attributes
    ----------
    necessary : ndarray of bool
        Row i is at least level with row j under all of them.
    possible : ndarray of bool
        Row i is at least level with row j under one of them or more.
    dominated : ndarray of bool, shape (rows,)
        Another row is at least level under all, and ahead under one or more.
    """

    necessary: Mask
    possible: Mask
    dominated: Mask


def orders(values: ArrayLike, known: WeightSet) -> Orders:
    """Necessary and possible orders of rows of points, shape (rows, factors), under partial knowledge."""
    return extreme_orders(values, values, known)


def extreme_orders(low: ArrayLike, high: ArrayLike, known: WeightSet) -> Orders:
    """The same where points are known to lie between two ends: necessary is what holds at all of them.

    Parameters
    ----------
    low, high : array-like, shape (rows, factors)
        Points with what is missing at its worst and at its best; the same where nothing is missing.
    known : WeightSet
    """
    worst, best = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    rows = len(worst)
    first, second = np.nonzero(~np.eye(rows, dtype=bool))
    least, most = np.zeros((2, rows, rows))
    least[first, second] = extreme_gaps(worst[first] - best[second], known)[:, 0]
    most[second, first] = -least[first, second]
    necessary, possible = least >= -TIE, most >= -TIE
    dominated: Mask = np.any(necessary & (most > TIE), axis=0)
    return Orders(necessary=necessary, possible=possible, dominated=dominated)


@dataclass(frozen=True, kw_only=True)
class FirstPlaces:
    """Whether each row can rank first, and the weighting under which it stands best.

    Attributes
    ----------
    margin : ndarray, shape (rows,)
        The most by which it can lead all others at once; 0 where it can share the first place at best,
        below 0 where it never gets there; inf for a single row.
    weights : ndarray, shape (rows, factors)
        A weighting with that margin.
    """

    margin: Array
    weights: Array

    @property
    def possible(self) -> Mask:
        """Whether it can be first, alone or level with others."""
        return self.margin >= -TIE


def first_places(values: ArrayLike, known: WeightSet) -> FirstPlaces:
    """For each row of points, shape (rows, factors), the most by which it can lead: a linear programme each.

    max m  such that  Σ w (v − v_other) ≥ m for every other row, w in the set.
    """
    return best_margins(values, values, known)


def best_margins(own: ArrayLike, others: ArrayLike, known: WeightSet) -> FirstPlaces:
    """The same with a row's points taken from `own` and its rivals' from `others`.

    With what is missing at its best in the one and at its worst in the other, the margin is the most
    that the missing factors leave open.
    """
    from scipy.optimize import linprog

    matrix, rivals = np.asarray(own, dtype=float), np.asarray(others, dtype=float)
    if len(matrix) == 1:
        return FirstPlaces(margin=np.array([np.inf]), weights=np.full((1, known.factors), 1 / known.factors))
    comparisons = known.comparisons()
    margins, chosen = [], []
    for number, points in enumerate(matrix):
        behind = np.delete(rivals, number, axis=0) - points
        limits = np.vstack(
            [
                np.column_stack([behind, np.ones(len(behind))]),
                np.column_stack([comparisons, np.zeros(len(comparisons))]),
            ]
        )
        solved = linprog(
            [*np.zeros(known.factors), -1.0],
            A_ub=limits,
            b_ub=np.zeros(len(limits)),
            A_eq=[[*np.ones(known.factors), 0.0]],
            b_eq=[1.0],
            bounds=[*known.bounds(), (None, None)],
            method="highs",
        )
        if solved.status == 2:
            raise call_error(
                "no weighting keeps to the order and to the intervals",
                "widen an interval, or change the order",
            )
        margins.append(-float(solved.fun))
        chosen.append(solved.x[:-1])
    return FirstPlaces(margin=np.array(margins), weights=np.array(chosen))
