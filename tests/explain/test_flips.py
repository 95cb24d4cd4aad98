"""Flips against an independent search: the reading is set in the case, and everything is scored anew."""

import dataclasses

import numpy as np
import pytest

from leverage.builders import feature_table
from leverage.case import Measured, ReadingKey, State
from leverage.explain import find_flips
from leverage.explain.flips import _crossings, _Pair
from leverage.model import Weights, case_weights, score_table


def scores_of(loaded, scenario, policy="bounds", weights=None):
    table = feature_table(loaded, [scenario], missing=policy)
    return score_table(table, weights or case_weights(loaded), policy)


class Oracle:
    """The order of two actors when one reading takes a value, from the case's evidence up."""

    def __init__(self, loaded, scenario, flip, own, policy="bounds", weights=None):
        self.loaded, self.state, self.policy = loaded, loaded.state(scenario), policy
        self.weights = weights or case_weights(loaded)
        self.flip, self.own = flip, own
        factor, _, rest = flip.name.partition(".")
        indicator, _, stake = rest.partition("[")
        self.target = (flip.actor, factor, indicator, stake.rstrip("]"))

    def scores(self, value):
        kept, template = [], None
        for piece in self.state.pieces:
            if tuple(piece.key) == self.target:
                template = template or piece
                continue
            same_stake = piece.key.stake and piece.key[1:] == self.target[1:]
            if same_stake and piece.key.indicator == "share_held":  # what one takes the other gives up
                at = min(piece.measured.value, 1 - value)
                low, high = min(piece.measured.low, at), min(piece.measured.high, 1 - value)
                piece = dataclasses.replace(piece, measured=Measured(at, low, high))
            if piece.key[:3] == self.target[:3] and piece.key.indicator == "worth":
                at = (100 - value) * piece.measured.value / self.other_worths()
                piece = dataclasses.replace(piece, measured=Measured(at, at, at))
            kept.append(piece)
        template = template or dataclasses.replace(self.state.pieces[0], key=ReadingKey(*self.target))
        exact = dataclasses.replace(template, measured=Measured(value, value, value))
        state = State(self.state.scenario, self.state.as_of, self.state.deadline, (*kept, exact))
        table = feature_table(self.loaded, states=[state], missing=self.policy)
        return score_table(table, self.weights, self.policy)

    def other_worths(self):
        """Points that the actor gives to its other stakes."""
        keys = [p for p in self.state.pieces if p.key[:3] == self.target[:3] and p.key != self.target]
        return sum(piece.measured.value for piece in keys)

    def order(self, value):
        scores = self.scores(value)
        rows = [scores.table.row_number(self.state.scenario.id, a) for a in (self.own, self.flip.rival)]
        return scores.order(*rows)

    def gap(self, value):
        scores = self.scores(value)
        rows = [scores.table.row_number(self.state.scenario.id, a) for a in (self.own, self.flip.rival)]
        return scores.score[rows[0]] - scores.score[rows[1]]

    def bisect(self, low, high):
        """The tie between two values on either side of it."""
        rising = self.gap(high) > 0
        for _ in range(26):
            middle = (low + high) / 2
            if (self.gap(middle) > 0) == rising:
                high = middle
            else:
                low = middle
        return (low + high) / 2


def scale(loaded, name):
    factor, _, rest = name.partition(".")
    return loaded.codebook.factor(factor).readings()[rest.partition("[")[0]].bounds


def one_piece_a_reading(loaded, scenario, flip):
    factor, _, rest = flip.name.partition(".")
    indicator, _, stake = rest.partition("[")
    key = (flip.actor, factor, indicator, stake.rstrip("]"))
    pieces = [p for p in loaded.state(scenario).pieces if tuple(p.key) == key]
    return len(pieces) == 1  # with several, days run from their mean day, which the oracle does not keep


