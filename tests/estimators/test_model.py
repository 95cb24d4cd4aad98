"""`LeverageModel` against numbers by hand, the plain functions, shap's exact explainer and its own file."""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from leverage.builders import feature_table
from leverage.case import load_case
from leverage.codebook import Codebook, Factor, load_codebook
from leverage.estimators import LeverageModel
from leverage.estimators.model import BLOCK
from leverage.faults import InputError
from leverage.model import Weights, case_weights, score_table

NAN = np.nan
CASE = Path(__file__).resolve().parents[2] / "seeds" / "kursk-2025-01"
WEIGHTS = {"allies": 0.5, "time": 0.3, "home": 0.2, "luck": 0.0}
X = pd.DataFrame(
    {
        "time": [0.5, 1.0, NAN, NAN],
        "allies": [0.8, NAN, 0.4, NAN],
        "luck": [0.9, 0.1, NAN, 0.5],
        "home": [1.0, 0.5, 0.0, NAN],
    },
    index=["a", "b", "c", "d"],
)


def codebook() -> Codebook:
    """Two factors: `home` with two weighted indicators, `time` a plain reading."""
    scale = {"unit": "share", "bounds": [0, 1], "question": "How much?"}
    ageing = {"half_life": 30, "life": 365}
    head = {"format": "leverage/factor/1", "version": 1, "question": "How much?", "ageing": ageing}
    home = {
        **head,
        "id": "home",
        "title": "Home",
        "builder": {"id": "composite"},
        "indicators": [
            {"id": "press", "weight": 0.25, "direction": "raises", **scale},
            {"id": "unrest", "weight": 0.75, "direction": "lowers", **scale},
        ],
    }
    time = {**head, "id": "time", "title": "Time", "unit": "days", "bounds": [0, 200]}
    return Codebook((Factor.model_validate(home), Factor.model_validate(time)), "test")


LEAVES = pd.DataFrame({"time": [0.5, NAN], "home.unrest": [0.4, 1.0], "home.press": [1.0, 0.0]})


class TestPoliciesByHand:
    def test_bounds(self):
        model = LeverageModel(weights=WEIGHTS).fit(X)
        # a: 100 (.3·.5 + .5·.8 + .2·1); b lacks .5, c .3 and luck that weighs nothing, d all that weighs.
        assert_allclose(model.predict(X), [75.0, NAN, NAN, NAN])
        low, high = model.bounds(X)
        assert_allclose(low, [75.0, 40.0, 20.0, 0.0])
        assert_allclose(high, [75.0, 90.0, 50.0, 100.0])
        assert_allclose(model.coverage(X), [1.0, 0.5, 0.7, 0.0])

    def test_a_missing_value_without_weight_costs_nothing(self):
        row = X.loc[["a"]].assign(luck=NAN)
        model = LeverageModel(weights=WEIGHTS).fit(row)
        assert_allclose(model.predict(row), [75.0])
        assert_allclose(model.transform(row), [[15.0, 40.0, NAN, 20.0]])

    def test_renormalise(self):
        model = LeverageModel(weights=WEIGHTS, missing="renormalise").fit(X)
        # b: (.3·1 + .2·.5) / .5; c: .5·.4 / .7.
        expected = [75.0, 80.0, 100 * 0.2 / 0.7, NAN]
        assert_allclose(model.predict(X), expected)
        assert_allclose(model.bounds(X), [[*expected[:3], 0.0], [*expected[:3], 100.0]])
        assert_allclose(model.coverage(X), [1.0, 0.5, 0.7, 0.0])
        assert_allclose(model.transform(X)[1], [60.0, NAN, 0.0, 20.0])

    def test_assume_scores_like_bounds(self):
        by_bounds = LeverageModel(weights=WEIGHTS).fit(X)
        assume = LeverageModel(weights=WEIGHTS, missing="assume").fit(X)
        assert_array_equal(by_bounds.predict(X), assume.predict(X))

    def test_equal_weights_take_arrays_without_names(self):
        model = LeverageModel().fit([[0.2, 0.6]])
        assert_allclose(model.predict([[0.2, 0.6], [1.0, 1.0]]), [40.0, 100.0])
        assert list(model.get_feature_names_out()) == ["x0", "x1"]

    def test_the_range_is_not_checked_here(self):
        assert_allclose(LeverageModel().fit([[0.0]]).predict([[1.5]]), [150.0])


