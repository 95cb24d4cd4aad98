"""The smallest change of the stated weights that turns a pair: what must count more, and what less.

A change reaches a tie: any step further turns the order. Where one row is nowhere behind the other
(dominance), no weighting turns it and there is no such change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leverage.faults import call_error

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
POINTS = 100.0
# Transfers below this part of all weight are rounding.
TINY = 1e-12
_BISECTIONS = 64
_LONGEST_STEP = 2.0**60


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Changes of weights that bring pairs to a tie, one row a pair.

    Attributes
    ----------
    change : ndarray, shape (pairs, factors)
        New weights less stated ones; each row sums to 0, and is nan where no weighting turns the pair.
    size : ndarray, shape (pairs,)
        Its length in the norm that it is smallest in; nan where there is none, 0 for a pair that ties.
    norm : int
        1, the sum of absolute changes, or 2, Euclid's.
    """

    change: Array
    size: Array
    norm: int


@dataclass(frozen=True)
class Transfer:
    """Weight that moves from one factor to another, in points of 100."""

    source: str
    target: str
    points: float


def smallest_l1(differences: ArrayLike, weights: ArrayLike) -> Changes:
    """The change with the smallest sum of absolute changes, by greedy transfer: exact.

    Every point of weight that moves narrows the gap by the difference it leaves less the one it goes
    to. So all goes to the factor where the leader is furthest behind, first from where it leads most.
    This is the optimum of the linear programme min Σ |Δw| over the simplex.

    Parameters
    ----------
    differences : array-like, shape (pairs, factors)
        First less second, in any unit.
    weights : array-like, shape (factors,)
        The stated weights, summing to 1.

    Returns
    -------
    Changes

    Examples
    --------
    >>> smallest_l1([[3.0, -1.0]], [0.5, 0.5]).change
    array([[-0.25,  0.25]])
    """
    rows, stated, gaps, turns = _turned(differences, weights)
    order = np.argsort(-rows, axis=1, kind="stable")
    ranked = np.take_along_axis(rows, order, axis=1)
    held = stated[order]
    narrows = ranked - ranked[:, -1:]
    narrowed = np.cumsum(held * narrows, axis=1)
    left = np.maximum(0.0, gaps[:, None] - (narrowed - held * narrows))
    gives = np.minimum(held, np.divide(left, narrows, out=np.zeros_like(left), where=narrows > 0))
    change = np.empty_like(rows)
    np.put_along_axis(change, order, -gives, axis=1)
    receivers = order[:, -1:]
    np.put_along_axis(change, receivers, gives[:, :-1].sum(axis=1, keepdims=True), axis=1)
    return _changes(change, turns, norm=1)


def smallest_l2(differences: ArrayLike, weights: ArrayLike) -> Changes:
    """The shortest change in Euclid's sense: the projection of the weights onto the weightings that tie.

    The projection onto {w ≥ 0, Σ w = 1, Σ w d = 0} is that of w − μ d onto the simplex, at the one μ
    where the gap is 0; the gap falls as μ rises, so μ is bracketed, and then solved for on the factors
    that keep weight.

    Parameters
    ----------
    differences : array-like, shape (pairs, factors)
    weights : array-like, shape (factors,)

    Returns
    -------
    Changes
    """
    rows, stated, gaps, turns = _turned(differences, weights)
    scale = np.abs(rows).max(axis=1, keepdims=True)
    rows = np.divide(rows, scale, out=np.zeros_like(rows), where=scale > 0)
    open_ = turns & (gaps > 0)
    change = np.zeros_like(rows)
    if open_.any():
        change[open_] = _tying(rows[open_], stated) - stated
    return _changes(change, turns, norm=2)


def transfers(change: ArrayLike, names: tuple[str, ...]) -> tuple[Transfer, ...]:
    """A change as moves of weight between factors, largest first; at most one move fewer than factors.

    Parameters
    ----------
    change : array-like, shape (factors,)
        Sums to 0.
    names : tuple of str
        The factors'.
    """
    left = np.array(change, dtype=float)
    moves = []
    while left.max(initial=0.0) > TINY and left.min(initial=0.0) < -TINY:
        source, target = int(left.argmin()), int(left.argmax())
        amount = float(min(-left[source], left[target]))
        moves.append(Transfer(names[source], names[target], POINTS * amount))
        left[source] += amount
        left[target] -= amount
    return tuple(moves)


def _turned(differences: ArrayLike, weights: ArrayLike) -> tuple[Array, Array, Array, Mask]:
    """The differences seen from whoever leads, the weights, the gaps, and which pairs can turn."""
    rows, stated = np.asarray(differences, dtype=float), np.asarray(weights, dtype=float)
    if rows.ndim != 2 or stated.shape != rows.shape[1:]:
        raise call_error(
            f"differences of the shape {rows.shape} and weights of {stated.shape} do not fit",
            "give pairs × factors, and a weight for each factor",
        )
    if not np.isfinite(rows).all():
        raise call_error("a difference is missing or infinite", "give both bounds, one after the other")
    gaps = rows @ stated
    rows = np.where(gaps[:, None] < 0, -rows, rows)
    turns = (rows.min(axis=1) < 0) | (gaps == 0)
    return rows, stated, np.abs(gaps), turns


def _changes(change: Array, turns: Mask, norm: int) -> Changes:
    change = np.where(turns[:, None], change, np.nan)
    return Changes(change=change, size=np.linalg.norm(change, norm, axis=1), norm=norm)


def _tying(rows: Array, stated: Array) -> Array:
    """The nearest weightings that tie, for pairs with a gap and a factor that narrows it."""
    low, high = np.zeros(len(rows)), np.ones(len(rows))
    while True:
        ahead = _gap(rows, stated, high) > 0
        if not ahead.any() or high.max() > _LONGEST_STEP:
            break
        high = np.where(ahead, 2.0 * high, high)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2.0
        ahead = _gap(rows, stated, middle) > 0
        low, high = np.where(ahead, middle, low), np.where(ahead, high, middle)
    return _polished(rows, stated, _on_simplex(stated - high[:, None] * rows))


def _gap(rows: Array, stated: Array, step: Array) -> Array:
    gap: Array = (rows * _on_simplex(stated - step[:, None] * rows)).sum(axis=1)
    return gap


def _on_simplex(points: Array) -> Array:
    """Each row's nearest point of the simplex: all lowered by one amount, and cut at 0."""
    ranked = -np.sort(-points, axis=1)
    counts = np.arange(1, points.shape[1] + 1)
    excess = (np.cumsum(ranked, axis=1) - 1.0) / counts
    kept = (ranked > excess).sum(axis=1)
    lowered: Array = points - np.take_along_axis(excess, kept[:, None] - 1, axis=1)
    return np.maximum(lowered, 0.0)


def _polished(rows: Array, stated: Array, near: Array) -> Array:
    """Solve for the projection on the factors that keep weight, where rounding left a gap."""
    kept = (near > TINY).astype(float)
    count, first = kept.sum(axis=1), (kept * rows).sum(axis=1)
    second = (kept * rows**2).sum(axis=1)
    over, gap = (kept * stated).sum(axis=1) - 1.0, (kept * rows * stated).sum(axis=1)
    determinant = count * second - first**2
    solved = determinant > TINY
    safe = np.where(solved, determinant, 1.0)
    shift = (second * over - first * gap) / safe
    step = (count * gap - first * over) / safe
    exact = kept * (stated - shift[:, None] - step[:, None] * rows)
    better = solved & (exact >= -TINY).all(axis=1)
    return np.where(better[:, None], np.maximum(exact, 0.0), near)
