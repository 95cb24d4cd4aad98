"""The article of an HTML page: its paragraphs without the page's frame, and what the page states of it."""

from __future__ import annotations

import copy
import datetime as dt
import email.utils
import json
import re
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from typing import Any

SHORT = 0.5
"""Where less than this share of the page's own <article> is found, the element is taken whole."""

_DROPPED = [
    "script", "style", "noscript", "template", "svg", "math", "canvas", "iframe", "object", "embed",
    "audio", "video", "picture", "img", "map", "nav", "aside", "footer", "figure", "figcaption",
    "dialog", "menu", "button", "input", "select", "textarea", "label", "option"
]  # fmt: skip
_FRAME = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|comments?|disqus|related|recommend(?:ed|ations?)?|most-?read|"
    r"read-?(?:more|next)|newsletter|sign-?up|subscribe|share|sharing|social|promo|advert(?:s|isement)?|ads?|"
    r"breadcrumbs?|captions?|skip-?link|screen-reader-text|visually-?hidden|sr-only)(?:$|[\s_-])",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "item",
    "li", "list", "main", "ol", "p", "pre", "quote", "head", "section", "table", "tbody", "tfoot",
    "thead", "tr", "row", "ul", "summary"
))  # fmt: skip
_BREAKS = frozenset(("br", "lb"))
_CELLS = frozenset(("td", "th", "cell"))
_DATES = [
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date",
    "pubdate", "publishdate", "publish-date", "parsely-pub-date", "sailthru.date", "dc.date",
    "dc.date.issued", "dcterms.date", "dcterms.issued", "dcterms.created", "citation_publication_date",
    "citation_date"
]  # fmt: skip
_PUBLISHERS = ("og:site_name", "publisher", "dc.publisher", "citation_journal_title", "application-name")
_TITLES = ("og:title", "twitter:title", "dc.title", "citation_title", "headline", "title")
_DEEPEST = 20
_ISO = re.compile(r"\s*(\d{4})-?(\d{2})-?(\d{2})(?!\d)")


@dataclass(frozen=True)
class Page:
    """An article as a page shows it."""

    text: str
    title: str | None = None
    publisher: str | None = None
    date: dt.date | None = None
    notes: tuple[str, ...] = ()


def read_page(html: str) -> Page:
    """The article of a page; its text is empty where the page has none.

    Scripts, hidden elements, navigation, captions, comments and the like never reach the text. What is left
    is judged by trafilatura, and taken whole where that finds too little.
    """
    tree, notes = _parse(html)
    if tree is None:
        return Page("")
    stated = _Stated(tree)
    title, publisher = stated.title(), stated.publisher()
    _drop_frame(tree)
    found, note = _paragraphs_of(tree)
    if title is not None:
        title = _without_publisher(title, publisher)
        found = [part for k, part in enumerate(found) if k > 1 or _plain(part) != _plain(title)] or found
    return Page("\n\n".join(found) + "\n" if found else "", title, publisher, stated.date(), notes + note)


def _parse(html: str) -> tuple[Any, tuple[str, ...]]:
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    html = re.sub(r"\A\s*<\?xml[^>]*\?>", "", html).replace("\0", "")
    parser = HTMLParser(remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(html, parser=parser)
    except (etree.LxmlError, ValueError):
        return None, ()
    if any("depth" in error.message for error in parser.error_log):
        return tree, ("the page nests its elements too deeply; what lies deeper was not read",)
    return tree, ()


def _drop_frame(tree: Any) -> None:
    """Take out what is not shown and what frames the article, but never what holds most of the page."""
    for element in list(tree.iter(*_DROPPED)):
        if element.getparent() is not None:
            element.drop_tree()
    whole = len(tree.text_content())
    for element in list(tree.iter()):
        named = f"{element.get('class', '')} {element.get('id', '')}"
        unseen = "hidden" in element.attrib or _UNSEEN.search(element.get("style", ""))
        if not (unseen or element.get("aria-hidden") == "true" or _FRAME.search(named)):
            continue
        if element.getparent() is None or element.tag in ("body", "main", "article"):
            continue
        if len(element.text_content()) <= whole / 2 and not any(
            True for _ in element.iter("article", "main")
        ):
            element.drop_tree()


def _paragraphs_of(tree: Any) -> tuple[list[str], tuple[str, ...]]:
    from trafilatura import bare_extraction
    from trafilatura.settings import DEFAULT_CONFIG

    body = tree.find(".//body")
    body = tree if body is None else body
    page = list(_paragraphs(body))
    config = ConfigParser()
    config.read_dict(DEFAULT_CONFIG)
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "0")  # a short article is one too
    try:
        document = bare_extraction(copy.deepcopy(tree), include_comments=False, config=config)
    except (RecursionError, ValueError, TypeError, AttributeError):  # an odd page: it is taken as it is
        document = None
    found = list(_paragraphs(getattr(document, "body", None)))
    owns = [list(_paragraphs(element)) for element in tree.iter("article", "main")]
    own = max(owns, key=_words, default=[])
    if _words(found) < SHORT * _words(own):
        found = own
    found = found or page
    kept, all_words = _words(found), _words(page)
    if kept >= SHORT * all_words:
        return found, ()
    return found, (f"{kept} of the page's {all_words} words were taken for the article",)