class TestNames:
    @pytest.mark.parametrize(
        ("weights", "problem"),
        [
            ({"time": 0.3, "allies": 0.7}, "leave out luck, home"),
            (WEIGHTS | {"hme": 0.0}, "'hme'"),
            (WEIGHTS | {"luck": 0.1}, "sum to 1.1"),
            (WEIGHTS | {"luck": -0.2, "home": 0.4}, "'luck' is -0.2"),
            (WEIGHTS | {"luck": NAN}, "'luck' is nan"),
            (WEIGHTS | {"luck": "0"}, "'luck' is '0'"),
            (WEIGHTS | {"luck": False}, "'luck' is False"),
            ({}, "leave out"),
        ],
    )
    def test_wrong_weights(self, weights, problem):
        with pytest.raises(InputError, match=problem):
            LeverageModel(weights=weights).fit(X)

    def test_every_fault_at_once(self):
        with pytest.raises(InputError) as caught:
            LeverageModel(weights={"tme": 0.5, "home": -0.5, "allies": 1.0}).fit(X)
        assert len(caught.value.faults) == 3
        assert "did you mean 'time'" in str(caught.value)

    def test_the_sum_is_exact_to_1e9(self):
        LeverageModel(weights=WEIGHTS | {"home": 0.2 + 9e-10}).fit(X)
        with pytest.raises(InputError, match="sum to"):
            LeverageModel(weights=WEIGHTS | {"home": 0.2 + 2e-9}).fit(X)

    def test_named_weights_refuse_arrays_without_names(self):
        with pytest.raises(InputError, match="no column names"):
            LeverageModel(weights=WEIGHTS).fit(X.to_numpy())
        model = LeverageModel(weights=WEIGHTS).fit(X)
        with pytest.raises(InputError, match="no column names"):
            model.predict(X.to_numpy())
        with pytest.raises(InputError, match="no column names"):
            LeverageModel(codebook=codebook()).fit(LEAVES.to_numpy())

    def test_columns_in_another_order_than_at_fit_are_an_error_without_a_codebook(self):
        with pytest.raises(ValueError, match="same order"):
            LeverageModel(weights=WEIGHTS).fit(X).predict(X[["home", "luck", "time", "allies"]])

    def test_a_name_that_occurs_twice(self):
        twice = pd.DataFrame([[0.1, 0.2]], columns=["a", "a"])
        with pytest.raises(InputError, match="twice"):
            LeverageModel(weights={"a": 1.0}).fit(twice)

    @pytest.mark.parametrize(
        ("params", "problem"),
        [
            ({"missing": "drop"}, "missing"),
            ({"weights": [0.5, 0.5]}, "weights"),
            ({"codebook": 1}, "codebook"),
        ],
    )
    def test_wrong_parameters(self, params, problem):
        with pytest.raises(ValueError, match=f"The '{problem}' parameter of LeverageModel"):
            LeverageModel(**params).fit(X)

    def test_unfitted(self):
        for method in ("predict", "transform", "bounds", "coverage"):
            with pytest.raises(NotFittedError):
                getattr(LeverageModel(weights=WEIGHTS), method)(X)

    def test_infinity_is_an_error(self):
        with pytest.raises(ValueError, match="infinity"):
            LeverageModel().fit(X.replace(0.8, np.inf))


@st.composite
def tables(draw):
    """Values with gaps, weights that sum to one, and a permutation of the columns."""
    count = draw(st.integers(1, 7))
    values = draw(
        hnp.arrays(float, (draw(st.integers(1, 5)), count), elements=st.floats(0, 1) | st.just(NAN))
    )
    raw = draw(hnp.arrays(float, count, elements=st.floats(0, 1)).filter(lambda w: w.sum() > 1e-3))
    names = [f"f{number}" for number in range(count)]
    frame = pd.DataFrame(values, columns=names)
    return frame, dict(zip(names, raw / raw.sum(), strict=True)), draw(st.permutations(names))


