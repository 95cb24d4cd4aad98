"""An article with the passages that evidence rests on marked in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from leverage.case import Article, LoadedCase, Span
from leverage.render import details, escape


def article_html(loaded: LoadedCase, article: Article) -> str:
    """An article's text with its quoted passages marked, or the word that it is not at hand."""
    source = f"{article.title} ({article.publisher}, {article.date})"
    restated = f"<p>It restates {escape(article.restates)}.</p>" if article.restates else ""
    digest = f"<p>SHA-256 of the text: <code>{article.sha256}</code></p>"
    text = loaded.texts.get(article.id)
    if text is None:
        return details(
            source, f"{restated}{digest}<p>The text is not at hand: its quotations are not verified here.</p>"
        )
    spans = _quoted(loaded, article)
    return details(source, f"{restated}{digest}{_marked(text, spans)}")


def _quoted(loaded: LoadedCase, article: Article) -> list[tuple[Span, str]]:
    """Quoted spans with the ids of their evidence, in order, each place once."""
    found: dict[Span, dict[str, None]] = {}
    for state in loaded.states.values():
        for piece in state.pieces:
            passage = piece.evidence.passage
            if passage is not None and passage.article == article.id and passage in loaded.spans:
                found.setdefault(loaded.spans[passage], {})[piece.evidence.id] = None
    return sorted(
        ((span, ", ".join(ids)) for span, ids in found.items()), key=lambda s: (s[0].start, -s[0].end)
    )


def _marked(text: str, spans: list[tuple[Span, str]]) -> str:
    """The text with every passage marked; passages may overlap, or stand one inside the other."""
    parts = []
    for start, end, over in segments(text, [span for span, _ in spans]):
        words = escape(text[start:end])
        ids = ", ".join(spans[number][1] for number in over)
        parts.append(f'<mark title="{escape(ids)}">{words}</mark>' if ids else words)
        parts += [f"<sup>[{escape(ids)}]</sup>" for span, ids in spans if span.end == end]
    return '<div class="lv-article" style="white-space: pre-line">' + "".join(parts) + "</div>"


def segments(text: str, spans: Sequence[Span]) -> Iterator[tuple[int, int, list[int]]]:
    """Cut a text wherever a span begins or ends: start, end, and the numbers of the spans over each piece."""
    cuts = sorted({0, len(text), *(cut for span in spans for cut in (span.start, span.end))})
    for start, end in itertools.pairwise(cuts):
        over = [n for n, span in enumerate(spans) if span.start <= start and end <= span.end]
        yield start, end, over
