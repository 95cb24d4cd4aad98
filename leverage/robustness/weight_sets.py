"""Sets of weightings that partial knowledge leaves: a rank order of the factors, intervals of weights."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leverage.faults import Fault, InputError, call_error, name_list, suggest_name

Array = NDArray[np.float64]

# Seven factors in one place; more full orders than this take longer than a sample.
MOST_ORDERS = 5_040
SLACK = 1e-9
# Below this part of hits, drawing and rejecting takes longer than walking.
LEAST_HITS = 0.05
PILOT = 2_000
# Each sweep draws the split of every factor's weight with another's anew. Such walks on the simplex mix in
# about ln(factors) sweeps (Smith 2014); the rest is margin for narrow intervals.
SWEEPS = 200


@dataclass(frozen=True)
class RankOrder:
    """Factors from the heaviest to the lightest, by column number; several in one place are left open.

    Attributes
    ----------
    places : tuple of tuple of int
        Every factor once.
    """

    places: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, places: Iterable[str | Iterable[str]], names: Sequence[str]) -> RankOrder:
        """The order of factors by name; a list in place of a name stands for factors in one place.

        Raises
        ------
        InputError
            A factor that is unknown, left out or named twice.
        """
        groups = [[place] if isinstance(place, str) else list(place) for place in places]
        listed = [name for group in groups for name in group]
        _check_names(listed, names)
        missing = [name for name in names if name not in listed]
        if missing:
            raise call_error(f"the order leaves out {name_list(missing)}", "rank every factor once")
        return cls(tuple(tuple(names.index(name) for name in group) for group in groups))

    @classmethod
    def of_weights(cls, weights: Sequence[float]) -> RankOrder:
        """The order of stated weights, equal ones in one place."""
        ordered = sorted(range(len(weights)), key=lambda number: -weights[number])
        groups = itertools.groupby(ordered, key=lambda number: weights[number])
        return cls(tuple(tuple(group) for _, group in groups))

    def full_orders(self, factors: int) -> NDArray[np.intp]:
        """Every full order that it leaves open, shape (orders, factors)."""
        if sorted(itertools.chain(*self.places)) != list(range(factors)):
            raise call_error(f"the order ranks {self.places}", f"rank each of {factors} factors once")
        count = math.prod(math.factorial(len(place)) for place in self.places)
        if count > MOST_ORDERS:
            raise call_error(
                f"the order leaves {count} full orders open, above {MOST_ORDERS}", "rank more of the factors"
            )
        choices = itertools.product(*(itertools.permutations(place) for place in self.places))
        return np.array([list(itertools.chain(*choice)) for choice in choices], dtype=np.intp)


@dataclass(frozen=True)
class Intervals:
    """Lowest and highest weight of each factor, that leave at least one weighting.

    Attributes
    ----------
    low, high : ndarray, shape (factors,)
        0..1, made as narrow as the others' ends allow.
    """

    low: Array
    high: Array

    @classmethod
    def of(cls, ends: Mapping[str, tuple[float, float]], names: Sequence[str]) -> Intervals:
        """Intervals by factor name; a factor that is not named may weigh anything.

        Raises
        ------
        InputError
            An unknown factor, ends out of 0..1 or out of order, or no weighting that keeps to all.
        """
        _check_names(list(ends), names)
        faults: list[Fault] = []
        for name, (low, high) in ends.items():
            if not 0.0 <= low <= high <= 1.0:
                problem = f"the weight of {name!r} runs from {low:g} to {high:g}"
                faults += call_error(problem, "give the lower end first, both from 0 to 1").faults
        if faults:
            raise InputError(faults)
        pairs = np.array([ends.get(name, (0.0, 1.0)) for name in names], dtype=float).reshape(-1, 2)
        return cls.between(pairs[:, 0], pairs[:, 1])

    @classmethod
    def between(cls, low: Array, high: Array) -> Intervals:
        """Intervals by column; the same check that a weighting is left."""
        low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
        if low.sum() > 1.0 + SLACK or high.sum() < 1.0 - SLACK:
            told = f"the lowest weights sum to {low.sum():.4g} and the highest to {high.sum():.4g}"
            raise call_error(f"no weighting keeps to all intervals: {told}", "let 1 lie between both sums")
        rest_low, rest_high = low.sum() - low, high.sum() - high
        return cls(np.clip(1.0 - rest_high, low, high), np.clip(1.0 - rest_low, low, high))


def _check_names(listed: Sequence[str], names: Sequence[str]) -> None:
    faults: list[Fault] = []
    for name in dict.fromkeys(listed):
        if name not in names:
            faults += call_error(f"there is no factor {name!r}", suggest_name(name, names)).faults
        elif listed.count(name) > 1:
            faults += call_error(f"the factor {name!r} is named twice", "name each once").faults
    if faults:
        raise InputError(faults)


def sample_simplex(factors: int, samples: int, seed: int) -> Array:
    """Weightings from the whole simplex, each as likely as any other, shape (samples, factors)."""
    drawn = np.random.default_rng(seed).standard_exponential((samples, factors))
    drawn /= drawn.sum(axis=1, keepdims=True)
    return drawn


def sample_intervals(intervals: Intervals, samples: int, seed: int) -> Array:
    """Weightings within intervals, each as likely as any other, shape (samples, factors).

    The lowest weights are set aside, the rest is shared out uniformly, and what exceeds a highest weight
    is rejected. Where more than 19 in 20 would be, each weighting is the end of a random walk of its own
    within the intervals instead, so that the draws stay independent.

    Parameters
    ----------
    intervals : Intervals
    samples, seed : int
    """
    low, high = intervals.low, intervals.high
    free = np.flatnonzero(high - low > SLACK)
    drawn = np.tile(low + _spare(low, high) * (high - low), (samples, 1))
    if free.size < 2:
        return drawn
    rest = 1.0 - np.delete(drawn[0], free).sum()
    rng = np.random.default_rng(seed)
    pilot, hits = _shared_out(low[free], high[free], rest, PILOT, rng)
    if hits < LEAST_HITS:
        drawn[:, free] = _walked(drawn[:, free], low[free], high[free], rng)
        return drawn
    while len(pilot) < samples:
        more = int((samples - len(pilot)) / hits * 1.1) + PILOT
        pilot = np.concatenate([pilot, _shared_out(low[free], high[free], rest, more, rng)[0]])
    drawn[:, free] = pilot[:samples]
    return drawn


def _spare(low: Array, high: Array) -> float:
    """The part of every interval's length that takes the lowest weights to a sum of 1."""
    length = (high - low).sum()
    return float((1.0 - low.sum()) / length) if length > SLACK else 0.0


def _shared_out(
    low: Array, high: Array, rest: float, count: int, rng: np.random.Generator
) -> tuple[Array, float]:
    """Uniform draws above the lowest weights that keep to the highest, and the part that did."""
    parts = rng.standard_exponential((count, len(low)))
    drawn = low + (rest - low.sum()) * parts / parts.sum(axis=1, keepdims=True)
    kept = drawn[(drawn <= high).all(axis=1)]
    return kept, len(kept) / count


def _walked(start: Array, low: Array, high: Array, rng: np.random.Generator) -> Array:
    """The ends of walks that draw the split of weight between random pairs of factors anew."""
    weights = start.copy()
    half = len(low) // 2
    for _ in range(SWEEPS):
        order = rng.permutation(len(low))
        one, other = order[:half], order[half : 2 * half]
        total = weights[:, one] + weights[:, other]
        least = np.maximum(low[one], total - high[other])
        most = np.minimum(high[one], total - low[other])
        weights[:, one] = least + rng.random(total.shape) * (most - least)
        weights[:, other] = total - weights[:, one]
    return weights
