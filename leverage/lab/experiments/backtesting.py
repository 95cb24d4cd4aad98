"""Experiments on history: contenders held against a panel under several schemes of folds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from leverage.documents import Document
from leverage.faults import Fault, InputError, suggest_name
from leverage.lab.definitions import Definition
from leverage.lab.experiments.definition import ExperimentResult, Place
from leverage.lab.experiments.session import Session
from leverage.lab.provenance import environment, json_text, panel_inputs, write_text
from leverage.lab.runs import log_inputs, log_values
from leverage.render import Column, Table, points, signed_points

if TYPE_CHECKING:
    from leverage.lab.experiments.folds import SchemeRecord
    from leverage.lab.panels import Panel
    from leverage.lab.validation import Contender

SchemeName = Literal["stratified", "grouped", "time"]


class BacktestModels(Definition):
    """Hold models against past disputes or crises, out of sample."""

    kind: Literal["backtest"] = Field(description="backtest")
    panel: Literal["disputes", "crises"] = Field(description="disputes or crises")
    data: str | None = Field(
        None,
        description="the folder of the research data, seen from this file's folder or from the project's; "
        "`--data` where absent",
    )
    schemes: list[SchemeName] = Field(
        default=["stratified"], min_length=1, description="how rows are divided: stratified, grouped, time"
    )
    models: list[str] | None = Field(
        None,
        min_length=1,
        description="contenders' names, the first is compared with the others; all if absent",
    )
    folds: int = Field(10, ge=2, le=100, description="folds of a repeat, 2 to 100")
    repeats: int = Field(5, ge=1, le=100, description="how often folds are drawn, 1 to 100")
    seed: int = Field(0, ge=0, le=2**31, description="for folds, trees and the bootstrap, from 0")
    draws: int = Field(500, ge=10, le=100_000, description="draws of the bootstrap of differences, from 10")

    def faults(self, document: Document) -> list[Fault]:
        """Values that appear twice."""
        found = []
        for key in ("schemes", "models"):
            values = getattr(self, key) or []
            for number, value in enumerate(values):
                if value in values[:number]:
                    found.append(document.fault((key, number), f"{value!r} appears twice", "keep one"))
        return found


def data_folder(given: str | None, place: Place) -> Path:
    """The folder of research data that a definition or its call names.

    Raises
    ------
    InputError
        None is named, or there is none.
    """
    if place.data is None and given is None:
        problem = "no folder of research data is named"
        raise InputError(
            [place.document.fault(("data",), problem, "add `data: FOLDER`, or use --data FOLDER")]
        )
    folder = place.data or place.resolve(given or "")
    if folder is None or not folder.is_dir():
        problem, remedy = (
            f"there is no folder {str(place.data or given)!r}",
            "name the one with the data sets",
        )
        raise InputError([place.document.fault(("data",), problem, remedy)])
    return folder


@dataclass(frozen=True)
class BacktestOutcome(ExperimentResult):
    """What the contenders were worth; the runs below the parent are one a scheme.

    Attributes
    ----------
    schemes : tuple of SchemeRecord
    """

    definition: BacktestModels
    schemes: tuple[SchemeRecord, ...]

    def to_tables(self) -> list[Table]:
        """Metrics by scheme and model, and what the first model is ahead of the others by."""
        return [metrics_table(self), differences_table(self)]


@dataclass(frozen=True)
class BacktestPlan:
    """A panel that was read, and the contenders."""

    definition: BacktestModels
    panel: Panel
    contenders: tuple[Contender, ...]

    @property
    def content(self) -> Mapping[str, Any]:
        """The digests of the data sets."""
        return {"data": {source.name: source.sha256 for source in self.panel.sources}}

    @property
    def params(self) -> Mapping[str, object]:
        """What was chosen."""
        told = self.definition
        return {
            "kind": told.kind,
            "panel": told.panel,
            "schemes": ", ".join(told.schemes),
            "models": ", ".join(each.name for each in self.contenders),
            "folds": told.folds,
            "repeats": told.repeats,
            "seed": told.seed,
            "draws": told.draws,
            "rows": int(self.panel.known.sum()),
        }

    def run(self, session: Session) -> BacktestOutcome:
        """Backtest under each scheme that is not done, then log the whole and the model of all rows."""
        from leverage.lab.experiments.folds import log_scheme, read_scheme
        from leverage.lab.experiments.whole import log_whole

        client = session.client
        inputs = panel_inputs(self.panel)
        log_inputs(client, session.run, inputs)
        records = []
        for scheme in self.definition.schemes:
            if scheme in session.finished:
                records.append(read_scheme(client, session.finished[scheme], scheme))
                continue
            session.on_step(f"backtest of {self.definition.panel}, {scheme}")
            with session.part(scheme) as run:
                log_inputs(client, run, inputs[:1])
                records.append(log_scheme(session, run, self, scheme))
        children = tuple(session.finished[scheme] for scheme in self.definition.schemes)
        result = BacktestOutcome(self.definition, session.run, children, tuple(records))
        log_values(client, session.run, metrics=_metrics(result))
        with session.files(session.run) as folder:
            self._write(result, folder)
        session.on_step("the model of all rows")
        log_whole(session, self)
        return result

    def _write(self, result: BacktestOutcome, folder: Path) -> None:
        metrics, differences = result.to_tables()
        config = {
            **self.definition.model_dump(mode="json", exclude={"data"}),
            "data": {source.name: source.sha256 for source in self.panel.sources},
            "environment": environment(),
        }
        write_text(folder / "config.json", json_text(config))
        write_text(folder / "table.md", f"{metrics.to_markdown()}\n\n{differences.to_markdown()}\n")
        for name in ("metrics", "differences"):
            frames = {each.scheme: getattr(each, name) for each in result.schemes}
            write_text(folder / f"{name}.csv", _stacked(frames))


def plan_backtest(definition: BacktestModels, place: Place) -> BacktestPlan:
    """Read the panel and find the contenders.

    Raises
    ------
    InputError
        A data set is missing or wrong, or there is no contender of a name.
    """
    from leverage.lab.backtests import PANELS, contenders

    known = {each.name: each for each in contenders(definition.panel)}
    faults = [
        place.document.fault(("models", n), f"there is no model {name!r}", suggest_name(name, list(known)))
        for n, name in enumerate(definition.models or [])
        if name not in known
    ]
    if faults:
        raise InputError(faults)
    panel = PANELS[definition.panel](data_folder(definition.data, place))
    return BacktestPlan(definition, panel, tuple(known[name] for name in definition.models or known))


def _metrics(result: BacktestOutcome) -> dict[str, float]:
    from leverage.lab.experiments.folds import slug

    return {
        f"{name}.{each.scheme}.{slug(model)}": float(each.metrics.loc[model, name])
        for each in result.schemes
        for model in each.metrics.index
        for name in ("prl", "auc_decided", "log_loss")
    }


def _stacked(frames: Mapping[str, Any]) -> str:
    import pandas as pd

    text: str = pd.concat(frames, names=["scheme"]).reset_index(0).to_csv(lineterminator="\n")
    return text


def metrics_table(result: BacktestOutcome) -> Table:
    """One row a scheme and model."""
    from leverage.lab.backtests.documents import CAUTION, YEAR_CAUTION

    heads = ("PRL", "± repeats", "AUC, decided", "Log loss", "Brier", "Calibration error")
    names = ("prl", "prl_spread", "auc_decided", "log_loss", "brier", "calibration_error")
    rows = [
        (each.scheme, model, *(_shown(each.metrics.loc[model].get(name)) for name in names))
        for each in result.schemes
        for model in each.metrics.index
    ]
    columns = [Column("Scheme"), Column("Model"), *(Column(head, "right") for head in heads)]
    notes = [
        CAUTION,
        *([YEAR_CAUTION] if result.definition.panel == "disputes" else []),
        "PRL: share of the base rates' log loss that a model saves. Higher is better there and in AUC.",
    ]
    return Table(result.definition.title, columns, rows, notes)


def differences_table(result: BacktestOutcome) -> Table:
    """One row a scheme and rival of the first model."""
    first = result.schemes[0].metrics.index[0]
    rows = []
    for each in result.schemes:
        told = each.differences.set_index(["other", "metric"])
        for other in each.metrics.index[1:]:
            cells = [told.loc[(other, metric)] for metric in ("prl", "auc_decided")]
            rows.append(
                (each.scheme, other, *(with_interval(c["estimate"], c["low"], c["high"]) for c in cells))
            )
    columns = [
        Column("Scheme"),
        Column("Less that of"),
        Column("PRL", "right"),
        Column("AUC, decided", "right"),
    ]
    notes = ["In brackets the central 95 % of a paired bootstrap that draws whole groups of rows."]
    return Table(f"Metrics of “{first}” less those of the others", columns, rows, notes)


def with_interval(estimate: float, low: float, high: float) -> str | None:
    """A difference with its interval, signed; None where it cannot be told."""
    told = [_shown(value, signed=True) for value in (estimate, low, high)]
    return None if told[0] is None else f"{told[0]} [{told[1] or '–'}, {told[2] or '–'}]"


def _shown(value: float | None, signed: bool = False) -> str | None:
    if value is None or value != value:
        return None
    return (signed_points if signed else points)(value, 3)
