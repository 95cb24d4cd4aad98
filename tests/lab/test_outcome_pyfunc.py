"""The outcome model as MLflow keeps it: what it takes, what it answers, and what it refuses."""

import json
from pathlib import Path

import mlflow.pyfunc
import numpy as np
import pandas as pd
import pytest
from mlflow.exceptions import MlflowException

from leverage.faults import InputError
from leverage.lab.outcome import AdditiveLogit, OutcomeModel, Term
from leverage.lab.outcome.model import FORMAT
from leverage.lab.outcome_pyfunc import ServedOutcome, save_outcome_pyfunc

CLASSES = ("A prevails", "stalemate", "B prevails")
COLUMNS = ("year", "a__power", "b__power", "unused", "initiator")


def part(constant, antisymmetric, factor, form, slope):
    """One straight term, centred on 0 with spread 1."""
    basis = {
        "term": {"factor": factor, "form": form, "scale": "plain", "knots": 0, "sign": 0, "ease": 1.0},
        "centre": 0.0, "spread": 1.0, "reference": 0.0, "at": [], "slopes": [slope],
    }  # fmt: skip
    return {"constant": constant, "antisymmetric": antisymmetric, "terms": [basis]}


@pytest.fixture
def served():
    told = {
        "format": FORMAT,
        "penalties": {"ridge_whether": 1.0, "ridge_who": 1.0, "bend": 1.0},
        "whether": part(0.5, False, "year", "row", -1.0),
        "who": part(0.25, True, "power", "against", 2.0),
    }
    return ServedOutcome(OutcomeModel.from_dict(told), "disputes", CLASSES, COLUMNS)


@pytest.fixture
def rows():
    return pd.DataFrame(
        {"year": [1, 0], "a__power": [0.5, None], "b__power": [0.0, 1.0], "initiator": [1, -1]},
        index=["first", "second"],
    )


def logistic(x):
    return 1 / (1 + np.exp(-x))


def test_the_answer_by_hand(served, rows):
    found = served.predict(rows)
    assert list(found) == served.answers
    assert list(found.index) == ["first", "second"]
    # Whether: 0.5 - year. Who: 0.25 initiator + 2 (a - b), and a missing reading is the reference, 0.
    whether, who = np.array([-0.5, 0.5]), np.array([1.25, -2.25])
    np.testing.assert_allclose(found["log-odds: anyone prevails"], whether, atol=1e-12)
    np.testing.assert_allclose(found["log-odds: A prevails if anyone does"], who, atol=1e-12)
    np.testing.assert_allclose(found["probability: A prevails"], logistic(whether) * logistic(who))
    np.testing.assert_allclose(found["probability: stalemate"], logistic(-whether))
    np.testing.assert_allclose(found.filter(like="probability").sum(axis=1), 1, atol=1e-12)


def test_the_file_gives_the_same_model(served, rows, tmp_path):
    path = tmp_path / "m.json"
    path.write_text(served.to_text())
    again = ServedOutcome.load(path)
    assert again.needed == ["year", "a__power", "b__power", "initiator"]
    assert again.to_text() == served.to_text()
    pd.testing.assert_frame_equal(again.predict(rows), served.predict(rows))
    path.write_text("{}")
    with pytest.raises(InputError, match="no model file of format"):
        ServedOutcome.load(path)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t.assign(yaer=1), "did you mean 'year'"),
        (lambda t: t.drop(columns="a__power"), "lack the columns a__power"),
        (lambda t: pd.concat([t, t[["year"]]], axis=1), "occur twice: year"),
        (lambda t: t.assign(year=["1900", 2]), "'year' is 1900 in row 0, which is no number"),
        (lambda t: t.assign(year=[True, False]), "which is no number"),
        (lambda t: t.assign(year=[1, np.inf]), "'year' is inf in row 1"),
        (lambda t: t.assign(initiator=[1, 0]), "'initiator' is 0 in row 1"),
        (lambda t: t.assign(initiator=[None, 1]), "'initiator' is nan in row 0"),
    ],
)
def test_wrong_rows_are_told(served, rows, change, told):
    with pytest.raises(InputError) as caught:
        served.predict(change(rows))
    assert told in str(caught.value)


def test_every_fault_is_told(served, rows):
    with pytest.raises(InputError) as caught:
        served.predict(rows.drop(columns="a__power").assign(yaer=1))
    assert len(caught.value.faults) == 2


def test_mlflow_loads_and_answers_without_pickle(served, rows, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    save_outcome_pyfunc(served, tmp_path / "model", rows)
    loaded = mlflow.pyfunc.load_model(str(tmp_path / "model"))
    found = loaded.predict(rows.astype(float))
    np.testing.assert_allclose(found, served.predict(rows), atol=1e-12)
    schema = loaded.metadata.get_input_schema()
    assert [each.name for each in schema.inputs] == list(COLUMNS)
    assert [each.name for each in schema.inputs if not each.required] == ["unused"]
    with pytest.raises(MlflowException, match="year"):
        loaded.predict(rows.drop(columns="year").astype(float))
    with pytest.raises(MlflowException, match="'initiator' is 0"):
        loaded.predict(rows.assign(initiator=0).astype(float))
    written = (p for p in (tmp_path / "model").rglob("*") if p.is_file() and p.suffix != ".pyc")
    for file in written:
        assert str(tmp_path).encode() not in file.read_bytes(), file
    example = json.loads((tmp_path / "model" / "input_example.json").read_text())
    assert example["columns"] == list(rows.columns)
    assert Path(tmp_path / "model" / "artifacts" / "outcome-model.json").read_text() == served.to_text()


def test_the_fitted_part_is_the_models_own(served):
    assert isinstance(served.parts["anyone prevails"], AdditiveLogit)
    assert served.parts["anyone prevails"].bases[0].term == Term("year", "row")
