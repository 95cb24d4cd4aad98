"""Sobol's shares: by hand where the model is a sum, against SALib on the same samples elsewhere."""

import numpy as np
import pytest

from leverage.builders import feature_table
from leverage.model import case_weights, score_table
from leverage.robustness.drawing import Doubt, drawing_of
from leverage.robustness.variance import evidence_variance_shares, factor_variance_shares, sobol

PIECES = (
    ("u-law", "union", "law", 0.5, 0.3, 0.7),
    ("u-votes", "union", "votes", 0.6, 0.5, 0.7),
    ("c-law", "company", "law", 0.4, None, None),
    ("c-votes", "company", "votes", 0.7, None, None),
)


def ishigami(x):
    angles = (2 * x - 1) * np.pi
    return (
        np.sin(angles[:, 0]) + 7 * np.sin(angles[:, 1]) ** 2 + 0.1 * angles[:, 2] ** 4 * np.sin(angles[:, 0])
    )


def samples(count, inputs, seed=0):
    rng = np.random.default_rng(seed)
    return rng.random((count, inputs)), rng.random((count, inputs))


def test_a_sum_by_hand(plain):
    # Variances in proportion (60 · 0.2)² and (40 · 0.1)²: 9 to 1.
    loaded, scores = plain(*PIECES)
    made = drawing_of(loaded, scores.table, Doubt(draws=40_000))
    union, company = (scores.table.row_number("base", name) for name in ("union", "company"))
    by_factor = factor_variance_shares(made.values()[0], scores, union)
    assert [share.name for share in by_factor] == ["law", "votes"]
    assert by_factor[0].first == by_factor[0].total == pytest.approx(0.9, abs=0.01)
    by_piece = evidence_variance_shares(made, scores, union, company, samples=4_000)
    assert [share.name for share in by_piece] == ["u-law", "u-votes"]
    for share, exact in zip(by_piece, (0.9, 0.1), strict=True):
        assert share.first == pytest.approx(exact, abs=4 * share.first_error)
        assert share.total == pytest.approx(exact, abs=4 * share.total_error)
    assert factor_variance_shares(made.values()[0], scores, company) == ()
    assert evidence_variance_shares(made, scores, company) == ()


def test_ishigami_has_the_shares_of_the_literature():
    """First order 0.3139, 0.4424, 0 and total 0.5576, 0.4424, 0.2437 (Saltelli et al. 2008)."""
    found = sobol(ishigami, *samples(60_000, 3), ("x", "y", "z"))
    for share, first, total in zip(found, (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437), strict=True):
        assert share.first == pytest.approx(first, abs=4 * share.first_error)
        assert share.total == pytest.approx(total, abs=4 * share.total_error)


def test_salib_says_the_same_on_the_same_samples():
    analyze = pytest.importorskip("SALib.analyze.sobol").analyze
    one, other = samples(512, 3)
    found = sobol(ishigami, one, other, ("x", "y", "z"))
    outcomes = []
    for row in range(512):
        mixed = [np.where(np.arange(3) == i, other[row], one[row]) for i in range(3)]
        outcomes += list(ishigami(np.array([one[row], *mixed, other[row]])))
    problem = {"num_vars": 3, "names": ["x", "y", "z"], "bounds": [[0, 1]] * 3}
    told = analyze(problem, np.array(outcomes), calc_second_order=False, num_resamples=10, seed=0)
    assert [share.first for share in found] == pytest.approx(told["S1"].tolist(), abs=0.02)
    assert [share.total for share in found] == pytest.approx(told["ST"].tolist(), abs=0.02)


def test_inputs_that_move_nothing_are_left_out():
    found = sobol(lambda x: x[:, 0], *samples(100, 2), ("counts", "does not"))
    assert [share.name for share in found] == ["counts"]
    assert sobol(lambda x: np.ones(len(x)), *samples(100, 2), ("a", "b")) == ()


def test_opponents_evidence_counts_where_the_formula_reads_it(kursk):
    scores = score_table(feature_table(kursk, ["assessed"]), case_weights(kursk))
    made = drawing_of(kursk, scores.table, Doubt())
    row = scores.table.row_number("assessed", "ukraine")
    found = evidence_variance_shares(made, scores, row, samples=256)
    names = {piece.evidence.id for piece in kursk.state("assessed").pieces if piece.key.actor == "russia"}
    assert names & {share.name for share in found}
    assert sum(share.first for share in found) == pytest.approx(1.0, abs=0.25)
