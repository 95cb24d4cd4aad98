"""An article that a case does not have yet: what it is called, and that it is named in the case."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import typer
from pydantic import ValidationError

from leverage.case import Article, LoadedCase
from leverage.coding import ArticleText
from leverage.coding.casefile import add_article
from leverage.faults import InputError, and_list, call_error, printable

LONGEST = 80
"""Characters of a file's name that become an article's id."""
_OPTIONS = {"id": "--id", "file": "--id", "title": "--title", "publisher": "--publisher"}
_REMEDIES = {
    "id": "write letters, digits and . _ -, beginning with a letter or digit",
    "file": "write a shorter one: the article's text is kept in a file of this name",
    "title": "write it as a text",
    "publisher": "write it as a text",
}


@dataclass(frozen=True)
class Named:
    """What the options say of an article; None where they say nothing."""

    id: str | None = None
    title: str | None = None
    publisher: str | None = None

    def options(self) -> list[str]:
        """The options that were given."""
        return [f"--{name}" for name, value in vars(self).items() if value is not None]

    def differing(self, known: Article) -> list[str]:
        """The options that say something else than the case does."""
        return [
            f"--{name}"
            for name, value in vars(self).items()
            if value is not None and value.strip() != getattr(known, name)
        ]


def new_entry(
    loaded: LoadedCase, article: ArticleText, file: Path, date: dt.date | None, named: Named
) -> Article:
    """What the case shall say of an article that it does not have.

    Raises
    ------
    InputError
        Something that the case must know of it is not known, cannot stand there, or is taken.
    """
    title, publisher = (
        (said or "").strip() or found
        for said, found in ((named.title, article.title), (named.publisher, article.publisher))
    )
    stated = {"title": title, "publisher": publisher, "date": date}
    missing = [name for name, value in stated.items() if not value]
    if missing:
        are = "are" if len(missing) > 1 else "is"
        raise call_error(
            f"the case does not have this article, and its {and_list(missing)} {are} not known",
            f"give {and_list(f'--{name}' for name in missing)}",
        )
    name = named.id if named.id is not None else _id_of(file)
    if name in {each.id for each in loaded.case.articles}:
        raise call_error(
            f"the case has an article {name!r} already, with another text", "name this one with --id"
        )
    return _entry({
        **stated, "id": name, "sha256": article.sha256,
        "file": f"{name}.{'md' if article.form == 'markdown' else 'txt'}",
    })  # fmt: skip


def add_to_case(loaded: LoadedCase, entry: Article, text: str) -> None:
    """Copy an article's text into the case's folder and name it in the case."""
    add_article(loaded.folder, entry, text, loaded.codebook)
    place = printable(str(loaded.folder / (entry.file or "")))
    typer.echo(f"wrote {place} and named it in the case", err=True)


def _id_of(file: Path) -> str:
    """An id from a file's name, its letters without their accents."""
    plain = unicodedata.normalize("NFKD", file.stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", plain)[:LONGEST].strip("-._") or "article"


def _entry(fields: Mapping[str, object]) -> Article:
    try:
        return Article.model_validate(fields)
    except ValidationError as error:
        wrong = list(dict.fromkeys(str(each["loc"][0]) for each in error.errors(include_url=False)))
        raise InputError(
            fault
            for key in wrong
            if key != "file" or "id" not in wrong
            for fault in call_error(
                f"{_OPTIONS.get(key, key)} {_short(fields['id' if key == 'file' else key])} cannot stand "
                "in the case",
                _REMEDIES.get(key, "see docs/case-format.md"),
            ).faults
        ) from error


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "…"
