"""The model in MLflow: the table's own scores come back, and wrong rows are refused."""

import json
import math

import mlflow.pyfunc
import numpy as np
import pandas as pd
import pytest
from mlflow.exceptions import MlflowException
from mlflow.pyfunc.scoring_server import invocations

from leverage.builders import feature_table
from leverage.faults import InputError
from leverage.lab import model_rows, predict_rows, save_pyfunc
from leverage.model import ScoringModel, Weights, score_table

WEIGHTS = Weights("test", "Test weights", "direct", {"ground": 0.6, "will": 0.4})
LEAVES = ["ground", "will.support", "will.cost"]


def model_of(codebook, policy="bounds"):
    return ScoringModel(codebook, WEIGHTS, policy)


def row(**values):
    return pd.DataFrame([{"ground": 0.5, "will.support": 1.0, "will.cost": 0.0, **values}])


@pytest.fixture
def saved(tmp_path, codebook):
    save_pyfunc(model_of(codebook), tmp_path / "model")
    return tmp_path / "model"


def test_a_score_by_hand(codebook):
    found = predict_rows(model_of(codebook), row()).iloc[0]
    # 100 (0.6 · 0.5 + 0.4 · 0.75 · 1 + 0.4 · 0.25 · 0)
    assert found["score"] == pytest.approx(60)
    assert found["low"] == found["high"] == pytest.approx(60)
    assert found["coverage"] == pytest.approx(1)
    assert [found[f"{leaf}:points"] for leaf in LEAVES] == pytest.approx([30, 30, 0])


def test_a_missing_value_leaves_the_score_null_between_its_bounds(codebook):
    found = predict_rows(model_of(codebook), row(ground=math.nan)).iloc[0]
    assert found["score"] is None
    assert found["ground:points"] is None
    assert (found["low"], found["high"]) == pytest.approx((30, 90))
    assert found["coverage"] == pytest.approx(0.4)


def test_renormalise_spreads_the_weight(codebook):
    found = predict_rows(model_of(codebook, "renormalise"), row(ground=None)).iloc[0]
    assert found["score"] == pytest.approx(75)
    assert found["low"] == found["high"] == pytest.approx(75)


def test_nothing_coded_under_renormalise_has_no_score_and_the_widest_bounds(codebook):
    rows = pd.DataFrame({leaf: [None] for leaf in LEAVES})
    found = predict_rows(model_of(codebook, "renormalise"), rows).iloc[0]
    assert [found["score"], found["low"], found["high"]] == [None, 0, pytest.approx(100)]
    assert found["coverage"] == 0


@pytest.mark.parametrize("policy", ["bounds", "renormalise"])
def test_the_saved_model_gives_the_tables_scores(loaded, tmp_path, monkeypatch, policy):
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    table = feature_table(loaded, missing=policy)
    scores = score_table(table, WEIGHTS, policy)
    rows = model_rows(table)
    save_pyfunc(ScoringModel(table.codebook, WEIGHTS, policy), tmp_path / "model", rows.head(1))
    found = mlflow.pyfunc.load_model(str(tmp_path / "model")).predict(rows)
    assert np.isnan(table.v).any()
    for name in ("score", "low", "high", "coverage"):
        np.testing.assert_allclose(found[name].to_numpy(float), getattr(scores, name), rtol=0, atol=1e-12)
    points = found[[f"{leaf}:points" for leaf in LEAVES]].to_numpy(float)
    np.testing.assert_allclose(points, scores.points, rtol=0, atol=1e-12)
    assert list(found.index) == list(table.rows)


def test_the_model_holds_no_pickle_and_no_path_of_this_machine(saved, tmp_path):
    files = {file.name for file in saved.rglob("*") if file.is_file()}
    assert {"MLmodel", "_served.py", "model.json", "input_example.json"} <= files
    assert not [name for name in files if name.endswith((".pkl", ".pickle"))]
    described = (saved / "MLmodel").read_text()
    assert str(tmp_path) not in described
    assert "/tmp/" not in described
    assert "_served.py" in described
    assert "/_served.py" not in described


def test_requirements_are_named_and_not_guessed(saved):
    names = [line.partition("==")[0] for line in (saved / "requirements.txt").read_text().split()]
    assert names == ["negotiation-leverage", "mlflow"]


def test_columns_go_by_name(codebook):
    rows = row(ground=0.1)
    turned = rows[rows.columns[::-1]]
    model = model_of(codebook)
    pd.testing.assert_frame_equal(predict_rows(model, rows), predict_rows(model, turned))


def test_integers_are_numbers(codebook, saved):
    rows = row(ground=1)
    assert rows["ground"].dtype.kind == "i"
    assert predict_rows(model_of(codebook), rows)["score"][0] == pytest.approx(90)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"grond": 0.5}, "did you mean 'ground'"),
        ({"ground": 1.5}, "1.5 in row 0, outside 0 to 1"),
        ({"ground": -0.1}, "outside 0 to 1"),
        ({"ground": math.inf}, "outside 0 to 1"),
        ({"ground": "high"}, "high in row 0, which is no number"),
        ({"ground": True}, "True in row 0, which is no number"),
        ({"ground:low": 0.6}, "0.5 with bounds 0.6 to 0.5"),
        ({"ground:high": 0.4}, "0.5 with bounds 0.5 to 0.4"),
    ],
)
def test_wrong_rows_are_refused(codebook, change, told):
    with pytest.raises(InputError) as caught:
        predict_rows(model_of(codebook), row(**change))
    assert told in str(caught.value)


def test_missing_and_doubled_columns_are_refused(codebook):
    with pytest.raises(InputError, match=r"lack the columns will.cost"):
        predict_rows(model_of(codebook), row().drop(columns="will.cost"))
    twice = pd.concat([row(), row()[["ground"]]], axis=1)
    with pytest.raises(InputError, match="occur twice: ground"):
        predict_rows(model_of(codebook), twice)
    with pytest.raises(InputError, match="no column names"):
        predict_rows(model_of(codebook), np.zeros((1, 3)))


def test_the_served_model_refuses_wrong_rows(saved):
    model = mlflow.pyfunc.load_model(str(saved))
    with pytest.raises(MlflowException, match="outside 0 to 1"):
        model.predict(row(ground=2.0))
    with pytest.raises(MlflowException, match=r"will\.cost"):
        model.predict(row().drop(columns="will.cost"))


def test_a_null_over_http_is_null_in_the_answer(saved):
    model = mlflow.pyfunc.load_model(str(saved))
    sent = json.dumps({"dataframe_split": {"columns": LEAVES, "data": [[None, 1, 0]]}})
    answer = invocations(sent, "application/json", model, model.metadata.get_input_schema())
    assert answer.status == 200
    assert "NaN" not in answer.response
    (found,) = json.loads(answer.response)["predictions"]
    assert found["score"] is None
    assert (found["low"], found["high"]) == pytest.approx((30, 90))


def test_no_rows_give_no_rows(codebook):
    assert len(predict_rows(model_of(codebook), row().head(0))) == 0
