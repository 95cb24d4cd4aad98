"""The feature table: readings x, values v, bounds, what they rest on, and what it refuses."""

import datetime as dt
import itertools
import math

import numpy as np
import pytest

from leverage.builders import Builder, build_table, builders_for, feature_table
from leverage.faults import InputError

NAN = math.nan


def column(table, leaf):
    number = [each.id for each in table.leaves].index(leaf)
    return {n: getattr(table, n)[:, number] for n in ("x", "x_low", "x_high", "v", "v_low", "v_high")}


class TestValues:
    def test_rescaled_by_the_codebooks_bounds_not_the_data(self, cases):
        luck = cases.factor("luck", bounds=(-10, 30))
        loaded = cases.load([luck], [cases.evidence("e", "a", "luck", 10, (0, 20))])
        found = column(feature_table(loaded), "luck")
        assert found["x"][0] == 0.5  # (10 + 10) / 40
        assert (found["x_low"][0], found["x_high"][0]) == (0.25, 0.75)

    def test_value_function_applied_once(self, cases):
        luck = cases.factor("luck", value={"shape": "concave", "curvature": 4})
        loaded = cases.load([luck], [cases.evidence("e", "a", "luck", 2, (0, 10))])
        found = column(feature_table(loaded), "luck")
        # (1 - e^-0.8) / (1 - e^-4) = 0.5507 / 0.9817
        assert found["v"][0] == pytest.approx(0.5609, abs=1e-4)
        assert (found["v_low"][0], found["v_high"][0]) == (0, 1)

    def test_a_lowering_factor_is_read_from_its_far_end(self, cases):
        curve = {"shape": "piecewise-linear", "points": [[0, 0], [0.5, 0.8], [1, 1]]}
        luck = cases.factor("luck", direction="lowers", value=curve)
        loaded = cases.load([luck], [cases.evidence("e", "a", "luck", 2, (0, 5))])
        found = column(feature_table(loaded), "luck")
        # v(1 - 0.2) = 0.8 + 0.2 * 0.3 / 0.5 = 0.92; bounds v(1 - .5) = .8 and v(1) = 1
        assert found["v"][0] == pytest.approx(0.92)
        assert (found["v_low"][0], found["v_high"][0]) == (pytest.approx(0.8), 1)
        assert (found["x_low"][0], found["x_high"][0]) == (0, 0.5)

    def test_missing_spans_the_scale(self, cases):
        found = column(feature_table(cases.load([cases.factor("luck")], [])), "luck")
        assert np.isnan([*found["x"], *found["v"]]).all()
        assert found["v_low"].tolist() == [0, 0]
        assert found["v_high"].tolist() == [1, 1]

    def test_a_missing_input_leaves_open_what_the_coded_ones_allow(self, cases):
        halves = [cases.indicator(name, unit="share", bounds=(0, 1)) for name in ("one", "other")]
        luck = cases.factor("luck", halves, builder="product", unit="share", bounds=(0, 1))
        piece = cases.evidence("e", "a", "luck", 0.4, (0.2, 0.6), unit="share", indicator="one")
        found = column(feature_table(cases.load([luck], [piece])), "luck")
        assert np.isnan(found["v"][0])
        assert (found["v_low"][0], found["v_high"][0]) == (0, pytest.approx(0.6))

    def test_a_composite_factors_leaves_are_its_indicators(self, cases):
        luck = cases.factor(
            "luck",
            [
                cases.indicator("coins", weight=0.25, direction="raises"),
                cases.indicator("debts", weight=0.75, direction="lowers", unit="weeks", bounds=(0, 4)),
            ],
            builder="composite",
        )
        pieces = [
            cases.evidence("e", "a", "luck", 4, indicator="coins"),
            cases.evidence("f", "a", "luck", 1, (0, 2), unit="weeks", indicator="debts"),
        ]
        table = feature_table(cases.load([luck], pieces))
        assert [leaf.id for leaf in table.leaves] == ["luck.coins", "luck.debts"]
        assert column(table, "luck.coins")["v"][0] == 0.4
        debts = column(table, "luck.debts")
        assert (debts["x"][0], debts["v"][0]) == (0.25, 0.75)
        assert (debts["v_low"][0], debts["v_high"][0]) == (0.5, 1)

    @pytest.mark.parametrize("name", ["kursk", "harbour"])
    def test_seeds_lie_within_their_bounds(self, name, request):
        for missing in ("bounds", "assume"):
            table = feature_table(request.getfixturevalue(name), missing=missing)
            known = ~table.missing
            assert (table.v_low <= table.v + 1e-12)[known].all()
            assert (table.v <= table.v_high + 1e-12)[known].all()
            assert ((table.v_low >= 0) & (table.v_high <= 1) & (table.v_low <= table.v_high)).all()


