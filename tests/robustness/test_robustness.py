"""The whole result: numbers by hand, its JSON, its frames, ties, gaps, and several actors."""

import json

import jsonschema
import numpy as np
import pytest

from leverage.builders import feature_table
from leverage.case import load_case
from leverage.faults import InputError
from leverage.model import case_weights, equal_weights, score_table
from leverage.robustness import Doubt, Robustness, Settings, robustness

from .conftest import PIECES, QUICK


@pytest.fixture(scope="module")
def found(kursk):
    scores = score_table(feature_table(kursk), case_weights(kursk))
    return robustness(kursk, scores, QUICK)


def test_a_case_by_hand(plain):
    # Law +30, votes −10 at full weight; 60 and 40 points stand, so the union leads by 14.
    loaded, scores = plain(*PIECES)
    found = robustness(loaded, scores, QUICK)
    (pair,) = found.pairs
    assert (pair.scenario, pair.ahead, pair.behind, pair.order) == ("base", "union", "company", "ahead")
    assert pair.gap == pytest.approx(14.0)
    assert pair.win_share == pytest.approx(0.75)
    assert pair.flip_l1 == pytest.approx(0.7)
    assert [(t.source, t.target) for t in pair.flip] == [("law", "votes")]
    assert pair.flip[0].points == pytest.approx(35.0)
    assert found.stability_scenario == "base"
    assert found.stability == {"law": (pytest.approx(0.25), 1.0), "votes": (0.0, pytest.approx(0.75))}
    (scenario,) = found.scenarios
    assert scenario.leader == "union"
    assert [rank.expected_rank for rank in scenario.ranks] == [pytest.approx(1.25), pytest.approx(1.75)]
    assert [rank.can_rank_first for rank in scenario.ranks] == [True, True]
    assert scenario.ranks[0].first_margin == pytest.approx(30.0)
    assert scenario.points["union"] == {"law": (pytest.approx(70),) * 2, "votes": (50.0, 50.0)}
    # One end of law: 60 · (0.2 − 0.4) − 40 · 0.1 = −16; the other: 60 · 0.5 − 4 = 26.
    swing = scenario.swings[0]
    assert (swing.evidence, swing.at_low, swing.at_high) == ("u-law", pytest.approx(-16), pytest.approx(26))
    assert scenario.gap_variance[0].name == "u-law"
    union = scenario.evidence[0]
    # 60 · mean(0.2, 0.7, 0.9) + 40 · 0.5, in closed form and about so in 300 draws.
    assert union.exact_mean == pytest.approx(60 * 0.6 + 20)
    assert union.mean == pytest.approx(union.exact_mean, abs=4 * union.exact_deviation / np.sqrt(300))
    assert union.deviation == pytest.approx(union.exact_deviation, rel=0.2)


def test_the_json_has_the_keys_that_are_promised(found):
    told = json.loads(found.to_json())
    assert {"pairs", "stability", "scenarios", "scenario_pairs", "settings"} <= set(told)
    pair = next(pair for pair in told["pairs"] if pair["scenario"] == "assessed")
    assert {"scenario", "ahead", "behind", "win_share", "flip_l1", "flip"} <= set(pair)
    assert set(pair["flip"][0]) == {"from", "to", "points"}
    assert set(told["stability"]) == {"ally_backing", "domestic_support", "territory_held", "time_remaining"}
    assert all(len(ends) == 2 and ends[0] <= ends[1] for ends in told["stability"].values())


def test_json_follows_its_schema_and_comes_back(found):
    text = found.to_json()
    jsonschema.validate(json.loads(text), Robustness.model_json_schema())
    assert Robustness.from_json(text) == found
    with pytest.raises(InputError):
        Robustness.from_json('{"format": "leverage/robustness/1"}')


def test_the_same_case_gives_the_same_bytes(kursk, found):
    scores = score_table(feature_table(kursk), case_weights(kursk))
    assert robustness(kursk, scores, QUICK).to_json() == found.to_json()


