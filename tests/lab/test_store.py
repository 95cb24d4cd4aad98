"""Where runs go, a database that several processes may ask for at once, and a checkout that moves."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import mlflow.pyfunc
import pytest

from leverage.faults import InputError
from leverage.lab import Store, log_case, rebase
from leverage.lab.store import ROOT_TAG, prepare_mlflow, project_root
from leverage.model import Weights

WEIGHTS = Weights("test", "Test weights", "direct", {"ground": 0.6, "will": 0.4})


def test_importing_the_lab_imports_nothing_heavy():
    code = "import sys, leverage.lab; print([m for m in ('mlflow', 'pandas', 'sklearn') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_store_lies_in_the_project(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").touch()
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    found = Store.find()
    assert found.database == tmp_path / "mlruns" / "mlflow.db"
    assert found.artifacts == tmp_path / "mlruns" / "artifacts"
    assert found.tracking_uri == f"sqlite:///{tmp_path}/mlruns/mlflow.db"
    assert found.registry_uri == found.tracking_uri
    (deep / "mlruns").mkdir()
    assert Store.find().database == deep / "mlruns" / "mlflow.db"
    assert Store.find(tmp_path).database == tmp_path / "mlruns" / "mlflow.db"
    assert not (tmp_path / "mlruns").exists()


def test_without_a_project_the_current_folder_is_the_root(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "is_dir", lambda path: False)
    monkeypatch.setattr(Path, "is_file", lambda path: False)
    assert project_root(tmp_path) == tmp_path


def test_mlflows_variables_decide(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///sub/mine.db")
    found = Store.find()
    assert found.database == tmp_path / "sub" / "mine.db"
    assert found.artifacts == tmp_path / "sub" / "artifacts"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://example.org:5000")
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "http://example.org:5001")
    assert Store.find() == Store("http://example.org:5000", "http://example.org:5001")
    assert Store.find(tmp_path).database == tmp_path / "mlruns" / "mlflow.db"
    for folder in ("./mlruns", "file:///srv/mlruns"):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", folder)
        with pytest.raises(InputError, match="a folder of files"):
            Store.find()


def test_a_password_is_not_shown():
    assert Store("postgresql://me:secret@db/x", "").shown_uri == "postgresql://…@db/x"


def test_the_database_is_whole_and_in_write_ahead_mode_whatever_was_there(template):
    with closing(sqlite3.connect(template.database)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        (place,) = connection.execute("SELECT artifact_location FROM experiments").fetchone()
    assert place.startswith(template.artifacts.as_uri())
    left = sorted(path.name for path in template.database.parent.iterdir())
    assert left == ["mlflow.db", "mlflow.db.lock"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "mlruns").write_text("a file")
    with pytest.raises(InputError, match=r"mlflow\.db cannot be made"):
        Store.at(tmp_path).create()


WRITER = """
from leverage.lab import Store
from leverage.lab.runs import log_values, open_run
barrier.wait()
store = Store.at(root)
client = store.client()
experiment = store.experiment("many", client)
for number in range(5):
    with open_run(client, experiment, f"{process}-{number}", {}) as run:
        log_values(client, run, metrics={"m": number}, params={"p": number})
