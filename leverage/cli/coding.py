"""``leverage code`` and ``leverage annotations``: an article's suggestions, and these for other tools."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leverage.cli.options import (
    CasePath,
    FeaturesOption,
    OutputOption,
    coder_name,
    read_case,
    read_codebook,
    write,
)
from leverage.faults import call_error, printable

ArticlePath = Annotated[Path, typer.Argument(help="A text, Markdown or HTML file.", metavar="ARTICLE")]
CaseOption = Annotated[
    Path | None,
    typer.Option("--case", help="The case whose parties are looked for, and whose suggestions grow."),
]
ActorsOption = Annotated[
    Path | None,
    typer.Option("--actors", help="Without a case: a YAML list of actors with id, name and aliases."),
]


class CodeForm(StrEnum):
    """The form in which suggestions are written."""

    table = "table"
    jsonl = "jsonl"
    jsonld = "jsonld"
    label_studio = "label-studio"
    csv = "csv"


class ExportForm(StrEnum):
    """The form in which a case's suggestions are written for other tools."""

    jsonl = "jsonl"
    jsonld = "jsonld"
    label_studio = "label-studio"
    label_studio_config = "label-studio-config"
    csv = "csv"


def code(
    article: ArticlePath,
    case: CaseOption = None,
    actors: ActorsOption = None,
    date: Annotated[
        str | None,
        typer.Option("--date", help="The article's date, YYYY-MM-DD, where neither case nor page states it."),
    ] = None,
    dates: Annotated[
        bool, typer.Option("--dates", help="Print the expressions of time and the days they mean instead.")
    ] = False,
    id: Annotated[
        str | None,
        typer.Option("--id", help="With --case: the id of an article that the case does not have."),
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="With --case: its title.")] = None,
    publisher: Annotated[str | None, typer.Option("--publisher", help="With --case: its publisher.")] = None,
    coder: Annotated[
        str | None, typer.Option("--coder", help="Who has it coded; your login by default.", metavar="NAME")
    ] = None,
    llm: Annotated[
        str | None,
        typer.Option(
            "--llm",
            help="Ask a language model instead, at the endpoint in LEVERAGE_LLM_URL.",
            metavar="MODEL",
        ),
    ] = None,
    meaning: Annotated[
        bool | None,
        typer.Option(
            "--meaning/--no-meaning",
            help="Compare sentences with the factors' examples by meaning too; by default where it can be.",
        ),
    ] = None,
    cache: Annotated[
        Path | None, typer.Option("--cache", help="With --llm: a folder in which its answers are kept.")
    ] = None,
    format: Annotated[
        CodeForm, typer.Option("--format", help="The form of the suggestions.")
    ] = CodeForm.table,
    features: FeaturesOption = None,
    output: OutputOption = None,
) -> None:
    """Suggest what an article says of each factor, every suggestion tied to its passage.

    With --case the suggestions wait in the case's suggestions.jsonl for `leverage review`.
    """
    from leverage.cli import suggesting
    from leverage.cli.adding import Named
    from leverage.coding.suggestion import json_lines

    named = Named(id, title, publisher)
    suggesting.check_options(case, [*named.options(), *(["--coder"] if coder else [])], llm, cache)
    codebook = read_codebook(features)
    source = suggesting.read_source(article, case, actors, date, features, only_dates=dates)
    for note in source.article.notes:
        typer.echo(f"{printable(str(article))}: {note}", err=True)
    if dates:
        write(json_lines(suggesting.times_of(source)), output)
        return
    by = coder_name(coder) if source.case else ""
    entry = suggesting.entry_of(source, named)  # before it is coded, which can take a while
    suggestions = suggesting.suggested(source, codebook, suggesting.by_meaning(meaning), llm, cache)
    if source.case is not None and entry is not None:
        suggesting.keep(source.case, source, suggestions, entry, by)
    suggesting.show_suggestions(source, suggestions, format, output)


def annotations_command(
    case: CasePath,
    format: Annotated[
        ExportForm,
        typer.Option(
            "--format", help="The form; label-studio-config is the labelling interface for label-studio."
        ),
    ] = ExportForm.jsonld,
    article: Annotated[str | None, typer.Option("--article", help="Those of one article, by its id.")] = None,
    features: FeaturesOption = None,
    output: OutputOption = None,
) -> None:
    """Write a case's suggestions, with what became of each, for other tools."""
    from leverage.cli.suggesting import only_article
    from leverage.coding import label_studio_config, load_log, to_csv, to_jsonld, to_label_studio
    from leverage.coding.log import LOG_FILE
    from leverage.coding.suggestion import json_lines

    loaded = read_case(case, features, None)
    if format is ExportForm.label_studio_config:
        factors = {factor.id: factor.title for factor in loaded.codebook.factors}
        write(label_studio_config(factors, {actor.id: actor.name for actor in loaded.case.actors}), output)
        return
    log = load_log(loaded.folder / LOG_FILE)
    for fault in log.faults:
        typer.echo(str(fault), err=True)
    name = loaded.article(article).id if article else only_article(list(log.entries.values()))
    entries = [entry for entry in log.entries.values() if entry.article == name]
    source, text = loaded.article(name), loaded.texts.get(name)
    if text is None:
        raise call_error(f"the text of the article {name!r} is not at hand", "give its file in the case")
    kept = [entry.suggestion for entry in entries if entry.state != "lost"]
    states = {entry.suggestion.id: entry.state for entry in entries}
    names = {actor.id: actor.name for actor in loaded.case.actors}
    file = source.file or source.id
    if format is ExportForm.jsonl:
        written = json_lines(kept)
    elif format is ExportForm.csv:
        written = to_csv(kept, file, names=names, statuses=states)
    elif format is ExportForm.jsonld:
        written = to_jsonld(kept, text, file, title=source.title, names=names, statuses=states)
    else:
        written = to_label_studio(kept, text, file, title=source.title, statuses=states)
    write(written, output)
