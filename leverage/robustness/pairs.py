"""Pairs of scored rows under other weightings: win shares and smallest changes, factor by factor.

Weights belong to factors, so that rows are compared by factors: a composite factor's points are those of
its indicators at their stated shares. Where a factor is missing under ``bounds``, a pair is compared twice,
with all that is missing at the ends that suit the first least, and at those that suit it best. Under
``renormalise`` a score is no sum over the stated weights any more; such pairs are sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leverage.model import SCALE, Order, Scores
from leverage.robustness._renormalised import renormalised_gaps, weight_samples, without_noise
from leverage.robustness.flips import Transfer, smallest_l1, smallest_l2, transfers
from leverage.robustness.weight_sets import Intervals, RankOrder, sample_intervals
from leverage.robustness.win_shares import (
    SAMPLES,
    Shares,
    dirichlet_shares,
    rank_shares,
    sampled_shares,
    uniform_shares,
)

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """What is taken to be known of the weights.

    Attributes
    ----------
    order : RankOrder or None
        A rank order of the factors.
    intervals : Intervals or None
        Lowest and highest weights.
    concentration : float or None
        Of the Dirichlet distribution around the stated weights.
    samples, seed : int
        Of what is sampled.
    """

    order: RankOrder | None = None
    intervals: Intervals | None = None
    concentration: float | None = None
    samples: int = SAMPLES
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Share:
    """The share of some weightings under which the first is ahead, 0..1; `error` 0 where it is exact."""

    ahead: float
    behind: float
    tied: float
    error: float
    method: str


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """A pair of rows under other weightings.

    Attributes
    ----------
    win : Share
        Over all weightings.
    ranked, near, within : Share or None
        Over those of a rank order, around the stated weights, and within intervals, where they are given.
    flip : tuple of Transfer or None
        The smallest change of weights, by the sum of absolute changes, that brings the pair to a tie;
        None where no weighting turns it, or where the pair was sampled.
    flip_l1, flip_l2 : float or None
        Σ |Δw| of that change, and the length of the shortest one.
    """

    win: Share
    ranked: Share | None
    near: Share | None
    within: Share | None
    flip: tuple[Transfer, ...] | None
    flip_l1: float | None
    flip_l2: float | None


@dataclass(frozen=True, kw_only=True)
class PairOutlook:
    """A pair, whoever is ahead first: one outlook, or two where a factor of either is missing.

    Attributes
    ----------
    first, second : int
        Row numbers; the first is ahead, unless the order is tied or undecided.
    order : {"ahead", "tied", "undecided"}
    outlook : Outlook or None
        None where a factor is missing under ``bounds``.
    least, most : Outlook or None
        Then: what is missing at the ends that suit the first least, and best.
    """

    first: int
    second: int
    order: Order
    outlook: Outlook | None
    least: Outlook | None
    most: Outlook | None


def factor_points(scores: Scores, values: Array) -> Array:
    """Points 0..100 of each factor at full weight, from leaves' values of shape (rows, leaves)."""
    leaves, names = scores.table.leaves, scores.table.codebook.names
    shares = np.array([[leaf.share * (leaf.factor == name) for name in names] for leaf in leaves])
    points: Array = SCALE * values @ shares
    return points


def stated_weights(scores: Scores) -> Array:
    """The stated weights, in the codebook's order of factors."""
    return np.array([scores.weights.factors[name] for name in scores.table.codebook.names])


def pair_outlooks(
    scores: Scores, pairs: Sequence[tuple[int, int]], knowledge: Knowledge
) -> list[PairOutlook]:
    """Every pair of rows under other weightings; all pairs of a kind are computed together.

    Parameters
    ----------
    scores : Scores
    pairs : sequence of (int, int)
        Row numbers, in either order.
    knowledge : Knowledge
    """
    ordered: list[tuple[int, int]] = []
    orders: list[Order] = []
    for first, second in pairs:
        order = scores.order(first, second)
        ordered.append((second, first) if order == "behind" else (first, second))
        orders.append("ahead" if order == "behind" else order)
    numbers = np.array(ordered, dtype=np.intp).reshape(-1, 2)
    missing = np.isnan(scores.table.v)
    split: list[bool] = [bool(missing[list(pair)].any()) for pair in ordered]
    if scores.policy == "renormalise":
        whole = [number for number, gap in enumerate(split) if not gap]
        rest = [number for number, gap in enumerate(split) if gap]
        found = dict(zip(rest, _sampled(scores, numbers[rest], knowledge), strict=True))
        found |= dict(zip(whole, _at_ends(scores, numbers[whole], knowledge)[0], strict=True))
        return [
            PairOutlook(first=one, second=other, order=order, outlook=found[number], least=None, most=None)
            for number, ((one, other), order) in enumerate(zip(ordered, orders, strict=True))
        ]
    least, most = _at_ends(scores, numbers, knowledge)
    return [
        PairOutlook(
            first=one,
            second=other,
            order=order,
            outlook=None if gap else worst,
            least=worst if gap else None,
            most=best if gap else None,
        )
        for (one, other), order, gap, worst, best in zip(ordered, orders, split, least, most, strict=True)
    ]