class TestAgainstTheOracle:
    @pytest.mark.parametrize(
        ("seed", "scenario", "actor"),
        [
            ("kursk", "assessed", "ukraine"),
            ("kursk", "held-and-persuaded", "russia"),
            ("harbour", "long-haul", "union"),
        ],
    )
    def test_crossings_are_ties_and_turn_the_order(self, seed, scenario, actor, request):
        loaded = request.getfixturevalue(seed)
        flips = find_flips(loaded, scores_of(loaded, scenario), scenario, actor)
        found = 0
        for flip in flips:
            bottom, top = scale(loaded, flip.name)
            step = 1e-4 * (top - bottom)
            for crossing in flip.crossings:
                oracle = Oracle(loaded, scenario, flip, actor)
                found += 1
                assert oracle.gap(crossing.at) == pytest.approx(0, abs=1e-6)
                assert oracle.order(max(bottom, crossing.at - step)) == crossing.below
                assert oracle.order(min(top, crossing.at + step)) == crossing.above
                assert {crossing.below, crossing.above} == {"ahead", "behind"}
                searched = oracle.bisect(max(bottom, crossing.at - step), min(top, crossing.at + step))
                assert crossing.at == pytest.approx(searched, abs=1e-8 * (top - bottom))
        assert found >= 3

    def test_none_on_the_scale_is_none(self, kursk):
        flips = find_flips(kursk, scores_of(kursk, "assessed"), "assessed", "ukraine")
        fixed = [
            flip for flip in flips if not flip.crossings and one_piece_a_reading(kursk, "assessed", flip)
        ]
        assert len(fixed) > 10
        for flip in fixed:
            oracle = Oracle(kursk, "assessed", flip, "ukraine")
            orders = {oracle.order(value) for value in np.linspace(*scale(kursk, flip.name), 7)}
            assert orders == {"behind"} == {flip.order}

    def test_a_flip_is_the_same_from_the_other_side(self, kursk):
        scores = scores_of(kursk, "assessed")
        ours, theirs = (find_flips(kursk, scores, "assessed", who) for who in ("ukraine", "russia"))
        turned = {"ahead": "behind", "behind": "ahead"}
        for flip in ours:
            other = next(f for f in theirs if (f.name, f.actor) == (flip.name, flip.actor))
            assert [c.at for c in other.crossings] == pytest.approx([c.at for c in flip.crossings])
            assert [turned[c.below] for c in other.crossings] == [c.below for c in flip.crossings]

    def test_shares_of_one_whole_give_way(self, kursk):
        """Ukraine cannot hold 76 % of the pocket while Russia holds 68 % of it."""
        flips = find_flips(kursk, scores_of(kursk, "assessed"), "assessed", "ukraine")
        pocket = next(f for f in flips if f.name.endswith("share_held[kursk]") and f.actor == "ukraine")
        (crossing,) = pocket.crossings
        assert (crossing.below, crossing.above) == ("behind", "ahead")
        assert Oracle(kursk, "assessed", pocket, "ukraine").gap(crossing.at) == pytest.approx(0, abs=1e-6)
        assert crossing.at + 936 / 1376 > 1  # so Russia's share had to give way

    def test_points_over_stakes_stay_a_hundred(self, kursk):
        """What Russia gives the pocket it takes from the rest, so both flips are one."""
        flips = find_flips(kursk, scores_of(kursk, "kursk-held"), "kursk-held", "ukraine")
        worth = {f.name: f.crossings[0].at for f in flips if "worth" in f.name and f.actor == "russia"}
        assert sum(worth.values()) == pytest.approx(100, abs=1e-6)

    def test_nearest_first_and_none_last(self, kursk):
        flips = find_flips(kursk, scores_of(kursk, "assessed"), "assessed", "ukraine")
        assert [bool(f.crossings) for f in flips] == sorted((bool(f.crossings) for f in flips), reverse=True)
        distances = [min(abs(c.at - f.stated) / f.span for c in f.crossings) for f in flips if f.crossings]
        assert distances == sorted(distances)


@pytest.fixture
def simple(cases):
    """Two actors: luck (a 3, b 5), skill (6, 5) and debts, which lower (2, 3)."""
    curve = {"shape": "concave", "curvature": 3}
    factors = [
        cases.factor("luck", value=curve),
        cases.factor("skill"),
        cases.factor("debts", direction="lowers", value=curve),
    ]
    numbers = {"luck": (3, 5), "skill": (6, 5), "debts": (2, 3)}
    return cases.load(
        factors,
        [
            cases.evidence(f"{f}-{who}", who, f, v)
            for f, both in numbers.items()
            for who, v in zip("ab", both, strict=True)
        ],
    )