class TestInvariants:
    @given(tables(), st.sampled_from(["bounds", "renormalise"]))
    def test_weights_go_by_name_under_permutation(self, table, policy):
        frame, weights, order = table
        straight = LeverageModel(weights=weights, missing=policy).fit(frame)
        turned = LeverageModel(weights=weights, missing=policy).fit(frame[order])
        assert_allclose(turned.predict(frame[order]), straight.predict(frame), atol=1e-9)
        points = pd.DataFrame(turned.transform(frame[order]), columns=order)[list(frame)]
        assert_allclose(points, straight.transform(frame), atol=1e-9)

    @given(tables(), st.sampled_from(["bounds", "renormalise"]))
    def test_contributions_sum_to_the_score(self, table, policy):
        frame, weights, _ = table
        model = LeverageModel(weights=weights, missing=policy).fit(frame)
        known = ~np.isnan(model.predict(frame))
        total = np.nansum(model.transform(frame), axis=1)
        assert_allclose(total[known], model.predict(frame)[known], rtol=0, atol=1e-9)

    @given(tables())
    def test_bounds_hold_every_filling(self, table):
        frame, weights, _ = table
        model = LeverageModel(weights=weights).fit(frame)
        low, high = model.bounds(frame)
        filled = model.predict(frame.fillna(0.37))
        assert np.all(low - 1e-9 <= filled)
        assert np.all(filled <= high + 1e-9)
        assert_allclose(high - low, 100 * (1 - model.coverage(frame)), atol=1e-6)

    @pytest.mark.parametrize("order", ["C", "F"])
    def test_the_last_digit_does_not_hang_on_memory_order(self, order):
        values = np.random.default_rng(0).random((50, 33))
        values[values < 0.3] = NAN
        model = LeverageModel(missing="renormalise").fit(values)
        for method in (model.predict, model.coverage):
            alone = [method(row[None])[0] for row in values]
            assert_array_equal(method(np.asarray(values, order=order)), alone)

    @pytest.mark.parametrize("rows", [1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 5])
    def test_blocks_of_rows_change_nothing(self, rows):
        values = np.random.default_rng(rows).random((rows, 3))
        values[values < 0.2] = NAN
        model = LeverageModel().fit(values)
        points = 100 / 3 * values
        assert_allclose(model.transform(values), points)
        assert_allclose(model.predict(values), points.sum(axis=1))
        assert_allclose(model.bounds(values)[0], np.nansum(points, axis=1))


class TestCodebook:
    def test_shares_come_from_the_codebook(self):
        model = LeverageModel(weights={"time": 0.4, "home": 0.6}, codebook=codebook()).fit(LEAVES)
        assert list(model.feature_names_in_) == ["home.press", "home.unrest", "time"]
        assert_allclose(model.weights_, [0.15, 0.45, 0.4])
        # 100 (.15·1 + .45·.4 + .4·.5)
        assert_allclose(model.predict(LEAVES), [53.0, NAN])
        assert_allclose(model.bounds(LEAVES), [[53.0, 45.0], [53.0, 85.0]])
        assert_allclose(model.coverage(LEAVES), [1.0, 0.6])

    def test_equal_over_factors(self):
        assert_allclose(LeverageModel(codebook=codebook()).fit(LEAVES).weights_, [0.125, 0.375, 0.5])

    def test_without_a_codebook_leaves_need_weights_of_their_own(self):
        with pytest.raises(InputError, match=r"'home'"):
            LeverageModel(weights={"time": 0.4, "home": 0.6}).fit(LEAVES)
        by_leaf = {"time": 0.4, "home.press": 0.15, "home.unrest": 0.45}
        assert_allclose(LeverageModel(weights=by_leaf).fit(LEAVES).predict(LEAVES), [53.0, NAN])

    def test_weights_name_factors_not_leaves(self):
        with pytest.raises(InputError, match=r"home\.press"):
            LeverageModel({"time": 0.4, "home.press": 0.15, "home.unrest": 0.45}, codebook=codebook()).fit(
                LEAVES
            )

    def test_columns_are_the_leaves_in_any_order(self):
        model = LeverageModel(codebook=codebook()).fit(LEAVES)
        turned = LEAVES[["home.press", "time", "home.unrest"]]
        assert_array_equal(model.predict(turned), model.predict(LEAVES))
        assert_array_equal(clone(model).fit(turned).predict(LEAVES), model.predict(LEAVES))

    @pytest.mark.parametrize(
        ("columns", "problem"), [({"luck": 0.5}, "'luck'"), ({"tme": 0.5}, "did you mean 'time'")]
    )
    def test_unknown_columns(self, columns, problem):
        with pytest.raises(InputError, match=problem):
            LeverageModel(codebook=codebook()).fit(LEAVES.assign(**columns))

    def test_missing_columns(self):
        model = LeverageModel(codebook=codebook())
        with pytest.raises(InputError, match=r"lacks the columns home\.unrest"):
            model.fit(LEAVES[["time", "home.press"]])
        with pytest.raises(InputError, match="lacks the columns time"):
            model.fit(LEAVES).predict(LEAVES[["home.unrest", "home.press"]])

    @pytest.mark.parametrize("policy", ["bounds", "renormalise"])
    def test_same_as_the_plain_functions(self, policy):
        loaded = load_case(CASE)
        weights = case_weights(loaded)
        table = feature_table(loaded)
        scores = score_table(table, weights, policy)
        values = table.values_frame()
        model = LeverageModel(weights=weights, missing=policy, codebook=loaded.codebook).fit(values)
        assert np.isnan(values.to_numpy()).any()
        assert_array_equal(model.predict(values), scores.score)
        assert_array_equal(model.transform(values), scores.points)


