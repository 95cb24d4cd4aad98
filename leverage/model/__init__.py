"""The model: weights and the additive score, as plain functions."""

from leverage.model.modelfile import ModelFile, ScoringModel, load_model, read_model
from leverage.model.scoring import (
    SCALE,
    TIE,
    Order,
    Scores,
    Weighed,
    effective_weights,
    score_table,
    weigh,
)
from leverage.model.weights import (
    NAMED_WEIGHTS,
    Weights,
    WeightsFile,
    case_weights,
    data_weights,
    equal_weights,
    find_weights,
    load_weights,
)

__all__ = [
    "NAMED_WEIGHTS",
    "SCALE",
    "TIE",
    "ModelFile",
    "Order",
    "Scores",
    "ScoringModel",
    "Weighed",
    "Weights",
    "WeightsFile",
    "case_weights",
    "data_weights",
    "effective_weights",
    "equal_weights",
    "find_weights",
    "load_model",
    "load_weights",
    "read_model",
    "score_table",
    "weigh",
]
