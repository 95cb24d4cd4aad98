"""The backtest on past negotiations: every measure by hand or by an independent way, and sides exchanged."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from leverage.faults import InputError
from leverage.lab.metrics import wilson
from leverage.lab.negotiations import run_negotiations
from leverage.lab.negotiations.leads import find_leads, weightings
from leverage.lab.negotiations.measures import PRIOR, fit_slope

LEADS = np.array([0.4, -0.3, 0.2, 0.3])
END = np.array([1, -1, -1, 0])
MARGIN = np.array([0.5, -0.3, -0.2, 0.05])


@pytest.fixture
def result(libraries):
    return run_negotiations(libraries.load(), draws=60)


def test_leads_by_hand(libraries):
    library = libraries.load()
    chosen, _ = weightings(library)
    tables = [n.first for n in library]
    found = find_leads(tables, chosen["equal weights"])
    assert found.lead == pytest.approx(LEADS)
    # Of c4 only the grip is coded on both sides: 5 against 3.
    assert found.common == pytest.approx([0.4, -0.3, 0.2, 0.2])
    # The first side of c4 may have a patience of 0: then (.4 + 0) / 2, below the other's (.4 + .2) / 2.
    assert found.bounds.tolist() == [1, -1, 1, 0]
    alone = find_leads(tables, chosen["patience alone"])
    assert alone.lead[:3] == pytest.approx([0.4, -0.2, 0.2])
    assert np.isnan(alone.lead[3])


def test_measures_by_hand(result):
    model = result.document.models["equal weights"]
    assert (result.document.n, result.document.decided) == (4, 3)
    assert (model.right, model.wrong, model.open) == (2, 1, 0)
    assert (model.share, model.share_low, model.share_high) == pytest.approx((2 / 3, *wilson(2, 3)))
    # Leads of the winners over the losers .4, .3, -.2 against those of losers over winners: 8 of 9 in order.
    winners = LEADS[:3] * END[:3]
    pairs = [np.sign(w + x) / 2 + 0.5 for w, x in product(winners, winners)]
    assert model.auc_decided == pytest.approx(np.mean(pairs)) == pytest.approx(8 / 9)
    assert (model.bounds_right, model.bounds_wrong) == (2, 1)
    assert (model.common_right, model.common_wrong) == (2, 1)


def test_rank_agreement_by_counting(result):
    x, y = np.concatenate([LEADS, -LEADS]), np.concatenate([MARGIN, -MARGIN])
    first, second = np.triu_indices(8, 1)
    dx, dy = np.sign(x[first] - x[second]), np.sign(y[first] - y[second])
    expected = (dx * dy).sum() / np.sqrt((dx != 0).sum() * (dy != 0).sum())
    assert result.document.models["equal weights"].rank_agreement == pytest.approx(expected)


def test_the_log_loss_is_of_a_slope_fitted_without_the_case(result):
    winners = LEADS[:3] * END[:3]
    losses = []
    for k in range(3):
        rest = np.delete(winners, k)
        loss = lambda b: np.logaddexp(0, -b * rest).sum() + PRIOR * b * b / 2  # noqa: B023, E731
        slope = minimize_scalar(loss, bounds=(0, 200), method="bounded", options={"xatol": 1e-10}).x
        losses.append(np.logaddexp(0, -slope * winners[k]))
    model = result.document.models["equal weights"]
    assert model.log_loss == pytest.approx(np.mean(losses), abs=1e-6)
    assert model.base_log_loss == pytest.approx(np.log(2))
    assert model.prl == pytest.approx(1 - np.mean(losses) / np.log(2), abs=1e-6)
    coin = result.document.models["coin"]
    assert (coin.prl, coin.auc_decided, coin.open, coin.share) == pytest.approx((0, 0.5, 3, 0.5))
    assert coin.brier == pytest.approx(0.5)


def test_a_slope_never_turns_a_score_round_and_never_runs_away():
    assert fit_slope(np.array([-0.2, -0.3])) == 0.0
    sure = fit_slope(np.array([0.3] * 20))
    assert 5 < sure < 100
    assert fit_slope(np.array([0.2, 0.2, 0.2, -0.2]), prior=0.0) == pytest.approx(np.log(3) / 0.2)


def test_which_side_comes_first_does_not_matter(libraries, result):
    turned = run_negotiations(libraries.load(actors=("b", "a")), draws=60)
    one, two = (r.document.models for r in (result, turned))
    assert list(one) == list(two)
    for name in one:
        assert two[name].model_dump() == pytest.approx(one[name].model_dump()), name
    lead = turned.predictions.set_index(["model", "case"])["lead"]["equal weights"]
    assert lead.tolist() == pytest.approx((-LEADS).tolist())
    assert turned.document.cases[0].got_more == result.document.cases[0].got_more == "a"


def test_nothing_of_a_case_moves_its_own_prediction(libraries, all_cases, result):
    readings, _ = all_cases["c1"]
    other = run_negotiations(libraries.load({**all_cases, "c1": (readings, (0.1, 0.9))}), draws=5)
    one, two = (r.predictions.set_index(["case", "model"])["p_first_got_more"] for r in (result, other))
    np.testing.assert_allclose(one["c1"], two["c1"])
    assert not np.allclose(one["c2"], two["c2"])


def test_the_second_coder_is_measured_by_the_same_rules(libraries, all_cases):
    second = {name: readings for name, (readings, _) in all_cases.items() if name != "c3"}
    document = run_negotiations(libraries.load(second=second), draws=5).document
    found = document.second_coder
    assert (found.n, found.decided) == (3, 2)
    # The second coder read the same, so that both coders' measures of these cases are one.
    assert found.models == found.first_coder
    assert found.models["equal weights"].right == 2
    assert [c.second_coder_lead for c in document.cases][:2] == pytest.approx([40.0, -30.0])
    assert document.cases[2].second_coder_lead is None
    assert "by the second coder's readings: 3 cases" in document.to_text()


def test_differences_hold_their_estimate_and_a_rival_equal_to_it_is_no_different(result):
    document = result.document
    assert "equal weights" not in document.differences
    for name, each in document.differences.items():
        expected = document.models["equal weights"].auc_decided - document.models[name].auc_decided
        assert each["auc_decided"].estimate == pytest.approx(expected)
        assert each["prl"].low <= each["prl"].estimate <= each["prl"].high
    # No factor of this codebook is one of the expert's families, so the expert's weights are equal ones.
    assert document.differences["expert weights"]["prl"].high == pytest.approx(0)


def test_the_flag_comes_first_and_the_same_numbers_come_twice(libraries, result):
    text = result.document.to_text()
    assert text.startswith("The authors' judgement in hindsight")
    assert next(iter(result.document.model_dump())) == "caution"
    again = run_negotiations(libraries.load(), draws=60)
    assert again.document == result.document


def test_too_few_decided_cases(libraries, all_cases):
    few = {name: all_cases[name] for name in ("c1", "c4")}
    with pytest.raises(InputError, match="1 cases of the library are decided"):
        run_negotiations(libraries.load(few))
