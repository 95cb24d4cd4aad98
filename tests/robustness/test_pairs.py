"""Pairs of scored rows: by hand, with missing factors at both ends, and renormalised by sampling."""

import numpy as np
import pytest
from scipy.special import betainc

from leverage.builders import feature_table
from leverage.model import case_weights, score_table
from leverage.robustness.flips import Transfer
from leverage.robustness.pairs import Knowledge, differences_of, pair_outlooks
from leverage.robustness.weight_sets import Intervals, RankOrder

PIECES = (
    ("u-law", "union", "law", 0.7, 0.2, 0.9),
    ("u-votes", "union", "votes", 0.5, 0.4, 0.6),
    ("c-law", "company", "law", 0.4, 0.3, 0.8),
    ("c-votes", "company", "votes", 0.6, None, None),
)
FULL = Knowledge(
    order=RankOrder(((0,), (1,))),
    intervals=Intervals.of({"law": (0.2, 0.6)}, ["law", "votes"]),
    concentration=2.0,
    samples=20_000,
)


def test_a_pair_by_hand(plain):
    # Law +30, votes −10 at full weight: ahead from a weight of law of 1/4; 60 points of law stand.
    _, scores = plain(*PIECES)
    (pair,) = pair_outlooks(scores, [(0, 1)], FULL)
    assert (pair.first, pair.second, pair.order, pair.least) == (0, 1, "ahead", None)
    assert pair.outlook.win.ahead == pytest.approx(0.75)
    assert pair.outlook.ranked.ahead == 1.0  # law counts at least as much as votes
    assert pair.outlook.within.ahead == pytest.approx(0.875, abs=0.01)
    # Dirichlet (1.2, 0.8): the beta distribution's part above a weight of law of 1/4.
    assert pair.outlook.near.ahead == pytest.approx(1 - betainc(1.2, 0.8, 0.25), abs=1e-12)
    assert pair.outlook.flip == (Transfer("law", "votes", pytest.approx(35.0)),)
    assert pair.outlook.flip_l1 == pytest.approx(0.7)
    assert pair.outlook.flip_l2 == pytest.approx(0.35 * np.sqrt(2))
    assert differences_of(scores, [(0, 1)]).tolist() == [pytest.approx([30.0, -10.0])]


def test_whoever_is_ahead_stands_first(plain):
    _, scores = plain(*PIECES)
    (one,), (other,) = (pair_outlooks(scores, [pair], FULL) for pair in ((0, 1), (1, 0)))
    assert one == other


def test_a_missing_factor_gives_both_ends(plain):
    # The company's votes are not coded: from 0 to 1 they leave +50 to −50 of the union's 0.5.
    _, scores = plain(*PIECES[:3])
    (pair,) = pair_outlooks(scores, [(0, 1)], FULL)
    assert (pair.order, pair.outlook) == ("undecided", None)
    assert pair.least.win.ahead == pytest.approx(30 / 80)
    assert pair.most.win.ahead == 1.0
    assert pair.most.flip is None  # ahead on both factors: nothing turns it
    # At the worst end the lead is 0.6 · 30 − 0.4 · 50 = −2: 2.5 points of weight from votes to law.
    assert pair.least.flip == (Transfer("votes", "law", pytest.approx(2.5)),)


def test_renormalised_pairs_are_sampled(plain):
    # The union scores 70 w + 50 (1 − w), the company 40 whatever the weights: ahead under all of them.
    _, scores = plain(*PIECES[:3], policy="renormalise")
    (pair,) = pair_outlooks(scores, [(0, 1)], FULL)
    assert pair.outlook.win.method == "sampling"
    assert pair.outlook.win.ahead == 1.0
    assert pair.outlook.flip is None
    # With 0.6 for the company: ahead from a weight of law of 1/2, which is all that the order leaves.
    _, scores = plain(*PIECES[:2], ("c-law", "company", "law", 0.6, None, None), policy="renormalise")
    (pair,) = pair_outlooks(scores, [(0, 1)], FULL)
    assert pair.outlook.win.ahead == pytest.approx(0.5, abs=4 * pair.outlook.win.error)
    assert pair.outlook.ranked.ahead == 1.0
    assert pair.outlook.within.ahead == pytest.approx(0.25, abs=4 * pair.outlook.within.error)
    assert 0.5 < pair.outlook.near.ahead < 0.8


def test_renormalised_pairs_without_gaps_stay_exact(plain):
    _, scores = plain(*PIECES, policy="renormalise")
    (pair,) = pair_outlooks(scores, [(0, 1)], FULL)
    assert pair.outlook.win.method == "exact"
    assert pair.outlook.flip_l1 == pytest.approx(0.7)


def test_equal_actors_tie_under_all_weightings(plain):
    same = [(f"{a[0]}-{f}", a, f, 0.5, None, None) for a in ("union", "company") for f in ("law", "votes")]
    _, scores = plain(*same)
    (pair,) = pair_outlooks(scores, [(0, 1)], FULL)
    assert pair.order == "tied"
    assert (pair.outlook.win.ahead, pair.outlook.win.tied) == (0.0, 1.0)
    assert (pair.outlook.flip, pair.outlook.flip_l1) == ((), 0.0)


def test_the_seed_case_keeps_its_exact_share(kursk):
    """By hand from the factors' values: Kursk assessed, Russia ahead of Ukraine."""
    scores = score_table(feature_table(kursk, ["assessed"]), case_weights(kursk))
    (pair,) = pair_outlooks(scores, [(0, 1)], Knowledge())
    gap = 100 * (scores.table.v[pair.first] - scores.table.v[pair.second])
    above, below = gap[gap > 0], -gap[gap < 0]
    assert len(above) + len(below) == 4
    drawn = np.random.default_rng(0).dirichlet(np.ones(4), 200_000)
    assert pair.outlook.win.ahead == pytest.approx((drawn @ gap > 0).mean(), abs=0.005)


def test_no_pairs_are_no_outlooks(kursk):
    scores = score_table(feature_table(kursk, ["assessed"]), case_weights(kursk))
    assert pair_outlooks(scores, [], Knowledge()) == []
