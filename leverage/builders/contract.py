"""The contract of a feature builder: numeric columns in, one reading a row out, with its bounds."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from leverage.codebook import Factor
from leverage.faults import call_error, suggest_name

Array = NDArray[np.float64]
Columns = Mapping[str, Array]

OPPONENT = "opponent__"
DAYS_LEFT = "days_left"
DAYS_FROM = "days_from__"
READING = "reading"
MAX_UNSIGNED = 10


def is_column_of(column: str, name: str) -> bool:
    """Whether a column is an input, or the input's column for one stake."""
    return column == name or column.startswith(f"{name}__")


class Builder:
    """Base of feature builders. A subclass is a dataclass whose fields are its parameters.

    A builder works row by row on columns of equal length and knows neither cases nor evidence.
    Its columns are the factor's indicators by id (``reading`` for a factor without indicators),
    ``opponent__`` and the same for the other side. ``days_left`` runs from the as-of date to the
    deadline (0 past it), ``days_from__<indicator>`` from the day a reading held to the deadline; both
    are nan without a deadline. An indicator that is read per stake comes as one column a
    stake, ``<indicator>__<stake>``; see `per_stake`.

    Attributes
    ----------
    id : str
        The name by which a factor's YAML chooses the builder.
    inputs : tuple of str
        The columns it needs.
    rises, falls : frozenset of str
        Inputs in which the reading never falls, or never rises. Bounds follow from them; inputs in
        neither are taken at both ends, which is exact where the reading is monotone in each alone.
    """

    id: ClassVar[str]
    inputs: ClassVar[tuple[str, ...]] = ()
    rises: ClassVar[frozenset[str]] = frozenset()
    falls: ClassVar[frozenset[str]] = frozenset()

    def columns_for(self, factor: Factor) -> tuple[str, ...]:
        """The columns needed for a factor; by default `inputs`."""
        del factor
        return self.inputs

    def build(self, columns: Columns) -> Array:
        """The factor's reading in the factor's own unit, shape (rows,); nan where an input is nan."""
        raise AssertionError(f"{type(self).__name__} does not build from {list(columns)}")

    def bounds(self, low: Columns, high: Columns) -> tuple[Array, Array]:
        """Lowest and highest reading when each column lies between `low` and `high`, shape (rows,) each."""
        unsigned = [name for name in low if self._stem(name) not in self.rises | self.falls]
        unsigned = [name for name in unsigned if not np.array_equal(low[name], high[name], equal_nan=True)]
        if len(unsigned) > MAX_UNSIGNED:
            raise call_error(
                f"the builder {self.id!r} has {len(unsigned)} inputs of unknown direction",
                "name its inputs in `rises` or `falls`, or give it its own `bounds`",
            )
        bottoms, tops = [], []
        for corner in itertools.product((low, high), repeat=len(unsigned)):
            chosen = {name: side[name] for name, side in zip(unsigned, corner, strict=True)}
            bottoms.append(self.build({**self._corner(low, high, self.rises), **chosen}))
            tops.append(self.build({**self._corner(low, high, self.falls), **chosen}))
        return np.min(bottoms, axis=0), np.max(tops, axis=0)

    def _corner(self, low: Columns, high: Columns, at_low: frozenset[str]) -> dict[str, Array]:
        return {name: (low if self._stem(name) in at_low else high)[name] for name in low}

    def _stem(self, column: str) -> str:
        """The input that a column belongs to: ``opponent__worth__kursk`` → ``opponent__worth``."""
        return next((name for name in self.inputs if is_column_of(column, name)), column)

    @staticmethod
    def per_stake(columns: Columns, name: str) -> Array:
        """The columns ``<name>__<stake>`` side by side, shape (rows, stakes), in the case's order."""
        found = [values for column, values in columns.items() if is_column_of(column, name)]
        rows = len(next(iter(columns.values())))
        return np.column_stack(found) if found else np.empty((rows, 0))

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Parameters by name, as scikit-learn reads them."""
        del deep
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name, as scikit-learn sets them; an unknown name is an `InputError`."""
        known = list(self.get_params())
        for name, value in params.items():
            if name not in known:
                raise call_error(
                    f"the builder {self.id!r} has no parameter {name!r}", suggest_name(name, known)
                )
            setattr(self, name, value)
        return self