def _paragraphs(root: Any) -> Iterator[str]:
    """The paragraphs under an element, in order, blanks as a browser shows them."""
    if root is None:
        return
    from lxml import etree

    line: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in _BLOCKS:
            yield from _shown(line)
            line.clear()
        elif tag in _CELLS and event == "end":
            line.append("\v")
        elif tag in _BREAKS and event == "start":
            line.append("\f")
        if event == "start" and tag:
            line.append(_flat(element.text))
        elif event == "end" and element is not root:
            line.append(_flat(element.tail))
    yield from _shown(line)


def _flat(text: str | None) -> str:
    return re.sub(r"[ \t\n\r\f\v]+", " ", text or "")


def _shown(line: list[str]) -> Iterator[str]:
    """Paragraphs of one block: two breaks part them, one ends a line; cells stand apart by a tab."""
    for part in re.split(r"\f[ \f]*\f", "".join(line)):
        rows = [re.sub(r" *\v *", "\t", re.sub(" +", " ", row)).strip() for row in part.split("\f")]
        if any(rows):
            yield "\n".join(row for row in rows if row)


def _words(paragraphs: list[str]) -> int:
    return sum(len(part.split()) for part in paragraphs)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _without_publisher(title: str, publisher: str | None) -> str:
    if publisher:
        shorter = re.sub(rf"\s+[|·•–—-]\s+{re.escape(publisher)}\s*\Z", "", title, flags=re.IGNORECASE)
        return shorter or title
    return title


class _Stated:
    """What a page states of its article: in JSON-LD, in meta elements, in its headings."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree
        self._linked = next(iter(_articles(tree)), {})
        self._meta: dict[str, str] = {}
        for element in tree.iter("meta"):
            name = element.get("property") or element.get("name") or element.get("itemprop") or ""
            self._meta.setdefault(name.strip().lower(), element.get("content") or "")

    def title(self) -> str | None:
        headings = [element.text_content() for element in self._tree.iter("h1")]
        named = [self._linked.get("headline"), self._meta.get(_TITLES[0])]
        named += headings if len(headings) == 1 else []
        named += [self._meta.get(name) for name in _TITLES[1:]]
        named += [element.text_content() for element in self._tree.iter("title")]
        return _first_text(named)

    def publisher(self) -> str | None:
        publisher = self._linked.get("publisher")
        publisher = publisher[0] if isinstance(publisher, list) and publisher else publisher
        named = publisher.get("name") if isinstance(publisher, dict) else publisher
        return _first_text([named, *(self._meta.get(name) for name in _PUBLISHERS)])

    def date(self) -> dt.date | None:
        said = [self._linked.get("datePublished"), *(self._meta.get(name) for name in _DATES)]
        shown = list(self._tree.iter("time"))
        said += [
            e.get("datetime") for e in shown if "pubdate" in e.attrib or e.get("itemprop") == "datePublished"
        ]
        said += [element.get("datetime") for element in shown[:1]]
        return next((day for day in map(read_day, said) if day), None)


def _articles(tree: Any) -> Iterator[dict[str, Any]]:
    for script in tree.iter("script"):
        if (script.get("type") or "").partition(";")[0].strip().lower() == "application/ld+json":
            try:
                yield from _article_nodes(json.loads(script.text or ""), 0)
            except (ValueError, RecursionError):
                continue


def _article_nodes(node: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(node, list):
        for part in node:
            yield from _article_nodes(part, depth + 1)
    elif isinstance(node, dict):
        if "headline" in node or "datePublished" in node:
            yield node
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _article_nodes(node.get(key), depth + 1)


def _first_text(found: list[Any]) -> str | None:
    return next((" ".join(text.split()) for text in found if isinstance(text, str) and text.strip()), None)


def read_day(said: object) -> dt.date | None:
    """The day that a text begins with, as ISO 8601 or as in mail; None where it is neither."""
    if isinstance(said, dt.date):
        return said
    if not isinstance(said, str):
        return None
    try:
        if found := _ISO.match(said):
            return dt.date(*(int(part) for part in found.groups()))
        return email.utils.parsedate_to_datetime(said).date()
    except (ValueError, TypeError, IndexError):
        return None
