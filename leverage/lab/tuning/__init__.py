"""Tuning: a resumable search of settings, on one machine or several; see `running`."""

from leverage.lab.tuning.definition import TuneExperiment
from leverage.lab.tuning.spaces import MODELS, SPACES, Dimension, Space, space_of

__all__ = ["MODELS", "SPACES", "Dimension", "Space", "TuneExperiment", "space_of"]
