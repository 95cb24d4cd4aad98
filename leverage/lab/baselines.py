"""Contenders in a backtest: the transparent model and what it has to beat, each tuned in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize

from leverage.lab.families import crisis_indices, family_indices
from leverage.lab.metrics import base_rates, row_losses
from leverage.lab.outcome import (
    CRISIS_TERMS,
    DISPUTE_WHETHER,
    DISPUTE_WHO,
    OutcomeModel,
    PrevailModel,
    Term,
    every_dispute_term,
)
from leverage.lab.outcome.logit import Design, expit, fit_bounded_logit
from leverage.lab.panels.disputes import FACTORS
from leverage.lab.panels.panel import A_PREVAILS, STALEMATE
from leverage.lab.validation import Rows, Task

Array = NDArray[np.float64]
Settings = Mapping[str, Any]
RIDGES_WHETHER = (1.0, 2.0, 4.0, 8.0)
RIDGES_WHO = (7.5, 15.0, 30.0, 60.0)
RIDGES = (20.0, 40.0, 80.0)


def search(task: Task, settings: Iterable[Settings], fit: Callable[[Task, Settings], Array]) -> Settings:
    """The settings with the least log loss over folds inside the training rows.

    Parameters
    ----------
    task : Task
    settings : iterable of mapping
    fit : callable
        Probabilities of a task's test rows under some settings.

    Returns
    -------
    mapping
        The first of the best.
    """
    choices = list(settings)
    if len(choices) == 1:
        return choices[0]
    losses = np.zeros(len(choices))
    for train, test in task.inner():
        inner = Task(task.panel, train, test, task.seed, task.grouped)
        for n, choice in enumerate(choices):
            losses[n] += row_losses(fit(inner, choice), task.panel.outcome[test]).sum()
    return choices[int(np.argmin(losses))]


@dataclass(frozen=True)
class BaseRates:
    """The class shares of the training rows."""

    name: str = "base rates"

    def predict(self, task: Task) -> Array:
        """The same for every test row."""
        classes = len(task.panel.classes)
        return np.tile(base_rates(task.panel.outcome[task.train], classes), (len(task.test), 1))


@dataclass(frozen=True)
class Transparent:
    """The additive outcome model of disputes, its penalties chosen inside the training rows.

    The log loss is a sum of that of *whether* and that of *who*, so that the search over pairs of
    penalties is one over each.
    """

    name: str = "transparent"
    whether: Sequence[Term] = DISPUTE_WHETHER
    who: Sequence[Term] = DISPUTE_WHO
    ridges_whether: Sequence[float] = RIDGES_WHETHER
    ridges_who: Sequence[float] = RIDGES_WHO
    bend: float = 1.5

    def predict(self, task: Task) -> Array:
        """Probabilities of the test rows."""
        table = task.table()
        return self.tuned(task, table).predict_proba(table.iloc[task.test])

    def tuned(self, task: Task, table: pd.DataFrame) -> OutcomeModel:
        """The model with the best penalties, fitted to the training rows."""
        whether, who = self.penalties(task)
        model = OutcomeModel(self.whether, self.who, ridge_whether=whether, ridge_who=who, bend=self.bend)
        return model.fit(table.iloc[task.train], task.panel.outcome[task.train])

    def penalties(self, task: Task) -> tuple[float, float]:
        """The ridges of both parts with the least log loss over folds inside the training rows."""
        if len(self.ridges_whether) == len(self.ridges_who) == 1:
            return self.ridges_whether[0], self.ridges_who[0]
        losses = [np.zeros(len(self.ridges_whether)), np.zeros(len(self.ridges_who))]
        outcome = task.panel.outcome
        for train, test in task.inner():
            table = task.table(train)
            decided = [rows[outcome[rows] != STALEMATE] for rows in (train, test)]
            losses[0] += self._losses(table, train, test, outcome != STALEMATE, whether=True)
            losses[1] += self._losses(table, decided[0], decided[1], outcome == A_PREVAILS, whether=False)
        best = [int(np.argmin(loss)) for loss in losses]
        return self.ridges_whether[best[0]], self.ridges_who[best[1]]

    def _losses(
        self, table: pd.DataFrame, train: Rows, test: Rows, happened: NDArray[np.bool_], whether: bool
    ) -> Array:
        terms, ridges = (self.whether, self.ridges_whether) if whether else (self.who, self.ridges_who)
        design = Design.of(table.iloc[train], terms, antisymmetric=not whether)
        target = happened.astype(float)
        scored = table.iloc[test]
        losses = []
        for ridge in ridges:
            odds = design.fit(target[train], ridge, self.bend * ridge).log_odds(scored)
            losses.append(np.sum(np.logaddexp(0.0, odds) - target[test] * odds))
        return np.array(losses)


def year_only() -> Transparent:
    """What the year alone gives: a curve of time for whether anyone prevails, one constant for who."""
    return Transparent("year only", [Term("year", "row", knots=5, ease=5.0)], [], ridges_who=(15.0,))


def all_terms() -> Transparent:
    """The additive model on every factor in every form, none chosen, under heavier penalties."""
    whether, who = every_dispute_term(FACTORS)
    return Transparent("all terms, none chosen", whether, who, (16.0, 32.0, 64.0), (60.0, 120.0, 240.0))


@dataclass(frozen=True)
class Prevails:
    """The additive model of crisis actors, its penalty chosen inside the training rows."""

    name: str = "transparent"
    terms: Sequence[Term] = CRISIS_TERMS
    ridges: Sequence[float] = RIDGES

    def predict(self, task: Task) -> Array:
        """Probabilities of the test rows."""
        table = task.table()
        return self.tuned(task, table).predict_proba(table.iloc[task.test])

    def tuned(self, task: Task, table: pd.DataFrame) -> PrevailModel:
        """The model with the best penalty, fitted to the training rows."""
        found = search(task, [{"ridge": ridge} for ridge in self.ridges], self._tried)
        return self._fitted(task, table, found["ridge"])

    def _tried(self, task: Task, settings: Settings) -> Array:
        table = task.table()
        return self._fitted(task, table, settings["ridge"]).predict_proba(table.iloc[task.test])

    def _fitted(self, task: Task, table: pd.DataFrame, ridge: float) -> PrevailModel:
        model = PrevailModel(self.terms, ridge=ridge)
        return model.fit(table.iloc[task.train], task.panel.outcome[task.train])


@dataclass(frozen=True)
class CapabilityRatio:
    """An ordered logit on A's share of the two sides' capabilities, as published (PRL 0.018).

    Attributes
    ----------
    multinomial : bool
        A multinomial logit on it instead.
    """

    name: str = "capability ratio"
    multinomial: bool = False

    def predict(self, task: Task) -> Array:
        """Probabilities of the test rows."""
        table = task.table()
        share = (table["a__cinc"] / (table["a__cinc"] + table["b__cinc"])).fillna(0.5).to_numpy()
        outcome = task.panel.outcome[task.train]
        fit = _multinomial if self.multinomial else _ordered
        return fit(share[task.train], outcome, share[task.test])


def _ordered(x: Array, outcome: NDArray[np.int64], new: Array) -> Array:
    """Ordered logit of stalemate between defeat and victory of A, with one predictor."""

    def probabilities(parameters: Array, at: Array) -> Array:
        low, gap, slope = parameters
        lost = expit(low - slope * at)
        not_won = expit(low + np.exp(gap) - slope * at)
        return np.column_stack([1.0 - not_won, not_won - lost, lost])

    def loss(parameters: Array) -> float:
        return float(row_losses(probabilities(parameters, x), outcome).sum())

    found = optimize.minimize(loss, np.array([-3.0, 1.5, 0.0]), method="BFGS")
    return probabilities(found.x, new)


def _multinomial(x: Array, outcome: NDArray[np.int64], new: Array) -> Array:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e4, max_iter=1000).fit(x[:, None], outcome)
    return np.asarray(model.predict_proba(new[:, None]))


@dataclass(frozen=True)
class WeightedIndex:
    """A weighted sum of family indices, turned into probabilities by slopes and constants.

    Of disputes whether anyone prevails is a logit of how far apart the sides are, and who prevails one
    of by how much A is ahead; of crises whether the actor prevails is one of its standing.
    """

    name: str
    weights: Mapping[str, float]

    def predict(self, task: Task) -> Array:
        """Probabilities of the test rows."""
        two = len(task.panel.classes) == 2
        indices = (crisis_indices if two else family_indices)(task.table())
        lead = 2.0 * (indices @ pd.Series(self.weights)).to_numpy() - 1.0
        outcome, train, test = task.panel.outcome, task.train, task.test
        if two:
            won = _slope(lead[train], outcome[train] == A_PREVAILS, lead[test])
            return np.column_stack([won, 1.0 - won])
        decided, gap = train[outcome[train] != STALEMATE], np.abs(lead)
        whether = _slope(gap[train], outcome[train] != STALEMATE, gap[test])
        who = _slope(lead[decided], outcome[decided] == A_PREVAILS, lead[test])
        return np.column_stack([whether * who, 1.0 - whether, whether * (1.0 - who)])


def _slope(x: Array, happened: NDArray[np.bool_], new: Array) -> Array:
    design = np.column_stack([np.ones(len(x)), x])
    beta = fit_bounded_logit(design, happened.astype(float), 1e-6 * np.eye(2), np.zeros(2))
    return expit(beta[0] + beta[1] * new)


@dataclass(frozen=True)
class Trees:
    """Boosted trees or a random forest on every column of the panel.

    Attributes
    ----------
    boosted : bool
    settings : mapping
        Fixed parameters.
    grid : mapping of str to sequence
        Parameters to search inside the training rows; empty for none.
    """

    name: str
    boosted: bool
    settings: Settings = field(default_factory=dict)
    grid: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def predict(self, task: Task) -> Array:
        """Probabilities of the test rows."""
        names = list(self.grid)
        choices = [dict(zip(names, values, strict=True)) for values in product(*self.grid.values())]
        return self._fit(task, search(task, choices, self._fit))

    def _fit(self, task: Task, choice: Settings) -> Array:
        from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

        kind = HistGradientBoostingClassifier if self.boosted else RandomForestClassifier
        table = task.table()
        model = kind(random_state=task.seed, **{**self.settings, **choice})
        model.fit(table.iloc[task.train], task.panel.outcome[task.train])
        return np.asarray(model.predict_proba(table.iloc[task.test]))


def boosted_trees(tuned: bool = False) -> Trees:
    """Boosted trees, at settings that suit a thousand rows or searched around them."""
    fixed = {"learning_rate": 0.05, "l2_regularization": 5.0, "min_samples_leaf": 15}
    grid: dict[str, Sequence[Any]] = {"max_iter": [40, 80, 160], "max_leaf_nodes": [3, 6]}
    if not tuned:
        return Trees("boosted trees", True, {**fixed, "max_iter": 80, "max_leaf_nodes": 6})
    return Trees("boosted trees", True, fixed, grid)


def random_forest(tuned: bool = False) -> Trees:
    """A random forest, at settings that suit a thousand rows or searched around them."""
    fixed = {"n_estimators": 200, "n_jobs": 1}
    grid: dict[str, Sequence[Any]] = {"min_samples_leaf": [2, 4, 8], "max_features": [0.15, 0.3]}
    if not tuned:
        return Trees("random forest", False, {**fixed, "min_samples_leaf": 4, "max_features": 0.3})
    return Trees("random forest", False, fixed, grid)
