"""Weights on the simplex learned from who got more: an estimator, and the fit behind it."""

from __future__ import annotations

import hashlib
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils._param_validation import Interval
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from leverage.codebook import Codebook
from leverage.faults import call_error, name_list
from leverage.lab.outcome.logit import expit, fit_bounded_logit
from leverage.lab.weighting.writing import learned_file, model_weights
from leverage.model import LearnedFile, Weights

Array = NDArray[np.float64]
PRIOR = 1.0
"""Precision of the normal prior on each slope's distance from their mean; keeps a short history sober."""
DRAWS = 500
CENTRAL = (0.025, 0.975)


def fit_simplex(
    leads: ArrayLike, got_more: ArrayLike, initiator: ArrayLike | None = None, prior: float = PRIOR
) -> tuple[Array, float]:
    """Slopes of a logit of who got more: initiative · initiator + Σ uⱼ · leadⱼ with all uⱼ ≥ 0.

    The slopes are uⱼ = steepness · wⱼ, in which the problem is convex. A normal prior draws them to
    their common mean, which is equal weights; the mean itself is free.

    Parameters
    ----------
    leads : array-like of shape (rows, factors)
        A's value less B's.
    got_more : array-like of shape (rows,)
        1 where A did, 0 where B did.
    initiator : array-like of shape (rows,), optional
        1 where A started it, -1 where B did. Without it nobody is ahead where all leads are 0.
    prior : float
        Precision of the prior; 0 for none.

    Returns
    -------
    slopes : ndarray of shape (factors,)
        At or above zero; divided by their sum they are the weights. Zeros are exact.
    initiative : float
        0 without `initiator`.
    """
    ahead = np.asarray(leads, dtype=float)
    flag = np.zeros(len(ahead)) if initiator is None else np.asarray(initiator, dtype=float)
    size = ahead.shape[1]
    penalty = np.zeros((size + 1, size + 1))
    penalty[0, 0] = float(initiator is None)
    penalty[1:, 1:] = prior * (np.eye(size) - 1.0 / size)
    sign = np.concatenate([[0.0], np.ones(size)])
    found = fit_bounded_logit(
        np.column_stack([flag, ahead]), np.asarray(got_more, dtype=float), penalty, sign
    )
    return found[1:], float(found[0])


