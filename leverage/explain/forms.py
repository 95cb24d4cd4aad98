"""The forms of an explanation: text, Markdown, HTML, SVG, LaTeX, records."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from leverage.explain.content import EvidenceView, ExplanationContent, ReadingView, Term
from leverage.explain.sentences import narrate, reading_words, told_readings
from leverage.model import SCALE
from leverage.render import (
    Column,
    Step,
    Table,
    bullets,
    details,
    escape,
    figure,
    fragment,
    heading,
    md_escape,
    number,
    page,
    percent,
    points,
    quote,
    signed_points,
    signed_span,
    span,
    waterfall,
)

_SECTIONS = (
    ("lifts", "What lifts it"),
    ("lowers", "What lowers it"),
    ("level", "What makes no difference"),
    ("unknown", "What is not coded"),
)


def title_of(e: ExplanationContent) -> str:
    """``Ukraine in “Assessed”, against Russia``."""
    against = "" if e.baseline.kind == "scale-bottom" else f", against {e.baseline.label}"
    return f"{e.actor_name} in “{e.scenario_title}”{against}"


def terms_table(e: ExplanationContent) -> Table:
    """The terms with readings, values, weights and points; the last rows are baseline and score."""
    signed = e.baseline.kind != "scale-bottom"
    amount = signed_points if signed else points
    rows: list[tuple[str | None, ...]] = [
        (
            t.title,
            number(t.x, 3) if t.x is not None else None,
            number(t.value, 3)
            if t.value is not None
            else f"{number(t.value_low, 2)}–{number(t.value_high, 2)}",
            number(t.baseline_value, 3) if t.baseline_value is not None else None,
            percent(t.weight, 1),
            amount(t.points),
            (signed_span if signed else span)(t.points_low, t.points_high),
            t.status,
        )
        for t in e.terms
    ]
    base, own, blank = e.baseline, e.score, (None, None, None, None)
    rows.append((f"Baseline: {base.label}", *blank, points(base.score), span(base.low, base.high), ""))
    rows.append((f"Score of {e.actor_name}", *blank, points(own), span(e.low, e.high), ""))
    return Table(
        caption=f"Terms of the score: {title_of(e)}",
        columns=(
            Column("Term"),
            Column("Reading x", "right"),
            Column("Value v", "right"),
            Column("Baseline v", "right"),
            Column("Weight", "right"),
            Column("Points", "right"),
            Column("Outer bounds", "right"),
            Column("Basis"),
        ),
        rows=rows,
        notes=(
            "Points are 100 × (weight × value − the baseline's weight × value).",
            "The points and the baseline's score sum to the score.",
            f"Weights: {e.weights} ({e.weights_scheme}). Missing factors: {e.policy}. "
            f"Codebook {e.codebook_version}, {e.codebook_hash[:12]}.",
            *e.weights_notes,
        ),
    )


def to_text(e: ExplanationContent, width: int = 100, *, brief: bool = False) -> str:
    """Sentences with their evidence as plain text; unless `brief`, the terms and all evidence too."""
    story = narrate(e)
    lines = [title_of(e), "=" * len(title_of(e)), "", *wrapped(story.summary, "", width), ""]
    for name, label in _SECTIONS:
        told = () if brief and name == "level" else getattr(story, name)
        lines += [label] if told else []
        for term, sentence in told:
            lines += wrapped([sentence], "• ", width)
            lines += wrapped(_cited(term), "    ", width)
        lines += [""] if told else []
    lines += _text_list("What must change", story.changes, width) + _text_list("Mind", story.cautions, width)
    if not brief:
        lines += [terms_table(e).to_text(width), "", "Evidence"]
        for evidence in _all_evidence(e):
            lines += wrapped([f"[{evidence.id}] {_evidence_line(evidence)}"], "  ", width)
            lines += wrapped(_quote_lines(evidence), "      ", width)
        lines += ["", *_text_list("Not stated", _defaults(e), width)]
    return "\n".join(lines).rstrip() + "\n"


def wrapped(texts: Sequence[str], lead: str, width: int) -> list[str]:
    """Texts as lines of at most `width`, the first of each after `lead`, the others under it."""
    indent = " " * len(lead)
    return [
        line
        for text in texts
        for line in textwrap.wrap(
            text, width, initial_indent=lead, subsequent_indent=indent, break_on_hyphens=False
        )
    ]


def _cited(term: Term) -> list[str]:
    """For the readings that the term's sentence tells: each quotation, or the coder's reason."""
    told: dict[str, list[str]] = {}
    for reading in told_readings(term):
        if reading.origin == "assumed":
            told.setdefault(reading.reason, []).append(f"{reading.label}, assumed")
        for evidence in reading.evidence:
            quoted = evidence.quotation
            words = f"“{' '.join(quoted.exact.split())}”" if quoted else f"{evidence.kind}: {evidence.note}"
            told.setdefault(words, []).append(evidence.id)
    return [f"[{', '.join(ids)}] {words}" for words, ids in told.items()]


def _text_list(label: str, sentences: Sequence[str], width: int) -> list[str]:
    return [label, *wrapped(sentences, "• ", width), ""] if sentences else []


def to_markdown(e: ExplanationContent) -> str:
    """Sentences, terms and evidence as Markdown."""
    story = narrate(e)
    parts = [heading(2, title_of(e)), "\n\n".join(md_escape(s) for s in story.summary)]
    sections = [(label, [sentence for _, sentence in getattr(story, name)]) for name, label in _SECTIONS]
    sections += [("What must change", list(story.changes)), ("Mind", list(story.cautions))]
    for label, told in sections:
        parts += [heading(3, label), bullets(told)] if told else []
    parts += [terms_table(e).to_markdown(), heading(3, "Evidence")]
    for evidence in _all_evidence(e):
        parts.append(f"**{md_escape(evidence.id)}**: {md_escape(_evidence_line(evidence), at_start=False)}")
        if evidence.quotation:
            parts.append(quote(f"{evidence.quotation.exact}"))
            parts.append(md_escape(_source_line(evidence)))
    silent = _defaults(e)
    parts += [heading(3, "Not stated"), bullets(silent)] if silent else []
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def to_html(e: ExplanationContent, *, key: str = "explanation") -> str:
    """An HTML fragment: sentences that open onto their evidence, the waterfall, the terms."""
    return fragment(body_html(e, key=key), key=key)


def to_page(e: ExplanationContent) -> str:
    """A whole HTML page."""
    return page(title_of(e), to_html(e))


def body_html(e: ExplanationContent, *, key: str, level: int = 2) -> str:
    """The inside of the fragment, for documents that hold several."""
    story = narrate(e)
    parts = [f"<h{level}>{escape(title_of(e))}</h{level}>"]
    parts += [f"<p>{escape(sentence)}</p>" for sentence in story.summary]
    parts.append(figure(to_svg(e, key=key)))
    for name, label in _SECTIONS:
        told = getattr(story, name)
        if told:
            parts.append(f"<h{level + 1}>{label}</h{level + 1}>")
            parts += [details(sentence, _term_html(term)) for term, sentence in told]
    for label, sentences in (("What must change", story.changes), ("Mind", story.cautions)):
        if sentences:
            items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
            parts.append(f"<h{level + 1}>{label}</h{level + 1}><ul>{items}</ul>")
    parts.append(terms_table(e).to_html())
    return "\n".join(parts)


def _term_html(term: Term) -> str:
    formula = f"<p>Value function: <code>{escape(term.value_function)}</code></p>"
    return formula + "".join(_reading_html(reading) for reading in term.readings)


def _reading_html(reading: ReadingView) -> str:
    limits = f" ({number(reading.low, 3)} to {number(reading.high, 3)})"
    parts = [f"<p><strong>{escape(reading_words(reading))}</strong>{escape(limits)}</p>"]
    if reading.reason:
        parts.append(f"<p>{escape(reading.reason)}</p>")
    for evidence in reading.evidence:
        parts.append(f"<p>[{escape(evidence.id)}] {escape(_evidence_line(evidence))}</p>")
        q = evidence.quotation
        if q is not None:
            words = f"{escape(q.before)}<mark>{escape(q.exact)}</mark>{escape(q.after)}"
            parts.append(
                f"<blockquote><p>{words}</p><footer>{escape(_source_line(evidence))}</footer></blockquote>"
            )
    return "\n".join(parts)


def to_svg(e: ExplanationContent, *, key: str = "explanation") -> str:
    """The waterfall from the baseline to the score; from 0 where the baseline has no score itself."""
    from_zero = e.baseline.score is None
    start = "The bottom of the scale" if from_zero else e.baseline.label[:1].upper() + e.baseline.label[1:]
    return waterfall(
        key=f"{key}-waterfall",
        title=f"How the score comes about: {e.actor_name} in “{e.scenario_title}”"
        + (f", from 0, since {e.baseline.label} has no score" if from_zero else ""),
        description=" ".join([*narrate(e).summary, f"Missing factors: {e.policy}."]),
        start=0.0 if e.baseline.score is None else e.baseline.score,
        start_label=start,
        steps=[_step(term, 0.0 if from_zero else term.baseline_points or 0.0) for term in e.terms],
        end_label=e.actor_name,
    )


def _step(term: Term, baseline: float) -> Step:
    low, high = (SCALE * term.weight * value - baseline for value in (term.value_low, term.value_high))
    if term.weight == 0.0:  # its weight is spread over the others, or it never had any
        return Step(term.title, -baseline, note=term.status)
    delta = None if term.value is None else SCALE * term.weight * term.value - baseline
    return Step(term.title, delta, low, high, note=term.status)


def term_rows(e: ExplanationContent) -> list[dict[str, object]]:
    """One flat record a term, for CSV."""
    whose = {"case": e.case, "scenario": e.scenario, "actor": e.actor, "baseline": e.baseline.label}
    whose |= {"policy": e.policy, "weights": e.weights}
    rows = []
    for term in e.terms:
        flat = term.model_dump(exclude={"readings"})
        evidence = [piece.id for reading in term.readings for piece in reading.evidence]
        rows.append({**whose, **flat, "evidence": evidence})
    return rows


def to_latex(e: ExplanationContent) -> str:
    """The terms as a LaTeX table environment."""
    table = terms_table(e)
    shape = "".join("r" if column.align == "right" else "l" for column in table.columns)
    cells = [[c.name for c in table.columns], *([cell or "–" for cell in row] for row in table.rows)]
    body = " \\\\\n".join(" & ".join(_latex(cell) for cell in row) for row in cells)
    return (
        f"\\begin{{table}}\n\\caption{{{_latex(table.caption)}}}\n\\begin{{tabular}}{{{shape}}}\n\\hline\n"
        f"{body} \\\\\n\\hline\n\\end{{tabular}}\n\\end{{table}}\n"
    )


_LATEX = {
    **{c: f"\\{c}" for c in "&%$#_{}"},
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    "−": "$-$",
    "×": "$\\times$",
}


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)


def _all_evidence(e: ExplanationContent) -> list[EvidenceView]:
    found = {ev.id: ev for term in e.terms for reading in term.readings for ev in reading.evidence}
    return list(found.values())


def _defaults(e: ExplanationContent) -> list[str]:
    """A line for each reading that the codebook's default fills, with the reason."""
    readings = [r for term in e.terms for r in term.readings if r.origin == "default"]
    return list(dict.fromkeys(f"{reading_words(r)}; {r.reason}." for r in readings))


def _evidence_line(evidence: EvidenceView) -> str:
    parts = [f"{evidence.kind} by {evidence.coder}", f"reads {evidence.stated}"]
    if evidence.grade_words:
        parts.append(f"grade {evidence.grade_words}")
    parts.append(f"{evidence.age_days} days old" if evidence.age_days != 1 else "1 day old")
    if evidence.weight < 1:
        parts.append(f"counts {percent(evidence.weight)} of this reading")
    parts += evidence.shifts
    return ", ".join(parts) + (f". {evidence.note}" if evidence.note else ".")


def _quote_lines(evidence: EvidenceView) -> list[str]:
    if evidence.quotation is None:
        return []
    return [f"“{evidence.quotation.exact}”", f"— {_source_line(evidence)}"]


def _source_line(evidence: EvidenceView) -> str:
    q = evidence.quotation
    if q is None:
        return ""
    place = f"characters {q.start} to {q.end}" if q.verified else "not verified here"
    restated = f", restating {q.restates}" if q.restates else ""
    return f"{q.title} ({q.publisher}, {q.published}{restated}; {place})"