class TestClosedForm:
    def test_by_hand(self, cases):
        numbers = {"luck": (3, 5), "skill": (6, 5)}
        loaded = cases.load(
            [cases.factor("luck"), cases.factor("skill")],
            [
                cases.evidence(f"{f}-{w}", w, f, v)
                for f, both in numbers.items()
                for w, v in zip("ab", both, strict=True)
            ],
        )
        weights = Weights("w", "W", "direct", {"luck": 0.6, "skill": 0.4})
        flips = {
            (f.name, f.actor): f
            for f in find_flips(loaded, scores_of(loaded, "base", weights=weights), "base", "a")
        }
        # a: 18 + 24 = 42; b: 30 + 20 = 50. a's luck must rise by 8 / 6 = 1.333 points, its skill by 2,
        # b's luck fall by 1.333, its skill by 2.
        at = {key: flip.crossings[0].at for key, flip in flips.items()}
        expected = {("luck", "a"): 13 / 3, ("skill", "a"): 8, ("luck", "b"): 11 / 3, ("skill", "b"): 3}
        assert at == pytest.approx(expected)
        assert flips["luck", "a"].crossings[0].above == "ahead"
        assert flips["luck", "b"].crossings[0].above == "behind"

    def test_equals_the_bracketed_search(self, simple, monkeypatch):
        scores = scores_of(simple, "base")
        pair = _Pair(scores, 0, 1)
        compared = 0
        for row in (0, 1):
            for key, reading in scores.table.readings.details[row].items():
                closed = _crossings(pair, row, key, reading)
                with monkeypatch.context() as patch:
                    patch.setattr("leverage.explain.flips._closed_form", lambda *_: None)
                    bracketed = _crossings(pair, row, key, reading)
                assert [(c.below, c.above) for c in closed] == [(c.below, c.above) for c in bracketed]
                assert [c.at for c in closed] == pytest.approx([c.at for c in bracketed], abs=1e-8)
                compared += len(closed)
        assert compared >= 4

    def test_lowering_factor(self, simple):
        flips = find_flips(simple, scores_of(simple, "base"), "base", "a")
        for flip in flips:
            if flip.name == "debts" and flip.actor == "a" and flip.crossings:
                assert flip.crossings[0].above == "behind"  # more debts, less leverage

    def test_a_reading_without_weight_flips_nothing(self, simple):
        weights = Weights("w", "W", "direct", {"luck": 0.5, "skill": 0.5, "debts": 0.0})
        flips = find_flips(simple, scores_of(simple, "base", weights=weights), "base", "a")
        assert [f.crossings for f in flips if f.name == "debts"] == [[], []]

    def test_composite_indicators(self, cases):
        luck = cases.factor(
            "luck",
            [
                cases.indicator("coins", weight=0.25, direction="raises"),
                cases.indicator("debts", weight=0.75, direction="lowers"),
            ],
            builder="composite",
        )
        loaded = cases.load(
            [luck],
            [
                cases.evidence("e", "a", "luck", 4, indicator="coins"),
                cases.evidence("f", "a", "luck", 6, indicator="debts"),
                cases.evidence("g", "b", "luck", 8, indicator="coins"),
                cases.evidence("h", "b", "luck", 5, indicator="debts"),
            ],
        )
        # a: 10 + 30 = 40, b: 20 + 37.5 = 57.5. a's debts must fall by 17.5 / 7.5 = 2.333.
        flips = find_flips(loaded, scores_of(loaded, "base"), "base", "a")
        debts = next(f for f in flips if f.name == "luck.debts" and f.actor == "a")
        assert debts.crossings[0].at == pytest.approx(6 - 7 / 3)
        assert (debts.crossings[0].below, debts.crossings[0].above) == ("ahead", "behind")
        coins = next(f for f in flips if f.name == "luck.coins" and f.actor == "a")
        assert coins.crossings == []  # it would have to gain 70 of 60 possible points


