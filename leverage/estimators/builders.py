"""Feature builders as scikit-learn transformers: columns of readings in, readings or values v out."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted, validate_data

from leverage.builders import Builder, builders_for, rescale
from leverage.builders.contract import Array, Columns
from leverage.codebook import Codebook, Factor, Leaf, load_codebook
from leverage.estimators._columns import builder_columns, call_fault, required_names, select
from leverage.faults import Fault, InputError, call_error, name_list, suggest_name

SEPARATOR = "/"


class FactorTransformer(TransformerMixin, BaseEstimator):
    """One feature builder: its input columns become one column, the factor's reading or its value v.

    Columns are matched by name, in whatever order they come; a builder that names no inputs (such as
    ``product``) takes all of them, named or not, if no factor is given. A missing input (nan) gives nan: the
    codebook's defaults for silence are the feature table's business, not this class's.

    Parameters
    ----------
    builder : Builder
        Its parameters are set as ``builder__<name>``.
    factor : Factor, optional
        A built factor of the codebook: the output is then its value v in 0..1, otherwise the reading in
        the builder's unit.

    Attributes
    ----------
    builder_ : Builder
        A copy of the builder, with parameters that were checked.
    leaf_ : Leaf or None
        Scale, value function and direction by which v is read.
    feature_names_in_ : ndarray of str
        The columns in the builder's order, those read per stake one a stake.
    n_features_in_ : int

    Examples
    --------
    >>> from leverage.features.ally_backing import AllyBacking
    >>> X = pd.DataFrame({"strength": [0.9], "reliability": [0.5], "restraint": [0.2]})
    >>> FactorTransformer(AllyBacking()).fit_transform(X).round(2)
    array([[0.36]])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"builder": [Builder], "factor": [Factor, None]}

    def __init__(self, builder: Builder, factor: Factor | None = None) -> None:
        self.builder = builder
        self.factor = factor

    def fit(self, X: Any, y: Any = None) -> Self:
        """Check parameters and columns; nothing is learned from the rows.

        Parameters
        ----------
        X : DataFrame, shape (rows, inputs)
        y : None
            Ignored.

        Raises
        ------
        InputError
            A column is missing or unknown, or the factor is composite.
        ValueError
            A parameter is out of its range.
        """
        del y
        self._validate_params()
        self.builder_ = clone(self.builder)
        self.leaf_ = _built_leaf(self.factor) if self.factor is not None else None
        if self._is_named:
            needed = self.builder.inputs if self.factor is None else self.builder.columns_for(self.factor)
            columns, faults = builder_columns(needed, self.factor, required_names(X, self._why))
            if faults:
                raise InputError(faults)
            X = X[columns]
        _validated(self, X, reset=True)
        return self

    def transform(self, X: Any) -> Array:
        """The factor's reading, or its value v where a factor was given, shape (rows, 1).

        Parameters
        ----------
        X : DataFrame, shape (rows, inputs)
            The columns of `fit`, in any order.

        Raises
        ------
        InputError
            Columns other than those of `fit`; with a factor, a reading outside its bounds.
        """
        check_is_fitted(self)
        if self._is_named:
            X = select(X, self.feature_names_in_, self._why)
        values = _validated(self, X, reset=False)
        names = _check_feature_names_in(self)
        columns = {name: values[:, number] for number, name in enumerate(names)}
        return _built(self.builder_, columns, self.leaf_)[:, None]

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """The factor's id, or the builder's where no factor was given."""
        check_is_fitted(self)
        _check_feature_names_in(self, input_features)
        return np.array([self.builder.id if self.factor is None else self.factor.id], dtype=object)

    @property
    def _is_named(self) -> bool:
        return self.factor is not None or bool(self.builder.inputs)

    @property
    def _why(self) -> str:
        return f"the builder {self.builder.id!r} knows its inputs by name"

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.two_d_array = not self._is_named
        return tags


