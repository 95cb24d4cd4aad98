"""Tuning: a resumable search of settings, on one machine or several."""

from leverage.lab.tuning.definition import TuneExperiment
from leverage.lab.tuning.document import TuneDocument
from leverage.lab.tuning.running import Interrupted, Progress, TuneResult, run_tuning
from leverage.lab.tuning.spaces import MODELS, SPACES, Dimension, Space, space_of

__all__ = [
    "MODELS",
    "SPACES",
    "Dimension",
    "Interrupted",
    "Progress",
    "Space",
    "TuneDocument",
    "TuneExperiment",
    "TuneResult",
    "run_tuning",
    "space_of",
]
