"""Feature builders through scikit-learn's face: theory by hand, names, searches, workers."""

import math
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from joblib import Parallel, delayed
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import Pipeline

from leverage.builders import AgainstOpponent, Builder, OwnReading, Product, feature_table
from leverage.case import load_case
from leverage.codebook import Codebook, Factor, load_codebook
from leverage.estimators import FactorTransformer, FeatureTransformer, LeverageModel
from leverage.faults import InputError
from leverage.features import ally_backing, domestic_support, territory_held, time_remaining
from leverage.model import score_table

NAN = np.nan
AllyBacking = ally_backing.AllyBacking
DomesticSupport = domestic_support.DomesticSupport
TerritoryHeld = territory_held.TerritoryHeld
TimeRemaining = time_remaining.TimeRemaining
ROOT = Path(__file__).resolve().parents[2]
CODEBOOK = load_codebook()

# Two stakes, 60 days: of `isle` .5 · .8² is kept and .3 (1 - .9²) comes over, of `port` all is kept.
TERRITORY = pd.DataFrame(
    {
        "share_held__isle": [0.5],
        "share_held__port": [1.0],
        "monthly_loss__isle": [0.2],
        "monthly_loss__port": [0.0],
        "opponent__share_held__isle": [0.3],
        "opponent__share_held__port": [0.0],
        "opponent__monthly_loss__isle": [0.1],
        "opponent__monthly_loss__port": [0.5],
        "opponent__worth__isle": [80.0],
        "opponent__worth__port": [20.0],
        "days_from__share_held__isle": [60.0],
        "days_from__share_held__port": [60.0],
        "opponent__days_from__share_held__isle": [60.0],
        "opponent__days_from__share_held__port": [60.0],
    }
)
TIME = pd.DataFrame(
    {
        "days_needed": [90.0],
        "monthly_cost": [0.1],
        "opponent__monthly_cost": [0.2],
        "days_from__days_needed": [30.0],
        "days_left": [60.0],
    }
)
DOMESTIC = pd.DataFrame({"carry_on": [0.7], "deal_appetite": [0.3], "tied_hand": [0.6]})
ALLIES = pd.DataFrame({"strength": [0.9], "reliability": [0.5], "restraint": [0.2]})

# u* = r' / (r + r') with r = -ln .9 and r' = -ln .8; exp(-(r + r') · 2 / 2) = .9 · .8.
PATIENCE = math.log(0.8) / math.log(0.72)
WAITED = PATIENCE + (0.5 - PATIENCE) * 0.72
HELD = ((0.5 * 0.64 + 0.3 * 0.19) * 80 + 20) / 100

FOUR = {
    "territory_held": (
        TerritoryHeld(),
        TERRITORY,
        HELD,
        (1 - math.exp(-4 * HELD)) / (1 - math.exp(-4)),
    ),
    "time_remaining": (TimeRemaining(), TIME, 0.5 / 3 + 0.5 * WAITED, 0.5 / 3 + 0.5 * WAITED),
    "domestic_support": (DomesticSupport(), DOMESTIC, 0.79, 0.79),
    "ally_backing": (AllyBacking(), ALLIES, 0.36, (1 - math.exp(-0.72)) / (1 - math.exp(-2))),
}
four = pytest.mark.parametrize("name", FOUR)


def factor(**changes) -> Factor:
    """A factor that reads days from 0 to 200, changed as asked."""
    plain = {
        "format": "leverage/factor/1",
        "id": "haste",
        "version": 1,
        "title": "Haste",
        "question": "How many days?",
        "unit": "days",
        "bounds": [0, 200],
        "ageing": {"half_life": 30, "life": 365},
    }
    return Factor.model_validate(plain | changes)


def home() -> Factor:
    """A composite factor of two indicators on different scales."""
    press = {"id": "press", "question": "?", "unit": "points", "bounds": [2, 12], "weight": 0.25}
    unrest = {"id": "unrest", "question": "?", "unit": "share", "bounds": [0, 1], "weight": 0.75}
    indicators = [press | {"direction": "raises"}, unrest | {"direction": "lowers"}]
    return factor(id="home", unit=None, bounds=None, builder={"id": "composite"}, indicators=indicators)


