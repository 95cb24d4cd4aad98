"""P(Σ d G > 0) for independent gamma numbers G: the characteristic function inverted numerically.

With K(s) = −Σ α ln(1 − s d), the logarithm of the moment generating function,

    P(Σ d G > 0) = 1 / (2πi) ∫ e^K(s) / s ds        along a vertical line at some c > 0,

and P(Σ d G < 0) is minus that along a line at c < 0. On the axis itself this is Gil-Pelaez's formula
(1951). Through the saddle point of K(s) − ln |s| the integrand neither oscillates much nor cancels,
so that the smaller tail keeps its relative accuracy, however high the concentration.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# With y = width · sinh x the integrand is smooth and falls at least exponentially, and the trapezoidal
# rule converges geometrically: halving 1/8 takes the error from 1e-12 or less to rounding.
STEP = 1.0 / 16.0
# e^-40 of the whole is below rounding.
NEGLIGIBLE = 40.0
# Complex numbers held at once, 32 MB.
CHUNK = 2_000_000
_BISECTIONS = 40
_LENGTHENINGS = 16


def tail_of_gammas(rows: Array, alphas: Array) -> tuple[Array, Array, Array]:
    """Both tails of Σ d G, shape (pairs,) each, and an estimate of their error.

    Parameters
    ----------
    rows : ndarray, shape (pairs, factors)
        The differences d.
    alphas : ndarray, shape (factors,)
        The gammas' shapes, above 0.

    Returns
    -------
    above, below, error : ndarray, shape (pairs,)
    """
    above, error = np.zeros(len(rows)), np.zeros(len(rows))
    highest, lowest = rows.max(axis=1, initial=0.0), rows.min(axis=1, initial=0.0)
    above[(lowest >= 0) & (highest > 0)] = 1.0
    mixed = np.flatnonzero((lowest < 0) & (highest > 0))
    below = 1.0 - above
    if mixed.size:
        scaled = rows[mixed] / np.abs(rows[mixed]).max(axis=1, keepdims=True)
        above[mixed], below[mixed], error[mixed] = _mixed_tails(scaled, alphas)
    return above, below, error


def _mixed_tails(rows: Array, alphas: Array) -> tuple[Array, Array, Array]:
    total = alphas.sum()
    if total < 1.0:
        # The integrand falls as y^(−1 − Σ α), slowly where Σ α is small. A Dirichlet distribution is the
        # mixture of those that have one of its parameters higher by 1, in the parameters' proportion.
        one_more = alphas + np.eye(len(alphas))
        parts = [_mixed_tails(rows, each) for each in one_more]
        above, below, error = np.tensordot(alphas / total, np.array(parts), axes=1)
        return above, below, error
    # Take the tail that holds less: where the mean lies below 0, the upper one.
    upper = rows @ alphas <= 0
    tail, error = _upper_tail(np.where(upper[:, None], rows, -rows), alphas)
    return np.where(upper, tail, 1.0 - tail), np.where(upper, 1.0 - tail, tail), error


def _upper_tail(rows: Array, alphas: Array) -> tuple[Array, Array]:
    """P(Σ d G > 0) where both signs occur, and how far the rule of twice the step is from it."""
    centre, width = _saddle(rows, alphas)
    reach = _reach(rows, alphas, centre, width)
    tail, coarse = np.empty(len(rows)), np.empty(len(rows))
    # Pairs of a like reach go together, so that none takes nodes that it does not need.
    order = np.argsort(reach)
    start = 0
    while start < len(order):
        size = max(1, int(CHUNK * STEP / (reach[order[start:]][-1] * rows.shape[1])))
        chosen = order[start : start + size]
        nodes = 2 * int(np.ceil(reach[chosen].max() / STEP / 2.0))
        values = _integrand(rows[chosen], alphas, centre[chosen], width[chosen], nodes)
        # The integrand is even: the left half is the right one, and the middle counts once.
        tail[chosen] = STEP * (values.sum(axis=1) - values[:, 0] / 2.0)
        coarse[chosen] = 2.0 * STEP * (values[:, ::2].sum(axis=1) - values[:, 0] / 2.0)
        start += size
    rounding = np.finfo(float).eps * (1.0 + alphas.sum() * tail)
    return np.clip(tail, 0.0, 1.0), np.abs(tail - coarse) + rounding


def _saddle(rows: Array, alphas: Array) -> tuple[Array, Array]:
    """Where K(s) − ln s is least on 0 < s < 1 / max d, and a width that keeps clear of every pole."""
    end = 1.0 / rows.max(axis=1)
    low, high = np.zeros_like(end), end
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2.0
        slope = (alphas * rows / (1.0 - middle[:, None] * rows)).sum(axis=1) - 1.0 / middle
        low, high = np.where(slope < 0, middle, low), np.where(slope < 0, high, middle)
    centre = (low + high) / 2.0
    curvature = (alphas * (rows / (1.0 - centre[:, None] * rows)) ** 2).sum(axis=1) + centre**-2
    return centre, np.minimum(curvature**-0.5, end - centre)


def _reach(rows: Array, alphas: Array, centre: Array, width: Array) -> Array:
    """The x from which on the integrand is negligible."""
    gap = rows / (1.0 - centre[:, None] * rows)
    reach = np.ones(len(rows))
    for _ in range(_LENGTHENINGS):
        # ln |integrand| less its value at 0, with sinh x written as e^x / 2.
        log_y = np.log(width / 2.0) + reach
        with np.errstate(divide="ignore"):
            parts = np.logaddexp(0.0, 2.0 * (np.log(np.abs(gap)) + log_y[:, None]))
        fall = 0.5 * (alphas * parts).sum(axis=1) + np.maximum(0.0, log_y - np.log(centre)) - reach
        short = fall < NEGLIGIBLE
        if not short.any():
            break
        reach = np.where(short, reach * 1.5, reach)
    return reach


def _integrand(rows: Array, alphas: Array, centre: Array, width: Array, nodes: int) -> Array:
    """Real part of e^K(s) / (π s) dy/dx on the line, shape (pairs, nodes + 1)."""
    x = STEP * np.arange(nodes + 1)
    y = width[:, None] * np.sinh(x)
    s = centre[:, None] + 1j * y
    log_mgf = np.zeros(s.shape, dtype=complex)
    for column, alpha in zip(rows.T, alphas, strict=True):
        log_mgf -= alpha * np.log1p(-s * column[:, None])
    values: Array = (np.exp(log_mgf) / s).real * (width[:, None] * np.cosh(x)) / np.pi
    return values
