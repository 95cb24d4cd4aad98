"""Generic builders by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.builders import AgainstOpponent, OwnReading, Product

amounts = st.floats(0, 100)


def row(**values):
    return {name: np.array([value], dtype=float) for name, value in values.items()}


def test_reading_is_the_reading():
    assert OwnReading().build(row(reading=3.5)) == 3.5
    assert np.isnan(OwnReading().build(row(reading=np.nan)))
    low, high = OwnReading().bounds(row(reading=1), row(reading=4))
    assert (low, high) == (1, 4)


def test_product():
    assert Product().build(row(a=0.5, b=0.4, c=0.2)) == pytest.approx(0.04)  # .5 * .4 * .2
    assert np.isnan(Product().build(row(a=0.0, b=np.nan)))
    low, high = Product().bounds(row(a=0.2, b=0.5), row(a=0.6, b=1.0))
    assert (low[0], high[0]) == (pytest.approx(0.1), pytest.approx(0.6))  # .2 * .5 and .6 * 1


@pytest.mark.parametrize(("own", "other", "part"), [(3, 1, 0.75), (0, 5, 0), (5, 0, 1), (0, 0, 0.5)])
def test_against_opponent(own, other, part):
    assert AgainstOpponent().build(row(reading=own, opponent__reading=other)) == part


@pytest.mark.parametrize(("own", "other"), [(np.nan, 1), (1, np.nan), (np.nan, 0), (0, np.nan)])
def test_against_an_unknown_opponent_is_unknown(own, other):
    assert np.isnan(AgainstOpponent().build(row(reading=own, opponent__reading=other)))


@given(amounts, amounts, amounts, amounts, st.floats(0, 1), st.floats(0, 1))
def test_against_opponent_lies_within_its_bounds(a, b, c, d, one, other):
    low, high = (
        row(reading=min(a, b), opponent__reading=min(c, d)),
        row(reading=max(a, b), opponent__reading=max(c, d)),
    )
    inside = {
        name: low[name] + part * (high[name] - low[name])
        for name, part in zip(low, (one, other), strict=True)
    }
    bottom, top = AgainstOpponent().bounds(low, high)
    assert bottom - 1e-9 <= AgainstOpponent().build(inside) <= top + 1e-9


@given(amounts, amounts)
def test_two_sides_share_the_whole(own, other):
    first = AgainstOpponent().build(row(reading=own, opponent__reading=other))
    second = AgainstOpponent().build(row(reading=other, opponent__reading=own))
    assert first + second == pytest.approx(1)
