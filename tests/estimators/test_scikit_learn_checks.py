"""scikit-learn's own checks of its contract. No check is expected to fail."""

import warnings

import pytest
from sklearn.base import clone
from sklearn.utils import estimator_checks, get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks

from leverage.builders import Product
from leverage.codebook import load_codebook
from leverage.estimators import FactorTransformer, FeatureTransformer, LeverageModel
from leverage.features import domestic_support

# Those that take arrays without names run every check.
UNNAMED = [LeverageModel(), LeverageModel(missing="renormalise"), FactorTransformer(Product())]
# Those that know their columns by name refuse arrays; scikit-learn's data for its checks has no names.
NAMED = [
    FactorTransformer(domestic_support.DomesticSupport(lift=0.25)),
    FactorTransformer(domestic_support.DomesticSupport(), factor=load_codebook().factor("domestic_support")),
    FeatureTransformer(),
    FeatureTransformer(load_codebook()),
    LeverageModel(weights={"a": 1.0}),
    LeverageModel(codebook=load_codebook()),
]
# Checks that scikit-learn runs on its own estimators only.
FURTHER = [
    "check_dataframe_column_names_consistency",
    "check_transformer_get_feature_names_out",
    "check_transformer_get_feature_names_out_pandas",
    "check_get_feature_names_out_error",
    "check_set_output_transform",
    "check_set_output_transform_pandas",
    "check_global_output_transform_pandas",
    "check_param_validation",
]
WITHOUT_DATA = [
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
    "check_get_feature_names_out_error",
]


@parametrize_with_checks(UNNAMED)
def test_contract(estimator, check):
    check(estimator)


@pytest.mark.parametrize("name", FURTHER)
@pytest.mark.parametrize("estimator", UNNAMED, ids=repr)
def test_names_and_containers(estimator, name):
    with warnings.catch_warnings():
        # These checks fit on a frame and transform an array, or the reverse, on purpose.
        warnings.filterwarnings("ignore", "X (does not have valid|has) feature names", UserWarning)
        getattr(estimator_checks, name)(type(estimator).__name__, clone(estimator))


@pytest.mark.parametrize("name", WITHOUT_DATA)
@pytest.mark.parametrize("estimator", NAMED, ids=lambda estimator: type(estimator).__name__)
def test_parameters_of_those_that_need_names(estimator, name):
    getattr(estimator_checks, name)(type(estimator).__name__, clone(estimator))


def test_tags_are_honest():
    model = get_tags(LeverageModel())
    assert model.estimator_type == "regressor"
    assert model.input_tags.allow_nan
    assert model.input_tags.two_d_array
    assert not model.target_tags.required
    assert model.regressor_tags.poor_score
    assert all(not get_tags(estimator).input_tags.two_d_array for estimator in NAMED)
    assert all(get_tags(estimator).input_tags.allow_nan for estimator in [*NAMED, *UNNAMED])
