"""Backtests as experiments: what is logged, that a kill loses nothing, and runs held side by side."""

import json
import os
import shutil
import signal
from pathlib import Path
from xml.etree import ElementTree

import mlflow.pyfunc
import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from leverage.cli import app
from leverage.faults import InputError
from leverage.lab import Store, run_experiment
from leverage.lab.backtests import contenders
from leverage.lab.comparing import compare_runs
from leverage.lab.experiments import folds
from leverage.lab.metrics import row_losses
from leverage.lab.outcome_pyfunc import ServedOutcome
from leverage.lab.panels import dispute_panel
from leverage.lab.predictions import difference, read_forecasts
from leverage.lab.runs import KEY_TAG, PARENT_TAG
from leverage.lab.validation import backtest

DEFINITION = """\
format: leverage/experiment/1
kind: backtest
name: small
title: A small backtest
panel: disputes
schemes: [stratified, grouped, time]
models: [transparent, base rates, capability ratio]
folds: 3
repeats: 2
draws: 40
"""
SCHEMES = ("stratified", "grouped", "time")


def new_store(template, root):
    store = Store.at(root)
    store.database.parent.mkdir(parents=True)
    shutil.copy(template.database, store.database)
    return store


def define(root, text=DEFINITION, name="small.yaml"):
    root.mkdir(parents=True, exist_ok=True)
    path = root / name
    path.write_text(text)
    return path


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, template, world):
    """A store with the whole experiment."""
    root = tmp_path_factory.mktemp("undisturbed")
    store = new_store(template, root)
    return store, run_experiment(define(root), store=store, data=world)


@pytest.fixture(scope="module")
def panel(world):
    return dispute_panel(world)


@pytest.fixture(scope="module")
def expected(panel):
    """The same backtest by the functions themselves."""
    chosen = [
        c for c in contenders("disputes") if c.name in ("transparent", "base rates", "capability ratio")
    ]
    return {scheme: backtest(panel, chosen, scheme, folds=3, repeats=2) for scheme in SCHEMES}


def artifacts(store, run):
    """Text of every artifact of a run, by path."""
    folder = Path(mlflow.artifacts.download_artifacts(store.client().get_run(run).info.artifact_uri))
    return {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()}


def numbers(store, run):
    """Metrics of a run that depend on nothing but data and seed."""
    metrics = store.client().get_run(run).data.metrics
    return {name: value for name, value in metrics.items() if not name.startswith("system/")}


def test_a_parent_with_a_child_a_scheme(undisturbed):
    store, result = undisturbed
    client = store.client()
    parent = client.get_run(result.run)
    assert parent.info.status == "FINISHED"
    assert parent.data.params["schemes"] == "stratified, grouped, time"
    assert parent.data.params["seed"] == "0"
    assert len(parent.data.tags[KEY_TAG]) == 64
    children = [client.get_run(child) for child in result.children]
    assert [child.info.run_name for child in children] == list(SCHEMES)
    assert {child.data.tags[PARENT_TAG] for child in children} == {result.run}
    assert {child.info.status for child in children} == {"FINISHED"}


@pytest.mark.parametrize("number", range(3))
def test_metrics_are_those_of_the_backtest_with_their_spread(undisturbed, expected, number):
    store, result = undisturbed
    table = expected[SCHEMES[number]].table()
    found = numbers(store, result.children[number])
    for model in table.index:
        for name in ("prl", "auc_decided", "log_loss", "brier", "calibration_error"):
            assert found[f"{name}.{folds.slug(model)}"] == table.loc[model, name]
            spread = found.get(f"{name}_spread.{folds.slug(model)}")
            assert spread == (table.loc[model, f"{name}_spread"] if number < 2 else None)
    assert numbers(store, result.run)[f"prl.{SCHEMES[number]}.transparent"] == found["prl.transparent"]


def test_each_fold_has_its_log_loss(undisturbed, expected, panel):
    store, result = undisturbed
    history = store.client().get_metric_history(result.children[0], "fold_log_loss.transparent")
    assert [each.step for each in history] == list(range(6))  # three folds, twice
    sizes = [len(test) for run in folds.outer_splits(panel, "stratified", 3, 2, 0) for _, test in run]
    losses = row_losses(expected["stratified"].probabilities["transparent"], expected["stratified"].outcome)
    mean = np.average([each.value for each in history], weights=sizes)
    assert mean == pytest.approx(losses.mean(), abs=1e-12)
    spread = numbers(store, result.children[0])["log_loss_spread_of_folds.transparent"]
    assert spread == pytest.approx(np.std([each.value for each in history]), abs=1e-15)


