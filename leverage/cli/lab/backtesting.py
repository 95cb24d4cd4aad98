"""``leverage lab backtest``: models held against history."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leverage.cli.options import Form, FormOption, OutputOption, refuse, terminal_width, to_json, write
from leverage.faults import call_error, name_list

if TYPE_CHECKING:
    from leverage.lab.backtests import BacktestResult, PanelName
    from leverage.lab.negotiations import NegotiationsResult
    from leverage.lab.validation import Scheme


class PanelChoice(StrEnum):
    """What models are held against."""

    disputes = "disputes"
    crises = "crises"
    negotiations = "negotiations"


class CapabilityChoice(StrEnum):
    """The year of capabilities."""

    onset = "onset"
    before = "before"


class SchemeChoice(StrEnum):
    """How rows are divided for a backtest."""

    stratified = "stratified"
    grouped = "grouped"
    time = "time"


def backtest_command(
    panel: Annotated[PanelChoice, typer.Argument(help="disputes, crises, or negotiations.")],
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            help="Folder of the research data; for negotiations that of the cases (default: the project's).",
            metavar="DIR",
        ),
    ] = None,
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
    coalitions: Annotated[
        bool,
        typer.Option(
            "--coalitions",
            help="Train on the published sample and predict the disputes of several states on a side.",
        ),
    ] = False,
    capabilities: Annotated[
        CapabilityChoice | None,
        typer.Option(help="Capabilities of the year of onset (the default, as published) or the one before."),
    ] = None,
    form: FormOption = Form.table,
    output: OutputOption = None,
) -> None:
    """Hold models against past disputes or crises, out of sample, or scores against past negotiations."""
    refuse(form, [Form.table, Form.json])
    if predictions is not None and output is not None and predictions.resolve() == output.resolve():
        raise call_error(f"--output and --predictions both name {output}", "give each a file of its own")
    result: BacktestResult | NegotiationsResult
    if panel is PanelChoice.negotiations:
        from leverage.lab.negotiations import run_negotiations

        why = "is not for negotiations: nothing is tuned, and each is left out in turn"
        options = {"--holdout": holdout, "--scheme": scheme, "--full": full}
        _refuse({**options, "--coalitions": coalitions, "--capabilities": capabilities}, why)
        result = run_negotiations(data, seed=seed)
    else:
        from leverage.lab.backtests import run_backtest

        if data is None:
            raise call_error(f"{panel.value} need research data", "name its folder with --data DIR")
        name: PanelName = "disputes" if panel is PanelChoice.disputes else "crises"
        if name == "crises":
            _refuse({"--coalitions": coalitions, "--capabilities": capabilities}, "is for disputes alone")
        if holdout is not None:
            _refuse({"--scheme": scheme}, "does not go with --holdout, which has no folds")
        if coalitions:
            _refuse({"--holdout": holdout, "--scheme": scheme}, "does not go with --coalitions")
        chosen: Scheme | None = scheme.value if scheme else None
        result = run_backtest(
            name, data, holdout, chosen, repeats=repeats, seed=seed, full=full, coalitions=coalitions,
            capabilities_of=(capabilities or CapabilityChoice.onset).value,
        )  # fmt: skip
        if result.document.skipped:
            told = name_list(map(str, result.document.skipped))
            typer.echo(f"skipped, outside the sample: {told}", err=True)
    if predictions is not None:
        write(result.predictions.to_csv(index=False, lineterminator="\n"), predictions)
    document = result.document
    text = document.to_text(max(terminal_width(), 100))
    write(to_json(document.model_dump(mode="json")) if form is Form.json else text, output)


def _refuse(options: Mapping[str, object], why: str) -> None:
    for name, given in options.items():
        if given:
            raise call_error(f"{name} {why}", f"leave {name} out")


def library_command(
    data: Annotated[
        Path | None,
        typer.Option("--data", help="The folder of the cases; the project's own by default.", metavar="DIR"),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="For the intervals of agreement.")] = 0,
    form: FormOption = Form.table,
    output: OutputOption = None,
) -> None:
    """Check the library of past negotiations; list who got more, the sources, and how far coders agree."""
    from leverage.lab.negotiations import list_library, load_library

    refuse(form, [Form.table, Form.json])
    document = list_library(load_library(data), seed=seed)
    text = document.to_text(max(terminal_width(), 100))
    write(to_json(document.model_dump(mode="json")) if form is Form.json else text, output)
