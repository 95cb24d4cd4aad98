"""``leverage lab backtest``: models held against history."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leverage.cli.options import Form, FormOption, OutputOption, refuse, terminal_width, to_json, write
from leverage.faults import name_list


class PanelChoice(StrEnum):
    """What models are held against."""

    disputes = "disputes"
    crises = "crises"


class SchemeChoice(StrEnum):
    """How rows are divided for a backtest."""

    stratified = "stratified"
    grouped = "grouped"
    time = "time"


def backtest_command(
    panel: Annotated[PanelChoice, typer.Argument(help="The panel: disputes or crises.")],
    data: Annotated[Path, typer.Option("--data", help="The folder of the research data.", metavar="DIR")],
    holdout: Annotated[
        Path | None, typer.Option("--holdout", help="A CSV of ids to predict from all other rows.")
    ] = None,
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="A CSV to write with each row's probabilities.")
    ] = None,
    scheme: Annotated[
        SchemeChoice | None,
        typer.Option(help="How rows are divided into folds; disputes stratified, crises grouped by default."),
    ] = None,
    repeats: Annotated[int, typer.Option(min=1, help="How often folds are drawn.")] = 5,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="For folds and trees.")] = 0,
    full: Annotated[
        bool, typer.Option("--full", help="Tune every rival in each fold, as the transparent model is.")
    ] = False,
    form: FormOption = Form.table,
    output: OutputOption = None,
) -> None:
    """Hold the outcome models against past disputes or crises, out of sample."""
    from leverage.lab.backtests import run_backtest

    refuse(form, [Form.table, Form.json])
    result = run_backtest(
        panel.value, data, holdout, scheme.value if scheme else None, repeats=repeats, seed=seed, full=full
    )
    document = result.document
    if document.skipped:
        typer.echo(f"skipped, outside the sample: {name_list(map(str, document.skipped))}", err=True)
    if predictions is not None:
        write(result.predictions.to_csv(index=False, lineterminator="\n"), predictions)
    text = document.to_text(max(terminal_width(), 100))
    write(to_json(document.model_dump()) if form is Form.json else text, output)
