"""What a trial is worth: out-of-fold log loss of one setting, with every fold's part of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from leverage.lab.metrics import measure
from leverage.lab.panels import Panel
from leverage.lab.tuning.spaces import Settings, Space
from leverage.lab.validation import Backtest, Contender, Rows, Task, backtest

Array = NDArray[np.float64]
SEARCHED = ("log_loss", "prl", "auc_decided")
"""Metrics of a trial; each has a `_spread` too, its standard deviation over the folds."""


@dataclass(frozen=True)
class Plan:
    """How every trial of a study is measured: the same folds for all.

    Attributes
    ----------
    scheme : {"stratified", "grouped"}
    folds, repeats, seed : int
        As for `leverage.lab.validation.backtest`.
    """

    scheme: Literal["stratified", "grouped"]
    folds: int
    repeats: int
    seed: int


@dataclass(frozen=True)
class Measured:
    """What one setting was worth.

    Attributes
    ----------
    metrics : dict of str to float
        `SEARCHED`, their spreads and ``base_log_loss``; nan where a metric cannot be told.
    fold_losses : list of list of float, shape (repeats, folds)
        Mean log loss of the rows of each fold.
    fold_rows : list of list of int, shape (repeats, folds)
    started, ended : float
        Seconds since the epoch by the clock of the machine that measured.
    seconds : float
        CPU seconds of the contender.
    """

    metrics: dict[str, float]
    fold_losses: list[list[float]]
    fold_rows: list[list[int]]
    started: float
    ended: float
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """For a study's storage: JSON without nan."""
        found = asdict(self)
        found["metrics"] = {name: v if np.isfinite(v) else None for name, v in self.metrics.items()}
        return found

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Measured:
        """What `to_dict` wrote."""
        metrics = {name: float("nan") if v is None else float(v) for name, v in data["metrics"].items()}
        return cls(**{**data, "metrics": metrics})


def measure_settings(panel: Panel, space: Space, settings: Settings, plan: Plan) -> Measured:
    """Backtest a model at fixed settings.

    Parameters
    ----------
    panel : Panel
    space : Space
        Builds the contender.
    settings : mapping of str to float
    plan : Plan

    Returns
    -------
    Measured
        The same, but for the clock, for the same panel, settings and plan.
    """
    started = time.time()
    watched = _Watched(space.build(settings))
    result = backtest(panel, [watched], plan.scheme, folds=plan.folds, repeats=plan.repeats, seed=plan.seed)
    told = result.metrics(watched.name)
    names = (*SEARCHED, "base_log_loss")
    metrics = {name: float(np.mean([getattr(each, name) for each in told])) for name in names}
    losses, rows, each = _by_fold(result, watched)
    metrics |= {f"{name}_spread": _spread(each[name]) for name in SEARCHED}
    return Measured(metrics, losses, rows, started, time.time(), result.cpu_seconds[watched.name])


@dataclass
class _Watched:
    """A contender that notes the rows of every fold it predicts."""

    contender: Contender
    tests: list[Rows] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.contender.name

    def predict(self, task: Task) -> Array:
        self.tests.append(task.test)
        return self.contender.predict(task)


def _by_fold(
    result: Backtest, watched: _Watched
) -> tuple[list[list[float]], list[list[int]], dict[str, list[float]]]:
    place = {row: number for number, row in enumerate(result.rows.tolist())}
    found, repeats = result.probabilities[watched.name], len(result.base)
    losses: list[list[float]] = []
    rows: list[list[int]] = []
    each: dict[str, list[float]] = {name: [] for name in SEARCHED}
    folds = len(watched.tests) // repeats
    for number, test in enumerate(watched.tests):
        repeat, fold = divmod(number, folds)
        at = [place[row] for row in test.tolist()]
        metrics = measure(found[repeat, at], result.outcome[at], result.base[repeat, at])
        if not fold:
            losses.append([])
            rows.append([])
        losses[-1].append(metrics.log_loss)
        rows[-1].append(len(at))
        for name in SEARCHED:
            each[name].append(float(getattr(metrics, name)))
    return losses, rows, each


def _spread(values: Sequence[float]) -> float:
    told = [value for value in values if np.isfinite(value)]
    return float(np.std(told)) if len(told) > 1 else float("nan")


def chosen_elsewhere(losses: Array, rows: Array) -> float:
    """The log loss of settings that are chosen, for each fold, on the other folds of its repeat.

    The least loss of a search is optimistic, because the rows that it is told on have chosen it. Here
    no fold has a say in what it is measured by.

    Parameters
    ----------
    losses : ndarray of shape (trials, repeats, folds)
    rows : ndarray of shape (repeats, folds)
        Weights of the folds.

    Returns
    -------
    float
        With one repeat never below the least mean loss of a trial.
    """
    sums = losses * rows
    others = sums.sum(axis=2, keepdims=True) - sums
    best = np.argmin(others, axis=0)
    told = np.take_along_axis(sums, best[None], axis=0)[0]
    return float(told.sum() / rows.sum())
