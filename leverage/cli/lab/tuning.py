"""``leverage lab tune``: a search of settings."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leverage.cli.options import Form, FormOption, OutputOption, refuse, terminal_width, to_json, write
from leverage.faults import Fault, InputError, call_error

if TYPE_CHECKING:
    from leverage.lab.tuning import TuneExperiment
    from leverage.lab.tuning.running import Progress

INTERRUPTED = 130


class PanelChoice(StrEnum):
    """A panel to tune on. The library of negotiations is none: nothing is ever tuned on it."""

    disputes = "disputes"
    crises = "crises"


class ModelChoice(StrEnum):
    """A model to tune."""

    transparent = "transparent"
    boosted = "boosted-trees"
    forest = "random-forest"


class SchemeChoice(StrEnum):
    """How rows are divided into folds."""

    stratified = "stratified"
    grouped = "grouped"


class BackendChoice(StrEnum):
    """Where trials are measured."""

    loky = "loky"
    threading = "threading"
    dask = "dask"


def tune(
    panel: Annotated[PanelChoice, typer.Argument(help="The panel: disputes or crises.")],
    data: Annotated[Path, typer.Option("--data", help="The folder of the research data.", metavar="DIR")],
    model: Annotated[ModelChoice, typer.Option(help="The model whose settings are searched.")] = (
        ModelChoice.transparent
    ),
    scheme: Annotated[
        SchemeChoice | None,
        typer.Option(help="How rows are divided into folds: by default stratified, crises grouped."),
    ] = None,
    trials: Annotated[int, typer.Option(min=1, help="Trials of the whole study.")] = 40,
    repeats: Annotated[int, typer.Option(min=1, help="How often folds are drawn.")] = 3,
    folds: Annotated[int, typer.Option(min=2, max=100, help="Folds of each repeat.")] = 10,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="For folds, trees and the search.")] = 0,
    jobs: Annotated[int, typer.Option(min=1, help="Trials measured at once.")] = 1,
    batch: Annotated[
        int | None,
        typer.Option(min=1, help="Trials asked for at once, which decides what is asked; as many as jobs."),
    ] = None,
    backend: Annotated[
        BackendChoice | None,
        typer.Option(help="Where they are measured: by default dask with a scheduler, else loky."),
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler.", metavar="ADDRESS")
    ] = None,
    storage: Annotated[
        str | None,
        typer.Option(
            help="Where the study is kept: a journal file (mlruns/studies/STUDY.log by default) or "
            "postgresql://…; PGPASSWORD and ~/.pgpass keep a password out of the command.",
            metavar="FILE|URL",
        ),
    ] = None,
    study: Annotated[
        str | None, typer.Option(help="The study's name; PANEL-MODEL-SCHEME by default.")
    ] = None,
    patience: Annotated[
        float,
        typer.Option(help="Minutes after which a trial begun on another machine counts as left behind."),
    ] = 60.0,
    form: FormOption = Form.table,
    output: OutputOption = None,
) -> None:
    """Search a model's settings for the least out-of-fold log loss; run again to continue a search."""
    from leverage.lab.tuning.running import Interrupted, run_tuning

    refuse(form, [Form.table, Form.json])
    definition = _definition(
        panel=panel.value, model=model.value, scheme=scheme.value if scheme else None,
        trials=trials, repeats=repeats, folds=folds, seed=seed, jobs=jobs, batch=batch,
        backend=backend.value if backend else None,
        scheduler=scheduler, storage=storage, study=study, patience=patience,
    )  # fmt: skip
    try:
        with _progress_bar(definition.study_name) as on_progress:
            result = run_tuning(definition, data, on_progress=on_progress)
    except Interrupted as stopped:
        typer.echo(f"interrupted: {stopped}; give the same command again to go on", err=True)
        raise typer.Exit(INTERRUPTED) from None
    document = result.document
    if form is Form.json:
        write(to_json(document.model_dump()), output)
    else:
        write(document.to_table().to_text(terminal_width()) + "\n", output)
    typer.echo(f"logged as run {result.run}; look at it with: leverage lab ui", err=True)


def _definition(**told: object) -> TuneExperiment:
    from pydantic import ValidationError

    from leverage.lab.tuning import TuneExperiment

    panel, model = told["panel"], told["model"]
    title = f"Which settings of {model} lose least on {panel}?"
    head = {"format": "leverage/experiment/1", "kind": "tune", "name": f"tune-{panel}", "title": title}
    try:
        return TuneExperiment.model_validate({**head, **told})
    except ValidationError as error:
        raise InputError([_fault(str(each["loc"][0]), each["input"]) for each in error.errors()]) from None


def _fault(name: str, value: object) -> Fault:
    from leverage.lab.tuning import TuneExperiment

    remedy = f"--{name}: {TuneExperiment.model_fields[name].description}"
    if name == "study":
        remedy = "use letters, digits, `.`, `_` and `-`, as in disputes-wide"
    return call_error(f"--{name} cannot be {value!r}", remedy).faults[0]


@contextmanager
def _progress_bar(title: str) -> Iterator[Callable[[Progress], None] | None]:
    """A bar on the error output where that is a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[least]}"), TimeRemainingColumn(),
    )  # fmt: skip
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, least="")

        def show(progress: Progress) -> None:
            least = "" if progress.least is None else f"least log loss {progress.least:.4f}"
            bar.update(task, total=progress.trials, completed=progress.finished, least=least)

        yield show
