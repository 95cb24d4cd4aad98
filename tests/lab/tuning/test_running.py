"""A tuning as a whole: processes that are killed, what MLflow holds, what the command prints."""

import csv
import json
import os
import re
import signal
import sys
import time
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from mlflow.exceptions import MlflowException

from leverage.cli import main
from leverage.documents import Document
from leverage.faults import InputError
from leverage.lab.outcome import OutcomeModel
from leverage.lab.runs import find_runs
from leverage.lab.tuning import TuneExperiment, running
from leverage.lab.tuning.running import Interrupted, run_tuning
from leverage.lab.tuning.tracking import log_inputs

ROOT = Path(__file__).resolve().parents[3]


def runs_of(store):
    """Parents and their children, by id, oldest first."""
    client = store.client()
    found = list(find_runs(client, [each.experiment_id for each in client.search_experiments()]))[::-1]
    parents = {run.info.run_id: run for run in found if "mlflow.parentRunId" not in run.data.tags}
    children = {name: [] for name in parents}
    for run in found:
        if run.info.run_id not in parents:
            children[run.data.tags["mlflow.parentRunId"]].append(run)
    return parents, children


@pytest.fixture
def tuned(define, store, world):
    return run_tuning(define(panel="disputes", jobs=1, batch=2), world, store=store)


@pytest.fixture
def files(tuned, store, tmp_path):
    place = tmp_path / "files"
    place.mkdir()
    return Path(store.client().download_artifacts(tuned.run, "", str(place)))


def test_the_run_holds_what_was_searched_and_found(tuned, store, disputes):
    parents, children = runs_of(store)
    run = parents[tuned.run]
    assert run.info.status == "FINISHED"
    told = {"panel": "disputes", "model": "transparent", "scheme": "stratified", "trials": "6", "seed": "0"}
    assert told.items() <= run.data.params.items()
    assert run.data.params["search.bend"] == "0.1 to 10"
    assert run.data.tags["tune.storage"] == "disputes-transparent-stratified.log"
    assert run.data.tags["leverage.panel"] == "disputes"
    best = tuned.document.best
    assert run.data.metrics["best.log_loss"] == best.log_loss
    assert run.data.metrics["best.prl_spread"] == best.prl_spread
    digests = {each.dataset.name: each.dataset.digest for each in run.inputs.dataset_inputs}
    assert digests.pop("disputes")  # the table itself
    assert digests == {source.name: source.sha256[:36] for source in disputes.sources}
    losses = [each.value for each in store.client().get_metric_history(tuned.run, "log_loss")]
    least = [each.value for each in store.client().get_metric_history(tuned.run, "least_log_loss")]
    assert least == np.minimum.accumulate(losses).tolist()
    assert [child.info.status for child in children[tuned.run]] == ["FINISHED"] * 6
    assert [child.data.metrics["log_loss"] for child in children[tuned.run]] == losses
    assert children[tuned.run][0].data.params["ridge_who"] == "15.0"


def test_the_files_say_the_same(tuned, files, disputes):
    document = tuned.document
    assert json.loads((files / "tune.json").read_text()) == document.model_dump()
    assert json.loads((files / "best-settings.json").read_text()) == document.best.settings
    with (files / "trials.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["trial"]) for row in rows] == list(range(6))
    assert [int(row["batch"]) for row in rows] == [0, 0, 1, 1, 2, 2]
    assert [int(row["finished"]) for row in rows] == list(range(6))  # one job: in the order asked
    assert min(float(row["log_loss"]) for row in rows) == document.best.log_loss
    model = OutcomeModel.from_dict(json.loads((files / "outcome-model.json").read_text()))
    assert model.ridge_who == document.best.settings["ridge_who"]
    known = disputes.known
    fitted = OutcomeModel(**document.best.settings).fit(disputes.features()[known], disputes.outcome[known])
    rows = disputes.features().head(5)
    np.testing.assert_allclose(model.predict_proba(rows), fitted.predict_proba(rows), rtol=0, atol=1e-12)
    config = json.loads((files / "config.json").read_text())
    assert config["environment"]["optuna"]
    assert config["space"]["bend"] == [0.1, 10.0, True, False]
    svg = (files / "search.svg").read_text()
    assert "log loss out of fold" in svg
    assert "ridge_who" in svg


def test_the_same_again_to_the_last_byte(tuned, files, define, store, world, tmp_path):
    again = run_tuning(
        define(panel="disputes", batch=2, storage=str(tmp_path / "other.log")), world, store=store
    )
    assert again.document == tuned.document
    place = tmp_path / "again"
    place.mkdir()
    other = Path(store.client().download_artifacts(again.run, "", str(place)))
    for name in ("tune.json", "tune.md", "search.svg", "importances.csv", "outcome-model.json"):
        assert (other / name).read_bytes() == (files / name).read_bytes(), name


def test_nothing_that_is_logged_names_this_machine(tuned, files, store, world, tmp_path):
    for file in (file for file in files.rglob("*") if file.is_file()):
        text = file.read_text()
        assert str(tmp_path) not in text, file
        assert str(world) not in text, file
    run = store.client().get_run(tuned.run)
    told = [*run.data.params.values(), *run.data.tags.values()]
    assert not [text for text in told if str(tmp_path) in text or str(world) in text]


def test_a_study_that_is_there_is_only_told(tuned, define, store, world, monkeypatch):
    monkeypatch.setattr(running, "workers", lambda *_: pytest.fail("nothing is left to measure"))
    monkeypatch.undo()
    seen = []
    again = run_tuning(define(panel="disputes", jobs=1, batch=2), world, store=store, on_progress=seen.append)
    assert again.document == tuned.document
    assert again.run != tuned.run
    assert [(each.finished, each.trials) for each in seen] == [(6, 6)]
    assert runs_of(store)[1][again.run] == []


def test_an_interrupt_keeps_what_is_done_and_the_run_goes_on(define, store, world, tuned):
    definition = define(panel="disputes", jobs=1, batch=2, study="other")

    def stop(progress):
        if progress.finished == 3:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="3 of 6 trials are done and kept"):
        run_tuning(definition, world, store=store, on_progress=stop)
    killed = list(runs_of(store)[0].values())[-1]
    assert killed.info.status == "KILLED"
    again = run_tuning(definition, world, store=store)
    assert again.run == killed.info.run_id
    parents, children = runs_of(store)
    assert parents[again.run].info.status == "FINISHED"
    assert [child.data.params["trial"] for child in children[again.run]] == list("012345")
    assert again.document == tuned.document.model_copy(update={"study": "other"})


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"data": None}, "no folder|have no folder"),
        ({"data": "nowhere"}, "there is no data folder 'nowhere'"),
    ],
)
def test_data_that_are_not_there(define, store, told, message):
    with pytest.raises(InputError, match=message):
        run_tuning(define(**told), store=store)


