"""The forms of a contrast: text, Markdown, HTML, SVG, records."""

from __future__ import annotations

from collections.abc import Sequence

from leverage.explain.contrast import ChangeTerm, Contrast, EndChange, Side
from leverage.explain.forms import wrapped
from leverage.explain.sentences import narrate_contrast
from leverage.render import (
    Column,
    Step,
    Table,
    bullets,
    escape,
    figure,
    fragment,
    heading,
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
            rows += [(c.actor_name + which, t.title, None, None, *_parts(t)) for t in end.terms]
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
        ),
    )


def _parts(split: ChangeTerm | EndChange) -> tuple[str, ...]:
    amounts = (split.change, split.evidence, split.time, split.coverage, split.weights)
    return tuple(signed_points(amount) for amount in amounts)


def _side_words(side: Side) -> str:
    return f"as of {side.as_of}, deadline {side.deadline or 'none'}, weights “{side.weights}”"


def change_rows(contrasts: Sequence[Contrast]) -> list[dict[str, object]]:
    """One flat record a term and end of a contrast, for CSV."""
    return [
        {"case": c.case, "actor": c.actor, "old": c.old.label, "new": c.new.label, "end": end.end}
        | {"leaf": term.leaf, **term.model_dump(exclude={"leaf", "title"})}
        for c in contrasts
        for end in c.ends
        for term in end.terms
    ]


def contrast_text(contrasts: Sequence[Contrast], width: int = 100) -> str:
    """Sentences and the table of a contrast, as plain text."""
    lines: list[str] = []
    for c in contrasts:
        first, *rest = narrate_contrast(c)
        lines += wrapped([first], "", width) + wrapped(rest, "• ", width)
        lines += (
            ["Evidence that changed:", *wrapped(c.changed_readings, "  ", width)]
            if c.changed_readings
            else []
        )
        lines.append("")
    return "\n".join([*lines, contrast_table(contrasts).to_text(width)]).rstrip() + "\n"


def contrast_markdown(contrasts: Sequence[Contrast]) -> str:
    """Sentences and the table of a contrast, as Markdown."""
    parts = []
    for c in contrasts:
        parts += [heading(2, c.actor_name), bullets(narrate_contrast(c))]
        parts += (
            [heading(3, "Evidence that changed"), bullets(c.changed_readings)] if c.changed_readings else []
        )
    return "\n\n".join(part.strip("\n") for part in [*parts, contrast_table(contrasts).to_markdown()]) + "\n"


def contrast_html(contrasts: Sequence[Contrast], *, key: str = "contrast") -> str:
    """Sentences, waterfalls and the table of a contrast, as an HTML fragment."""
    parts = []
    for number_, c in enumerate(contrasts):
        parts.append(f"<h2>{escape(c.actor_name)}</h2>")
        parts.append("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in narrate_contrast(c)) + "</ul>")
        parts += [figure(contrast_svg(c, end=n, key=f"{key}-{number_}-{n}")) for n in range(len(c.ends))]
    return fragment("\n".join([*parts, contrast_table(contrasts).to_html()]), key=key)


def contrast_svg(c: Contrast, *, end: int = 0, key: str = "contrast") -> str:
    """The waterfall from the old score (or bound) to the new one."""
    change = c.ends[end]
    which = {"score": "score", "low": "lowest score", "high": "highest score"}[change.end]
    return waterfall(
        key=key,
        title=f"{c.actor_name}: {which} from “{c.old.label}” to “{c.new.label}”",
        description=" ".join(narrate_contrast(c)),
        start=change.old,
        start_label=c.old.label,
        steps=[Step(t.title, t.change) for t in change.terms],
        end_label=c.new.label,
    )
