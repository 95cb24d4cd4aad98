"""The additive model: policies by hand, sums, order, and what must not matter."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.builders import FeatureTable, Row
from leverage.codebook import Codebook, Factor
from leverage.model import TIE, Weights, effective_weights, score_table

NAN = math.nan
HEAD = {"format": "leverage/factor/1", "version": 1, "question": "?", "ageing": {"half_life": 30, "life": 90}}
SCALE = {"unit": "points", "bounds": [0, 1]}
POLICIES = ["bounds", "renormalise"]


def codebook(*names, **composite):
    """Built factors by name; composite ones as name={indicator: share}."""
    factors = [HEAD | SCALE | {"id": name, "title": name} for name in names]
    for name, shares in composite.items():
        indicators = [
            SCALE | {"id": i, "question": "?", "weight": share, "direction": "raises"}
            for i, share in shares.items()
        ]
        factors.append(
            HEAD | {"id": name, "title": name, "builder": {"id": "composite"}, "indicators": indicators}
        )
    return Codebook(tuple(Factor.model_validate(f) for f in factors), "1")


def table(book, v, low=None, high=None, *, assumed=None, judged=None):
    """A feature table of values; a missing one spans 0 to 1 unless bounds are given."""
    v = np.array(v, dtype=float)
    low = np.where(np.isnan(v), 0.0, v) if low is None else np.array(low, dtype=float)
    high = np.where(np.isnan(v), 1.0, v) if high is None else np.array(high, dtype=float)
    return FeatureTable(
        x=v,
        x_low=low,
        x_high=high,
        v=v,
        v_low=low,
        v_high=high,
        rows=tuple(Row("case", "base", f"a{n}") for n in range(len(v))),
        leaves=book.leaves,
        assumed=np.zeros(v.shape, dtype=bool) if assumed is None else np.array(assumed),
        judged=np.zeros(v.shape) if judged is None else np.array(judged),
        readings=None,
        builders={},
        codebook=book,
    )


def weights(**factors):
    return Weights("w", "W", "direct", factors)


ABC = codebook("a", "b", "c")
W = weights(a=0.5, b=0.3, c=0.2)


class TestByHand:
    def test_score_bounds_and_contributions(self):
        scores = score_table(table(ABC, [[0.4, 1, 0.5]], [[0.2, 0.8, 0.5]], [[0.6, 1, 0.5]]), W)
        # 100 (.5 .4 + .3 1 + .2 .5) = 20 + 30 + 10; low 10 + 24 + 10; high 30 + 30 + 10
        assert (scores.score[0], scores.low[0], scores.high[0]) == pytest.approx((60, 44, 70))
        points = {name: float(value[0]) for name, value in scores.factor_points().items()}
        assert points == pytest.approx({"a": 20, "b": 30, "c": 10})

    def test_missing_under_bounds(self):
        scores = score_table(table(ABC, [[0.4, NAN, 0.5]]), W, "bounds")
        assert np.isnan(scores.score[0])
        assert (scores.low[0], scores.high[0]) == pytest.approx((30, 60))  # 20 + 10, and 30 more
        assert np.isnan(scores.factor_points()["b"][0])
        assert (scores.points_low[0, 1], scores.points_high[0, 1]) == (0, pytest.approx(30))
        assert scores.missing_factors(0) == ["b"]
        assert scores.coverage[0] == pytest.approx(0.7)
        assert scores.effective[0].tolist() == [0.5, 0.3, 0.2]

    def test_missing_under_renormalise(self):
        scores = score_table(table(ABC, [[0.4, NAN, 0.5]]), W, "renormalise")
        # weights 5/7 and 2/7: 100 (.4 * 5 + .5 * 2) / 7 = 300 / 7
        assert scores.score[0] == pytest.approx(300 / 7)
        assert scores.low[0] == scores.high[0] == pytest.approx(300 / 7)
        assert scores.effective[0] == pytest.approx([5 / 7, 0, 2 / 7])
        assert np.isnan([scores.points[0, 1], scores.points_low[0, 1], scores.factor_points()["b"][0]]).all()
        assert scores.coverage[0] == pytest.approx(0.7)  # coverage stays by stated weights

    def test_missing_under_assume_scores_as_bounds(self):
        values = table(ABC, [[0.4, NAN, 0.5]])
        assumed, bounds = (score_table(values, W, policy) for policy in ("assume", "bounds"))
        np.testing.assert_array_equal(assumed.low, bounds.low)
        assert np.isnan(assumed.score[0])

    def test_missing_leaf_keeps_the_bounds_that_its_inputs_leave(self):
        scores = score_table(table(ABC, [[0.4, NAN, 0.5]], [[0.4, 0.1, 0.5]], [[0.4, 0.6, 0.5]]), W)
        assert (scores.low[0], scores.high[0]) == pytest.approx((33, 48))  # 30 + 3 and 30 + 18

    @pytest.mark.parametrize("policy", POLICIES)
    def test_a_missing_leaf_without_weight_keeps_the_score(self, policy):
        scores = score_table(table(ABC, [[0.4, NAN, 0.5]]), weights(a=0.5, b=0.0, c=0.5), policy)
        assert scores.score[0] == scores.low[0] == scores.high[0] == pytest.approx(45)
        assert scores.coverage[0] == pytest.approx(1)
        assert scores.missing_factors(0) == ["b"]

    @pytest.mark.parametrize("policy", POLICIES)
    def test_nothing_coded_is_no_score_and_the_whole_scale(self, policy):
        scores = score_table(table(ABC, [[NAN] * 3]), W, policy)
        assert np.isnan(scores.score[0])
        assert (scores.low[0], scores.high[0]) == (0, pytest.approx(100))
        assert scores.coverage[0] == 0
        assert not np.isnan(scores.effective).any()

    def test_coverage_counts_judged_and_assumed_apart(self):
        values = table(ABC, [[0.4, 1, NAN]], assumed=[[False, True, False]], judged=[[0.5, 0, 0]])
        scores = score_table(values, W)
        assert (scores.coverage[0], scores.judged[0], scores.assumed[0]) == pytest.approx((0.5, 0.25, 0.3))

    def test_a_composite_factor_spreads_its_weight_over_its_indicators(self):
        book = codebook("a", luck={"coins": 0.25, "debts": 0.75})
        scores = score_table(table(book, [[1.0, 0.4, 0.8]]), weights(a=0.2, luck=0.8))
        # leaves .2, .8 * .25 = .2, .8 * .75 = .6: 20 + 8 + 48
        assert scores.leaf_weights == pytest.approx([0.2, 0.2, 0.6])
        assert scores.score[0] == pytest.approx(76)
        assert scores.factor_points()["luck"][0] == pytest.approx(56)

    def test_half_a_composite_factor(self):
        book = codebook("a", luck={"coins": 0.25, "debts": 0.75})
        values, of = table(book, [[1.0, 0.4, NAN]]), weights(a=0.2, luck=0.8)
        bounds, spread = (score_table(values, of, policy) for policy in POLICIES)
        assert np.isnan(bounds.factor_points()["luck"][0])
        # what is coded weighs .2 and .2, so one half each: 50 + 20. Its points are told, and sum up.
        assert spread.score[0] == pytest.approx(70)
        assert spread.factor_points()["luck"][0] == pytest.approx(20)
        assert bounds.missing_factors(0) == spread.missing_factors(0) == ["luck"]

    def test_frame(self):
        frame = score_table(table(ABC, [[0.4, NAN, 0.5], [1, 1, 1]]), W).to_frame()
        assert list(frame.columns) == [
            "score",
            "low",
            "high",
            "coverage",
            "judged",
            "assumed",
            "policy",
            "a",
            "b",
            "c",
        ]
        assert frame.loc[("case", "base", "a1"), "score"] == pytest.approx(100)
        assert math.isnan(frame.loc[("case", "base", "a0"), "b"])


class TestOrder:
    def scores(self, *rows, policy="bounds"):
        return score_table(table(ABC, rows), W, policy)

    def test_by_scores(self):
        scores = self.scores([0.4, 1, 0.5], [0.4, 0.9, 0.5])
        assert (scores.order(0, 1), scores.order(1, 0), scores.order(0, 0)) == ("ahead", "behind", "tied")

    def test_a_difference_of_rounding_is_a_tie(self):
        close = score_table(table(codebook("a"), [[0.5], [0.5 + TIE / 200]]), weights(a=1.0))
        apart = score_table(table(codebook("a"), [[0.5], [0.5 + TIE]]), weights(a=1.0))
        assert close.order(0, 1) == "tied"
        assert apart.order(0, 1) == "behind"

    def test_by_bounds_where_a_score_is_missing(self):
        scores = self.scores([1, NAN, 1], [0.1, 0.5, 0.1], [1, 0, 0.5])
        # 70 to 100; 22; 60. Ahead of both whatever is missing.
        assert [scores.order(0, 1), scores.order(1, 0)] == ["ahead", "behind"]
        assert scores.order(0, 2) == "ahead"

    def test_undecided(self):
        scores = self.scores([0.5, NAN, 0.5], [0.5, 0.5, 0.5], [1, NAN, 0])
        assert [scores.order(*pair) for pair in ((0, 1), (1, 0), (0, 2))] == ["undecided"] * 3

    def test_bounds_that_touch_are_undecided(self):
        scores = self.scores([0, NAN, 1], [1, 0, 0])  # 20 to 50 against 50
        assert scores.order(0, 1) == scores.order(1, 0) == "undecided"

    def test_overlapping_intervals_of_known_scores_do_not_matter(self):
        scores = score_table(table(ABC, [[0.5] * 3, [0.4] * 3], np.zeros((2, 3)), np.ones((2, 3))), W)
        assert scores.order(0, 1) == "ahead"


values = st.one_of(st.floats(0, 1), st.just(NAN))


@st.composite
def tables(draw, known=False):
    """A table of up to four factors and five rows, one factor composite, with weights."""
    count = draw(st.integers(1, 3))
    share = draw(st.floats(0.05, 0.95))
    book = codebook(*"abc"[:count], luck={"coins": share, "debts": 1 - share})
    rows = draw(st.integers(1, 4))
    cell = st.floats(0, 1) if known else values
    v = np.array([[draw(cell) for _ in book.leaves] for _ in range(rows)])
    slack = draw(st.floats(0, 0.5))
    low, high = (np.where(np.isnan(v), end, np.clip(v + d, 0, 1)) for end, d in ((0, -slack), (1, slack)))
    raw = [draw(st.floats(0.01, 1)) for _ in book.names]
    if draw(st.booleans()):
        raw[0] = 0.0
    total = sum(raw) or 1.0
    factors = {name: w / total for name, w in zip(book.names, raw, strict=True)}
    return table(book, v, low, high), Weights("w", "W", "direct", factors)


class TestWhatMustHold:
    @given(tables(), st.sampled_from(POLICIES))
    def test_leaves_and_factors_sum_to_the_score(self, drawn, policy):
        scores = score_table(*drawn, policy)
        known = ~np.isnan(scores.score)
        leaves = np.nansum(np.where(scores.effective == 0, 0.0, scores.points), axis=1)
        assert leaves[known] == pytest.approx(scores.score[known], abs=1e-9)
        by_factor = np.nansum(list(scores.factor_points().values()), axis=0)
        assert by_factor[known] == pytest.approx(scores.score[known], abs=1e-9)
        assert (scores.low[known] <= scores.score[known] + 1e-9).all()
        assert (scores.score[known] <= scores.high[known] + 1e-9).all()
        assert ((scores.low >= -1e-9) & (scores.high <= 100 + 1e-9)).all()

    @given(tables())
    def test_bounds_hold_whatever_the_missing_readings_are(self, drawn):
        features, of = drawn
        scores = score_table(features, of)
        for part in (0.0, 0.3, 1.0):
            v = features.v_low + part * (features.v_high - features.v_low)
            filled = score_table(table(features.codebook, v), of)
            assert (scores.low - 1e-9 <= filled.score).all()
            assert (filled.score <= scores.high + 1e-9).all()

    @given(tables(), st.sampled_from(POLICIES), st.randoms())
    def test_order_of_factors_and_of_names_in_weights_does_not_matter(self, drawn, policy, random):
        features, of = drawn
        book = features.codebook
        factors = list(book.factors)
        random.shuffle(factors)
        shuffled = Codebook(tuple(factors), "1")
        columns = [[leaf.id for leaf in book.leaves].index(leaf.id) for leaf in shuffled.leaves]
        names = list(of.factors)
        random.shuffle(names)
        again = score_table(
            table(shuffled, *(side[:, columns] for side in (features.v, features.v_low, features.v_high))),
            Weights("w", "W", "direct", {name: of.factors[name] for name in names}),
            policy,
        )
        scores = score_table(features, of, policy)
        np.testing.assert_allclose(again.score, scores.score, atol=1e-9)
        np.testing.assert_allclose(again.low, scores.low, atol=1e-9)
        np.testing.assert_allclose(again.high, scores.high, atol=1e-9)

    @given(tables(), st.sampled_from(POLICIES), st.randoms())
    def test_order_of_rows_does_not_matter(self, drawn, policy, random):
        features, of = drawn
        order = list(range(len(features.rows)))
        random.shuffle(order)
        sides = (side[order] for side in (features.v, features.v_low, features.v_high))
        again = score_table(table(features.codebook, *sides), of, policy)
        np.testing.assert_array_equal(again.score, score_table(features, of, policy).score[order])

    @given(tables(known=True), st.data())
    def test_a_higher_value_never_lowers_a_score(self, drawn, data):
        features, of = drawn
        row = data.draw(st.integers(0, len(features.rows) - 1))
        leaf = data.draw(st.integers(0, len(features.leaves) - 1))
        raised = features.v.copy()
        raised[row, leaf] = data.draw(st.floats(raised[row, leaf], 1))
        before, after = (score_table(table(features.codebook, v), of) for v in (features.v, raised))
        assert (after.score >= before.score - 1e-9).all()
        others = np.arange(len(features.rows)) != row
        np.testing.assert_array_equal(after.score[others], before.score[others])

    @given(tables())
    def test_policies_agree_where_nothing_is_missing(self, drawn):
        features, of = drawn
        whole = ~features.missing.any(axis=1)
        bounds, spread = (score_table(features, of, policy) for policy in POLICIES)
        np.testing.assert_allclose(spread.score[whole], bounds.score[whole], atol=1e-9)

    @given(tables())
    def test_weights_that_count_sum_to_one(self, drawn):
        features, of = drawn
        for policy in POLICIES:
            effective = score_table(features, of, policy).effective
            assert effective.sum(axis=1) == pytest.approx(1)
            assert (effective >= 0).all()


def test_effective_weights_by_hand():
    stated = np.array([0.5, 0.3, 0.2])
    missing = np.array([[False, False, False], [True, False, False], [True, True, True]])
    spread = effective_weights(stated, missing, "renormalise")
    assert spread == pytest.approx(np.array([stated, [0, 0.6, 0.4], stated]))
    assert effective_weights(stated, missing, "bounds") == pytest.approx(np.tile(stated, (3, 1)))


def test_weights_are_matched_by_name():
    book = codebook("b", "a")
    scores = score_table(table(book, [[1.0, 0.0]]), weights(a=0.9, b=0.1))
    assert scores.score[0] == pytest.approx(10)  # b, worth 10 points, is the one at its best
