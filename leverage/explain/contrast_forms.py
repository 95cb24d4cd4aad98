"""The forms of a contrast: text, Markdown, HTML, SVG, records."""

from __future__ import annotations

from collections.abc import Sequence

from leverage.explain.contrast import ChangeTerm, Contrast, EndChange, Side
from leverage.explain.forms import wrapped
from leverage.explain.sentences import contrast_summary, narrate_contrast
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
    points,
    signed_points,
    waterfall,
)


def contrast_table(contrasts: Sequence[Contrast]) -> Table:
    """One row a term and actor: the change and its four parts; totals under each actor."""
    rows: list[tuple[str | None, ...]] = []
    for c in contrasts:
        for end in c.ends:
            which = "" if end.end == "score" else f" ({'lowest' if end.end == 'low' else 'highest'})"
            rows += [(c.actor_name + which, t.title, *_term_points(t), *_parts(t)) for t in end.terms]
            rows.append((c.actor_name + which, "Sum", points(end.old), points(end.new), *_parts(end)))
    first = contrasts[0]
    return Table(
        caption=f"What changed from “{first.old.label}” to “{first.new.label}”, in points",
        columns=(
            Column("Actor"),
            Column("Term"),
            *(
                Column(name, "right")
                for name in ("Old", "New", "Change", "Evidence", "Time", "Coverage", "Weights")
            ),
        ),
        rows=rows,
        notes=(
            f"Old: {_side_words(first.old)}. New: {_side_words(first.new)}.",
            f"Missing factors: {first.policy}.",
            "A term's change is 100 × (mean weight × change of value + mean value × change of weight).",
            *dict.fromkeys(side.weights_warning for side in (first.old, first.new) if side.weights_warning),
        ),
    )


def _parts(split: ChangeTerm | EndChange) -> tuple[str, ...]:
    amounts = (split.change, split.evidence, split.time, split.coverage, split.weights)
    return tuple(signed_points(amount) for amount in amounts)


def _term_points(term: ChangeTerm) -> tuple[str, str]:
    old, new = (
        None if value is None else SCALE * weight * value
        for value, weight in ((term.value_old, term.weight_old), (term.value_new, term.weight_new))
    )
    return points(old), points(new)


def _side_words(side: Side) -> str:
    return f"as of {side.as_of}, deadline {side.deadline or 'none'}, weights “{side.weights}”"


def change_rows(contrasts: Sequence[Contrast]) -> list[dict[str, object]]:
    """One flat record a term and end of a contrast, for CSV."""
    return [
        {"case": c.case, "actor": c.actor, "old": c.old.label, "new": c.new.label, "end": end.end}
        | {"policy": c.policy}
        | {"leaf": term.leaf, **term.model_dump(exclude={"leaf", "title"})}
        for c in contrasts
        for end in c.ends
        for term in end.terms
    ]


def contrast_text(contrasts: Sequence[Contrast], width: int = 100) -> str:
    """Sentences and the table of a contrast, as plain text."""
    lines: list[str] = []
    for c in contrasts:
        for sentence, terms in narrate_contrast(c):
            lines += wrapped([sentence], "", width) + wrapped(terms, "• ", width)
        if c.changed_readings:
            lines += ["Evidence that changed:", *wrapped(c.changed_readings, "  ", width)]
        lines.append("")
    return "\n".join([*lines, contrast_table(contrasts).to_text(width)]).rstrip() + "\n"


def contrast_markdown(contrasts: Sequence[Contrast]) -> str:
    """Sentences and the table of a contrast, as Markdown."""
    parts = []
    for c in contrasts:
        parts.append(heading(2, c.actor_name))
        for sentence, terms in narrate_contrast(c):
            parts += [md_escape(sentence), bullets(terms)]
        parts += (
            [heading(3, "Evidence that changed"), bullets(c.changed_readings)] if c.changed_readings else []
        )
    return "\n\n".join(part.strip("\n") for part in [*parts, contrast_table(contrasts).to_markdown()]) + "\n"


def contrast_html(contrasts: Sequence[Contrast], *, key: str = "contrast") -> str:
    """Sentences, waterfalls and the table of a contrast, as an HTML fragment."""
    parts = []
    for number_, c in enumerate(contrasts):
        parts.append(f"<h2>{escape(c.actor_name)}</h2>")
        parts.append(contrast_body(c, key=f"{key}-{number_}"))
    return fragment("\n".join([*parts, contrast_table(contrasts).to_html()]), key=key)


def contrast_body(c: Contrast, *, key: str) -> str:
    """One actor's sentences, waterfalls and changed evidence, as HTML without a heading."""
    parts = []
    for number, (sentence, terms) in enumerate(narrate_contrast(c)):
        parts += [f"<p>{escape(sentence)}</p>", _list(terms)]
        parts.append(figure(contrast_svg(c, end=number, key=f"{key}-{number}")))
    if c.changed_readings:
        parts.append(details("Evidence that changed", _list(c.changed_readings)))
    return "\n".join(parts)


def _list(lines: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def contrast_svg(c: Contrast, *, end: int = 0, key: str = "contrast") -> str:
    """The waterfall from the old score (or bound) to the new one."""
    change = c.ends[end]
    which = {"score": "score", "low": "lowest score", "high": "highest score"}[change.end]
    return waterfall(
        key=key,
        title=f"{c.actor_name}: {which} from “{c.old.label}” to “{c.new.label}”",
        description=f"{contrast_summary(c)} Missing factors: {c.policy}.",
        start=change.old,
        start_label=c.old.label,
        steps=[Step(t.title, t.change) for t in change.terms],
        end_label=c.new.label,
    )
