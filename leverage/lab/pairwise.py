"""Weights from pairwise judgements by Bradley and Terry's model (1952)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leverage.faults import Fault, InputError, call_error, name_list, suggest_name

Array = NDArray[np.float64]
PRIOR = 0.5
"""Pseudo-judgements added each way to every pair, so that a factor never preferred keeps some weight."""
STEPS, TOLERANCE = 10_000, 1e-12


@dataclass(frozen=True)
class Judgement:
    """One factor was judged more important than another.

    Attributes
    ----------
    preferred, other : str
        Factor names.
    count : float
        How often, or how strongly; above 0.
    """

    preferred: str
    other: str
    count: float = 1.0


@dataclass(frozen=True)
class PairwiseWeights:
    """Weights from judgements, with their intervals.

    Attributes
    ----------
    weights, low, high : mapping of str to float
        On the simplex; bounds are the central 95 % of the bootstrap over judgements.
    agreement : float
        Share of judgements that the weights rank the same way, 0..1.
    digest : str
        SHA-256 of the judgements.
    """

    weights: Mapping[str, float]
    low: Mapping[str, float]
    high: Mapping[str, float]
    agreement: float
    digest: str


def bradley_terry(
    names: Sequence[str], judgements: Iterable[Judgement], prior: float = PRIOR
) -> dict[str, float]:
    """Weights πᵢ with P(i preferred to j) = πᵢ / (πᵢ + πⱼ), by minorisation (Hunter 2004).

    Parameters
    ----------
    names : sequence of str
        Factor names, each once.
    judgements : iterable of Judgement
    prior : float, above 0
        See `PRIOR`.

    Returns
    -------
    dict of str to float
        On the simplex, all above 0.

    Raises
    ------
    InputError
        Unknown names, a factor judged against itself, counts or a prior not above 0.

    Examples
    --------
    >>> weights = bradley_terry(["a", "b"], [Judgement("a", "b", 3.0)], prior=0.5)
    >>> {name: round(weight, 3) for name, weight in weights.items()}
    {'a': 0.875, 'b': 0.125}
    """
    judged = list(judgements)
    _check(names, judged, prior)
    return dict(zip(names, _fit(_wins(names, judged), prior).tolist(), strict=True))


def _wins(names: Sequence[str], judgements: Sequence[Judgement]) -> Array:
    place = {name: n for n, name in enumerate(names)}
    wins = np.zeros((len(names), len(names)))
    for judgement in judgements:
        wins[place[judgement.preferred], place[judgement.other]] += judgement.count
    return wins


def _fit(wins: Array, prior: float) -> Array:
    wins = wins + prior * (1.0 - np.eye(len(wins)))
    met, won = wins + wins.T, wins.sum(axis=1)
    weights = np.full(len(wins), 1.0 / len(wins))
    for _ in range(STEPS):
        new = won / (met / (weights[:, None] + weights)).sum(axis=1)
        new /= new.sum()
        if np.max(np.abs(new - weights)) < TOLERANCE:
            return np.asarray(new)
        weights = new
    return weights


def pairwise_weights(
    names: Sequence[str], judgements: Iterable[Judgement], *, draws: int = 500, seed: int = 0
) -> PairwiseWeights:
    """Weights with bootstrap intervals over the judgements.

    Raises
    ------
    InputError
        As `bradley_terry`; or no judgements.
    """
    judged = list(judgements)
    _check(names, judged, PRIOR)
    if not judged:
        raise call_error("there are no judgements", "judge at least one pair of factors")
    weights = _fit(_wins(names, judged), PRIOR)
    rng = np.random.default_rng(seed)
    picks = rng.integers(len(judged), size=(draws, len(judged)))
    sample = np.array([_fit(_wins(names, [judged[k] for k in pick]), PRIOR) for pick in picks])
    low, high = np.quantile(sample, [0.025, 0.975], axis=0)
    by_name = dict(zip(names, weights.tolist(), strict=True))
    agree = sum(j.count for j in judged if by_name[j.preferred] > by_name[j.other])
    record = json.dumps([[j.preferred, j.other, j.count] for j in judged]).encode()
    return PairwiseWeights(
        weights=by_name,
        low=dict(zip(names, low.tolist(), strict=True)),
        high=dict(zip(names, high.tolist(), strict=True)),
        agreement=float(agree / sum(j.count for j in judged)),
        digest=hashlib.sha256(record).hexdigest(),
    )


def _check(names: Sequence[str], judgements: Sequence[Judgement], prior: float) -> None:
    errors: list[Fault] = []
    if len(names) < 2 or len(set(names)) != len(names):
        errors += call_error(f"the factors are {name_list(names)}", "name two or more, each once").faults
    for j in judgements:
        for name in (j.preferred, j.other):
            if name not in names:
                errors += call_error(
                    f"{name!r} is judged but unknown", suggest_name(name, list(names))
                ).faults
        if j.preferred == j.other:
            errors += call_error(f"{j.preferred!r} is judged against itself", "remove the judgement").faults
        if not j.count > 0:
            errors += call_error(f"a judgement counts {j.count!r}", "give a number above 0").faults
    if not prior > 0:
        errors += call_error(f"the prior is {prior!r}", "give a number above 0").faults
    if errors:
        raise InputError(errors)