class TestTheoryByHand:
    def test_the_numbers_that_the_formulas_give(self):
        assert pytest.approx(0.5016) == HELD
        assert FOUR["territory_held"][3] == pytest.approx(0.881677, abs=1e-6)
        assert FOUR["time_remaining"][2] == pytest.approx(0.441765, abs=1e-6)
        assert FOUR["ally_backing"][3] == pytest.approx(0.593580, abs=1e-6)

    @four
    def test_reading(self, name):
        builder, columns, reading, _ = FOUR[name]
        assert_allclose(FactorTransformer(builder).fit_transform(columns), [[reading]], rtol=1e-12)

    @four
    def test_value(self, name):
        builder, columns, _, value = FOUR[name]
        transformer = FactorTransformer(builder, factor=CODEBOOK.factor(name))
        assert_allclose(transformer.fit_transform(columns), [[value]], rtol=1e-12)

    @four
    def test_a_missing_input_gives_nan(self, name):
        builder, columns, _, _ = FOUR[name]
        # Of `port` the actor loses nothing, however many days there are.
        for column in columns.columns.drop("days_from__share_held__port", errors="ignore"):
            gap = columns.assign(**{column: NAN})
            assert np.isnan(FactorTransformer(builder, CODEBOOK.factor(name)).fit_transform(gap)).all()

    def test_lift(self):
        transformer = FactorTransformer(DomesticSupport()).set_params(builder__lift=0.8)
        assert_allclose(transformer.fit_transform(DOMESTIC), [[0.7 + 0.8 * 0.6 * 0.3]])

    def test_readiness(self):
        transformer = FactorTransformer(TimeRemaining()).set_params(builder__readiness=1.0)
        assert_allclose(transformer.fit_transform(TIME), [[1 / 3]])

    def test_generic_builders(self):
        both = pd.DataFrame({"opponent__reading": [30.0, 0.0], "reading": [10.0, 0.0]})
        assert_allclose(FactorTransformer(AgainstOpponent()).fit_transform(both), [[0.25], [0.5]])
        assert_allclose(FactorTransformer(Product()).fit_transform([[0.5, 0.4, 2.0]]), [[0.4]])

    @pytest.mark.parametrize(("direction", "value"), [("raises", 0.25), ("lowers", 0.75)])
    def test_bounds_and_direction_of_a_factor(self, direction, value):
        transformer = FactorTransformer(OwnReading(), factor(direction=direction))
        assert_allclose(transformer.fit_transform(pd.DataFrame({"reading": [50.0]})), [[value]])

    def test_a_reading_outside_the_bounds(self):
        beyond = pd.DataFrame({"reading": [201.0]})
        assert_allclose(FactorTransformer(OwnReading()).fit_transform(beyond), [[201.0]])
        with pytest.raises(InputError, match="gives 201, outside the bounds 0 to 200"):
            FactorTransformer(OwnReading(), factor()).fit_transform(beyond)


