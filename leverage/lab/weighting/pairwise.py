"""Weights from pairwise judgements by Bradley and Terry's model (1952)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from leverage.codebook import Codebook
from leverage.faults import Fault, InputError, call_error, name_list, suggest_name
from leverage.lab.weighting.writing import direct_file, model_weights
from leverage.model import DirectFile, Weights

Array = NDArray[np.float64]
PRIOR = 0.5
"""Pseudo-judgements added each way to every pair, so that a factor never preferred keeps some weight."""
DRAWS = 500
CENTRAL = (0.025, 0.975)
STEPS, TOLERANCE = 10_000, 1e-12
COLUMNS = ("preferred", "other", "count")


def bradley_terry(wins: Array, prior: float = PRIOR) -> Array:
    """Weights πᵢ with P(i preferred to j) = πᵢ / (πᵢ + πⱼ), by minorisation (Hunter 2004).

    Parameters
    ----------
    wins : ndarray of shape (factors, factors)
        How often the row's factor was preferred to the column's; the diagonal is 0.
    prior : float, above 0
        See `PRIOR`.

    Returns
    -------
    ndarray of shape (factors,)
        On the simplex, all above 0.

    Examples
    --------
    >>> bradley_terry(np.array([[0.0, 3.0], [0.0, 0.0]]), prior=0.5).round(3).tolist()
    [0.875, 0.125]
    """
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


class PairwiseJudgements(BaseEstimator):
    """Weights from judgements of which of two factors matters more.

    Parameters
    ----------
    factors : sequence of str or None
        All factors to weigh; those that are judged where None, in order of mention.
    prior : float, above 0
        Pseudo-judgements each way between every two factors.
    draws : int, at or above 0
        Bootstrap draws of judgements behind the intervals; 0 for none.
    seed : int, at or above 0
        For the draws.

    Attributes
    ----------
    weights_ : Series
        By factor; on the simplex, all above 0.
    low_, high_ : Series
        Central 95 % of the draws; the weights themselves without draws.
    agreement_ : float
        Share of judgements, by their counts, that the weights rank the same way, 0..1.
    digest_ : str
        SHA-256 of the judgements.

    Examples
    --------
    >>> judged = pd.DataFrame({"preferred": ["land"], "other": ["allies"], "count": [3]})
    >>> PairwiseJudgements(draws=0).fit(judged).weights_.to_dict()
    {'land': 0.875, 'allies': 0.125}
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "factors": ["array-like", None],
        "prior": [Interval(Real, 0, None, closed="neither")],
        "draws": [Interval(Integral, 0, None, closed="left")],
        "seed": [Interval(Integral, 0, None, closed="left")],
    }

    def __init__(
        self, factors: Sequence[str] | None = None, *, prior: float = PRIOR, draws: int = DRAWS, seed: int = 0
    ) -> None:
        self.factors = factors
        self.prior = prior
        self.draws = draws
        self.seed = seed

    def fit(self, X: pd.DataFrame, y: None = None) -> Self:
        """Find the weights.

        Parameters
        ----------
        X : DataFrame, shape (judgements, 2 or 3)
            ``preferred`` and ``other`` are factors; ``count`` says how often, or how strongly, above 0,
            and is 1 where there is no such column.
        y : None
            Ignored.

        Raises
        ------
        InputError
            Columns that are missing or unknown; no judgements; factors that are unknown or judged
            against themselves; counts not above 0. Every fault is named.
        """
        del y
        self._validate_params()
        judged = _table(X)
        mentioned = list(dict.fromkeys(judged[["preferred", "other"]].to_numpy().ravel().tolist()))
        names = mentioned if self.factors is None else list(self.factors)
        _check(judged, names)
        place = {name: n for n, name in enumerate(names)}
        first, second = (judged[c].map(place).to_numpy() for c in ("preferred", "other"))
        count = judged["count"].to_numpy(dtype=float)
        weights = bradley_terry(_wins(first, second, count, len(names)), self.prior)
        rng, sample = np.random.default_rng(self.seed), [weights]
        if self.draws:
            picks = rng.integers(len(judged), size=(self.draws, len(judged)))
            wins = [_wins(first[p], second[p], count[p], len(names)) for p in picks]
            sample = [bradley_terry(each, self.prior) for each in wins]
        low, high = np.quantile(np.array(sample), CENTRAL, axis=0)
        self.weights_, self.low_, self.high_ = (pd.Series(v, index=names) for v in (weights, low, high))
        self.agreement_ = float(count[weights[first] > weights[second]].sum() / count.sum())
        record = json.dumps(judged[list(COLUMNS)].to_numpy().tolist()).encode()
        self.digest_ = hashlib.sha256(record).hexdigest()
        self.rows_ = len(judged)
        return self

    def to_weights(self, codebook: Codebook, id: str, title: str, author: str, reason: str) -> Weights:
        """The weights as the case model takes them; see `to_file`."""
        return model_weights(self.to_file(codebook, id, title, author, reason), codebook)

    def to_file(self, codebook: Codebook, id: str, title: str, author: str, reason: str) -> DirectFile:
        """The content of a weights file; `leverage.model.weights_text` writes it.

        The reason is followed by how many judgements there were, how far the weights agree with them,
        and their digest.

        Raises
        ------
        InputError
            The factors are not the codebook's.
        """
        check_is_fitted(self)
        told = (
            f"{reason} From {self.rows_} pairwise judgements (Bradley and Terry), of which the weights rank "
            f"{100 * self.agreement_:.0f} % the same way; SHA-256 of the judgements {self.digest_}."
        )
        file = direct_file(
            {str(name): float(weight) for name, weight in self.weights_.items()},
            codebook,
            {"id": id, "title": title, "author": author, "reason": told},
        )
        model_weights(file, codebook)
        return file

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.target_tags.required = False
        return tags


