"""Domestic support: two signals with opposite signs, and a tied hand.

    balance  b = (1 + carry_on - deal_appetite) / 2
    reading  x = b + lift * tied_hand * (1 - b)

Support for carrying on lowers the cost of waiting; appetite for a deal weakens. A tied hand closes part
of the gap that is left (Schelling 1960, Putnam 1988), at most `lift` of it. It also raises the risk that
nothing is signed, which is no leverage and is not in the reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from leverage.builders import Builder, Columns
from leverage.builders.contract import Array


@dataclass
class DomesticSupport(Builder):
    """Support for carrying on against appetite for a deal, lifted by a tied hand; 0..1.

    Parameters
    ----------
    lift : float
        The part of the remaining gap that a wholly tied hand closes, 0..1.
    """

    lift: float = 0.5

    id: ClassVar[str] = "domestic_support"
    inputs: ClassVar[tuple[str, ...]] = ("carry_on", "deal_appetite", "tied_hand")
    rises: ClassVar[frozenset[str]] = frozenset({"carry_on", "tied_hand"})
    falls: ClassVar[frozenset[str]] = frozenset({"deal_appetite"})

    def __post_init__(self) -> None:
        if not 0.0 <= self.lift <= 1.0:
            raise ValueError(f"lift is {self.lift}, outside 0..1")

    def build(self, columns: Columns) -> Array:
        """The reading, shape (rows,)."""
        balance = (1.0 + columns["carry_on"] - columns["deal_appetite"]) / 2.0
        reading: Array = balance + self.lift * columns["tied_hand"] * (1.0 - balance)
        return reading
