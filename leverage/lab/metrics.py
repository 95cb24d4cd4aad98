"""Metrics of outcome probabilities: log loss and its reduction, Brier, AUC among the decided, calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
Classes = NDArray[np.int64]
SMALLEST = 1e-12
BINS = 10


@dataclass(frozen=True)
class Metrics:
    """What some probabilities were worth.

    Attributes
    ----------
    n : int
        Rows.
    log_loss, base_log_loss : float
        Mean -ln p of what happened, of the model and of the base rates of its training rows.
    prl : float
        Proportional reduction in log loss, 1 - log_loss / base_log_loss.
    brier : float
        Mean sum of squared errors over the classes, 0..2.
    auc_decided : float
        Chance that a row won by A is given better odds for A than one won by B; nan without both.
    calibration_error : float
        Mean distance of stated and observed frequency over ten bins of equal size, each class in
        turn, 0..1.
    """

    n: int
    log_loss: float
    base_log_loss: float
    prl: float
    brier: float
    auc_decided: float
    calibration_error: float


def base_rates(outcome: Classes, classes: int) -> Array:
    """Share of each class, drawn a little to the even share so that none is 0."""
    counts = np.bincount(outcome, minlength=classes) + 1e-3
    return np.asarray(counts / counts.sum())


def row_losses(probabilities: Array, outcome: Classes) -> Array:
    """-ln p of what happened, shape (…, rows) for probabilities of shape (…, rows, classes)."""
    told = probabilities[..., np.arange(len(outcome)), outcome]
    return np.asarray(-np.log(np.maximum(told, SMALLEST)))


def measure(probabilities: Array, outcome: Classes, base: Array) -> Metrics:
    """All metrics of one set of predictions.

    Parameters
    ----------
    probabilities, base : ndarray of shape (rows, classes)
        Of the model, and base rates of the training rows.
    outcome : ndarray of int, shape (rows,)
    """
    loss = float(row_losses(probabilities, outcome).mean())
    reference = float(row_losses(base, outcome).mean())
    happened = np.eye(probabilities.shape[1])[outcome]
    return Metrics(
        n=len(outcome),
        log_loss=loss,
        base_log_loss=reference,
        prl=1.0 - loss / reference,
        brier=float(((probabilities - happened) ** 2).sum(axis=1).mean()),
        auc_decided=auc_decided(probabilities, outcome),
        calibration_error=calibration_error(probabilities, outcome),
    )


def auc_decided(probabilities: Array, outcome: Classes, weight: Array | None = None) -> float:
    """AUC of who prevails among rows that someone won: first class against last.

    Parameters
    ----------
    probabilities : ndarray of shape (rows, classes)
    outcome : ndarray of int, shape (rows,)
    weight : ndarray of shape (rows,), optional
        How often each row counts.
    """
    weights = np.ones((1, len(outcome))) if weight is None else weight[None]
    return float(auc_decided_draws(probabilities, outcome, weights)[0])


def auc_decided_draws(probabilities: Array, outcome: Classes, weights: Array) -> Array:
    """`auc_decided` under many weightings of the rows at once.

    Parameters
    ----------
    probabilities : ndarray of shape (rows, classes)
    outcome : ndarray of int, shape (rows,)
    weights : ndarray of shape (draws, rows)
        How often each row counts in each draw.

    Returns
    -------
    ndarray of shape (draws,)
        nan where a draw has no row that the first class won, or none that the last did.
    """
    last = probabilities.shape[1] - 1
    chosen = np.isin(outcome, [0, last])
    if not chosen.any():
        return np.full(len(weights), np.nan)
    p = np.maximum(probabilities[chosen], SMALLEST)
    odds = np.log(p[:, 0]) - np.log(p[:, last])
    order = np.argsort(odds, kind="stable")
    starts = np.flatnonzero(np.concatenate([[True], np.diff(odds[order]) > 0]))
    w, won = weights[:, chosen][:, order], (outcome[chosen] == 0)[order]
    wins, losses = (np.add.reduceat(w * side, starts, axis=1) for side in (won, ~won))
    below = np.cumsum(losses, axis=1) - losses
    pairs = wins.sum(axis=1) * losses.sum(axis=1)
    ordered = (wins * (below + losses / 2)).sum(axis=1)
    return np.asarray(np.divide(ordered, pairs, out=np.full(len(w), np.nan), where=pairs > 0))


def whether_and_who(probabilities: Array, outcome: Classes, base: Array) -> tuple[float, float]:
    """The proportional reduction in log loss, split into *whether* anyone prevails and *who* does.

    The probability of a win is that of any win times that of this side's, given one; so the log loss is
    that of whether, over all rows, plus that of who, over those that someone won.

    Parameters
    ----------
    probabilities, base : ndarray of shape (rows, 3)
        The middle class is that nobody prevails.
    outcome : ndarray of int, shape (rows,)

    Returns
    -------
    whether, who : float
        Their sum is the PRL; each is a share of the base rates' whole log loss.
    """
    happened = np.asarray(outcome != 1, dtype=np.int64)

    def losses(p: Array) -> tuple[float, float]:
        any_win = np.column_stack([p[:, 1], p[:, 0] + p[:, 2]])
        whether = row_losses(any_win, happened).sum()
        return float(whether), float(row_losses(p, outcome).sum() - whether)

    found, reference = losses(probabilities), losses(base)
    whole = sum(reference)
    return (reference[0] - found[0]) / whole, (reference[1] - found[1]) / whole


def calibration_error(probabilities: Array, outcome: Classes) -> float:
    """Mean over classes and bins of |stated - observed|."""
    tables = [reliability(probabilities[:, k], outcome == k) for k in range(probabilities.shape[1])]
    gaps = [np.average(np.abs(t["stated"] - t["observed"]), weights=t["rows"]) for t in tables]
    return float(np.mean(gaps))


def reliability(stated: Array, happened: NDArray[np.bool_], bins: int = BINS) -> pd.DataFrame:
    """Stated and observed frequency in bins of equal size, for a reliability plot.

    Rows of the same probability are never parted, since nothing but their order could part them: such
    bins are larger, and there are fewer.

    Returns
    -------
    DataFrame
        ``stated``, ``observed`` (means of the bin) and ``rows``.
    """
    order = np.argsort(stated, kind="stable")
    # A bin ends with the last row of its probability.
    ends = np.cumsum([len(part) for part in np.array_split(order, bins)])
    level = stated[order]
    ends = np.unique(np.searchsorted(level, level[ends[ends > 0] - 1], side="right"))
    parts = np.split(order, ends[:-1])
    rows = [(stated[part].mean(), happened[part].mean(), len(part)) for part in parts]
    return pd.DataFrame(rows, columns=["stated", "observed", "rows"])


def wilson(hits: float, n: float, z: float = 1.959964) -> tuple[float, float]:
    """Wilson's 95 % interval (1927) of a share; (0, 1) where there is nothing to count.

    Parameters
    ----------
    hits, n : float
        A tie may count as half a hit.
    z : float
        Quantile of the normal distribution.
    """
    if not n:
        return 0.0, 1.0
    share, square = hits / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * float(np.sqrt(share * (1 - share) / n + square / (4 * n * n)))
    # The share lies within, which rounding could deny at 0 and 1.
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))
