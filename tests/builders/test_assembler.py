"""From evidence to columns: names, missing ends, opponents, days, and rows varied in one reading."""

import datetime as dt
import math

import numpy as np
import pytest

from leverage.builders import AgainstOpponent, Row, assemble, build_table, builders_for, feature_table
from leverage.builders.contract import DAYS_LEFT

NAN = math.nan


def assembled(loaded, *, assume=False, states=None):
    return assemble(loaded, states or list(loaded.states.values()), loaded.codebook, assume=assume)


@pytest.fixture
def luck(cases):
    """Factor `luck`, 0 to 10 points, read as it is."""
    return cases.factor("luck")


class TestColumns:
    def test_one_row_an_actor_in_a_scenario(self, cases, luck):
        loaded = cases.load(
            [luck],
            [cases.evidence("e", "a", "luck", 3, (2, 5))],
            scenarios=[{"id": "one", "title": "One"}, {"id": "two", "title": "Two", "parent": "one"}],
        )
        found = assembled(loaded)
        assert found.rows == tuple(Row("case", s, a) for s in ("one", "two") for a in "ab")
        column = found.columns["luck", "reading"]
        np.testing.assert_equal(column.value, [3, NAN, 3, NAN])
        # What is not coded spans the scale.
        assert column.low.tolist() == [2, 0, 2, 0]
        assert column.high.tolist() == [5, 10, 5, 10]
        assert found.details[1]["luck", "reading"].origin == "missing"

    def test_units_and_percentages_become_the_scales(self, cases):
        luck = cases.factor("luck", unit="days", bounds=(0, 70), accepts={"weeks": 7})
        loaded = cases.load([luck], [cases.evidence("e", "a", "luck", 2, (1, 3), unit="weeks")])
        column = assembled(loaded).columns["luck", "reading"]
        assert (column.value[0], column.low[0], column.high[0]) == (14, 7, 21)

    def test_a_default_stands_in_and_says_so(self, cases):
        mood = cases.indicator("mood", default={"reading": 4, "reason": "nobody complains"})
        loaded = cases.load([cases.factor("luck", [mood], builder="product")], [])
        reading = assembled(loaded).details[0]["luck", "mood"]
        assert (reading.measured.value, reading.origin) == (4, "default")
        assert "nobody complains" in reading.reason

    def test_an_assumption_stands_in_only_under_its_policy(self, cases, luck):
        assumed = {
            "actor": "b",
            "factor": "luck",
            "reading": {"value": 6, "unit": "points"},
            "interval": {"low": 5, "high": 7, "means": "outer"},
            "author": "me",
            "reason": "a hunch",
        }
        loaded = cases.load(
            [luck],
            [cases.evidence("e", "a", "luck", 3)],
            missing={"policy": "bounds", "assumptions": [assumed, assumed | {"actor": "a"}]},
        )
        assert assembled(loaded).details[1]["luck", "reading"].origin == "missing"
        coded, filled = (detail["luck", "reading"] for detail in assembled(loaded, assume=True).details)
        assert (coded.origin, coded.measured.value) == ("evidence", 3)  # evidence goes before it
        assert (filled.origin, filled.measured.value) == ("assumed", 6)
        assert filled.reason == "me: a hunch"

    def test_stakes_are_columns_of_their_own(self, cases):
        share = cases.indicator("share", unit="share", bounds=(0, 1), per_stake=True)
        loaded = cases.load(
            [cases.factor("luck", [share], builder="product", unit="share", bounds=(0, 1))],
            [
                cases.evidence("e", "a", "luck", 30, unit="km2", indicator="share", stake="hill"),
                cases.evidence("f", "a", "luck", 0.5, unit="share", indicator="share", stake="mill"),
            ],
            stakes=[
                {"id": "hill", "title": "Hill", "size": {"value": 120, "unit": "km2"}},
                {"id": "mill", "title": "Mill"},
            ],
        )
        found = assembled(loaded)
        assert found.columns["luck", "share__hill"].value[0] == 0.25  # 30 of 120 km2
        builder = builders_for(loaded.codebook)["luck"]
        factor = loaded.codebook.factor("luck")
        assert found.column_names(factor, builder) == ["share__hill", "share__mill"]
        assert feature_table(loaded).x[0, 0] == 0.125