class TestModelFile:
    def fitted(self, **params):
        weights = {"time": 0.4, "home": 0.6}
        return LeverageModel(weights=weights, missing="renormalise", codebook=codebook(), **params).fit(
            LEAVES
        )

    def test_round_trip_to_the_byte(self, tmp_path):
        model = self.fitted()
        model.save(tmp_path / "model.json")
        loaded = LeverageModel.load(tmp_path / "model.json")
        values = pd.DataFrame(np.random.default_rng(1).random((200, 3)), columns=list(LEAVES))
        values = values.mask(values < 0.2)
        for method in ("predict", "transform", "bounds", "coverage"):
            ours, theirs = (np.asarray(getattr(m, method)(values)) for m in (model, loaded))
            assert ours.tobytes() == theirs.tobytes()
        assert list(loaded.get_feature_names_out()) == list(model.get_feature_names_out())
        loaded.save(tmp_path / "again.json")
        assert (tmp_path / "again.json").read_bytes() == (tmp_path / "model.json").read_bytes()
        assert_array_equal(clone(loaded).fit(values).predict(values), model.predict(values))

    def test_a_person_can_read_it(self, tmp_path):
        self.fitted().save(tmp_path / "model.json")
        text = (tmp_path / "model.json").read_text(encoding="utf-8")
        file = json.loads(text)
        assert file["format"] == "leverage/model/1"
        assert file["missing"] == "renormalise"
        assert file["weights"]["factors"] == {"home": 0.6, "time": 0.4}
        assert [factor["id"] for factor in file["codebook"]["factors"]] == ["home", "time"]
        assert file["codebook"]["hash"] == codebook().hash
        assert text.count("\n") > 40

    def test_weights_keep_their_author(self, tmp_path):
        weights = Weights("w1", "Ours", "swing", {"home": 0.7, "time": 0.3}, "an analyst", "as agreed")
        LeverageModel(weights=weights, codebook=codebook()).save(tmp_path / "model.json")
        assert LeverageModel.load(tmp_path / "model.json").weights == weights

    def test_a_codebook_is_enough_to_save_before_fit(self, tmp_path):
        model = LeverageModel(weights={"time": 0.4, "home": 0.6}, missing="renormalise", codebook=codebook())
        model.save(tmp_path / "before.json")
        self.fitted().save(tmp_path / "after.json")
        assert (tmp_path / "before.json").read_bytes() == (tmp_path / "after.json").read_bytes()
        with pytest.raises(InputError, match=r"sum to 1\.2"):
            model.set_params(weights={"time": 0.6, "home": 0.6}).save(tmp_path / "wrong.json")

    def test_what_was_fitted_is_saved_and_used(self, tmp_path):
        model = self.fitted().set_params(missing="bounds", weights=None)
        model.save(tmp_path / "model.json")
        assert LeverageModel.load(tmp_path / "model.json").missing == "renormalise"
        assert_array_equal(model.predict(LEAVES), self.fitted().predict(LEAVES))

    @pytest.mark.parametrize("fit", [False, True])
    def test_without_a_codebook_it_says_why_not(self, fit, tmp_path):
        model = LeverageModel(weights=WEIGHTS)
        if fit:
            model.fit(X)
        with pytest.raises(InputError, match=r"without a codebook cannot be saved: .*(\n.*)*codebook="):
            model.save(tmp_path / "model.json")
        assert not list(tmp_path.iterdir())

    def test_an_edited_file_is_refused(self, tmp_path):
        path = tmp_path / "model.json"
        self.fitted().save(path)
        path.write_text(path.read_text(encoding="utf-8").replace("200", "300"), encoding="utf-8")
        with pytest.raises(InputError, match="the hash"):
            LeverageModel.load(path)
        with pytest.raises(InputError, match=r"none\.json"):
            LeverageModel.load(tmp_path / "none.json")


