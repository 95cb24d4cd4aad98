"""Outside option: the larger of what bargaining gives and what leaving gives.

    bargaining  u = r' / (r + r')                       (Rubinstein 1982)
    leaving     o = (1 - discount) * option
    reading     x = max(u, o)                           (Binmore, Shaked & Sutton 1989)

with the monthly rates r = -ln(1 - monthly cost) of the actor and r' of the other side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from leverage.builders import Builder, Columns
from leverage.builders.contract import Array
from leverage.builders.theory import discount_rate, patient_share, with_outside_option


@dataclass
class OutsideOption(Builder):
    """What the actor can count on; 0..1.

    Parameters
    ----------
    discount : float
        What walking away costs, as a share of the option, 0..1.
    """

    discount: float = 0.0

    id: ClassVar[str] = "outside_option"
    inputs: ClassVar[tuple[str, ...]] = ("option", "monthly_cost", "opponent__monthly_cost")
    rises: ClassVar[frozenset[str]] = frozenset({"option", "opponent__monthly_cost"})
    falls: ClassVar[frozenset[str]] = frozenset({"monthly_cost"})

    def __post_init__(self) -> None:
        if not 0.0 <= self.discount <= 1.0:
            raise ValueError(f"discount is {self.discount}, outside 0..1")

    def build(self, columns: Columns) -> Array:
        """The reading, shape (rows,)."""
        own, other = columns["monthly_cost"], columns["opponent__monthly_cost"]
        bargaining = patient_share(discount_rate(own), discount_rate(other))
        return with_outside_option(bargaining, (1.0 - self.discount) * columns["option"])
