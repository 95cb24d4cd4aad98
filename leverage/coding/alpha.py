"""Krippendorff's alpha: agreement of coders beyond chance.

α = 1 - Dₒ / Dₑ. With units u that mᵤ ≥ 2 coders have coded and n = Σ mᵤ values in all,

    Dₒ = 1/n · Σᵤ Σ_{i≠j in u} δ²(vᵢ, vⱼ) / (mᵤ - 1)
    Dₑ = 1/(n (n - 1)) · Σ_{i≠j of all n} δ²(vᵢ, vⱼ)

where δ² is 0 or 1 for nominal values, the squared difference for interval values, and for ordinal ones
the square of the number of values from one rank to the other, each end counted half. Source: K.
Krippendorff, *Computing Krippendorff's Alpha-Reliability* (2011), and *Content Analysis*, chapter 11.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval"]


def krippendorff_alpha(units: Sequence[Sequence[float]], level: Level = "interval") -> float:
    """Alpha of any number of coders, gaps allowed.

    Parameters
    ----------
    units : sequence of sequences of float
        The values that each unit was given, without the missing ones; units with fewer than two count
        for nothing.
    level : {"nominal", "ordinal", "interval"}

    Returns
    -------
    float
        1 for full agreement, 0 for what chance gives, below 0 for less; nan where all values are the same
        or no unit has two.

    Examples
    --------
    >>> krippendorff_alpha([[1, 1], [2, 2], [3, 4]])
    0.896551724137931
    """
    paired = [np.asarray(unit, dtype=float) for unit in units if len(unit) > 1]
    if not paired:
        return float("nan")
    levels, place = np.unique(np.concatenate(paired), return_inverse=True)
    together = np.zeros((len(levels),) * 2)
    start = 0
    for unit in paired:
        counts = np.bincount(place[start : start + len(unit)], minlength=len(levels)).astype(float)
        start += len(unit)
        together += (np.outer(counts, counts) - np.diag(counts)) / (len(unit) - 1)
    count = together.sum(axis=1)
    apart = _apart(levels, count, level)
    chance = (np.outer(count, count) - np.diag(count)) / (count.sum() - 1)
    expected = float((chance * apart).sum())
    return 1.0 - float((together * apart).sum()) / expected if expected > 0 else float("nan")


def _apart(levels: Array, count: Array, level: Level) -> Array:
    """δ² between every two values, shape (values, values)."""
    if level == "nominal":
        return 1.0 - np.eye(len(levels))
    if level == "interval":
        return np.asarray((levels[:, None] - levels) ** 2)
    middle = np.cumsum(count) - count / 2
    return np.asarray((middle[:, None] - middle) ** 2)


def pair_alpha(first: ArrayLike, second: ArrayLike, strata: ArrayLike | None = None) -> float:
    """Interval alpha of two coders who both coded every unit, in closed form.

    Parameters
    ----------
    first, second : array-like of shape (units,)
    strata : array-like of shape (units,), optional
        Kinds of unit. The disagreement of chance is then that of values of the same kind, so that
        kinds which differ in level do not lend agreement to each other.

    Returns
    -------
    float
        As `krippendorff_alpha`.
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    kind = np.zeros(len(a), dtype=int) if strata is None else np.unique(strata, return_inverse=True)[1]
    n = 2.0 * np.bincount(kind)
    observed = float(((a - b) ** 2).sum())
    total, square = np.bincount(kind, a + b), np.bincount(kind, a**2 + b**2)
    # Σ over pairs of one kind of δ² is 2 (n Σv² - (Σv)²); each of its n values counts 1 / (n - 1) of that.
    expected = float(((n * square - total**2) / np.maximum(n - 1, 1)).sum())
    return 1.0 - observed / expected if expected > 1e-15 else float("nan")