class TestNames:
    @four
    def test_columns_in_any_order(self, name):
        builder, columns, _, _ = FOUR[name]
        straight = FactorTransformer(builder).fit_transform(columns)
        turned = columns[columns.columns[::-1]]
        assert_allclose(FactorTransformer(builder).fit_transform(turned), straight, rtol=1e-15)
        assert_array_equal(FactorTransformer(builder).fit(columns).transform(turned), straight)

    def test_stakes_are_matched_by_name_not_by_place(self):
        swapped = TERRITORY[["opponent__worth__port", "opponent__worth__isle"]]
        mixed = pd.concat([TERRITORY.drop(columns=swapped.columns), swapped], axis=1)
        transformer = FactorTransformer(TerritoryHeld()).fit(mixed)
        assert_allclose(transformer.transform(mixed), [[HELD]])
        assert list(transformer.feature_names_in_) == list(TERRITORY.columns)

    @four
    @pytest.mark.parametrize("with_factor", [False, True])
    def test_each_column_is_needed(self, name, with_factor):
        builder, columns, _, _ = FOUR[name]
        transformer = FactorTransformer(builder, CODEBOOK.factor(name) if with_factor else None)
        for column in columns:
            with pytest.raises(InputError, match=rf"(lacks|no use for).*{column}"):
                transformer.fit(columns.drop(columns=column))
            with pytest.raises(InputError, match=f"lacks the columns {column}"):
                transformer.fit(columns).transform(columns.drop(columns=column))

    def test_unknown_columns_and_every_fault_at_once(self):
        wrong = DOMESTIC.rename(columns={"carry_on": "cary_on"}).assign(mood=1.0)
        with pytest.raises(InputError) as caught:
            FactorTransformer(DomesticSupport()).fit(wrong)
        assert len(caught.value.faults) == 3
        assert "did you mean 'carry_on'" in str(caught.value)

    def test_a_column_of_a_stake_where_none_is_read(self):
        with_factor = FactorTransformer(DomesticSupport(), CODEBOOK.factor("domestic_support"))
        with pytest.raises(InputError, match=r"no use for the columns of X carry_on__isle"):
            with_factor.fit(DOMESTIC.rename(columns={"carry_on": "carry_on__isle"}))

    def test_a_stake_of_one_input_alone(self):
        with pytest.raises(InputError, match=r"no use for the columns of X opponent__worth__cape"):
            FactorTransformer(TerritoryHeld()).fit(TERRITORY.assign(opponent__worth__cape=[5.0]))

    def test_an_input_whose_name_starts_like_another_s(self):
        class Discount(Builder):
            id = "discount"
            inputs = ("price", "price__cut")

            def get_params(self, deep=True):
                return {}

            def build(self, columns):
                return columns["price"] * (1 - columns["price__cut"])

        columns = pd.DataFrame({"price__cut": [0.2], "price": [50.0]})
        assert_allclose(FactorTransformer(Discount()).fit_transform(columns), [[40.0]])

    def test_without_any_stake(self):
        with pytest.raises(InputError, match=r"share_held__<stake>"):
            FactorTransformer(TerritoryHeld(), CODEBOOK.factor("territory_held")).fit(DOMESTIC)

    def test_arrays_without_names(self):
        with pytest.raises(InputError, match=r"no column names, but the builder 'domestic_support'"):
            FactorTransformer(DomesticSupport()).fit(DOMESTIC.to_numpy())
        fitted = FactorTransformer(DomesticSupport()).fit(DOMESTIC)
        with pytest.raises(InputError, match="no column names"):
            fitted.transform(DOMESTIC.to_numpy())

    def test_a_composite_factor_has_no_builder(self):
        with pytest.raises(InputError, match="'home' is composite"):
            FactorTransformer(OwnReading(), home()).fit(pd.DataFrame({"press": [1.0], "unrest": [0.1]}))


class TestParameters:
    def test_clone(self):
        transformer = FactorTransformer(DomesticSupport(lift=0.3), CODEBOOK.factor("domestic_support"))
        copy = clone(transformer.fit(DOMESTIC))
        assert copy.builder == transformer.builder
        assert copy.builder is not transformer.builder
        assert copy.factor == transformer.factor
        assert not hasattr(copy, "builder_")
        copy.set_params(builder__lift=0.9)
        assert transformer.builder.lift == 0.3

    def test_nested_parameters(self):
        transformer = FactorTransformer(DomesticSupport())
        assert transformer.get_params()["builder__lift"] == 0.5
        assert transformer.set_params(builder__lift=0.1).builder.lift == 0.1
        with pytest.raises(InputError, match="did you mean 'lift'"):
            transformer.set_params(builder__lft=0.1)

    def test_a_parameter_out_of_range_is_found_at_fit(self):
        with pytest.raises(ValueError, match=r"lift is 1\.5, outside 0\.\.1"):
            FactorTransformer(DomesticSupport()).set_params(builder__lift=1.5).fit(DOMESTIC)

    def test_fit_leaves_the_builder_alone(self):
        builder = DomesticSupport()
        fitted = FactorTransformer(builder).fit(DOMESTIC)
        assert fitted.builder is builder
        builder.lift = 0.0
        assert_allclose(fitted.transform(DOMESTIC), [[0.79]])

    @pytest.mark.parametrize("params", [{"builder": "domestic_support"}, {"factor": "domestic_support"}])
    def test_wrong_types(self, params):
        (name,) = params
        with pytest.raises(ValueError, match=f"The '{name}' parameter of FactorTransformer"):
            FactorTransformer(**({"builder": DomesticSupport()} | params)).fit(DOMESTIC)

    def test_unfitted(self):
        for transformer in (FactorTransformer(DomesticSupport()), FeatureTransformer()):
            with pytest.raises(NotFittedError):
                transformer.transform(DOMESTIC)
            with pytest.raises(NotFittedError):
                transformer.get_feature_names_out()

    def test_a_builder_of_another_shape(self):
        class Wide(Builder):
            id = "wide"
            inputs = ("reading",)

            def get_params(self, deep=True):
                return {}

            def build(self, columns):
                return np.column_stack([columns["reading"]] * 2)

        with pytest.raises(InputError, match="'wide' gives 1, 2 for 1 rows"):
            FactorTransformer(Wide()).fit_transform(pd.DataFrame({"reading": [1.0]}))

    def test_a_builder_of_one_number_for_all_rows(self):
        class Constant(Builder):
            id = "constant"
            inputs = ("reading",)

            def get_params(self, deep=True):
                return {}

            def build(self, columns):
                return 0.5

        found = FactorTransformer(Constant()).fit_transform(pd.DataFrame({"reading": [1.0, 2.0]}))
        assert_array_equal(found, [[0.5], [0.5]])


