"""The additive model as a scikit-learn estimator: scores by `predict`, contributions by `transform`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from numbers import Real
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, RegressorMixin, TransformerMixin
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from leverage.case import MissingPolicy
from leverage.codebook import Codebook
from leverage.estimators._columns import call_fault, required_names, select, unknown_names
from leverage.faults import InputError, call_error, name_list
from leverage.model import SCALE, ScoringModel, Weighed, Weights, equal_weights, load_model, weigh
from leverage.model.weights import TOLERANCE

Array = NDArray[np.float64]
BLOCK = 8192


class LeverageModel(OneToOneFeatureMixin, RegressorMixin, TransformerMixin, BaseEstimator):
    """score = 100 · Σ wⱼ vⱼ over named columns of values v; nothing is learned from data.

    The values' range 0..1 is checked where they are made, at the feature table, and not here.

    Parameters
    ----------
    weights : mapping of str to float, Weights or None
        Non-negative, summing to one. By column name; with a `codebook` by factor name, and a factor's
        indicators share its weight as the codebook says. None weighs every column the same, or with a
        `codebook` every factor.
    missing : {"bounds", "renormalise", "assume"}
        What a missing value (nan) does to a row. ``bounds`` and ``assume``: its score is nan unless the
        column weighs nothing. ``renormalise``: its weight goes to the row's other columns in proportion; a
        row without any value that weighs has the score nan.
    codebook : Codebook, optional
        Its leaves are the columns: ``factor``, or ``factor.indicator`` for a composite factor. Columns of X
        are then matched by name in whatever order they come, and the model can be saved.

    Attributes
    ----------
    weights_ : ndarray, shape (columns,)
        Stated weight of each column.
    coef_ : ndarray, shape (columns,)
        Points of each column from v = 0 to v = 1, 100 · w.
    intercept_ : float
        0: the baseline is the scale's bottom.
    missing_ : str
    scoring_model_ : ScoringModel or None
        What `save` writes; None without a codebook.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only where the columns have names. The codebook's leaves in its order, where there is one.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"time": [0.5, 1.0], "allies": [1.0, float("nan")]})
    >>> model = LeverageModel(weights={"allies": 0.75, "time": 0.25}).fit(X)
    >>> model.predict(X).tolist()
    [87.5, nan]
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "weights": [Mapping, Weights, None],
        "missing": [StrOptions({"bounds", "renormalise", "assume"})],
        "codebook": [Codebook, None],
    }

    def __init__(
        self,
        weights: Mapping[str, float] | Weights | None = None,
        missing: MissingPolicy = "bounds",
        codebook: Codebook | None = None,
    ) -> None:
        self.weights = weights
        self.missing = missing
        self.codebook = codebook

    def fit(self, X: Any, y: Any = None) -> Self:
        """Match the weights to the columns.

        Parameters
        ----------
        X : array-like or DataFrame, shape (rows, columns)
            Values v, nan where missing. An array without names only where `weights` and `codebook` are None.
        y : array-like, shape (rows,), optional
            Checked for its length and for nan, then ignored.

        Raises
        ------
        InputError
            A name is unknown or missing; weights are negative or do not sum to one. Every fault is named.
        """
        self._validate_params()
        names: list[str] = []
        if self.codebook is not None:
            names = [leaf.id for leaf in self.codebook.leaves]
            X = select(X, names, _BY_LEAF)
        elif self.weights is not None:
            names = required_names(X, _BY_COLUMN)
        values = self._validated(X, y, reset=True)
        if self.codebook is not None:
            self._learn(self._scoring_model(self.codebook))
        elif self.weights is not None:
            weights = _checked(_by_name(self.weights), names, "column")
            self._set(np.array(list(weights.values())), by_name=True)
        else:
            self._set(np.full(values.shape[1], 1.0 / values.shape[1]), by_name=False)
        return self

    def predict(self, X: Any) -> Array:
        """Scores 0..100, shape (rows,); nan where a value is missing, see `missing`."""
        values = self._values(X)
        if np.isnan(values).any():
            (score,) = self._weighed(values, "score")
            return score
        complete: Array = (values * self.coef_).sum(axis=1)
        return complete

    def transform(self, X: Any) -> Array:
        """Contributions 100 · w · v in points, shape (rows, columns); nan where the value is missing.

        A row's contributions sum to its score; under ``renormalise`` w are the row's effective weights.
        """
        values = self._values(X)
        if self.missing_ == "renormalise" and np.isnan(values).any():
            (points,) = self._weighed(values, "points")
            return points
        stated: Array = values * self.coef_
        return stated

    def bounds(self, X: Any) -> tuple[Array, Array]:
        """Lowest and highest score when every missing value may lie anywhere in 0..1, shape (rows,) each.

        Under ``renormalise`` a missing value has no weight, so both are the score; a row without any value
        that weighs spans the whole scale.
        """
        low, high = self._weighed(self._values(X), "low", "high")
        return low, high

    def coverage(self, X: Any) -> Array:
        """Stated weight of the values that are not missing, 0..1 whatever the policy, shape (rows,)."""
        share: Array = np.where(np.isnan(self._values(X)), 0.0, self.weights_).sum(axis=1)
        return share

    def save(self, path: Path | str) -> None:
        """Write the model file: JSON with codebook, weights and policy, see `leverage.model.ScoringModel`.

        A fitted model writes what it was fitted with; one that is not fitted, its parameters.

        Raises
        ------
        InputError
            There is no codebook: without its scales the file could not say what v stands for.
        """
        model: ScoringModel | None = getattr(self, "scoring_model_", None)
        if model is None and self.codebook is not None:
            self._validate_params()
            model = self._scoring_model(self.codebook)
        if model is None:
            raise call_error(
                "a LeverageModel without a codebook cannot be saved: the model file holds the scales and "
                "value functions that v comes from",
                "give it `codebook=`, such as load_codebook(), and fit again",
            )
        model.save(path)

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """A fitted model from a model file.

        Raises
        ------
        InputError
            The file is wrong; see `leverage.model.load_model`.
        """
        read = load_model(path)
        model = cls(weights=read.weights, missing=read.missing, codebook=read.codebook)
        names = [leaf.id for leaf in read.codebook.leaves]
        model.feature_names_in_, model.n_features_in_ = np.array(names, dtype=object), len(names)
        model._learn(read)
        return model

    def _scoring_model(self, codebook: Codebook) -> ScoringModel:
        """The parameters as plain functions and the model file know them."""
        weights = equal_weights(codebook)
        if self.weights is not None:
            checked = _checked(_by_name(self.weights), codebook.names, "factor")
            weights = Weights("direct", "Direct weights", "direct", checked)
        if isinstance(self.weights, Weights):
            weights = self.weights
        return ScoringModel(codebook, weights, self.missing)

    def _learn(self, model: ScoringModel) -> None:
        self._set(model.weights.over(model.codebook.leaves), by_name=True, model=model)

    def _set(self, weights: Array, *, by_name: bool, model: ScoringModel | None = None) -> None:
        self.weights_ = weights
        self.coef_ = SCALE * weights
        self.intercept_ = 0.0
        self.missing_: MissingPolicy = self.missing
        self.scoring_model_ = model
        self._by_name = by_name

    def _values(self, X: Any) -> Array:
        check_is_fitted(self)
        if self.scoring_model_ is not None:
            X = select(X, list(self.feature_names_in_), _BY_LEAF)
        elif self._by_name:
            required_names(X, _BY_COLUMN)
        return self._validated(X, None, reset=False)

    def _weighed(self, values: Array, *results: str) -> list[Array]:
        """Those results of `weigh`, over all rows; worked out in blocks that fit a processor's cache."""
        blocks = (self._weigh(values[start : start + BLOCK]) for start in range(0, len(values), BLOCK))
        parts = [[getattr(block, name) for name in results] for block in blocks]
        return [np.concatenate(part) for part in zip(*parts, strict=True)]

    def _weigh(self, values: Array) -> Weighed:
        missing = np.isnan(values)
        low, high = (np.where(missing, end, values) for end in (0.0, 1.0))
        return weigh(values, low, high, self.weights_, self.missing_)

    def _validated(self, X: Any, y: Any, *, reset: bool) -> Array:
        # C order whatever the table's: a row's sum is then the same to the last digit.
        rules = {"dtype": np.float64, "order": "C", "ensure_all_finite": "allow-nan", "reset": reset}
        values: Array
        if y is None:
            values = validate_data(self, X, **rules)
        else:
            values, _ = validate_data(self, X, y, y_numeric=True, **rules)
        return values

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.two_d_array = self.weights is None and self.codebook is None
        tags.target_tags.required = False
        tags.regressor_tags.poor_score = True
        return tags


_BY_COLUMN = "weights go by name"
_BY_LEAF = "the codebook knows its leaves by name"


def _by_name(weights: Mapping[str, float] | Weights) -> Mapping[str, float]:
    return weights.factors if isinstance(weights, Weights) else weights


def _checked(stated: Mapping[str, float], names: Sequence[str], what: str) -> dict[str, float]:
    """The weights in the order of the names; an `InputError` with every fault."""
    faults = unknown_names(stated, names, f"weight of the {what}")
    missing = [name for name in names if name not in stated]
    if missing:
        remedy = f"weigh every {what}, with 0 where it should not count"
        faults.append(call_fault(f"the weights leave out {name_list(missing)}", remedy))
    for name, weight in stated.items():
        if not isinstance(weight, Real) or isinstance(weight, bool) or not 0 <= weight < math.inf:
            faults.append(call_fault(f"the weight of {name!r} is {weight!r}", "give a number from 0 to 1"))
    if not faults and abs(sum(stated.values()) - 1.0) > TOLERANCE:
        total = sum(stated.values())
        faults.append(call_fault(f"the weights sum to {total:.6g}, not 1", "make them sum to 1"))
    if faults:
        raise InputError(faults)
    return {name: float(stated[name]) for name in names}
