"""Generic builders, for factors that need a YAML file alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from leverage.builders.contract import OPPONENT, READING, Array, Builder, Columns
from leverage.codebook import Factor


@dataclass
class Reading(Builder):
    """The factor's own reading, as coded."""

    id: ClassVar[str] = "reading"
    inputs: ClassVar[tuple[str, ...]] = (READING,)
    rises: ClassVar[frozenset[str]] = frozenset({READING})

    def build(self, columns: Columns) -> Array:
        """The column ``reading``."""
        return columns[READING]


@dataclass
class Product(Builder):
    """The product of all indicators, each on a scale from 0 up: the whole needs every one."""

    id: ClassVar[str] = "product"

    def columns_for(self, factor: Factor) -> tuple[str, ...]:
        """Every indicator of the factor."""
        return tuple(indicator.id for indicator in factor.indicators)

    def build(self, columns: Columns) -> Array:
        """The product over the columns."""
        product: Array = np.prod(list(columns.values()), axis=0)
        return product


@dataclass
class AgainstOpponent(Builder):
    """The actor's part of what both sides have, own / (own + opponent's); one half where both have none."""

    id: ClassVar[str] = "against_opponent"
    inputs: ClassVar[tuple[str, ...]] = (READING, OPPONENT + READING)
    rises: ClassVar[frozenset[str]] = frozenset({READING})
    falls: ClassVar[frozenset[str]] = frozenset({OPPONENT + READING})

    def build(self, columns: Columns) -> Array:
        """Own share of the sum, 0..1."""
        own, total = columns[READING], columns[READING] + columns[OPPONENT + READING]
        return np.divide(own, total, out=np.where(np.isnan(total), np.nan, 0.5), where=total > 0)


GENERIC: dict[str, type[Builder]] = {b.id: b for b in (Reading, Product, AgainstOpponent)}
