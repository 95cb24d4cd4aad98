"""``leverage init`` and ``leverage schema``."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from leverage.cli.options import OutputOption, to_json, write
from leverage.cli.schemas import SCHEMAS, schema_of
from leverage.codebook import load_codebook
from leverage.documents import is_file, is_folder
from leverage.faults import call_error, suggest_name

KindArgument = Annotated[str, typer.Argument(help=f"What the schema is of: {', '.join(SCHEMAS)}.")]


def init(
    folder: Annotated[Path, typer.Argument(help="A new folder for the case.", metavar="DIR")],
) -> None:
    """Write a commented case to start from, in a new folder."""
    if is_file(folder) or (is_folder(folder) and any(folder.iterdir())):
        raise call_error(f"{folder} exists and is not empty", "name a new folder; nothing was written")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise call_error(f"{folder} cannot be made: {error.strerror}", "name another folder") from error
    codebook = load_codebook().hash[:12]
    for source in sorted(
        resources.files("leverage.case").joinpath("template").iterdir(), key=lambda f: f.name
    ):
        text = source.read_text(encoding="utf-8").replace("CODEBOOK_HASH", codebook)
        (folder / source.name).write_text(text, encoding="utf-8")
        typer.echo(f"wrote {folder / source.name}")
    schema = folder / "case.schema.json"
    schema.write_text(to_json(schema_of("case")), encoding="utf-8")
    typer.echo(f"wrote {schema}\nNext: leverage check {folder}")


def schema(
    kind: KindArgument,
    output: OutputOption = None,
) -> None:
    """Print the JSON Schema of a file or of a result, so that editors complete and programs check."""
    if kind not in SCHEMAS:
        raise call_error(f"there is no schema {kind!r}", suggest_name(kind, list(SCHEMAS)))
    write(to_json(schema_of(kind)), output)