def test_every_prediction_is_kept_to_the_last_digit(undisturbed, expected, panel, tmp_path):
    store, result = undisturbed
    path = store.client().download_artifacts(result.children[1], "predictions.csv", str(tmp_path))
    found = read_forecasts(Path(path))
    assert list(found) == ["transparent", "base rates", "capability ratio"]
    for name, probabilities in expected["grouped"].probabilities.items():
        np.testing.assert_array_equal(found[name].probabilities, probabilities)
        np.testing.assert_array_equal(found[name].outcome, expected["grouped"].outcome)
    table = pd.read_csv(path)
    assert set(table["id"]) == set(panel.ids[panel.known].tolist())
    assert (table.loc[table["model"] == "base rates", "base_rate"] <= 1).all()


def test_differences_have_the_backtests_intervals(undisturbed, expected):
    _, result = undisturbed
    for scheme, record in zip(SCHEMES, result.schemes, strict=True):
        for other in ("base rates", "capability ratio"):
            told = expected[scheme].difference("transparent", other, 40, 0)
            rows = record.differences[record.differences["other"] == other].set_index("metric")
            for metric, interval in told.items():
                row = rows.loc[metric]
                found = row["estimate"], row["low"], row["high"]
                assert found == (interval.estimate, interval.low, interval.high)
    shown = result.to_tables()[1].to_text(120)
    assert "base rates" in shown
    assert "Metrics of “transparent” less those of the others" in shown


def test_files_of_parent_and_child(undisturbed, panel):
    store, result = undisturbed
    parent, child = artifacts(store, result.run), artifacts(store, result.children[0])
    assert {
        "experiment.yaml",
        "config.json",
        "table.md",
        "metrics.csv",
        "differences.csv",
        "terms.csv",
    } <= set(parent)
    assert set(child) == {
        "metrics.csv",
        "predictions.csv",
        "differences.csv",
        "calibration.csv",
        "calibration.svg",
        "reliability.svg",
    }
    config = json.loads(parent["config.json"])
    assert config["data"] == {source.name: source.sha256 for source in panel.sources}
    assert config["environment"]["numpy"] == np.__version__
    drawings = [text for name, text in {**parent, **child}.items() if name.endswith(".svg")]
    assert len(drawings) == 4
    for text in drawings:
        told = "".join(ElementTree.fromstring(text).itertext())
        assert any(words in told for words in ("Log-odds", "Probability stated", "Mean distance"))
    examples = [name for name in parent if name.startswith("explanations/")]
    assert len(examples) == 4
    surest = parent["explanations/surest-stalemate.md"]
    assert "- stalemate: " in surest
    assert "Log-odds that A or B prevails at all" in surest


def test_data_sets_are_told_by_their_digests(undisturbed, panel):
    store, result = undisturbed
    told = {each.dataset.name: each for each in store.client().get_run(result.run).inputs.dataset_inputs}
    assert set(told) == {"disputes", *(source.name for source in panel.sources)}
    for source in panel.sources:
        tags = {tag.key: tag.value for tag in told[source.name].tags}
        assert tags["sha256"] == source.sha256
        assert json.loads(told[source.name].dataset.source)["citation"] == source.citation
    assert json.loads(told["disputes"].dataset.profile)["num_rows"] == len(panel)


