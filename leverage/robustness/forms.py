"""The forms of a robustness result: text, Markdown, HTML."""

from __future__ import annotations

from collections.abc import Sequence

from leverage.explain.forms import wrapped
from leverage.render import bullets, details, escape, figure, fragment, heading, page
from leverage.robustness import pictures, sentences
from leverage.robustness.content import RobustnessContent
from leverage.robustness.tables import (
    agreement_table,
    pairs_table,
    scenario_pairs_table,
    scenario_tables,
)

TITLE = "How sure is the ranking"


def to_text(r: RobustnessContent, width: int = 100) -> str:
    """Sentences and tables as plain text."""
    title = f"{r.case_title}: {TITLE.lower()}"
    parts = [f"{title}\n{'=' * len(title)}", pairs_table(r).to_text(width)]
    for s in r.scenarios:
        parts.append(f"{s.title}\n{'-' * len(s.title)}")
        parts.append(_listed(sentences.scenario_sentences(r, s), width))
        watched = sentences.indicators(r, s)
        if watched:
            parts.append("Watch\n" + _listed(watched, width))
        parts += [table.to_text(width) for table in scenario_tables(r, s)]
    if r.agreements:
        parts.append(_listed(sentences.agreement_sentences(r), width))
        parts.append(agreement_table(r).to_text(width))
    parts.append(_listed(sentences.settings_sentences(r), width))
    return "\n\n".join(parts) + "\n"


def _listed(lines: Sequence[str], width: int) -> str:
    return "\n".join(wrapped(lines, "• ", width))


def to_markdown(r: RobustnessContent, level: int = 1, title: str | None = None) -> str:
    """The same as Markdown, without pictures, under a heading of a level."""
    parts = [heading(level, title or f"{r.case_title}: {TITLE.lower()}"), pairs_table(r).to_markdown()]
    for s in r.scenarios:
        parts += [heading(level + 1, s.title), bullets(sentences.scenario_sentences(r, s))]
        watched = sentences.indicators(r, s)
        if watched:
            parts += [heading(level + 2, "Watch"), bullets(watched)]
        parts += [table.to_markdown() for table in scenario_tables(r, s)]
    if r.agreements:
        parts += [heading(level + 1, "Several weightings"), bullets(sentences.agreement_sentences(r))]
        parts.append(agreement_table(r).to_markdown())
    parts.append(bullets(sentences.settings_sentences(r)))
    return "\n\n".join(parts) + "\n"


def to_html(r: RobustnessContent, *, key: str = "robustness") -> str:
    """An HTML fragment with scoped style."""
    return fragment(body_html(r, key=key, level=2), key=key)


def to_page(r: RobustnessContent) -> str:
    """A whole page."""
    title = f"{r.case_title}: {TITLE.lower()}"
    return page(title, f"<h1>{escape(title)}</h1>\n{body_html(r, level=2)}")


def body_html(r: RobustnessContent, *, key: str = "robustness", level: int = 2, brief: bool = False) -> str:
    """Sentences, pictures and tables, to stand in a page under a heading of the level above.

    With `brief`, the pictures and tables of a scenario open on demand, and its heading is its title alone.
    """
    parts = [figure(pictures.win_matrix(r, key=f"{key}-matrix"))] if r.pairs else []
    parts.append(pairs_table(r).to_html())
    for number, s in enumerate(r.scenarios):
        parts.append(f"<h{level}>{escape(s.title)}</h{level}>")
        parts.append(_list(sentences.scenario_sentences(r, s)))
        watched = sentences.indicators(r, s)
        if watched:
            parts += [f"<h{level + 1}>Watch</h{level + 1}>", _list(watched)]
        shown = [figure(svg) for svg in pictures.scenario_pictures(r, s, key=f"{key}-{number}")]
        shown += [table.to_html() for table in scenario_tables(r, s)]
        parts += [details("Pictures and tables", "\n".join(shown))] if brief else shown
    if r.scenario_pairs:
        parts.append(
            details("Each actor's scenarios under other weightings", scenario_pairs_table(r).to_html())
        )
    if r.agreements:
        parts += [f"<h{level}>Several weightings</h{level}>", _list(sentences.agreement_sentences(r))]
        parts.append(agreement_table(r).to_html())
    parts.append(_list(sentences.settings_sentences(r)))
    return "\n".join(parts)


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
