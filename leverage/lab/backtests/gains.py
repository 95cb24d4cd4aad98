"""Where a model's gain comes from: the transparent model with groups of terms added and left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from leverage.lab.backtests.documents import Gains, GroupGain
from leverage.lab.backtests.rivals import PanelName
from leverage.lab.baselines import RIDGES, RIDGES_WHETHER, RIDGES_WHO, Prevails, Transparent
from leverage.lab.outcome import Term
from leverage.lab.panels import FAMILIES, Panel
from leverage.lab.validation import Backtest, Contender, Scheme, backtest

YEAR = "the year"
REPEATS = 2
"""Repeats of the folds at most; differences of groups are far larger than those of folds."""


class Group(NamedTuple):
    """Terms of one family; the year stands by itself."""

    name: str
    factors: frozenset[str]


def groups_of(panel: Panel, terms: Sequence[Term]) -> list[Group]:
    """The year, then the families of a panel's factors in `FAMILIES` order, those that have a term."""
    used = {term.factor for term in terms}
    family = {factor.name: factor.family for factor in panel.factors}
    found = [Group(YEAR, frozenset({"year"}))]
    for name in FAMILIES:
        own = {f for f in used if family.get(f) == name and f != "year"}
        found.append(Group(f"other {name}" if name == "context" else name, frozenset(own)))
    return [group for group in found if group.factors & used]


def find_gains(
    panel: Panel, scheme: Scheme, *, folds: int = 10, repeats: int = REPEATS, seed: int = 0
) -> Gains:
    """PRL of the transparent model as groups of terms join one after another, and without each.

    All run at the same fixed penalties (the middle of those that are searched), so that they compare
    among themselves; what it is worth to have started a dispute is in all of them.

    Parameters
    ----------
    panel : Panel
    scheme : str
    folds, repeats, seed : int
        As in `backtest`; repeats beyond `REPEATS` are not run.
    """
    whole = _whole(panel)
    groups = groups_of(panel, _terms(whole))
    chosen: list[Contender] = [whole]
    for number, group in enumerate(groups):
        so_far = frozenset().union(*(g.factors for g in groups[: number + 1]))
        chosen.append(_only(whole, f"with {group.name}", so_far))
        rest = frozenset().union(*(g.factors for g in groups if g is not group))
        chosen.append(_only(whole, f"without {group.name}", rest))
    repeats = min(repeats, REPEATS)
    result = backtest(panel, chosen, scheme, folds=folds, repeats=repeats, seed=seed)
    all_prl, all_auc = _worth(result, whole.name)
    rows = []
    for group in groups:
        added, left = (_worth(result, f"{way} {group.name}") for way in ("with", "without"))
        rows.append(
            GroupGain(
                group=group.name,
                prl_added=added[0],
                auc_added=added[1],
                prl_without=left[0],
                auc_without=left[1],
            )
        )
    return Gains(prl=all_prl, auc_decided=all_auc, repeats=len(result.base), groups=rows)


def _whole(panel: Panel) -> Transparent | Prevails:
    name: PanelName = "disputes" if len(panel.classes) == 3 else "crises"
    if name == "disputes":
        return Transparent(
            "all terms", ridges_whether=(_middle(RIDGES_WHETHER),), ridges_who=(_middle(RIDGES_WHO),)
        )
    return Prevails("all terms", ridges=(_middle(RIDGES),))


def _middle(ridges: Sequence[float]) -> float:
    return ridges[len(ridges) // 2]


def _terms(model: Transparent | Prevails) -> list[Term]:
    return list(model.terms) if isinstance(model, Prevails) else [*model.whether, *model.who]


def _only(model: Transparent | Prevails, name: str, factors: frozenset[str]) -> Contender:
    def kept(terms: Sequence[Term]) -> tuple[Term, ...]:
        return tuple(term for term in terms if term.factor in factors)

    if isinstance(model, Prevails):
        return replace(model, name=name, terms=kept(model.terms))
    return replace(model, name=name, whether=kept(model.whether), who=kept(model.who))


def _worth(result: Backtest, name: str) -> tuple[float, float | None]:
    metrics = result.metrics(name)
    auc = float(np.mean([m.auc_decided for m in metrics]))
    return float(np.mean([m.prl for m in metrics])), auc if np.isfinite(auc) else None
