"""Doubt in the evidence: closed forms, shared pieces, wholes, gaps, and what the model would not draw."""

import numpy as np
import pytest

from leverage.builders import feature_table
from leverage.faults import InputError
from leverage.model import case_weights, score_table
from leverage.robustness.distributions import GRADE_WIDENING
from leverage.robustness.drawing import Doubt, _repeated, drawing_of, uniform
from leverage.robustness.evidence import drawn_scores, linear_moments

FOUR = (
    ("u-law", "union", "law", 0.5, 0.2, 0.9),
    ("u-votes", "union", "votes", 0.6, 0.5, 0.7),
    ("c-law", "company", "law", 0.4, 0.3, 0.8),
    ("c-votes", "company", "votes", 0.7, None, None),
)


def drawn(loaded, scores, **doubt):
    made = drawing_of(loaded, scores.table, Doubt(**doubt))
    return made, drawn_scores(made, scores)


def row(scores, actor, scenario="base"):
    return scores.table.row_number(scenario, actor)


@pytest.mark.parametrize("shape", ["triangular", "pert"])
def test_closed_form_and_sampling_agree(plain, shape):
    loaded, scores = plain(*FOUR)
    made, found = drawn(loaded, scores, shape=shape, draws=40_000)
    closed = linear_moments(made, scores)
    number = row(scores, "union")
    if shape == "triangular":
        # 60 · mean(0.2, 0.5, 0.9) + 40 · 0.6; the variance of the second is 0.1² / 6.
        assert closed.mean[number] == pytest.approx(60 * 1.6 / 3 + 24)
        law = (0.2**2 + 0.5**2 + 0.9**2 - 0.2 * 0.5 - 0.2 * 0.9 - 0.5 * 0.9) / 18
        assert closed.variance[number] == pytest.approx(3600 * law + 1600 * 0.1**2 / 6)
    for each in (number, row(scores, "company")):
        deviation = np.sqrt(closed.variance[each])
        assert found.low[:, each].mean() == pytest.approx(closed.mean[each], abs=4 * deviation / 200)
        assert found.low[:, each].var() == pytest.approx(closed.variance[each], rel=0.05)


def test_two_pieces_on_one_reading_are_two_draws(plain):
    loaded, scores = plain(*FOUR, ("u-law-2", "union", "law", 0.5, 0.2, 0.9))
    made, found = drawn(loaded, scores, draws=40_000)
    number = row(scores, "union")
    law = (0.2**2 + 0.5**2 + 0.9**2 - 0.2 * 0.5 - 0.2 * 0.9 - 0.5 * 0.9) / 18
    expected = 3600 * law / 2 + 1600 * 0.1**2 / 6
    assert linear_moments(made, scores).variance[number] == pytest.approx(expected)
    assert found.low[:, number].var() == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("combine", ["median", "latest", "envelope", "weighted_mean"])
def test_draws_stay_within_the_bounds_of_the_score(plain, combine):
    extra = ("u-law-2", "union", "law", 0.8, 0.7, 0.9), ("u-law-3", "union", "law", 0.3, 0.1, 0.4)
    loaded, scores = plain(*FOUR, *extra, combine=combine)
    _, found = drawn(loaded, scores, draws=2_000)
    assert (found.low >= scores.low - 1e-9).all()
    assert (found.high <= scores.high + 1e-9).all()
    if combine == "envelope":  # contradicting sources: anything from 0.1 to 0.9
        number = row(scores, "union")
        assert np.ptp(found.low[:, number]) > 0.7 * 60 * 0.8


def test_the_closed_form_is_silent_where_it_does_not_hold(kursk, plain):
    scores = score_table(feature_table(kursk, ["assessed"]), case_weights(kursk))
    assert np.isnan(linear_moments(drawing_of(kursk, scores.table, Doubt()), scores).mean).all()
    loaded, scores = plain(*FOUR, combine="median")
    assert np.isnan(linear_moments(drawing_of(loaded, scores.table, Doubt()), scores).mean).all()


def test_a_piece_is_drawn_once_in_every_scenario(kursk):
    """Russia's score in two scenarios that share its evidence is the same in every draw."""
    scores = score_table(feature_table(kursk, ["assessed", "allies-persuaded"]), case_weights(kursk))
    _, found = drawn(kursk, scores, draws=300)
    first, second = row(scores, "russia", "assessed"), row(scores, "russia", "allies-persuaded")
    assert found.low[:, first].tolist() == found.low[:, second].tolist()
    assert found.low[:, first].std() > 1
    alone = score_table(feature_table(kursk, ["allies-persuaded"]), case_weights(kursk))
    again = drawn(kursk, alone, draws=300)[1]
    assert again.low[:, row(alone, "russia", "allies-persuaded")].tolist() == found.low[:, second].tolist()


