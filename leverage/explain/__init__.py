"""Explanations: terms against a baseline, contrasts, flips, and their words."""

from leverage.explain.building import default_baseline, explain, find_baseline
from leverage.explain.content import Flip, Term
from leverage.explain.contrast import Contrast, Standpoint, contrast
from leverage.explain.explanation import Explanation
from leverage.explain.flips import find_flips
from leverage.explain.sentences import Narrative, narrate, narrate_contrast

__all__ = [
    "Contrast",
    "Explanation",
    "Flip",
    "Narrative",
    "Standpoint",
    "Term",
    "contrast",
    "default_baseline",
    "explain",
    "find_baseline",
    "find_flips",
    "narrate",
    "narrate_contrast",
]
