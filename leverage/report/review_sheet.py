"""The review sheet: an article with its suggestions on one page, whose decisions come back as a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib import resources
from typing import Any

from leverage.case import Span, Stake
from leverage.codebook import Factor, Indicator
from leverage.coding.decisions import FORMAT
from leverage.coding.log import Entry
from leverage.coding.review import Desk
from leverage.coding.suggestion import Suggestion
from leverage.coding.telling import DIRECTIONS, remarks, says, title_of
from leverage.faults import call_error, clean, name_list
from leverage.render import page
from leverage.report.articles import segments

_TEMPLATES = "leverage.report"
# A line's end within a paragraph, where the next line is no heading, list, quotation or row of a table.
_WRAPPED = re.compile(r"(?<![\n])\n(?=[^\n\s#>|*+\d-])")
_KINDS = {"+": "plus", "-": "minus", "unknown": "unknown"}


def review_sheet(
    desk: Desk,
    *,
    tier: str = "all",
    factor: str | None = None,
    actor: str | None = None,
    article: str | None = None,
) -> str:
    """Make the sheet of one article, a self-contained page that sends nothing anywhere.

    Parameters
    ----------
    desk : Desk
    tier, factor, actor, article : str
        Which suggestions; see `leverage.coding.review.Desk.queue`.

    Returns
    -------
    str
        HTML. The same case and log give the same page.

    Raises
    ------
    InputError
        Nothing waits, suggestions of several articles do, or the article's text is not at hand.
    """
    waiting = desk.queue(tier=tier, factor=factor, actor=actor, article=article)
    articles = list(dict.fromkeys(desk.article_of(entry) or "" for entry in waiting))
    if not articles:
        raise call_error("no suggestion waits for review", "see what there is: leverage review CASE --list")
    if len(articles) > 1:
        told = f"suggestions of {len(articles)} articles wait, and a sheet shows one"
        raise call_error(told, f"name one with --article: {name_list(articles)}")
    text = desk.loaded.texts.get(articles[0])
    if text is None or any(desk.text_of(entry) is None for entry in waiting):
        told = f"the text of {articles[0]!r} that was coded is not at hand"
        raise call_error(told, "name its folder with --articles")
    entries = sorted(waiting, key=lambda entry: (entry.suggestion.start, -entry.suggestion.end, entry.id))
    return _page(desk, articles[0], text, entries)


def _page(desk: Desk, article: str, text: str, entries: Sequence[Entry]) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    shown = [_suggestion(desk, number, entry) for number, entry in enumerate(entries)]
    case = desk.loaded.case
    body = environment.get_template("review_sheet.html.jinja").render(
        article=desk.loaded.article(article),
        case_title=case.title,
        segments=list(_segments(text, entries)),
        suggestions=shown,
        data={
            "format": FORMAT,
            "case": case.id,
            "article": article,
            "sha256": entries[0].suggestion.sha256,
            "codebook": desk.loaded.codebook.coding_hash,
            "file": f"decisions-{article}.json",
            "actors": [{"id": each.id, "name": each.name} for each in case.actors],
            "stakes": [_stake(each) for each in case.stakes],
            "factors": [_factor(each) for each in desk.loaded.codebook.factors],
            "suggestions": shown,
        },
    )
    title = f"Review: {desk.loaded.article(article).title}"
    return page(title, body, style=_resource("review_sheet.css"), script=_resource("review_sheet.js"))


def _resource(name: str) -> str:
    return resources.files(_TEMPLATES).joinpath("templates", name).read_text(encoding="utf-8")


def _segments(text: str, entries: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    """Pieces of the text with the suggestions over each; they may overlap, or stand one inside the other.

    Lines that were broken to fit a width are joined, so that the browser breaks them anew.
    """
    text = _WRAPPED.sub(" ", text)
    spans = [Span(entry.suggestion.start, entry.suggestion.end) for entry in entries]
    for start, end, over in segments(text, spans):
        kinds = {_KINDS[entries[number].suggestion.direction] for number in over}
        kind = kinds.pop() if len(kinds) == 1 else "unknown"
        yield {
            "words": clean(text[start:end]),
            "ids": [entries[number].id for number in over],
            "kind": f"{kind} rv-many" if len(over) > 1 else kind,
            "ends": [number for number in over if spans[number].end == end],
        }


def _suggestion(desk: Desk, number: int, entry: Entry) -> dict[str, Any]:
    said = entry.suggestion
    names = {actor.id: actor.name for actor in desk.loaded.case.actors}
    known = {factor.id: factor for factor in desk.codebook.factors}
    factor = known.get(said.factor)
    mark, words = DIRECTIONS[said.direction]
    return {
        "id": entry.id,
        "place": number,
        "mark": mark,
        "words": words,
        "title": title_of(factor, said.indicator) if factor else said.factor,
        "factor_title": factor.title if factor else said.factor,
        "whose": names.get(said.actor or "", said.actor) or "no actor named",
        "tier": said.tier,
        "factor": said.factor,
        "indicator": said.indicator,
        "actor": said.actor,
        "direction": said.direction,
        "exact": clean(" ".join(said.exact.split())),
        "says": says(said),
        "remarks": [list(each) for each in remarks(said)],
        "number": _number(said),
    }


def _number(said: Suggestion) -> dict[str, Any] | None:
    return said.number.model_dump(include={"value", "unit", "low", "high"}) if said.number else None


def _stake(stake: Stake) -> dict[str, Any]:
    size = stake.size
    return {
        "id": stake.id,
        "title": stake.title,
        "unit": size.unit if size else None,
        "size": size.value if size else None,
    }


def _factor(factor: Factor) -> dict[str, Any]:
    readings = [
        {
            "id": name,
            "title": name.replace("_", " "),
            "question": scale.question if isinstance(scale, Indicator) else factor.question,
            "unit": scale.unit,
            "bounds": list(scale.bounds),
            "units": scale.rates(),
            "per_stake": isinstance(scale, Indicator) and scale.per_stake,
            "anchors": [anchor.model_dump() for anchor in scale.anchors],
        }
        for name, scale in factor.readings().items()
    ]
    return {"id": factor.id, "title": factor.title, "question": factor.question, "readings": readings}
