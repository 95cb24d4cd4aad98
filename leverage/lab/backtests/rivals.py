"""Who runs against whom in a backtest: the transparent model and what it has to beat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import prod
from types import MappingProxyType
from typing import Literal

from leverage.lab import baselines as models
from leverage.lab.families import EQUAL, EXPERT
from leverage.lab.outcome import Term
from leverage.lab.panels import Panel, crisis_panel, dispute_panel
from leverage.lab.validation import Contender, Scheme

PanelName = Literal["disputes", "crises"]
Tuning = Literal["nested", "fixed", "none"]
PANELS: Mapping[str, Callable[..., Panel]] = MappingProxyType(
    {"disputes": dispute_panel, "crises": crisis_panel}
)
FOREST = {"min_samples_leaf": 8, "max_features": 0.15}
"""The forest's settings where it is not tuned, two that its search tries: half the time, less log loss."""
FIXED_RIDGES = (10.0,)


def contenders(name: PanelName, *, full: bool = False) -> list[Contender]:
    """The transparent model first, then what it has to beat.

    Parameters
    ----------
    name : {"disputes", "crises"}
    full : bool
        Whether every rival that has settings searches them inside the training rows, as the
        transparent model does, and the additive model on every term joins them; else trees, forest and
        the rivals on crises keep fixed ones.
    """
    forest = models.random_forest(full)
    if not full:
        forest = replace(forest, settings={**forest.settings, **FOREST})
    weighted: list[Contender] = [
        models.WeightedIndex("expert weights", EXPERT),
        models.WeightedIndex("equal weights", EQUAL),
    ]
    trees: list[Contender] = [models.boosted_trees(full), forest]
    if name == "disputes":
        unchosen = [models.all_terms()] if full else []
        lead: list[Contender] = [models.Transparent(), models.BaseRates(), models.CapabilityRatio()]
        return [*lead, *weighted, models.year_only(), *trees, *unchosen]
    ridges = models.RIDGES if full else FIXED_RIDGES
    ratio = models.Prevails("capability ratio", [Term("capability", "row")], ridges=ridges)
    year = models.Prevails("year only", [Term("year", "row", knots=5)], ridges=ridges)
    return [models.Prevails(), models.BaseRates(), ratio, *weighted, year, *trees]


def default_scheme(name: PanelName) -> Scheme:
    """Stratified folds for disputes, as published; whole crises for crises, whose actors share their end."""
    return "stratified" if name == "disputes" else "grouped"


def tuning_of(contender: Contender) -> Tuning:
    """Whether a contender searches its settings in each fold, has fixed ones, or none."""
    if isinstance(contender, models.Trees):
        choices = prod(len(values) for values in contender.grid.values())
    elif isinstance(contender, models.Transparent):
        choices = max(len(contender.ridges_whether), len(contender.ridges_who))
    elif isinstance(contender, models.Prevails):
        choices = len(contender.ridges)
    else:
        return "none"
    return "nested" if choices > 1 else "fixed"