class TestTimePasses:
    """Only the as-of date moves: readings stay, intervals widen, old evidence expires."""

    @pytest.fixture
    def passing(self, kursk):
        state = kursk.state("assessed")
        days = [0, 7, 14, 30]
        states = [state.at(state.as_of + dt.timedelta(day)) for day in days]
        return [feature_table(kursk, states=[each]) for each in states]

    def test_the_expected_holding_stays(self, passing):
        holdings = np.array([column(table, "territory_held")["x"] for table in passing])
        assert holdings == pytest.approx(np.tile(holdings[0], (4, 1)))

    def test_readiness_stays(self, passing):
        """At and past the deadline patience is one half for both; before it only patience moves."""
        ready = [min(1, 14 / 17.5), 14 / 90]
        for table in passing[2:]:
            assert column(table, "time_remaining")["x"] == pytest.approx([0.5 * r + 0.25 for r in ready])

    def test_intervals_widen(self, passing):
        for earlier, later in itertools.pairwise(passing):
            assert (later.v_low <= earlier.v_low + 1e-12)[:, :3].all()  # all but time, where patience moves
            assert (later.v_high >= earlier.v_high - 1e-12)[:, :3].all()

    def test_evidence_expires_to_missing(self, cases):
        loaded = cases.load([cases.factor("luck")], [cases.evidence("e", "a", "luck", 3)])
        state = loaded.state("base")
        alive, gone = (
            feature_table(loaded, states=[state.at(state.as_of + dt.timedelta(days))]) for days in (90, 91)
        )
        assert alive.x[0, 0] == 0.3
        assert gone.missing.all()

    def test_a_later_deadline_lets_holdings_decay_further(self, kursk):
        table = feature_table(kursk, ["assessed", "talks-slip"])
        now, slipped = (column(table, "territory_held")["x"][row] for row in (0, 2))
        # 14 days and 104 days to the deadline: 0.74^(90/30) of it is left.
        assert slipped == pytest.approx(now * 0.74**3)