def pair_leads(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Leads of one set of rows over another, row by row and column by column.

    Parameters
    ----------
    first, second : DataFrame of shape (rows, factors)
        Values of the sides A and of the sides B, such as `FeatureTransformer` gives.

    Returns
    -------
    DataFrame of shape (rows, factors)
        With the index and the order of columns of `first`.

    Raises
    ------
    InputError
        Other columns, or another number of rows.
    """
    if set(first.columns) != set(second.columns):
        names = name_list(map(str, set(first.columns) ^ set(second.columns)))
        raise call_error(f"the two sides differ in the columns {names}", "give both the same columns")
    if len(first) != len(second):
        raise call_error(f"there are {len(first)} rows against {len(second)}", "give row against row")
    return first - second[first.columns].to_numpy()


class SimplexWeights(OneToOneFeatureMixin, TransformerMixin, ClassifierMixin, BaseEstimator):
    """Non-negative weights that sum to one, learned from who got more.

    Parameters
    ----------
    initiator : str or None
        The column of X that says who started it: 1 for A, -1 for B. It has a coefficient and no
        weight. None where it is not known.
    prior : float, at or above 0
        Precision of the prior that draws all slopes to their mean: 0 for none, large for equal weights.
    draws : int, at or above 0
        Bootstrap draws behind the intervals; 0 for none.
    seed : int, at or above 0
        For the draws.

    Attributes
    ----------
    weights_ : Series
        By column; zeros are exact. Equal where no column tells who got more (`steepness_` is then 0).
    low_, high_ : Series
        Central 95 % of the draws; the weights themselves without draws.
    zero_share_ : Series
        Share of draws in which the weight is zero; nan without draws.
    steepness_ : float
        Log-odds from one whole scale to the other: how much the weighted lead tells.
    initiative_ : float
        Log-odds for having started it; 0 without `initiator`.
    classes_ : ndarray of shape (2,)
        The second is the one where A got more.
    rows_ : int
    digest_ : str
        SHA-256 of X and y, to nine decimals.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only where the columns have names.

    Examples
    --------
    >>> leads = pd.DataFrame({"land": [0.6, -0.4, 0.5, -0.2], "allies": [0.1, 0.3, -0.2, -0.1]})
    >>> SimplexWeights(draws=0).fit(leads, [1, 0, 1, 0]).weights_.round(2).to_dict()
    {'land': 1.0, 'allies': 0.0}
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "initiator": [str, None],
        "prior": [Interval(Real, 0, None, closed="left")],
        "draws": [Interval(Integral, 0, None, closed="left")],
        "seed": [Interval(Integral, 0, None, closed="left")],
    }

    def __init__(
        self, initiator: str | None = None, *, prior: float = PRIOR, draws: int = DRAWS, seed: int = 0
    ) -> None:
        self.initiator = initiator
        self.prior = prior
        self.draws = draws
        self.seed = seed

    def fit(self, X: Any, y: ArrayLike, groups: ArrayLike | None = None) -> Self:
        """Learn the weights.

        Parameters
        ----------
        X : array-like or DataFrame, shape (rows, columns)
            Leads of A over B, one column a factor; with `initiator` a DataFrame that has this column too.
        y : array-like, shape (rows,)
            Two classes: the first of them in order where B got more, the second where A did.
        groups : array-like, shape (rows,), optional
            Rows of a group, such as a pair of states, are drawn together.

        Raises
        ------
        ValueError
            Parameters out of range; y with other than two classes; missing values.
        InputError
            No column named `initiator`, or no other column.
        """
        self._validate_params()
        values, target = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(target)
        self.classes_, got_more = np.unique(target, return_inverse=True)
        if len(self.classes_) == 1:
            raise ValueError("y has only one class; learning who got more needs rows of both classes")
        if len(self.classes_) > 2:
            kind = type_of_target(target)
            raise ValueError(f"Only binary classification is supported. The type of the target is {kind}.")
        self._split_columns()
        leads, flag = self._parts(values)
        slopes, self.initiative_ = fit_simplex(leads, got_more, flag, self.prior)
        self.slopes_, self.steepness_ = slopes, float(slopes.sum())
        self.rows_ = len(values)
        rounded = np.round(np.column_stack([values, got_more]), 9) + 0.0
        self.digest_ = hashlib.sha256(np.ascontiguousarray(rounded).tobytes()).hexdigest()
        self.weights_ = self._by_name(_shares(slopes))
        self._draw(
            leads,
            got_more.astype(float),
            flag,
            np.arange(len(values)) if groups is None else np.asarray(groups),
        )
        return self

    def _split_columns(self) -> None:
        names = list(getattr(self, "feature_names_in_", [f"x{n}" for n in range(self.n_features_in_)]))
        if self.initiator is not None and self.initiator not in names:
            raise call_error(
                f"X has no column {self.initiator!r} of who started it",
                f"its columns are: {name_list(names)}",
            )
        self._own = [n for n, name in enumerate(names) if name != self.initiator]
        self._flag = None if self.initiator is None else names.index(self.initiator)
        self._names = [names[n] for n in self._own]
        if not self._own:
            raise call_error("X has no column of leads", "add one for each factor")

    def _parts(self, values: Array) -> tuple[Array, Array | None]:
        return values[:, self._own], None if self._flag is None else values[:, self._flag]

    def _by_name(self, values: ArrayLike) -> pd.Series:
        return pd.Series(np.asarray(values), index=self._names)

    def _draw(self, leads: Array, got_more: Array, flag: Array | None, groups: NDArray[Any]) -> None:
        rng = np.random.default_rng(self.seed)
        members = list(pd.Series(np.arange(len(groups))).groupby(groups).indices.values())
        sample = []
        for _ in range(self.draws):
            rows = np.concatenate([members[k] for k in rng.integers(len(members), size=len(members))])
            part = None if flag is None else flag[rows]
            slopes, _ = fit_simplex(leads[rows], got_more[rows], part, self.prior)
            if slopes.any():
                sample.append(_shares(slopes))
        drawn = np.array(sample) if sample else self.weights_.to_numpy()[None, :]
        low, high = np.quantile(drawn, CENTRAL, axis=0)
        self.low_, self.high_ = self._by_name(low), self._by_name(high)
        zeros = (drawn == 0).mean(axis=0) if sample else np.full(len(self._names), np.nan)
        self.zero_share_ = self._by_name(zeros)

    def transform(self, X: Any) -> Array:
        """Log-odds that each column adds, shape (rows, columns); a row's sum is its log-odds."""
        values = self._validated(X)
        slopes = np.zeros(self.n_features_in_)
        slopes[self._own] = self.slopes_
        if self._flag is not None:
            slopes[self._flag] = self.initiative_
        contributions: Array = values * slopes
        return contributions

    def decision_function(self, X: Any) -> Array:
        """Log-odds that A got more, shape (rows,): steepness · Σ wⱼ · leadⱼ + initiative · initiator."""
        leads, flag = self._parts(self._validated(X))
        odds: Array = self.steepness_ * (leads @ self.weights_.to_numpy())
        return odds if flag is None else odds + self.initiative_ * flag

    def predict_proba(self, X: Any) -> Array:
        """Probabilities that B got more and that A did, shape (rows, 2)."""
        odds = self.decision_function(X)
        return np.column_stack([expit(-odds), expit(odds)])

    def predict(self, X: Any) -> NDArray[Any]:
        """The class that is more probable; the first where neither is."""
        ahead = self.decision_function(X) > 0
        chosen: NDArray[Any] = self.classes_[ahead.astype(int)]
        return chosen

    def to_weights(self, codebook: Codebook, id: str, title: str, author: str, reason: str) -> Weights:
        """The weights as the case model takes them.

        Parameters
        ----------
        codebook : Codebook
            Its factors are the columns.
        id, title, author, reason : str
            As in a weights file.

        Raises
        ------
        InputError
            As `to_file`.
        """
        return model_weights(self.to_file(codebook, id, title, author, reason), codebook)

    def to_file(
        self, codebook: Codebook, id: str, title: str, author: str, reason: str, **further: Any
    ) -> LearnedFile:
        """The content of a weights file of the scheme ``learned``; `leverage.model.weights_text` writes it.

        Parameters
        ----------
        codebook : Codebook
        id, title, author, reason : str
        **further
            Keys of the format: ``dropped``, ``warning``, ``data``, ``auc_decided``, and ``means``, a
            sentence on each family's index.

        Raises
        ------
        InputError
            No column tells who got more; columns other than the codebook's factors and the dropped one.
        """
        check_is_fitted(self)
        if not self.steepness_:
            raise call_error("no column tells who got more", "use other weights, or learn from other rows")
        head = {"id": id, "title": title, "author": author, "reason": reason}
        file = learned_file(self, codebook, head, further)
        model_weights(file, codebook)
        return file

    def _validated(self, X: Any) -> Array:
        check_is_fitted(self)
        values: Array = validate_data(self, X, dtype=np.float64, reset=False)
        return values

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.classifier_tags.poor_score = True
        tags.input_tags.two_d_array = self.initiator is None
        return tags


def _shares(slopes: Array) -> Array:
    """Slopes over their sum; equal shares where all are zero."""
    total = slopes.sum()
    return slopes / total if total > 0 else np.full(len(slopes), 1.0 / len(slopes))
