"""What the commands share: options, loading, and how a result is written out."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from leverage.builders import feature_table
from leverage.case import CASE_FILE, LoadedCase, MissingPolicy, load_case
from leverage.codebook import Codebook, load_codebook
from leverage.documents import is_file, is_folder
from leverage.faults import call_error, name_list
from leverage.model import Scores, Weights, find_weights, score_table
from leverage.render import Table

REGISTRY = "models:/"
"""What names weights of MLflow's registry."""


class Policy(StrEnum):
    """What a missing factor does to a score."""

    bounds = "bounds"
    renormalise = "renormalise"
    assume = "assume"


class Form(StrEnum):
    """The form in which a result is written."""

    table = "table"
    json = "json"
    csv = "csv"
    md = "md"
    html = "html"
    svg = "svg"


CasePath = Annotated[Path, typer.Argument(help="The case's folder, or its case.yaml.", metavar="CASE")]
WeightsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--weights",
        help="case, equal, entropy, critic, learned:disputes, a weights file, or models:/NAME@ALIAS of the "
        "registry. Repeat it to score side by side.",
        metavar="NAME|FILE|MODEL",
    ),
]
ScenarioOption = Annotated[list[str] | None, typer.Option("--scenario", help="A scenario's id. Repeatable.")]
ActorOption = Annotated[list[str] | None, typer.Option("--actor", help="An actor's id. Repeatable.")]
MissingOption = Annotated[
    Policy | None,
    typer.Option("--missing", "--policy", help="What a missing factor does; the case's policy by default."),
]
FeaturesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--features",
        help="A folder of factors that join the codebook, or take the place of those of the same id. "
        "It can hold Python code, which is run.",
    ),
]
ArticlesOption = Annotated[
    Path | None, typer.Option("--articles", help="A folder to look for articles that the case only names.")
]
BaselineOption = Annotated[
    str | None,
    typer.Option(
        "--baseline",
        help="What a score is held against: opponent, mean, bottom, actor:ID or scenario:ID. "
        "By default the opponent, or the mean where an actor faces several.",
    ),
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="A file to write instead of the screen.")
]
FormOption = Annotated[Form, typer.Option("--format", help="The form of the result.")]


def read_codebook(features: Sequence[Path] | None) -> Codebook:
    """The project's factors, joined by those of the user's folders; no folder is a wrong call."""
    for folder in features or ():
        if not is_folder(folder):
            raise call_error(f"there is no folder {str(folder)!r} of factors", "check --features")
    return load_codebook(features or ())


def read_case(path: Path, features: Sequence[Path] | None, articles: Path | None) -> LoadedCase:
    """A case under the codebook that the options make; a path that leads nowhere is a wrong call."""
    if not is_file(path) and not is_file(path / CASE_FILE):
        what = f"no {CASE_FILE} in it" if is_folder(path) else "no such folder or file"
        raise call_error(
            f"{path} is no case: there is {what}", "name a case's folder, or start one: leverage init DIR"
        )
    return load_case(path, read_codebook(features), articles)


def score_case(
    loaded: LoadedCase,
    weights: Sequence[str] | None,
    scenarios: Sequence[str] | None,
    missing: Policy | None,
) -> tuple[Scores, ...]:
    """Scores of a case under each weighting that the options name."""
    policy: MissingPolicy = missing.value if missing else loaded.case.missing.policy
    table = feature_table(loaded, list(dict.fromkeys(scenarios or ())), missing=policy)
    weightings = [read_weights(name, loaded, policy) for name in dict.fromkeys(weights or ["case"])]
    _named_apart(weightings)
    return tuple(score_table(table, each, policy) for each in weightings)


def read_weights(choice: str, loaded: LoadedCase, missing: MissingPolicy | None = None) -> Weights:
    """The weights that an option names; those of the registry alone import MLflow, and say what they are."""
    if not choice.startswith(REGISTRY):
        return find_weights(choice, loaded, missing)
    from leverage.lab.registry import registered_weights

    weights = registered_weights(choice, loaded.codebook)
    typer.echo(weights.notes[-1], err=True)
    return weights


def _named_apart(weightings: Sequence[Weights]) -> None:
    ids = [weights.id for weights in weightings]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise call_error(
            f"two weightings have the id {name_list(twice)}", "give each file an `id` of its own"
        )


def check_actors(loaded: LoadedCase, actors: Sequence[str] | None) -> list[str]:
    """The actors' ids that an option names, each known to the case."""
    return [loaded.actor(name).id for name in actors or ()]


def refuse(form: Form, allowed: Sequence[Form]) -> None:
    """Report a form that a command does not have."""
    if form not in allowed:
        names = ", ".join(each.value for each in allowed)
        raise call_error(f"this command has no form {form.value!r}", f"use --format with one of: {names}")


def write(text: str, output: Path | None) -> None:
    """Write a result to a file or to the screen."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise call_error(f"{output} cannot be written: {error.strerror}", "choose another file") from error
    typer.echo(f"wrote {output}", err=True)


def show(table: Table) -> None:
    """Show a table on a terminal."""
    from rich.console import Console

    Console().print(table.to_rich())


def to_json(value: Any) -> str:
    """JSON text with real null for what is missing, never NaN."""
    import json

    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def login() -> str:
    """Who works here, by the system's account; unknown is a wrong call."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError) as error:
        raise call_error("it is not known who you are", "name yourself with --coder") from error


def coder_name(stated: str | None) -> str:
    """Who codes: by the option, else by the system's account; a name that cannot be shown is a wrong call."""
    name = (stated or "").strip() or login()
    if not name.isprintable():
        raise call_error(f"--coder {name!r} is no name", "write it without control characters")
    return name


def now() -> dt.datetime:
    """The time, to the second, in UTC: for logs alone."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def terminal_width() -> int:
    """Columns of the terminal, at most 140; 100 where output is no terminal."""
    import shutil

    return min(140, shutil.get_terminal_size((100, 40)).columns) if sys.stdout.isatty() else 100
