"""The command ``leverage``: one thin module for each group of commands."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from leverage import __version__
from leverage.cli import agreeing, coding, explaining, lab, reviewing, robustness, scoring, starting
from leverage.faults import CALL, InputError

app = typer.Typer(
    name="leverage",
    help="Score each side's negotiating leverage from coded articles, and explain every point.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"leverage {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    del version


app.command("check")(scoring.check)
app.command("score")(scoring.score)
app.command("explain")(explaining.explain_command)
app.command("compare")(explaining.compare)
app.command("robustness")(robustness.robustness_command)
app.command("report")(explaining.report)
app.command("code")(coding.code)
app.command("review")(reviewing.review)
app.command("annotations")(coding.annotations_command)
app.command("agree")(agreeing.agree)
app.command("schema")(starting.schema)
app.command("init")(starting.init)
app.add_typer(lab.app, name="lab")


def main() -> None:
    """Run the command line; exit with 0, 1 (an input file is wrong) or 2 (the call is wrong)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what a terminal cannot show is spelled out
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except InputError as error:
        for fault in error.faults:
            sys.stderr.write(f"{fault}\n")
        count = len(error.faults)
        if any(fault.file != CALL for fault in error.faults):
            sys.stderr.write(f"{count} fault{'s' if count > 1 else ''}; nothing was written.\n")
            sys.exit(1)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