def test_a_definition_finds_its_data_and_keeps_no_password(define, world):
    assert running._data_folder(define(data=world.name), None, world.parent) == world
    text = "storage: postgresql://me:geheim@host/tuning\n"
    head = "format: leverage/experiment/1\nkind: tune\nname: a\ntitle: b\npanel: crises\n"
    document = Document(head + text, "experiments/a.yaml")
    (fault,) = document.validate(TuneExperiment).faults(document)
    assert str(fault).startswith("experiments/a.yaml:6:")
    assert "geheim" not in str(fault)
    quiet = Document(head + text.replace(":geheim", ""), "a.yaml")
    assert quiet.validate(TuneExperiment).faults(quiet) == []


def test_the_shipped_definition_is_in_order():
    document = Document.load(ROOT / "experiments" / "tune-disputes.yaml")
    definition = document.validate(TuneExperiment)
    assert definition.faults(document) == []
    assert definition.study_name == "disputes-transparent-stratified"


def test_crises_are_grouped_unless_told_otherwise(define):
    assert define().study_name == "crises-transparent-grouped"
    assert define(scheme="stratified").scheme_name == "stratified"
    assert define(panel="disputes").scheme_name == "stratified"
    assert define(scheduler="tcp://h:1").backend_name == "dask"


def test_a_data_set_that_another_process_makes_known_at_the_same_moment():
    class Client:
        calls = 0

        def log_inputs(self, run, inputs):
            self.calls += 1
            if self.calls < 3:
                raise MlflowException("UNIQUE constraint failed: datasets.experiment_id, datasets.name")

    client = Client()
    log_inputs(client, "run", [])
    assert client.calls == 3
    full = mock.Mock(**{"log_inputs.side_effect": MlflowException("disk full")})
    with pytest.raises(MlflowException, match="disk"):
        log_inputs(full, "run", [])
    assert full.log_inputs.call_count == 1


# --- processes of their own ------------------------------------------------------------------------

SMALL = ("--trials", 14, "--folds", 3, "--repeats", 2, "--format", "json")


def finished_in(where):
    """Finished trials in a journal, by a look that changes nothing."""
    lines = where.read_text().splitlines() if where.is_file() else []
    return sum('"values":[' in line for line in lines)


def wait_for(where, count, process, seconds=90):
    until = time.monotonic() + seconds
    while time.monotonic() < until and not process.ended():
        if finished_in(where) >= count:
            return
        time.sleep(0.05)
    raise AssertionError(process.result())