def test_an_opponents_reading_is_the_draw_that_it_has_of_its_own(kursk):
    """What a formula reads of the rival is what the rival's own formula reads, draw by draw."""
    table = feature_table(kursk, ["assessed"])
    made = drawing_of(kursk, table, Doubt(draws=200))
    readings = _repeated(table.readings, 200, made._columns(made.uniforms(), 200))
    factor = table.codebook.factor("time_remaining")
    columns = readings.inputs(factor, table.builders["time_remaining"])[0]
    own = columns["monthly_cost"].reshape(200, 2)
    assert columns["opponent__monthly_cost"].reshape(200, 2).tolist() == own[:, ::-1].tolist()
    assert np.ptp(own, axis=0).min() > 0.01


def test_shares_of_one_whole_are_one_unknown(kursk):
    table = feature_table(kursk, ["assessed"])
    made = drawing_of(kursk, table, Doubt(draws=500))
    columns = made._columns(made.uniforms(), 500)
    stakes = [key for key in columns if key[1].startswith("share_held__")]
    assert len(stakes) == 2
    for key in stakes:
        total = columns[key].value.reshape(500, 2).sum(axis=1)
        assert total == pytest.approx(np.ones(500))


def test_a_missing_factor_is_an_interval(kursk):
    scores = score_table(feature_table(kursk, ["as-reported"]), case_weights(kursk))
    _, found = drawn(kursk, scores, draws=2_000)
    russia, ukraine = row(scores, "russia", "as-reported"), row(scores, "ukraine", "as-reported")
    assert found.missing[[ukraine, russia]].tolist() == [False, True]
    # Half of the weight is not coded: the scores at its worst and best are 50 points and more apart.
    assert (found.high[:, russia] - found.low[:, russia]).min() >= 50 - 1e-9
    least, most = found.evidence_share(ukraine, russia)
    assert least < most


def test_renormalised_scores_have_a_distribution(kursk):
    scores = score_table(feature_table(kursk, ["as-reported"]), case_weights(kursk), "renormalise")
    _, found = drawn(kursk, scores, draws=200)
    assert not found.missing.any()


def test_evidence_share_by_hand(plain):
    # 0.5 to 0.7 around 0.6 against 0.6 exactly: half of the draws; the rest of both sides is the same.
    loaded, scores = plain(
        ("u-law", "union", "law", 0.6, 0.5, 0.7),
        ("u-votes", "union", "votes", 0.5, None, None),
        ("c-law", "company", "law", 0.6, None, None),
        ("c-votes", "company", "votes", 0.5, None, None),
    )
    _, found = drawn(loaded, scores, draws=10_000)
    least, most = found.evidence_share(row(scores, "union"), row(scores, "company"))
    assert least == most == pytest.approx(0.5, abs=0.02)


def test_exact_evidence_leaves_no_doubt(plain):
    loaded, scores = plain(*[(*piece[:4], None, None) for piece in FOUR])
    made, found = drawn(loaded, scores, draws=5)
    assert made.names() == ()
    assert np.ptp(found.low, axis=0).max() == 0
    assert found.low[0].tolist() == pytest.approx(scores.score.tolist())


def test_grades_widen_where_that_is_asked_for(plain):
    graded = (*FOUR[0], "grade: {source: E, information: 3}")
    loaded, scores = plain(graded, *FOUR[1:])
    number = row(scores, "union")
    narrow = drawn(loaded, scores)[1].low[:, number].std()
    wide = drawn(loaded, scores, widening=GRADE_WIDENING)[1].low[:, number].std()
    assert wide > 1.2 * narrow
    made = drawing_of(loaded, scores.table, Doubt(widening=GRADE_WIDENING))
    (source,) = made.sources[number]["law", "reading"]
    assert (source.low, source.high) == (0.0, 1.0)  # three times as wide, cut at the scale


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"draws": 1}, "1 draws"),
        ({"seed": -1}, "seed is -1"),
        ({"shape": "normal"}, "'normal'"),
        ({"widening": {"A": 0.5}}, "grade 'A' is 0.5"),
        ({"widening": {"X": 2.0}}, "grade 'X'"),
    ],
)
def test_a_doubt_that_is_none_is_refused(wrong, says):
    with pytest.raises(InputError, match=says):
        Doubt(**wrong)


def test_streams_are_told_apart_by_name_and_seed():
    assert uniform("a", 5, 0).tolist() == uniform("a", 5, 0).tolist()
    assert uniform("a", 5, 0).tolist() != uniform("b", 5, 0).tolist()
    assert uniform("a", 5, 0).tolist() != uniform("a", 5, 1).tolist()
