"""Weights over family indices learned from past disputes, and the file that ships with the package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from leverage.codebook import Codebook
from leverage.faults import call_error
from leverage.lab.baselines import WeightedIndex
from leverage.lab.families import EQUAL, EXPERT, MEANS, family_indices
from leverage.lab.panels.panel import A_PREVAILS, STALEMATE, Panel
from leverage.lab.validation import Contender, Rows, Task, backtest
from leverage.lab.weighting.simplex import DRAWS, PRIOR, SimplexWeights
from leverage.model import LearnedFile
from leverage.render import Column, Table, percent, span

Array = NDArray[np.float64]
INITIATOR = "initiator"
DROPPED = "own_capability"
"""The family that the codebook asks nothing about: it is a fact of the sides, not of an article."""
FOLDS, REPEATS = 10, 5
WARNING = (
    "Proxies differ from what a coder reads in an article: these weights were learned with who seeks "
    "territory for who holds it, years in office and other disputes for time, Polity for domestic support, "
    "the strength of treaty allies for backing. Take them as a second opinion beside stated weights."
)


def learn_weights(
    panel: Panel, *, prior: float = PRIOR, draws: int = DRAWS, seed: int = 0, rows: Rows | None = None
) -> SimplexWeights:
    """Learn weights over family indices from the decided disputes of a panel.

    Parameters
    ----------
    panel : Panel
        Of disputes.
    prior, draws, seed
        As in `SimplexWeights`; draws keep pairs of states whole.
    rows : ndarray of int, optional
        Positions of the rows to learn from; all whose outcome is known where not given.

    Returns
    -------
    SimplexWeights
        Fitted; its weights are of `leverage.lab.families.INDEX_FAMILIES`.

    Raises
    ------
    InputError
        No win for each side, or no family tells who prevailed.
    """
    known = np.flatnonzero(panel.known) if rows is None else rows
    decided = known[panel.outcome[known] != STALEMATE]
    won = (panel.outcome[decided] == A_PREVAILS).astype(int)
    if len(np.unique(won)) < 2:
        raise call_error("the panel has no win for each side", "give a panel with decided disputes")
    hidden = np.ones(len(panel), dtype=bool)
    hidden[known] = False
    table = panel.features(hidden).iloc[decided]
    leads = 2.0 * family_indices(table) - 1.0
    leads[INITIATOR] = table["initiator"]
    learned = SimplexWeights(INITIATOR, prior=prior, draws=draws, seed=seed)
    learned.fit(leads, won, groups=panel.group[decided])
    if not learned.steepness_:
        raise call_error("no family tells who prevailed", "use other weights")
    return learned


@dataclass(frozen=True)
class LearnedIndex:
    """A contender that learns its weights from the training rows, then predicts as `WeightedIndex` does."""

    name: str = "learned weights"
    prior: float = PRIOR

    def predict(self, task: Task) -> Array:
        """Probabilities of the test rows."""
        learned = learn_weights(task.panel, prior=self.prior, draws=0, rows=task.train)
        weights = {str(name): float(weight) for name, weight in learned.weights_.items()}
        return WeightedIndex(self.name, weights).predict(task)


def compare_weightings(
    panel: Panel, *, prior: float = PRIOR, folds: int = FOLDS, repeats: int = REPEATS, seed: int = 0
) -> pd.DataFrame:
    """Learned, equal and expert weights, out of fold, with pairs of states kept whole.

    Returns
    -------
    DataFrame
        A row each; ``auc_decided``, ``prl`` and their spread over the repeats.
    """
    contenders: list[Contender] = [
        LearnedIndex("learned", prior),
        WeightedIndex("equal", EQUAL),
        WeightedIndex("expert", EXPERT),
    ]
    found = backtest(panel, contenders, "grouped", folds=folds, repeats=repeats, seed=seed)
    return found.table()[["auc_decided", "auc_decided_spread", "prl", "prl_spread"]]


def disputes_file(
    panel: Panel, codebook: Codebook, *, prior: float = PRIOR, draws: int = DRAWS, seed: int = 0
) -> LearnedFile:
    """The weights file ``learned:disputes``: all families as learned, own capability dropped.

    Parameters
    ----------
    panel : Panel
        Of disputes.
    codebook : Codebook
        Its factors are the families but for own capability.
    prior, draws, seed
        As in `SimplexWeights`.

    Raises
    ------
    InputError
        As `learn_weights`.
    """
    learned = learn_weights(panel, prior=prior, draws=draws, seed=seed)
    worth = compare_weightings(panel, prior=prior, seed=seed)["auc_decided"]
    return learned.to_file(
        codebook,
        id="learned:disputes",
        title="Weights learned from past disputes",
        author="computed by leverage lab learn disputes",
        reason="What told the winner from the loser in past militarized disputes between two states.",
        dropped=DROPPED,
        means=dict(MEANS),
        auc_decided=_rounded(worth),
        data=[{**vars(source)} for source in panel.sources],
        warning=WARNING,
    )


def learned_table(file: LearnedFile) -> Table:
    """A row for each family: its weight, how sure that is, and the weight without the dropped family."""
    rows = [
        (
            name.replace("_", " "),
            percent(family.weight),
            span(100 * family.low, 100 * family.high, 0),
            percent(family.zero_share),
            percent(file.factors[name]) if name in file.factors else None,
        )
        for name, family in file.families.items()
    ]
    heads = ("Weight", "95 % interval", "Zero in draws", "Rescaled")
    worth = ", ".join(f"{name} {value:.3f}" for name, value in file.auc_decided.items())
    return Table(
        f"{file.title}, from {file.rows} decided disputes",
        [Column("Family"), *(Column(head, "right") for head in heads)],
        rows,
        [f"Who prevailed, out of fold, area under the curve: {worth}.", file.warning],
    )


def _rounded(worth: pd.Series) -> Mapping[str, float]:
    return {str(name): round(float(value), 3) for name, value in worth.items()}