class TestContainersAndProcesses:
    @four
    def test_set_output(self, name):
        builder, columns, reading, value = FOUR[name]
        columns = columns.set_axis(["row"])
        plain = FactorTransformer(builder).set_output(transform="pandas").fit_transform(columns)
        assert list(plain.columns) == [builder.id]
        valued = FactorTransformer(builder, CODEBOOK.factor(name)).set_output(transform="pandas")
        assert list(valued.fit_transform(columns).columns) == [name]
        assert plain.loc["row", builder.id] == pytest.approx(reading)
        assert valued.transform(columns).loc["row", name] == pytest.approx(value)

    @four
    def test_pickle(self, name):
        builder, columns, _, value = FOUR[name]
        fitted = FactorTransformer(builder, CODEBOOK.factor(name)).fit(columns)
        back = pickle.loads(pickle.dumps(fitted))
        assert type(back.builder).__module__ == f"leverage.features.{name}"
        assert_allclose(back.transform(columns), [[value]])

    def test_in_the_workers_of_a_pool(self):
        calls = [delayed(os.getpid)()]
        calls += [
            delayed(FactorTransformer(builder, CODEBOOK.factor(name)).fit_transform)(columns)
            for name, (builder, columns, _, _) in FOUR.items()
        ]
        process, *found = Parallel(n_jobs=2, backend="loky")(calls)
        assert process != os.getpid()
        assert_allclose(np.ravel(found), [value for _, _, _, value in FOUR.values()])

    def test_column_transformer_to_model(self):
        columns = pd.concat([DOMESTIC, ALLIES], axis=1)
        parts = [
            (name, FactorTransformer(FOUR[name][0], CODEBOOK.factor(name)), list(FOUR[name][1]))
            for name in ("domestic_support", "ally_backing")
        ]
        features = ColumnTransformer(parts, verbose_feature_names_out=False).set_output(transform="pandas")
        model = LeverageModel(weights={"ally_backing": 0.25, "domestic_support": 0.75})
        score = Pipeline([("features", features), ("model", model)]).fit(columns).predict(columns)
        assert_allclose(score, [100 * (0.75 * 0.79 + 0.25 * FOUR["ally_backing"][3])])


class TestGridSearch:
    def data(self, lift):
        columns = pd.DataFrame(np.random.default_rng(5).random((90, 3)), columns=list(DOMESTIC))
        return columns, FactorTransformer(DomesticSupport(lift=lift)).fit_transform(columns)[:, 0]

    def test_recovers_the_lift(self):
        columns, reading = self.data(0.7)

        def closeness(transformer, rows, target):
            return -float(np.mean((transformer.transform(rows)[:, 0] - target) ** 2))

        grid = {"builder__lift": np.linspace(0, 1, 11)}
        search = GridSearchCV(FactorTransformer(DomesticSupport()), grid, scoring=closeness, cv=KFold(3))
        search.fit(columns, reading)
        assert search.best_params_["builder__lift"] == pytest.approx(0.7)
        assert search.best_score_ == pytest.approx(0.0, abs=1e-20)

    def test_recovers_the_lift_behind_noise_and_a_regression(self):
        columns, reading = self.data(0.7)
        outcome = 3.0 * reading - 1.0 + np.random.default_rng(6).normal(0, 0.01, len(reading))
        pipeline = Pipeline(
            [
                ("domestic", FactorTransformer(DomesticSupport())),
                ("outcome", LinearRegression()),
            ]
        )
        search = GridSearchCV(pipeline, {"domestic__builder__lift": np.linspace(0, 1, 11)}, cv=KFold(3))
        assert search.fit(columns, outcome).best_params_["domestic__builder__lift"] == pytest.approx(0.7)


