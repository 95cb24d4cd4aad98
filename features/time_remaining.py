"""Time remaining: time needed against time left, and patience relative to the other side's.

    readiness  f = min(1, days from the reading to the deadline / days needed)
    patience   u = u* + (1/2 - u*) exp(-(r + r') T / 2),   u* = r' / (r + r')
    reading    x = readiness weight * f + (1 - readiness weight) * u

with the monthly rates r = -ln(1 - monthly cost) of the actor and r' of the opponent, and T months left.
Patience is the share of bargaining under a known final deadline: an equal split at the deadline,
Rubinstein's share far from it. A near deadline therefore helps the side that waits at the higher cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from leverage.builders import DAYS_LEFT, Builder, Columns
from leverage.builders.contract import Array
from leverage.builders.theory import discount_rate, share_by_deadline

DAYS_PER_PERIOD = 30.0


@dataclass
class TimeRemaining(Builder):
    """Readiness by the deadline and patience until it; 0..1.

    Parameters
    ----------
    readiness : float
        Weight of readiness against patience, 0..1.
    """

    readiness: float = 0.5

    id: ClassVar[str] = "time_remaining"
    inputs: ClassVar[tuple[str, ...]] = (
        "days_needed",
        "monthly_cost",
        "opponent__monthly_cost",
        "days_from__days_needed",
        DAYS_LEFT,
    )
    rises: ClassVar[frozenset[str]] = frozenset({"opponent__monthly_cost"})
    falls: ClassVar[frozenset[str]] = frozenset({"days_needed", "monthly_cost"})

    def __post_init__(self) -> None:
        if not 0.0 <= self.readiness <= 1.0:
            raise ValueError(f"readiness is {self.readiness}, outside 0..1")

    def build(self, columns: Columns) -> Array:
        """The reading, shape (rows,); nan without a deadline."""
        given, needed = columns["days_from__days_needed"], columns["days_needed"]
        known = np.where(np.isnan(given + needed), np.nan, 1.0)
        ready = np.divide(given, needed, out=known, where=needed > given)
        patience = share_by_deadline(
            discount_rate(columns["monthly_cost"]),
            discount_rate(columns["opponent__monthly_cost"]),
            columns[DAYS_LEFT] / DAYS_PER_PERIOD,
        )
        reading: Array = self.readiness * ready + (1.0 - self.readiness) * patience
        return reading