@pytest.fixture(scope="module")
def whole(world, tmp_path_factory):
    """What an undisturbed search prints."""
    from leverage.lab import Store

    folder = tmp_path_factory.mktemp("whole")
    head = {"format": "leverage/experiment/1", "kind": "tune", "name": "tuned", "title": "Which?"}
    told = {"panel": "crises", "trials": 14, "folds": 3, "repeats": 2, "batch": 4}
    definition = TuneExperiment.model_validate({**head, **told})
    return run_tuning(definition, world, store=Store.at(folder)).document.model_dump()


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_a_killed_search_is_continued_by_the_same_command(command, store, whole):
    journal = store.database.parent / "studies" / "crises-transparent-grouped.log"
    first = command(*SMALL, "--batch", 4)
    wait_for(journal, 5, first)
    os.kill(first.pid, signal.SIGKILL)
    assert first.result()[0] == -signal.SIGKILL
    assert finished_in(journal) < 14
    assert [run.info.status for run in runs_of(store)[0].values()] == ["RUNNING"]
    second = command(*SMALL, "--batch", 4)
    code, printed, errors = second.result()
    assert code == 0, errors
    assert json.loads(printed) == whole
    parents, children = runs_of(store)
    (parent,) = parents.values()
    assert parent.info.status == "FINISHED"
    places = [int(child.data.params["trial"]) for child in children[parent.info.run_id]]
    assert sorted(places) == list(range(14))
    assert {child.info.status for child in children[parent.info.run_id]} == {"FINISHED"}


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_an_interrupt_at_the_keyboard_reaches_the_workers_too(command, store):
    journal = store.database.parent / "studies" / "crises-transparent-grouped.log"
    options = ("--trials", 500, "--folds", 3, "--jobs", 2)
    process = command(*options)
    wait_for(journal, 3, process)
    os.killpg(process.pid, signal.SIGINT)
    code, printed, errors = process.result()
    assert (code, printed) == (130, ""), errors
    line, *further = errors.splitlines()
    # What is interrupted half-way leaves joblib folders that its tracker clears away, and says so.
    assert all("resource_tracker" in each or each == "  warnings.warn(" for each in further), errors
    done = re.fullmatch(r"interrupted: (\d+) of 500 trials are done and kept; give the same .*", line)
    assert int(done[1]) == finished_in(journal) >= 3
    assert [run.info.status for run in runs_of(store)[0].values()] == ["KILLED"]


def shared_by_two(command, store, storage, whole):
    """Two processes bring one study to its trials, none lost and none done twice."""
    both = [command(*SMALL, "--storage", storage, "--batch", 2) for _ in range(2)]
    results = [process.result(180) for process in both]
    assert [code for code, *_ in results] == [0, 0], results
    printed = [texts for _, *texts in results]
    documents = [json.loads(text) for text, _ in printed]
    assert documents[0] == documents[1]
    assert documents[0]["trials"] == 14
    assert documents[0]["shipped"] == whole["shipped"]
    parents, children = runs_of(store)
    assert [run.info.status for run in parents.values()] == ["FINISHED"] * 2
    places = [int(child.data.params["trial"]) for each in children.values() for child in each]
    assert sorted(places) == list(range(14))
    ridges = {child.data.params["ridge"] for each in children.values() for child in each}
    assert len(ridges) == 14
    return printed


def test_two_processes_at_a_journal(command, store, tmp_path, whole):
    shared_by_two(command, store, tmp_path / "shared.log", whole)


def test_two_processes_at_postgresql(command, store, database, whole):
    printed = shared_by_two(command, store, database, whole)
    parents, _ = runs_of(store)
    told = [text for run in parents.values() for text in (*run.data.tags.values(), *run.data.params.values())]
    assert not [text for text in [*told, *(t for each in printed for t in each)] if "geheim" in text]


# --- the command -------------------------------------------------------------------------------------


def call(monkeypatch, capsys, *words):
    monkeypatch.setattr(sys, "argv", ["leverage", "lab", "tune", *map(str, words)])
    code = 0
    try:
        main()
    except SystemExit as stop:
        code = stop.code
    return code, *capsys.readouterr()


def test_the_command_prints_a_table(monkeypatch, capsys, store, world):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store.tracking_uri)
    words = ("crises", "--data", world, "--trials", 3, "--folds", 3, "--repeats", 1)
    code, out, err = call(monkeypatch, capsys, *words)
    assert not code
    assert out.startswith("crises, transparent: 3 trials, 1 × 3 folds, grouped\n")
    for row in ("shipped settings (trial 0)", "best of 3 (trial ", "chosen on the other folds"):
        assert row in out
    assert "is optimistic" in out
    assert re.fullmatch(r"logged as run [0-9a-f]{32}; look at it with: leverage lab ui\n", err)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--study", "a b"), "--study cannot be 'a b'"),
        (("--patience", "0"), "--patience cannot be 0"),
        (("--storage", "mysql://h/d"), "cannot be kept in mysql://"),
        (("--backend", "dask"), "a Dask cluster has no address"),
    ],
)
def test_a_wrong_call_is_told(monkeypatch, capsys, store, world, words, message):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store.tracking_uri)
    code, out, err = call(monkeypatch, capsys, "crises", "--data", world, *words)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_nothing_is_tuned_on_the_library_of_negotiations(monkeypatch, capsys, world):
    code, _, err = call(monkeypatch, capsys, "negotiations", "--data", world)
    assert code == 2
    assert "negotiations" in err
