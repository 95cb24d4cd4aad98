"""Win shares: under which share of all weightings one row of values is ahead of another.

With the differences d of two rows, one a factor, the first is ahead where Σ w d > 0. The weightings
form the simplex: w ≥ 0, Σ w = 1. No function here draws a sample, except `interval_shares`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leverage.faults import call_error
from leverage.robustness._inversion import tail_of_gammas
from leverage.robustness.weight_sets import Intervals, RankOrder, sample_intervals

Array = NDArray[np.float64]
SAMPLES = 10_000


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Shares of the weightings, one a pair; ``ahead + behind + tied`` is 1.

    A single weighting under which two rows tie has no share of its own: ``tied`` is 0, or 1 where the
    rows are equal on all that counts.

    Attributes
    ----------
    ahead, behind, tied : ndarray, shape (pairs,)
        0..1.
    error : ndarray, shape (pairs,)
        An estimate of the numerical error of ``ahead``, or its standard error where it was sampled.
    method : str
        How they were found: ``exact``, ``inversion`` or ``sampling``.
    """

    ahead: Array
    behind: Array
    tied: Array
    error: Array
    method: str


def uniform_shares(differences: ArrayLike) -> Shares:
    """Shares of all weightings, each as likely as any other: exact.

    The part of a simplex on one side of a plane, by convex combinations alone (Varsi 1973, Ali 1973):
    with the positive differences x and the negative ones −y,

        P(j, k) = [y_k P(j − 1, k) + x_j P(j, k − 1)] / (x_j + y_k),   P(0, k) = 1,   P(j, 0) = 0

    is the share where the first j positive and k negative ones sum to less than 0. Nothing is
    subtracted, so that shares are right to some 1e-15, with hundreds of factors too. Zero differences
    drop out.

    Parameters
    ----------
    differences : array-like, shape (pairs, factors)
        First less second, in any unit; only their proportions count.

    Returns
    -------
    Shares

    Examples
    --------
    >>> uniform_shares([[3.0, -1.0]]).ahead
    array([0.75])
    """
    rows = _checked(differences)
    behind = _share_below(rows)
    return _shares(rows, 1.0 - behind, behind, np.zeros(len(rows)), "exact")


def rank_shares(differences: ArrayLike, order: RankOrder) -> Shares:
    """Shares of the weightings that a rank order of the factors allows: exact.

    The weightings of a full order are a simplex again, with the corners (1, 0, 0…), (½, ½, 0…),
    (⅓, ⅓, ⅓, 0…) in that order, so that the differences there are running means. An order with equal
    places is the union of the full orders that it leaves open, all of one size.

    Parameters
    ----------
    differences : array-like, shape (pairs, factors)
    order : RankOrder
        Of the factors' column numbers.
    """
    rows = _checked(differences)
    orders = order.full_orders(rows.shape[1])
    counts = np.arange(1, rows.shape[1] + 1)
    corners = np.cumsum(rows[:, orders], axis=2) / counts
    behind = _share_below(corners.reshape(-1, rows.shape[1])).reshape(len(rows), len(orders))
    equal = ~corners.any(axis=2)
    below = np.where(equal, 0.0, behind).mean(axis=1)
    above = np.where(equal, 0.0, 1.0 - behind).mean(axis=1)
    return Shares(
        ahead=above, behind=below, tied=equal.mean(axis=1), error=np.zeros(len(rows)), method="exact"
    )


def dirichlet_shares(differences: ArrayLike, weights: ArrayLike, concentration: float) -> Shares:
    """Shares under a Dirichlet distribution around stated weights, by numerical inversion.

    Its parameters are concentration · weights. A Dirichlet vector is one of independent gamma numbers
    over their sum, and the sum moves no sign: so the share is that of Σ d G > 0, whose characteristic
    function is known. Its inversion (Gil-Pelaez 1951) runs parallel to the axis through the saddle point.

    Parameters
    ----------
    differences : array-like, shape (pairs, factors)
    weights : array-like, shape (factors,)
        The stated weights; a factor of weight zero drops out.
    concentration : float
        Above 0. With n factors of equal weight, n is uniform; the higher, the closer to the weights.

    Returns
    -------
    Shares
        With an estimate of the numerical error.
    """
    rows, centre = _checked(differences), np.asarray(weights, dtype=float)
    if not (np.isfinite(concentration) and concentration > 0):
        raise call_error(f"the concentration is {concentration:g}", "give a number above 0")
    if centre.shape != rows.shape[1:] or (centre < 0).any() or not centre.sum() > 0:
        raise call_error(f"the weights are {centre.tolist()}", "give one of 0 or above for each factor")
    counted = centre > 0
    rows = rows[:, counted]
    alphas = concentration * centre[counted] / centre[counted].sum()
    ahead, behind, error = tail_of_gammas(rows, alphas)
    return _shares(rows, ahead, behind, error, "inversion")


