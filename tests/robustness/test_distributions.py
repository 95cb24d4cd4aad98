"""Triangular and PERT distributions against scipy's."""

import numpy as np
import pytest
from scipy import stats

from leverage.robustness.distributions import moments, quantile

SPREADS = [(0.2, 0.3, 0.7), (0.0, 0.0, 1.0), (0.0, 1.0, 1.0), (10.0, 12.0, 14.0)]


def frozen(low, mode, high, shape):
    length = high - low
    if shape == "triangular":
        return stats.triang((mode - low) / length, low, length)
    return stats.beta(1 + 4 * (mode - low) / length, 1 + 4 * (high - mode) / length, low, length)


@pytest.mark.parametrize("shape", ["triangular", "pert"])
@pytest.mark.parametrize("spread", SPREADS)
def test_quantiles_and_moments_are_those_of_scipy(spread, shape):
    parts = np.linspace(0, 1, 21)
    assert quantile(parts, *spread, shape) == pytest.approx(frozen(*spread, shape).ppf(parts), abs=1e-9)
    assert moments(*spread, shape) == pytest.approx(frozen(*spread, shape).stats("mv"), rel=1e-9)


@pytest.mark.parametrize("shape", ["triangular", "pert"])
def test_an_exact_reading_stays(shape):
    assert quantile([0.0, 0.5, 1.0], 0.4, 0.4, 0.4, shape).tolist() == [0.4] * 3
    assert moments(0.4, 0.4, 0.4, shape) == pytest.approx((0.4, 0.0))


def test_the_central_90_of_a_symmetric_triangle_is_what_was_stated():
    # 44 % (39 to 49) was widened to 36.7 to 51.3: its central 90 % is 39 to 49 again.
    half = 5 / (1 - np.sqrt(0.1))
    ends = quantile([0.05, 0.95], 44 - half, 44.0, 44 + half, "triangular")
    assert ends.tolist() == pytest.approx([39.0, 49.0])
