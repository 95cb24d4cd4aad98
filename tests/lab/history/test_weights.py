"""Weights on the simplex: from outcomes, and from pairwise judgements."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize
from sklearn.base import clone
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from leverage.codebook import load_codebook
from leverage.faults import InputError
from leverage.lab.families import INDEX_FAMILIES, family_indices
from leverage.lab.weighting import (
    PairwiseJudgements,
    SimplexWeights,
    bradley_terry,
    compare_weightings,
    disputes_file,
    fit_simplex,
    learn_weights,
    learned_table,
    pair_leads,
)
from leverage.model import load_weights, weights_text

HEAD = {"id": "mine", "title": "Mine", "author": "tester", "reason": "To test."}


def drawn(weights, rows=4000, seed=0):
    rng = np.random.default_rng(seed)
    leads = rng.uniform(-1, 1, (rows, len(weights)))
    initiator = rng.choice([-1.0, 1.0], rows)
    odds = 0.5 * initiator + 4.0 * leads @ weights
    return leads, (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(float), initiator


def frame(weights=(0.4, 0.3, 0.2, 0.1), rows=600):
    leads, won, initiator = drawn(np.array(weights), rows)
    return pd.DataFrame(leads, columns=load_codebook().names).assign(first=initiator), won


def judged(*rows):
    return pd.DataFrame(rows, columns=["preferred", "other", "count"])


class TestSimplex:
    @parametrize_with_checks([SimplexWeights(draws=5)])
    def test_contract(self, estimator, check):
        check(estimator)

    @pytest.mark.parametrize(
        "name",
        [
            "check_dataframe_column_names_consistency",
            "check_transformer_get_feature_names_out",
            "check_set_output_transform",
            "check_set_output_transform_pandas",
            "check_param_validation",
        ],
    )
    def test_names_and_containers(self, name):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "X (does not have valid|has) feature names", UserWarning)
            getattr(estimator_checks, name)("SimplexWeights", clone(SimplexWeights(draws=2)))

    def test_outcomes_give_their_weights_back(self):
        true = np.array([0.5, 0.3, 0.2, 0.0])
        slopes, initiative = fit_simplex(*drawn(true))
        np.testing.assert_allclose(slopes / slopes.sum(), true, atol=0.05)
        assert initiative == pytest.approx(0.5, abs=0.1)
        assert slopes.sum() == pytest.approx(4.0, abs=0.5)

    @pytest.mark.parametrize("weights", [(0.5, 0.3, 0.2), (0.6, 0.4, -0.3)])
    def test_the_same_as_another_optimiser(self, weights):
        leads, won, initiator = drawn(np.array(weights), rows=300)
        z, centred = np.column_stack([initiator, leads]), np.eye(3) - 1 / 3

        def loss(beta):
            odds, away = z @ beta, centred @ beta[1:]
            return np.sum(np.logaddexp(0, odds) - won * odds) + 0.5 * 2.0 * away @ away

        found = optimize.minimize(
            loss, np.ones(4), method="L-BFGS-B", bounds=[(None, None)] + [(0, None)] * 3, tol=1e-14
        )
        slopes, initiative = fit_simplex(leads, won, initiator, prior=2.0)
        np.testing.assert_allclose([initiative, *slopes], found.x, atol=2e-4)

    def test_one_factor_by_hand(self):
        # Three of four leads of 1 got more: log-odds ln 3, and no prior on the mean slope.
        slopes, initiative = fit_simplex([[1.0]] * 4, [1, 1, 1, 0])
        assert slopes.tolist() == pytest.approx([np.log(3)], abs=1e-5)
        assert initiative == 0.0

    def test_a_harmful_family_gets_exactly_nothing(self):
        slopes, _ = fit_simplex(*drawn(np.array([0.6, 0.4, -0.3])))
        assert slopes[2] == 0.0
        assert slopes[0] > slopes[1] > 0

    def test_a_strong_prior_draws_to_equal_weights(self):
        slopes, _ = fit_simplex(*drawn(np.array([0.7, 0.2, 0.1]), rows=300), prior=1e6)
        np.testing.assert_allclose(slopes / slopes.sum(), 1 / 3, atol=1e-3)

    def test_contributions_sum_to_the_log_odds(self):
        X, won = frame()
        model = SimplexWeights("first", draws=0).fit(X, won)
        odds = model.decision_function(X)
        np.testing.assert_allclose(model.transform(X).sum(axis=1), odds, atol=1e-9, rtol=0)
        np.testing.assert_allclose(model.predict_proba(X)[:, 1], 1 / (1 + np.exp(-odds)), atol=1e-12)
        assert model.weights_.sum() == pytest.approx(1)
        assert "first" not in model.weights_
        assert model.feature_names_in_[-1] == "first"

    def test_intervals_hold_the_weights_and_follow_the_seed(self):
        X, won = frame()
        one = SimplexWeights("first", draws=60, seed=4).fit(X, won)
        assert (one.low_ <= one.weights_).all()
        assert (one.weights_ <= one.high_).all()
        again = SimplexWeights("first", draws=60, seed=4).fit(X, won)
        pd.testing.assert_series_equal(one.low_, again.low_)
        assert one.digest_ == again.digest_
        assert one.digest_ != SimplexWeights("first", draws=0).fit(X, 1 - won).digest_

    def test_nothing_that_tells_is_equal_weights_and_no_file(self):
        X = pd.DataFrame({"a": [1.0, -1.0, 1.0, -1.0], "b": [0.5, -0.5, 0.5, -0.5]})
        model = SimplexWeights(draws=3).fit(X, [0, 1, 0, 1])
        assert model.steepness_ == 0.0
        assert model.weights_.tolist() == [0.5, 0.5]
        with pytest.raises(InputError, match="no column tells who got more"):
            model.to_file(load_codebook(), **HEAD)

    def test_faults(self):
        X, won = frame(rows=20)
        with pytest.raises(InputError, match="X has no column 'began' of who started it"):
            SimplexWeights("began").fit(X, won)
        with pytest.raises(InputError, match="X has no column of leads"):
            SimplexWeights("first").fit(X[["first"]], won)
        with pytest.raises(InputError, match="differ in the columns"):
            pair_leads(X, X.drop(columns="first"))

    def test_leads_go_by_name(self):
        one = pd.DataFrame({"a": [0.9], "b": [0.2]})
        assert pair_leads(one, pd.DataFrame({"b": [0.5], "a": [0.4]})).to_numpy().tolist() == [
            pytest.approx([0.5, -0.3])
        ]

    def test_a_file_for_the_case_model(self, tmp_path):
        X, won = frame()
        model = SimplexWeights(draws=10).fit(X.drop(columns="first"), won)
        file = model.to_file(load_codebook(), **HEAD)
        path = tmp_path / "weights.yaml"
        path.write_text(weights_text(file), encoding="utf-8")
        read = load_weights(path, load_codebook())
        assert read == model.to_weights(load_codebook(), **HEAD)
        assert read.scheme == "learned"
        assert read.learned.dropped is None
        for name, weight in model.weights_.items():
            assert read.factors[name] == pytest.approx(weight, abs=1e-4)
        assert sum(read.factors.values()) == pytest.approx(1.0, abs=1e-12)


class TestFromDisputes:
    def test_learned_weights_of_a_panel(self, disputes):
        found = learn_weights(disputes, draws=20, seed=3)
        assert tuple(found.weights_.index) == INDEX_FAMILIES
        assert found.weights_.sum() == pytest.approx(1)
        assert found.rows_ == int((disputes.outcome != 1).sum())

    def test_the_file_drops_own_capability_and_rescales(self, disputes):
        file = disputes_file(disputes, load_codebook(), draws=20, seed=3)
        assert file.dropped == "own_capability"
        kept = 1.0 - file.families["own_capability"].weight
        for name, weight in file.factors.items():
            assert weight == pytest.approx(file.families[name].weight / kept, abs=2e-6)
        assert {source.name for source in file.data} >= {"gml_dirdisp", "cow_nmc"}
        assert list(file.auc_decided) == ["learned", "equal", "expert"]
        assert len(learned_table(file).rows) == 5

    def test_comparison_is_of_the_same_folds(self, disputes):
        table = compare_weightings(disputes, folds=3, repeats=1)
        assert table["auc_decided"].between(0, 1).all()

    def test_backing_counts_against_the_adversary(self):
        names = (
            "cinc",
            "milex_share",
            "pec_share",
            "seeks_territory",
            "fronts",
            "tenure",
            "polity2",
            "allies",
        )
        row = dict.fromkeys([f"{side}__{name}" for side in "ab" for name in names], 0.0)
        row |= {"a__allies": 0.03, "a__cinc": 0.05, "b__cinc": 0.01, "b__allies": 0.05}
        # A: .03 / (.03 + .01) = .75; B: .05 / (.05 + .05) = .5; half of 1 + .25.
        assert family_indices(pd.DataFrame([row]))["ally_backing"].tolist() == pytest.approx([0.625])
        row |= {"a__allies": 0.0, "b__allies": 0.0, "a__cinc": 0.0}
        assert family_indices(pd.DataFrame([row]))["ally_backing"].tolist() == [0.5]

    def test_the_shipped_file_is_made_again_byte_for_byte(self, research_data):
        from leverage.lab.panels import dispute_panel
        from leverage.model.learned import FOLDER

        made = weights_text(disputes_file(dispute_panel(research_data), load_codebook()))
        assert made == (FOLDER / "disputes.yaml").read_text(encoding="utf-8")


class TestPairwise:
    @pytest.mark.parametrize(
        "name",
        [
            "check_estimator_cloneable",
            "check_estimator_tags_renamed",
            "check_valid_tag_types",
            "check_estimator_repr",
            "check_no_attributes_set_in_init",
            "check_do_not_raise_errors_in_init_or_set_params",
            "check_mixin_order",
            "check_parameters_default_constructible",
            "check_get_params_invariance",
            "check_set_params",
        ],
    )
    def test_contract(self, name):
        getattr(estimator_checks, name)("PairwiseJudgements", clone(PairwiseJudgements()))

    def test_two_factors_in_closed_form(self):
        model = PairwiseJudgements(prior=0.5, draws=0).fit(judged(("a", "b", 3.0)))
        assert model.weights_["a"] == pytest.approx(3.5 / 4)

    @given(st.permutations(["a", "b", "c", "d"]), st.integers(1, 30))
    def test_a_ranking_is_kept(self, names, count):
        rows = [(x, y, count) for n, x in enumerate(names) for y in names[n + 1 :]]
        weights = PairwiseJudgements(draws=0).fit(judged(*rows)).weights_
        ordered = [weights[name] for name in names]
        assert ordered == sorted(ordered, reverse=True)
        assert sum(ordered) == pytest.approx(1)

    def test_no_wins_are_no_preference(self):
        assert bradley_terry(np.zeros((3, 3))).tolist() == pytest.approx([1 / 3] * 3)

    def test_intervals_and_agreement(self):
        rows = judged(*[("a", "b", 1)] * 8, *[("b", "a", 1)] * 2, *[("b", "c", 1)] * 6)
        found = PairwiseJudgements(draws=100, seed=1).fit(rows)
        assert found.agreement_ == pytest.approx(14 / 16)
        assert all(found.low_[n] <= found.weights_[n] <= found.high_[n] for n in "ab")
        again = PairwiseJudgements(draws=100, seed=1).fit(rows.drop(columns="count"))
        assert again.weights_.tolist() == found.weights_.tolist()

    def test_a_file_for_the_case_model(self):
        names = load_codebook().names
        rows = judged(*[(names[0], name, 2) for name in names[1:]])
        model = PairwiseJudgements(names, draws=0).fit(rows)
        weights = model.to_weights(load_codebook(), **HEAD)
        # Factor 0 meets three others, 2.5 won to .5 lost each: it has 5 times the weight of each.
        assert weights.factors[names[0]] == pytest.approx(5 / 8, abs=1e-6)
        assert "of which the weights rank 100 % the same way" in weights.reason
        with pytest.raises(InputError, match="there is no factor 'a'"):
            PairwiseJudgements(draws=0).fit(judged(("a", "b", 1))).to_weights(load_codebook(), **HEAD)

    def test_faults_of_judgements(self):
        wrong = judged(("a", "x", 1), ("b", "b", 1), ("a", "b", 0))
        with pytest.raises(InputError, match=r"(?s)against itself|'x' is judged") as caught:
            PairwiseJudgements(["a", "b"]).fit(wrong)
        assert len(caught.value.faults) == 3
        with pytest.raises(InputError, match="there are no judgements"):
            PairwiseJudgements(["a", "b"]).fit(judged())
        with pytest.raises(InputError, match="did you mean 'count'") as caught:
            PairwiseJudgements().fit(pd.DataFrame({"preferred": ["a"], "counts": [1]}))
        assert len(caught.value.faults) == 2
