"""What ``leverage code`` does: reads an article, has it coded, and keeps or shows the suggestions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import typer

from leverage.case import Actor, Article, Event, LoadedCase
from leverage.cli.adding import Named, add_to_case, new_entry
from leverage.cli.coding import CodeForm
from leverage.cli.options import now, read_case, show, terminal_width, write
from leverage.codebook import Codebook
from leverage.coding import (
    ArticleText,
    Suggestion,
    TimeReference,
    add_suggestions,
    code_article,
    find_times,
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


@dataclass(frozen=True)
class Source:
    """What is coded: the text, its date, whom it may speak of, and the case that it is for."""

    file: Path
    article: ArticleText
    date: dt.date | None
    actors: Sequence[Actor]
    events: Sequence[Event]
    units: Mapping[str, float]
    case: LoadedCase | None = None
    known: Article | None = None

    @cached_property
    def prose(self) -> str:
        """The text as long as it is, with blanks for what is no prose."""
        return masked(self.article)


def only_article(entries: Sequence[Entry]) -> str:
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


def check_options(case: Path | None, of_case: Sequence[str], llm: str | None, cache: Path | None) -> None:
    """Report options that would have no effect."""
    if case is None and of_case:
        raise call_error(
            f"{and_list(of_case)} {_have(of_case)} no effect without a case", "give --case CASE too"
        )
    if llm is None and cache is not None:
        raise call_error("--cache has no effect without --llm", "give --llm MODEL too")


def _have(names: Sequence[str]) -> str:
    return "have" if len(names) > 1 else "has"


def read_source(
    file: Path,
    case: Path | None,
    actors: Path | None,
    date: str | None,
    features: list[Path] | None,
    *,
    only_dates: bool,
) -> Source:
    """The article with its parties: those of the case, or of a file."""
    article, stated = read_article(file), _day(date)
    if case is not None and actors is not None:
        raise call_error("--case and --actors both name the parties", "give one of them")
    if case is not None:
        return _of_case(file, article, stated, read_case(case, features, None))
    if actors is not None:
        read = read_actors(actors)
        return Source(file, article, stated or article.date, read.actors, read.events, {})
    if only_dates:
        return Source(file, article, stated or article.date, (), (), {})
    raise call_error("no parties are named", "give --case CASE, or --actors ACTORS.yaml")


def _of_case(file: Path, article: ArticleText, stated: dt.date | None, loaded: LoadedCase) -> Source:
    known = next((each for each in loaded.case.articles if each.sha256 == article.sha256), None)
    date = known.date if known else stated or article.date
    units = {stake.size.unit: stake.size.value for stake in loaded.case.stakes if stake.size}
    return Source(
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


def times_of(source: Source) -> list[TimeReference]:
    """The article's expressions of time; an `InputError` where its date is not known."""
    if source.date is None:
        raise call_error(
            "the article's date is not known, so no time can be resolved", "give --date YYYY-MM-DD"
        )
    return find_times(source.prose, source.date, source.events)


def by_meaning(wanted: bool | None) -> bool:
    """Whether sentences are compared by meaning: where it can be, and is not refused."""
    able = is_available()
    if wanted and not able:
        raise call_error(
            "--meaning needs packages that are not installed", "pip install 'negotiation-leverage[nlp]'"
        )
    return able if wanted is None else wanted


def suggested(
    source: Source, codebook: Codebook, meaning: bool, llm: str | None, cache: Path | None
) -> Sequence[Suggestion]:
    """The suggestions of the patterns, or of a language model; what was rejected or not found is told."""
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
    if not Parties(source.actors).named_in(tokenize(source.prose)):
        names = printable(name_list(actor.name for actor in source.actors))
        typer.echo(f"No party was found in the article: none of {names} or their aliases.", err=True)
    return found


def entry_of(source: Source, named: Named) -> Article | None:
    """What the case says of the article, or shall say; None without a case."""
    if source.case is None:
        return None
    if source.known is None:
        return new_entry(source.case, source.article, source.file, source.date, named)
    if differing := named.differing(source.known):
        told = f"{and_list(differing)} {_have(differing)} no effect"
        typer.echo(f"The case has this article already, as {source.known.id!r}; {told}.", err=True)
    return source.known


def keep(
    loaded: LoadedCase, source: Source, suggestions: Sequence[Suggestion], entry: Article, by: str
) -> None:
    """Add the article to the case where it is new, and the suggestions to its log."""
    if source.known is None:
        add_to_case(loaded, entry, source.article.text)
    new = add_suggestions(loaded.folder, suggestions, at=now(), by=by, article=entry.id)
    folder = printable(str(loaded.folder))
    told = f"{len(new)} new suggestions wait in {folder}/{LOG_FILE}"
    told += f"; {len(suggestions) - len(new)} were there before" if len(new) < len(suggestions) else ""
    typer.echo(f"{told}. Next: leverage review {folder}", err=True)


def show_suggestions(
    source: Source, suggestions: Sequence[Suggestion], format: CodeForm, output: Path | None
) -> None:
    """Write the suggestions in the form that is wanted."""
    if format is CodeForm.table:
        table = _table(suggestions, len(split_sentences(source.prose)))
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
