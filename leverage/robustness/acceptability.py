"""Rank acceptability, central weights and confidence factors by sampling weightings (SMAA-2).

After Lahdelma & Salminen (2001). The weightings are drawn by the caller, see
`leverage.robustness.weight_sets`, so that all results of a run can rest on the same draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leverage.model import TIE

Array = NDArray[np.float64]
# Scores held at once, 0.2 MB: they stay near the processor.
CHUNK = 20_000


@dataclass(frozen=True, kw_only=True)
class Acceptability:
    """What draws of weightings say of each row.

    Attributes
    ----------
    ranks : ndarray, shape (rows, rows)
        The share of draws in which row i takes place j + 1. Rows that tie share the better place, so
        that a place's shares may then sum to more or less than 1.
    ranks_error : ndarray, shape (rows, rows)
        Standard errors of the same.
    central : ndarray, shape (rows, factors)
        The mean weighting of the draws in which it is first; nan where it never is.
    central_error : ndarray, shape (rows, factors)
        Standard errors of the same; nan with fewer than two such draws.
    confidence, confidence_error : ndarray, shape (rows,)
        The share of the evidence's draws in which it is first under its central weighting, with its
        standard error; 1 or 0 where the evidence was not drawn, nan where it is never first.
    draws : int
    """

    ranks: Array
    ranks_error: Array
    central: Array
    central_error: Array
    confidence: Array
    confidence_error: Array
    draws: int


def rank_acceptability(
    values: ArrayLike, weights: ArrayLike, evidence: ArrayLike | None = None
) -> Acceptability:
    """Rank acceptabilities, central weights and confidence factors.

    Parameters
    ----------
    values : array-like, shape (rows, factors)
        Points or values, higher is better.
    weights : array-like, shape (draws, factors)
        Sampled weightings.
    evidence : array-like, shape (evidence draws, rows, factors), optional
        Draws of the values, for the confidence factors; `values` alone where not given.

    Returns
    -------
    Acceptability
    """
    matrix, drawn = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    rows, draws = len(matrix), len(drawn)
    counts = np.zeros((rows, rows))
    firsts = np.zeros((rows, drawn.shape[1]))
    squares = np.zeros_like(firsts)
    size = max(1, CHUNK // rows)
    for start in range(0, draws, size):
        part = drawn[start : start + size]
        order, places = ordered(part @ matrix.T)
        counts += np.bincount((order * rows + places).ravel(), minlength=rows * rows).reshape(rows, rows)
        first = np.zeros((len(part), rows))
        draw, place = np.nonzero(places == 0)
        first[draw, order[draw, place]] = 1.0
        firsts += first.T @ part
        squares += first.T @ part**2
    times = counts[:, :1]
    with np.errstate(divide="ignore", invalid="ignore"):
        central = firsts / times
        variance = np.maximum(0.0, squares / times - central**2) * times / (times - 1.0)
        central_error = np.where(times > 1, np.sqrt(variance / times), np.nan)
    shares = counts / draws
    confidence, confidence_error = _confidence(matrix[None] if evidence is None else evidence, central)
    return Acceptability(
        ranks=shares,
        ranks_error=np.sqrt(shares * (1.0 - shares) / draws),
        central=central,
        central_error=central_error,
        confidence=confidence,
        confidence_error=confidence_error,
        draws=draws,
    )


def ordered(scores: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows from the best to the worst of each draw, and their places from 0, shape (draws, rows) each.

    Scores that tie share the better place.
    """
    order = np.argsort(-scores, axis=1)
    ranked = np.take_along_axis(scores, order, axis=1)
    places = np.broadcast_to(np.arange(scores.shape[1]), scores.shape)
    new = ranked[:, :-1] - ranked[:, 1:] > TIE
    if not new.all():
        starts = np.where(np.column_stack([np.ones(len(scores), dtype=bool), new]), places, 0)
        places = np.maximum.accumulate(starts, axis=1)
    return order, places


def _confidence(evidence: ArrayLike, central: Array) -> tuple[Array, Array]:
    """How often each row is first under its central weighting, over the draws of the evidence."""
    drawn = np.asarray(evidence, dtype=float)
    scores = np.einsum("drf,cf->cdr", drawn, np.nan_to_num(central))
    own = np.einsum("cdc->cd", scores)
    share = (own >= scores.max(axis=2) - TIE).mean(axis=1)
    share = np.where(np.isnan(central[:, 0]), np.nan, share)
    return share, np.sqrt(share * (1.0 - share) / len(drawn))
