"""Several pieces of evidence on one reading become one, each aged by its own days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leverage.case import Measured, Piece
from leverage.codebook import Ageing, Factor, Scale

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Combined:
    """One reading made of the live pieces of evidence.

    Attributes
    ----------
    measured : Measured
        Reading and outer bounds, in the scale's unit.
    pieces : tuple of (Piece, float)
        The live pieces and their weights, which sum to one.
    """

    measured: Measured
    pieces: tuple[tuple[Piece, float], ...]


def combine(pieces: Sequence[Piece], as_of: dt.date, factor: Factor, indicator: str) -> Combined | None:
    """Combine the pieces on one reading as of a day.

    A piece's weight halves with every half-life and its interval widens by the stated share of
    itself; past its life it is left out. Readings never move.

    Parameters
    ----------
    pieces : sequence of Piece
    as_of : date
    factor : Factor
    indicator : str
        The indicator's id, ``""`` for the factor's own reading.

    Returns
    -------
    Combined or None
        None where no piece is live.
    """
    rule, ageing = rules_of(factor, indicator)
    live = [piece for piece in pieces if age(piece, as_of) <= ageing.life]
    if rule == "latest" and live:
        newest = max(piece.date for piece in live)
        live = [piece for piece in live if piece.date == newest]
    if not live:
        return None
    weights = 0.5 ** (np.array([age(piece, as_of) for piece in live]) / ageing.half_life)
    weights = weights / weights.sum()
    scale = factor.readings()[indicator]
    ends = np.array([widened(piece, as_of, ageing, scale) for piece in live])
    value, low, high = _RULES.get(rule, _mean)(ends, weights)
    measured = Measured(float(value), float(low), float(high))
    return Combined(measured, tuple(zip(live, map(float, weights), strict=True)))


def rules_of(factor: Factor, indicator: str) -> tuple[str, Ageing]:
    """The combination rule and the ageing of a reading: the indicator's own, else the factor's."""
    own = factor.indicator(indicator)
    return (
        (own.combine if own and own.combine else factor.combine),
        (own.ageing if own and own.ageing else factor.ageing),
    )


def age(piece: Piece, as_of: dt.date) -> int:
    """Days from the piece's date to the as-of date."""
    return (as_of - piece.date).days


def widened(piece: Piece, as_of: dt.date, ageing: Ageing, scale: Scale) -> tuple[float, float, float]:
    """A piece's reading, lowest and highest as of a day, its interval widened with its age."""
    factor = 1.0 + ageing.widening * max(0, age(piece, as_of)) / ageing.half_life
    value, (bottom, top) = piece.measured.value, scale.bounds
    low = max(bottom, value - factor * (value - piece.measured.low))
    high = min(top, value + factor * (piece.measured.high - value))
    return value, low, high


def _mean(ends: Array, weights: Array) -> Array:
    mean: Array = weights @ ends
    return mean


def _median(ends: Array, weights: Array) -> Array:
    return lower_median(ends.T, weights)


def lower_median(values: Array, weights: Array) -> Array:
    """The least value at which half of the weight is reached, for each row of values of the pieces."""
    order = np.argsort(values, axis=1, kind="stable")
    reached = np.cumsum(weights[order], axis=1) >= 0.5 - 1e-12
    place = np.take_along_axis(order, np.argmax(reached, axis=1)[:, None], axis=1)
    median: Array = np.take_along_axis(values, place, axis=1)[:, 0]
    return median


def _envelope(ends: Array, weights: Array) -> Array:
    return np.array([weights @ ends[:, 0], ends[:, 1].min(), ends[:, 2].max()])


_RULES = {"weighted_mean": _mean, "median": _median, "latest": _mean, "envelope": _envelope}