class FeatureTransformer(TransformerMixin, BaseEstimator):
    """All factors of a codebook: columns of readings become one column a leaf, its value v in 0..1.

    The output is a DataFrame unless `set_output` asks for another container, so that a model behind it
    in a Pipeline can match its weights by name.

    Parameters
    ----------
    codebook : Codebook, optional
        The project's own where not given.

    Attributes
    ----------
    codebook_ : Codebook
    builders_ : dict of str to Builder
        By factor, with the parameters that the codebook states; composite factors have none.
    feature_names_in_ : ndarray of str
        ``factor/column``, such as ``territory_held/share_held__kursk``, factor by factor. Columns of X are
        matched by these names, in whatever order they come.
    n_features_in_ : int
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"codebook": [Codebook, None]}

    def __init__(self, codebook: Codebook | None = None) -> None:
        self.codebook = codebook

    def fit(self, X: Any, y: Any = None) -> Self:
        """Set up the builders and check the columns; nothing is learned from the rows.

        Parameters
        ----------
        X : DataFrame, shape (rows, readings)
            One column a reading, ``factor/column``, in the unit of its scale; nan where missing.
        y : None
            Ignored.

        Raises
        ------
        InputError
            Columns are missing or unknown, or a builder cannot be set up; every fault is named.
        """
        del y
        self._validate_params()
        self.codebook_ = load_codebook() if self.codebook is None else self.codebook
        self.builders_ = builders_for(self.codebook_)
        columns, faults = self._columns(required_names(X, _BY_FACTOR))
        if faults:
            raise InputError(faults)
        _validated(self, X[columns], reset=True)
        return self

    def transform(self, X: Any) -> pd.DataFrame:
        """Values v in 0..1, shape (rows, leaves); nan where an input is missing.

        Parameters
        ----------
        X : DataFrame, shape (rows, readings)
            The columns of `fit`, in any order.

        Raises
        ------
        InputError
            Columns other than those of `fit`, or a reading outside its bounds.
        """
        check_is_fitted(self)
        index = getattr(X, "index", None)
        values = _validated(self, select(X, self.feature_names_in_, _BY_FACTOR), reset=False)
        columns: dict[str, dict[str, Array]] = {name: {} for name in self.codebook_.names}
        for number, name in enumerate(self.feature_names_in_):
            factor, _, column = name.partition(SEPARATOR)
            columns[factor][column] = values[:, number]
        leaves = {}
        for leaf in self.codebook_.leaves:
            inputs = columns[leaf.factor]
            if leaf.factor in self.builders_:
                leaves[leaf.id] = _built(self.builders_[leaf.factor], inputs, leaf)
            else:
                leaves[leaf.id] = _value(leaf, inputs[leaf.indicator])
        return pd.DataFrame(leaves, index=index)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """The leaves' ids: ``factor``, or ``factor.indicator`` for a composite one."""
        check_is_fitted(self)
        _check_feature_names_in(self, input_features)
        return np.array([leaf.id for leaf in self.codebook_.leaves], dtype=object)

    def _columns(self, given: list[str]) -> tuple[list[str], list[Fault]]:
        by_factor: dict[str, list[str]] = {name: [] for name in self.codebook_.names}
        faults: list[Fault] = []
        for name in given:
            owner, _, column = name.partition(SEPARATOR)
            if owner in by_factor and column:
                by_factor[owner].append(column)
            else:
                remedy = f"write factor/column; for the factor {suggest_name(owner, self.codebook_.names)}"
                faults.append(call_fault(f"there is no use for the column of X {name!r}", remedy))
        columns: list[str] = []
        for factor in self.codebook_.factors:
            prefix, builder = factor.id + SEPARATOR, self.builders_.get(factor.id)
            needed = builder.columns_for(factor) if builder else [i.id for i in factor.indicators]
            found, wrong = builder_columns(needed, factor, by_factor[factor.id], prefix)
            columns += [prefix + column for column in found]
            faults += wrong
        return columns, faults

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.two_d_array = False
        return tags


_BY_FACTOR = "the codebook knows its readings by name"


def _built_leaf(factor: Factor) -> Leaf:
    if factor.is_composite:
        raise call_error(
            f"{factor.id!r} is composite: it has no builder, its indicators are its terms",
            "use FeatureTransformer with a codebook of this factor",
        )
    (leaf,) = Codebook((factor,), "").leaves
    return leaf


def _validated(estimator: BaseEstimator, X: Any, *, reset: bool) -> Array:
    values: Array = validate_data(
        estimator, X, dtype=np.float64, order="F", ensure_all_finite="allow-nan", reset=reset
    )
    return values


def _built(builder: Builder, columns: Columns, leaf: Leaf | None) -> Array:
    reading = np.asarray(builder.build(columns), dtype=float)
    rows = len(next(iter(columns.values())))
    if reading.shape not in ((), (rows,)):
        problem = f"the builder {builder.id!r} gives {name_list(map(str, reading.shape))} for {rows} rows"
        raise call_error(problem, "return one reading a row from `build`")
    reading = np.broadcast_to(reading, rows)
    return reading if leaf is None else _value(leaf, reading)


def _value(leaf: Leaf, reading: Array) -> Array:
    return leaf.value(rescale(leaf, reading))