def test_stability_is_that_of_the_scores(kursk, found):
    """At each end of an interval the first two tie, and the other weights are rescaled in proportion."""
    stated = case_weights(kursk)
    table = feature_table(kursk, ["assessed"])
    points = 100 * table.v
    for name in kursk.codebook.names:
        low, high = found.stability[name]
        for end in (low, high):
            if 0 < end < 1:
                rest = 1 - stated.factors[name]
                weights = [w * (1 - end) / rest for w in stated.factors.values()]
                weights = dict(zip(stated.factors, weights, strict=True)) | {name: end}
                assert np.subtract(*(points @ [weights[n] for n in kursk.codebook.names])) == pytest.approx(0)
        assert low <= stated.factors[name] <= high


def test_a_missing_factor_is_given_at_both_ends(found):
    pair = next(pair for pair in found.pairs if pair.scenario == "as-reported")
    assert (pair.order, pair.win_share, pair.flip, pair.evidence_share) == ("undecided", None, None, None)
    least, most = pair.at_bounds
    assert 0 <= least.win_share < most.win_share <= 1
    assert pair.evidence_share_bounds[0] < pair.evidence_share_bounds[1]
    scenario = found.scenarios[0]
    assert (scenario.leader, scenario.stability, scenario.first_two) == (None, None, None)
    assert all(rank.expected_rank is None and rank.rank_acceptability is None for rank in scenario.ranks)
    best, worst = scenario.ranks[0].expected_rank_bounds
    assert 1 <= best < worst <= 2
    russia = next(each for each in scenario.evidence if each.actor == "russia")
    assert (russia.p05, russia.p95, russia.variance) == (None, None, [])
    assert russia.missing_bounds[0] < russia.missing_bounds[1]


def test_renormalised_gaps_are_sampled(kursk):
    table = feature_table(kursk, ["as-reported"])
    found = robustness(kursk, score_table(table, case_weights(kursk), "renormalise"), QUICK)
    (pair,) = found.pairs
    assert pair.win_share_error > 0
    assert (pair.flip, pair.at_bounds) == (None, None)
    assert 0 <= pair.evidence_share <= 1
    assert found.scenarios[0].ranks == []
    assert found.stability is None
    assert "sampled" in found.to_text()


def test_bounds_that_lie_apart_decide_an_order_without_a_score(plain):
    """The company's votes are not coded, and even at their best it stays behind: no gap, but a leader."""
    loaded, scores = plain(
        ("u-law", "union", "law", 0.9, 0.85, 0.95),
        ("u-votes", "union", "votes", 0.9, 0.85, 0.95),
        ("c-law", "company", "law", 0.1, 0.05, 0.15),
    )
    found = robustness(loaded, scores, QUICK)
    (pair,) = found.pairs
    assert (pair.order, pair.ahead, pair.gap, pair.flip) == ("ahead", "union", None, None)
    # Votes at their best: ahead by 80 on law and behind by 10 on votes, so from a weight of law of 1/9.
    assert pair.at_bounds[0].win_share == pytest.approx(80 / 90)
    assert pair.at_bounds[1].win_share == 1.0
    assert pair.evidence_share_bounds == (1.0, 1.0)
    (scenario,) = found.scenarios
    assert scenario.leader == "union"
    assert scenario.stability["law"] == (pytest.approx(1 / 9), 1.0)
    assert (scenario.swings, scenario.gap_variance) == ([], [])
    assert "votes of The company" in found.to_text()
    assert "at its worst for The union" in found.to_text()


def test_a_missing_factor_without_weight_leaves_the_scores(plain):
    loaded, scores = plain(*PIECES[:3], weights={"law": 1.0, "votes": 0.0})
    (pair,) = robustness(loaded, scores, QUICK).pairs
    assert pair.gap == pytest.approx(30.0)
    assert pair.evidence_share is not None
    assert pair.at_bounds[0].win_share == pytest.approx(30 / 80)


def test_equal_actors_are_tied_and_have_no_share(plain):
    same = [(f"{a[0]}-{f}", a, f, 0.5, None, None) for a in ("union", "company") for f in ("law", "votes")]
    loaded, scores = plain(*same)
    found = robustness(loaded, scores, QUICK)
    (pair,) = found.pairs
    assert (pair.order, pair.win_share, pair.tied_share, pair.flip_l1) == ("tied", None, 1.0, 0.0)
    assert (pair.flip, pair.evidence_share) == ([], 0.0)
    assert [rank.expected_rank for rank in found.scenarios[0].ranks] == [1.5, 1.5]
    assert "level on every factor" in found.to_text()
    assert Robustness.from_json(found.to_json()) == found