class TestGaps:
    def test_undecided_under_bounds(self, cases):
        loaded = cases.load(
            [cases.factor("luck"), cases.factor("skill")],
            [
                cases.evidence("e", "a", "luck", 5),
                cases.evidence("f", "b", "luck", 2),
                cases.evidence("g", "b", "skill", 5),
            ],
        )
        weights = Weights("w", "W", "direct", {"luck": 0.7, "skill": 0.3})
        flips = {
            (f.name, f.actor): f
            for f in find_flips(loaded, scores_of(loaded, "base", weights=weights), "base", "a")
        }
        # a lies at 35 to 65, b at 29. a's luck: below -0.1 behind is impossible (0 to 30 holds 29),
        # ahead from 29 / 7 = 4.143.
        luck = flips["luck", "a"]
        assert luck.order == "ahead"
        assert [(c.below, c.above) for c in luck.crossings] == [("undecided", "ahead")]
        assert luck.crossings[0].at == pytest.approx(29 / 7)
        # b's luck: it overtakes a's lowest, 35, at (35 - 15) / 7 = 2.857, and its highest at 50 / 7 = 7.143
        rival = flips["luck", "b"]
        assert [(c.below, c.above) for c in rival.crossings] == [
            ("ahead", "undecided"),
            ("undecided", "behind"),
        ]
        assert [c.at for c in rival.crossings] == pytest.approx([20 / 7, 50 / 7])
        # The missing reading itself: known, a has 35 to 65, above 29 at any value.
        assert flips["skill", "a"].stated is None
        assert flips["skill", "a"].crossings == []

    def test_a_missing_reading_that_would_decide(self, cases):
        loaded = cases.load(
            [cases.factor("luck"), cases.factor("skill")],
            [
                cases.evidence("e", "a", "luck", 5),
                cases.evidence("f", "b", "luck", 5),
                cases.evidence("g", "b", "skill", 4),
            ],
        )
        flips = {(f.name, f.actor): f for f in find_flips(loaded, scores_of(loaded, "base"), "base", "a")}
        skill = flips["skill", "a"]
        assert skill.order == "undecided"
        assert skill.crossings[0].at == pytest.approx(4)
        assert (skill.crossings[0].below, skill.crossings[0].above) == ("behind", "ahead")

    def test_a_missing_reading_under_renormalise(self, cases):
        """Known, it would take its weight back from the others; where that ties is found by search."""
        loaded = cases.load(
            [cases.factor("luck"), cases.factor("skill")],
            [
                cases.evidence("e", "a", "luck", 5),
                cases.evidence("f", "b", "luck", 4),
                cases.evidence("g", "b", "skill", 4),
            ],
        )
        flips = {
            (f.name, f.actor): f
            for f in find_flips(loaded, scores_of(loaded, "base", "renormalise"), "base", "a")
        }
        # a has 50 by luck alone against 40; with skill s it has 25 + 5 s, which ties at s = 3.
        skill = flips["skill", "a"]
        assert skill.order == "ahead"
        assert [c.at for c in skill.crossings] == pytest.approx([3])
        assert (skill.crossings[0].below, skill.crossings[0].above) == ("behind", "ahead")

    def test_kursk_as_reported_is_undecided_whatever_one_reading_is(self, kursk):
        flips = find_flips(kursk, scores_of(kursk, "as-reported"), "as-reported", "russia")
        assert {flip.order for flip in flips} == {"undecided"}


def test_several_rivals_each_have_their_flips(cases):
    loaded = cases.load(
        [cases.factor("luck")],
        [cases.evidence(f"e{who}", who, "luck", v) for who, v in zip("abc", (3, 5, 7), strict=True)],
        actors="abc",
        opponents="mean",
    )
    flips = find_flips(loaded, scores_of(loaded, "base"), "base", "a")
    at = {(f.rival, f.actor): f.crossings[0].at for f in flips if f.crossings}
    assert at == pytest.approx({("b", "a"): 5, ("b", "b"): 3, ("c", "a"): 7, ("c", "c"): 3})
