"""The codebook: which factors are coded, on which scales, and what their readings are worth."""

from leverage.codebook.codebook import Codebook, Leaf
from leverage.codebook.discovery import load_codebook
from leverage.codebook.factor import COMPOSITE, Ageing, Anchor, Factor, Indicator, Pattern, Scale
from leverage.codebook.value_functions import (
    Concave,
    Linear,
    Logistic,
    PiecewiseLinear,
    ValueFunction,
)

__all__ = [
    "COMPOSITE",
    "Ageing",
    "Anchor",
    "Codebook",
    "Concave",
    "Factor",
    "Indicator",
    "Leaf",
    "Linear",
    "Logistic",
    "Pattern",
    "PiecewiseLinear",
    "Scale",
    "ValueFunction",
    "load_codebook",
]
