"""``leverage lab log``, ``run``, ``ui`` and ``rebase``: what goes to MLflow, and its pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leverage.cli.options import (
    ArticlesOption,
    BaselineOption,
    CasePath,
    FeaturesOption,
    MissingOption,
    ScenarioOption,
    read_case,
    read_codebook,
    read_weights,
    terminal_width,
)


def log(
    case: CasePath,
    weights: Annotated[
        str,
        typer.Option(
            "--weights", help="case, equal, entropy, critic, learned:disputes, a file, or models:/NAME@ALIAS."
        ),
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
        weights=read_weights(weights, loaded),
        policy=missing.value if missing else None,
        scenarios=scenario,
        baseline=baseline,
        store=store,
    )
    typer.echo(
        f"logged {loaded.case.id} as run {run} in {_shown(store.shown_uri)}; look at it with: leverage lab ui"
    )


def run(
    file: Annotated[Path, typer.Argument(help="A definition in experiments/.", metavar="FILE")],
    features: FeaturesOption = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", help="The folder of the research data, for kinds that need it.", metavar="DIR"
        ),
    ] = None,
) -> None:
    """Run an experiment's definition, log and show the result; one that was interrupted is continued."""
    from leverage.lab import run_experiment

    try:
        result = run_experiment(
            file,
            codebook=read_codebook(features),
            data=data,
            on_step=lambda step: typer.echo(step, err=True),
        )
    except KeyboardInterrupt:
        typer.echo("stopped; the same command goes on where it was", err=True)
        raise
    for table in result.to_tables():
        typer.echo(table.to_text(max(terminal_width(), 120)))
    below = f", with {len(result.children)} runs below it" if result.children else ""
    typer.echo(f"logged as run {result.run}{below}")


def ui(
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 5000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
) -> None:
    """Open MLflow's pages on the store, until interrupted."""
    from leverage.lab import start_ui

    start_ui(port, host)


def rebase_command() -> None:
    """Mend the addresses of artifacts after the checkout was moved or copied."""
    from leverage.lab import Store, rebase

    count = rebase(Store.find())
    typer.echo(f"{count} addresses rewritten" if count else "every address is in its place")


def _shown(uri: str) -> str:
    path = Path(uri.removeprefix("sqlite:///"))
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else uri