def _table(X: Any) -> pd.DataFrame:
    if not isinstance(X, pd.DataFrame):
        raise call_error(
            f"the judgements are a {type(X).__name__}", "give a DataFrame with preferred, other and count"
        )
    faults = [
        fault
        for name in ("preferred", "other")
        if name not in X.columns
        for fault in call_error(f"the judgements lack the column {name!r}", "add it").faults
    ]
    for name in X.columns:
        if name not in COLUMNS:
            remedy = suggest_name(str(name), COLUMNS)
            faults += call_error(f"there is no use for the column {name!r}", remedy).faults
    if faults:
        raise InputError(faults)
    if not len(X):
        raise call_error("there are no judgements", "judge at least one pair of factors")
    return X if "count" in X.columns else X.assign(count=1.0)


def _wins(first: NDArray[np.intp], second: NDArray[np.intp], count: Array, size: int) -> Array:
    wins = np.zeros((size, size))
    np.add.at(wins, (first, second), count)
    return wins


def _check(judged: pd.DataFrame, names: Sequence[str]) -> None:
    errors: list[Fault] = []
    if len(names) < 2 or len(set(names)) != len(names):
        errors += call_error(f"the factors are {name_list(names)}", "name two or more, each once").faults
    rows = judged[list(COLUMNS)].itertuples(index=False, name=None)
    for preferred, other, count in rows:
        for name in (preferred, other):
            if name not in names:
                remedy = suggest_name(str(name), list(names))
                errors += call_error(f"{name!r} is judged but unknown", remedy).faults
        if preferred == other:
            errors += call_error(f"{preferred!r} is judged against itself", "remove the judgement").faults
        if not _counts(count):
            errors += call_error(f"a judgement counts {count!r}", "give a number above 0").faults
    if errors:
        raise InputError(errors)


def _counts(count: object) -> bool:
    if isinstance(count, bool) or not isinstance(count, int | float | np.integer | np.floating):
        return False
    return 0 < float(count) < float("inf")
