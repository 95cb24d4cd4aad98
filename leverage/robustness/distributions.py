"""Intervals of evidence read as distributions: triangular, or beta by the rule of PERT.

Both reach from the lowest to the highest reading and are most dense at the stated one. A central 90 %
interval was widened to its outer ends before, by the same triangular distribution.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Shape = Literal["triangular", "pert"]

# PERT's weight of the mode against each end; with 4 the standard deviation of a symmetric one is near the
# sixth of the range that Malcolm et al. (1959) wanted.
PERT_WEIGHT = 4.0

# What a half-width is multiplied by, where an analyst asks that grades widen intervals. The steps are a
# judgement of this project, not a finding: a reliable source is taken at its word, an unreliable one has
# three times its interval. F, which cannot be judged, widens as D does.
GRADE_WIDENING: Mapping[str, float] = {"A": 1.0, "B": 1.25, "C": 1.5, "D": 2.0, "E": 3.0, "F": 2.0}


def quantile(part: ArrayLike, low: float, mode: float, high: float, shape: Shape) -> Array:
    """The reading below which a part of the distribution lies, elementwise.

    Parameters
    ----------
    part : array-like
        0..1; uniform draws give draws of the reading.
    low, mode, high : float
        Lowest, stated and highest reading. With ``low == high`` there is no doubt.
    shape : {"triangular", "pert"}
    """
    parts = np.asarray(part, dtype=float)
    if high <= low:
        return np.full(parts.shape, mode)
    if shape == "pert":
        from scipy.special import betaincinv

        first, second = _pert(low, mode, high)
        readings: Array = low + (high - low) * betaincinv(first, second, parts)
        return readings
    left = (mode - low) / (high - low)
    rising = low + np.sqrt(parts * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - parts) * (high - low) * (high - mode))
    return np.where(parts < left, rising, falling)


def moments(low: float, mode: float, high: float, shape: Shape) -> tuple[float, float]:
    """Mean and variance of the distribution, in closed form."""
    if shape == "pert":
        mean = (low + PERT_WEIGHT * mode + high) / (PERT_WEIGHT + 2.0)
        return mean, (mean - low) * (high - mean) / (PERT_WEIGHT + 3.0)
    mean = (low + mode + high) / 3.0
    spread = low**2 + mode**2 + high**2 - low * mode - low * high - mode * high
    return mean, max(0.0, spread / 18.0)


def _pert(low: float, mode: float, high: float) -> tuple[float, float]:
    """The two parameters of the beta distribution."""
    length = high - low
    return 1.0 + PERT_WEIGHT * (mode - low) / length, 1.0 + PERT_WEIGHT * (high - mode) / length
