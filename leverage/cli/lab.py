"""``leverage lab``: scorings and experiments tracked in MLflow."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leverage.cli.options import (
    ArticlesOption,
    BaselineOption,
    CasePath,
    FeaturesOption,
    Form,
    FormOption,
    MissingOption,
    OutputOption,
    ScenarioOption,
    read_case,
    read_codebook,
    refuse,
    terminal_width,
    to_json,
    write,
)
from leverage.model import find_weights

app = typer.Typer(
    help="Experiments: log scorings to MLflow, run definitions, open the tracking pages.",
    no_args_is_help=True,
)


class PanelChoice(StrEnum):
    """A panel of past conflicts."""

    disputes = "disputes"
    crises = "crises"


class SchemeChoice(StrEnum):
    """How rows are divided for a backtest."""

    stratified = "stratified"
    grouped = "grouped"
    time = "time"


@app.command("log")
def log(
    case: CasePath,
    weights: Annotated[
        str, typer.Option("--weights", help="case, equal, entropy, critic, or a file.")
    ] = "case",
    scenario: ScenarioOption = None,
    missing: MissingOption = None,
    baseline: BaselineOption = None,
    features: FeaturesOption = None,
    articles: ArticlesOption = None,
) -> None:
    """Score a case and log it as an MLflow run, with its explanations, data and model."""
    from leverage.lab import Store, log_case

    loaded = read_case(case, features, articles)
    store = Store.find()
    run = log_case(
        loaded,
        weights=find_weights(weights, loaded),
        policy=missing.value if missing else None,
        scenarios=scenario,
        baseline=baseline,
        store=store,
    )
    typer.echo(
        f"logged {loaded.case.id} as run {run} in {_shown(store.shown_uri)}; look at it with: leverage lab ui"
    )


@app.command("run")
def run(
    file: Annotated[Path, typer.Argument(help="A definition in experiments/.", metavar="FILE")],
    features: FeaturesOption = None,
) -> None:
    """Run an experiment's definition: score its cases under its weightings, log and show the result."""
    from leverage.lab import run_experiment

    result = run_experiment(
        file, codebook=read_codebook(features), on_step=lambda name: typer.echo(f"logging {name}", err=True)
    )
    typer.echo(result.to_table().to_text(max(terminal_width(), 120)))
    typer.echo(f"logged as run {result.run}, with {len(result.children)} runs below it")


@app.command("backtest")
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
        SchemeChoice, typer.Option(help="How rows are divided into folds.")
    ] = SchemeChoice.stratified,
    repeats: Annotated[int, typer.Option(min=1, help="How often folds are drawn.")] = 5,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="For folds and trees.")] = 0,
    form: FormOption = Form.table,
    output: OutputOption = None,
) -> None:
    """Hold the outcome models against past disputes or crises, out of sample."""
    from leverage.lab.backtests import run_backtest

    refuse(form, [Form.table, Form.json])
    result = run_backtest(panel.value, data, holdout, scheme.value, repeats=repeats, seed=seed)
    if predictions is not None:
        write(result.predictions.to_csv(index=False, lineterminator="\n"), predictions)
    document = result.document
    text = document.to_table().to_text(terminal_width()) + "\n"
    write(to_json(document.model_dump()) if form is Form.json else text, output)


@app.command("ui")
def ui(
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 5000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
) -> None:
    """Open MLflow's pages on the store, until interrupted."""
    from leverage.lab import start_ui

    start_ui(port, host)


@app.command("rebase")
def rebase_command() -> None:
    """Mend the addresses of artifacts after the checkout was moved or copied."""
    from leverage.lab import Store, rebase

    count = rebase(Store.find())
    typer.echo(f"{count} addresses rewritten" if count else "every address is in its place")


def _shown(uri: str) -> str:
    path = Path(uri.removeprefix("sqlite:///"))
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else uri
