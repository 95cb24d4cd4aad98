"""Value functions: from (0, 0) to (1, 1), rising, with an inverse, and against numbers by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.codebook import Concave, Leaf, Linear, Logistic, PiecewiseLinear, Scale

FUNCTIONS = [
    Linear(),
    Concave(shape="concave", curvature=4),
    Concave(shape="concave", curvature=0.01),
    Concave(shape="concave", curvature=50),
    Logistic(shape="logistic", midpoint=0.5, steepness=10),
    Logistic(shape="logistic", midpoint=0.2, steepness=0.5),
    PiecewiseLinear(shape="piecewise-linear", points=[(0, 0), (0.25, 0.7), (1, 1)]),
]
EACH = pytest.mark.parametrize("value", FUNCTIONS, ids=lambda value: value.formula())
UNIT = st.floats(0, 1)


@EACH
def test_ends(value):
    assert value([0, 1]) == pytest.approx([0, 1], abs=1e-12)
    assert np.isnan(value(np.nan))
    assert np.isnan(value.inverse(np.nan))


@EACH
@given(a=UNIT, b=UNIT)
def test_rising(value, a, b):
    low, high = sorted((a, b))
    assert value(low) <= value(high) + 1e-12
    assert 0 - 1e-12 <= value(low) <= 1 + 1e-12


@pytest.mark.parametrize("value", FUNCTIONS[:3] + FUNCTIONS[4:], ids=lambda value: value.formula())
@given(x=UNIT)
def test_inverse(value, x):
    assert value.inverse(value(x)) == pytest.approx(x, abs=1e-9)


def test_numbers_by_hand():
    assert Linear()(0.3) == 0.3
    # (1 - e^-0.8) / (1 - e^-4) = 0.550671 / 0.981684: the first fifth is worth over half.
    assert Concave(shape="concave", curvature=4)(0.2) == pytest.approx(0.560945, abs=1e-6)
    assert Logistic(shape="logistic", midpoint=0.5, steepness=10)(0.5) == pytest.approx(0.5)
    # s(0) = .006693, s(1) = .993307, s(.25) = .075858: (.075858 - .006693) / .986614.
    assert Logistic(shape="logistic", midpoint=0.5, steepness=10)(0.25) == pytest.approx(0.070104, abs=1e-6)
    line = PiecewiseLinear(shape="piecewise-linear", points=[(0, 0), (0.25, 0.7), (1, 1)])
    assert line([0.125, 0.25, 0.625]) == pytest.approx([0.35, 0.7, 0.85])
    assert line.inverse(0.85) == pytest.approx(0.625)


def test_formulas_are_written_with_their_parameters():
    assert [value.formula() for value in (FUNCTIONS[0], FUNCTIONS[1], FUNCTIONS[4], FUNCTIONS[6])] == [
        "v = x",
        "v = (1 - exp(-4 x)) / (1 - exp(-4))",
        "v = s(x) rescaled to 0..1, s(x) = 1 / (1 + exp(-10 (x - 0.5)))",
        "v on straight lines through (0, 0), (0.25, 0.7), (1, 1)",
    ]


@pytest.mark.parametrize("rises", [True, False])
def test_a_lowering_leaf_is_read_from_its_far_end(rises):
    concave = Concave(shape="concave", curvature=4)
    scale = Scale(unit="share", bounds=(0, 1))
    leaf = Leaf("a.b", "a", "b", "A: b", 1.0, rises, concave, scale)
    x = np.array([0.0, 0.2, 1.0])
    assert leaf.value(x) == pytest.approx(concave(x if rises else 1 - x))
    assert leaf.rescaled(leaf.value(x)) == pytest.approx(x)
