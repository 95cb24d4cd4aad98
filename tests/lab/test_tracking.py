"""A scoring in MLflow, read back: parameters, metrics, data, files and the model; and runs that fail."""

import csv
import json
import os
import signal
import subprocess
from pathlib import Path

import mlflow.pyfunc
import numpy as np
import pytest

from leverage.builders import feature_table
from leverage.case import load_case
from leverage.explain import Explanation
from leverage.faults import InputError
from leverage.lab import Store, log_case, model_rows, tracking
from leverage.lab.runs import FAILURE_TAG, log_values, open_run
from leverage.lab.tracking import git_tags
from leverage.model import Weights, score_table

from .conftest import CASE, write_case

WEIGHTS = Weights("test", "Test weights", "direct", {"ground": 0.6, "will": 0.4}, "tests", "by hand")


@pytest.fixture
def logged(loaded, store):
    run = log_case(loaded, weights=WEIGHTS, policy="bounds", store=store)
    return store.client().get_run(run)


@pytest.fixture
def files(logged, store, tmp_path):
    place = tmp_path / "files"
    place.mkdir()
    return Path(store.client().download_artifacts(logged.info.run_id, "", str(place)))


def test_the_run_is_finished_and_in_an_experiment_of_its_own(logged, store):
    client = store.client()
    assert logged.info.status == "FINISHED"
    assert client.get_experiment(logged.info.experiment_id).name == "scored-cases"
    assert client.search_runs(["0"]) == []
    assert logged.info.user_id == "unknown"
    assert "mlflow.user" not in logged.data.tags
    assert mlflow.active_run() is None


def test_parameters(logged, loaded):
    params = logged.data.params
    assert params == {
        "case": "tiny",
        "as_of": "2024-05-10",
        "deadline": "2024-06-01",
        "scenarios": "now, rallied",
        "policy": "bounds",
        "baseline": "opponent",
        "codebook.version": "tiny",
        "codebook.hash": loaded.codebook.hash,
        "weights": "test",
        "weights.scheme": "direct",
        "weight.ground": "0.6",
        "weight.will": "0.4",
    }


def test_metrics_are_the_scores_and_a_missing_one_is_left_out(logged, loaded):
    metrics = dict(logged.data.metrics)
    scores = score_table(feature_table(loaded), WEIGHTS)
    for number, row in enumerate(scores.rows):
        for name in ("low", "high", "coverage"):
            value = float(getattr(scores, name)[number])
            assert metrics.pop(f"{name}.{row.scenario}.{row.actor}") == value
    # ground is concave: (1 - e^(-2x)) / (1 - e^-2)
    ground = {x: (1 - np.exp(-2 * x)) / (1 - np.exp(-2)) for x in (0.6, 0.3)}
    red = 100 * (0.6 * ground[0.6] + 0.4 * (0.75 * 0.5 + 0.25 * 0.2))
    blue = 100 * (0.6 * ground[0.3] + 0.4 * (0.75 * 0.9 + 0.25 * 0.8))
    assert metrics == pytest.approx(
        {
            "score.now.red": red,
            "score.rallied.red": red,
            "score.rallied.blue": blue,
            "margin.rallied": red - blue,
        }
    )


def test_tags_say_what_the_case_is(logged, loaded):
    tags = logged.data.tags
    assert tags["case.title"] == "A tiny dispute"
    assert tags["case.question"] == "Who has the stronger hand?"
    assert tags["article.note.sha256"] == loaded.case.articles[0].sha256
    assert "| Scenario |" in tags["mlflow.note.content"]


def test_data_sets_carry_the_feature_table_and_the_articles(logged, loaded):
    table, article = (each.dataset for each in logged.inputs.dataset_inputs)
    assert table.name == "tiny"
    assert json.loads(table.source) == {"uri": "tiny/case.yaml"}
    assert json.loads(table.profile)["num_rows"] == 4
    assert len(table.digest) == 8
    assert article.name == "tiny/note"
    assert json.loads(article.source)["sha256"] == loaded.case.articles[0].sha256
    assert loaded.case.articles[0].sha256.startswith(article.digest)


