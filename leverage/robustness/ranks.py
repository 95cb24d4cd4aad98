"""The places of a scenario's actors over all weightings, or over those that partial knowledge leaves."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leverage.model import Scores, known
from leverage.robustness.acceptability import Acceptability, rank_acceptability
from leverage.robustness.content import RankRecord
from leverage.robustness.pairs import Knowledge, factor_points, pair_outlooks, sides
from leverage.robustness.stability import WeightSet, best_margins, extreme_orders
from leverage.robustness.weight_sets import sample_simplex

Array = NDArray[np.float64]
_SAMPLED = (
    "rank_acceptability",
    "rank_acceptability_error",
    "central_weights",
    "confidence",
    "confidence_error",
)


def rank_records(scores: Scores, rows: list[int], knowledge: Knowledge, values: Array) -> list[RankRecord]:
    """Places of the actors of one scenario.

    Parameters
    ----------
    scores : Scores
    rows : list of int
        The scenario's rows.
    knowledge : Knowledge
    values : ndarray, shape (draws, all rows, leaves)
        Drawn values v, for the confidence factors.

    Returns
    -------
    list of RankRecord
        One a row; none where the weights of missing factors are spread over others.
    """
    missing = bool(np.isnan(scores.table.v[rows]).any())
    if missing and scores.policy == "renormalise":
        return []
    names = scores.table.codebook.names
    weightings = WeightSet(len(names), knowledge.order, knowledge.intervals)
    low, high = (factor_points(scores, side)[rows] for side in sides(scores))
    orders = extreme_orders(low, high, weightings)
    best = best_margins(high, low, weightings)
    expected = expected_places(scores, rows)
    sampled = None if missing else _acceptability(scores, values[:, rows], low, knowledge)
    actors = [scores.rows[row].actor for row in rows]
    return [
        RankRecord(
            actor=actor,
            expected_rank=None if missing else expected[n][0],
            expected_rank_bounds=expected[n] if missing else None,
            can_rank_first=bool(best.possible[n]),
            first_margin=None if np.isinf(best.margin[n]) else float(best.margin[n]),
            first_weights=dict(zip(names, map(float, best.weights[n]), strict=True)),
            dominated=bool(orders.dominated[n]),
            necessarily_level=[o for m, o in enumerate(actors) if m != n and orders.necessary[n, m]],
            possibly_level=[o for m, o in enumerate(actors) if m != n and orders.possible[n, m]],
            **_accepted(sampled, n, names),
        )
        for n, actor in enumerate(actors)
    ]


def expected_places(scores: Scores, rows: Sequence[int]) -> list[tuple[float, float]]:
    """Best and worst mean place of each row over all weightings; the same where nothing is missing."""
    places = {row: [1.0, 1.0] for row in rows}
    for found in pair_outlooks(scores, list(itertools.combinations(rows, 2)), Knowledge()):
        least, most = (found.outlook, found.outlook) if found.outlook else (found.least, found.most)
        # What suits the first best is its best place and the second's worst, and the other way round.
        for outlook, first_end, second_end in ((most, 0, 1), (least, 1, 0)):
            if outlook is not None:
                half = outlook.win.tied / 2.0
                places[found.first][first_end] += outlook.win.behind + half
                places[found.second][second_end] += outlook.win.ahead + half
    return [(best, worst) for best, worst in places.values()]


def _acceptability(scores: Scores, drawn: Array, points: Array, knowledge: Knowledge) -> Acceptability:
    """Places under sampled weightings, with the draws of the evidence for the confidence factors."""
    weights = sample_simplex(points.shape[1], knowledge.samples, knowledge.seed)
    flat = factor_points(scores, drawn.reshape(-1, drawn.shape[2]))
    return rank_acceptability(points, weights, flat.reshape(*drawn.shape[:2], -1))


def _accepted(sampled: Acceptability | None, n: int, names: Sequence[str]) -> dict[str, Any]:
    """What sampling says of an actor, by the names of `RankRecord`."""
    if sampled is None:
        return dict.fromkeys(_SAMPLED)
    never = bool(np.isnan(sampled.central[n]).any())
    return {
        "rank_acceptability": sampled.ranks[n].tolist(),
        "rank_acceptability_error": sampled.ranks_error[n].tolist(),
        "central_weights": None if never else dict(zip(names, sampled.central[n].tolist(), strict=True)),
        "confidence": known(sampled.confidence[n]),
        "confidence_error": known(sampled.confidence_error[n]),
    }