class TestOpponents:
    """Actor a faces b and c, who read 2 and 8."""

    def faced(self, cases, rule, evidence=((8, "c"), (2, "b"), (4, "a"))):
        luck = cases.factor("luck", builder="against_opponent", unit="share", bounds=(0, 10))
        pieces = [
            cases.evidence(f"e{who}", who, "luck", v, (v - 1, v + 1), unit="share") for v, who in evidence
        ]
        loaded = cases.load([luck], pieces, actors="abc", opponents=rule)
        found = assembled(loaded)
        return [
            side["opponent__reading"]
            for side in found.inputs(loaded.codebook.factor("luck"), AgainstOpponent())
        ]

    @pytest.mark.parametrize(
        ("rule", "faced"), [("mean", [5, 6, 3]), ("highest", [8, 8, 4]), ("lowest", [2, 4, 2])]
    )
    def test_rules(self, cases, rule, faced):
        value, low, high = self.faced(cases, rule)
        assert value.tolist() == faced
        assert low.tolist() == [v - 1 for v in faced]
        assert high.tolist() == [v + 1 for v in faced]

    @pytest.mark.parametrize("rule", ["mean", "highest", "lowest"])
    def test_one_unknown_opponent_makes_it_unknown(self, cases, rule):
        value, low, high = self.faced(cases, rule, [(8, "c"), (4, "a")])
        assert np.isnan(value[0])
        at_ends = {"mean": (3.5, 9.5), "highest": (7, 10), "lowest": (0, 9)}[rule]  # of (0..10, 7..9)
        assert (low[0], high[0]) == at_ends
        assert value[1] == {"mean": 6, "highest": 8, "lowest": 4}[rule]

    def test_actors_may_face_different_numbers(self, cases):
        luck = cases.factor("luck", builder="against_opponent", unit="share", bounds=(0, 10))
        faces = {"a": ["b", "c"], "b": ["a"], "c": ["a"]}
        loaded = cases.load(
            [luck],
            [cases.evidence(f"e{w}", w, "luck", v, unit="share") for v, w in ((8, "c"), (2, "b"), (4, "a"))],
            actors="abc",
            opponents="mean",
        )
        actors = [actor.model_copy(update={"faces": faces[actor.id]}) for actor in loaded.case.actors]
        case = loaded.case.model_copy(update={"actors": actors})
        found = assembled(type(loaded)(**vars(loaded) | {"case": case}))
        value, _, _ = found.inputs(loaded.codebook.factor("luck"), AgainstOpponent())
        assert value["opponent__reading"].tolist() == [5, 4, 4]

    def test_opponents_stay_in_their_scenario(self, cases):
        luck = cases.factor("luck", builder="against_opponent", unit="share", bounds=(0, 10))
        shift = {"do": "shift", "actor": "b", "factor": "luck", "by": 3, "unit": "share"}
        loaded = cases.load(
            [luck],
            [cases.evidence(f"e{w}", w, "luck", v, unit="share") for v, w in ((2, "b"), (4, "a"))],
            scenarios=[
                {"id": "one", "title": "One"},
                {
                    "id": "two",
                    "title": "Two",
                    "parent": "one",
                    "changes": [shift | {"author": "me", "reason": "why not"}],
                },
            ],
        )
        value, _, _ = assembled(loaded).inputs(loaded.codebook.factor("luck"), AgainstOpponent())
        assert value["opponent__reading"].tolist() == [2, 4, 5, 4]


class TestDays:
    def days(self, loaded, as_of=None):
        states = [state.at(as_of) if as_of else state for state in loaded.states.values()]
        found = assembled(loaded, states=states)
        return found.days_left[0], found.columns["luck", "days_from__reading"].value.tolist()

    def test_from_the_source_to_the_deadline(self, cases, luck):
        # As of 31 January, deadline 2 March: 30 days. A source of 21 January: 40 days.
        loaded = cases.load([luck], [cases.evidence("e", "a", "luck", 3, date="2025-01-21")])
        assert self.days(loaded) == (30, [40, 30])

    def test_moving_the_as_of_date_alone_leaves_them(self, cases, luck):
        loaded = cases.load([luck], [cases.evidence("e", "a", "luck", 3, date="2025-01-21")])
        assert self.days(loaded, dt.date(2025, 2, 20)) == (10, [40, 10])

    def test_past_the_deadline(self, cases, luck):
        loaded = cases.load([luck], [cases.evidence("e", "a", "luck", 3)])
        left, given = self.days(loaded, dt.date(2025, 3, 10))
        assert left == 0
        assert given == [30, 0]  # what the source said held 30 days before the deadline

    def test_evidence_after_the_deadline_has_no_days(self, cases, luck):
        loaded = cases.load([luck], [cases.evidence("e", "a", "luck", 3)], deadline="2025-01-20")
        assert self.days(loaded) == (0, [0, 0])

    def test_several_pieces_count_from_their_mean_day(self, cases, luck):
        pieces = [
            cases.evidence("new", "a", "luck", 3, date="2025-01-31"),
            cases.evidence("old", "a", "luck", 6, date="2025-01-01"),  # a half-life older: weight 1/3
        ]
        assert self.days(cases.load([luck], pieces))[1][0] == pytest.approx(30 + 30 / 3)

    def test_no_deadline(self, cases, luck):
        left, given = self.days(cases.load([luck], [], deadline=None))
        assert np.isnan([left, *given]).all()


