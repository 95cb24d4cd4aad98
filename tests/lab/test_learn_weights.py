"""Weights that are learned, logged as a table, a weights file and a model that scores by them."""

import json
from pathlib import Path

import mlflow.pyfunc
import pytest

from leverage.builders import feature_table
from leverage.faults import InputError
from leverage.lab import model_rows, run_experiment
from leverage.lab.panels import dispute_panel
from leverage.lab.weighting import learn_weights
from leverage.model import drop_family, load_weights, score_table

JUDGED = """\
format: leverage/experiment/1
kind: learn-weights
name: judged
title: Which weights follow from the judgements?
from: judgements
draws: 20
judgements:
  - {preferred: ground, other: will, count: 3}
"""
LEARNED = """\
format: leverage/experiment/1
kind: learn-weights
name: learned
title: What counted?
from: disputes
draws: 10
seed: 4
"""


def define(tmp_path, text):
    path = tmp_path / "project" / "definition.yaml"
    path.write_text(text)
    return path


def files(store, run):
    return Path(mlflow.artifacts.download_artifacts(store.client().get_run(run).info.artifact_uri))


@pytest.fixture
def judged(tmp_path, store, codebook):
    return run_experiment(define(tmp_path, JUDGED), store=store, codebook=codebook)


def test_weights_from_judgements_by_hand(judged, store):
    # Three wins of one pair, and half a judgement each way: 3.5 against 0.5.
    assert dict(judged.learned.weights) == pytest.approx({"ground": 0.875, "will": 0.125}, abs=1e-9)
    run = store.client().get_run(judged.run)
    assert run.info.status == "FINISHED"
    assert run.data.metrics["weight.ground"] == judged.learned.weights["ground"]
    assert run.data.metrics["agreement"] == 1
    (data,) = run.inputs.dataset_inputs
    assert data.dataset.name == "judgements"
    assert judged.learned.digest.startswith(data.dataset.digest)
    assert judged.to_tables()[0].rows[0][:2] == ("ground", "0.875")


def test_the_weights_file_and_the_model_score_as_the_weights_do(judged, store, codebook, loaded):
    place = files(store, judged.run)
    weights = load_weights(place / "weights.yaml", codebook)
    assert dict(weights.factors) == dict(judged.weights.factors)  # to the last digit
    (output,) = store.client().get_run(judged.run).outputs.model_outputs
    model = store.client().get_logged_model(output.model_id)
    assert model.params["weight.ground"] == repr(judged.weights.factors["ground"])
    table = feature_table(loaded, ["rallied"])
    found = mlflow.pyfunc.load_model(model.artifact_location).predict(model_rows(table))
    expected = score_table(table, weights, "bounds").score
    assert found["score"].to_numpy(float) == pytest.approx(expected, abs=1e-12)
    assert "0.875" in (place / "weights.csv").read_text()
    assert (place / "weights.svg").read_text().startswith("<?xml")
    assert json.loads((place / "config.json").read_text())["judgements"][0]["count"] == 3


def test_weights_from_disputes(tmp_path, store, world):
    result = run_experiment(define(tmp_path, LEARNED), store=store, data=world)
    expected = learn_weights(dispute_panel(world), draws=10, seed=4)
    assert dict(result.learned.weights) == dict(expected.weights_)
    assert dict(result.learned.low) == dict(expected.low_)
    assert result.learned.for_cases == pytest.approx(
        drop_family(dict(expected.weights_), "own_capability"), abs=2e-4
    )
    run = store.client().get_run(result.run)
    assert run.data.params["panel"] == "disputes"
    assert {each.dataset.name for each in run.inputs.dataset_inputs} >= {"disputes", "gml_dirdisp"}
    shown = result.to_tables()[0].to_text(120)
    assert "own_capability is left out" in shown
    assert run.outputs.model_outputs
    assert sum(result.weights.factors.values()) == pytest.approx(1, abs=1e-12)


def test_another_codebook_gets_the_table_alone(tmp_path, store, world, codebook):
    result = run_experiment(define(tmp_path, LEARNED), store=store, data=world, codebook=codebook)
    assert result.weights is None
    assert "The codebook has other factors" in result.to_tables()[0].to_text(120)
    assert not store.client().get_run(result.run).outputs.model_outputs
    assert not (files(store, result.run) / "weights.yaml").exists()


def test_the_same_judgements_give_the_same_files(judged, tmp_path, store, codebook):
    again = run_experiment(define(tmp_path, JUDGED), store=store, codebook=codebook)
    assert again.run != judged.run
    first, second = (files(store, run.run) for run in (judged, again))
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in names)


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("preferred: ground", "preferred: grund", 8, "did you mean 'ground'"),
        ("other: will", "other: ground", 8, "judged against itself"),
        ("count: 3", "count: -3", 8, "`count`"),
        ("from: judgements", "from: wars", 5, "disputes, judgements"),
        ("  - {preferred: ground, other: will, count: 3}\n", "  []\n", 7, "there are no judgements"),
    ],
)
def test_wrong_definitions_are_told_with_their_place(tmp_path, store, codebook, old, new, line, told):
    assert old in JUDGED
    with pytest.raises(InputError) as caught:
        run_experiment(define(tmp_path, JUDGED.replace(old, new)), store=store, codebook=codebook)
    assert told in str(caught.value)
    assert caught.value.faults[0].line == line
