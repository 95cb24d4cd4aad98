"""Which doubt matters most: Sobol's shares of the variance of a score, or of the gap between two.

First order: the part of the variance that would go if this alone were known. Total: the part that would
be left if all else were known. A score is a sum over factors that share no evidence, so over factors both
are the same and exact, given the factors' variances; over pieces of evidence they are sampled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leverage.model import SCALE, Scores
from leverage.robustness.drawing import Drawing, uniform
from leverage.robustness.evidence import weigh_draws

Array = NDArray[np.float64]
SAMPLES = 1_024


@dataclass(frozen=True, kw_only=True)
class VarianceShare:
    """Sobol's shares of one factor or piece of evidence.

    Attributes
    ----------
    name : str
    first, total : float
        First order and total. Sampled ones scatter about the truth, also below 0.
    first_error, total_error : float
        Standard errors; 0 over factors.
    """

    name: str
    first: float
    total: float
    first_error: float = 0.0
    total_error: float = 0.0


def factor_variance_shares(
    values: Array, scores: Scores, row: int, rival: int | None = None
) -> tuple[VarianceShare, ...]:
    """Shares of the variance of a row's score, or of its gap to a rival, by factor; exact over factors.

    Parameters
    ----------
    values : ndarray, shape (draws, rows, leaves)
        Drawn values v, see `Drawing.values`.
    scores : Scores
    row, rival : int
        Rows that both have a score.

    Returns
    -------
    tuple of VarianceShare
        Largest first; empty where nothing is in doubt.
    """
    points = SCALE * scores.effective[row] * np.nan_to_num(values[:, row])
    if rival is not None:
        points = points - SCALE * scores.effective[rival] * np.nan_to_num(values[:, rival])
    owners = np.array([leaf.factor for leaf in scores.table.leaves])
    names = scores.table.codebook.names
    variances = {name: float(points[:, owners == name].sum(axis=1).var()) for name in names}
    whole = sum(variances.values())
    if whole == 0:
        return ()
    ordered = sorted(names, key=lambda name: -variances[name])
    return tuple(
        VarianceShare(name=n, first=variances[n] / whole, total=variances[n] / whole) for n in ordered
    )


def evidence_variance_shares(
    drawing: Drawing, scores: Scores, row: int, rival: int | None = None, samples: int = SAMPLES
) -> tuple[VarianceShare, ...]:
    """Shares of the variance of a row's score, or of its gap to a rival, by piece of evidence; sampled.

    Parameters
    ----------
    drawing : Drawing
        Of the scores' table; the fewer rows it has, the faster.
    scores : Scores
    row, rival : int
        Rows that both have a score.
    samples : int
        The model is computed (pieces + 2) · samples times.

    Returns
    -------
    tuple of VarianceShare
        By total share, largest first; empty where nothing is in doubt.
    """
    # All pieces may count: a row's formula reads its opponents' evidence too.
    names = drawing.names()
    seed = drawing.doubt.seed
    one, other = (
        np.column_stack(
            [uniform(f"{side} {name}", samples, seed) for name in names] or [np.empty((samples, 0))]
        )
        for side in ("one", "other")
    )

    def outcome(parts: Array) -> Array:
        v, low, high = drawing.values(dict(zip(names, parts.T, strict=True)))
        drawn = weigh_draws(v, low, high, scores)
        return drawn.low[:, row] - (0.0 if rival is None else drawn.low[:, rival])

    found = sobol(outcome, one, other, names)
    return tuple(sorted(found, key=lambda share: -share.total))


def sobol(
    outcome: Callable[[Array], Array], one: Array, other: Array, names: tuple[str, ...]
) -> tuple[VarianceShare, ...]:
    """First-order and total shares from two independent samples of the inputs.

    With y(A), y(B) and y(AB_i), whose i-th column is B's: Saltelli's first-order estimator (2010) and
    Jansen's total (1999), each a mean of independent terms, hence their standard errors.

    Parameters
    ----------
    outcome : callable
        From inputs of shape (samples, inputs) to outcomes of shape (samples,).
    one, other : ndarray, shape (samples, inputs)
    names : tuple of str
        The inputs'.

    Returns
    -------
    tuple of VarianceShare
        In the order of the inputs, without those that move nothing at all; empty where none does.
    """
    first, second = outcome(one), outcome(other)
    both = np.concatenate([first, second])
    variance, mean = float(both.var()), float(both.mean())
    # Below this the outcomes differ by rounding alone.
    if not names or variance <= (1e-12 * max(1.0, abs(mean))) ** 2:
        return ()
    shares = []
    for number, name in enumerate(names):
        mixed = one.copy()
        mixed[:, number] = other[:, number]
        moved = outcome(mixed) - first
        if not moved.any():
            continue
        alone, left = (second - mean) * moved / variance, moved**2 / (2.0 * variance)
        errors = [float(terms.std(ddof=1) / np.sqrt(len(terms))) for terms in (alone, left)]
        shares.append(
            VarianceShare(
                name=name,
                first=float(alone.mean()),
                total=float(left.mean()),
                first_error=errors[0],
                total_error=errors[1],
            )
        )
    return tuple(shares)
