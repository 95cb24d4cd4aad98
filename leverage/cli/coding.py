"""``leverage code``: from an article to suggestions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leverage.case import Actor, Event
from leverage.cli.options import FeaturesOption, OutputOption, read_case, read_codebook, show, write
from leverage.codebook import Codebook
from leverage.coding import ArticleText, Suggestion, code_article, read_actors, read_article, times_in
from leverage.faults import call_error
from leverage.render import Column, Table


class CodeForm(StrEnum):
    """The form in which suggestions are written."""

    table = "table"
    jsonl = "jsonl"
    jsonld = "jsonld"
    label_studio = "label-studio"
    csv = "csv"


def code(
    article: Annotated[Path, typer.Argument(help="A text, Markdown or HTML file.", metavar="ARTICLE")],
    case: Annotated[
        Path | None,
        typer.Option("--case", help="The case to add the suggestions to: a folder or its case.yaml."),
    ] = None,
    actors: Annotated[
        Path | None,
        typer.Option("--actors", help="Without a case: a YAML list of actors with id, name and aliases."),
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", help="The article's date, YYYY-MM-DD; its own where it states one.")
    ] = None,
    dates: Annotated[
        bool, typer.Option("--dates", help="Print the expressions of time and their days instead.")
    ] = False,
    format: Annotated[CodeForm, typer.Option("--format", help="The form of the suggestions.")] = CodeForm.table,
    features: FeaturesOption = None,
    output: OutputOption = None,
) -> None:
    """Suggest what an article says of each factor, every suggestion tied to its passage."""
    codebook = read_codebook(features)
    read = read_article(article)
    published = _day(date) or read.date
    parties, events = _parties(case, actors, features)
    if dates:
        write(_times(read, published, events, format), output)
        return
    suggestions = code_article(read, parties, codebook, published, events)
    _show(read, suggestions, codebook, format, output)
