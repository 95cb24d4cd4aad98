"""Why a score changed: each term's change split into new evidence, passing of time, coverage, weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from leverage.builders import FeatureTable, feature_table
from leverage.case import LoadedCase, MissingPolicy, Piece, ReadingKey, State
from leverage.documents import Record
from leverage.explain.views import amount_words, label_of
from leverage.faults import call_error, name_list
from leverage.model import SCALE, Scores, Weights, effective_weights, known, score_table

Array = NDArray[np.float64]
PARTS = ("evidence", "time", "coverage", "weights")
End = Literal["score", "low", "high"]


class Side(Record):
    """One side of a contrast: what was scored, when, and the result."""

    label: str
    as_of: str
    deadline: str | None
    weights: str
    weights_warning: str = ""
    score: float | None
    low: float
    high: float
    coverage: float


class _Split(Record):
    """A change in points and its four parts, which sum to it."""

    change: float
    evidence: float
    time: float
    coverage: float
    weights: float


class ChangeTerm(_Split):
    """The change of one leaf."""

    leaf: str
    factor: str
    title: str
    value_old: float | None
    value_new: float | None
    weight_old: float
    weight_new: float


class EndChange(_Split):
    """The change of the score, or of its lowest or highest bound, leaf by leaf."""

    end: End
    old: float
    new: float
    residual: float = Field(description="change less the sum of the terms' changes, 0 to 1e-9")
    terms: list[ChangeTerm]


class Contrast(Record):
    """What changed for one actor between two states of the evidence, the clock or the weights.

    Attributes
    ----------
    ends : list of EndChange
        The change of the score where both sides have one; else of its lowest and highest bound.
    """

    format: Literal["leverage/contrast/1"] = "leverage/contrast/1"
    kind: Literal["scenarios", "cases", "dates", "weights", "mixed"]
    case: str
    actor: str
    actor_name: str
    policy: MissingPolicy
    old: Side
    new: Side
    ends: list[EndChange] = Field(min_length=1)
    changed_readings: list[str] = Field(default_factory=list, description="what changed in the evidence")


@dataclass(frozen=True)
class Standpoint:
    """What one side of a contrast is: a case, one of its states, and weights."""

    label: str
    loaded: LoadedCase
    state: State
    weights: Weights

    def __post_init__(self) -> None:
        late = [p.evidence.id for p in self.state.pieces if p.date > self.state.as_of]
        if late:
            raise call_error(
                f"on {self.state.as_of} the evidence {name_list(late, 6)} did not exist yet",
                "choose a later day",
            )


def contrast(old: Standpoint, new: Standpoint, policy: MissingPolicy) -> list[Contrast]:
    """Contrast two standpoints for every actor that both have.

    With w̄ and v̄ the means of both sides, a leaf's change is 100 (w̄ Δv + v̄ Δw). Δv splits at the old
    evidence seen on the new dates: up to there it is the passing of time, from there new evidence. A
    leaf that is missing on one side alone changes by coverage, and so does, under ``renormalise``,
    the part of Δw that comes from other leaves being missing.

    Parameters
    ----------
    old, new : Standpoint
        With the same codebook.
    policy : str
        The missing policy of both sides.

    Returns
    -------
    list of Contrast
        One an actor, in the new case's order.

    Raises
    ------
    InputError
        The codebooks differ, or no actor is in both.
    """
    if old.loaded.codebook.hash != new.loaded.codebook.hash:
        raise call_error(
            "the two sides use different codebooks, so their scores are not on one scale",
            "compare them under the same factors and value functions",
        )
    moved = replace(old.state, as_of=new.state.as_of, deadline=new.state.deadline)
    sides = [feature_table(s.loaded, states=[s.state], missing=policy) for s in (old, new)]
    between = feature_table(old.loaded, states=[moved], missing=policy)
    scored = [score_table(t, s.weights, policy) for t, s in zip(sides, (old, new), strict=True)]
    actors = [a.id for a in new.loaded.case.actors if a.id in {b.id for b in old.loaded.case.actors}]
    if not actors:
        raise call_error("the two cases have no actor in common", "give the same actors the same ids")
    return [_for_actor(old, new, policy, scored[0], scored[1], between, actor) for actor in actors]


def _for_actor(
    old: Standpoint,
    new: Standpoint,
    policy: MissingPolicy,
    before: Scores,
    after: Scores,
    between: FeatureTable,
    actor: str,
) -> Contrast:
    rows = (
        before.table.row_number(old.state.scenario.id, actor),
        after.table.row_number(new.state.scenario.id, actor),
        between.row_number(old.state.scenario.id, actor),
    )
    complete = not np.isnan([before.score[rows[0]], after.score[rows[1]]]).any()
    ends: Sequence[End] = ("score",) if complete else ("low", "high")
    return Contrast(
        kind=_kind(old, new),
        case=new.loaded.case.id,
        actor=actor,
        actor_name=new.loaded.actor(actor).name,
        policy=policy,
        old=_side(old, before, rows[0]),
        new=_side(new, after, rows[1]),
        ends=[_end_change(end, before, after, between, rows) for end in ends],
        changed_readings=_changed_readings((old, new), (before.table, after.table), rows[:2], actor),
    )


def _kind(old: Standpoint, new: Standpoint) -> Literal["scenarios", "cases", "dates", "weights", "mixed"]:
    differs = {
        "cases": old.loaded is not new.loaded,
        "scenarios": old.state.scenario != new.state.scenario,
        "dates": old.state.scenario == new.state.scenario and old.state.as_of != new.state.as_of,
        "weights": old.weights.factors != new.weights.factors,
    }
    if differs["cases"]:
        return "cases"
    kinds = [kind for kind, apart in differs.items() if apart]
    return kinds[0] if len(kinds) == 1 else "mixed"  # type: ignore[return-value]


def _side(side: Standpoint, scores: Scores, row: int) -> Side:
    score = float(scores.score[row])
    return Side(
        label=side.label,
        as_of=side.state.as_of.isoformat(),
        deadline=side.state.deadline.isoformat() if side.state.deadline else None,
        weights=side.weights.title,
        weights_warning=side.weights.warning,
        score=None if np.isnan(score) else score,
        low=float(scores.low[row]),
        high=float(scores.high[row]),
        coverage=float(scores.coverage[row]),
    )


_VALUES: dict[End, str] = {"score": "v", "low": "v_low", "high": "v_high"}


def _end_change(
    end: End, before: Scores, after: Scores, between: FeatureTable, rows: tuple[int, int, int]
) -> EndChange:
    start, finish, middle = (
        getattr(table, _VALUES[end])[row]
        for table, row in zip((before.table, after.table, between), rows, strict=True)
    )
    absent = before.table.missing[rows[0]], after.table.missing[rows[1]]
    parts = split_change(start, middle, finish, absent, (before, after), rows)
    leaves = before.table.leaves
    terms = [
        ChangeTerm(
            leaf=leaf.id,
            factor=leaf.factor,
            title=leaf.title,
            change=float(sum(parts[name][n] for name in PARTS)),
            **{name: float(parts[name][n]) for name in PARTS},
            value_old=known(start[n]),
            value_new=known(finish[n]),
            weight_old=float(before.effective[rows[0], n]),
            weight_new=float(after.effective[rows[1], n]),
        )
        for n, leaf in enumerate(leaves)
    ]
    ends = float(getattr(before, end)[rows[0]]), float(getattr(after, end)[rows[1]])
    totals = {name: float(parts[name].sum()) for name in PARTS}
    change = ends[1] - ends[0]
    return EndChange(
        end=end,
        old=ends[0],
        new=ends[1],
        change=change,
        **totals,
        residual=change - sum(term.change for term in terms),
        terms=terms,
    )


def split_change(
    start: Array,
    middle: Array,
    finish: Array,
    absent: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    scores: tuple[Scores, Scores],
    rows: tuple[int, ...],
) -> dict[str, Array]:
    """The four parts of each leaf's change in points, shape (leaves,) each.

    Parameters
    ----------
    start, middle, finish : ndarray, shape (leaves,)
        Values before, of the old evidence on the new dates, and after; nan where missing.
    absent : pair of ndarray of bool
        Where a leaf is missing before and after.
    scores, rows
        Both sides' scores and row numbers, for their weights.
    """
    policy = scores[0].policy
    weights = [s.effective[row] for s, row in zip(scores, rows, strict=False)]
    one_sided = absent[0] ^ absent[1]
    # A leaf without weight on one side has no say there: its value on the other side stands for both.
    a = np.where(np.isnan(start) | (weights[0] == 0), np.where(np.isnan(finish), 0.0, finish), start)
    b = np.where(np.isnan(finish) | (weights[1] == 0), a, finish)
    a = np.where(weights[0] == 0, b, a)
    mean_weight, mean_value = (weights[0] + weights[1]) / 2.0, (a + b) / 2.0
    by_value = SCALE * mean_weight * (b - a)
    by_weight = SCALE * mean_value * (weights[1] - weights[0])
    m = np.where(np.isnan(middle), a, middle)
    by_time = np.where(one_sided | (weights[0] == 0), 0.0, SCALE * mean_weight * (m - a))
    stated = [s.leaf_weights for s in scores]
    swaps = [
        effective_weights(stated[1], mask[None, :], policy)[0]
        - effective_weights(stated[0], mask[None, :], policy)[0]
        for mask in absent
    ]
    by_stated = SCALE * mean_value * np.nan_to_num((swaps[0] + swaps[1]) / 2.0)
    return {
        "evidence": np.where(one_sided, 0.0, by_value - by_time),
        "time": by_time,
        "coverage": np.where(one_sided, by_value, 0.0) + by_weight - by_stated,
        "weights": by_stated,
    }


def _changed_readings(
    sides: Sequence[Standpoint], tables: Sequence[FeatureTable], rows: Sequence[int], actor: str
) -> list[str]:
    """What changed in the evidence that an actor's terms read, its opponents' included; own first."""
    read = {
        reading.key
        for table, row in zip(tables, rows, strict=True)
        for leaf in table.leaves
        for reading in table.inputs_of(row, leaf).values()
    }
    told: dict[ReadingKey, tuple[list[str], list[str]]] = {}
    for number, side in enumerate(sides):
        units = {
            (factor.id, name): scale.unit
            for factor in side.loaded.codebook.factors
            for name, scale in factor.readings().items()
        }
        for piece in side.state.pieces:
            if piece.key in read:
                words = _piece_words(piece, units[piece.key.factor, piece.key.indicator])
                told.setdefault(piece.key, ([], []))[number].append(words)
    return [
        f"{label_of(sides[1].loaded, key, opponent=key.actor != actor)}: "
        f"{', '.join(was) or 'not coded'} → {', '.join(now) or 'not coded'}"
        for key, (was, now) in sorted(told.items(), key=lambda item: (item[0].actor != actor, item[0]))
        if was != now
    ]


def _piece_words(piece: Piece, unit: str) -> str:
    value, low, high = piece.measured.value, piece.measured.low, piece.measured.high
    ends = [amount_words(end, unit).partition(" ")[0] for end in (low, high)]
    range_ = f" ({ends[0]} to {ends[1]})" if low < high else ""
    return f"{amount_words(value, unit)}{range_} [{piece.evidence.id}]"
