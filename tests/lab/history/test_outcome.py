"""The outcome model: symmetry, terms that add up, signs, and what it says of wrong input."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import optimize
from sklearn.base import clone

from leverage.faults import InputError
from leverage.lab.outcome import OutcomeModel, PrevailModel, Term, swapped
from leverage.lab.outcome.logit import AdditiveLogit, fit_bounded_logit, log_loss_sum
from leverage.lab.outcome.sentences import outcome_sentences


@pytest.fixture(scope="module")
def fitted(disputes):
    X = disputes.features()
    return OutcomeModel().fit(X, disputes.outcome), X


def test_swapping_the_actors_swaps_the_probabilities(fitted):
    model, X = fitted
    there, back = model.predict_proba(X), model.predict_proba(swapped(X))
    np.testing.assert_allclose(there, back[:, ::-1], rtol=0, atol=1e-14)
    pd.testing.assert_frame_equal(swapped(swapped(X)), X)


def test_without_the_flag_only_the_initiative_breaks_the_symmetry(fitted):
    model, X = fitted
    X = X.assign(initiator=0.0)
    there, back = model.predict_proba(X), model.predict_proba(swapped(X))
    np.testing.assert_allclose(there, back[:, ::-1], rtol=0, atol=1e-14)


def test_terms_sum_to_the_log_odds(fitted):
    model, X = fitted
    terms, (whether, who) = model.terms(X), model.log_odds(X)
    np.testing.assert_allclose(terms.whether.sum(axis=1), whether, rtol=0, atol=1e-9)
    np.testing.assert_allclose(terms.who.sum(axis=1), who, rtol=0, atol=1e-9)
    p = model.predict_proba(X)
    np.testing.assert_allclose(np.log((p[:, 0] + p[:, 2]) / p[:, 1]), whether, atol=1e-9)
    np.testing.assert_allclose(np.log(p[:, 0] / p[:, 2]), who, atol=1e-9)
    np.testing.assert_allclose(p.sum(axis=1), 1.0, atol=1e-12)


def test_one_term_alone_does_not_turn_with_the_actors(fitted):
    """Swapped without their flags, every term of who prevails changes its sign but the initiative."""
    model, X = fitted
    there = model.terms(X).who
    back = model.terms(swapped(X).assign(initiator=X["initiator"])).who
    turned = [name for name in there if name != "initiative"]
    assert len(turned) == len(there.columns) - 1 == sum(term.form == "against" for term in model.who)
    np.testing.assert_allclose(there[turned], -back[turned], rtol=0, atol=1e-12)
    np.testing.assert_allclose(there["initiative"], back["initiative"], rtol=0, atol=1e-12)
    assert (there["initiative"] != 0).all()


def test_value_functions_keep_their_signs(fitted):
    model, _ = fitted
    for part in (model.whether_, model.who_):
        for basis, slopes in zip(part.bases, part.slopes, strict=True):
            assert (basis.term.sign * slopes >= 0).all()
            curve = basis.curve(slopes)
            if basis.term.sign:
                assert (basis.term.sign * np.diff(curve["log_odds"]) >= -1e-12).all()


def test_a_missing_reading_counts_as_the_reference(fitted):
    model, X = fitted
    X = X.head(5).assign(a__polity2=np.nan, b__polity2=np.nan)
    assert (model.terms(X).who["against(polity2)"] == 0).all()
    assert np.isfinite(model.predict_proba(X)).all()


def test_json_brings_the_model_back(fitted):
    model, X = fitted
    again = OutcomeModel.from_dict(json.loads(json.dumps(model.to_dict())))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    with pytest.raises(InputError, match="format is 'other'"):
        OutcomeModel.from_dict({"format": "other"})


def test_same_data_same_numbers(fitted, disputes):
    model, X = fitted
    again = clone(model).fit(X, disputes.outcome)
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    assert clone(model).get_params()["ridge_who"] == model.ridge_who
    assert set(model.predict(X)) <= {0, 1, 2}


def test_newton_finds_what_a_general_optimiser_finds():
    rng = np.random.default_rng(1)
    X = np.column_stack([np.ones(300), rng.normal(size=(300, 5))])
    y = (rng.random(300) < 1 / (1 + np.exp(-X @ [0.3, 1.0, -0.8, 0.05, -0.4, 0.0]))).astype(float)
    penalty, sign = np.diag([1e-6, 1, 1, 1, 1, 1]), np.array([0, 1, 1, 0, -1, 1])

    def loss(b):
        return log_loss_sum(X @ b, y) + 0.5 * b @ penalty @ b

    bounds = [(None, None) if s == 0 else (0, None) if s > 0 else (None, 0) for s in sign]
    best = optimize.minimize(loss, np.zeros(6), method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14})
    beta = fit_bounded_logit(X, y, penalty, sign)
    assert loss(beta) <= best.fun + 1e-7
    np.testing.assert_allclose(beta, best.x, atol=2e-3)
    assert beta[2] == 0.0


def test_a_straight_line_is_a_plain_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(2)
    X = pd.DataFrame({"x": rng.normal(size=400)})
    y = (rng.random(400) < 1 / (1 + np.exp(-X["x"]))).astype(float)
    fit = AdditiveLogit.fit(X, y, [Term("x", "row")], ridge=1.0, smoothing=1.0)
    z = (X - X.mean()) / X.std(ddof=0)
    plain = LogisticRegression(C=1.0, tol=1e-10).fit(z, y)
    np.testing.assert_allclose(fit.slopes[0], plain.coef_[0], atol=1e-5)


def test_crisis_model_explains_itself(crises):
    X = crises.features()
    model = PrevailModel().fit(X, crises.outcome)
    odds = model.logit_.contributions(X).sum(axis=1)
    p = model.predict_proba(X)
    np.testing.assert_allclose(np.log(p[:, 0] / p[:, 1]), odds, atol=1e-9)
    assert set(model.predict(X)) <= {0, 1}
    again = PrevailModel.from_dict(json.loads(json.dumps(model.to_dict())))
    np.testing.assert_array_equal(again.predict_proba(X), p)
    with pytest.raises(InputError, match="format is 'leverage/outcome-model/1'"):
        PrevailModel.from_dict({"format": "leverage/outcome-model/1"})


def test_sentences_of_a_crisis(crises):
    X = crises.features()
    model = PrevailModel().fit(X, crises.outcome)
    lines = outcome_sentences(model, X.iloc[[4]], crises.factors, ("Ruritania", "Freedonia"))
    assert lines[0].startswith("Log-odds that Ruritania prevails, rather than being defeated: ")
    told = [float(line.rsplit(": ", 1)[1].rstrip(".").replace("−", "-")) for line in lines]
    assert sum(told[1:]) == pytest.approx(told[0], abs=0.005 * len(told))
    assert any(line.startswith("The starting point speaks for ") for line in lines)


def test_faults(disputes):
    X, y = disputes.features(), disputes.outcome
    with pytest.raises(InputError, match="the rows are a ndarray"):
        OutcomeModel().fit(X.to_numpy(), y)
    with pytest.raises(InputError, match="no columns a__polity2"):
        OutcomeModel().fit(X.drop(columns="a__polity2"), y)
    with pytest.raises(InputError, match=r"against\(cinc\) cannot stand in `whether`"):
        OutcomeModel([Term("cinc", "against")], []).fit(X, y)
    with pytest.raises(InputError, match="`ridge_who` is 0"):
        OutcomeModel(ridge_who=0).fit(X, y)
    with pytest.raises(InputError, match="y is not one of 0, 1, 2"):
        OutcomeModel().fit(X, y + 1)
    with pytest.raises(InputError, match="no row has the outcome 1"):
        OutcomeModel().fit(X[y != 1], y[y != 1])
    with pytest.raises(InputError, match="y does not hold both outcomes"):
        PrevailModel([Term("year", "row")]).fit(X, y)


def test_sentences_tell_every_amount(fitted, disputes):
    model, X = fitted
    row = X.iloc[[3]]
    lines = outcome_sentences(model, row, disputes.factors, ("Ruritania", "Freedonia"))
    started = "Having started it, given the number of earlier disputes of the pair ("
    assert sum(line.startswith(started) for line in lines) == 1
    assert lines[0].startswith("Log-odds that Ruritania or Freedonia prevails at all")
    told = [float(line.rsplit(": ", 1)[1].rstrip(".").replace("−", "-")) for line in lines]
    second = next(n for n, line in enumerate(lines) if "if one of them does" in line)
    for head, parts in ((told[0], told[1:second]), (told[second], told[second + 1 :])):
        assert sum(parts) == pytest.approx(head, abs=0.005 * (len(parts) + 1))
    with pytest.raises(InputError, match="2 rows are given"):
        outcome_sentences(model, X.head(2), disputes.factors)
