"""What leads are worth: measures that do not change when the two sides of a case are exchanged.

Which side of a case comes first is arbitrary, so every case counts both ways round: with its lead and
its end, and with both turned over. A coin gives 0.5 and a log loss of ln 2.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from leverage.lab.metrics import auc_decided_draws
from leverage.lab.outcome.logit import expit

Array = NDArray[np.float64]
PRIOR = 0.01
"""Precision of the normal prior on the slope: 10 log-odds for a lead of the whole scale is one sd."""
COIN = float(np.log(2.0))


class Hits(NamedTuple):
    """How often the side with the higher score got more; a case without a lead counts as half a hit."""

    right: int
    wrong: int
    open: int

    @property
    def total(self) -> float:
        """Hits, ties as halves."""
        return self.right + self.open / 2


def fit_slope(winners: Array, prior: float = PRIOR) -> float:
    """The slope b ≥ 0 of P(this side got more) = 1 / (1 + exp(-b · lead)), by penalised likelihood.

    The logit runs through the origin: without a lead it says a half. A higher score claims to help, so
    the slope may be zero and not negative.

    Parameters
    ----------
    winners : ndarray of shape (cases,)
        Lead of the side that got more over the other.
    prior : float
        Precision of the prior on b; keeps it finite where the higher score always got more.

    Examples
    --------
    >>> round(fit_slope(np.array([0.2, 0.2, 0.2, -0.2]), prior=0.0), 6)
    5.493061
    """
    slope = 0.0
    for _ in range(100):
        missed = expit(-slope * winners)
        gradient = prior * slope - winners @ missed
        curvature = prior + (winners**2) @ (missed * (1.0 - missed))
        if curvature <= 0:
            break
        step = float(np.clip(gradient / curvature, -20.0, 20.0))
        slope -= step
        if abs(step) < 1e-12 * (1.0 + abs(slope)):
            break
    return max(0.0, float(slope))


def leave_one_out(lead: Array, end: NDArray[np.int64]) -> Array:
    """P(the first side got more) of each case, the slope fitted to all other decided cases.

    Parameters
    ----------
    lead : ndarray of shape (cases,)
        No nan.
    end : ndarray of int, shape (cases,)
        1 where the first side got more, -1 where the second did, 0 where they are even.
    """
    rows = np.arange(len(lead))
    p = np.empty(len(lead))
    for row in rows:
        others = (rows != row) & (end != 0)
        p[row] = expit(np.array([fit_slope(lead[others] * end[others]) * lead[row]]))[0]
    return p


def count_hits(call: Array, end: NDArray[np.int64]) -> Hits:
    """Calls by their sign (0 for none) against the ends of decided cases."""
    agreed = np.sign(call) * end
    decided = end != 0
    return Hits(int((agreed > 0).sum()), int((agreed < 0).sum()), int((decided & (np.sign(call) == 0)).sum()))


def auc_draws(lead: Array, end: NDArray[np.int64], weights: Array) -> Array:
    """AUC of the leads among decided cases, every case both ways round, under several weightings.

    Parameters
    ----------
    lead, end : ndarray of shape (cases,)
    weights : ndarray of shape (draws, cases)

    Returns
    -------
    ndarray of shape (draws,)
        nan where a draw has no decided case.
    """
    decided = end != 0
    p = expit(np.concatenate([lead[decided], -lead[decided]]))
    outcome = np.where(np.concatenate([end[decided], -end[decided]]) > 0, 0, 1)
    both = np.tile(weights[:, decided], (1, 2))
    return auc_decided_draws(np.column_stack([p, 1.0 - p]), outcome, both)


def rank_agreement(lead: Array, margin: Array) -> float:
    """Kendall's τ-b of leads and margins over all cases, every case both ways round; nan without a spread."""
    from scipy.stats import kendalltau

    if not np.any(lead) or not np.any(margin):
        return float("nan")
    x, y = np.concatenate([lead, -lead]), np.concatenate([margin, -margin])
    return float(kendalltau(x, y).statistic)
