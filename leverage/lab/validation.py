"""Validation without leakage: folds, the same search for every model, metrics with intervals."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from leverage.faults import call_error
from leverage.lab.metrics import Metrics, auc_decided_draws, base_rates, measure, row_losses
from leverage.lab.panels.panel import Panel

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
Scheme = Literal["stratified", "grouped", "time"]
BLOCKS = ((1915, 1934), (1935, 1949), (1950, 1964), (1965, 1979), (1980, 1994), (1995, 2010))
"""First and last year of each test block of the time-ordered scheme."""


@dataclass(frozen=True)
class Task:
    """What a contender may see: a panel, the rows to train on and those to predict.

    Attributes
    ----------
    panel : Panel
    train, test : ndarray of int
        Row positions. Every row outside `train` is hidden from all histories.
    seed : int
        For folds inside the training rows and for whatever a contender draws.
    grouped : bool
        Whether folds inside keep groups whole, as the outer ones do; those of a linked panel always do.
    """

    panel: Panel
    train: Rows
    test: Rows
    seed: int
    grouped: bool

    def table(self, seen: Rows | None = None) -> pd.DataFrame:
        """Features of all rows, histories knowing the outcomes of `seen` (default `train`) alone."""
        hidden = np.ones(len(self.panel), dtype=bool)
        hidden[self.train if seen is None else seen] = False
        return self.panel.features(hidden)

    def inner(self, folds: int = 5) -> Iterator[tuple[Rows, Rows]]:
        """Folds inside the training rows: pairs of (fit on, score on)."""
        grouped = self.grouped or self.panel.linked
        splits = _splits(self.panel, self.train, folds, self.seed, grouped)
        return iter(splits)


class Contender(Protocol):
    """A model in a backtest: everything it learns, tuning included, comes from a task's training rows."""

    @property
    def name(self) -> str:
        """What tables call it."""
        ...

    def predict(self, task: Task) -> Array:
        """Probabilities of the test rows, shape (test rows, classes)."""
        ...


@dataclass(frozen=True)
class Backtest:
    """Out-of-fold probabilities of several contenders on the same folds, and what they are worth.

    Attributes
    ----------
    panel, scheme : str
    rows : ndarray of int
        Rows predicted, as positions in the panel.
    outcome : ndarray of int
        Their classes.
    clusters : ndarray of int
        Their groups, which bootstrap draws keep whole.
    base : ndarray of shape (repeats, rows, classes)
        Base rates of the training rows of each fold.
    probabilities : dict of str to ndarray of shape (repeats, rows, classes)
    cpu_seconds : dict of str to float
    """

    panel: str
    scheme: str
    rows: Rows
    outcome: NDArray[np.int64]
    clusters: NDArray[np.int64]
    base: Array
    probabilities: Mapping[str, Array]
    cpu_seconds: Mapping[str, float] = field(default_factory=dict)

    def metrics(self, name: str) -> list[Metrics]:
        """Metrics of a contender, one for each repeat."""
        pairs = zip(self.probabilities[name], self.base, strict=True)
        return [measure(p, self.outcome, base) for p, base in pairs]

    def table(self) -> pd.DataFrame:
        """Mean over the repeats of each metric, with its spread (standard deviation over repeats)."""
        rows = {}
        for name in self.probabilities:
            each = pd.DataFrame([vars(metrics) for metrics in self.metrics(name)])
            spread = each.std(ddof=0).add_suffix("_spread")
            rows[name] = pd.concat([each.mean(), spread])
        return pd.DataFrame(rows).T

    def difference(self, name: str, other: str, draws: int = 500, seed: int = 0) -> dict[str, Interval]:
        """Paired bootstrap of ``name`` less ``other`` in PRL and in AUC among the decided.

        Groups are drawn with replacement; both contenders are measured on the same draw, averaged
        over the repeats.
        """
        return self.differences(name, [other], draws, seed)[other]

    def differences(
        self, name: str, others: Sequence[str] | None = None, draws: int = 500, seed: int = 0
    ) -> dict[str, dict[str, Interval]]:
        """`difference` to several contenders (default: all others), on the same draws.

        Returns
        -------
        dict of str to dict
            By contender: ``prl`` and ``auc_decided``.
        """
        against = [n for n in self.probabilities if n != name] if others is None else list(others)
        weights = group_draws(self.clusters, draws, seed)
        mine = self._drawn(name, weights)
        found = {}
        for other in against:
            theirs = self._drawn(other, weights)
            found[other] = {key: central_interval(mine[key] - theirs[key]) for key in mine}
        return found

    def _drawn(self, name: str, weights: Array) -> dict[str, Array]:
        base = row_losses(self.base, self.outcome).mean(axis=0)
        return drawn_metrics(self.probabilities[name], self.outcome, base, weights)


@dataclass(frozen=True)
class Interval:
    """A difference with its central 95 % interval."""

    estimate: float
    low: float
    high: float


def outer_splits(
    panel: Panel, scheme: Scheme, folds: int, repeats: int, seed: int
) -> list[list[tuple[Rows, Rows]]]:
    """Train and test rows of each fold of each repeat; rows with unknown outcome are in neither.

    ``stratified`` keeps class shares, ``grouped`` keeps groups whole as well, ``time`` tests each of
    `BLOCKS` on all earlier years, once.
    """
    known = np.flatnonzero(panel.known)
    if scheme == "time":
        return [list(_time_splits(panel, known))]
    grouped = scheme == "grouped"
    return [_splits(panel, known, folds, seed + repeat, grouped) for repeat in range(repeats)]