def interval_shares(
    differences: ArrayLike, intervals: Intervals, *, samples: int = SAMPLES, seed: int = 0
) -> Shares:
    """Shares of the weightings within intervals, by sampling, with standard errors.

    Parameters
    ----------
    differences : array-like, shape (pairs, factors)
    intervals : Intervals
        Lowest and highest weight of each factor.
    samples : int
    seed : int

    See Also
    --------
    leverage.robustness.weight_sets.sample_intervals : How the weightings are drawn.
    """
    rows = _checked(differences)
    drawn = sample_intervals(intervals, samples, seed)
    return sampled_shares(rows @ drawn.T)


def sampled_shares(gaps: Array) -> Shares:
    """Shares of draws in which a gap is above, below or at 0; `gaps` has the shape (pairs, draws)."""
    ahead, behind = (gaps > 0).mean(axis=1), (gaps < 0).mean(axis=1)
    error = np.sqrt(ahead * (1.0 - ahead) / gaps.shape[1])
    return Shares(ahead=ahead, behind=behind, tied=1.0 - ahead - behind, error=error, method="sampling")


def pair_numbers(rows: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Every pair of rows once: the numbers of the first and of the second, each of shape (pairs,)."""
    return np.triu_indices(rows, k=1)


def expected_ranks(values: ArrayLike, shares: Shares | None = None) -> Array:
    """The mean rank of each row over all weightings, exact: 1 and the shares by which others are ahead.

    Parameters
    ----------
    values : array-like, shape (rows, factors)
    shares : Shares, optional
        Of all pairs in the order of `pair_numbers`; uniform where not given.

    Returns
    -------
    ndarray, shape (rows,)
        From 1. Rows that tie share the mean of their places.
    """
    matrix = np.asarray(values, dtype=float)
    first, second = pair_numbers(len(matrix))
    shares = shares or uniform_shares(matrix[first] - matrix[second])
    ranks = np.ones(len(matrix))
    np.add.at(ranks, first, shares.behind + shares.tied / 2.0)
    np.add.at(ranks, second, shares.ahead + shares.tied / 2.0)
    return ranks


def _share_below(rows: Array) -> Array:
    """Share of the simplex where Σ w d < 0, shape (pairs,); of no meaning where all are 0.

    The recursion's table is filled along its diagonals, whose cells do not depend on each other: cell k
    of `table` is P(k, s − k) on the s-th diagonal. A zero counts among both signs and passes through both.
    """
    d = np.ascontiguousarray(rows.T)
    factors = len(d)
    above, below = np.maximum(d, 0.0), np.maximum(-d, 0.0)[::-1]
    table = np.zeros((factors + 1, d.shape[1]))
    table[0] = 1.0
    for diagonal in range(2, 2 * factors + 1):
        lowest, highest = max(1, diagonal - factors), min(factors, diagonal - 1)
        x = above[lowest - 1 : highest]
        y = below[factors - diagonal + lowest : factors - diagonal + highest + 1]
        part = _part(x, y)
        step = table[lowest - 1 : highest] - table[lowest : highest + 1]
        step *= part
        table[lowest : highest + 1] += step
    share: Array = table[factors]
    return share


def _part(x: Array, y: Array) -> Array:
    """The part y / (x + y), and 1 where x is 0: then a row of the table passes on what is above it."""
    total = x + y
    return np.divide(y, total, out=np.ones_like(total), where=x > 0)


def _shares(rows: Array, ahead: Array, behind: Array, error: Array, method: str) -> Shares:
    equal = ~rows.any(axis=1)
    ahead, behind, error = (np.where(equal, 0.0, part) for part in (ahead, behind, error))
    return Shares(ahead=ahead, behind=behind, tied=equal.astype(float), error=error, method=method)


def _checked(differences: ArrayLike) -> Array:
    rows = np.asarray(differences, dtype=float)
    if rows.ndim != 2 or not rows.shape[1]:
        raise call_error(f"the differences have the shape {rows.shape}", "give pairs × factors")
    if not np.isfinite(rows).all():
        raise call_error(
            "a difference is missing or infinite", "give both bounds of a missing factor, one after the other"
        )
    return rows
