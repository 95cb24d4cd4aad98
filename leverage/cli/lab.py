"""``leverage lab``: experiments tracked in MLflow."""

from __future__ import annotations

import typer

app = typer.Typer(help="Experiments: log scorings to MLflow, run definitions, open the tracking server.")


@app.callback()
def _lab() -> None:
    """Experiments."""
