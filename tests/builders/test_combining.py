"""Pieces of evidence into one reading, by hand, and how they age."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.builders import age, combine
from leverage.case import Evidence, Measured, Piece, ReadingKey
from leverage.codebook import Factor

TODAY = dt.date(2025, 3, 1)
KEY = ReadingKey("a", "luck")


def factor(rule="weighted_mean", *, half_life=30, widening=0.5, life=100, bounds=(0, 10)):
    return Factor.model_validate(
        {
            "format": "leverage/factor/1",
            "id": "luck",
            "version": 1,
            "title": "Luck",
            "question": "How much?",
            "unit": "points",
            "bounds": bounds,
            "combine": rule,
            "ageing": {"half_life": half_life, "widening": widening, "life": life},
        }
    )


def piece(days, value, low=None, high=None):
    reading = {"value": value, "unit": "points"}
    evidence = Evidence.model_validate(
        {
            "id": f"e{days}",
            "actor": "a",
            "factor": "luck",
            "reading": reading,
            "interval": "exact",
            "kind": "judgement",
            "coder": "c",
            "note": "n",
        }
    )
    ends = (value if low is None else low, value if high is None else high)
    return Piece(KEY, Measured(value, *ends), TODAY - dt.timedelta(days), evidence)


def combined(pieces, rule="weighted_mean", as_of=TODAY, **ageing):
    return combine(pieces, as_of, factor(rule, **ageing), "")


def numbers(found):
    return found.measured.value, found.measured.low, found.measured.high


def later(days):
    return TODAY + dt.timedelta(days)


class TestAgeing:
    def test_a_weight_halves_with_each_half_life(self):
        found = combined([piece(0, 1), piece(30, 2), piece(60, 3)])
        weights = [weight for _, weight in found.pieces]
        assert weights == pytest.approx([4 / 7, 2 / 7, 1 / 7])
        assert found.measured.value == pytest.approx((4 * 1 + 2 * 2 + 1 * 3) / 7)

    def test_the_interval_widens_and_the_reading_stays(self):
        # 60 days are two half-lives: each half-width grows by 2 * 0.5, so it doubles.
        assert numbers(combined([piece(60, 5, 4, 7)])) == (5, 3, 9)

    def test_the_interval_is_cut_at_the_scale(self):
        assert numbers(combined([piece(60, 5, 1, 9)])) == (5, 0, 10)

    def test_expiry(self):
        assert combined([piece(100, 5)]) is not None
        assert combined([piece(101, 5)]) is None
        assert combined([]) is None

    def test_an_expired_piece_no_longer_counts_among_others(self):
        assert combined([piece(101, 9), piece(0, 1)]).measured.value == 1

    @given(st.integers(0, 100), st.integers(0, 100))
    def test_the_weights_of_live_pieces_do_not_shift_as_time_passes(self, first, later_by):
        young, old = piece(0, 2), piece(first, 8)
        now, then = (combined([young, old], as_of=later(days), life=1000) for days in (0, later_by))
        assert then.measured.value == pytest.approx(now.measured.value)
        assert then.measured.low <= now.measured.low + 1e-9
        assert then.measured.high >= now.measured.high - 1e-9

    def test_seen_from_a_day_before_it_a_piece_is_fresh(self):
        # A contrast may hold evidence against an earlier day; its interval must not turn round.
        assert numbers(combined([piece(0, 5, 4, 7)], as_of=later(-300))) == (5, 4, 7)

    def test_age_in_days(self):
        assert age(piece(12, 1), TODAY) == 12


class TestRules:
    pieces = (piece(0, 2, 1, 4), piece(30, 8, 6, 9), piece(30, 5, 5, 5))
    # Weights 1/2, 1/4, 1/4. At 30 days an interval grows by half: 8 (6 to 9) becomes 8 (5 to 9.5).

    def test_weighted_mean(self):
        found = numbers(combined(self.pieces))
        # 1 + 2 + 1.25; 0.5 + 1.25 + 1.25; 2 + 2.375 + 1.25
        assert found == pytest.approx((4.25, 3.0, 5.625))

    def test_weighted_median(self):
        # Half of the weight is reached at the smallest value, 2; of the ends at 1 and at 4.
        assert numbers(combined(self.pieces, "median")) == pytest.approx((2, 1, 4))

    def test_median_of_equal_weights(self):
        same_day = [piece(0, value) for value in (9, 1, 4)]
        assert combined(same_day, "median").measured.value == 4

    def test_latest(self):
        found = combined(self.pieces, "latest")
        assert numbers(found) == (2, 1, 4)
        assert len(found.pieces) == 1

    def test_latest_of_two_on_one_day_is_their_mean(self):
        assert combined([piece(3, 2), piece(3, 6), piece(9, 9)], "latest").measured.value == 4

    def test_envelope_keeps_every_view_within_the_bounds(self):
        assert numbers(combined(self.pieces, "envelope")) == pytest.approx((4.25, 1, 9.5))

    def test_an_indicators_own_rule_goes_first(self):
        model = factor("weighted_mean").model_dump(mode="json", exclude_none=True)
        model |= {"builder": {"id": "product"}}
        model["indicators"] = [
            {
                "id": "coin",
                "question": "?",
                "unit": "points",
                "bounds": [0, 10],
                "combine": "latest",
                "ageing": {"half_life": 1, "life": 5},
            }
        ]
        own = Factor.model_validate(model)
        assert combine([piece(0, 2), piece(4, 8)], TODAY, own, "coin").measured.value == 2
        assert combine([piece(6, 8)], TODAY, own, "coin") is None

    @given(
        st.lists(st.tuples(st.integers(0, 90), st.floats(0, 10), st.floats(0, 10)), min_size=1, max_size=5),
        st.sampled_from(["weighted_mean", "median", "latest", "envelope"]),
    )
    def test_every_rule_keeps_the_reading_within_its_bounds(self, drawn, rule):
        pieces = [piece(days, min(a, b), 0, max(a, b)) for days, a, b in drawn]
        value, low, high = numbers(combined(pieces, rule))
        assert 0 <= low <= value + 1e-9
        assert value - 1e-9 <= high <= 10 + 1e-9
