"""``leverage check`` and ``leverage score``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from leverage.builders import builders_for, check_shares, feature_table
from leverage.case import LoadedCase, examine_case
from leverage.cli.options import (
    ActorOption,
    ArticlesOption,
    CasePath,
    FeaturesOption,
    Form,
    FormOption,
    MissingOption,
    OutputOption,
    ScenarioOption,
    WeightsOption,
    check_actors,
    read_case,
    read_codebook,
    refuse,
    score_case,
    show,
    terminal_width,
    to_json,
    write,
)
from leverage.faults import Fault, InputError
from leverage.model import case_weights
from leverage.render import escape, figure, page, records_csv
from leverage.report import score_chart, score_rows, score_table_form, scores_document


def check(
    case: CasePath,
    features: FeaturesOption = None,
    articles: ArticlesOption = None,
    format: Annotated[Form, typer.Option("--format", help="table or json.")] = Form.table,
) -> None:
    """Check a case, its articles, quotations and weights; every fault with file, line and remedy."""
    refuse(format, (Form.table, Form.json))
    loaded, faults = _examine(case, features, articles)
    if format is Form.json:
        write(to_json({"in_order": not faults, "faults": [asdict(fault) for fault in faults]}), None)
    if faults or loaded is None:
        raise InputError(faults)
    if format is Form.table:
        typer.echo(_summary(loaded))


def _examine(
    case: Path, features: list[Path] | None, articles: Path | None
) -> tuple[LoadedCase | None, list[Fault]]:
    """All that can be found in one go: a fault in one place hides none in another."""
    try:
        loaded, faults = examine_case(case, read_codebook(features), articles)
    except InputError as error:
        return None, error.faults
    further: list[Callable[[LoadedCase], object]] = [check_shares, lambda of: builders_for(of.codebook)]
    if _knows_its_factors(loaded):
        further.append(case_weights)
    if not faults:
        further.append(feature_table)
    for step in further:
        try:
            step(loaded)
        except InputError as error:
            faults += [fault for fault in error.faults if fault not in faults]
    return loaded, faults


def _knows_its_factors(loaded: LoadedCase) -> bool:
    """Whether the codebook is the one that the case means, so that its weights can be held against it."""
    stated = loaded.document.data.get("factors")
    names = set(map(str, stated)) if isinstance(stated, list) else set()
    return stated is None or names == set(loaded.codebook.names)


def _summary(loaded: LoadedCase) -> str:
    case, codebook = loaded.case, loaded.codebook
    quoted = {p.evidence.passage for s in loaded.states.values() for p in s.pieces if p.evidence.passage}
    verified = sum(passage in loaded.spans for passage in quoted)
    waiting = sum(evidence.status != "accepted" for evidence in case.evidence)
    counts = f"{len(case.actors)} actors, {len(case.scenarios)} scenarios, {len(case.evidence)}"
    lines = [
        f"{case.id} is in order.",
        f"  {counts} pieces of evidence"
        + (f", {waiting} of them not accepted and so not scored" if waiting else ""),
        f"  {verified} of {len(quoted)} quotations verified in their articles' texts"
        + ("" if verified == len(quoted) else "; name the articles' folder with --articles for the rest"),
        f"  codebook {codebook.version}, hash {codebook.hash}",
    ]
    return "\n".join(lines)


def score(
    case: CasePath,
    weights: WeightsOption = None,
    scenario: ScenarioOption = None,
    actor: ActorOption = None,
    missing: MissingOption = None,
    format: FormOption = Form.table,
    output: OutputOption = None,
    features: FeaturesOption = None,
    articles: ArticlesOption = None,
) -> None:
    """Score every actor in every scenario: score, range and coverage."""
    loaded = read_case(case, features, articles)
    scores = score_case(loaded, weights, scenario, missing)
    actors = check_actors(loaded, actor)
    table = score_table_form(loaded, scores, actors)
    if format is Form.json:
        write(to_json(scores_document(loaded, scores, actors).model_dump(mode="json")), output)
    elif format is Form.csv:
        write(records_csv(score_rows(scores_document(loaded, scores, actors))), output)
    elif format is Form.md:
        write(table.to_markdown() + "\n", output)
    elif format is Form.svg:
        write(score_chart(loaded, scores, actors), output)
    elif format is Form.html:
        heading = f"<h1>{escape(table.caption)}</h1>"
        body = heading + figure(score_chart(loaded, scores, actors)) + table.to_html()
        write(page(table.caption, body), output)
    elif output is None and sys.stdout.isatty():
        show(table)
    else:
        write(table.to_text(terminal_width()) + "\n", output)