def _time_splits(panel: Panel, known: Rows) -> Iterator[tuple[Rows, Rows]]:
    year = panel.year[known]
    for first, last in BLOCKS:
        train, test = known[year < first], known[(year >= first) & (year <= last)]
        if len(test) and len(np.unique(panel.outcome[train])) == len(panel.classes):
            yield train, test


def _splits(panel: Panel, rows: Rows, folds: int, seed: int, grouped: bool) -> list[tuple[Rows, Rows]]:
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    kind = StratifiedGroupKFold if grouped else StratifiedKFold
    outcome = panel.outcome[rows]
    smallest = int(np.bincount(outcome).min())
    if smallest < 2:
        raise call_error(f"a class has {smallest} row(s)", "give a panel with more rows of each outcome")
    splitter = kind(min(folds, smallest), shuffle=True, random_state=seed)
    groups = panel.group[rows] if grouped else None
    return [(rows[a], rows[b]) for a, b in splitter.split(rows, outcome, groups)]


def _one_thread() -> AbstractContextManager[Any]:
    """Keep linear algebra and trees on one thread: on so few rows, waiting threads cost more than they do."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[Any] = threadpool_limits(1)
    return limits


def backtest(
    panel: Panel, contenders: Sequence[Contender], scheme: Scheme = "stratified", *, folds: int = 10,
    repeats: int = 5, seed: int = 0,
) -> Backtest:  # fmt: skip
    """Predict every known row out of fold by every contender, on the same folds.

    Parameters
    ----------
    panel : Panel
    contenders : sequence of Contender
    scheme : str
        See `outer_splits`.
    folds, repeats, seed : int
        The time-ordered scheme has no folds to draw and one repeat.

    Returns
    -------
    Backtest
    """
    runs = outer_splits(panel, scheme, folds, repeats, seed)
    rows = np.sort(np.concatenate([test for _, test in runs[0]]))
    place = {row: n for n, row in enumerate(rows.tolist())}
    shape = (len(runs), len(rows), len(panel.classes))
    base = np.zeros(shape)
    found = {contender.name: np.zeros(shape) for contender in contenders}
    spent = dict.fromkeys(found, 0.0)
    with _one_thread():
        for repeat, splits in enumerate(runs):
            for number, (train, test) in enumerate(splits):
                at = [place[row] for row in test.tolist()]
                base[repeat, at] = base_rates(panel.outcome[train], len(panel.classes))
                task = Task(panel, train, test, seed + 1000 * repeat + number, scheme == "grouped")
                for contender in contenders:
                    start = time.process_time()
                    found[contender.name][repeat, at] = contender.predict(task)
                    spent[contender.name] += time.process_time() - start
    outcome, clusters = panel.outcome[rows], panel.group[rows]
    return Backtest(panel.name, scheme, rows, outcome, clusters, base, found, spent)


def score_holdout(panel: Panel, contenders: Sequence[Contender], seed: int = 0) -> dict[str, Array]:
    """Probabilities for the rows whose outcome the panel does not know, trained on all others."""
    known, unknown = np.flatnonzero(panel.known), np.flatnonzero(~panel.known)
    if not len(unknown):
        raise call_error("no row is held out", "name the held-out numbers when the panel is built")
    task = Task(panel, known, unknown, seed, grouped=False)
    with _one_thread():
        return {contender.name: contender.predict(task) for contender in contenders}


def group_draws(clusters: NDArray[np.int64], draws: int, seed: int) -> Array:
    """How often each row counts: first all once, then in bootstrap draws of whole groups.

    Returns
    -------
    ndarray of shape (1 + draws, rows)
    """
    labels, cluster = np.unique(clusters, return_inverse=True)
    even = np.full(len(labels), 1 / len(labels))
    counts = np.random.default_rng(seed).multinomial(len(labels), even, size=draws)
    return np.concatenate([np.ones((1, len(cluster))), counts[:, cluster]])


def drawn_metrics(
    probabilities: Array, outcome: NDArray[np.int64], base_losses: Array, weights: Array
) -> dict[str, Array]:
    """PRL and AUC among the decided under each weighting of the rows, averaged over the repeats.

    Parameters
    ----------
    probabilities : ndarray of shape (repeats, rows, classes)
    outcome : ndarray of int, shape (rows,)
    base_losses : ndarray of shape (rows,)
        Mean -ln p of the base rates of the training rows.
    weights : ndarray of shape (draws, rows)

    Returns
    -------
    dict of str to ndarray of shape (draws,)
        ``prl`` and ``auc_decided``.
    """
    losses = row_losses(probabilities, outcome).mean(axis=0)
    aucs = [auc_decided_draws(p, outcome, weights) for p in probabilities]
    return {"prl": 1.0 - (weights @ losses) / (weights @ base_losses), "auc_decided": np.mean(aucs, axis=0)}


def central_interval(values: Array) -> Interval:
    """The first of some values, with the central 95 % of the others that are numbers."""
    drawn = values[1:][np.isfinite(values[1:])]
    low, high = np.quantile(drawn, [0.025, 0.975]) if len(drawn) else (np.nan, np.nan)
    return Interval(float(values[0]), float(low), float(high))
