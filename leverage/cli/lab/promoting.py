"""``leverage lab promote``: a run's weights get a name."""

from __future__ import annotations

from typing import Annotated

import typer


def promote_command(
    run: Annotated[str, typer.Argument(help="The run's id, or the beginning of it.", metavar="RUN")],
    name: Annotated[str, typer.Option(help="The registered model.")] = "leverage",
    alias: Annotated[str, typer.Option(help="What the version is called.")] = "champion",
) -> None:
    """Register a run's model, so that others score with it: --weights models:/leverage@champion."""
    from leverage.lab.registry import promote

    typer.echo(promote(run, name, alias))