class TestBasis:
    def test_live_judged_and_assumed(self, cases):
        factors = [cases.factor(name) for name in ("fact", "guess", "hunch", "none")]
        note = {"passage": {"article": "news", "exact": "three points"}, "kind": "fact"}
        loaded = cases.load(
            factors,
            [
                cases.evidence("e", "a", "fact", 3, **note),
                cases.evidence("f", "a", "guess", 3),
                cases.evidence("g", "a", "hunch", 3, kind="assumption"),
            ],
            articles=[
                {"id": "news", "title": "N", "publisher": "P", "date": "2025-01-30", "sha256": "0" * 64}
            ],
        )
        table = feature_table(loaded)
        assert table.live[0].tolist() == [True, True, False, False]
        assert table.assumed[0].tolist() == [False, False, True, False]
        assert table.judged[0].tolist() == [0, 1, 0, 0]
        assert table.missing[0].tolist() == [False, False, False, True]

    def test_part_of_a_built_factors_readings_is_judged(self, cases):
        parts = [cases.indicator(name, unit="share", bounds=(0, 1)) for name in ("one", "two", "three")]
        parts[2]["default"] = {"reading": 1, "reason": "silence"}
        luck = cases.factor("luck", parts, builder="product", unit="share", bounds=(0, 1))
        note = {"passage": {"article": "news", "exact": "half"}, "kind": "fact"}
        loaded = cases.load(
            [luck],
            [
                cases.evidence("e", "a", "luck", 0.5, unit="share", indicator="one", **note),
                cases.evidence("f", "a", "luck", 0.5, unit="share", indicator="two"),
            ],
            articles=[
                {"id": "news", "title": "N", "publisher": "P", "date": "2025-01-30", "sha256": "0" * 64}
            ],
        )
        assert feature_table(loaded).judged[0, 0] == 0.5  # a default is no reading that anyone judged

    def test_one_assumption_makes_the_whole_leaf_assumed_and_none_of_it_judged(self, cases):
        parts = [cases.indicator(name, unit="share", bounds=(0, 1)) for name in ("one", "two")]
        luck = cases.factor("luck", parts, builder="product", unit="share", bounds=(0, 1))
        pieces = [
            cases.evidence("e", "a", "luck", 0.5, unit="share", indicator="one"),
            cases.evidence("f", "a", "luck", 0.5, unit="share", indicator="two", kind="assumption"),
        ]
        table = feature_table(cases.load([luck], pieces))
        assert (table.assumed[0, 0], table.live[0, 0], table.judged[0, 0]) == (True, False, 0)

    def test_defaults_alone_are_no_evidence(self, cases):
        mood = cases.indicator(
            "mood", unit="share", bounds=(0, 1), default={"reading": 1, "reason": "silence"}
        )
        luck = cases.factor("luck", [mood], builder="product", unit="share", bounds=(0, 1))
        table = feature_table(cases.load([luck], []))
        assert not table.missing.any()
        assert table.assumed.all()
        assert not table.live.any()

    def test_the_readings_behind_a_leaf(self, kursk):
        table = feature_table(kursk, ["assessed"])
        leaf = next(leaf for leaf in table.leaves if leaf.id == "time_remaining")
        inputs = table.inputs_of(0, leaf)
        assert list(inputs) == ["days_needed", "monthly_cost", "opponent__russia__monthly_cost"]
        assert inputs["opponent__russia__monthly_cost"].key.actor == "russia"

    def test_kursk_as_reported_says_what_the_article_does_not(self, kursk):
        table = feature_table(kursk, ["as-reported"])
        gaps = [leaf.id for leaf, gone in zip(table.leaves, table.missing[1], strict=True) if gone]
        assert gaps == ["ally_backing", "domestic_support"]
        assert not table.missing[0].any()


class TestFrames:
    def test_the_whole_table(self, kursk):
        table = feature_table(kursk, ["as-reported", "assessed"])
        frame = table.to_frame()
        assert frame.index.names == ["case", "scenario", "actor"]
        assert frame.shape == (4, 4 * 7)
        russia = frame.loc["kursk-2025-01", "as-reported", "russia"]
        assert math.isnan(russia["ally_backing", "x"])
        assert russia["ally_backing", "coverage"] == 0
        assert russia["territory_held", "coverage"] == 1
        assumed = frame.loc["kursk-2025-01", "assessed", "russia"]
        assert assumed["ally_backing", "coverage"] == 0  # an assumption is no evidence
        assert not math.isnan(assumed["ally_backing", "v"])

    def test_values_alone(self, kursk):
        table = feature_table(kursk)
        frame = table.values_frame()
        assert list(frame.columns) == [leaf.id for leaf in table.leaves]
        np.testing.assert_equal(frame.to_numpy(), table.v)