def test_the_digest_follows_the_data(loaded, codebook, tmp_path):
    def digest(case):
        scored = tracking.ScoredCase.of(case, WEIGHTS)
        return tracking.dataset_inputs(scored)[0].dataset.digest

    changed = load_case(write_case(tmp_path / "other", CASE.replace("value: 0.5,", "value: 0.6,")), codebook)
    assert digest(loaded) == digest(loaded)
    assert digest(loaded) != digest(changed)


def test_tables_have_the_scores(files, loaded):
    scores = score_table(feature_table(loaded), WEIGHTS)
    document = json.loads((files / "scores.json").read_text())
    assert document["case"] == "tiny"
    assert [each["score"] for each in document["scores"]] == [
        None if np.isnan(score) else score for score in scores.score
    ]
    with (files / "scores.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["score"] for row in rows] == ["" if np.isnan(s) else repr(float(s)) for s in scores.score]
    assert json.loads((files / "config.json").read_text())["weights"]["author"] == "tests"
    assert (files / "case" / "case.yaml").read_bytes() == (loaded.folder / "case.yaml").read_bytes()


@pytest.mark.parametrize("scenario", ["now", "rallied"])
@pytest.mark.parametrize("actor", ["red", "blue"])
def test_explanations_in_every_form(files, scenario, actor):
    place = files / "explanations" / scenario
    found = Explanation.from_json((place / f"{actor}.json").read_text())
    assert (found.scenario, found.actor) == (scenario, actor)
    assert found.baseline.kind == "actor"
    assert found.flips
    assert (place / f"{actor}.html").read_text().lower().startswith("<!doctype html>")
    assert (place / f"{actor}.md").read_text() == found.to_markdown()
    assert (place / f"{actor}.svg").read_text().startswith("<svg")


def test_the_model_is_an_output_of_the_run_and_scores_the_same(logged, store, loaded, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    (output,) = logged.outputs.model_outputs
    model = store.client().get_logged_model(output.model_id)
    assert model.status == "READY"
    assert model.source_run_id == logged.info.run_id
    assert model.params["weights"] == "test"
    mlflow.set_tracking_uri(store.tracking_uri)
    table = feature_table(loaded)
    found = mlflow.pyfunc.load_model(f"models:/{output.model_id}").predict(model_rows(table))
    expected = score_table(table, WEIGHTS).score
    np.testing.assert_allclose(found["score"].to_numpy(float), expected, rtol=0, atol=1e-12)


def test_nothing_that_is_logged_names_this_machine(files, logged, store, tmp_path):
    (output,) = logged.outputs.model_outputs
    location = store.client().get_logged_model(output.model_id).artifact_location
    folders = [files, Path(mlflow.artifacts.download_artifacts(location))]
    for file in (file for folder in folders for file in folder.rglob("*") if file.is_file()):
        assert str(tmp_path).encode() not in file.read_bytes(), file
    told = [*logged.data.params.values(), *logged.data.tags.values()]
    told += [each.dataset.source for each in logged.inputs.dataset_inputs]
    assert not [text for text in told if str(tmp_path) in text]


def test_choices(loaded, store, monkeypatch):
    client = store.client()
    run = log_case(loaded, policy="renormalise", scenarios=["now"], baseline="scenario:rallied", store=store)
    params = client.get_run(run).data.params
    assert params["scenarios"] == "now, rallied"  # the baseline's scenario is scored too
    assert params["weights"] == "equal"
    assert params["policy"] == "renormalise"
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "by-variable")
    run = client.get_run(log_case(loaded, store=store, flips=False))
    assert client.get_experiment(run.info.experiment_id).name == "by-variable"
    run = client.get_run(log_case(loaded, store=store, flips=False, experiment="by-name"))
    assert client.get_experiment(run.info.experiment_id).name == "by-name"


def test_the_variable_names_the_store(loaded, template, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/own/my.db")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "my.db").write_bytes(template.database.read_bytes())
    run = log_case(loaded, flips=False)
    info = Store.find().client().get_run(run).info
    assert info.artifact_uri.startswith((tmp_path / "own" / "artifacts").as_uri())


@pytest.mark.parametrize(
    "wrong", [{"scenarios": ["nowhere"]}, {"baseline": "actor:green"}, {"experiment": "Default"}]
)
def test_a_wrong_choice_makes_no_run(loaded, store, wrong):
    client = store.client()
    with pytest.raises(InputError):
        log_case(loaded, store=store, **wrong)
    experiments = [each.experiment_id for each in client.search_experiments()]
    assert client.search_runs(experiments) == []


# --- runs that do not finish -----------------------------------------------------------------


def only_run(store):
    client = store.client()
    (run,) = client.search_runs([store.experiment("scored-cases", client)])
    return run


@pytest.mark.parametrize(
    ("error", "status"), [(RuntimeError("disk full"), "FAILED"), (KeyboardInterrupt(), "KILLED")]
)
@pytest.mark.parametrize("step", ["log_values", "dataset_inputs", "log_model"])
def test_a_run_that_breaks_is_not_left_running(loaded, store, monkeypatch, error, status, step):
    def broken(*args, **kwargs):
        raise error

    monkeypatch.setattr(tracking, step, broken)
    with pytest.raises(type(error)):
        log_case(loaded, store=store, flips=False)
    run = only_run(store)
    assert run.info.status == status
    assert run.info.end_time
    assert run.data.tags[FAILURE_TAG].startswith(type(error).__name__)


def test_a_model_that_breaks_is_not_left_pending(loaded, store, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("no space")

    monkeypatch.setattr(tracking, "save_pyfunc", broken)
    with pytest.raises(RuntimeError):
        log_case(loaded, store=store, flips=False)
    (model,) = store.client().search_logged_models([only_run(store).info.experiment_id])
    assert model.status == "FAILED"


SLEEPER = """
import signal, time
from leverage.lab import Store
from leverage.lab.runs import open_run
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job in the background ignores it
store = Store.at(root)
client = store.client()
with open_run(client, store.experiment("scored-cases", client), "sleeper", {}):
    begun.set()
    time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_process_that_is_stopped_leaves_its_run_killed(store, tmp_path, processes, number):
    begun = processes.Event()
    process = processes.Process(target=exec, args=(SLEEPER, {"root": tmp_path / "project", "begun": begun}))
    process.start()
    assert begun.wait(60)
    os.kill(process.pid, number)
    process.join(30)
    assert process.exitcode not in (0, None)
    assert only_run(store).info.status == "KILLED"


def test_a_handler_of_the_caller_stays(store):
    def own(number, frame):
        raise AssertionError

    client = store.client()
    experiment = store.experiment("any", client)
    before = signal.signal(signal.SIGTERM, own)
    try:
        with open_run(client, experiment, "one", {}):
            assert signal.getsignal(signal.SIGTERM) is own
    finally:
        signal.signal(signal.SIGTERM, before)
    with open_run(client, experiment, "two", {}):
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before


def test_many_and_long_values_keep_within_mlflows_limits(store):
    client = store.client()
    with open_run(client, store.experiment("many", client), "wide", {"long": "x" * 9000}) as run:
        log_values(
            client,
            run,
            params={f"p{n}": "y" * 7000 if n == 0 else n for n in range(150)},
            metrics={f"m{n}": float("nan") if n == 0 else n for n in range(1700)},
            tags={f"t{n}": "z" for n in range(120)},
        )
    data = client.get_run(run).data
    assert len(data.params) == 150
    assert len(data.metrics) == 1699
    assert len([tag for tag in data.tags if tag.startswith("t")]) == 120
    assert data.tags["long"].endswith("x…")


def test_the_commit_of_the_cases_folder(tmp_path):
    assert git_tags(tmp_path) == {}

    def git(*command):
        own = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(tmp_path), *own, *command], check=True, capture_output=True)

    git("init")
    (tmp_path / "case.yaml").write_text("one")
    git("add", ".")
    git("commit", "-m", "one")
    told = git_tags(tmp_path)
    assert len(told["mlflow.source.git.commit"]) == 40
    assert told["git.changed"] == "no"
    (tmp_path / "case.yaml").write_text("two")
    assert git_tags(tmp_path) == {**told, "git.changed": "yes"}
