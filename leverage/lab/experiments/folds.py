"""One scheme of a backtest: computed, logged as a run, and read back from that run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from leverage.lab.experiments.session import Session, downloaded
from leverage.lab.metrics import reliability, row_losses
from leverage.lab.plots import calibration_plot, reliability_plot
from leverage.lab.predictions import BASE, HAPPENED, PROBABILITY, read_exactly
from leverage.lab.provenance import write_text
from leverage.lab.runs import log_values
from leverage.lab.validation import Backtest, Scheme, backtest, outer_splits

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from leverage.lab.experiments.backtesting import BacktestPlan

METRICS = ("prl", "auc_decided", "log_loss", "brier", "calibration_error")
PREDICTIONS, TABLE, DIFFERENCES = "predictions.csv", "metrics.csv", "differences.csv"


class SchemeRecord(NamedTuple):
    """What the contenders were worth under a scheme.

    Attributes
    ----------
    scheme : str
    metrics : DataFrame
        By model, as `Backtest.table`; without spreads where there is one repeat.
    differences : DataFrame
        ``model``, ``other``, ``metric``, ``estimate``, ``low``, ``high``: the first model less each other.
    """

    scheme: str
    metrics: pd.DataFrame
    differences: pd.DataFrame


def slug(name: str) -> str:
    """A model's name as a part of a metric's: letters, digits and dashes."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")


def compute(plan: BacktestPlan, scheme: Scheme) -> Backtest:
    """The backtest itself."""
    told = plan.definition
    return backtest(
        plan.panel, plan.contenders, scheme, folds=told.folds, repeats=told.repeats, seed=told.seed
    )


def log_scheme(session: Session, run: str, plan: BacktestPlan, scheme: Scheme) -> SchemeRecord:
    """Backtest under a scheme and log it to a run: metrics, predictions, differences, reliability."""
    told = plan.definition
    result = compute(plan, scheme)
    record = SchemeRecord(scheme, _table(result), _differences(result, told.draws, told.seed))
    fold_losses = losses_by_fold(plan, scheme, result)
    params = {"panel": told.panel, "scheme": scheme, "seed": told.seed, "repeats": len(result.base)}
    log_values(
        session.client,
        run,
        params={**params, "rows": len(result.rows), "folds": len(next(iter(fold_losses.values())))},
        metrics=_metrics(record, result, fold_losses),
        series={f"fold_log_loss.{slug(name)}": losses for name, losses in fold_losses.items()},
    )
    with session.files(run) as folder:
        _write(folder, plan, result, record)
    return record


def read_scheme(client: MlflowClient, run: str, scheme: str) -> SchemeRecord:
    """What `log_scheme` logged, to the last digit."""
    with downloaded(client, run, TABLE) as path:
        metrics = read_exactly(path).set_index("model")
    with downloaded(client, run, DIFFERENCES) as path:
        return SchemeRecord(scheme, metrics, read_exactly(path))


def losses_by_fold(plan: BacktestPlan, scheme: Scheme, result: Backtest) -> dict[str, list[float]]:
    """Mean log loss of each contender in each fold, the folds of a repeat after those of the one before."""
    told = plan.definition
    runs = outer_splits(plan.panel, scheme, told.folds, told.repeats, told.seed)
    found = {}
    for name, probabilities in result.probabilities.items():
        losses = row_losses(probabilities, result.outcome)
        found[name] = [
            float(losses[repeat, np.searchsorted(result.rows, test)].mean())
            for repeat, splits in enumerate(runs)
            for _, test in splits
        ]
    return found


def _table(result: Backtest) -> pd.DataFrame:
    table = result.table().rename_axis("model")
    return table if len(result.base) > 1 else table[[n for n in table if not str(n).endswith("_spread")]]


def _differences(result: Backtest, draws: int, seed: int) -> pd.DataFrame:
    first, *others = result.probabilities
    rows = [
        (first, other, metric, found.estimate, found.low, found.high)
        for other in others
        for metric, found in result.difference(first, other, draws, seed).items()
    ]
    return pd.DataFrame(rows, columns=["model", "other", "metric", "estimate", "low", "high"])


def _metrics(
    record: SchemeRecord, result: Backtest, fold_losses: Mapping[str, list[float]]
) -> dict[str, float]:
    found = {}
    for model, row in record.metrics.iterrows():
        name = slug(str(model))
        for metric in METRICS:
            found[f"{metric}.{name}"] = float(row[metric])
            if f"{metric}_spread" in row:
                found[f"{metric}_spread.{name}"] = float(row[f"{metric}_spread"])
        found[f"log_loss_spread_of_folds.{name}"] = float(np.std(fold_losses[str(model)]))
        found[f"system/cpu_seconds.{name}"] = result.cpu_seconds[str(model)]
    return found


def _write(folder: Path, plan: BacktestPlan, result: Backtest, record: SchemeRecord) -> None:
    write_text(folder / PREDICTIONS, predictions(plan, result).to_csv(index=False, lineterminator="\n"))
    write_text(folder / TABLE, record.metrics.to_csv(lineterminator="\n"))
    write_text(folder / DIFFERENCES, record.differences.to_csv(index=False, lineterminator="\n"))
    calibration = {name: _reliability(plan, result, name) for name in result.probabilities}
    stacked = pd.concat({n: pd.concat(t) for n, t in calibration.items()}, names=["model", "outcome", "bin"])
    write_text(folder / "calibration.csv", stacked.to_csv(lineterminator="\n"))
    first = next(iter(calibration))
    title = f"{plan.definition.panel}, {result.scheme} folds, model “{first}”"
    write_text(folder / "reliability.svg", reliability_plot(calibration[first], title))
    title = f"Calibration: {plan.definition.panel}, {result.scheme} folds"
    write_text(folder / "calibration.svg", calibration_plot(record.metrics, title))


def _reliability(plan: BacktestPlan, result: Backtest, name: str) -> dict[str, pd.DataFrame]:
    """By outcome; a row that was predicted in several repeats has its mean probability."""
    p = result.probabilities[name].mean(axis=0)
    return {each: reliability(p[:, k], result.outcome == k) for k, each in enumerate(plan.panel.classes)}


def predictions(plan: BacktestPlan, result: Backtest) -> pd.DataFrame:
    """Every probability: one row a model, repeat and row of the panel.

    Returns
    -------
    DataFrame
        ``row`` (position in the panel), ``id``, ``group``, ``model``, ``repeat``, ``outcome`` (what
        happened), ``base_rate`` (that outcome's share of the training rows) and ``p: <class>``.
    """
    panel, rows = plan.panel, result.rows
    classes = np.array(panel.classes)
    happened = result.base[:, np.arange(len(rows)), result.outcome]
    told = {"row": rows, "id": panel.ids[rows], "group": result.clusters}
    parts = []
    for name, probabilities in result.probabilities.items():
        for repeat, p in enumerate(probabilities):
            part = pd.DataFrame(told).assign(model=name, repeat=repeat, **{HAPPENED: classes[result.outcome]})
            part[BASE] = happened[repeat]
            parts.append(part.assign(**{f"{PROBABILITY}{c}": p[:, k] for k, c in enumerate(classes)}))
    return pd.concat(parts, ignore_index=True)
