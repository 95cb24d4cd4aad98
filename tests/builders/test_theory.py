"""Bargaining formulas against the literature's numbers, an independent recursion, and their limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.builders import theory
from leverage.faults import InputError

unit = st.floats(0, 1)
rates = st.floats(0, 20)
times = st.floats(0, 1000) | st.just(math.inf)


def backward_recursion(own_rate, other_rate, time_left, steps=20_000):
    """Expected share by stepping back from the deadline, offer by offer."""
    dt = time_left / steps
    keep_own, keep_other = math.exp(-own_rate * dt), math.exp(-other_rate * dt)
    own = other = 0.5
    for _ in range(steps):
        own, other = (
            0.5 * (1 - keep_other * other) + 0.5 * keep_own * own,
            0.5 * (1 - keep_own * own) + 0.5 * keep_other * other,
        )
    return own


class TestFirstProposer:
    @pytest.mark.parametrize(
        ("own", "other", "share"), [(0.9, 0.8, 0.7143), (0.9, 0.9, 0.5263), (0.8, 0.9, 0.3571)]
    )
    def test_rubinstein(self, own, other, share):
        assert theory.first_proposer_share(own, other) == pytest.approx(share, abs=5e-5)

    @pytest.mark.parametrize(("own", "other", "share"), [(1, 1, 0.5), (1, 0.9, 1), (0.9, 1, 0), (0, 0, 1)])
    def test_limits(self, own, other, share):
        assert theory.first_proposer_share(own, other) == share

    @given(unit, unit, unit)
    def test_patience_pays(self, a, b, other):
        low, high = theory.first_proposer_share(sorted([a, b]), other)
        assert 0 <= low <= high <= 1

    @given(st.floats(0, 0.999), st.floats(0, 0.999))
    def test_makes_the_other_indifferent(self, own, other):
        mine, theirs = theory.first_proposer_share(own, other), theory.first_proposer_share(other, own)
        assert 1 - mine == pytest.approx(other * theirs, abs=1e-9)

    def test_broadcasts(self):
        assert theory.first_proposer_share([[0.9], [0.5]], [0.8, 0.9, 1.0]).shape == (2, 3)


class TestPatientShare:
    def test_rubinstein_in_continuous_time(self):
        assert theory.patient_share(0.05, 0.10) == pytest.approx(2 / 3)

    @pytest.mark.parametrize(
        ("own", "other", "share"),
        [
            (0, 0, 0.5),
            (0, 0.1, 1),
            (0.1, 0, 0),
            (math.inf, 1, 0),
            (1, math.inf, 1),
            (math.inf, math.inf, 0.5),
        ],
    )
    def test_limits(self, own, other, share):
        assert theory.patient_share(own, other) == share

    @given(rates, rates)
    def test_shares_sum_to_one(self, own, other):
        assert theory.patient_share(own, other) + theory.patient_share(other, own) == pytest.approx(1)

    @given(rates, rates, rates)
    def test_waiting_costs(self, a, b, other):
        cheap, dear = theory.patient_share(sorted([a, b]), other)
        assert 1 >= cheap >= dear >= 0

    @pytest.mark.parametrize("step", [1e-4, 1e-6])
    def test_is_rubinstein_with_short_rounds(self, step):
        alternating = theory.first_proposer_share(math.exp(-0.3 * step), math.exp(-0.7 * step))
        assert theory.patient_share(0.3, 0.7) == pytest.approx(alternating, abs=step)


class TestShareByDeadline:
    @pytest.mark.parametrize("time_left", [0.5, 3.0, 15.0])
    @pytest.mark.parametrize(("own", "other"), [(0.05, 0.10), (0.4, 0.1), (0.0, 0.3), (0.2, 0.2)])
    def test_discrete_recursion(self, own, other, time_left):
        expected = backward_recursion(own, other, time_left)
        assert theory.share_by_deadline(own, other, time_left) == pytest.approx(expected, abs=1e-4)

    def test_by_hand(self):
        # u* = 1/4 and (r_own + r_other) τ / 2 = ln 2 leave half of the way from 1/2: 3/8.
        assert theory.share_by_deadline(0.3, 0.1, 5 * math.log(2)) == pytest.approx(3 / 8)

    @pytest.mark.parametrize("time_left", [0, -3, -math.inf])
    @pytest.mark.parametrize("own", [0, 0.4, math.inf])
    def test_equal_at_the_deadline_and_past_it(self, own, time_left):
        assert theory.share_by_deadline(own, 0.1, time_left) == 0.5

    @pytest.mark.parametrize(("own", "other"), [(0.05, 0.10), (0, 0), (0, 0.1), (math.inf, 1)])
    def test_no_deadline_is_rubinstein(self, own, other):
        assert theory.share_by_deadline(own, other, math.inf) == theory.patient_share(own, other)

    @given(rates, rates, times, times)
    def test_near_deadline_helps_the_side_with_the_higher_cost(self, a, b, s, t):
        near, far = theory.share_by_deadline(max(a, b), min(a, b), sorted([s, t]))
        assert 0.5 >= near >= far - 1e-15
        assert far >= theory.patient_share(max(a, b), min(a, b)) - 1e-15

    @given(rates, rates, times)
    def test_shares_sum_to_one(self, own, other, time_left):
        both = theory.share_by_deadline([own, other], [other, own], time_left)
        assert both.sum() == pytest.approx(1)
        assert np.all((both >= 0) & (both <= 1))

    @given(rates, rates, rates, times)
    def test_waiting_costs(self, a, b, other, time_left):
        cheap, dear = theory.share_by_deadline(sorted([a, b]), other, time_left)
        assert cheap >= dear - 1e-12


class TestFallbacks:
    @pytest.mark.parametrize(
        ("share", "option", "result"), [(0.5, 0.3, 0.5), (0.5, 0.6, 0.6), (0.5, -1, 0.5)]
    )
    def test_outside_option_binds_above_the_share_alone(self, share, option, result):
        assert theory.with_outside_option(share, option) == result

    def test_nash(self):
        assert theory.nash_share(0.3, 0.2) == pytest.approx(0.55)
        assert theory.nash_share(0.3, 0.2, 1.0) == pytest.approx(0.55)
        assert theory.nash_share([3, 1], 1, 10) == pytest.approx([6, 5])
        assert theory.nash_share(0.8, 0.6) == pytest.approx(0.6)

    @given(unit, unit, unit)
    def test_nash_divides_the_surplus_and_rewards_the_fallback(self, a, b, other):
        low, high = sorted([a, b])
        assert theory.nash_share(low, other) <= theory.nash_share(high, other)
        assert theory.nash_share(low, other) + theory.nash_share(other, low) == pytest.approx(1)
        if low + other <= 1:
            assert low - 1e-15 <= theory.nash_share(low, other) <= 1 - other + 1e-15


class TestFighting:
    def test_fearon(self):
        low, high = theory.bargaining_range(0.6, 0.1, 0.2)
        assert (low, high) == pytest.approx((0.5, 0.8))
        assert (low + high) / 2 == pytest.approx(0.65)
        assert theory.nash_share(low, 1 - high) == pytest.approx(0.65)

    def test_is_not_clipped(self):
        assert theory.bargaining_range(0.1, 0.3, 1.0) == pytest.approx((-0.2, 1.1))

    @given(unit, rates, rates)
    def test_peace_is_always_possible(self, chance, own_cost, other_cost):
        low, high = theory.bargaining_range(chance, own_cost, other_cost)
        assert low <= chance <= high


class TestDiscountRate:
    @pytest.mark.parametrize(("loss", "rate"), [(0, 0), (0.1, 0.10536), (0.5, 0.69315), (1, math.inf)])
    def test_numbers(self, loss, rate):
        assert theory.discount_rate(loss) == pytest.approx(rate, abs=5e-6)

    @given(st.floats(0, 0.999))
    def test_gives_back_the_loss(self, loss):
        assert 1 - math.exp(-theory.discount_rate(loss)) == pytest.approx(loss, abs=1e-12)


FORMULAS = {
    "first_proposer_share": (0.9, 0.8),
    "patient_share": (0.05, 0.1),
    "share_by_deadline": (0.05, 0.1, 3.0),
    "with_outside_option": (0.5, 0.3),
    "nash_share": (0.3, 0.2, 1.0),
    "bargaining_range": (0.6, 0.1, 0.2),
    "discount_rate": (0.1,),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_elementwise_and_missing_stays_missing(name):
    formula, numbers = getattr(theory, name), FORMULAS[name]
    single = np.asarray(formula(*numbers))
    for position in range(len(numbers)):
        columns = [np.array([number, number]) for number in numbers]
        columns[position][0] = math.nan
        result = np.atleast_2d(formula(*columns))
        assert result[:, 1] == pytest.approx(np.atleast_1d(single))
        if name == "bargaining_range":
            assert np.isnan(result[:, 0]).tolist() == [position != 2, position != 1]
        else:
            assert np.isnan(result[:, 0]).all()


@pytest.mark.parametrize("other", [0.0, 0.1, math.inf])
@pytest.mark.parametrize("time_left", [0.0, 1.0, math.inf, math.nan])
def test_missing_beats_every_limit(other, time_left):
    assert np.isnan(theory.share_by_deadline(math.nan, other, time_left))
    assert np.isnan(theory.share_by_deadline(other, math.nan, time_left))
    assert np.isnan(theory.share_by_deadline(other, other, math.nan))
    assert np.isnan(theory.patient_share(math.nan, other))
    assert np.isnan(theory.patient_share(other, math.nan))


@pytest.mark.parametrize(
    ("name", "numbers", "problem"),
    [
        ("first_proposer_share", (1.1, 0.5), "own_discount holds 1.1"),
        ("first_proposer_share", (0.5, [0.2, -0.1, -2]), "other_discount holds -2, -0.1"),
        ("patient_share", (-0.1, 0.1), "own_rate holds -0.1"),
        ("share_by_deadline", (0.1, -0.1, 1), "other_rate holds -0.1"),
        ("bargaining_range", (1.2, 0.1, 0.1), "win_probability holds 1.2"),
        ("bargaining_range", (0.5, 0.1, -0.1), "other_cost holds -0.1"),
        ("discount_rate", (1.5,), "loss_per_period holds 1.5"),
    ],
)
def test_numbers_without_meaning(name, numbers, problem):
    with pytest.raises(InputError, match=problem):
        getattr(theory, name)(*numbers)
