"""Territory held: what the actor is expected to hold at the deadline of what the other side wants.

A holding decays at its stated monthly loss from the day it was read to the deadline, and what the other
side is expected to lose goes to the actor. Each stake counts by its worth to the *other* side: a holding
gives leverage as far as somebody wants it back, not by its area.

    held at the deadline   e_s = h_s k(l_s) + h'_s (1 - k(l'_s)),   k(l) = (1 - l)^(days / 30)
    reading                x   = sum_s e_s W'_s / sum_s W'_s

with the actor's share h_s and loss l_s of stake s, the opponent's h'_s and l'_s, and the worth W'_s of
the stake to the opponent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from leverage.builders import Builder, Columns
from leverage.builders.contract import Array

DAYS_PER_PERIOD = 30.0


@dataclass
class TerritoryHeld(Builder):
    """Expected holding at the deadline, weighed by its worth to the other side; 0..1."""

    id: ClassVar[str] = "territory_held"
    inputs: ClassVar[tuple[str, ...]] = (
        "share_held",
        "monthly_loss",
        "opponent__share_held",
        "opponent__monthly_loss",
        "opponent__worth",
        "days_from__share_held",
        "opponent__days_from__share_held",
    )

    def build(self, columns: Columns) -> Array:
        """The reading, shape (rows,); 0 where nothing is worth anything to the other side."""
        expected = self._expected(columns, columns)
        worth = self.per_stake(columns, "opponent__worth")
        total = worth.sum(axis=1)
        held = (expected * worth).sum(axis=1)
        nothing = np.where(np.isnan(total + held), np.nan, 0.0)
        reading: Array = np.divide(held, total, out=nothing, where=total > 0)
        return reading

    def bounds(self, low: Columns, high: Columns) -> tuple[Array, Array]:
        """Exact bounds: shares and losses at their ends, then the best and worst mix of worths.

        Without a deadline they are outer: the lowest is what is left of the own holding in the long run
        before the other side loses anything, the highest is today's holding with all that the other side
        will lose.
        """
        worst = self._expected(low, high, unknown=(np.inf, 0.0))
        best = self._expected(high, low, unknown=(0.0, np.inf))
        worths = self.per_stake(low, "opponent__worth"), self.per_stake(high, "opponent__worth")
        return 0.0 - _highest_mean(-worst, *worths), _highest_mean(best, *worths)

    def _expected(
        self, held: Columns, lost: Columns, unknown: tuple[float, float] = (np.nan, np.nan)
    ) -> Array:
        """Shares at the deadline, shape (rows, stakes): own holding kept plus what the other side loses.

        `held` raises the share and `lost` lowers it; `unknown` are the days of the own and of the other
        side's losses where there is no deadline.
        """
        own, other = self.per_stake(held, "share_held"), self.per_stake(held, "opponent__share_held")
        own_kept = _kept(self.per_stake(lost, "monthly_loss"), self._periods(held, "", unknown[0]))
        other_loss = self.per_stake(held, "opponent__monthly_loss")
        other_kept = _kept(other_loss, self._periods(held, "opponent__", unknown[1]))
        shares: Array = np.minimum(own * own_kept + other * (1.0 - other_kept), 1.0)
        return shares

    def _periods(self, columns: Columns, side: str, unknown: float) -> Array:
        days = self.per_stake(columns, f"{side}days_from__share_held")
        periods: Array = np.where(np.isnan(days), unknown, days) / DAYS_PER_PERIOD
        return periods


def _kept(loss: Array, periods: Array) -> Array:
    """The part of a holding that is left after some periods; all of it where nothing is lost."""
    with np.errstate(invalid="ignore"):
        kept: Array = np.where(loss == 0.0, 1.0, (1.0 - loss) ** periods)
    return kept


def _highest_mean(values: Array, low: Array, high: Array) -> Array:
    """Highest mean of `values` under weights between `low` and `high`, shape (rows,).

    The best weights are high for the largest values and low for the rest, so each cut of the sorted
    values is tried; no weight at all gives 0.
    """
    order = np.argsort(-values, axis=1)
    values, low, high = (np.take_along_axis(part, order, axis=1) for part in (values, low, high))
    best = np.full(len(values), -np.inf)
    for cut in range(values.shape[1] + 1):
        weights = np.where(np.arange(values.shape[1]) < cut, high, low)
        total = weights.sum(axis=1)
        mean = np.divide((weights * values).sum(axis=1), total, out=np.zeros(len(values)), where=total > 0)
        best = np.fmax(best, mean)
    return best
