"""``leverage lab learn``: weights learned from past conflicts, as a weights file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leverage.cli.options import FeaturesOption, OutputOption, read_codebook, terminal_width, write


class LessonChoice(StrEnum):
    """What weights can be learned from."""

    disputes = "disputes"


def learn(
    lesson: Annotated[LessonChoice, typer.Argument(help="What to learn from: disputes.")],
    data: Annotated[Path, typer.Option("--data", help="The folder of the research data.", metavar="DIR")],
    draws: Annotated[int, typer.Option(min=1, help="Bootstrap draws behind the intervals.")] = 500,
    prior: Annotated[float, typer.Option(min=0.0, help="Pull towards equal weights.")] = 1.0,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="For draws and folds.")] = 0,
    features: FeaturesOption = None,
    output: OutputOption = None,
) -> None:
    """Learn weights over families from past disputes, and write them as a weights file.

    The same data, draws and seed give the same bytes as the file that ships as learned:disputes.
    """
    from leverage.lab.panels import dispute_panel
    from leverage.lab.weighting import disputes_file, learned_table
    from leverage.model import weights_text

    del lesson
    file = disputes_file(dispute_panel(data), read_codebook(features), prior=prior, draws=draws, seed=seed)
    write(weights_text(file), output)
    if output is not None:
        typer.echo(learned_table(file).to_text(terminal_width()))
