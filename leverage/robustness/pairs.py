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

from leverage.model import SCALE, TIE, Order, Scores
from leverage.robustness.flips import Transfer, smallest_l1, smallest_l2, transfers
from leverage.robustness.weight_sets import Intervals, RankOrder, sample_intervals, sample_simplex
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
    gaps = np.isnan(scores.table.v).any(axis=1)[numbers].any(axis=1)
    least: list[Outlook | None] = [None] * len(ordered)
    most: list[Outlook | None] = [None] * len(ordered)
    if scores.policy == "renormalise" and gaps.any():
        for number, outlook in zip(
            np.flatnonzero(gaps), _renormalised(scores, numbers[gaps], knowledge), strict=True
        ):
            least[number] = most[number] = outlook
        chosen = np.flatnonzero(~gaps)
    else:
        chosen = np.arange(len(ordered))
    low, high = (factor_points(scores, side) for side in _sides(scores))
    first, second = numbers[chosen].T
    both = low[first] - high[second], high[first] - low[second]
    for outlooks, differences in zip((least, most), both, strict=True):
        found = _outlooks(
            _without_noise(differences), stated_weights(scores), scores.table.codebook.names, knowledge
        )
        for number, outlook in zip(chosen, found, strict=True):
            outlooks[number] = outlook
    apart = gaps & (scores.policy != "renormalise")
    return [
        PairOutlook(
            first=pair[0],
            second=pair[1],
            order=order,
            outlook=None if split else worst,
            least=worst if split else None,
            most=best if split else None,
        )
        for pair, order, split, worst, best in zip(ordered, orders, apart, least, most, strict=True)
    ]


def differences_of(scores: Scores, pairs: Sequence[tuple[int, int]]) -> Array:
    """Points by which the first is ahead for sure, by factor at full weight, shape (pairs, factors)."""
    low, high = (factor_points(scores, side) for side in _sides(scores))
    first, second = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    return _without_noise(low[first] - high[second])


def _sides(scores: Scores) -> tuple[Array, Array]:
    """Leaves' values with what is missing at its worst, and at its best."""
    table = scores.table
    missing = np.isnan(table.v)
    return np.where(missing, table.v_low, table.v), np.where(missing, table.v_high, table.v)


def _without_noise(differences: Array) -> Array:
    """Differences below what the model calls a tie are none: equal actors are equal, not all but equal."""
    return np.where(np.abs(differences) <= TIE, 0.0, differences)


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


def _renormalised(scores: Scores, pairs: NDArray[np.intp], knowledge: Knowledge) -> list[Outlook]:
    """Outlooks of pairs with a missing factor whose weight is spread over the others, by sampling."""
    factors = len(stated_weights(scores))
    sets = {"win": sample_simplex(factors, knowledge.samples, knowledge.seed)}
    if knowledge.intervals:
        sets["within"] = sample_intervals(knowledge.intervals, knowledge.samples, knowledge.seed)
    if knowledge.concentration:
        rng = np.random.default_rng(knowledge.seed)
        counted = stated_weights(scores) > 0
        sets["near"] = np.zeros((knowledge.samples, factors))
        alphas = knowledge.concentration * stated_weights(scores)[counted]
        sets["near"][:, counted] = rng.dirichlet(alphas, knowledge.samples)
    if knowledge.order:
        orders = knowledge.order.full_orders(factors)
        ranked = np.sort(sample_simplex(factors, knowledge.samples, knowledge.seed), axis=1)[:, ::-1]
        chosen = orders[np.arange(knowledge.samples) % len(orders)]
        sets["ranked"] = np.zeros_like(ranked)
        np.put_along_axis(sets["ranked"], chosen, ranked, axis=1)
    shares = {name: sampled_shares(_renormalised_gaps(scores, pairs, drawn)) for name, drawn in sets.items()}
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
        for number in range(len(pairs))
    ]


def _renormalised_gaps(scores: Scores, pairs: NDArray[np.intp], drawn: Array) -> Array:
    """Gaps of pairs under drawn weights, each row over what is coded of it, shape (pairs, draws)."""
    leaves, names = scores.table.leaves, list(scores.table.codebook.names)
    weights = drawn[:, [names.index(leaf.factor) for leaf in leaves]] * [leaf.share for leaf in leaves]
    coded = ~np.isnan(scores.table.v)
    kept = weights @ coded.T
    total = weights @ np.nan_to_num(scores.table.v).T
    found = SCALE * np.divide(total, kept, out=np.full_like(total, np.nan), where=kept > 0)
    gaps: Array = (found[:, pairs[:, 0]] - found[:, pairs[:, 1]]).T
    # Where nothing that weighs is coded of a row, it is neither ahead nor behind.
    return _without_noise(np.nan_to_num(gaps))


def _share(shares: Shares, number: int) -> Share:
    return Share(
        ahead=float(shares.ahead[number]),
        behind=float(shares.behind[number]),
        tied=float(shares.tied[number]),
        error=float(shares.error[number]),
        method=shares.method,
    )
