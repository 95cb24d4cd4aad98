"""``leverage review``: decide on suggestions, in the terminal, from a file of decisions or on a sheet."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leverage.case import CASE_FILE
from leverage.cli.options import (
    ArticlesOption,
    CasePath,
    FeaturesOption,
    coder_name,
    now,
    read_codebook,
    write,
)
from leverage.documents import is_file, is_folder
from leverage.faults import call_error, name_list, printable, suggest_name

if TYPE_CHECKING:
    from leverage.coding.log import State
    from leverage.coding.review import Desk


class TierChoice(StrEnum):
    """Which suggestions are shown."""

    top = "top"
    rest = "rest"
    all = "all"


def review(
    case: CasePath,
    coder: Annotated[
        str | None, typer.Option("--coder", help="Who decides; your login by default.", metavar="NAME")
    ] = None,
    tier: Annotated[TierChoice, typer.Option("--tier", help="Which suggestions.")] = TierChoice.all,
    factor: Annotated[str | None, typer.Option("--factor", help="Those on one factor.")] = None,
    actor: Annotated[str | None, typer.Option("--actor", help="Those on one actor.")] = None,
    article: Annotated[str | None, typer.Option("--article", help="Those of one article.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="Show what waits, and do nothing.")] = False,
    apply: Annotated[
        Path | None, typer.Option("--apply", help="Take in the decisions that a review sheet exported.")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", help="Write a review sheet, a page for a browser.")
    ] = None,
    features: FeaturesOption = None,
    articles: ArticlesOption = None,
) -> None:
    """Go through a case's suggestions: accept with a reading, edit, reject, skip, undo.

    Every decision is kept at once, in suggestions.jsonl and, where it is accepted, as evidence in case.yaml.
    """
    if sum((list_, apply is not None, sheet is not None)) > 1:
        raise call_error("--list, --apply and --sheet are three things", "name one of them")
    if apply is not None and (tier is not TierChoice.all or factor or actor or article):
        raise call_error(
            "--tier, --factor, --actor and --article have no effect on --apply", "leave them out"
        )
    if not is_file(case) and not is_file(case / CASE_FILE):
        what = f"no {CASE_FILE} in it" if is_folder(case) else "no such folder or file"
        raise call_error(f"{case} is no case: there is {what}", "name a case's folder")
    from leverage.builders import check_shares
    from leverage.coding.review import Desk

    desk = Desk(
        case,
        read_codebook(features),
        coder_name(coder),
        now,
        articles,
        (check_shares,),
    )
    _check_names(desk, factor, actor, article)
    _tell_faults(desk)
    chosen: dict[str, Any] = {"tier": tier.value, "factor": factor, "actor": actor, "article": article}
    if apply is not None:
        _apply(desk, apply, named=coder is not None)
    elif sheet is not None:
        from leverage.report.review_sheet import review_sheet

        desk.settle()
        write(review_sheet(desk, **chosen), sheet)
    elif list_:
        _list(desk, chosen)
    else:
        from leverage.cli.dialogue import Dialogue

        sys.exit(Dialogue(desk, chosen).run())


def _check_names(desk: Desk, factor: str | None, actor: str | None, article: str | None) -> None:
    case = desk.loaded.case
    if factor is not None:
        desk.codebook.factor(factor)
    for what, name, known in (
        ("actor", actor, [each.id for each in case.actors]),
        ("article", article, [each.id for each in case.articles]),
    ):
        if name is not None and name not in known:
            raise call_error(f"the case has no {what} {name!r}", suggest_name(name, known))
    if not desk.log.entries and not desk.log.faults:
        remedy = "code an article first: leverage code ARTICLE --case CASE"
        raise call_error(f"there are no suggestions in {desk.folder}", remedy)


def _tell_faults(desk: Desk) -> None:
    for fault in desk.log.faults:
        typer.echo(str(fault), err=True)
    if count := len(desk.faults):
        told = f"The case has {count} fault{'s' if count > 1 else ''}, which will not be made worse here"
        typer.echo(f"{told}: leverage check {printable(str(desk.path))}", err=True)


def _list(desk: Desk, chosen: dict[str, Any]) -> None:
    """Two lines for each suggestion that waits: what it says and of whom, and its words."""
    from leverage.coding.telling import DIRECTIONS

    waiting = desk.queue(**chosen)
    for entry in waiting:
        said = entry.suggestion
        measure = f"{said.factor}.{said.indicator}" if said.indicator else said.factor
        place = f"{desk.article_of(entry)}:{said.sentence}"
        mark, words = DIRECTIONS[said.direction]
        state = "skipped before; " if entry.state == "skipped" else ""
        typer.echo(
            f"{entry.id}  {said.tier:4}  {place}  {said.actor or 'no actor'}  {measure}  {mark} {words}"
        )
        typer.echo(f"    {state}“{printable(' '.join(said.exact.split()))}”")
    kinds: tuple[State, ...] = ("pending", "skipped", "accepted", "rejected", "lost")
    states = [f"{count} {kind}" for kind in kinds if (count := len(desk.log.in_state(kind)))]
    typer.echo(f"{len(waiting)} to review. In the log: {', '.join(states)}.")
    if strays := [entry.id for entry in desk.strays()]:
        typer.echo(f"Of articles that the case does not have: {name_list(strays)}.")


def _apply(desk: Desk, file: Path, *, named: bool) -> None:
    from leverage.coding.applying import apply_decisions

    done = apply_decisions(desk, file, keep_coder=named)
    parts = [f"{count} {what}" for what, count in done.counts.items() if count]
    typer.echo(f"{printable(str(file))}: {', '.join(parts) or 'no decisions'}, by {printable(desk.by)}.")
    for evidence in done.evidence:
        typer.echo(f"  {evidence.id}")