def test_the_outcome_model_answers_as_it_was_fitted(undisturbed, panel, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    store, result = undisturbed
    (output,) = store.client().get_run(result.run).outputs.model_outputs
    model = store.client().get_logged_model(output.model_id)
    assert model.status == "READY"
    folder = Path(mlflow.artifacts.download_artifacts(model.artifact_location))
    assert not [p for p in folder.rglob("*") if p.suffix in (".pkl", ".pickle")]
    served = ServedOutcome.load(folder / "artifacts" / "outcome-model.json")
    table = panel.features()
    found = mlflow.pyfunc.load_model(model.artifact_location).predict(table.astype(float))
    names = ["probability: A prevails", "probability: stalemate", "probability: B prevails"]
    np.testing.assert_allclose(found[names], served.model.predict_proba(table), rtol=0, atol=1e-12)
    decided = 1 / (1 + np.exp(-found["log-odds: anyone prevails"]))
    won = 1 / (1 + np.exp(-found["log-odds: A prevails if anyone does"]))
    np.testing.assert_allclose(found[names[0]], decided * won, rtol=0, atol=1e-12)


def test_nothing_that_is_logged_names_this_machine(undisturbed, world):
    store, result = undisturbed
    places = (str(world), str(store.database.parent.parent))
    texts = [text for run in (result.run, *result.children) for text in artifacts(store, run).values()]
    for run in (result.run, *result.children):
        data = store.client().get_run(run).data
        texts += [*data.params.values(), *data.tags.values()]
    assert not [text for text in texts for place in places if place in text]


# --- a kill ----------------------------------------------------------------------------------

KILLED = """
from pathlib import Path
from leverage.lab import Store, run_experiment
from leverage.lab.experiments import folds
import time
compute, done = folds.compute, []
def slow(plan, scheme):
    if len(done) == 1:
        begun.set()
        time.sleep(120)
    done.append(scheme)
    return compute(plan, scheme)
folds.compute = slow
run_experiment(Path(path), store=Store.at(root), data=Path(data))
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_a_killed_experiment_goes_on_and_ends_with_the_same_numbers(
    undisturbed, template, tmp_path, world, processes, monkeypatch
):
    store = new_store(template, tmp_path / "killed")
    path = define(tmp_path / "killed")
    begun = processes.Event()
    names = {"path": str(path), "root": str(tmp_path / "killed"), "data": str(world), "begun": begun}
    process = processes.Process(target=exec, args=(KILLED, names))
    process.start()
    assert begun.wait(120)
    os.kill(process.pid, signal.SIGKILL)
    process.join(30)
    client = store.client()
    experiment = client.get_experiment_by_name("small").experiment_id
    left = {run.info.run_name: run.info for run in client.search_runs([experiment])}
    assert {name: info.status for name, info in left.items()} == {
        "small": "RUNNING",
        "stratified": "FINISHED",
        "grouped": "RUNNING",
    }

    computed, compute = [], folds.compute
    monkeypatch.setattr(folds, "compute", lambda p, s: (computed.append(s), compute(p, s))[1])
    steps = []
    result = run_experiment(path, store=store, data=world, on_step=steps.append)
    assert computed == ["grouped", "time"]
    assert steps[0] == f"continuing run {result.run}"
    assert result.run == left["small"].run_id
    assert result.children[0] == left["stratified"].run_id
    now = client.search_runs([experiment])
    assert sorted(run.info.status for run in now) == ["FINISHED"] * 4 + ["KILLED"]

    whole, first = undisturbed
    for run, other in zip((result.run, *result.children), (first.run, *first.children), strict=True):
        assert numbers(store, run) == numbers(whole, other)
        assert artifacts(store, run) == artifacts(whole, other)
        sides = [(st.client().get_run(r), st) for st, r in ((store, run), (whole, other))]
        counts = [(len(r.inputs.dataset_inputs), len(r.outputs.model_outputs)) for r, _ in sides]
        assert counts[0] == counts[1]
    assert [table.to_text(120) for table in result.to_tables()] == [t.to_text(120) for t in first.to_tables()]

    again = run_experiment(
        define(path.parent, DEFINITION.replace("[stratified, grouped, time]", "[grouped]")),
        store=store,
        data=world,
    )
    assert again.run != result.run  # another definition, and the other one has finished


# --- wrong definitions ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("capability ratio]", "capabilty ratio]", 7, "did you mean 'capability ratio'"),
        ("base rates,", "transparent,", 7, "'transparent' appears twice"),
        ("panel: disputes", "panel: wars", 5, "disputes, crises"),
        ("grouped, time]", "grouped, grouped]", 6, "'grouped' appears twice"),
        ("folds: 3", "folds: 1", 8, "`folds`"),
        ("draws: 40", "data: nowhere", 10, "there is no folder 'nowhere'"),
        ("draws: 40", "", 1, "no folder of research data is named"),
    ],
)
def test_wrong_definitions_are_told_with_their_place(tmp_path, store, old, new, line, told):
    assert old in DEFINITION
    with pytest.raises(InputError) as caught:
        run_experiment(define(tmp_path / "project", DEFINITION.replace(old, new)), store=store)
    assert told in str(caught.value)
    assert caught.value.faults[0].line == line


def test_the_definition_may_name_the_data(tmp_path, world, store):
    text = DEFINITION.replace("draws: 40", f"draws: 10\ndata: {world.name}")
    text = text.replace("[stratified, grouped, time]", "[time]").replace("transparent, ", "")
    (tmp_path / "project" / world.name).symlink_to(world)
    result = run_experiment(define(tmp_path / "project", text), store=store)
    assert [record.scheme for record in result.schemes] == ["time"]
    assert not store.client().get_run(result.run).outputs.model_outputs  # no transparent model here


def test_crises_too(tmp_path, world, store):
    text = DEFINITION.replace("panel: disputes", "panel: crises").replace(", grouped, time", "")
    result = run_experiment(define(tmp_path / "project", text), store=store, data=world)
    parent = artifacts(store, result.run)
    told = parent["explanations/surest-prevails.md"]
    assert "Log-odds that the actor prevails, rather than being defeated: +" in told
    assert "shapes/prevails.svg" in parent


# --- side by side -----------------------------------------------------------------------------


def test_two_runs_side_by_side(undisturbed, expected):
    store, result = undisturbed
    found = compare_runs([result.children[0], result.children[1][:12]], store=store, draws=40)
    assert {each.name: each.values for each in found.choices} == {"scheme": ["stratified", "grouped"]}
    prl = next(each for each in found.metrics if each.name == "prl.transparent")
    assert prl.values == [expected[s].table().loc["transparent", "prl"] for s in ("stratified", "grouped")]
    assert prl.differences == [prl.values[1] - prl.values[0]]
    assert not [each for each in found.metrics if each.name.startswith("system/")]
    assert [(each.model, each.metric) for each in found.intervals][:2] == [
        ("transparent", "prl"),
        ("transparent", "auc_decided"),
    ]
    told = found.intervals[0]
    assert told.rows == len(expected["grouped"].rows)
    assert told.low < told.difference < told.high
    assert told.difference == pytest.approx(
        prl.differences[0], abs=0.01
    )  # means of ratios, not ratios of means


def test_the_paired_bootstrap_is_that_of_the_backtest(undisturbed, expected, tmp_path):
    store, result = undisturbed
    path = store.client().download_artifacts(result.children[1], "predictions.csv", str(tmp_path))
    models = read_forecasts(Path(path))
    found = difference(models["transparent"], models["capability ratio"], 40, 0)
    for metric, told in expected["grouped"].difference("transparent", "capability ratio", 40, 0).items():
        assert found[metric] == pytest.approx((told.estimate, told.low, told.high), abs=1e-12)
    assert difference(models["transparent"], models["transparent"], 10, 0)["prl"] == (0, 0, 0)


def test_runs_of_other_rows_have_no_intervals(undisturbed):
    store, result = undisturbed
    found = compare_runs([result.children[0], result.children[2]], store=store, draws=10)
    assert found.intervals == []
    assert "other rows" in found.notes[0]
    assert "other rows" in "\n".join(table.to_text(120) for table in found.to_tables())


def test_what_cannot_be_compared_is_told(undisturbed, tmp_path):
    store, result = undisturbed

    def told(*names):
        with pytest.raises(InputError) as caught:
            compare_runs(names, store=store)
        return str(caught.value)

    assert "name two or more" in told("small")
    assert "named twice" in told("small", result.run)
    both = told("smal", "ffffffff")
    assert "did you mean 'small'" in both
    assert "there is no run 'ffffffff'" in both
    assert "there is no run or experiment 'abc'" in told("small", "abc")  # a prefix has four digits
    client = store.client()
    experiment = client.get_experiment_by_name("small").experiment_id
    first = min(run.info.run_id for run in client.search_runs([experiment]))
    assert "name a run by its id" not in told(first[:4], first)


def test_the_command_line(undisturbed, tmp_path, monkeypatch):
    store, result = undisturbed
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store.tracking_uri)
    command = ["lab", "compare", "small", result.children[0], "--draws", "10"]
    shown = CliRunner().invoke(app, command)
    assert shown.exit_code == 0, shown.output
    assert "Choices that differ" in shown.output
    document = json.loads(CliRunner().invoke(app, [*command, "--format", "json"]).output)
    assert document["runs"][0]["id"] == result.run
    assert document["seed"] == 0
