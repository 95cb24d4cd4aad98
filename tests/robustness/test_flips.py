"""The smallest change of weights, against linear and quadratic programmes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from leverage.faults import InputError
from leverage.robustness.flips import Transfer, smallest_l1, smallest_l2, transfers


def by_programme(row, weights):
    """Min Σ (p + m) over w + p − m in the simplex with a gap of 0."""
    n = len(row)
    equal = np.block([[np.ones((1, n)), -np.ones((1, n))], [row[None], -row[None]]])
    right = [0.0, -row @ weights]
    bounds = [(0, None)] * n + [(0, w) for w in weights]
    return linprog(np.ones(2 * n), A_eq=equal, b_eq=right, bounds=bounds, method="highs")


def rivals(pairs, factors, seed):
    rng = np.random.default_rng(seed)
    values = rng.random((pairs + 1, factors))
    weights = rng.dirichlet(np.ones(factors))
    first = int(np.argmax(values @ weights))
    return 100 * (values[first] - np.delete(values, first, axis=0)), weights


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_greedy_transfer_is_the_linear_programme(seed):
    rows, weights = rivals(49, 8, seed)
    changes = smallest_l1(rows, weights)
    for row, change, size in zip(rows, changes.change, changes.size, strict=True):
        solved = by_programme(row, weights)
        if row.min() >= 0:
            assert np.isnan(size)
            continue
        assert size == pytest.approx(solved.fun, abs=1e-12)
        assert (weights + change) @ row == pytest.approx(0.0, abs=1e-12)
        assert change.sum() == pytest.approx(0.0, abs=1e-14)
        assert (weights + change).min() >= -1e-15


def test_one_transfer_by_hand():
    # A gap of 1 point; a point of weight from the first to the second factor narrows it by 4 hundredths.
    changes = smallest_l1([[3.0, -1.0]], [0.5, 0.5])
    assert changes.size[0] == pytest.approx(0.5)
    assert transfers(changes.change[0], ("land", "time")) == (Transfer("land", "time", pytest.approx(25.0)),)


def test_a_giver_that_is_empty_is_followed_by_the_next():
    # Of a gap of 2.8, all the first factor's weight closes 0.1 · 12 = 1.2; the second closes 6 a unit.
    change = smallest_l1([[10.0, 4.0, -2.0]], [0.1, 0.6, 0.3]).change[0]
    assert change.tolist() == pytest.approx([-0.1, -1.6 / 6, 0.1 + 1.6 / 6])
    moves = transfers(change, ("a", "b", "c"))
    assert [(move.source, move.target) for move in moves] == [("b", "c"), ("a", "c")]
    assert [move.points for move in moves] == pytest.approx([160 / 6, 10.0])


def test_whoever_is_behind_is_seen_from_the_leader():
    ahead, behind = smallest_l1([[3.0, -1.0]], [0.5, 0.5]), smallest_l1([[-3.0, 1.0]], [0.5, 0.5])
    assert ahead.change.tolist() == behind.change.tolist()


@pytest.mark.parametrize("row", [[1.0, 2.0], [0.0, 2.0], [-1.0, -2.0], [-1.0, 0.0]])
def test_nothing_turns_dominance(row):
    for smallest in (smallest_l1, smallest_l2):
        changes = smallest([row], [0.5, 0.5])
        assert np.isnan(changes.size[0])
        assert np.isnan(changes.change).all()


@pytest.mark.parametrize("row", [[1.0, -1.0], [0.0, 0.0]])
def test_a_pair_that_ties_needs_no_change(row):
    for smallest in (smallest_l1, smallest_l2):
        changes = smallest([row], [0.5, 0.5])
        assert changes.size[0] == 0.0
        assert transfers(changes.change[0], ("a", "b")) == ()


def test_one_factor_never_turns():
    assert np.isnan(smallest_l1([[2.0]], [1.0]).size[0])
    assert np.isnan(smallest_l2([[2.0]], [1.0]).size[0])


def test_the_projection_by_hand():
    # Without a bound in the way: Δ = −gap · (d − mean d) / |d − mean d|².
    row, weights = np.array([3.0, 1.0, -2.0]), np.array([0.4, 0.3, 0.3])
    centred = row - row.mean()
    expected = -(row @ weights) * centred / (centred @ centred)
    changes = smallest_l2([row], weights)
    assert changes.change[0] == pytest.approx(expected, abs=1e-14)
    assert changes.size[0] == pytest.approx(np.linalg.norm(expected))


@pytest.mark.parametrize("seed", [0, 1])
def test_the_projection_is_the_quadratic_programme(seed):
    rows, weights = rivals(12, 6, seed)
    changes = smallest_l2(rows, weights)
    for row, change, size in zip(rows / 100, changes.change, changes.size, strict=True):
        if np.isnan(size):
            continue
        found = minimize(
            lambda w: (w - weights) @ (w - weights),
            weights,
            jac=lambda w: 2 * (w - weights),
            bounds=[(0, 1)] * 6,
            constraints=[
                {"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones(6)},
                {"type": "eq", "fun": lambda w, row=row: row @ w, "jac": lambda w, row=row: row},
            ],
            options={"ftol": 1e-14, "maxiter": 500},
        )
        assert size == pytest.approx(np.sqrt(found.fun), abs=1e-5)
        assert size <= np.sqrt(found.fun) + 1e-9
        assert row @ (weights + change) == pytest.approx(0.0, abs=1e-12)
        assert (weights + change).min() >= 0
        assert (weights + change).sum() == pytest.approx(1.0, abs=1e-12)


@given(
    st.lists(st.floats(-100, 100), min_size=5, max_size=5),
    st.lists(st.floats(0.01, 1), min_size=5, max_size=5),
)
@settings(max_examples=200, deadline=None)
def test_both_reach_a_tie_and_stay_weightings(row, sizes):
    row, weights = np.array(row), np.array(sizes) / sum(sizes)
    for changes in (smallest_l1([row], weights), smallest_l2([row], weights)):
        if np.isnan(changes.size[0]):
            continue
        moved = weights + changes.change[0]
        assert moved.min() >= -1e-12
        assert moved.sum() == pytest.approx(1.0, abs=1e-9)
        assert moved @ row == pytest.approx(0.0, abs=1e-9 * max(1.0, np.abs(row).max()))


def test_two_hundred_factors():
    rows, weights = rivals(5, 200, 4)
    changes = smallest_l1(rows, weights)
    for row, size in zip(rows, changes.size, strict=True):
        assert size == pytest.approx(by_programme(row, weights).fun, abs=1e-9)
    assert (smallest_l2(rows, weights).size <= changes.size).all()


def test_what_does_not_fit_is_refused():
    with pytest.raises(InputError, match="do not fit"):
        smallest_l1([[1.0, 2.0]], [1.0])
    with pytest.raises(InputError, match="missing"):
        smallest_l2([[np.nan, 2.0]], [0.5, 0.5])
