"""``leverage lab``: experiments, one thin module for each group of commands."""

from __future__ import annotations

import typer

from leverage.cli.lab import backtesting, comparing, history, learning, promoting, tracking, tuning

app = typer.Typer(
    help="Experiments: log scorings to MLflow, run definitions, hold models against history.",
    no_args_is_help=True,
)
app.command("log")(tracking.log)
app.command("run")(tracking.run)
app.command("backtest")(backtesting.backtest_command)
app.command("library")(backtesting.library_command)
app.command("learn")(learning.learn)
app.command("tune")(tuning.tune)
app.command("promote")(promoting.promote_command)
app.command("history")(history.history)
app.command("compare")(comparing.compare_command)
app.command("ui")(tracking.ui)
app.command("rebase")(tracking.rebase_command)
