"""``leverage lab compare``: runs side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from leverage.cli.options import Form, FormOption, OutputOption, refuse, terminal_width, to_json, write


def compare_command(
    runs: Annotated[
        list[str],
        typer.Argument(
            help="Two or more runs: an id, its first digits, or an experiment's name for its latest run.",
            metavar="RUN RUN",
        ),
    ],
    draws: Annotated[int, typer.Option(min=10, help="Draws of the bootstrap behind the intervals.")] = 500,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="For the bootstrap.")] = 0,
    form: FormOption = Form.table,
    output: OutputOption = None,
) -> None:
    """Show what differs between runs: choices, metrics, and the differences on the same rows."""
    from leverage.lab.comparing import compare_runs

    refuse(form, [Form.table, Form.json])
    found = compare_runs(runs, draws=draws, seed=seed)
    texts = [table.to_text(max(terminal_width(), 120)) + "\n" for table in found.to_tables()]
    write(to_json(found.model_dump()) if form is Form.json else "\n".join(texts), output)