def _at_ends(
    scores: Scores, numbers: NDArray[np.intp], knowledge: Knowledge
) -> tuple[list[Outlook], list[Outlook]]:
    """Outlooks with what is missing at the ends that suit the first least, and best."""
    low, high = (factor_points(scores, side) for side in sides(scores))
    first, second = numbers.T
    weights, names = stated_weights(scores), scores.table.codebook.names
    least, most = (
        _outlooks(without_noise(differences), weights, names, knowledge)
        for differences in (low[first] - high[second], high[first] - low[second])
    )
    return least, most


def _sampled(scores: Scores, numbers: NDArray[np.intp], knowledge: Knowledge) -> list[Outlook]:
    """Outlooks of pairs whose scores are no sums over the stated weights, by sampling."""
    sets = weight_samples(
        stated_weights(scores),
        samples=knowledge.samples,
        seed=knowledge.seed,
        order=knowledge.order,
        intervals=knowledge.intervals,
        concentration=knowledge.concentration,
    )
    shares = {name: sampled_shares(renormalised_gaps(scores, numbers, drawn)) for name, drawn in sets.items()}
    return [
        Outlook(
            win=_share(shares["win"], number),
            ranked=_share(shares["ranked"], number) if "ranked" in shares else None,
            near=_share(shares["near"], number) if "near" in shares else None,
            within=_share(shares["within"], number) if "within" in shares else None,
            flip=None,
            flip_l1=None,
            flip_l2=None,
        )
        for number in range(len(numbers))
    ]


def differences_of(scores: Scores, pairs: Sequence[tuple[int, int]]) -> Array:
    """Points by which the first is ahead for sure, by factor at full weight, shape (pairs, factors)."""
    low, high = (factor_points(scores, side) for side in sides(scores))
    first, second = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    return without_noise(low[first] - high[second])


def sides(scores: Scores) -> tuple[Array, Array]:
    """Leaves' values with what is missing at its worst, and at its best."""
    table = scores.table
    missing = np.isnan(table.v)
    return np.where(missing, table.v_low, table.v), np.where(missing, table.v_high, table.v)


def _outlooks(
    differences: Array, weights: Array, names: tuple[str, ...], knowledge: Knowledge
) -> list[Outlook]:
    win = uniform_shares(differences)
    ranked = rank_shares(differences, knowledge.order) if knowledge.order else None
    near = (
        dirichlet_shares(differences, weights, knowledge.concentration) if knowledge.concentration else None
    )
    within = None
    if knowledge.intervals:
        drawn = sample_intervals(knowledge.intervals, knowledge.samples, knowledge.seed)
        within = sampled_shares(differences @ drawn.T)
    changes, shortest = smallest_l1(differences, weights), smallest_l2(differences, weights)
    return [
        Outlook(
            win=_share(win, number),
            ranked=_share(ranked, number) if ranked else None,
            near=_share(near, number) if near else None,
            within=_share(within, number) if within else None,
            flip=None if np.isnan(changes.size[number]) else transfers(changes.change[number], names),
            flip_l1=None if np.isnan(changes.size[number]) else float(changes.size[number]),
            flip_l2=None if np.isnan(shortest.size[number]) else float(shortest.size[number]),
        )
        for number in range(len(differences))
    ]


def _share(shares: Shares, number: int) -> Share:
    return Share(
        ahead=float(shares.ahead[number]),
        behind=float(shares.behind[number]),
        tied=float(shares.tied[number]),
        error=float(shares.error[number]),
        method=shares.method,
    )
