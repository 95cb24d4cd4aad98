"""What a person types for a reading: every form that is taken, and why another is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.case import Stake
from leverage.codebook import Indicator, Scale
from leverage.coding.suggestion import StatedNumber
from leverage.coding.typed import (
    interval_words,
    parse_grade,
    parse_interval,
    parse_reading,
    proposed,
    reading_words,
)
from leverage.faults import InputError

SHARE = Indicator(
    id="share_held",
    question="How much?",
    per_stake=True,
    unit="share",
    bounds=(0, 1),
    accepts={"%": 0.01},
    anchors=[{"id": "most_of_it", "reading": 0.7, "says": "The larger part."}],
)
DAYS = Scale(unit="days", bounds=(0, 3650), accepts={"weeks": 7, "% per 30 days": 1})
BERTHS = Stake.model_validate({"id": "b", "title": "Berths", "size": {"value": 12, "unit": "berths"}})


def words(problem):
    return problem.value.faults[0].problem, problem.value.faults[0].remedy


class TestReading:
    @pytest.mark.parametrize(
        ("typed", "scale", "expected"),
        [
            ("9 berths", SHARE, {"value": 9, "unit": "berths"}),
            ("9 Berth", SHARE, {"value": 9, "unit": "berths"}),
            ("45 %", SHARE, {"value": 45, "unit": "%"}),
            (" 45% ", SHARE, {"value": 45, "unit": "%"}),
            ("45 per cent", SHARE, {"value": 45, "unit": "%"}),
            ("0.3", SHARE, {"value": 0.3, "unit": "share"}),
            (".3", SHARE, {"value": 0.3, "unit": "share"}),
            ("1e-1", SHARE, {"value": 0.1, "unit": "share"}),
            ("most_of_it", SHARE, {"anchor": "most_of_it"}),
            ("Most of it", SHARE, {"anchor": "most_of_it"}),
            ("1,376", DAYS, {"value": 1376, "unit": "days"}),
            ("1 week", DAYS, {"value": 1, "unit": "weeks"}),
            ("3 percent per 30 days", DAYS, {"value": 3, "unit": "% per 30 days"}),
        ],
    )
    def test_forms(self, typed, scale, expected):
        assert parse_reading(typed, scale, BERTHS).model_dump() == expected

    @pytest.mark.parametrize(
        ("typed", "problem", "remedy"),
        [
            (
                "",
                "'' is no reading",
                "write a number from 0 to 1 share (units: berths or share or %), or one",
            ),
            ("much", "'much' is no reading", "write a number"),
            ("0,3", "the unit ',3' is not one of this scale", "use one of: berths, share, %"),
            ("1.2.3", "the unit '.3' is not", "use one of"),
            ("9 boats", "the unit 'boats' is not one of this scale", "use one of: berths, share, %"),
            ("145 %", "the reading 145 % lies out of bounds", "write a number from 0 to 100 %"),
            ("-1 berths", "the reading -1 berths lies out of bounds", "write a number from 0 to 12 berths"),
            ("\N{MINUS SIGN}1 %", "the reading -1 % lies out of bounds", "write a number from 0 to 100 %"),
            ("1e999", "'1e999' is no reading", "write a number"),
        ],
    )
    def test_what_is_none(self, typed, problem, remedy):
        with pytest.raises(InputError) as caught:
            parse_reading(typed, SHARE, BERTHS)
        told = words(caught)
        assert told[0].startswith(problem)
        assert told[1].startswith(remedy)

    def test_a_stakes_unit_needs_the_stake(self):
        with pytest.raises(InputError, match="'berths' is not one of this scale"):
            parse_reading("9 berths", SHARE)

    @given(st.text(max_size=12))
    def test_no_text_breaks_it(self, typed):
        try:
            reading = parse_reading(typed, SHARE, BERTHS)
        except InputError:
            return
        assert parse_reading(reading_words(reading), SHARE, BERTHS) == reading


class TestInterval:
    @pytest.mark.parametrize(
        ("typed", "low", "high", "means"),
        [
            ("8..9", 8, 9, "outer"),
            ("8 – 9 berths", 8, 9, "outer"),
            ("8 to 9", 8, 9, "outer"),
            ("±3", 6, 12, "outer"),
            ("+-0.1", 8.9, 9.1, "outer"),
            ("+/- 1 berth", 8, 10, "outer"),
            ("8..10 central", 8, 10, "central-90"),
        ],
    )
    def test_forms(self, typed, low, high, means):
        reading = parse_reading("9 berths", SHARE, BERTHS)
        interval = parse_interval(typed, reading, SHARE, BERTHS)
        assert interval.model_dump() == {"low": low, "high": high, "means": means}

    def test_exact(self):
        assert parse_interval(" Exact", parse_reading("0.3", SHARE), SHARE) == "exact"

    def test_about_an_anchor_it_counts_in_the_scales_unit(self):
        interval = parse_interval("±0.2", parse_reading("most_of_it", SHARE), SHARE)
        assert (interval.low, interval.high) == (0.5, 0.9)

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            ("", "'' is no interval"),
            ("8", "'8' is no interval"),
            ("±", "'±' is no interval"),
            ("8..", "'8..' is no interval"),
            ("9..8", "the interval runs from 9 down to 8"),
            ("1..2", "the interval 1 to 2 leaves out its reading 9"),
            ("±4", "the interval 5 to 13 berths reaches out of bounds"),
            ("60..80 %", "the interval is in '%' and its reading in 'berths'"),
        ],
    )
    def test_what_is_none(self, typed, problem):
        with pytest.raises(InputError) as caught:
            parse_interval(typed, parse_reading("9 berths", SHARE, BERTHS), SHARE, BERTHS)
        assert words(caught)[0] == problem

    @given(st.text("0123456789.±-–to centralexact%", max_size=14))
    def test_no_text_breaks_it(self, typed):
        reading = parse_reading("45 %", SHARE)
        try:
            interval = parse_interval(typed, reading, SHARE)
        except InputError:
            return
        assert parse_interval(interval_words(interval), reading, SHARE) == interval


class TestProposal:
    def test_the_passages_own_number_with_its_ends(self):
        number = StatedNumber(value=45, unit="%", low=40, high=50, text="40 to 50 per cent")
        reading, interval = proposed(number, SHARE)
        assert (reading_words(reading), interval_words(interval)) == ("45 %", "40..50")

    @pytest.mark.parametrize(
        "number",
        [
            None,
            {"value": 45, "unit": "boats", "low": 45, "high": 45},
            {"value": 145, "unit": "%", "low": 1, "high": 2},
        ],
    )
    def test_none_where_it_is_none_of_the_scale(self, number):
        number = number and StatedNumber(**number, text="so many")
        assert proposed(number, SHARE) is None


class TestGrade:
    def test_two_fields(self):
        assert parse_grade(" b 2 ").model_dump() == {"source": "B", "information": 2}

    @pytest.mark.parametrize("typed", ["", "B", "2", "G1", "A7", "B22"])
    def test_what_is_none(self, typed):
        with pytest.raises(InputError, match="is no grade"):
            parse_grade(typed)
