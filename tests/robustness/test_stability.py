"""Stability of weights and orders under partial knowledge, by hand, by brute force and by corners."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leverage.faults import InputError
from leverage.robustness.stability import WeightSet, extreme_gaps, first_places, orders, weight_intervals
from leverage.robustness.weight_sets import Intervals, RankOrder


def moved(weights, number, to):
    """The weights with one set to a value and the others rescaled in proportion."""
    others = np.delete(weights, number)
    others = others / others.sum() * (1 - to)
    return np.insert(others, number, to)


def test_an_interval_by_hand():
    # Ahead by 3 and behind by 1, equal weights: level where 3 t = 1 − t.
    assert weight_intervals([[3.0, -1.0]], [0.5, 0.5]).tolist() == [[0.25, 1.0], [0.0, 0.75]]


def test_a_weight_of_nothing_or_of_all():
    # All weight on the first: what it gives up goes to the others evenly, here (−1 + −3) / 2 = −2 a unit.
    assert weight_intervals([[2.0, -1.0, -3.0]], [1.0, 0.0, 0.0])[0].tolist() == [0.5, 1.0]
    # A factor of no weight may rise until its −3 outweigh the 2: 2 (1 − t) = 3 t.
    assert weight_intervals([[2.0, -1.0, -3.0]], [1.0, 0.0, 0.0])[2].tolist() == [0.0, pytest.approx(0.4)]


def test_dominance_never_turns_and_one_factor_has_no_room():
    assert weight_intervals([[1.0, 2.0]], [0.5, 0.5]).tolist() == [[0.0, 1.0], [0.0, 1.0]]
    assert weight_intervals([[1.0]], [1.0]).tolist() == [[1.0, 1.0]]


@given(
    st.lists(st.lists(st.floats(-100, 100), min_size=4, max_size=4), min_size=1, max_size=4),
    st.lists(st.floats(0.05, 1), min_size=4, max_size=4),
)
@settings(max_examples=150, deadline=None)
def test_no_pair_turns_inside_and_one_turns_just_outside(rows, sizes):
    rows, weights = np.array(rows), np.array(sizes) / sum(sizes)
    gaps = rows @ weights
    if (np.abs(gaps) < 1e-6).any():
        return
    for number, (low, high) in enumerate(weight_intervals(rows, weights)):
        for inside in np.linspace(low, high, 7):
            assert (np.sign(gaps) * (rows @ moved(weights, number, inside)) >= -1e-7).all()
        for outside in (low - 1e-3, high + 1e-3):
            if 0 <= outside <= 1:
                assert (np.sign(gaps) * (rows @ moved(weights, number, outside)) <= 1e-7).any()


def test_extremes_of_a_rank_order_are_at_its_corners():
    rows = np.random.default_rng(0).normal(size=(20, 4))
    order = RankOrder(((2,), (0,), (3,), (1,)))
    corners = np.cumsum(rows[:, [2, 0, 3, 1]], axis=1) / np.arange(1, 5)
    gaps = extreme_gaps(rows, WeightSet(4, order))
    assert gaps[:, 0] == pytest.approx(corners.min(axis=1), abs=1e-12)
    assert gaps[:, 1] == pytest.approx(corners.max(axis=1), abs=1e-12)


def test_extremes_of_intervals_by_hand():
    # 20 to 60 points on the first, the rest on the second.
    known = WeightSet(2, intervals=Intervals.of({"a": (0.2, 0.6)}, ["a", "b"]))
    assert extreme_gaps([[3.0, -1.0]], known)[0].tolist() == pytest.approx([-0.2, 1.4])


def test_an_order_and_intervals_together():
    known = WeightSet(2, RankOrder(((0,), (1,))), Intervals.of({"a": (0.2, 0.6)}, ["a", "b"]))
    assert extreme_gaps([[3.0, -1.0]], known)[0].tolist() == pytest.approx([1.0, 1.4])
    against = WeightSet(2, RankOrder(((1,), (0,))), Intervals.of({"a": (0.7, 0.8)}, ["a", "b"]))
    with pytest.raises(InputError, match="order and to the intervals"):
        extreme_gaps([[3.0, -1.0]], against)
    with pytest.raises(InputError, match="order and to the intervals"):
        first_places([[3.0, -1.0], [0.0, 0.0]], against)


def test_orders_of_three():
    values = [[3.0, 0.0], [0.0, 3.0], [-1.0, 3.0]]
    found = orders(values, WeightSet(2))
    assert found.necessary.tolist() == [[True, False, False], [False, True, True], [False, False, True]]
    assert found.possible.tolist() == [[True, True, True], [True, True, True], [True, True, True]]
    assert found.dominated.tolist() == [False, False, True]
    ranked = orders(values, WeightSet(2, RankOrder(((0,), (1,)))))
    assert ranked.necessary[0].tolist() == [True, True, True]
    assert ranked.dominated.tolist() == [False, True, True]


def test_equal_rows_do_not_dominate_each_other():
    found = orders([[1.0, 2.0], [1.0, 2.0]], WeightSet(2))
    assert found.necessary.all()
    assert not found.dominated.any()


def test_the_middle_one_can_be_undominated_and_never_first():
    # (2, 2) lies below the line from (5, 0) to (0, 5), whose best is 2.5 at least.
    found = first_places([[5.0, 0.0], [0.0, 5.0], [2.0, 2.0]], WeightSet(2))
    assert found.margin.tolist() == pytest.approx([5.0 - 2.0, 5.0 - 2.0, -0.5])
    assert found.possible.tolist() == [True, True, False]
    assert found.weights[2].tolist() == pytest.approx([0.5, 0.5])
    assert not orders([[5.0, 0.0], [0.0, 5.0], [2.0, 2.0]], WeightSet(2)).dominated.any()


def test_a_single_row_is_first():
    assert first_places([[1.0, 2.0]], WeightSet(2)).possible.tolist() == [True]


def test_first_places_against_a_grid():
    rng = np.random.default_rng(1)
    values = rng.random((6, 3)) * 100
    grid = np.array([(a, b, 1 - a - b) for a in np.linspace(0, 1, 201) for b in np.linspace(0, 1 - a, 201)])
    scores = grid @ values.T
    for number, margin in enumerate(first_places(values, WeightSet(3)).margin):
        others = np.delete(scores, number, axis=1).max(axis=1)
        best = (scores[:, number] - others).max()
        assert best - 1e-9 <= margin <= best + 1.0
