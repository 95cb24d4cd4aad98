"""Value functions: how much leverage a reading is worth, from 0 to 1.

Each is increasing on 0..1 with v(0) = 0 and v(1) = 1 (Keeney & Raiffa 1976), so a weight
keeps one meaning: the points between a factor's worst and best reading.
"""

from __future__ import annotations

from typing import Annotated, Literal, Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, model_validator

from leverage.documents import Item, Real

Array = NDArray[np.float64]


class ValueFunction(Protocol):
    """An increasing map of 0..1 onto itself, with its inverse; nan stays nan."""

    def __call__(self, x: ArrayLike) -> Array:
        """Value v of the rescaled reading x, elementwise."""
        ...

    def inverse(self, v: ArrayLike) -> Array:
        """The rescaled reading whose value is v, elementwise."""
        ...

    def formula(self) -> str:
        """The function as a reader would write it, with its parameters."""
        ...


class Linear(Item):
    """v = x: every step of the reading counts the same."""

    shape: Literal["linear"] = "linear"

    def __call__(self, x: ArrayLike) -> Array:
        """Value of the rescaled reading."""
        return np.asarray(x, dtype=float)

    def inverse(self, v: ArrayLike) -> Array:
        """The reading itself."""
        return np.asarray(v, dtype=float)

    def formula(self) -> str:
        """``v = x``."""
        return "v = x"


class Concave(Item):
    """v = (1 - e^(-kx)) / (1 - e^(-k)): the first steps count most; constant risk aversion (Pratt 1964)."""

    shape: Literal["concave"]
    curvature: Real = Field(gt=0, le=50, description="k, above 0; at 4 the first fifth is worth over half")

    def __call__(self, x: ArrayLike) -> Array:
        """Value of the rescaled reading."""
        k = self.curvature
        value: Array = np.expm1(-k * np.asarray(x, dtype=float)) / np.expm1(-k)
        return value

    def inverse(self, v: ArrayLike) -> Array:
        """X = -ln(1 - v (1 - e^(-k))) / k."""
        k = self.curvature
        x: Array = -np.log1p(np.asarray(v, dtype=float) * np.expm1(-k)) / k
        return x

    def formula(self) -> str:
        """The exponential with its curvature."""
        return f"v = (1 - exp(-{self.curvature:g} x)) / (1 - exp(-{self.curvature:g}))"


class Logistic(Item):
    """An S-curve through (0, 0) and (1, 1): little happens at the ends, most around the midpoint."""

    shape: Literal["logistic"]
    midpoint: Real = Field(gt=0, lt=1, description="x of the steepest step, between 0 and 1")
    steepness: Real = Field(gt=0, le=100, description="above 0; 10 is a marked S")

    def __call__(self, x: ArrayLike) -> Array:
        """Value of the rescaled reading."""
        low, high = self._curve(np.array([0.0, 1.0]))
        value: Array = (self._curve(np.asarray(x, dtype=float)) - low) / (high - low)
        return value

    def _curve(self, x: Array) -> Array:
        curve: Array = 1.0 / (1.0 + np.exp(-self.steepness * (x - self.midpoint)))
        return curve

    def inverse(self, v: ArrayLike) -> Array:
        """The logit of the unscaled curve, shifted back."""
        low, high = self._curve(np.array([0.0, 1.0]))
        curve = low + np.asarray(v, dtype=float) * (high - low)
        x: Array = self.midpoint + np.log(curve / (1.0 - curve)) / self.steepness
        return x

    def formula(self) -> str:
        """The logistic curve with its midpoint and steepness, rescaled to the unit square."""
        return f"v = s(x) rescaled to 0..1, s(x) = 1 / (1 + exp(-{self.steepness:g} (x - {self.midpoint:g})))"


class PiecewiseLinear(Item):
    """Straight lines between stated points, from (0, 0) to (1, 1), each higher than the one before."""

    shape: Literal["piecewise-linear"]
    points: list[tuple[Real, Real]] = Field(min_length=2, description="[[0, 0], …, [1, 1]], both increasing")

    @model_validator(mode="after")
    def _increasing(self) -> Self:
        x, v = np.array(self.points).T
        ends = (tuple(self.points[0]), tuple(self.points[-1]))
        if ends != ((0.0, 0.0), (1.0, 1.0)) or np.any(np.diff(x) <= 0) or np.any(np.diff(v) <= 0):
            raise ValueError("`points` do not rise from [0, 0] to [1, 1] → write both numbers increasing")
        return self

    def __call__(self, x: ArrayLike) -> Array:
        """Value of the rescaled reading."""
        xs, vs = np.array(self.points).T
        value: Array = np.interp(np.asarray(x, dtype=float), xs, vs)
        return value

    def inverse(self, v: ArrayLike) -> Array:
        """Interpolation the other way round."""
        xs, vs = np.array(self.points).T
        x: Array = np.interp(np.asarray(v, dtype=float), vs, xs)
        return x

    def formula(self) -> str:
        """The points."""
        return "v on straight lines through " + ", ".join(f"({x:g}, {v:g})" for x, v in self.points)


AnyValueFunction = Annotated[Linear | Concave | Logistic | PiecewiseLinear, Field(discriminator="shape")]
