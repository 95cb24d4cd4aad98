"""An article's text, as it was read from a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from leverage.case import text_hash


@dataclass(frozen=True)
class ArticleText:
    r"""The text that is coded, and what its file tells of itself.

    Attributes
    ----------
    text : str
        Of a text or Markdown file all of it, newlines as ``\n``; of an HTML page the article without its
        frame. Every position counts characters of this text.
    form : {"text", "markdown", "html"}
    encoding : str
    title, publisher, date : str, str and datetime.date, or None
        Where the file states them.
    notes : tuple of str
        What a user should know, such as an encoding that had to be guessed.
    """

    text: str
    form: str = "text"
    encoding: str = "utf-8"
    title: str | None = None
    publisher: str | None = None
    date: dt.date | None = None
    notes: tuple[str, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the text."""
        return text_hash(self.text)