def test_partial_knowledge_of_the_weights(plain):
    loaded, scores = plain(*PIECES)
    settings = Settings(
        order=["law", "votes"],
        intervals={"law": (0.2, 0.6)},
        concentration=2.0,
        samples=4_000,
        doubt=Doubt(draws=50),
    )
    found = robustness(loaded, scores, settings)
    (pair,) = found.pairs
    assert pair.ranked_share == 1.0
    assert pair.within_share == pytest.approx(0.875, abs=0.03)
    assert pair.near_share == pytest.approx(0.8478, abs=0.001)
    assert [rank.dominated for rank in found.scenarios[0].ranks] == [False, True]
    assert found.settings.order == [["law"], ["votes"]]
    assert "the rank order and the intervals leave" in found.to_text(1_000)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"order": ["law"]}, "leaves out votes"),
        ({"intervals": {"lawn": (0, 1)}}, "no factor 'lawn'"),
        ({"intervals": {"law": (0.9, 1.0), "votes": (0.9, 1.0)}}, "no weighting keeps"),
        ({"order": ["law", "votes"], "intervals": {"law": (0.0, 0.3)}}, "order and to the intervals"),
    ],
)
def test_settings_that_fit_no_weighting_are_refused(plain, settings, says):
    loaded, scores = plain(*PIECES)
    with pytest.raises(InputError, match=says):
        robustness(loaded, scores, Settings(**settings, doubt=Doubt(draws=10)))


def test_numbers_that_are_none_are_refused():
    with pytest.raises(InputError, match=r"(?s)1 sampled.*concentration is -1"):
        Settings(samples=1, concentration=-1)


THREE = (
    (
        "  - {id: company, name: The company, faces: [union]}\n",
        "  - {id: company, name: The company, faces: [union]}\n"
        "  - {id: state, name: The state, faces: [union, company]}\n",
    ),
    ("deadline: 2025-03-15\n", "deadline: 2025-03-15\nopponents: mean\n"),
)


def test_three_actors(write_case):
    loaded = load_case(write_case(*THREE))
    scores = score_table(feature_table(loaded), equal_weights(loaded.codebook))
    found = robustness(loaded, scores, QUICK)
    assert len(found.pairs) == 2 * 3
    assert all(len(scenario.ranks) == 3 for scenario in found.scenarios)
    for scenario in found.scenarios:
        for rank in scenario.ranks:
            best, worst = rank.expected_rank_bounds
            assert 1 <= best <= worst <= 3
    assert "The state takes place" in found.to_text()
    assert found.to_svg("matrix").count("<rect") > 9


def test_several_weightings_stand_side_by_side(kursk):
    table = feature_table(kursk, ["assessed", "as-reported"])
    weighted = [score_table(table, case_weights(kursk)), score_table(table, equal_weights(kursk.codebook))]
    found = robustness(kursk, weighted, QUICK)
    assert [(each.scenario, each.agreed) for each in found.agreements] == [
        ("assessed", True),
        ("as-reported", False),
    ]
    assert "The 2 weightings agree on 1 of 2 orders" in found.to_text()


def test_frames(found):
    assert found.pairs_frame().loc[("assessed", "russia", "ukraine"), "win_share"] == pytest.approx(
        0.53, abs=0.01
    )
    stability = found.stability_frame()
    assert stability.loc[("assessed", "territory_held"), "leader.low"] == found.stability["territory_held"][0]
    ranks = found.ranks_frame().loc[("assessed", "russia")]
    assert ranks["place.1"] + ranks["place.2"] == pytest.approx(1.0)
    assert found.evidence_frame().loc[("assessed", "ukraine"), "score"] == pytest.approx(51.19, abs=0.01)
    assert len(found.assumptions_frame()) == sum(len(s.assumptions) for s in found.scenarios)
    assert len(found.over_time_frame()) == sum(2 * len(s.over_time.dates) for s in found.scenarios)
