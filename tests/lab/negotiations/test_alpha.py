"""Krippendorff's alpha against its published examples, by hand, and one formula against the other."""

import numpy as np
import pytest

from leverage.lab.negotiations import krippendorff_alpha, pair_alpha

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
