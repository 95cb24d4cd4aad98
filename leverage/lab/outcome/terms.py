"""Terms of an additive outcome model: which factor, in which form, by which value function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from leverage.faults import call_error, name_list

Array = NDArray[np.float64]
Form = Literal["row", "both", "gap", "count", "against", "started"]
Scale = Literal["plain", "log", "log1p"]
SYMMETRIC: tuple[Form, ...] = ("row", "both", "gap", "count")
ANTISYMMETRIC: tuple[Form, ...] = ("against", "started")
FLOOR = 1e-5
"""Shares below this count as this before their logarithm is taken."""


@dataclass(frozen=True)
class Term:
    """One additive term.

    Attributes
    ----------
    factor : str
        A panel's factor.
    form : str
        With f the value function: ``row`` f(x) of what a pair or a row has; ``both`` f(a) + f(b);
        ``gap`` f of the distance of a from b; ``count`` f(a + b), the number of sides of which a
        flag holds; these stay as they are when the sides are swapped. ``against`` f(a) - f(b) and ``started``
        initiator · f(x) change sign.
    scale : str
        What f is a function of: x, ln x (not below ``FLOOR``) or ln(1 + x).
    knots : int
        Inner knots, at quantiles of the training rows; 0 makes f a straight line.
    sign : int
        1 f never falls, -1 f never rises, 0 either.
    ease : float
        Divides the penalties; above 1 lets f bend more freely than the others.
    """

    factor: str
    form: Form
    scale: Scale = "plain"
    knots: int = 0
    sign: int = 0
    ease: float = 1.0

    @property
    def name(self) -> str:
        """``form(factor)``."""
        return f"{self.form}({self.factor})"

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's columns that it reads."""
        if self.form in ("row", "started"):
            return (self.factor,) + (("initiator",) if self.form == "started" else ())
        return f"a__{self.factor}", f"b__{self.factor}"

    def arguments(self, table: pd.DataFrame) -> list[tuple[Array, Array]]:
        """What f is taken of, and by what the result is multiplied: one or two pairs (x, multiplier)."""
        first = self._scaled(table[self.columns[0]].to_numpy(dtype=float))
        one = np.ones(len(table))
        if self.form == "row":
            return [(first, one)]
        if self.form == "started":
            return [(first, table["initiator"].to_numpy(dtype=float))]
        second = self._scaled(table[self.columns[1]].to_numpy(dtype=float))
        if self.form == "gap":
            return [(np.abs(first - second), one)]
        if self.form == "count":
            return [(first + second, one)]
        return [(first, one), (second, one if self.form == "both" else -one)]

    def _scaled(self, x: Array) -> Array:
        if self.scale == "plain":
            return x
        scaled: Array = np.log(np.maximum(x, FLOOR)) if self.scale == "log" else np.log1p(x)
        return scaled


@dataclass(frozen=True)
class Basis:
    """The straight pieces of a term's value function, fixed by its training rows.

    f(x) = Σ slope_k · (length of piece k that lies below x), less the same at the reference, so that
    f(reference) = 0; a missing x counts as the reference.

    Attributes
    ----------
    term : Term
    centre, spread : float
        Mean and standard deviation of the training rows' x.
    knots : ndarray of shape (inner knots,)
        In standard deviations from the centre, increasing.
    reference : float
        Median of the training rows' x, in the same unit.
    """

    term: Term
    centre: float
    spread: float
    knots: Array
    reference: float

    @classmethod
    def of(cls, term: Term, table: pd.DataFrame) -> Basis:
        """Place the knots by a table's rows."""
        x = np.concatenate([values for values, _ in term.arguments(table)])
        x = x[np.isfinite(x)]
        if not x.size:
            return cls(term, 0.0, 1.0, np.array([]), 0.0)
        centre, spread = float(x.mean()), float(x.std()) or 1.0
        z = (x - centre) / spread
        inner = np.linspace(0.0, 1.0, term.knots + 2)[1:-1]
        knots = np.unique(np.quantile(z, inner)) if term.knots else np.array([])
        if term.form == "count":
            knots = np.array([(1.0 - centre) / spread])
        knots = knots[(knots > z.min() + 1e-9) & (knots < z.max() - 1e-9)]
        return cls(term, centre, spread, knots, float(np.median(z)))

    @property
    def size(self) -> int:
        """Number of pieces."""
        return len(self.knots) + 1

    def pieces(self, x: Array) -> Array:
        """Lengths of the pieces below each x, less those below the reference; shape (len(x), size)."""
        z = (x - self.centre) / self.spread
        lengths: Array = np.nan_to_num(self._lengths(z) - self._lengths(np.array([self.reference])))
        return lengths

    def _lengths(self, z: Array) -> Array:
        edges = np.concatenate([[-np.inf], self.knots, [np.inf]])
        low, high = edges[:-1], edges[1:]
        start = np.where(np.isfinite(low), low, np.where(np.isfinite(high), high, 0.0))
        lengths: Array = np.clip(z[:, None], low, high) - start
        return lengths

    def design(self, table: pd.DataFrame) -> Array:
        """The term's columns of the design matrix, shape (rows, size)."""
        parts = [self.pieces(x) * by[:, None] for x, by in self.term.arguments(table)]
        return np.asarray(sum(parts[1:], parts[0]))

    def penalty(self, ridge: float, smoothing: float) -> Array:
        """Matrix of the penalty: ridge on the mean slope, smoothing on each change of slope."""
        size = self.size
        mean = np.full((1, size), 1.0 / size)
        bends = np.diff(np.eye(size), axis=0)
        matrix: Array = (ridge * mean.T @ mean * size + smoothing * bends.T @ bends) / self.term.ease
        return matrix

    def curve(self, slopes: Array, points: int = 41) -> pd.DataFrame:
        """The value function between its outer knots and 2 standard deviations, for a plot.

        Returns
        -------
        DataFrame
            ``x`` in the factor's own unit, ``log_odds``.
        """
        low = min([-2.0, *self.knots.tolist()])
        high = max([2.0, *self.knots.tolist()])
        x = self.centre + self.spread * np.linspace(low, high, points)
        value = self.pieces(x) @ slopes
        unit = np.exp(x) if self.term.scale == "log" else np.expm1(x) if self.term.scale == "log1p" else x
        return pd.DataFrame({"x": unit, "log_odds": value})

    def to_dict(self) -> dict[str, Any]:
        """As plain numbers, for JSON."""
        term = {
            name: getattr(self.term, name) for name in ("factor", "form", "scale", "knots", "sign", "ease")
        }
        numbers = {"centre": self.centre, "spread": self.spread, "reference": self.reference}
        return {"term": term, **numbers, "at": self.knots.tolist()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Basis:
        """What `to_dict` wrote."""
        numbers = (float(data["centre"]), float(data["spread"]))
        return cls(
            Term(**data["term"]), *numbers, np.array(data["at"], dtype=float), float(data["reference"])
        )


def check_columns(table: pd.DataFrame, terms: Sequence[Term]) -> None:
    """Raise an `InputError` unless a table is one of named columns with all that the terms read."""
    if not isinstance(table, pd.DataFrame):
        raise call_error(f"the rows are a {type(table).__name__}", "give a DataFrame with a panel's columns")
    wanted = dict.fromkeys(column for term in terms for column in term.columns)
    lacking = [column for column in wanted if column not in table.columns]
    if lacking:
        known = name_list(map(str, table.columns))
        raise call_error(f"the table has no columns {name_list(lacking)}", f"its columns are: {known}")
