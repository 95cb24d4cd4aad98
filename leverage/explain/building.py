"""Make an explanation from scores: terms against a baseline, with the readings and evidence behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from leverage.case import (
    LoadedCase,
    State,
)
from leverage.explain.content import (
    Baseline,
    FactorSubtotal,
    Flip,
    Status,
    Term,
)
from leverage.explain.explanation import Explanation
from leverage.explain.views import reading_view
from leverage.faults import call_error, name_list
from leverage.model import SCALE, Scores, known

Array = NDArray[np.float64]

SCALE_BOTTOM = "bottom"
OPPONENT_BASELINE = "opponent"
CASE_MEAN = "mean"


@dataclass(frozen=True)
class BaselineValues:
    """A baseline with its leaves' values (nan where missing), bounds and weights, shape (leaves,) each."""

    baseline: Baseline
    value: Array
    low: Array
    high: Array
    weight: Array


def default_baseline(loaded: LoadedCase) -> str:
    """``opponent`` where every actor faces one other, else ``mean``."""
    return OPPONENT_BASELINE if all(len(actor.faces) == 1 for actor in loaded.case.actors) else CASE_MEAN


def find_baseline(loaded: LoadedCase, scores: Scores, row: int, choice: str) -> BaselineValues:
    """The baseline that an option names for a row of the scores.

    Parameters
    ----------
    loaded, scores, row
    choice : str
        ``bottom`` (0 points), ``opponent`` (the one actor faced), ``mean`` (of all actors in the
        scenario), ``actor:ID``, or ``scenario:ID`` (the same actor there).

    Raises
    ------
    InputError
        The choice is unknown, or names no row of the scores.
    """
    scenario, actor = scores.rows[row].scenario, scores.rows[row].actor
    kind, _, name = choice.partition(":")
    if choice == SCALE_BOTTOM:
        zero = np.zeros(len(scores.table.leaves))
        bottom = Baseline(kind="scale-bottom", label="the bottom of the scale", score=0.0, low=0.0, high=0.0)
        return BaselineValues(bottom, zero, zero, zero, scores.effective[row])
    if choice == CASE_MEAN:
        return _mean_of_actors(loaded, scores, scenario)
    if choice == OPPONENT_BASELINE:
        faced = loaded.actor(actor).faces
        if len(faced) != 1:
            raise call_error(
                f"{actor} faces {name_list(faced)}, so `opponent` is not one baseline",
                "name one with actor:ID, or use mean",
            )
        kind, name = "actor", faced[0]
    if kind == "actor":
        label = loaded.actor(name).name
        return _row_as_baseline(scores, scores.table.row_number(scenario, name), "actor", label)
    if kind == "scenario":
        title = loaded.state(name).scenario.title
        label = f"{loaded.actor(actor).name} in “{title}”"
        return _row_as_baseline(scores, scores.table.row_number(name, actor), "scenario", label)
    remedy = "write bottom, opponent, mean, actor:ID or scenario:ID"
    raise call_error(f"there is no baseline {choice!r}", remedy)


def _row_as_baseline(
    scores: Scores, row: int, kind: Literal["actor", "scenario"], label: str
) -> BaselineValues:
    baseline = Baseline(
        kind=kind,
        label=label,
        score=known(scores.score[row]),
        low=float(scores.low[row]),
        high=float(scores.high[row]),
    )
    table = scores.table
    return BaselineValues(baseline, table.v[row], table.v_low[row], table.v_high[row], scores.effective[row])


def _mean_of_actors(loaded: LoadedCase, scores: Scores, scenario: str) -> BaselineValues:
    rows = [number for number, row in enumerate(scores.rows) if row.scenario == scenario]
    table = scores.table
    weight = scores.effective[rows].mean(axis=0)
    # Under `renormalise` weights differ by actor: the mean of w·v over the mean of w keeps the sum exact.
    value, low, high = (
        np.divide(
            np.where(scores.effective[rows] == 0, 0.0, scores.effective[rows] * side[rows]).mean(axis=0),
            weight,
            out=np.full(weight.shape, np.nan),
            where=weight > 0,
        )
        for side in (table.v, table.v_low, table.v_high)
    )
    names = name_list(actor.name for actor in loaded.case.actors)
    baseline = Baseline(
        kind="case-mean",
        label=f"the mean of {names}",
        score=known(scores.score[rows].mean()),
        low=float(scores.low[rows].mean()),
        high=float(scores.high[rows].mean()),
    )
    return BaselineValues(baseline, value, low, high, weight)


