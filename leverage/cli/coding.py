"""``leverage code``: from an article to suggestions."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leverage.case import Actor, Event, LoadedCase
from leverage.cli.options import FeaturesOption, OutputOption, read_case, read_codebook, show, write
from leverage.coding import (
    ArticleText,
    Suggestion,
    code_article,
    find_times,
    read_actors,
    read_article,
    to_csv,
    to_jsonld,
    to_label_studio,
)
from leverage.coding.sentences import split_sentences
from leverage.documents import Record
from leverage.faults import call_error
from leverage.render import Column, Table


class CodeForm(StrEnum):
    """The form in which suggestions are written."""

    table = "table"
    jsonl = "jsonl"
    jsonld = "jsonld"
    label_studio = "label-studio"
    csv = "csv"


@dataclass(frozen=True)
class _Source:
    """What is coded: the text, its date, and whom it may speak of."""

    article: ArticleText
    date: dt.date | None
    actors: Sequence[Actor]
    events: Sequence[Event]
    case: LoadedCase | None


def code(
    article: Annotated[Path, typer.Argument(help="A text, Markdown or HTML file.", metavar="ARTICLE")],
    case: Annotated[
        Path | None,
        typer.Option(
            "--case", help="The case whose parties are looked for, and to whose suggestions these are added."
        ),
    ] = None,
    actors: Annotated[
        Path | None,
        typer.Option("--actors", help="Without a case: a YAML list of actors with id, name and aliases."),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option("--date", help="The article's date, YYYY-MM-DD, where neither case nor page states it."),
    ] = None,
    dates: Annotated[
        bool, typer.Option("--dates", help="Print the expressions of time and the days they mean instead.")
    ] = False,
    form: Annotated[CodeForm | None, typer.Option("--format", help="The form of the suggestions.")] = None,
    llm: Annotated[
        str | None,
        typer.Option(
            "--llm",
            help="Ask this language model too, at the endpoint that LEVERAGE_LLM_URL names.",
            metavar="MODEL",
        ),
    ] = None,
    cache: Annotated[
        Path | None, typer.Option("--cache", help="A folder in which the language model's answers are kept.")
    ] = None,
    features: FeaturesOption = None,
    output: OutputOption = None,
) -> None:
    """Suggest what an article says of each factor, every suggestion tied to its passage."""
    source = _source(article, case, actors, date, features, dates)
    if dates:
        times = find_times(source.article.text, source.date, source.events) if source.date else []
        write(_lines(times), output)
        return
    suggestions = code_article(
        source.article, source.actors, read_codebook(features), source.date, source.events
    )
    _write(source, suggestions, form, output)
