"""A smaller world, studies, processes to kill, and a real PostgreSQL."""

import multiprocessing
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

import pytest

from leverage.lab.panels import crisis_panel, dispute_panel
from leverage.lab.tuning import TuneExperiment
from leverage.lab.tuning.storage import open_storage
from leverage.lab.tuning.study import Study


@pytest.fixture(scope="session")
def world(tmp_path_factory, write_world):
    folder = tmp_path_factory.mktemp("world")
    write_world(folder, disputes=160)
    return folder


@pytest.fixture(scope="session")
def crises(world):
    return crisis_panel(world)


@pytest.fixture(scope="session")
def disputes(world):
    return dispute_panel(world)


@pytest.fixture
def define():
    """A small definition."""

    def make(**told):
        head = {"format": "leverage/experiment/1", "kind": "tune", "name": "tuned", "title": "Which?"}
        small = {"panel": "crises", "trials": 6, "repeats": 1, "folds": 3}
        return TuneExperiment.model_validate({**head, **small, **told})

    return make


@pytest.fixture
def open_study(tmp_path):
    """A study of a space, in a journal of its own unless told otherwise."""

    def make(space, name="study", where=None, config=None, seed=0):
        storage = open_storage(str(where or tmp_path / f"{name}.log"), name, None)
        return Study(storage, name, space, {"of": "a test"} if config is None else config, seed)

    return make


# --- PostgreSQL, from the distribution's packages ---------------------------------------------


def _programs():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: file.parts[4])
    if found:
        return found[-1].parent
    other = shutil.which("initdb")
    return Path(other).parent if other else None


def _as_postgres(command, **options):
    """A command as a user whom PostgreSQL accepts: it refuses to be run by root."""
    if os.name != "nt" and os.geteuid() == 0:
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
    return subprocess.run(command, check=True, capture_output=True, timeout=120, **options)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """The URL of a PostgreSQL server on a free port of this machine, with a password to keep secret."""
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL: install the distribution's package postgresql")
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("PostgreSQL cannot be run by root, and there is no setpriv to run it by another")
        import pwd  # not on every system

        try:
            pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("PostgreSQL cannot be run by root, and there is no user postgres")
    folder = Path(tempfile.mkdtemp(prefix="leverage-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        secret = folder / "secret"
        secret.write_text("geheim-123\n")
        secret.chmod(0o644)
        data = str(folder / "data")
        init = [str(programs / "initdb"), "-D", data, "-U", "tuner", "-A", "scram-sha-256", "-N"]
        _as_postgres([*init, f"--pwfile={secret}", "--no-locale", "-E", "UTF8"], cwd=folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        control = [str(programs / "pg_ctl"), "-D", data, "-w"]
        _as_postgres([*control, "-l", str(folder / "log"), "-o", options, "start"], cwd=folder)
        try:
            yield f"postgresql://tuner:geheim-123@127.0.0.1:{port}/postgres"
        finally:
            _as_postgres([*control, "-m", "immediate", "stop"], cwd=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(postgres):
    """The URL of an empty database."""
    import psycopg

    name = f"test_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres.rpartition("/")[0] + f"/{name}"


PROGRAM = """
import os, sys
os.setsid()
os.environ.update(environment)
os.chdir(folder)
for number, name in ((1, "out"), (2, "err")):
    os.dup2(os.open(f"{files}.{name}", os.O_WRONLY | os.O_CREAT), number)
sys.argv = words
from leverage.cli import main
main()
"""


class Started:
    """A command in a process of its own, the leader of its group."""

    def __init__(self, process, files):
        self.process, self.files = process, files
        process.start()

    @property
    def pid(self):
        return self.process.pid

    def ended(self):
        return self.process.exitcode is not None

    def result(self, seconds=120):
        """Exit code, output and error output."""
        self.process.join(seconds)
        assert self.ended(), "it goes on"
        texts = [Path(f"{self.files}.{name}") for name in ("out", "err")]
        return self.process.exitcode, *(text.read_text() if text.is_file() else "" for text in texts)


@pytest.fixture(scope="session")
def forks():
    """Processes that find everything imported, so that starting one costs little."""
    kinds = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in kinds else "spawn")
    loaded = ["leverage.cli", "leverage.lab.tuning", "optuna", "sklearn.model_selection", "matplotlib.figure"]
    context.set_forkserver_preload([*loaded, "leverage.lab", "mlflow.store.tracking.sqlalchemy_store"])
    return context


@pytest.fixture
def command(store, world, forks, tmp_path):
    """Start `leverage lab tune crises` as a process of its own."""
    started = []

    def start(*options):
        words = ["leverage", "lab", "tune", "crises", "--data", str(world), *map(str, options)]
        names = {
            "environment": {"MLFLOW_TRACKING_URI": store.tracking_uri, "OMP_NUM_THREADS": "1"},
            "folder": str(store.database.parent),
            "files": str(tmp_path / f"process-{len(started)}"),
            "words": words,
        }
        started.append(Started(forks.Process(target=exec, args=(PROGRAM, names)), names["files"]))
        return started[-1]

    yield start
    for each in started:
        if not each.ended():
            each.process.kill()
        each.process.join(30)
