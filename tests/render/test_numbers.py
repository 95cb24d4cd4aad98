import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.render import number, percent, points, signed_points, signed_span, span

NAN = math.nan


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (12.34, "12.3"),
        (0, "0.0"),
        (-0.0, "0.0"),
        (-0.04, "0.0"),
        (-4.2, "−4.2"),
        (100, "100.0"),
        (None, "–"),
        (NAN, "–"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
    ],
)
def test_points(value, shown):
    assert points(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(4.2, "+4.2"), (-4.2, "−4.2"), (0, "0.0"), (-0.01, "0.0"), (0.04, "0.0"), (None, "–"), (math.inf, "+∞")],
)
def test_signed_points(value, shown):
    assert signed_points(value) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.85, "85 %"),
        (0, "0 %"),
        (1, "100 %"),
        (0.9999999999, "100 %"),
        (0.001, "<1 %"),
        (0.999, ">99 %"),
        (None, "–"),
        (NAN, "–"),
    ],
)
def test_percent_never_rounds_to_all_or_nothing(share, shown):
    assert percent(share) == shown


def test_percent_with_decimals():
    assert percent(0.1234, 1) == "12.3 %"
    assert percent(0.0001, 1) == "<0.1 %"
    assert percent(0.9999, 1) == ">99.9 %"


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (31, 54.2, "31.0–54.2"),
        (-4, 3, "−4.0 to 3.0"),
        (31.01, 31.02, "31.0"),
        (None, 3, "–"),
        (3, NAN, "–"),
    ],
)
def test_span(low, high, shown):
    assert span(low, high) == shown


def test_signed_span():
    assert signed_span(-1.2, 3) == "−1.2 to +3.0"
    assert signed_span(0, 25) == "0.0 to +25.0"
    assert signed_span(None, 25) == "–"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.123456, "0.1235"),
        (12.0, "12"),
        (-0.5, "−0.5"),
        (0, "0"),
        (-0.0, "0"),
        (1234.5678, "1235"),
        (9999.7, "10,000"),
        (112600, "112,600"),
        (123456.7, "123,457"),
        (0.00001234, "0.00001234"),
        (0.99996, "1"),
        (1.5e-9, "1.5e-9"),
        (2e20, "2e20"),
        (None, "–"),
        (NAN, "–"),
    ],
)
def test_number(value, shown):
    assert number(value) == shown


@given(st.floats())
def test_no_form_shows_a_signed_zero_or_an_ascii_minus(value):
    for shown in (points(value), signed_points(value), number(value)):
        assert not shown.startswith("-")
        assert shown not in ("−0.0", "−0", "+0.0")
        assert "nan" not in shown
