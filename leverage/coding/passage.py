"""A passage of an article as a suggestion keeps it."""

from __future__ import annotations

from leverage.case import Span
from leverage.coding.article import ArticleText
from leverage.coding.suggestion import CONTEXT


def passage_fields(article: ArticleText, span: Span) -> dict[str, object]:
    """The fields of a suggestion that say where it stands."""
    text, start, end = article.text, span.start, span.end
    return {
        "start": start,
        "end": end,
        "exact": text[start:end],
        "prefix": text[max(0, start - CONTEXT) : start],
        "suffix": text[end : end + CONTEXT],
        "sha256": article.sha256,
    }
