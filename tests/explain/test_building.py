"""Explanations: terms against each baseline sum to the score, and carry what they rest on."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leverage.builders import feature_table
from leverage.explain import explain, find_baseline
from leverage.faults import InputError
from leverage.model import Weights, case_weights, equal_weights, score_table

POLICIES = ["bounds", "renormalise", "assume"]
BASELINES = ["bottom", "opponent", "mean", "scenario:as-reported", "scenario:assessed"]


def scored(loaded, policy="bounds", weights=None):
    """Scores of every scenario in which the policy can stand."""
    weights = weights or case_weights(loaded)
    return score_table(feature_table(loaded, missing=policy), weights, policy)


def check_sum(explanation):
    """Score = baseline + the sum of the leaves, and of the factors, to 1e-9."""
    leaves = [term.points for term in explanation.terms]
    if explanation.score is None or explanation.baseline.score is None:
        assert explanation.residual is None
        return False
    total = explanation.baseline.score + math.fsum(points or 0.0 for points in leaves)
    assert total == pytest.approx(explanation.score, abs=1e-9)
    assert explanation.residual == pytest.approx(0, abs=1e-9)
    by_factor = math.fsum(factor.points or 0.0 for factor in explanation.factors)
    assert explanation.baseline.score + by_factor == pytest.approx(explanation.score, abs=1e-9)
    for factor in explanation.factors:
        own = [term for term in explanation.terms if term.factor == factor.factor]
        assert factor.weight == pytest.approx(sum(term.weight for term in own))
        if factor.points is not None:
            assert factor.points == pytest.approx(sum(term.points for term in own))
    return True


class TestAdditivity:
    @pytest.mark.parametrize("policy", POLICIES)
    @pytest.mark.parametrize("seed", ["kursk", "harbour"])
    def test_every_baseline_scenario_and_actor_of_the_seeds(self, seed, policy, request):
        loaded = request.getfixturevalue(seed)
        counted = 0
        for weights in (None, equal_weights(loaded.codebook)):
            scores = scored(loaded, policy, weights)
            for row, baseline in itertools.product(scores.rows, BASELINES):
                counted += check_sum(explain(loaded, scores, row.scenario, row.actor, baseline))
        assert counted > 50

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.data(), st.sampled_from(["bounds", "renormalise"]), st.sampled_from(BASELINES))
    def test_random_tables(self, kursk, data, policy, baseline):
        table = feature_table(kursk, ["as-reported", "assessed"])
        cell = st.one_of(st.floats(0, 1), st.just(math.nan))
        v = np.array([[data.draw(cell) for _ in table.leaves] for _ in table.rows])
        low, high = (np.where(np.isnan(v), end, v) for end in (0.0, 1.0))
        random = dataclasses.replace(table, v=v, v_low=low, v_high=high, x=v, x_low=low, x_high=high)
        raw = {name: data.draw(st.floats(0.001, 1)) for name in table.codebook.names}
        total = sum(raw.values())
        weights = Weights("w", "W", "direct", {name: value / total for name, value in raw.items()})
        scores = score_table(random, weights, policy)
        for row in scores.rows:
            check_sum(explain(kursk, scores, row.scenario, row.actor, baseline))

    def test_leaves_are_computed_without_the_score(self, kursk):
        """A score that is wrong by 3 points shows as a residual of 3, spread over nothing."""
        scores = scored(kursk)
        wrong = dataclasses.replace(scores, score=scores.score + 3.0)
        explanation = explain(kursk, wrong, "assessed", "ukraine", "bottom")
        assert explanation.residual == pytest.approx(3)

    def test_a_composite_factor_has_a_term_an_indicator(self, cases):
        luck = cases.factor(
            "luck",
            [
                cases.indicator("coins", weight=0.25, direction="raises"),
                cases.indicator("debts", weight=0.75, direction="lowers"),
            ],
            builder="composite",
        )
        loaded = cases.load(
            [luck, cases.factor("skill")],
            [
                cases.evidence("e", "a", "luck", 4, (2, 6), indicator="coins"),
                cases.evidence("f", "a", "luck", 1, indicator="debts"),
                cases.evidence("g", "a", "skill", 5),
            ],
        )
        explanation = explain(loaded, scored(loaded), "base", "a", "bottom")
        # equal weights of .5: .125 * .4, .375 * (1 - .1), .5 * .5
        assert [term.points for term in explanation.terms] == pytest.approx([5, 33.75, 25])
        assert [factor.points for factor in explanation.factors] == pytest.approx([38.75, 25])
        assert explanation.score == pytest.approx(63.75)
        coins = explanation.terms[0]
        assert (coins.points_low, coins.points_high) == pytest.approx((2.5, 7.5))
        assert explanation.terms[1].value_function.endswith("of 1 - x")


class TestBaselines:
    def test_bottom_is_the_scores_own_contribution(self, kursk):
        scores = scored(kursk)
        explanation = explain(kursk, scores, "assessed", "ukraine", "bottom")
        row = scores.table.row_number("assessed", "ukraine")
        assert explanation.baseline.score == 0
        assert [term.points for term in explanation.terms] == pytest.approx(list(scores.points[row]))
        # Territory: .30 * 100 * v(.38 * 440/1376 * .74^(14/30)), v concave with k = 4
        held = 0.38 * 440 / 1376 * 0.74 ** (14 / 30)
        v = (1 - math.exp(-4 * held)) / (1 - math.exp(-4))
        assert explanation.terms[2].points == pytest.approx(30 * v)

    def test_opponent(self, kursk):
        scores = scored(kursk)
        explanation = explain(kursk, scores, "assessed", "ukraine")
        rival = explain(kursk, scores, "assessed", "russia")
        assert explanation.baseline.label == "Russia"
        assert explanation.baseline.score == pytest.approx(rival.score)
        for own, others in zip(explanation.terms, rival.terms, strict=True):
            assert own.points == pytest.approx(-others.points)

    def test_mean_of_the_actors(self, kursk):
        scores = scored(kursk)
        found = {name: explain(kursk, scores, "assessed", name, "mean") for name in ("ukraine", "russia")}
        mean = (found["ukraine"].score + found["russia"].score) / 2
        assert found["ukraine"].baseline.score == pytest.approx(mean)
        for one, other in zip(found["ukraine"].terms, found["russia"].terms, strict=True):
            assert one.points + other.points == pytest.approx(0, abs=1e-9)

    def test_another_scenario(self, kursk):
        scores = scored(kursk)
        explanation = explain(kursk, scores, "allies-persuaded", "ukraine", "scenario:assessed")
        moved = {term.leaf: term.points for term in explanation.terms if abs(term.points) > 1e-9}
        assert list(moved) == ["ally_backing"]  # what that scenario changes
        assert explanation.baseline.label == "Ukraine in “Assessed”"

    def test_bounds_of_a_term_are_the_actors_own_against_the_baseline_as_it_stands(self, kursk):
        scores = scored(kursk)
        row, rival = (scores.table.row_number("assessed", who) for who in ("ukraine", "russia"))
        for n, term in enumerate(explain(kursk, scores, "assessed", "ukraine").terms):
            low, high = (scores.table.v_low[row, n], scores.table.v_high[row, n])
            base = scores.table.v[rival, n]
            assert term.points_low == pytest.approx(100 * term.weight * (low - base))
            assert term.points_high == pytest.approx(100 * term.weight * (high - base))
            assert term.points_low <= term.points <= term.points_high

    def test_missing_in_the_baseline(self, kursk):
        explanation = explain(kursk, scored(kursk), "as-reported", "ukraine")
        gaps = {term.leaf: term.points for term in explanation.terms if term.points is None}
        assert set(gaps) == {"ally_backing", "domestic_support"}
        assert explanation.residual is None
        assert explanation.missing == []  # Ukraine's own factors are coded

    @pytest.mark.parametrize(
        ("choice", "told"),
        [
            ("top", "there is no baseline 'top'"),
            ("actor:nobody", "no actor 'nobody'"),
            ("scenario:never", "no scenario 'never'"),
        ],
    )
    def test_unknown(self, kursk, choice, told):
        with pytest.raises(InputError, match=told):
            find_baseline(kursk, scored(kursk), 0, choice)

    def test_opponent_is_refused_where_there_are_several(self, cases):
        pieces = [cases.evidence(f"e{who}", who, "luck", 3) for who in "abc"]
        loaded = cases.load([cases.factor("luck")], pieces, actors="abc", opponents="mean")
        with pytest.raises(InputError, match="a faces b, c, so `opponent` is not one baseline") as error:
            explain(loaded, scored(loaded), "base", "a", "opponent")
        assert "actor:ID" in error.value.faults[0].remedy
        assert check_sum(explain(loaded, scored(loaded), "base", "a", "actor:c"))
        assert check_sum(explain(loaded, scored(loaded), "base", "a", "mean"))

    def test_without_a_choice_it_is_the_opponent_or_the_mean_of_several(self, kursk, cases):
        pieces = [cases.evidence(f"e{who}", who, "luck", 3) for who in "abc"]
        loaded = cases.load([cases.factor("luck")], pieces, actors="abc", opponents="mean")
        assert explain(loaded, scored(loaded), "base", "a").baseline.kind == "case-mean"
        assert explain(kursk, scored(kursk), "assessed", "ukraine").baseline.label == "Russia"

    def test_renormalised_mean_is_exact_where_weights_differ(self, kursk):
        explanation = explain(kursk, scored(kursk, "renormalise"), "as-reported", "russia", "mean")
        assert check_sum(explanation)


class TestWhatATermCarries:
    def test_readings_and_evidence(self, kursk):
        explanation = explain(kursk, scored(kursk), "assessed", "ukraine")
        territory = explanation.terms[2]
        shares = {reading.label: reading.value for reading in territory.readings}
        assert shares["share held of the Kursk pocket"] == pytest.approx(440 / 1376)
        assert shares["worth of the Kursk pocket (Russia)"] == 38
        first = territory.readings[0].evidence[0]
        assert (first.id, first.kind, first.stated) == (
            "assessed.1",
            "judgement",
            "440 km2 (350 to 530, outer bounds)",
        )

    def test_a_quotation_carries_its_place_and_surroundings(self, kursk):
        explanation = explain(kursk, scored(kursk), "as-reported", "ukraine")
        days = explanation.terms[3].readings[0]
        quotation = days.evidence[0].quotation
        text = kursk.texts["brief"]
        assert quotation.verified
        assert " ".join(text[quotation.start : quotation.end].split()) == quotation.exact
        assert quotation.before
        assert quotation.restates.startswith("a newspaper analysis")

    def test_a_quotation_whose_text_is_not_at_hand_says_so(self, harbour):
        explanation = explain(harbour, scored(harbour), "as-reported", "union")
        quotations = [
            piece.quotation
            for term in explanation.terms
            for reading in term.readings
            for piece in reading.evidence
            if piece.quotation and piece.quotation.article == "radio"
        ]
        assert quotations
        assert not any(quotation.verified for quotation in quotations)

    def test_several_pieces_show_their_weights_and_ages(self, harbour):
        explanation = explain(harbour, scored(harbour), "as-reported", "union")
        support = next(term for term in explanation.terms if term.leaf == "domestic_support")
        pieces = {piece.id: piece for piece in support.readings[0].evidence}
        ballot, meeting = pieces["union-carry-on-ballot"], pieces["union-carry-on-meeting"]
        assert (ballot.age_days, meeting.age_days) == (68, 3)
        # Half-life 60 days: 65 days older weighs 2^(-65/60) as much.
        assert ballot.weight / meeting.weight == pytest.approx(0.5 ** (65 / 60))
        assert sum(piece.weight for piece in pieces.values()) == pytest.approx(1)
        assert "rejected" not in " ".join(pieces)

    def test_what_a_scenario_shifted_is_told(self, kursk):
        explanation = explain(kursk, scored(kursk), "allies-persuaded", "ukraine")
        shifts = [s for r in explanation.terms[0].readings for e in r.evidence for s in e.shifts]
        assert [told.partition(" (")[0] for told in shifts] == [
            "shifted by +0.1 share",
            "shifted by +0.2 share",
        ]

    def test_statuses(self, kursk):
        reported = explain(kursk, scored(kursk), "as-reported", "russia")
        assert {term.leaf: term.status for term in reported.terms} == {
            "ally_backing": "missing",
            "domestic_support": "missing",
            "territory_held": "judged",
            "time_remaining": "judged",
        }
        assessed = explain(kursk, scored(kursk), "assessed", "russia")
        assert assessed.terms[0].status == "assumed"
        own = explain(kursk, scored(kursk), "as-reported", "ukraine")
        assert own.terms[3].status == "partly judged"  # one of its three readings is a fact
        assert own.terms[0].readings[1].evidence[0].kind == "fact"

    def test_links_that_the_case_states(self, kursk):
        ukraine, russia = (explain(kursk, scored(kursk), "assessed", who) for who in ("ukraine", "russia"))
        assert len(ukraine.links) == 2
        assert russia.links == []

    def test_what_scored_is_named(self, kursk):
        explanation = explain(kursk, scored(kursk, "renormalise"), "as-reported", "russia")
        assert explanation.policy == "renormalise"
        assert explanation.weights_scheme == "direct"
        assert explanation.weights_author == "project authors"
        assert explanation.codebook_hash == kursk.codebook.hash
        # Under renormalise the weights that count are shown beside those stated: .3 / .5 and .2 / .5.
        weights = {term.leaf: (term.stated_weight, term.weight) for term in explanation.terms}
        assert weights["territory_held"] == pytest.approx((0.3, 0.6))
        assert weights["time_remaining"] == pytest.approx((0.2, 0.4))
        assert weights["ally_backing"] == (0.25, 0)


def test_an_actor_of_whom_nothing_is_coded(cases):
    loaded = cases.load([cases.factor("luck")], [cases.evidence("e", "a", "luck", 3)])
    for policy in ("bounds", "renormalise"):
        explanation = explain(loaded, scored(loaded, policy), "base", "b", "bottom")
        assert explanation.score is None
        assert (explanation.low, explanation.high) == (0, 100)
        assert explanation.terms[0].points is None
        assert type(explanation).from_json(explanation.to_json()) == explanation
