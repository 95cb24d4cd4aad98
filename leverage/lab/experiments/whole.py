"""The transparent model fitted to all rows of a panel: its terms, shapes, examples and the model itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leverage.lab.baselines import Prevails, Transparent
from leverage.lab.metrics import row_losses
from leverage.lab.outcome.logit import CONSTANT, INITIATIVE
from leverage.lab.outcome.sentences import outcome_sentences
from leverage.lab.outcome_pyfunc import NAME, ServedOutcome, save_outcome_pyfunc
from leverage.lab.plots import curve, shape_plot
from leverage.lab.provenance import write_text
from leverage.lab.validation import Task

if TYPE_CHECKING:
    from leverage.lab.experiments.backtesting import BacktestPlan
    from leverage.lab.experiments.session import Session
    from leverage.lab.panels import Panel

TRANSPARENT = "transparent"
SIDES = {"disputes": ("A", "B"), "crises": ("the actor", "its adversary")}
"""What the explanations of a panel call the two sides."""


def log_whole(session: Session, plan: BacktestPlan) -> None:
    """Fit the transparent model, where it is among the contenders, to all known rows and log it."""
    found = next((each for each in plan.contenders if each.name == TRANSPARENT), None)
    if not isinstance(found, Transparent | Prevails):
        return
    panel = plan.panel
    served, table = fit_whole(found, panel, plan.definition.seed)
    outcome = panel.outcome[panel.known]
    with session.files(session.run) as folder:
        write_model(served, table, outcome, panel, folder)
    from leverage.lab.logged import log_pyfunc

    def save(path: Path, *, model_id: str, run_id: str) -> None:
        save_outcome_pyfunc(served, path, table.head(2), model_id=model_id, run_id=run_id)

    log_pyfunc(
        session.client, session.experiment, session.run, save, name=NAME, kind="leverage-outcome",
        params=plan.params,
    )  # fmt: skip


def fit_whole(
    contender: Transparent | Prevails, panel: Panel, seed: int
) -> tuple[ServedOutcome, pd.DataFrame]:
    """The model with penalties chosen on all known rows, and the predictors of those rows."""
    rows = np.flatnonzero(panel.known)
    task = Task(panel, rows, rows, seed, grouped=False)
    table = task.table()
    model = contender.tuned(task, table)
    served = ServedOutcome(model, panel.name, panel.classes, tuple(panel.columns))
    return served, table.iloc[rows]


def write_model(served: ServedOutcome, table: pd.DataFrame, outcome: Any, panel: Panel, folder: Path) -> None:
    """Write a fitted model's tables, plots and examples.

    Parameters
    ----------
    served : ServedOutcome
    table : DataFrame
        The predictors of the rows it was fitted to.
    outcome : ndarray of int, shape (rows,)
        Their classes.
    panel : Panel
    folder : Path
    """
    titles = {factor.name: factor.title for factor in panel.factors}
    write_text(
        folder / "terms.csv", terms_table(served, table, panel).to_csv(index=False, lineterminator="\n")
    )
    for name, part in served.parts.items():
        if part.bases:
            title = f"What each reading adds to the log-odds that {_told(name)}"
            place = folder / "shapes" / f"{name.replace(' ', '-')}.svg"
            write_text(place, shape_plot(part, table, titles, title))
    numbers = panel.ids[panel.known]
    for what, row in examples(served, table, outcome).items():
        text = explain_row(served, table.iloc[[row]], panel)
        happened = f"What happened: {panel.classes[outcome[row]]}. The model was fitted to this row too."
        head = f"# {panel.name} {numbers[row]}: {what}\n\n{happened}\n\n"
        write_text(folder / "explanations" / f"{what.replace(' ', '-')}.md", head + text)


def _told(part: str) -> str:
    return "the actor prevails, against being defeated" if part == "prevails" else part


def terms_table(served: ServedOutcome, table: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Every term with what it can and does move.

    Returns
    -------
    DataFrame
        ``part``, ``term``, ``title``, ``family``; ``lowest`` and ``highest`` log-odds of its value
        function over the rows' readings; ``mean_size``, the mean of its size over the rows (that of a
        ``started`` term is within the initiative's).
    """
    factors = {factor.name: factor for factor in panel.factors}
    rows = []
    for name, part in served.parts.items():
        sizes = part.contributions(table).abs().mean()
        first = INITIATIVE if part.antisymmetric else CONSTANT
        rows.append((name, first, "", "", part.constant, part.constant, float(sizes[first])))
        for basis, slopes in zip(part.bases, part.slopes, strict=True):
            term, factor = basis.term, factors.get(basis.term.factor)
            _, log_odds = curve(basis, slopes, table)
            told = (factor.title, factor.family) if factor else (term.factor, "")
            spans = float(log_odds.min()), float(log_odds.max()), float(sizes.get(term.name, np.nan))
            rows.append((name, term.name, *told, *spans))
    names = ["part", "term", "title", "family", "lowest", "highest", "mean_size"]
    return pd.DataFrame(rows, columns=names)


def examples(served: ServedOutcome, table: pd.DataFrame, outcome: Any) -> dict[str, int]:
    """Rows worth explaining: the surest of each class, and the one whose outcome surprises most."""
    p = served.model.predict_proba(table)
    found = {f"surest {name}": int(np.argmax(p[:, k])) for k, name in enumerate(served.classes)}
    return {**found, "most surprising": int(np.argmax(row_losses(p, outcome)))}


def explain_row(served: ServedOutcome, row: pd.DataFrame, panel: Panel) -> str:
    """The probabilities of a row, and the terms behind them, as Markdown."""
    p = served.model.predict_proba(row)[0]
    lines = [f"- {name}: {100 * value:.1f} %" for name, value in zip(served.classes, p, strict=True)]
    told = outcome_sentences(served.model, row, panel.factors, SIDES[panel.name])
    return "\n".join(["Probabilities:", "", *lines, "", "Behind them:", "", *(f"- {t}" for t in told)]) + "\n"
