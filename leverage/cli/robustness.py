"""``leverage robustness``: how sure the ranking is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated

import typer

from leverage.cli.options import (
    ArticlesOption,
    CasePath,
    FeaturesOption,
    Form,
    FormOption,
    MissingOption,
    OutputOption,
    ScenarioOption,
    WeightsOption,
    read_case,
    refuse,
    score_case,
    terminal_width,
    write,
)
from leverage.faults import Fault, InputError, call_error
from leverage.render import records_csv

STATED = "stated"
"""Stands for the order of the stated weights."""


class Distribution(StrEnum):
    """What an interval of evidence stands for."""

    triangular = "triangular"
    pert = "pert"


class Picture(StrEnum):
    """The pictures of a result."""

    matrix = "matrix"
    tornado = "tornado"
    triangle = "triangle"
    time = "time"


def robustness_command(
    case: CasePath,
    scenario: ScenarioOption = None,
    weights: WeightsOption = None,
    missing: MissingOption = None,
    around: Annotated[
        float | None,
        typer.Option(
            "--around",
            help="Also weightings around the stated ones: the concentration of a Dirichlet distribution, "
            "the higher the closer.",
            metavar="CONCENTRATION",
        ),
    ] = None,
    rank_order: Annotated[
        str | None,
        typer.Option(
            "--rank-order",
            help="Also weightings that keep to an order of all factors, heaviest first: a,b=c,d. "
            "`stated` is the order of the stated weights.",
            metavar="ORDER",
        ),
    ] = None,
    weight_range: Annotated[
        list[str] | None,
        typer.Option(
            "--weight-range",
            help="Also weightings within ranges of percent: territory_held=20:40. Repeatable.",
            metavar="FACTOR=LOW:HIGH",
        ),
    ] = None,
    distribution: Annotated[
        Distribution, typer.Option("--distribution", help="What an interval stands for.")
    ] = Distribution.triangular,
    grades: Annotated[
        bool, typer.Option("--grades", help="Let the grades of sources widen their intervals.")
    ] = False,
    draws: Annotated[int, typer.Option("--draws", help="Draws of the evidence.")] = 4_000,
    samples: Annotated[int, typer.Option("--samples", help="Sampled weightings.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", help="Of everything that is drawn.")] = 0,
    picture: Annotated[
        Picture, typer.Option("--picture", help="The picture that --format svg writes.")
    ] = Picture.matrix,
    format: FormOption = Form.table,
    output: OutputOption = None,
    features: FeaturesOption = None,
    articles: ArticlesOption = None,
) -> None:
    """Say how sure the ranking is: over other weights, the doubt in the evidence, and time."""
    # Its pieces need scipy, which no other command has to wait for.
    from leverage.robustness import GRADE_WIDENING, Doubt, Settings, robustness
    from leverage.robustness.tables import pair_rows

    refuse(format, (Form.table, Form.json, Form.csv, Form.md, Form.html, Form.svg))
    loaded = read_case(case, features, articles)
    scores = score_case(loaded, weights, scenario, missing)
    settings = Settings(
        order=_order(rank_order, scores[0].weights.factors) if rank_order else None,
        intervals=_ranges(weight_range or []),
        concentration=around,
        samples=samples,
        doubt=Doubt(
            shape=distribution.value,
            widening=GRADE_WIDENING if grades else {},
            draws=draws,
            seed=seed,
        ),
    )
    found = robustness(loaded, scores, settings)
    if format is Form.json:
        text = found.to_json()
    elif format is Form.csv:
        text = records_csv(pair_rows(found))
    elif format is Form.md:
        text = found.to_markdown()
    elif format is Form.html:
        text = found.to_html(page=True)
    elif format is Form.svg:
        text = found.to_svg(picture.value, scenario[0] if scenario else None)
    else:
        text = found.to_text(terminal_width())
    write(text, output)


def _order(text: str, stated: Mapping[str, float]) -> list[list[str]]:
    """Factors from the heaviest to the lightest, each place a list: ``a,b=c`` is a, then b and c."""
    if text == STATED:
        sizes = sorted(set(stated.values()), reverse=True)
        return [[name for name, weight in stated.items() if weight == size] for size in sizes]
    return [[name.strip() for name in place.split("=")] for place in text.split(",")]


def _ranges(texts: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Ranges of weights in percent as shares; every wrong one is told."""
    found: dict[str, tuple[float, float]] = {}
    faults: list[Fault] = []
    for text in texts:
        name, _, ends = text.partition("=")
        low, _, high = ends.partition(":")
        try:
            pair = float(low) / 100.0, float(high) / 100.0
        except ValueError:
            pair = math.nan, math.nan
        if not all(map(math.isfinite, pair)) or name.strip() in found:
            problem = f"--weight-range {text!r} is no range of a factor that is named once"
            faults += call_error(problem, "write FACTOR=LOW:HIGH in percent, such as time=10:30").faults
        found[name.strip()] = pair
    if faults:
        raise InputError(faults)
    return found
