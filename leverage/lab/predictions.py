"""Predictions of past rows as a run keeps them, and differences between two sets of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from leverage.lab.metrics import SMALLEST
from leverage.lab.validation import central_interval, drawn_metrics, group_draws

Array = NDArray[np.float64]
HAPPENED, BASE, PROBABILITY = "outcome", "base_rate", "p: "
ROW = ("row", "id", HAPPENED)


def read_exactly(path: Path) -> pd.DataFrame:
    """A CSV file with its numbers to the last digit, which not every version of pandas reads by itself."""
    table = pd.read_csv(path, dtype=str)
    return pd.DataFrame({name: _numbers(table[name]) for name in table})


def _numbers(column: pd.Series) -> pd.Series | NDArray[np.int64] | NDArray[np.float64]:
    """Integers or floats where all that is there are such, else the texts."""
    texts = column.tolist()
    for kind in (int, float):
        try:
            return np.array([kind(text) for text in texts])
        except ValueError:
            continue
    return column


@dataclass(frozen=True)
class Forecast:
    """What a model said of some rows, once or in several repeats.

    Attributes
    ----------
    model : str
    rows : DataFrame of shape (rows, 3)
        ``row``, ``id`` and ``outcome``.
    group : ndarray of shape (rows,)
        Rows of a group are drawn together.
    outcome : ndarray of int, shape (rows,)
        Classes, as columns of `probabilities`.
    base : ndarray of shape (repeats, rows)
        The share that what happened had among the training rows.
    probabilities : ndarray of shape (repeats, rows, classes)
    """

    model: str
    rows: pd.DataFrame
    group: NDArray[np.int64]
    outcome: NDArray[np.int64]
    base: Array
    probabilities: Array

    def same_rows(self, other: Forecast) -> bool:
        """Whether both speak of the same rows, in the same order and with the same outcomes."""
        return bool(self.rows.equals(other.rows))

    @property
    def base_losses(self) -> Array:
        """Mean over the repeats of -ln p of what happened by the base rates, shape (rows,)."""
        losses: Array = -np.log(np.maximum(self.base, SMALLEST)).mean(axis=0)
        return losses


def read_forecasts(path: Path) -> dict[str, Forecast]:
    """By model the predictions of a file that an experiment's backtest wrote."""
    table = read_exactly(path)
    names = [column for column in table if str(column).startswith(PROBABILITY)]
    classes = [str(name).removeprefix(PROBABILITY) for name in names]
    found = {}
    for model, part in table.groupby("model", sort=False):
        part = part.sort_values(["repeat", "row"], kind="stable")
        repeats = part["repeat"].nunique()
        once = part[: len(part) // repeats]
        found[str(model)] = Forecast(
            str(model),
            once[list(ROW)].reset_index(drop=True),
            once["group"].to_numpy(),
            np.array([classes.index(outcome) for outcome in once[HAPPENED]], dtype=np.int64),
            part[BASE].to_numpy().reshape(repeats, -1),
            part[names].to_numpy().reshape(repeats, -1, len(classes)),
        )
    return found


def difference(
    one: Forecast, other: Forecast, draws: int, seed: int
) -> dict[str, tuple[float | None, float | None, float | None]]:
    """Paired bootstrap of `one` less `other` in PRL and in AUC among the decided.

    Groups of rows are drawn with replacement; both are measured on the same draw.

    Returns
    -------
    dict of str to (estimate, low, high)
        The bounds of the central 95 %; None where it cannot be told.
    """
    weights = group_draws(one.group, draws, seed)
    mine, theirs = (
        drawn_metrics(each.probabilities, each.outcome, each.base_losses, weights) for each in (one, other)
    )
    found = {name: central_interval(mine[name] - theirs[name]) for name in mine}
    return {name: (_told(i.estimate), _told(i.low), _told(i.high)) for name, i in found.items()}


def _told(value: float) -> float | None:
    return value if np.isfinite(value) else None
