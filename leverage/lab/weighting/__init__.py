"""Weights that are learned: from who got more, from pairwise judgements, from past disputes."""

from leverage.lab.weighting.disputes import (
    LearnedIndex,
    compare_weightings,
    disputes_file,
    learn_weights,
    learned_table,
)
from leverage.lab.weighting.pairwise import PairwiseJudgements, bradley_terry
from leverage.lab.weighting.simplex import SimplexWeights, fit_simplex, pair_leads

__all__ = [
    "LearnedIndex",
    "PairwiseJudgements",
    "SimplexWeights",
    "bradley_terry",
    "compare_weightings",
    "disputes_file",
    "fit_simplex",
    "learn_weights",
    "learned_table",
    "pair_leads",
]
