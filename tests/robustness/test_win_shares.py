"""Win shares against exact fractions, against closed forms and against each other."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betainc

from leverage.faults import InputError
from leverage.robustness.weight_sets import Intervals, RankOrder, sample_intervals, sample_simplex
from leverage.robustness.win_shares import (
    dirichlet_shares,
    expected_ranks,
    interval_shares,
    pair_numbers,
    rank_shares,
    uniform_shares,
)


def by_partial_fractions(row) -> Fraction:
    """P(Σ d E > 0) for exponential E and distinct d: Σ over d_i > 0 of Π d_i / (d_i − d_j)."""
    values = [Fraction(value) for value in row]
    total = Fraction(0)
    for i, own in enumerate(values):
        if own > 0:
            term = Fraction(1)
            for j, other in enumerate(values):
                if j != i:
                    term *= own / (own - other)
            total += term
    return total


def random_rows(pairs, factors, seed=0):
    return np.random.default_rng(seed).uniform(-100, 100, (pairs, factors))


def test_two_factors_split_at_the_tie():
    # Ahead by 3 on the first and behind by 1 on the second: ahead from a weight of 1/4 on the first.
    shares = uniform_shares([[3.0, -1.0], [-3.0, 1.0]])
    assert shares.ahead.tolist() == [0.75, 0.25]
    assert shares.behind.tolist() == [0.25, 0.75]
    assert shares.method == "exact"


def test_three_factors_by_the_area_of_a_triangle():
    # Ahead by 1 and 2, behind by 1: the corner cut off has sides 1/2 and 1/3 of the edges.
    assert uniform_shares([[1.0, 2.0, -1.0]]).behind[0] == pytest.approx(1 / 6, abs=1e-15)


@pytest.mark.parametrize("factors", [2, 3, 8, 12])
def test_error_against_exact_rationals_is_below_1e_12(factors):
    rows = random_rows(40, factors, seed=factors)
    shares = uniform_shares(rows)
    for row, share in zip(rows, shares.ahead, strict=True):
        exact = by_partial_fractions(row)
        assert abs(Fraction(float(share)) - exact) < Fraction(1, 10**12)


def test_near_equal_differences_lose_no_digit():
    # By partial fractions in floats these cancel: the terms are of 1e27 and more.
    row = np.array([1.0, 1.0 + 1e-9, 1.0 + 2e-9, 1.0 + 3e-9, -1.0, -1.0 - 1e-9])
    assert uniform_shares([row]).ahead[0] == pytest.approx(float(by_partial_fractions(row)), abs=1e-14)


def test_two_hundred_factors_are_stable():
    rows = random_rows(1, 200, seed=3)
    shares = uniform_shares(rows)
    for row, share in zip(rows, shares.ahead, strict=True):
        assert float(share) == pytest.approx(float(by_partial_fractions(row)), abs=1e-12)
    assert uniform_shares(-rows).ahead == pytest.approx(shares.behind, abs=1e-13)


def test_zero_differences_drop_out():
    plain = uniform_shares([[3.0, -1.0, 2.0]]).ahead
    assert uniform_shares([[0.0, 3.0, 0.0, -1.0, 2.0, 0.0]]).ahead == pytest.approx(plain, abs=1e-15)
    assert uniform_shares([[0.0, 1.0]]).ahead.tolist() == [1.0]
    assert uniform_shares([[0.0, -1.0, 0.0]]).ahead.tolist() == [0.0]


def test_equal_actors_are_tied_and_not_even():
    for shares in (
        uniform_shares([[0.0, 0.0]]),
        rank_shares([[0.0, 0.0]], RankOrder(((0,), (1,)))),
        dirichlet_shares([[0.0, 0.0]], [0.5, 0.5], 10),
        interval_shares([[0.0, 0.0]], Intervals.of({}, ["a", "b"]), samples=10),
    ):
        assert (shares.ahead[0], shares.behind[0], shares.tied[0]) == (0.0, 0.0, 1.0)


def test_one_factor_decides_alone():
    shares = uniform_shares([[2.0], [-2.0], [0.0]])
    assert shares.ahead.tolist() == [1.0, 0.0, 0.0]
    assert shares.tied.tolist() == [0.0, 0.0, 1.0]
    assert dirichlet_shares([[2.0], [-2.0]], [1.0], 3).ahead.tolist() == [1.0, 0.0]


@given(
    st.lists(
        st.lists(st.integers(-5, 5).map(float), min_size=4, max_size=4),
        min_size=1,
        max_size=5,
    ),
    st.permutations(range(4)),
    st.floats(0.001, 1000),
)
@settings(max_examples=100, deadline=None)
def test_order_and_unit_of_factors_do_not_matter(rows, order, unit):
    rows = np.array(rows)
    shares = uniform_shares(rows)
    assert uniform_shares(unit * rows[:, order]).ahead == pytest.approx(shares.ahead, abs=1e-13)
    assert uniform_shares(-rows).ahead == pytest.approx(shares.behind, abs=1e-13)
    assert shares.ahead + shares.behind + shares.tied == pytest.approx(np.ones(len(rows)))


def test_a_full_rank_order_has_running_means_for_corners():
    # Weights w ≥ 1 − w of differences (1, −2): from 1 at w = 1 to −1/2 at w = 1/2, so 2/3 of the way ahead.
    shares = rank_shares([[1.0, -2.0]], RankOrder(((0,), (1,))))
    assert shares.ahead[0] == pytest.approx(2 / 3, abs=1e-15)


def test_orders_with_equal_places_are_the_mean_of_the_full_ones():
    rows = random_rows(20, 4, seed=1)
    open_order = rank_shares(rows, RankOrder(((0, 1, 2, 3),)))
    assert open_order.ahead == pytest.approx(uniform_shares(rows).ahead, abs=1e-13)


def test_rank_shares_against_sampling():
    rows = random_rows(30, 5, seed=2)
    order = RankOrder(((3,), (0, 4), (2,), (1,)))
    weights = sample_simplex(5, 400_000, seed=5)
    fits = (weights[:, 3] >= weights[:, [0, 4]].max(axis=1)) & (weights[:, 2] >= weights[:, 1])
    fits &= weights[:, [0, 4]].min(axis=1) >= weights[:, 2]
    kept = weights[fits]
    sampled = (rows @ kept.T > 0).mean(axis=1)
    assert rank_shares(rows, order).ahead == pytest.approx(sampled, abs=4 * 0.5 / np.sqrt(len(kept)))


def test_dirichlet_of_ones_is_uniform():
    rows = random_rows(100, 8)
    shares = dirichlet_shares(rows, np.full(8, 1 / 8), 8)
    assert shares.ahead == pytest.approx(uniform_shares(rows).ahead, abs=1e-13)
    assert shares.error.max() < 1e-12


@pytest.mark.parametrize("concentration", [4, 8, 40, 400, 1_200])
def test_whole_parameters_are_repeated_factors(concentration):
    """A gamma number of a whole shape is a sum of exponential ones, so the exact recursion is an oracle."""
    rows = random_rows(50, 3, seed=concentration)
    weights = np.array([0.5, 0.25, 0.25])
    repeats = (concentration * weights).astype(int)
    exact = uniform_shares(np.repeat(rows, repeats, axis=1))
    shares = dirichlet_shares(rows, weights, concentration)
    assert shares.ahead == pytest.approx(exact.ahead, abs=1e-12)
    assert shares.error.max() < 1e-12


@pytest.mark.parametrize("concentration", [1e-4, 0.05, 0.5, 1.0, 3.0, 50.0, 1e4, 1e6])
def test_two_factors_follow_the_beta_distribution(concentration):
    rows = np.abs(random_rows(50, 2, seed=7)) * [1.0, -1.0]
    ties = -rows[:, 1] / (rows[:, 0] - rows[:, 1])
    exact = 1.0 - betainc(0.3 * concentration, 0.7 * concentration, ties)
    assert dirichlet_shares(rows, [0.3, 0.7], concentration).ahead == pytest.approx(exact, abs=1e-11)


def test_a_far_tail_keeps_its_relative_accuracy():
    share = dirichlet_shares([[1.0, -1.0]], [0.1, 0.9], 400).ahead[0]
    exact = betainc(360, 40, 0.5)  # the second weight is below one half
    assert 0 < exact < 1e-50
    assert share == pytest.approx(exact, rel=1e-10)


def test_differences_of_very_different_size():
    rows = np.array([[1.0, -1e-8, 1e-4, -0.5]])
    exact = uniform_shares(rows).ahead
    assert dirichlet_shares(rows, [0.25] * 4, 4).ahead == pytest.approx(exact, abs=1e-12)


def test_factors_of_zero_weight_drop_out():
    with_zero = dirichlet_shares([[3.0, 50.0, -1.0]], [0.5, 0.0, 0.5], 2)
    assert with_zero.ahead[0] == pytest.approx(0.75, abs=1e-14)


@pytest.mark.parametrize(
    ("weights", "concentration", "says"),
    [
        ([0.5, 0.5], 0.0, "concentration"),
        ([0.5, 0.5], float("nan"), "concentration"),
        ([0.0, 0.0], 1.0, "weights"),
        ([1.5, -0.5], 1.0, "weights"),
        ([1.0], 1.0, "weights"),
    ],
)
def test_a_distribution_that_is_none_is_refused(weights, concentration, says):
    with pytest.raises(InputError, match=says):
        dirichlet_shares([[1.0, -1.0]], weights, concentration)


def test_missing_differences_are_refused():
    with pytest.raises(InputError, match="missing"):
        uniform_shares([[1.0, np.nan]])


def test_interval_shares_against_a_length():
    # The first weight runs from 0.2 to 0.6 and the tie is at 1/4: ahead on 0.35 of 0.4.
    intervals = Intervals.of({"a": (0.2, 0.6)}, ["a", "b"])
    shares = interval_shares([[3.0, -1.0]], intervals, samples=40_000, seed=1)
    assert shares.ahead[0] == pytest.approx(0.875, abs=4 * 0.00165)
    assert shares.error[0] == pytest.approx(np.sqrt(0.875 * 0.125 / 40_000), rel=0.05)
    again = interval_shares([[3.0, -1.0]], intervals, samples=40_000, seed=1)
    assert again.ahead.tolist() == shares.ahead.tolist()


def test_walks_and_rejection_draw_from_the_same_set():
    """Ten factors that may each weigh 0.05 to 0.15: rejection hits one in twenty or fewer."""
    low, high = np.full(10, 0.05), np.full(10, 0.15)
    walked = sample_intervals(Intervals.between(low, high), 20_000, seed=2)
    assert walked.sum(axis=1) == pytest.approx(np.ones(20_000))
    assert (walked >= low - 1e-12).all()
    assert (walked <= high + 1e-12).all()
    free = sample_simplex(10, 1_000_000, seed=3) * 0.5 + 0.05
    kept = free[(free <= 0.15).all(axis=1)]
    assert len(kept) > 1_000
    assert walked.std(axis=0).mean() == pytest.approx(kept.std(axis=0).mean(), rel=0.03)
    level = (walked[:, 0] > 0.12).mean(), (kept[:, 0] > 0.12).mean()
    assert level[0] == pytest.approx(level[1], abs=0.03)


def test_degenerate_intervals_are_one_weighting():
    fixed = Intervals.of({"a": (0.3, 0.3), "b": (0.7, 0.7)}, ["a", "b"])
    assert interval_shares([[3.0, -1.0]], fixed, samples=7).ahead.tolist() == [1.0]
    half_fixed = Intervals.of({"a": (0.3, 0.3)}, ["a", "b"])
    assert sample_intervals(half_fixed, 3, 0).tolist() == [[0.3, 0.7]] * 3


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ({"a": (0.6, 1.0), "b": (0.6, 1.0)}, "no weighting keeps to all intervals"),
        ({"a": (0.0, 0.2), "b": (0.0, 0.2)}, "no weighting keeps to all intervals"),
        ({"a": (0.6, 0.5)}, "runs from 0.6 to 0.5"),
        ({"a": (-0.1, 0.5)}, "runs from -0.1"),
        ({"c": (0.0, 0.5)}, "there is no factor 'c'"),
    ],
)
def test_intervals_that_hold_nothing_are_refused(ends, says):
    with pytest.raises(InputError, match=says):
        Intervals.of(ends, ["a", "b"])


def test_a_rank_order_names_every_factor_once():
    names = ["a", "b", "c"]
    assert RankOrder.of(["b", ["a", "c"]], names).places == ((1,), (0, 2))
    assert RankOrder.of_weights([0.2, 0.6, 0.2]).places == ((1,), (0, 2))
    for order, says in (
        (["a", "b"], "leaves out c"),
        (["a", "a", "b", "c"], "twice"),
        (["d"], "no factor 'd'"),
    ):
        with pytest.raises(InputError, match=says):
            RankOrder.of(order, names)


def test_too_many_open_orders_are_refused():
    with pytest.raises(InputError, match="40320 full orders"):
        rank_shares(np.ones((1, 8)), RankOrder((tuple(range(8)),)))


def test_expected_ranks_sum_the_shares_of_the_others():
    # a is ahead of b on 3/4 of the weightings, c is below both on all of them.
    values = [[4.0, 0.0], [1.0, 1.0], [0.0, -1.0]]
    assert expected_ranks(values).tolist() == pytest.approx([1.25, 1.75, 3.0])


def test_expected_ranks_of_equal_rows_share_their_places():
    assert expected_ranks([[1.0, 2.0], [1.0, 2.0]]).tolist() == [1.5, 1.5]


def test_pairs_stand_in_order():
    first, second = pair_numbers(3)
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 2)]