class TestRefused:
    def test_shares_above_one_whole_in_any_scenario(self, cases):
        share = cases.indicator("share", unit="share", bounds=(0, 1), per_stake=True, shares_one_whole=True)
        pieces = [
            cases.evidence(f"e{who}", who, "luck", 0.5, unit="share", indicator="share", stake="hill")
            for who in "ab"
        ]
        change = {"do": "shift", "actor": "a", "factor": "luck", "indicator": "share", "stake": "hill"}
        change |= {"by": 0.1, "unit": "share", "author": "me", "reason": "why not"}
        loaded = cases.load(
            [cases.factor("luck", [share], builder="product", unit="share", bounds=(0, 1))],
            pieces,
            stakes=[{"id": "hill", "title": "Hill"}],
            scenarios=[
                {"id": "base", "title": "Base"},
                {"id": "more", "title": "More", "parent": "base", "changes": [change]},
            ],
        )
        assert feature_table(loaded, ["base"]).x.shape == (2, 1)
        with pytest.raises(
            InputError, match=r"in the scenario 'more' the readings of luck.share for 'hill' sum to 1\.1"
        ):
            feature_table(loaded)

    def test_a_builder_that_leaves_its_bounds(self, cases):
        class Wild(Builder):
            id = "reading"
            inputs = ("reading",)
            rises = frozenset({"reading"})

            def build(self, columns):
                return columns["reading"] * 2

        loaded = cases.load([cases.factor("luck")], [cases.evidence("e", "a", "luck", 7)])
        readings = feature_table(loaded).readings
        with pytest.raises(InputError, match=r"the builder of 'luck' gives 14, outside the bounds 0 to 10"):
            build_table(readings, loaded.codebook, {"luck": Wild()})

    def test_assume_with_gaps(self, cases):
        loaded = cases.load([cases.factor("luck")], [cases.evidence("e", "a", "luck", 7)])
        with pytest.raises(InputError, match=r"the policy is `assume`, but nothing is stated for luck of b"):
            feature_table(loaded, missing="assume")

    def test_assume_without_a_deadline(self, harbour):
        case = harbour.case
        state = harbour.state("assessed")
        endless = type(state)(state.scenario, state.as_of, None, state.pieces)
        assert case.deadline is not None
        with pytest.raises(InputError, match="nothing is stated for a deadline"):
            feature_table(harbour, states=[endless], missing="assume")

    def test_unknown_row_and_scenario(self, kursk):
        with pytest.raises(InputError, match="no row for 'nobody' in 'assessed'"):
            feature_table(kursk, ["assessed"]).row_number("assessed", "nobody")
        with pytest.raises(InputError, match="no scenario 'assesed'") as error:
            feature_table(kursk, ["assesed"])
        assert "did you mean 'assessed'" in error.value.faults[0].remedy


def test_no_deadline_makes_time_missing_and_holdings_a_range(kursk):
    state = kursk.state("assessed")
    endless = type(state)(state.scenario, state.as_of, None, state.pieces)
    table = feature_table(kursk, states=[endless])
    time, held = column(table, "time_remaining"), column(table, "territory_held")
    assert np.isnan(time["v"]).all()
    assert (time["v_low"].tolist(), time["v_high"].tolist()) == ([0, 0], [1, 1])
    # Ukraine's pocket shrinks by an unknown part: from nothing left to all of the highest share kept,
    # at the mix of worths that counts it least or most.
    assert np.isnan(held["x"][0])
    assert held["x_low"][0] == 0
    assert held["x_high"][0] > 0.55 * 440 / 1376


def test_order_of_rows_follows_the_case_whatever_is_asked_first(kursk):
    names = ["talks-slip", "assessed"]
    table = feature_table(kursk, names)
    assert [row.scenario for row in table.rows] == ["talks-slip", "talks-slip", "assessed", "assessed"]
    whole = feature_table(kursk)
    for row in table.rows:
        number = table.row_number(row.scenario, row.actor)
        other = whole.row_number(row.scenario, row.actor)
        np.testing.assert_array_equal(table.v[number], whole.v[other])


def test_rebuilding_from_the_readings_gives_the_same(harbour):
    table = feature_table(harbour)
    again = build_table(table.readings, table.codebook, builders_for(harbour.codebook))
    np.testing.assert_array_equal(again.v, table.v)
    np.testing.assert_array_equal(again.judged, table.judged)
