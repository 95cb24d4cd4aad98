"""Scores as a table, a chart and plain records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from leverage.case import LoadedCase, MissingPolicy
from leverage.documents import Record
from leverage.faults import and_list
from leverage.model import LearnedBasis, Scores, Weights, known
from leverage.render import Column, Group, RangeBar, Table, percent, points, ranges, span


class CodebookRecord(Record):
    """Which factors, on which scales."""

    version: str
    hash: str


class WeightingRecord(Record):
    """A weighting by name."""

    id: str
    title: str
    scheme: str
    author: str
    reason: str
    notes: list[str]
    weights: dict[str, float]
    warning: str = Field("", description="what must stand beside every score under them")
    learned: LearnedBasis | None = Field(None, description="what learned weights rest on")


class ModelRecord(WeightingRecord):
    """What scored: the first weighting, the codebook, the policy for missing factors."""

    missing: MissingPolicy
    codebook: CodebookRecord


class ScoreRecord(Record):
    """One score. ``score = baseline + sum of contributions`` where nothing is null."""

    scenario: str
    actor: str
    weighting: str
    score: float | None = Field(description="0..100; null where a factor is missing under `bounds`")
    low: float
    high: float
    coverage: float = Field(description="weight of the terms with live evidence, 0..1")
    judged: float = Field(description="the part of the coverage that rests on judgements")
    assumed: float = Field(description="weight of the terms that rest on assumptions")
    baseline: float = Field(description="points of the baseline, the bottom of the scale: 0")
    contributions: dict[str, float | None] = Field(description="points by factor; null where missing")
    weights: dict[str, float] = Field(description="the weight of each factor that counts in this row")
    missing: list[str] = Field(description="factors that are not coded")
    policy: MissingPolicy = Field(description="what a missing factor does to the score")


class ScoresDocument(Record):
    """What ``leverage score --format json`` prints."""

    format: Literal["leverage/scores/1"] = "leverage/scores/1"
    case: str
    model: ModelRecord
    weightings: list[WeightingRecord]
    scores: list[ScoreRecord]


def scores_document(
    loaded: LoadedCase, weighted: Sequence[Scores], actors: Sequence[str] = ()
) -> ScoresDocument:
    """Scores as a document for JSON.

    Parameters
    ----------
    loaded : LoadedCase
    weighted : sequence of Scores
        The same table under one or more weightings.
    actors : sequence of str
        Ids of the actors to keep; all where empty.
    """
    codebook = CodebookRecord(version=loaded.codebook.version, hash=loaded.codebook.hash)
    weightings = [_weighting(scores.weights) for scores in weighted]
    return ScoresDocument(
        case=loaded.case.id,
        model=ModelRecord(missing=weighted[0].policy, codebook=codebook, **weightings[0].model_dump()),
        weightings=weightings,
        scores=[
            _record(scores, row)
            for scores in weighted
            for row in range(len(scores.rows))
            if not actors or scores.rows[row].actor in actors
        ],
    )


def score_rows(document: ScoresDocument) -> list[dict[str, object]]:
    """One flat record a score, its contributions as ``points.<factor>``, for CSV."""
    rows = []
    for record in document.scores:
        flat = record.model_dump()
        nested = {"points": flat.pop("contributions"), "weight": flat.pop("weights")}
        spread = {f"{what}.{name}": v for what, values in nested.items() for name, v in values.items()}
        rows.append({"case": document.case, **flat, **spread})
    return rows


def _weighting(weights: Weights) -> WeightingRecord:
    return WeightingRecord(
        id=weights.id,
        title=weights.title,
        scheme=weights.scheme,
        author=weights.author,
        reason=weights.reason,
        notes=list(weights.notes),
        weights=dict(weights.factors),
        warning=weights.warning,
        learned=weights.learned,
    )


def _record(scores: Scores, row: int) -> ScoreRecord:
    place = scores.rows[row]
    return ScoreRecord(
        scenario=place.scenario,
        actor=place.actor,
        weighting=scores.weights.id,
        score=known(scores.score[row]),
        low=float(scores.low[row]),
        high=float(scores.high[row]),
        coverage=float(scores.coverage[row]),
        judged=float(scores.judged[row]),
        assumed=float(scores.assumed[row]),
        baseline=0.0,
        contributions={name: known(values[row]) for name, values in scores.factor_points().items()},
        weights={name: float(values[row]) for name, values in scores.factor_weights().items()},
        missing=scores.missing_factors(row),
        policy=scores.policy,
    )


def score_table_form(loaded: LoadedCase, weighted: Sequence[Scores], actors: Sequence[str] = ()) -> Table:
    """Scenarios by actors: score, range and coverage; a row for each weighting where there are several."""
    shown = [actor for actor in loaded.case.actors if not actors or actor.id in actors]
    several = len(weighted) > 1
    columns = [Column("Scenario"), *([Column("Weights")] if several else [])]
    for actor in shown:
        columns += [Column(actor.name, "right"), Column("range", "right"), Column("coverage", "right")]
    rows: list[list[str | None]] = []
    for scenario in dict.fromkeys(row.scenario for row in weighted[0].rows):
        title = loaded.state(scenario).scenario.title
        for scores in weighted:
            cells: list[str | None] = [title, *([scores.weights.title] if several else [])]
            for actor in shown:
                row = scores.table.row_number(scenario, actor.id)
                score, cover = scores.score[row], percent(scores.coverage[row])
                cells += [points(score), span(scores.low[row], scores.high[row]), cover + _marks(scores, row)]
            rows.append(cells)
    return Table(
        caption=f"{loaded.case.title}: leverage, 0 to 100",
        columns=columns,
        rows=rows,
        notes=_notes(loaded, weighted),
    )


def _marks(scores: Scores, row: int) -> str:
    return " a" if scores.assumed[row] > 0 else ""


def _notes(loaded: LoadedCase, weighted: Sequence[Scores]) -> list[str]:
    scores = weighted[0]
    notes = [
        "A score is a weighted index, not a probability.",
        "Ranges are outer bounds from the evidence's intervals; a codebook's default counts as exact.",
    ]
    gaps = "; ".join(_gaps(loaded, scores))
    if gaps and scores.policy == "renormalise":
        notes.append(f"Left out of scores and ranges, its weight spread over the rest: {gaps}.")
    elif gaps:
        notes.append(f"– stands for no score: {gaps}.")
    if any((s.assumed > 0).any() for s in weighted):
        notes.append("a: part of the weight rests on assumptions, which coverage leaves out.")
    for each in weighted:
        weighed = each.weights.factors.items()
        told = ", ".join(f"{loaded.codebook.factor(n).title.lower()} {percent(w)}" for n, w in weighed)
        # Of learned weights each note is a sentence; of others a remark that follows the weights.
        sentences = each.weights.notes if each.weights.learned is not None else ()
        further = "" if sentences else "".join(f"; {note}" for note in each.weights.notes)
        notes.append(f"Weights “{each.weights.title}” ({each.weights.scheme}): {told}{further}.")
        notes += sentences
    notes += dict.fromkeys(each.weights.warning for each in weighted if each.weights.warning)
    codebook = loaded.codebook
    notes.append(f"Missing factors: {scores.policy}. Codebook {codebook.version}, {codebook.hash[:12]}.")
    return notes


def _gaps(loaded: LoadedCase, scores: Scores) -> list[str]:
    """Which factors are not coded, by actor, and in which scenarios where not in all."""
    where: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for row, place in enumerate(scores.rows):
        gap = tuple(loaded.codebook.factor(name).title.lower() for name in scores.missing_factors(row))
        if gap:
            where.setdefault((place.actor, gap), []).append(loaded.state(place.scenario).scenario.title)
    every = len({place.scenario for place in scores.rows})
    return [
        f"{and_list(gap)} of {loaded.actor(actor).name} not coded"
        + ("" if len(titles) == every else f" in {', '.join(titles)}")
        for (actor, gap), titles in where.items()
    ]


def score_chart(
    loaded: LoadedCase, weighted: Sequence[Scores], actors: Sequence[str] = (), *, key: str = "scores"
) -> str:
    """Scores and ranges by scenario and actor, as SVG."""
    groups = []
    for scenario in dict.fromkeys(row.scenario for row in weighted[0].rows):
        bars = []
        for scores in weighted:
            suffix = f" ({scores.weights.title})" if len(weighted) > 1 else ""
            for row, place in enumerate(scores.rows):
                if place.scenario == scenario and (not actors or place.actor in actors):
                    label = loaded.actor(place.actor).name + suffix
                    low, high = float(scores.low[row]), float(scores.high[row])
                    bars.append(RangeBar(label, low, high, known(scores.score[row])))
        groups.append(Group(loaded.state(scenario).scenario.title, bars))
    return ranges(
        key=key,
        title=f"{loaded.case.title}: leverage",
        description="A dot is a score, a line its outer bounds; no dot where a factor is not coded. "
        f"Missing factors: {weighted[0].policy}.",
        groups=groups,
        axis_label="leverage, 0 to 100 (an index, not a probability)",
    )