class TestScikitLearn:
    def test_clone_copies_parameters_only(self):
        weights = dict(WEIGHTS)
        model = LeverageModel(weights=weights, missing="renormalise").fit(X)
        assert model.weights is weights
        copy = clone(model)
        assert copy.get_params() == model.get_params()
        assert not hasattr(copy, "weights_")

    def test_set_output(self):
        frame = LeverageModel(weights=WEIGHTS).set_output(transform="pandas").fit_transform(X)
        assert list(frame.columns) == list(X.columns)
        assert list(frame.index) == list(X.index)
        assert frame.loc["a", "allies"] == pytest.approx(40.0)

    def test_pipeline(self):
        double = FunctionTransformer(lambda frame: frame * 2, feature_names_out="one-to-one")
        pipeline = Pipeline([("double", double), ("model", LeverageModel(weights=WEIGHTS))])
        assert_allclose(pipeline.fit(X / 2).predict(X / 2)[0], 75.0)
        assert list(pipeline.get_feature_names_out()) == list(X.columns)

    def test_grid_search_finds_weights_and_policy(self):
        rng = np.random.default_rng(2)
        values = pd.DataFrame(rng.random((60, 4)), columns=list(X))
        true = {"allies": 0.1, "time": 0.2, "home": 0.3, "luck": 0.4}
        target = LeverageModel(weights=true).fit(values).predict(values)
        grid = {"weights": [None, WEIGHTS, true], "missing": ["bounds", "renormalise"]}
        search = GridSearchCV(LeverageModel(), grid, cv=KFold(3)).fit(values, target)
        assert search.best_params_["weights"] == true
        assert search.best_score_ == pytest.approx(1.0)

        def scored(model, rows, _target=None):
            return float(np.mean(~np.isnan(model.predict(rows))))

        policies = {"missing": ["bounds", "assume", "renormalise"]}
        gaps = values.mask(values < 0.3)
        found = GridSearchCV(LeverageModel(weights=true), policies, cv=KFold(3), scoring=scored).fit(gaps)
        assert found.best_params_ == {"missing": "renormalise"}


@pytest.fixture(scope="module")
def shap():
    with warnings.catch_warnings():
        # shap's import registers colours with matplotlib in a way that is to go.
        warnings.filterwarnings("ignore", "The set_(bad|over|under) function", PendingDeprecationWarning)
        return pytest.importorskip("shap")


class TestShapAsOracle:
    @pytest.fixture
    def model(self):
        return LeverageModel(codebook=load_codebook()).fit(self.values())

    def values(self):
        names = [leaf.id for leaf in load_codebook().leaves]
        return pd.DataFrame(np.random.default_rng(3).random((40, len(names))), columns=names)

    def exact(self, shap, model, background):
        """Shapley values of the linear function, columns taken as independent."""
        masker = shap.maskers.Independent(background.to_numpy(), max_samples=len(background))
        explainer = shap.LinearExplainer((model.coef_, model.intercept_), masker)
        return explainer, explainer.shap_values(self.values().to_numpy())

    def test_against_the_scale_s_bottom(self, shap, model):
        values = self.values()
        explainer, found = self.exact(shap, model, values.iloc[:1] * 0.0)
        assert_allclose(found, model.transform(values), atol=1e-9)
        assert_allclose(explainer.expected_value + found.sum(axis=1), model.predict(values), atol=1e-9)

    def test_against_another_row(self, shap, model):
        values, baseline = self.values(), self.values().iloc[[7]]
        explainer, found = self.exact(shap, model, baseline)
        assert explainer.expected_value == pytest.approx(model.predict(baseline)[0], abs=1e-9)
        assert_allclose(found, model.transform(values) - model.transform(baseline), atol=1e-9)
        assert_allclose(found, 100 * model.weights_ * (values - baseline.to_numpy()), atol=1e-9)

    def test_it_reads_the_model_itself(self, shap, model):
        explainer = shap.LinearExplainer(model, shap.maskers.Independent(np.zeros((1, 4))))
        assert_allclose(
            explainer.shap_values(self.values().to_numpy()), model.transform(self.values()), atol=1e-9
        )
