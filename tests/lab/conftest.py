"""A tiny case of its own, and a tracking store whose database is copied, not migrated, for each test."""

import multiprocessing
import os
import shutil
from pathlib import Path

import pytest

from leverage.case import load_case
from leverage.codebook import load_codebook
from leverage.lab import Store
from leverage.lab.store import quiet_mlflow

with quiet_mlflow():  # once, so that what MLflow warns of while it is imported is no test's failure
    import mlflow.pyfunc
    import mlflow.tracking

from ._world import write_world

GROUND = """
format: leverage/factor/1
id: ground
version: 1
title: Ground
question: How much ground does it hold?
unit: share
bounds: [0, 1]
value: {shape: concave, curvature: 2}
ageing: {half_life: 60, life: 540}
"""
WILL = """
format: leverage/factor/1
id: will
version: 1
title: Will
question: How firm is it?
builder: {id: composite}
indicators:
  - {id: support, question: How many?, unit: share, bounds: [0, 1], weight: 0.75, direction: raises}
  - {id: cost, question: How dear?, unit: points, bounds: [0, 10], weight: 0.25, direction: lowers}
ageing: {half_life: 60, life: 540}
"""
ABOUT = "format: leverage/codebook/1\ntitle: Two factors\nversion: 'tiny'\n"
ARTICLE = "The reds hold sixty percent of the field. Their crowd is loud.\n"
CASE = """
format: leverage/case/1
id: tiny
title: A tiny dispute
question: Who has the stronger hand?
as_of: 2024-05-10
deadline: 2024-06-01
actors:
  - {id: red, name: The reds, faces: [blue]}
  - {id: blue, name: The blues, faces: [red]}
articles:
  - id: note
    title: A note
    publisher: The tests
    date: 2024-05-09
    sha256: e45c6f9f2dcc5a0e2b0d2c3a48fdf7f0b5f8a5c50dd7c5e0ff1ab3d31b3ad4d8
    file: note.txt
missing: {policy: bounds}
evidence:
  - id: red-ground
    actor: red
    factor: ground
    reading: {value: 0.6, unit: share}
    interval: {low: 0.5, high: 0.7, means: outer}
    kind: fact
    coder: tests
    passage: {article: note, exact: The reds hold sixty percent of the field}
  - {id: blue-ground, actor: blue, factor: ground, reading: {value: 0.3, unit: share}, interval: exact,
     kind: judgement, coder: tests, note: what is left, date: 2024-05-09}
  - {id: red-support, actor: red, factor: will, indicator: support, reading: {value: 0.5, unit: share},
     interval: exact, kind: judgement, coder: tests, note: by ear, date: 2024-05-09}
  - {id: red-cost, actor: red, factor: will, indicator: cost, reading: {value: 8, unit: points},
     interval: exact, kind: judgement, coder: tests, note: by eye, date: 2024-05-09}
  - {id: blue-cost, actor: blue, factor: will, indicator: cost, reading: {value: 2, unit: points},
     interval: exact, kind: judgement, coder: tests, note: by eye, date: 2024-05-09}
scenarios:
  - {id: now, title: Now}
  - id: rallied
    title: The blues rally
    parent: now
    changes:
      - {do: set, actor: blue, factor: will, indicator: support, reading: {value: 0.9, unit: share},
         interval: exact, author: tests, reason: they may}
"""


def write_case(folder: Path, text: str = CASE) -> Path:
    """The tiny case in a folder, with the right hash of its article."""
    import hashlib

    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(ARTICLE.encode()).hexdigest()
    (folder / "note.txt").write_text(ARTICLE, encoding="utf-8")
    old = "e45c6f9f2dcc5a0e2b0d2c3a48fdf7f0b5f8a5c50dd7c5e0ff1ab3d31b3ad4d8"
    (folder / "case.yaml").write_text(text.replace(old, digest), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def codebook(tmp_path_factory):
    folder = tmp_path_factory.mktemp("factors")
    for name, text in {"ground": GROUND, "will": WILL, "codebook": ABOUT}.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_codebook([folder], shipped=False)


@pytest.fixture
def loaded(tmp_path, codebook):
    return load_case(write_case(tmp_path / "project" / "tiny"), codebook)


@pytest.fixture(scope="session", name="write_world")
def write_world_():
    """What writes a folder of made-up research data."""
    return write_world


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """A small folder of made-up research data."""
    folder = tmp_path_factory.mktemp("world")
    write_world(folder)
    return folder


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A store with a new database, made once: building one runs all of MLflow's migrations.

    It is made where another process was killed twice: one that had just opened the file, one half-way.
    """
    store = Store.at(tmp_path_factory.mktemp("template"))
    store.database.parent.mkdir()
    store.database.touch()
    (store.database.parent / ".mlflow.db.new").write_text("half a database")
    store.create()
    return store


@pytest.fixture(scope="session")
def processes():
    """A context for processes of their own, which find MLflow imported."""
    kinds = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in kinds else "spawn")
    context.set_forkserver_preload(["leverage.lab", "mlflow.store.tracking.sqlalchemy_store"])
    return context


@pytest.fixture
def store(tmp_path, template):
    made = Store.at(tmp_path / "project")
    made.database.parent.mkdir(parents=True)
    shutil.copy(template.database, made.database)
    return made


@pytest.fixture(autouse=True)
def clean_mlflow(monkeypatch):
    """No test sees another's MLflow: neither its variables nor its globals."""
    for name in list(os.environ):
        if name.startswith("MLFLOW_") and name.endswith(("_URI", "_NAME", "_ID")):
            monkeypatch.delenv(name)
    yield
    while mlflow.active_run():
        mlflow.end_run()
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)
