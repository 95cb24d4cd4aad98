"""Read an article from a text, Markdown or HTML file."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from pathlib import Path
from typing import Any

from leverage.coding._decoding import Decoded, NoTextError, decode
from leverage.coding._html import read_day, read_page
from leverage.coding.article import ArticleText
from leverage.coding.markdown import FRONT_MATTER
from leverage.documents import Document, read_bytes
from leverage.faults import Fault, InputError

_PAGE_NAMES = (".html", ".htm", ".xhtml")
_MARKDOWN_NAMES = (".md", ".markdown", ".mkd")
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"<(?:[a-z][a-z0-9]*|![a-z-]|/[a-z])", re.IGNORECASE)
_HEADING = re.compile(r"(?:\A|\n)#\s+(\S[^\n]*?)\s*#*\s*(?:\n|\Z)")
_PUBLISHERS = ("publisher", "source", "site", "newspaper")


def read_article(path: Path, shown: str | None = None) -> ArticleText:
    r"""Read an article.

    Of a text or Markdown file `text` is all of it, newlines as ``\n``: for a UTF-8 file the text that
    `leverage.documents.read_text` gives. Of an HTML page it is the article, paragraphs parted by a blank
    line, without scripts, navigation, banners, captions and comments; a title that the page states is no
    part of it.

    Parameters
    ----------
    path : Path
    shown : str, optional
        The file's name in faults.

    Returns
    -------
    ArticleText
        Its `notes` tell what had to be guessed.

    Raises
    ------
    InputError
        No such file, a folder, an empty or blank file, no text (a PDF, a picture, …), more than
        `leverage.documents.MAX_BYTES`, or a page without an article.
    """
    raw = read_bytes(path, shown)
    name = shown or str(path)
    try:
        decoded = decode(raw)
    except NoTextError as error:
        raise _fault(name, error.problem, error.remedy) from error
    if not raw or is_blank(decoded.text):
        raise _fault(name, f"the file is {'blank' if raw else 'empty'}", "put the article's text into it")
    form = _form(path, decoded.text)
    if form == "html":
        return _from_page(decoded, name)
    if form == "markdown":
        return _from_markdown(decoded, name)
    return ArticleText(decoded.text, form, decoded.encoding, notes=decoded.notes)


def is_blank(text: str) -> bool:
    """Whether nothing of a text is seen: blanks, control and formatting characters alone."""
    return not any(unicodedata.category(char)[0] not in "ZC" for char in text)


def _form(path: Path, text: str) -> str:
    """By content where it is a page, else by the file's name."""
    suffix = path.suffix.lower()
    if _PAGE.match(text) or (suffix in _PAGE_NAMES and _TAG.search(text)):
        return "html"
    if suffix in _MARKDOWN_NAMES or (not suffix and (FRONT_MATTER.match(text) or _HEADING.match(text))):
        return "markdown"
    return "text"


def _from_page(decoded: Decoded, name: str) -> ArticleText:
    page = read_page(decoded.text)
    if is_blank(page.text):
        remedy = "save the page as it is shown, with its text, or copy the article into a text file"
        told = "; ".join(("there is no article's text in this HTML page", *page.notes[:1]))
        raise _fault(name, told, remedy)
    return ArticleText(
        page.text, "html", decoded.encoding, page.title, page.publisher, page.date, decoded.notes + page.notes
    )


def _from_markdown(decoded: Decoded, name: str) -> ArticleText:
    stated, notes = _front_matter(decoded.text, name)
    heading = _HEADING.search(decoded.text)
    title = _text(stated, "title") or (heading[1] if heading else None)
    publisher = next((said for key in _PUBLISHERS if (said := _text(stated, key))), None)
    day: dt.date | None = read_day(stated.get("date"))
    return ArticleText(
        decoded.text, "markdown", decoded.encoding, title, publisher, day, decoded.notes + notes
    )


def _front_matter(text: str, name: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    found = FRONT_MATTER.match(text)
    if not found or not found[1].strip():
        return {}, ()
    try:
        data = Document(found[1], name).data
    except InputError:
        return {}, ("the front matter is no YAML; title and date were not read from it",)
    return (data, ()) if isinstance(data, dict) else ({}, ())


def _text(stated: dict[str, Any], key: str) -> str | None:
    said = stated.get(key)
    return " ".join(said.split()) or None if isinstance(said, str) else None


def _fault(name: str, problem: str, remedy: str) -> InputError:
    return InputError([Fault(name, None, None, problem, remedy)])
