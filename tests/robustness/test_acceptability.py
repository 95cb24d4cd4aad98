"""Rank acceptability against exact shares, central weights by hand, ties, and the spread of repeats."""

import numpy as np
import pytest

from leverage.robustness.acceptability import ordered, rank_acceptability
from leverage.robustness.weight_sets import sample_simplex
from leverage.robustness.win_shares import expected_ranks, uniform_shares


def test_two_rows_take_the_places_of_their_exact_share():
    values = np.array([[4.0, 0.0, 1.0], [1.0, 1.0, 2.0]])
    found = rank_acceptability(values, sample_simplex(3, 40_000, seed=0))
    exact = uniform_shares([values[0] - values[1]]).ahead[0]
    assert found.ranks[0, 0] == pytest.approx(exact, abs=4 * found.ranks_error[0, 0])
    assert found.ranks_error[0, 0] == pytest.approx(np.sqrt(exact * (1 - exact) / 40_000), rel=0.02)
    assert found.ranks.sum(axis=1).tolist() == [1.0, 1.0]
    assert found.ranks.sum(axis=0).tolist() == [1.0, 1.0]


def test_mean_places_are_the_exact_expected_ranks():
    values = np.random.default_rng(3).random((12, 5))
    found = rank_acceptability(values, sample_simplex(5, 60_000, seed=1))
    assert found.ranks @ np.arange(1, 13) == pytest.approx(expected_ranks(values), abs=0.05)


def test_central_weights_by_hand():
    # The first leads where its weight is above 1/4: on the mean at 5/8.
    found = rank_acceptability([[3.0, 0.0], [0.0, 1.0]], sample_simplex(2, 40_000, seed=2))
    assert found.central[0].tolist() == pytest.approx([0.625, 0.375], abs=4 * found.central_error[0, 0])
    assert found.central_error[0, 0] == pytest.approx(0.75 / np.sqrt(12 * 30_000), rel=0.05)
    assert found.central[1].tolist() == pytest.approx([0.125, 0.875], abs=0.01)


def test_whoever_is_never_first_has_no_central_weights():
    found = rank_acceptability([[1.0, 1.0], [0.0, 0.0]], sample_simplex(2, 100, seed=0))
    assert found.ranks.tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert np.isnan(found.central[1]).all()
    assert np.isnan(found.confidence[1])
    assert found.confidence[0] == 1.0


def test_ties_share_the_better_place():
    order, places = ordered(np.array([[1.0, 3.0, 3.0 + 1e-12, 2.0]]))
    assert (order.tolist(), places.tolist()) == ([[2, 1, 3, 0]], [[0, 0, 2, 3]])
    found = rank_acceptability([[1.0, 2.0], [1.0, 2.0], [0.0, 0.0]], sample_simplex(2, 50, seed=0))
    assert found.ranks.tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 1]]


def test_confidence_counts_the_draws_of_the_evidence():
    values = np.array([[3.0, 0.0], [0.0, 1.0]])
    evidence = np.array([values, values, values, values[::-1]])
    found = rank_acceptability(values, sample_simplex(2, 1_000, seed=0), evidence)
    assert found.confidence.tolist() == [0.75, 0.75]
    assert found.confidence_error.tolist() == pytest.approx([np.sqrt(0.75 * 0.25 / 4)] * 2)


def test_standard_errors_are_those_of_repeats():
    values = np.random.default_rng(5).random((4, 3))
    repeats = np.array([rank_acceptability(values, sample_simplex(3, 500, seed=s)).ranks for s in range(200)])
    told = rank_acceptability(values, sample_simplex(3, 500, seed=999)).ranks_error
    assert repeats.std(axis=0) == pytest.approx(told, rel=0.3, abs=0.003)


def test_the_same_seed_gives_the_same_draws_and_chunks_change_nothing(monkeypatch):
    values = np.random.default_rng(6).random((5, 3))
    weights = sample_simplex(3, 1_000, seed=4)
    whole = rank_acceptability(values, weights)
    monkeypatch.setattr("leverage.robustness.acceptability.CHUNK", 60)
    parts = rank_acceptability(values, sample_simplex(3, 1_000, seed=4))
    assert parts.ranks.tolist() == whole.ranks.tolist()
    assert parts.central == pytest.approx(whole.central, nan_ok=True)


def test_one_row_and_one_factor():
    found = rank_acceptability([[2.0]], sample_simplex(1, 10, seed=0))
    assert (found.ranks.tolist(), found.central.tolist()) == ([[1.0]], [[1.0]])
