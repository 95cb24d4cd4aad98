"""``leverage code`` and ``leverage annotations``: an article's suggestions, and these for other tools."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leverage.case import Actor, Article, Event, LoadedCase
from leverage.cli.adding import Named, add_to_case, new_entry
from leverage.cli.options import (
    CasePath,
    FeaturesOption,
    OutputOption,
    coder_name,
    now,
    read_case,
    read_codebook,
    show,
    terminal_width,
    write,
)
from leverage.codebook import Codebook
from leverage.coding import (
    ArticleText,
    Suggestion,
    TimeReference,
    add_suggestions,
    code_article,
    find_times,
    label_studio_config,
    load_log,
    read_actors,
    read_article,
    split_sentences,
    to_csv,
    to_jsonld,
    to_label_studio,
)
from leverage.coding.embedding import is_available
from leverage.coding.log import LOG_FILE, Entry
from leverage.coding.markdown import masked
from leverage.coding.parties import Parties
from leverage.coding.suggestion import json_lines
from leverage.coding.words import tokenize
from leverage.documents import iso_day
from leverage.faults import and_list, call_error, name_list, printable
from leverage.render import Column, Table

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


@dataclass(frozen=True)
class _Source:
    """What is coded: the text, its date, whom it may speak of, and the case that it is for."""

    file: Path
    article: ArticleText
    date: dt.date | None
    actors: Sequence[Actor]
    events: Sequence[Event]
    units: Mapping[str, float]
    case: LoadedCase | None = None
    known: Article | None = None


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
    named = Named(id, title, publisher)
    _check_options(case, [*named.options(), *(["--coder"] if coder else [])], llm, cache)
    codebook = read_codebook(features)
    source = _source(article, case, actors, date, features, only_dates=dates)
    for note in source.article.notes:
        typer.echo(f"{printable(str(article))}: {note}", err=True)
    if dates:
        write(json_lines(_times(source)), output)
        return
    by = coder_name(coder) if source.case else ""
    entry = _entry_of(source, named)  # before it is coded, which can take a while
    suggestions = _coded(source, codebook, _by_meaning(meaning), llm, cache)
    if source.case is not None and entry is not None:
        _keep(source.case, source, suggestions, entry, by)
    _write(source, suggestions, format, output)


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
    loaded = read_case(case, features, None)
    if format is ExportForm.label_studio_config:
        factors = {factor.id: factor.title for factor in loaded.codebook.factors}
        write(label_studio_config(factors, {actor.id: actor.name for actor in loaded.case.actors}), output)
        return
    log = load_log(loaded.folder / LOG_FILE)
    for fault in log.faults:
        typer.echo(str(fault), err=True)
    name = loaded.article(article).id if article else _only_article(list(log.entries.values()))
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


def _only_article(entries: Sequence[Entry]) -> str:
    """The one article that suggestions are of; several, or none, need a choice."""
    names = list(dict.fromkeys(entry.article for entry in entries if entry.article))
    if len(names) != 1:
        remedy = (
            f"name one with --article: {name_list(names)}"
            if names
            else "code one: leverage code ARTICLE --case CASE"
        )
        raise call_error(f"the case has suggestions on {len(names)} articles", remedy)
    return names[0]


def _check_options(case: Path | None, of_case: Sequence[str], llm: str | None, cache: Path | None) -> None:
    """Report options that would have no effect."""
    if case is None and of_case:
        raise call_error(
            f"{and_list(of_case)} {_have(of_case)} no effect without a case", "give --case CASE too"
        )
    if llm is None and cache is not None:
        raise call_error("--cache has no effect without --llm", "give --llm MODEL too")


def _have(names: Sequence[str]) -> str:
    return "have" if len(names) > 1 else "has"


def _source(
    file: Path,
    case: Path | None,
    actors: Path | None,
    date: str | None,
    features: list[Path] | None,
    *,
    only_dates: bool,
) -> _Source:
    """The article with its parties: those of the case, or of a file."""
    article, stated = read_article(file), _day(date)
    if case is not None and actors is not None:
        raise call_error("--case and --actors both name the parties", "give one of them")
    if case is not None:
        return _of_case(file, article, stated, read_case(case, features, None))
    if actors is not None:
        read = read_actors(actors)
        return _Source(file, article, stated or article.date, read.actors, read.events, {})
    if only_dates:
        return _Source(file, article, stated or article.date, (), (), {})
    raise call_error("no parties are named", "give --case CASE, or --actors ACTORS.yaml")


def _of_case(file: Path, article: ArticleText, stated: dt.date | None, loaded: LoadedCase) -> _Source:
    known = next((each for each in loaded.case.articles if each.sha256 == article.sha256), None)
    date = known.date if known else stated or article.date
    units = {stake.size.unit: stake.size.value for stake in loaded.case.stakes if stake.size}
    return _Source(
        file,
        article,
        date,
        loaded.case.actors,
        loaded.case.events,
        units,
        loaded,
        known,
    )


def _day(date: str | None) -> dt.date | None:
    if date is None:
        return None
    try:
        return iso_day(date)
    except ValueError as error:
        raise call_error(f"--date {date!r} is no day", "write it as YYYY-MM-DD") from error


def _times(source: _Source) -> list[TimeReference]:
    if source.date is None:
        raise call_error(
            "the article's date is not known, so no time can be resolved", "give --date YYYY-MM-DD"
        )
    return find_times(masked(source.article), source.date, source.events)


def _by_meaning(wanted: bool | None) -> bool:
    """Whether sentences are compared by meaning: where it can be, and is not refused."""
    able = is_available()
    if wanted and not able:
        raise call_error(
            "--meaning needs packages that are not installed", "pip install 'negotiation-leverage[nlp]'"
        )
    return able if wanted is None else wanted


def _coded(
    source: _Source, codebook: Codebook, meaning: bool, llm: str | None, cache: Path | None
) -> Sequence[Suggestion]:
    if source.date is None:
        typer.echo(
            "The article's date is not known: no expression of time is resolved (give --date).", err=True
        )
    if llm is None:
        found: Sequence[Suggestion] = code_article(
            source.article, source.actors, codebook, source.date, source.events, source.units, meaning
        )
    else:
        from leverage.coding.llm import AnswerCache, code_by_model, endpoint_from_environment

        coding = code_by_model(
            source.article,
            source.actors,
            codebook,
            endpoint_from_environment(llm),
            AnswerCache(cache) if cache else None,
        )
        for fault in coding.rejected:
            typer.echo(f"rejected: {printable(fault)}", err=True)
        found = coding.suggestions
    prose = masked(source.article)
    if not Parties(source.actors).named_in(tokenize(prose)):
        names = printable(name_list(actor.name for actor in source.actors))
        typer.echo(f"No party was found in the article: none of {names} or their aliases.", err=True)
    return found


def _entry_of(source: _Source, named: Named) -> Article | None:
    """What the case says of the article, or shall say; None without a case."""
    if source.case is None:
        return None
    if source.known is None:
        return new_entry(source.case, source.article, source.file, source.date, named)
    if differing := named.differing(source.known):
        told = f"{and_list(differing)} {_have(differing)} no effect"
        typer.echo(f"The case has this article already, as {source.known.id!r}; {told}.", err=True)
    return source.known


def _keep(
    loaded: LoadedCase, source: _Source, suggestions: Sequence[Suggestion], entry: Article, by: str
) -> None:
    """Add the article to the case where it is new, and the suggestions to its log."""
    if source.known is None:
        add_to_case(loaded, entry, source.article.text)
    new = add_suggestions(loaded.folder, suggestions, at=now(), by=by, article=entry.id)
    folder = printable(str(loaded.folder))
    told = f"{len(new)} new suggestions wait in {folder}/{LOG_FILE}"
    told += f"; {len(suggestions) - len(new)} were there before" if len(new) < len(suggestions) else ""
    typer.echo(f"{told}. Next: leverage review {folder}", err=True)


def _write(source: _Source, suggestions: Sequence[Suggestion], format: CodeForm, output: Path | None) -> None:
    if format is CodeForm.table:
        table = _table(suggestions, len(split_sentences(masked(source.article))))
        show(table) if output is None else write(table.to_text(terminal_width()), output)
    elif format is CodeForm.jsonl:
        write(json_lines(suggestions), output)
    elif format is CodeForm.jsonld:
        write(
            to_jsonld(suggestions, source.article.text, source.file.name, title=source.article.title), output
        )
    elif format is CodeForm.label_studio:
        write(
            to_label_studio(suggestions, source.article.text, source.file.name, title=source.article.title),
            output,
        )
    else:
        write(to_csv(suggestions, source.file.name), output)


def _table(suggestions: Sequence[Suggestion], sentences: int) -> Table:
    columns = [
        Column("Sentence", "right"),
        *(Column(name) for name in ("Factor", "Actor", "Says", "Tier", "Passage")),
    ]
    rows = [
        (
            str(s.sentence),
            s.factor.replace("_", " "),
            s.actor,
            _says(s),
            s.tier,
            printable(" ".join(s.exact.split())),
        )
        for s in suggestions
    ]
    notes = [
        f"{len(suggestions)} suggestions in {sentences} sentences. + and − are what a passage tells of the "
        "actor's hand.",
        "Nothing is scored before a person has accepted it with a reading.",
    ]
    return Table("Suggestions", columns, rows, notes)


def _says(suggestion: Suggestion) -> str:
    words = [{"+": "+", "-": "−", "unknown": "unknown"}[suggestion.direction]]
    words += ["if"] * suggestion.conditional + ["denied"] * suggestion.negated
    return ", ".join(words)
