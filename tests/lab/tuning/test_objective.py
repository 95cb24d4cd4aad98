"""What a trial is worth, and what a choice among trials is worth."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.faults import InputError
from leverage.lab.baselines import Trees, boosted_trees, random_forest
from leverage.lab.metrics import row_losses
from leverage.lab.outcome import OutcomeModel, PrevailModel
from leverage.lab.tuning import MODELS, SPACES, space_of
from leverage.lab.tuning.objective import Measured, Plan, chosen_elsewhere, measure_settings
from leverage.lab.tuning.refit import refitted
from leverage.lab.validation import backtest, outer_splits

PLAN = Plan("grouped", folds=3, repeats=2, seed=4)


def test_every_panel_has_the_same_models():
    assert set(SPACES) == {(panel, model) for panel in ("disputes", "crises") for model in MODELS}


@pytest.mark.parametrize("key", SPACES, ids=" ".join)
def test_what_is_shipped_lies_in_the_space(key):
    for each in SPACES[key].dimensions:
        assert each.low <= each.shipped <= each.high
        assert not each.log or each.low > 0
        assert not each.whole or each.low == int(each.low)


def test_the_first_trial_is_what_the_project_ships():
    model, prevails = OutcomeModel(), PrevailModel()
    shipped = space_of("disputes", "transparent").shipped
    assert shipped == {name: getattr(model, name) for name in ("ridge_whether", "ridge_who", "bend")}
    assert space_of("crises", "transparent").shipped == {"ridge": prevails.ridge}
    boosted = space_of("crises", "boosted-trees")
    assert boosted.build(boosted.shipped) == boosted_trees()
    forest = space_of("crises", "random-forest").build(space_of("crises", "random-forest").shipped)
    assert isinstance(forest, Trees)
    # A sample as large as the rows is what the forest takes where no size is stated.
    assert {**random_forest().settings, "max_samples": 1.0} == forest.settings


def test_a_contender_searches_nothing_of_its_own():
    transparent = space_of("disputes", "transparent")
    built = transparent.build({"ridge_whether": 3.0, "ridge_who": 4.0, "bend": 5.0})
    assert (built.ridges_whether, built.ridges_who, built.bend) == ((3.0,), (4.0,), 5.0)
    assert space_of("crises", "transparent").build({"ridge": 7.0}).ridges == (7.0,)
    assert space_of("disputes", "boosted-trees").build({}).grid == {}


@pytest.mark.parametrize(("panel", "model"), [("crisis", "transparent"), ("crises", "forest")])
def test_an_unknown_name_is_a_fault_with_the_known_ones(panel, model):
    with pytest.raises(InputError, match=r"did you mean|use one of"):
        space_of(panel, model)


@pytest.fixture(scope="module")
def measured(crises):
    return measure_settings(crises, space_of("crises", "transparent"), {"ridge": 12.0}, PLAN)


def test_the_metrics_are_the_backtests(measured, crises):
    space = space_of("crises", "transparent")
    contender = space.build({"ridge": 12.0})
    table = backtest(crises, [contender], "grouped", folds=3, repeats=2, seed=4).table().iloc[0]
    for name in ("log_loss", "prl", "auc_decided", "base_log_loss"):
        assert measured.metrics[name] == table[name]


def test_the_losses_of_the_folds_are_those_of_their_rows(measured, crises):
    contender = space_of("crises", "transparent").build({"ridge": 12.0})
    result = backtest(crises, [contender], "grouped", folds=3, repeats=2, seed=4)
    for repeat, splits in enumerate(outer_splits(crises, "grouped", 3, 2, 4)):
        losses = row_losses(result.probabilities[contender.name][repeat], result.outcome)
        for fold, (_, test) in enumerate(splits):
            expected = losses[np.searchsorted(result.rows, test)].mean()
            assert measured.fold_losses[repeat][fold] == pytest.approx(expected, rel=1e-12)
            assert measured.fold_rows[repeat][fold] == len(test)
    flat = np.array(measured.fold_losses).ravel()
    assert measured.metrics["log_loss_spread"] == pytest.approx(flat.std(), rel=1e-12)
    weighted = np.average(flat, weights=np.array(measured.fold_rows).ravel())
    assert measured.metrics["log_loss"] == pytest.approx(weighted, rel=1e-12)


def test_a_measurement_keeps_every_digit_as_json(measured):
    assert Measured.from_dict(json.loads(json.dumps(measured.to_dict()))) == measured
    gap = Measured({"prl": float("nan")}, [], [], 0.0, 1.0, 0.5)
    written = json.dumps(gap.to_dict(), allow_nan=False)
    assert np.isnan(Measured.from_dict(json.loads(written)).metrics["prl"])


def test_chosen_on_the_other_folds_by_hand():
    # Two trials, one repeat, three folds of 10, 10 and 20 rows.
    losses = np.array([[[0.5, 0.5, 0.6]], [[0.3, 0.7, 0.61]]])
    rows = np.array([[10, 10, 20]])
    # Without fold 0: 5 + 12 = 17 against 7 + 12.2: trial 0, which has .5 there.
    # Without fold 1: 5 + 12 = 17 against 3 + 12.2: trial 1, .7. Without fold 2: 10 against 10: the first, .6.
    assert chosen_elsewhere(losses, rows) == pytest.approx((5 + 7 + 12) / 40)
    # The least mean is lower: trial 0 has 22/40.
    assert chosen_elsewhere(losses[:1], rows) == pytest.approx(22 / 40)


@given(
    st.integers(1, 6).flatmap(
        lambda trials: st.lists(
            st.lists(st.floats(0.1, 2.0), min_size=4, max_size=4), min_size=trials, max_size=trials
        )
    )
)
def test_an_honest_choice_is_never_better_than_the_least(losses):
    table, rows = np.array(losses)[:, None, :], np.array([[3, 5, 4, 4]])
    least = (table * rows).sum(axis=(1, 2)).min() / rows.sum()
    assert chosen_elsewhere(table, rows) >= least - 1e-12


@pytest.mark.parametrize("model", ["boosted-trees", "random-forest"])
def test_a_rival_is_measured_alike_and_leaves_no_pickle(crises, model):
    space = space_of("crises", model)
    quick = {**space.shipped, "min_samples_leaf": 20} | ({"max_iter": 20} if model != "random-forest" else {})
    plan = Plan("grouped", folds=2, repeats=1, seed=0)
    first, again = (measure_settings(crises, space, quick, plan) for _ in range(2))
    assert first.metrics == again.metrics
    assert 0 < first.metrics["log_loss"] < 2
    assert refitted(crises, space, quick) is None
