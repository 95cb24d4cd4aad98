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


def _day(date: str | None) -> dt.date | None:
    if date is None:
        return None
    try:
        return dt.date.fromisoformat(date)
    except ValueError as error:
        raise call_error(f"--date {date!r} is no day", "write it as YYYY-MM-DD") from error


def _parties(
    case: Path | None, actors: Path | None, features: list[Path] | None
) -> tuple[Sequence[Actor], Sequence[Event]]:
    """Who is looked for: the case's parties, or those of a file."""
    if (case is None) == (actors is None):
        problem = "no parties are named" if case is None else "--case and --actors both name parties"
        raise call_error(problem, "give --case CASE or --actors ACTORS.yaml")
    if case is not None:
        loaded = read_case(case, features, None)
        return loaded.case.actors, loaded.case.events
    assert actors is not None
    read = read_actors(actors)
    return read.actors, read.events


def _lines(records: Sequence[Suggestion | TimeReference]) -> str:
    return "".join(record.model_dump_json(by_alias=True) + "\n" for record in records)


def _table(suggestions: Sequence[Suggestion], sentences: int) -> Table:
    columns = [Column("Sentence", "right"), *(Column(name) for name in ("Factor", "Actor", "Says", "Tier", "Passage"))]
    rows = [
        (str(s.sentence), s.indicator and f"{s.factor}.{s.indicator}" or s.factor, s.actor, _says(s), s.tier,
         " ".join(s.exact.split())) for s in suggestions
    ]  # fmt: skip
    notes = [
        f"{len(suggestions)} suggestions in {sentences} sentences. + and − say what the passage tells of the actor's hand; "
        "nothing is scored before a person has accepted it with a reading.",
    ]
    return Table("Suggestions", columns, rows, notes)


def _says(suggestion: Suggestion) -> str:
    words = [{"+": "+", "-": "−", "unknown": "unknown"}[suggestion.direction]]
    words += ["if"] * suggestion.conditional + ["denied"] * suggestion.negated
    return ", ".join(words)