class TestVaried:
    def test_one_reading_takes_each_value_and_the_rest_stands(self, cases, luck):
        loaded = cases.load(
            [luck, cases.factor("skill")],
            [
                cases.evidence("e", "a", "luck", 3, (1, 5)),
                cases.evidence("f", "b", "luck", 4, (3, 6)),
                cases.evidence("g", "a", "skill", 7),
            ],
        )
        found = assembled(loaded).varied(0, ("luck", "reading"), np.array([0.0, 9.0]))
        assert [row.actor for row in found.rows] == ["a", "b", "a", "b"]
        column = found.columns["luck", "reading"]
        assert column.value.tolist() == [0, 4, 9, 4]
        assert column.low.tolist() == [0, 3, 9, 3]
        assert column.high.tolist() == [0, 6, 9, 6]
        assert found.opponents[:, 0].tolist() == [1, 0, 3, 2]
        np.testing.assert_equal(found.columns["skill", "reading"].value, [7, NAN, 7, NAN])

    def whole(self, cases, values, varied):
        """Shares of one stake by actor, after the first actor's was set to each of some values."""
        share = cases.indicator("share", unit="share", bounds=(0, 1), per_stake=True, shares_one_whole=True)
        loaded = cases.load(
            [cases.factor("luck", [share], builder="product", unit="share", bounds=(0, 1))],
            [
                cases.evidence(
                    f"e{who}", who, "luck", v, (0, 1), unit="share", indicator="share", stake="hill"
                )
                for who, v in values.items()
            ],
            actors="".join(values),
            stakes=[{"id": "hill", "title": "Hill"}],
            opponents="mean",
        )
        found = assembled(loaded).varied(0, ("luck", "share__hill"), np.array(varied), of_one_whole=True)
        return [
            getattr(found.columns["luck", "share__hill"], end).reshape(len(varied), -1)
            for end in ("value", "low", "high")
        ]

    def test_two_shares_of_one_whole_give_way(self, cases):
        value, _, high = self.whole(cases, {"a": 0.3, "b": 0.6}, [0.2, 0.5, 1.0])
        assert value == pytest.approx(np.array([[0.2, 0.6], [0.5, 0.5], [1, 0]]))
        assert high == pytest.approx(np.array([[0.2, 0.8], [0.5, 0.5], [1, 0]]))

    def test_three_shares_of_one_whole_give_way_together(self, cases):
        value, low, high = self.whole(cases, {"a": 0.2, "b": 0.2, "c": 0.6}, [0.1, 0.6])
        # At .6 there is .4 left for .2 and .6: half of each.
        assert value == pytest.approx(np.array([[0.1, 0.2, 0.6], [0.6, 0.1, 0.3]]))
        assert (low <= value + 1e-12).all()
        assert (value <= high + 1e-12).all()


def test_days_left_is_a_column_for_builders(cases):
    loaded = cases.load([cases.factor("luck")], [])

    class Waiting:
        def columns_for(self, factor):
            return ("reading", DAYS_LEFT)

    value, low, high = assembled(loaded).inputs(loaded.codebook.factor("luck"), Waiting())
    assert value[DAYS_LEFT].tolist() == low[DAYS_LEFT].tolist() == high[DAYS_LEFT].tolist() == [30, 30]
    assert assembled(loaded).reading_names(loaded.codebook.factor("luck"), Waiting()) == ["reading"]


def test_some_rows_alone_are_those_of_their_scenario(kursk):
    """A table cut to one scenario is the table that is built for it, opponents and all."""
    whole, alone = feature_table(kursk), feature_table(kursk, ["kursk-held"])
    rows = [number for number, row in enumerate(whole.rows) if row.scenario == "kursk-held"]
    cut = whole.only(rows)
    assert cut.rows == alone.rows
    assert cut.v.tolist() == alone.v.tolist()
    assert cut.readings.opponents.tolist() == alone.readings.opponents.tolist()
    rebuilt = build_table(cut.readings, kursk.codebook, cut.builders)
    assert rebuilt.v_low.tolist() == alone.v_low.tolist()
