"""Backtests as documents: a panel, its contenders, their metrics and the probabilities of each row."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from leverage.faults import Fault, InputError, call_error
from leverage.lab import baselines as models
from leverage.lab.families import EQUAL, EXPERT
from leverage.lab.metrics import base_rates, measure
from leverage.lab.outcome import Term
from leverage.lab.panels import Panel, crisis_panel, dispute_panel
from leverage.lab.validation import Contender, Scheme, backtest, score_holdout
from leverage.render import Column, Table

PanelName = Literal["disputes", "crises"]
PANELS: Mapping[str, Callable[..., Panel]] = MappingProxyType(
    {"disputes": dispute_panel, "crises": crisis_panel}
)
CAUTION = (
    "The terms were chosen by people who had looked at the supplied rows, so the figures on those are "
    "optimistic, and the year alone explains much of what the models explain."
)


class ModelRecord(BaseModel):
    """What a contender's probabilities were worth; None where it cannot be told."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    prl: float | None
    auc_decided: float | None
    log_loss: float | None
    base_log_loss: float | None
    brier: float | None
    calibration_error: float | None
    prl_spread: float | None = None
    auc_decided_spread: float | None = None


class BacktestDocument(BaseModel):
    """The result of a backtest; the numbers at the top are the transparent model's."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    panel: str
    n: int
    prl: float | None
    auc_decided: float | None
    log_loss: float | None
    base_log_loss: float | None
    models: dict[str, ModelRecord]
    scheme: str
    repeats: int
    seed: int
    data: dict[str, str]
    caution: str = CAUTION

    def to_table(self) -> Table:
        """One row a contender."""
        names = ("prl", "auc_decided", "log_loss", "brier", "calibration_error")
        heads = ("PRL", "AUC, decided", "Log loss", "Brier", "Calibration error")
        rows = [(name, *(_shown(getattr(m, key)) for key in names)) for name, m in self.models.items()]
        caption = f"{self.panel}, {self.scheme}, {self.n} rows"
        return Table(caption, [Column("Model"), *(Column(h, "right") for h in heads)], rows, [self.caution])


class BacktestResult(NamedTuple):
    """The document, and the transparent model's probabilities: ``id``, each class, ``outcome``."""

    document: BacktestDocument
    predictions: pd.DataFrame


def contenders(name: PanelName) -> list[Contender]:
    """The transparent model and what it has to beat, at their fixed settings."""
    trees: list[Contender] = [models.boosted_trees(), models.random_forest()]
    if name == "disputes":
        weighted = [
            models.WeightedIndex("expert weights", EXPERT),
            models.WeightedIndex("equal weights", EQUAL),
        ]
        lead: list[Contender] = [models.Transparent(), models.BaseRates(), models.CapabilityRatio()]
        return [*lead, *weighted, models.year_only(), *trees]
    ratio = models.Prevails("capability ratio", [Term("capability", "row")], ridges=(10.0,))
    year = models.Prevails("year only", [Term("year", "row", knots=5)], ridges=(10.0,))
    return [models.Prevails(), models.BaseRates(), ratio, year, *trees]


def read_ids(path: Path) -> list[int]:
    """Numbers from a CSV file's first column, or from ``dispnum``, ``crisno`` or ``id``."""
    try:
        rows = [row for row in csv.reader(path.read_text("utf-8-sig").splitlines()) if any(row)]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise call_error(f"{path} cannot be read as CSV", "check --holdout") from None
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    column = next((head.index(n) for n in ("dispnum", "crisno", "id") if n in head), 0)
    ids = []
    for line, row in enumerate(rows, 1):
        cell = row[column].strip() if column < len(row) else ""
        if re.fullmatch(r"\d{1,15}(\.0)?", cell):
            ids.append(int(float(cell)))
        elif line > 1:
            raise InputError([Fault(str(path), line, None, f"{cell!r} is no number", "write one id a line")])
    if not ids:
        raise InputError([Fault(str(path), None, None, "there are no numbers in it", "write one id a line")])
    return ids


def run_backtest(
    name: PanelName, folder: Path, holdout: Path | None = None, scheme: Scheme = "stratified", *,
    repeats: int = 5, seed: int = 0,
) -> BacktestResult:  # fmt: skip
    """Backtest the contenders on a panel; with a holdout, train on all other rows and predict those."""
    chosen = contenders(name)
    if holdout is None:
        panel = PANELS[name](folder)
        result = backtest(panel, chosen, scheme, repeats=repeats, seed=seed)
        rows, truth, base, found = result.rows, result.outcome, result.base, dict(result.probabilities)
        repeats = len(base)
    else:
        panel = PANELS[name](folder, read_ids(holdout))
        found = {key: p[None] for key, p in score_holdout(panel, chosen, seed).items()}
        rows, repeats = np.flatnonzero(~panel.known), 1
        truth = _truth(panel, PANELS[name](folder))[rows]
        share = base_rates(panel.outcome[panel.known], len(panel.classes))
        base = np.tile(share, (1, len(rows), 1))
    records = {key: _record(p, truth, base) for key, p in found.items()}
    top = records["transparent"].model_dump(include={"prl", "auc_decided", "log_loss", "base_log_loss"})
    document = BacktestDocument(
        panel=name, n=len(rows), models=records, scheme="holdout" if holdout else scheme,
        repeats=repeats, seed=seed, data={s.name: s.sha256 for s in panel.sources}, **top,
    )  # fmt: skip
    table = pd.DataFrame(found["transparent"].mean(axis=0), columns=list(panel.classes))
    table.insert(0, "id", panel.ids[rows])
    table["outcome"] = [panel.classes[k] if k >= 0 else "" for k in truth]
    return BacktestResult(document, table)


def _truth(panel: Panel, full: Panel) -> NDArray[np.int64]:
    """Classes of the panel's rows where the data tell them, else -1."""
    truth = np.full(len(panel), -1, dtype=np.int64)
    for number in np.unique(panel.ids[~panel.known]):
        here, there = panel.ids == number, full.ids == number
        if here.sum() == there.sum():
            truth[here] = full.outcome[there]
    return truth


def _record(p: NDArray[np.float64], truth: NDArray[np.int64], base: NDArray[np.float64]) -> ModelRecord:
    told = truth >= 0
    names = [name for name in ModelRecord.model_fields if not name.endswith("_spread")]
    if not told.any():
        return ModelRecord(**dict.fromkeys(names))
    each = pd.DataFrame([vars(measure(a[told], truth[told], b[told])) for a, b in zip(p, base, strict=True)])
    values = {name: _number(each[name].mean()) for name in names}
    spread = {f"{n}_spread": _number(each[n].std(ddof=0)) for n in ("prl", "auc_decided")}
    return ModelRecord(**values, **(spread if len(p) > 1 else {}))


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _shown(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}"
