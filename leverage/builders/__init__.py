"""Feature builders: from evidence to a feature table."""

from leverage.builders.assembler import Reading, Readings, Row, assemble
from leverage.builders.combining import Combined, age, combine
from leverage.builders.contract import DAYS_FROM, DAYS_LEFT, OPPONENT, READING, Builder, Columns
from leverage.builders.discovery import builders_for
from leverage.builders.generic import AgainstOpponent, Product
from leverage.builders.generic import Reading as OwnReading
from leverage.builders.table import (
    FeatureTable,
    LeafValues,
    build_table,
    check_shares,
    feature_table,
    leaf_values,
    rescale,
)

__all__ = [
    "DAYS_FROM",
    "DAYS_LEFT",
    "OPPONENT",
    "READING",
    "AgainstOpponent",
    "Builder",
    "Columns",
    "Combined",
    "FeatureTable",
    "LeafValues",
    "OwnReading",
    "Product",
    "Reading",
    "Readings",
    "Row",
    "age",
    "assemble",
    "build_table",
    "builders_for",
    "check_shares",
    "combine",
    "feature_table",
    "leaf_values",
    "rescale",
]