"""


def test_four_processes_on_a_missing_database_lose_nothing(tmp_path, processes):
    root = tmp_path / "with space, % and ü"
    barrier = processes.Barrier(4)
    started = [
        processes.Process(target=exec, args=(WRITER, {"root": root, "process": n, "barrier": barrier}))
        for n in range(4)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(120)
    assert [process.exitcode for process in started] == [0] * 4
    store = Store.at(root)
    client = store.client()
    runs = client.search_runs([store.experiment("many", client)])
    names = {run.info.run_name for run in runs}
    assert names == {f"{process}-{number}" for process in range(4) for number in range(5)}
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert all(run.data.metrics and run.data.params for run in runs)


def test_an_experiment_is_made_once_and_lies_under_mlruns(store):
    client = store.client()
    found = store.experiment("a b/ü", client)
    assert store.experiment("a b/ü", client) == found
    made = client.get_experiment(found)
    assert made.artifact_location == (store.artifacts / "a-b").as_uri() + "-"
    assert made.tags[ROOT_TAG] == store.artifacts.as_uri()


def test_an_experiment_that_another_process_makes_meanwhile_is_taken(store, monkeypatch):
    client = store.client()
    made = store.experiment("shared", client)
    look, calls = client.get_experiment_by_name, []

    def late(name):
        calls.append(name)
        return None if len(calls) == 1 else look(name)

    monkeypatch.setattr(client, "get_experiment_by_name", late)
    assert store.experiment("shared", client) == made


@pytest.mark.parametrize("name", ["Default", "", "  "])
def test_the_default_experiment_is_never_used(store, name):
    with pytest.raises(InputError):
        store.experiment(name)


def test_a_deleted_experiment_is_told(store):
    client = store.client()
    client.delete_experiment(store.experiment("gone", client))
    with pytest.raises(InputError, match="'gone' was deleted"):
        store.experiment("gone", client)


def test_an_old_database_is_told(store):
    with closing(sqlite3.connect(store.database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '1bd49d398cd23'")
    with pytest.raises(InputError, match="out-of-date database schema"):
        store.experiment("any")


def test_no_telemetry_unless_wanted(monkeypatch):
    monkeypatch.delenv("MLFLOW_DISABLE_TELEMETRY", raising=False)
    prepare_mlflow()
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "false")
    prepare_mlflow()
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "false"


# --- a checkout that moves -------------------------------------------------------------------


@pytest.fixture
def moved(loaded, store, tmp_path):
    """A store with one run, in a new place; the old one is gone."""
    client = store.client()
    run = log_case(loaded, weights=WEIGHTS, store=store)
    client.set_tag(run, "prose", f"see {store.artifacts.as_uri()}/x")  # not an address: it stays
    client.set_tag(run, "lookalike", f"{store.artifacts.as_uri()}-old/x")
    shutil.move(tmp_path / "project", tmp_path / "elsewhere")
    return Store.at(tmp_path / "elsewhere"), store, run


def test_a_moved_store_is_not_written_to_before_it_is_rebased(moved, loaded):
    new, old, _ = moved
    with pytest.raises(InputError, match="the store was moved"):
        new.experiment("scored-cases")
    assert rebase(new) > 0
    assert new.experiment("scored-cases")
    assert not old.artifacts.exists()


def test_rebase_finds_every_artifact_again(moved, tmp_path):
    new, old, run = moved
    assert rebase(new) > 0
    assert rebase(new) == 0
    client = new.client()
    found = client.get_run(run)
    assert found.info.artifact_uri.startswith(new.artifacts.as_uri())
    path = client.download_artifacts(run, "scores.json", str(tmp_path))
    assert '"tiny"' in Path(path).read_text()
    model = client.get_logged_model(found.outputs.model_outputs[0].model_id)
    assert model.artifact_location.startswith(new.artifacts.as_uri())
    assert mlflow.pyfunc.load_model(model.artifact_location)
    assert found.data.tags["prose"] == f"see {old.artifacts.as_uri()}/x"
    assert found.data.tags["lookalike"] == f"{old.artifacts.as_uri()}-old/x"
    with closing(sqlite3.connect(new.database)) as connection:
        dump = "\n".join(connection.iterdump())
    assert dump.count(f"{old.artifacts.as_uri()}/") == 1  # the prose


def test_rebase_needs_an_embedded_store_with_its_artifacts(moved, tmp_path):
    new, _, run = moved
    shutil.rmtree(new.artifacts)
    with pytest.raises(InputError, match="no artifacts"):
        rebase(new)
    assert new.client().get_run(run).info.artifact_uri.startswith((tmp_path / "project").as_uri())
    with pytest.raises(InputError, match="there is no store"):
        rebase(Store.at(tmp_path / "nowhere"))
    with pytest.raises(InputError, match="no embedded store"):
        rebase(Store("http://example.org", "http://example.org"))
