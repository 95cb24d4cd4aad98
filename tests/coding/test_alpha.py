"""Krippendorff's alpha against its published examples, by hand, and one formula against the other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.coding.alpha import krippendorff_alpha, pair_alpha

# Krippendorff (2011), section E: four observers, twelve units; 0 stands for a missing value.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
]
UNITS = [[v for v in unit if v] for unit in zip(*OBSERVERS, strict=True)]


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_the_published_example_with_missing_values(level, published):
    assert krippendorff_alpha(UNITS, level) == pytest.approx(published, abs=5e-4)


def test_the_published_examples_of_two_observers():
    # Section A, two observers and ten binary units: 0.095. Section C, twelve units in five kinds: 0.692.
    one = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    two = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert krippendorff_alpha(list(zip(one, two, strict=True)), "nominal") == pytest.approx(0.095, abs=5e-4)
    one, two = (
        ["a", "a", "b", "b", "d", "c", "c", "c", "e", "d", "d", "a"],
        ["b", "a", "b", "b", "b", "c", "c", "c", "e", "d", "d", "d"],
    )
    letters = {letter: n for n, letter in enumerate("abcde")}
    units = [(letters[a], letters[b]) for a, b in zip(one, two, strict=True)]
    assert krippendorff_alpha(units, "nominal") == pytest.approx(0.692, abs=5e-4)


def test_by_hand():
    # Values 1 1 2 2 3 4: D_o = (0 + 0 + 2) / 6; the squared differences of all ordered pairs sum to 82...
    values = np.array([1, 1, 2, 2, 3, 4])
    expected = ((values[:, None] - values) ** 2).sum() / 30
    assert krippendorff_alpha([[1, 1], [2, 2], [3, 4]]) == pytest.approx(1 - (2 / 6) / expected)
    assert pair_alpha([1, 2, 3], [1, 2, 4]) == pytest.approx(1 - (2 / 6) / expected)


def test_what_cannot_be_told_is_nan():
    assert np.isnan(krippendorff_alpha([]))
    assert np.isnan(krippendorff_alpha([[1], [2]]))
    assert np.isnan(krippendorff_alpha([[1, 1], [1, 1]]))
    assert np.isnan(pair_alpha([0.3, 0.3], [0.3, 0.3]))


def test_the_closed_form_is_the_general_one():
    rng = np.random.default_rng(2)
    a = rng.random(60)
    b = np.clip(a + rng.normal(0, 0.2, 60), 0, 1)
    assert pair_alpha(a, b) == pytest.approx(krippendorff_alpha(list(zip(a, b, strict=True))))


def test_strata_take_away_what_differences_of_level_lend():
    rng = np.random.default_rng(4)
    level = np.repeat([0.1, 0.9], 40)
    a, b = (level + rng.normal(0, 0.03, 80) for _ in range(2))
    kind = np.repeat(["low", "high"], 40)
    assert pair_alpha(a, b) > 0.98
    assert abs(pair_alpha(a, b, kind)) < 0.25
    assert pair_alpha(a, b, ["one"] * 80) == pytest.approx(pair_alpha(a, b))
    # One disagreement over the sum of what chance gives in each kind.
    n = [np.concatenate([a[kind == k], b[kind == k]]) for k in ("low", "high")]
    chance = sum(((v[:, None] - v) ** 2).sum() / (len(v) - 1) for v in n)
    assert pair_alpha(a, b, kind) == pytest.approx(1 - 2 * ((a - b) ** 2).sum() / chance)


def literal_alpha(units, level):
    """Krippendorff's definition, read off the page: every pair of values, one at a time, no matrix."""
    units = [unit for unit in units if len(unit) > 1]
    values = [value for unit in units for value in unit]
    n = len(values)

    def squared(c, k):
        if level == "nominal":
            return float(c != k)
        if level == "interval":
            return float(c - k) ** 2
        low, high = min(c, k), max(c, k)
        between = sum(values.count(g) for g in set(values) if low <= g <= high)
        return (between - (values.count(low) + values.count(high)) / 2) ** 2

    observed = sum(
        squared(unit[i], unit[j]) / (len(unit) - 1)
        for unit in units
        for i in range(len(unit))
        for j in range(len(unit))
        if i != j
    )
    expected = sum(squared(values[i], values[j]) for i in range(n) for j in range(n) if i != j)
    return None if expected == 0 else 1 - (observed / n) / (expected / (n * (n - 1)))


@given(
    st.lists(st.lists(st.integers(1, 4), max_size=5), max_size=9),
    st.sampled_from(["nominal", "ordinal", "interval"]),
)
def test_any_number_of_coders_with_gaps_agrees_with_the_definition(units, level):
    expected = literal_alpha(units, level)
    found = krippendorff_alpha(units, level)
    assert np.isnan(found) if expected is None else found == pytest.approx(expected, abs=1e-12)


def test_the_definition_gives_the_published_values_too():
    found = [literal_alpha(UNITS, level) for level in ("nominal", "ordinal", "interval")]
    assert found == pytest.approx([0.743, 0.815, 0.849], abs=5e-4)
