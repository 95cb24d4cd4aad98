"""Readings, evidence and quotations as an explanation shows them."""

from __future__ import annotations

from leverage.builders import OPPONENT, Combined, Reading, age
from leverage.case import Evidence, Interval, LoadedCase, Number, Passage, Piece, ReadingKey, State, context
from leverage.explain.content import EvidenceView, Quotation, ReadingView
from leverage.render import number


def reading_view(loaded: LoadedCase, reading: Reading, state: State, column: str) -> ReadingView:
    """A reading of a row as an explanation shows it; `column` tells whether it is an opponent's."""
    measured = reading.measured
    bottom, top = reading.scale.bounds
    return ReadingView(
        name=reading.key.measure,
        label=label_of(loaded, reading.key, opponent=column.startswith(OPPONENT)),
        actor=reading.key.actor,
        unit=reading.scale.unit,
        value=measured.value if measured else None,
        low=measured.low if measured else bottom,
        high=measured.high if measured else top,
        origin=reading.origin,
        reason=reading.reason,
        evidence=_evidence_views(loaded, reading.combined, state) if reading.combined else [],
    )


def label_of(loaded: LoadedCase, key: ReadingKey, *, opponent: bool = False) -> str:
    """A reading in words: ``share held of Kursk pocket``, with the actor's name for an opponent's."""
    words = (key.indicator or key.factor).replace("_", " ")
    if key.stake:
        title = loaded.stake(key.stake).title
        words += f" of {title[:1].lower() + title[1:] if title.startswith('The ') else title}"
    return f"{words} ({loaded.actor(key.actor).name})" if opponent else words


def _evidence_views(loaded: LoadedCase, combined: Combined, state: State) -> list[EvidenceView]:
    return [_evidence_view(loaded, piece, weight, state) for piece, weight in combined.pieces]


def _evidence_view(loaded: LoadedCase, piece: Piece, weight: float, state: State) -> EvidenceView:
    evidence = piece.evidence
    return EvidenceView(
        id=evidence.id,
        kind=evidence.kind,
        stated=stated(evidence),
        coder=evidence.coder,
        note=evidence.note,
        grade=str(evidence.grade) if evidence.grade else None,
        grade_words=evidence.grade.words() if evidence.grade else None,
        date=piece.date,
        age_days=age(piece, state.as_of),
        weight=weight,
        shifts=list(piece.shifts),
        quotation=_quotation(loaded, evidence.passage) if evidence.passage else None,
    )


def stated(evidence: Evidence) -> str:
    """The reading and interval as the coder wrote them: ``440 km2 (400 to 500, outer)``."""
    reading, interval = evidence.reading, evidence.interval
    words = f"{reading.value:g} {reading.unit}" if isinstance(reading, Number) else f"“{reading.anchor}”"
    if not isinstance(interval, Interval):
        return f"{words} (exact)"
    means = "outer bounds" if interval.means == "outer" else "central 90 %"
    return f"{words} ({interval.low:g} to {interval.high:g}, {means})"


def _quotation(loaded: LoadedCase, passage: Passage) -> Quotation:
    article, span = loaded.article(passage.article), loaded.spans.get(passage)
    before, after = context(loaded.texts[article.id], span) if span else (passage.prefix, passage.suffix)
    return Quotation(
        article=article.id,
        title=article.title,
        publisher=article.publisher,
        published=article.date,
        sha256=article.sha256,
        restates=article.restates,
        exact=passage.exact,
        before=before,
        after=after,
        start=span.start if span else passage.start,
        end=span.end if span else passage.end,
        verified=span is not None,
    )


def amount_words(value: float, unit: str, digits: int = 3) -> str:
    """A number with its unit; a share as a percentage: ``60 %``, ``26 % per 30 days``, ``17.5 days``."""
    if unit == "share" or unit.startswith("share per "):
        return f"{number(100.0 * value, digits)} %{unit.removeprefix('share')}"
    return f"{number(value, digits)} {unit}"