def explain(
    loaded: LoadedCase,
    scores: Scores,
    scenario: str,
    actor: str,
    baseline: str | None = None,
    *,
    state: State | None = None,
    flips: list[Flip] | None = None,
) -> Explanation:
    """Explain the score of an actor in a scenario.

    Parameters
    ----------
    loaded : LoadedCase
    scores : Scores
    scenario, actor : str
        Ids of a row of `scores`.
    baseline : str, optional
        See `find_baseline`; `default_baseline` where not given.
    state : State, optional
        The state that was scored, where it is not the scenario's own.
    flips : list of Flip, optional
        From `leverage.explain.find_flips`, where they are to be part of it.

    Returns
    -------
    Explanation
        Its residual is 0 to 1e-9, null where the score or the baseline's is.

    Raises
    ------
    InputError
        An unknown scenario, actor or baseline.
    """
    row = scores.table.row_number(scenario, actor)
    state = state or loaded.state(scenario)
    held = find_baseline(loaded, scores, row, baseline or default_baseline(loaded))
    terms = [_term(loaded, scores, row, number, held, state) for number in range(len(scores.table.leaves))]
    score, weights = known(scores.score[row]), scores.weights
    return Explanation(
        case=loaded.case.id,
        case_title=loaded.case.title,
        question=loaded.case.question,
        scenario=scenario,
        scenario_title=state.scenario.title,
        actor=actor,
        actor_name=loaded.actor(actor).name,
        as_of=state.as_of,
        deadline=state.deadline,
        policy=scores.policy,
        weights=weights.title,
        weights_scheme=weights.scheme,
        weights_author=weights.author,
        weights_reason=" ".join([weights.reason, *([] if weights.learned else weights.notes)]).strip(),
        weights_notes=list(weights.notes) if weights.learned else [],
        weights_warning=weights.warning,
        codebook_version=loaded.codebook.version,
        codebook_hash=loaded.codebook.hash,
        score=score,
        low=float(scores.low[row]),
        high=float(scores.high[row]),
        coverage=float(scores.coverage[row]),
        judged=float(scores.judged[row]),
        assumed=float(scores.assumed[row]),
        baseline=held.baseline,
        terms=terms,
        factors=[_subtotal(loaded, name, terms) for name in loaded.codebook.names],
        residual=_residual(score, held.baseline, terms),
        missing=scores.missing_factors(row),
        links=[link.says for link in loaded.case.links if link.actor == actor],
        flips=flips or [],
    )


def _residual(score: float | None, baseline: Baseline, terms: list[Term]) -> float | None:
    if score is None or baseline.score is None:
        return None
    return score - baseline.score - sum(term.points or 0.0 for term in terms)


def _term(
    loaded: LoadedCase, scores: Scores, row: int, number: int, held: BaselineValues, state: State
) -> Term:
    table, leaf = scores.table, scores.table.leaves[number]
    weight, against = float(scores.effective[row, number]), float(held.weight[number])
    own = tuple(float(side[row, number]) for side in (table.v, table.v_low, table.v_high))
    base = tuple(float(side[number]) for side in (held.value, held.low, held.high))
    # A baseline that has a value is held at it; only one that is missing brings its own bounds in.
    lowest, highest = (base[1], base[2]) if np.isnan(base[0]) else (base[0], base[0])
    points = _part(weight, own[0]) - _part(against, base[0])
    if table.missing[row, number] and held.baseline.kind == "scale-bottom":
        points = np.nan  # its weight went to the others: nothing is known of it, not nothing earned
    return Term(
        leaf=leaf.id,
        factor=leaf.factor,
        title=leaf.title,
        status=_status(scores, row, number),
        x=known(table.x[row, number]),
        x_low=float(table.x_low[row, number]),
        x_high=float(table.x_high[row, number]),
        value=known(own[0]),
        value_low=own[1],
        value_high=own[2],
        weight=weight,
        stated_weight=float(scores.leaf_weights[number]),
        value_function=leaf.value_function.formula() + ("" if leaf.rises else ", of 1 - x"),
        points=known(points),
        points_low=known(_part(weight, own[1]) - _part(against, highest)),
        points_high=known(_part(weight, own[2]) - _part(against, lowest)),
        baseline_value=known(base[0]),
        baseline_points=known(_part(against, base[0])),
        readings=[
            reading_view(loaded, reading, state, column)
            for column, reading in table.inputs_of(row, leaf).items()
        ],
    )


def _part(weight: float, value: float) -> float:
    return SCALE * weight * value if weight > 0 else 0.0


def _status(scores: Scores, row: int, number: int) -> Status:
    if scores.table.missing[row, number]:
        return "missing"
    if scores.table.assumed[row, number]:
        return "assumed"
    judged = scores.table.judged[row, number]
    return "judged" if judged == 1.0 else "partly judged" if judged > 0 else "coded"


def _subtotal(loaded: LoadedCase, name: str, terms: list[Term]) -> FactorSubtotal:
    own = [term for term in terms if term.factor == name]
    return FactorSubtotal(
        factor=name,
        title=loaded.codebook.factor(name).title,
        points=_sum(term.points for term in own),
        points_low=_sum(term.points_low for term in own),
        points_high=_sum(term.points_high for term in own),
        weight=sum(term.weight for term in own),
        missing=any(term.status == "missing" for term in own),
    )


def _sum(parts: object) -> float | None:
    known = list(parts)  # type: ignore[call-overload]
    return None if any(part is None for part in known) else float(sum(known))
