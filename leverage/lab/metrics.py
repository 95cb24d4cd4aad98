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
    last = probabilities.shape[1] - 1
    weight = np.ones(len(outcome)) if weight is None else weight
    chosen = np.isin(outcome, [0, last]) & (weight > 0)
    p, won, w = probabilities[chosen], outcome[chosen] == 0, weight[chosen]
    if not len(p) or won.all() or not won.any():
        return float("nan")
    odds = np.log(np.maximum(p[:, 0], SMALLEST)) - np.log(np.maximum(p[:, last], SMALLEST))
    level, at = np.unique(odds, return_inverse=True)
    wins = np.bincount(at, weights=w * won, minlength=len(level))
    losses = np.bincount(at, weights=w * ~won, minlength=len(level))
    below = np.cumsum(losses) - losses
    return float(wins @ (below + losses / 2) / (wins.sum() * losses.sum()))


def calibration_error(probabilities: Array, outcome: Classes) -> float:
    """Mean over classes and bins of |stated - observed|."""
    tables = [reliability(probabilities[:, k], outcome == k) for k in range(probabilities.shape[1])]
    gaps = [np.average(np.abs(t["stated"] - t["observed"]), weights=t["rows"]) for t in tables]
    return float(np.mean(gaps))


def reliability(stated: Array, happened: NDArray[np.bool_], bins: int = BINS) -> pd.DataFrame:
    """Stated and observed frequency in bins of equal size, for a reliability plot.

    Returns
    -------
    DataFrame
        ``stated``, ``observed`` (means of the bin) and ``rows``.
    """
    order = np.argsort(stated, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    rows = [(stated[part].mean(), happened[part].mean(), len(part)) for part in parts]
    return pd.DataFrame(rows, columns=["stated", "observed", "rows"])
