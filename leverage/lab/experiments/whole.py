"""The transparent model fitted to all rows of a panel: its terms, shapes, examples and the model itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leverage.lab.metrics import row_losses
from leverage.lab.outcome import OutcomeModel, PrevailModel
from leverage.lab.outcome.sentences import outcome_sentences
from leverage.lab.outcome_pyfunc import NAME, ServedOutcome, save_outcome_pyfunc
from leverage.lab.plots import curve, shape_plot
from leverage.lab.provenance import write_text
from leverage.lab.validation import Task
from leverage.render import number

if TYPE_CHECKING:
    from leverage.lab.experiments.backtesting import BacktestPlan
    from leverage.lab.experiments.session import Session
    from leverage.lab.panels import Panel
    from leverage.lab.validation import Contender

TRANSPARENT = "transparent"


def log_whole(session: Session, plan: BacktestPlan) -> None:
    """Fit the transparent model, where it is among the contenders, to all known rows and log it."""
    found = next((each for each in plan.contenders if each.name == TRANSPARENT), None)
    if found is None:
        return
    panel = plan.panel
    served, table = fit_whole(found, panel, plan.definition.seed)
    outcome = panel.outcome[panel.known]
    with session.files(session.run) as folder:
        write_model(served, table, outcome, panel, folder)
    if hasattr(served.model, "to_dict"):
        from leverage.lab.logged import log_pyfunc

        def save(path: Path, *, model_id: str, run_id: str) -> None:
            save_outcome_pyfunc(served, path, table.head(2), model_id=model_id, run_id=run_id)

        log_pyfunc(
            session.client, session.experiment, session.run, save, name=NAME, kind="leverage-outcome",
            params=plan.params,
        )  # fmt: skip


def fit_whole(contender: Contender, panel: Panel, seed: int) -> tuple[ServedOutcome, pd.DataFrame]:
    """The model with penalties chosen on all known rows, and the predictors of those rows."""
    rows = np.flatnonzero(panel.known)
    task = Task(panel, rows, rows, seed, grouped=False)
    table = task.table()
    tuned: Any = getattr(contender, "tuned", None)
    model = tuned(task, table) if tuned else _prevails(contender, task, table)
    served = ServedOutcome(model, panel.name, panel.classes, tuple(panel.columns))
    return served, table.iloc[rows]


def _prevails(contender: Any, task: Task, table: pd.DataFrame) -> PrevailModel:
    losses = np.zeros(len(contender.ridges))
    outcome = task.panel.outcome
    for train, test in task.inner():
        seen = task.table(train)
        for n, ridge in enumerate(contender.ridges):
            model = PrevailModel(contender.terms, ridge=ridge).fit(seen.iloc[train], outcome[train])
            losses[n] += row_losses(model.predict_proba(seen.iloc[test]), outcome[test]).sum()
    best = contender.ridges[int(np.argmin(losses))]
    return PrevailModel(contender.terms, ridge=best).fit(table.iloc[task.train], outcome[task.train])


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
        head = f"# {panel.name} {numbers[row]}: {what}\n\nWhat happened: {panel.classes[outcome[row]]}.\n\n"
        write_text(folder / "explanations" / f"{what.replace(' ', '-')}.md", head + text)


def _told(part: str) -> str:
    return "the actor prevails, against being defeated" if part == "prevails" else part


def terms_table(served: ServedOutcome, table: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Every term with what it can and does move.

    Returns
    -------
    DataFrame
        ``part``, ``term``, ``title``, ``family``; ``lowest`` and ``highest`` log-odds of its value
        function over the rows' readings; ``mean_size``, the mean of its size over the rows.
    """
    factors = {factor.name: factor for factor in panel.factors}
    rows = []
    for name, part in served.parts.items():
        sizes = part.contributions(table).abs().mean()
        rows.append((name, "constant", "", "", part.constant, part.constant, float(sizes["constant"])))
        for basis, slopes in zip(part.bases, part.slopes, strict=True):
            term, factor = basis.term, factors.get(basis.term.factor)
            _, log_odds = curve(basis, slopes, table)
            told = (factor.title, factor.family) if factor else (term.factor, "")
            spans = float(log_odds.min()), float(log_odds.max()), float(sizes[term.name])
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
    if isinstance(served.model, OutcomeModel):
        told: Iterable[str] = outcome_sentences(served.model, row, panel.factors)
    else:
        told = _terms_told(served, row, panel)
    return "\n".join(["Probabilities:", "", *lines, "", "Behind them:", "", *(f"- {t}" for t in told)]) + "\n"


def _terms_told(served: ServedOutcome, row: pd.DataFrame, panel: Panel) -> Iterable[str]:
    titles = {factor.name: factor.title for factor in panel.factors}
    for name, part in served.parts.items():
        yield f"Log-odds that {_told(name)}: {_signed(part.log_odds(row)[0])}."
        parts = part.contributions(row).iloc[0]
        factor_of = {basis.term.name: basis.term.factor for basis in part.bases}
        for term in parts.abs().sort_values(ascending=False, kind="stable").index:
            if term == "constant":
                yield f"The starting point: {_signed(parts[term])}."
                continue
            reading = float(row[factor_of[term]].iloc[0])
            told = "not known" if np.isnan(reading) else number(reading, 3)
            title = titles.get(factor_of[term], factor_of[term])
            yield f"{title[:1].upper()}{title[1:]} ({told}): {_signed(parts[term])}."


def _signed(amount: float) -> str:
    return f"{amount:+.2f}".replace("-", "−")