def engine_columns(table):
    """The readings behind a feature table, named as `FeatureTransformer` wants them."""
    columns = {}
    for one in table.codebook.factors:
        inputs, *_ = table.readings.inputs(one, table.builders[one.id])
        columns |= {f"{one.id}/{name}": values for name, values in inputs.items()}
    return pd.DataFrame(columns)


class TestFeatureTransformer:
    def columns(self):
        parts = {name: frame for name, (_, frame, _, _) in FOUR.items()}
        return pd.concat([frame.add_prefix(f"{name}/") for name, frame in parts.items()], axis=1)

    def test_by_hand(self):
        frame = FeatureTransformer().fit_transform(self.columns())
        assert list(frame.columns) == sorted(FOUR)
        assert_allclose(frame.iloc[0], [FOUR[name][3] for name in sorted(FOUR)])

    def test_same_as_the_feature_table(self):
        table = feature_table(load_case(ROOT / "seeds" / "kursk-2025-01"))
        columns = engine_columns(table)
        transformer = FeatureTransformer(table.codebook).fit(columns)
        assert np.isnan(table.v).any()
        assert_array_equal(transformer.transform(columns), table.v)
        assert list(transformer.get_feature_names_out()) == [leaf.id for leaf in table.leaves]

    def test_in_a_pipeline_with_the_model(self):
        loaded = load_case(ROOT / "seeds" / "kursk-2025-01")
        table = feature_table(loaded)
        weights = {"territory_held": 0.4, "time_remaining": 0.3, "domestic_support": 0.2, "ally_backing": 0.1}
        model = LeverageModel(weights=weights, codebook=loaded.codebook)
        pipeline = Pipeline([("features", FeatureTransformer()), ("model", model)])
        columns = engine_columns(table)
        scores = score_table(table, pipeline.fit(columns)["model"].scoring_model_.weights)
        assert_array_equal(pipeline.predict(columns), scores.score)
        assert_array_equal(clone(pipeline).fit(columns).transform(columns), scores.points)
        pipeline.set_params(model__missing="renormalise", model__weights=None).fit(columns)
        assert not np.isnan(pipeline.predict(columns)).any()

    def test_composite_factors_give_their_indicators(self):
        codebook = Codebook((factor(direction="lowers"), home()), "test")
        X = pd.DataFrame(
            {"home/unrest": [0.1, NAN], "haste/reading": [50.0, 200.0], "home/press": [4.0, 10.0]},
            index=["first", "second"],
        )
        transformer = FeatureTransformer(codebook).fit(X)
        frame = transformer.transform(X)
        assert list(frame.columns) == ["haste", "home.press", "home.unrest"]
        assert list(frame.index) == ["first", "second"]
        assert_allclose(frame, [[0.75, 0.2, 0.9], [0.0, 0.8, NAN]])
        assert list(transformer.feature_names_in_) == ["haste/reading", "home/press", "home/unrest"]
        with pytest.raises(InputError, match=r"indicator 'home\.press' gives 13, outside the bounds 2 to 12"):
            transformer.transform(X.assign(**{"home/press": [4.0, 13.0]}))

    def test_column_order_and_containers(self):
        columns = self.columns()
        turned = columns[columns.columns[::-1]]
        fitted = FeatureTransformer().fit(columns)
        assert_array_equal(fitted.transform(turned), fitted.transform(columns))
        assert isinstance(fitted.set_output(transform="pandas").transform(columns), pd.DataFrame)
        back = pickle.loads(pickle.dumps(fitted))
        assert_array_equal(back.transform(columns), fitted.transform(columns))

    def test_faults_name_the_whole_column(self):
        columns = self.columns().rename(columns={"ally_backing/strength": "ally_baking/strength"})
        columns = columns.drop(columns="territory_held/monthly_loss__port").assign(luck=1.0)
        with pytest.raises(InputError) as caught:
            FeatureTransformer().fit(columns)
        text = str(caught.value)
        assert len(caught.value.faults) == 4
        for part in (
            "'ally_baking/strength'",
            "did you mean 'ally_backing'",
            "lacks the columns ally_backing/strength",
            "lacks the columns territory_held/monthly_loss__port",
            "'luck'",
        ):
            assert part in text
        with pytest.raises(InputError, match="no column names"):
            FeatureTransformer().fit(self.columns().to_numpy())


def test_scoring_and_explaining_do_not_import_scikit_learn():
    code = "import leverage, leverage.model, leverage.explain, sys; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
