"""Ally backing: strength times reliability, less what the backers hold back.

    reading  x = strength * reliability * (1 - restraint)

The expected backing. It saturates through the value function: the first part of outside support
matters most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from leverage.builders import Builder, Columns
from leverage.builders.contract import Array


@dataclass
class AllyBacking(Builder):
    """Expected outside support; 0..1."""

    id: ClassVar[str] = "ally_backing"
    inputs: ClassVar[tuple[str, ...]] = ("strength", "reliability", "restraint")
    rises: ClassVar[frozenset[str]] = frozenset({"strength", "reliability"})
    falls: ClassVar[frozenset[str]] = frozenset({"restraint"})

    def build(self, columns: Columns) -> Array:
        """The reading, shape (rows,)."""
        reading: Array = columns["strength"] * columns["reliability"] * (1.0 - columns["restraint"])
        return reading
