"""Weights on the simplex: from outcomes, and from pairwise judgements."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.faults import InputError
from leverage.lab.families import INDEX_FAMILIES
from leverage.lab.pairwise import Judgement, bradley_terry, pairwise_weights
from leverage.lab.simplex import fit_simplex, learn_weights


def drawn(weights, rows=4000, seed=0):
    rng = np.random.default_rng(seed)
    leads = rng.uniform(-1, 1, (rows, len(weights)))
    initiator = rng.choice([-1.0, 1.0], rows)
    odds = 0.5 * initiator + 4.0 * leads @ weights
    return leads, (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(float), initiator


def test_outcomes_give_their_weights_back():
    true = np.array([0.5, 0.3, 0.2, 0.0])
    slopes, initiative = fit_simplex(*drawn(true))
    np.testing.assert_allclose(slopes / slopes.sum(), true, atol=0.05)
    assert initiative == pytest.approx(0.5, abs=0.1)
    assert slopes.sum() == pytest.approx(4.0, abs=0.5)


def test_a_harmful_family_gets_exactly_nothing():
    slopes, _ = fit_simplex(*drawn(np.array([0.6, 0.4, -0.3])))
    assert slopes[2] == 0.0
    assert slopes[0] > slopes[1] > 0


def test_a_strong_prior_draws_to_equal_weights():
    slopes, _ = fit_simplex(*drawn(np.array([0.7, 0.2, 0.1]), rows=300), prior=1e6)
    np.testing.assert_allclose(slopes / slopes.sum(), 1 / 3, atol=1e-3)


def test_learned_weights_of_a_panel(disputes):
    found = learn_weights(disputes, draws=20, seed=3)
    assert tuple(found.weights) == INDEX_FAMILIES
    assert sum(found.weights.values()) == pytest.approx(1)
    assert min(found.weights.values()) >= 0
    assert all(found.low[name] <= found.high[name] for name in INDEX_FAMILIES)
    assert len(found.digest) == 64
    assert found == learn_weights(disputes, draws=20, seed=3)
    rest = found.without("own_capability")
    assert sum(rest.values()) == pytest.approx(1)
    kept = [name for name in rest if found.weights[name] > 0]
    for name in kept[1:]:
        ratio = found.weights[name] / found.weights[kept[0]]
        assert rest[name] / rest[kept[0]] == pytest.approx(ratio)
    with pytest.raises(InputError, match="there is no family 'luck'"):
        found.without("luck")


def test_two_factors_in_closed_form():
    weights = bradley_terry(["a", "b"], [Judgement("a", "b", 3.0)], prior=0.5)
    assert weights["a"] == pytest.approx(3.5 / 4)


@given(st.permutations(["a", "b", "c", "d"]), st.integers(1, 30))
def test_a_ranking_is_kept(names, count):
    judged = [Judgement(x, y, count) for n, x in enumerate(names) for y in names[n + 1 :]]
    weights = bradley_terry(names, judged)
    ordered = [weights[name] for name in names]
    assert ordered == sorted(ordered, reverse=True)
    assert sum(ordered) == pytest.approx(1)


def test_no_judgement_is_no_preference():
    assert bradley_terry(["a", "b", "c"], [])["c"] == pytest.approx(1 / 3)


def test_intervals_and_agreement():
    judged = [Judgement("a", "b")] * 8 + [Judgement("b", "a")] * 2 + [Judgement("b", "c")] * 6
    found = pairwise_weights(["a", "b", "c"], judged, draws=100, seed=1)
    assert found.agreement == pytest.approx(14 / 16)
    assert all(found.low[n] <= found.weights[n] <= found.high[n] for n in "ab")
    assert found == pairwise_weights(["a", "b", "c"], judged, draws=100, seed=1)


def test_faults_of_judgements():
    wrong = [Judgement("a", "x"), Judgement("b", "b"), Judgement("a", "b", 0)]
    with pytest.raises(
        InputError, match=r"(?s)against itself.*counts 0.*'x' is judged but unknown|'x' is judged"
    ) as e:
        bradley_terry(["a", "b"], wrong)
    assert len(e.value.faults) == 3
    with pytest.raises(InputError, match="there are no judgements"):
        pairwise_weights(["a", "b"], [])
