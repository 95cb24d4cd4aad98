"""How sure a ranking is: over weights, over the doubt in the evidence, over time."""

from leverage.robustness.acceptability import Acceptability, rank_acceptability
from leverage.robustness.assumptions import KeyAssumption, key_assumptions
from leverage.robustness.building import robustness
from leverage.robustness.distributions import GRADE_WIDENING
from leverage.robustness.drawing import Doubt, Drawing, drawing_of
from leverage.robustness.evidence import DrawnScores, drawn_scores, linear_moments
from leverage.robustness.flips import Changes, Transfer, smallest_l1, smallest_l2, transfers
from leverage.robustness.over_time import ScorePath, Turn, score_path
from leverage.robustness.result import Robustness
from leverage.robustness.settings import Settings
from leverage.robustness.stability import WeightSet, extreme_gaps, first_places, orders, weight_intervals
from leverage.robustness.variance import VarianceShare, evidence_variance_shares, factor_variance_shares
from leverage.robustness.weight_sets import Intervals, RankOrder, sample_intervals, sample_simplex
from leverage.robustness.weightings import Agreement, agreements
from leverage.robustness.win_shares import (
    Shares,
    dirichlet_shares,
    expected_ranks,
    interval_shares,
    rank_shares,
    uniform_shares,
)

__all__ = [
    "GRADE_WIDENING",
    "Acceptability",
    "Agreement",
    "Changes",
    "Doubt",
    "Drawing",
    "DrawnScores",
    "Intervals",
    "KeyAssumption",
    "RankOrder",
    "Robustness",
    "ScorePath",
    "Settings",
    "Shares",
    "Transfer",
    "Turn",
    "VarianceShare",
    "WeightSet",
    "agreements",
    "dirichlet_shares",
    "drawing_of",
    "drawn_scores",
    "evidence_variance_shares",
    "expected_ranks",
    "extreme_gaps",
    "factor_variance_shares",
    "first_places",
    "interval_shares",
    "key_assumptions",
    "linear_moments",
    "orders",
    "rank_acceptability",
    "rank_shares",
    "robustness",
    "sample_intervals",
    "sample_simplex",
    "score_path",
    "smallest_l1",
    "smallest_l2",
    "transfers",
    "uniform_shares",
    "weight_intervals",
]
