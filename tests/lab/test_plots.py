"""Plots: the same bytes for the same numbers, intervals and curves by hand."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from leverage.lab.outcome import Basis, Term
from leverage.lab.plots import calibration_plot, curve, reliability_plot, weights_plot


def test_a_curve_spans_the_readings_in_their_unit():
    term = Term("power", "against", "log")
    basis = Basis(term, 0.0, 1.0, np.array([]), 0.0)
    table = pd.DataFrame({"a__power": [1.0, np.e], "b__power": [np.e**2, np.nan]})
    x, log_odds = curve(basis, np.array([0.5]), table)
    assert (x[0], x[-1]) == pytest.approx((1, np.e**2))
    assert (log_odds[0], log_odds[-1]) == pytest.approx((0, 1))  # half a unit for each e-fold


def drawings():
    table = pd.DataFrame({"stated": [0.1, 0.8], "observed": [0.0, 1.0], "rows": [10, 12]})
    weights = pd.DataFrame({"weight": [0.4, 0.6], "low": [0.1, 0.2], "high": [0.5, 0.9]}, index=["a_b", "c"])
    errors = pd.DataFrame({"calibration_error": [0.1, 0.02]}, index=["one", "two"])
    yield "Probability stated", reliability_plot({"won": table, "lost": table}, "A title")
    yield "Weight, with 95", weights_plot(weights, "A title")
    yield "spread over repeats", calibration_plot(errors, "A title")


def test_the_same_numbers_give_the_same_bytes_with_words_on_the_axes():
    for (words, first), (_, second) in zip(drawings(), drawings(), strict=True):
        assert first == second
        told = "".join(ElementTree.fromstring(first).itertext())
        assert words in told
        assert "A title" in told
        assert "<dc:date>" not in first
