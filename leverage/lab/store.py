"""Where runs go: an embedded MLflow store under ``mlruns/``, unless MLflow's own variables name another."""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leverage.documents import file_lock
from leverage.faults import call_error

if TYPE_CHECKING:
    from mlflow import MlflowClient

FOLDER = "mlruns"
DATABASE = "mlflow.db"
ARTIFACTS = "artifacts"
# Where an experiment's artifacts were meant to lie when it was made; what a rebase looks for.
ROOT_TAG = "leverage.artifacts"
DEFAULT_EXPERIMENT = "Default"


def prepare_mlflow() -> None:
    """Set MLflow up for our commands, before it is imported: no telemetry, no chatter.

    A variable that the user has set stays as it is.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    # A lock file in the folder we are called from says nothing about a model's requirements.
    os.environ.setdefault("MLFLOW_UV_AUTO_DETECT", "false")
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    # A server that is not there shall be told within seconds, not minutes.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "20")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    for name in ("alembic", "mlflow.store.db.utils"):
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def quiet_mlflow() -> Iterator[None]:
    """Prepare MLflow and silence, for the block, what it warns of about its own code while it is imported."""
    prepare_mlflow()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@dataclass(frozen=True)
class Store:
    """A tracking store.

    Attributes
    ----------
    tracking_uri, registry_uri : str
    database : Path or None
        The SQLite file of an embedded store; None for a server or another database.
    artifacts : Path or None
        The folder of an embedded store's artifacts.
    """

    tracking_uri: str
    registry_uri: str
    database: Path | None = None
    artifacts: Path | None = None

    @classmethod
    def at(cls, root: Path | str) -> Store:
        """The embedded store of a project folder: ``mlruns/mlflow.db`` and ``mlruns/artifacts``."""
        return cls._embedded(Path(root).resolve() / FOLDER / DATABASE)

    @classmethod
    def find(cls, root: Path | str | None = None) -> Store:
        """The store to use.

        Parameters
        ----------
        root : Path or str, optional
            A project folder. Without it ``MLFLOW_TRACKING_URI`` decides, and without that the nearest
            folder upward that holds ``mlruns`` or ``pyproject.toml``, else the current one.

        Raises
        ------
        InputError
            The variable names a folder of files, which MLflow has given up.
        """
        if root is not None:
            return cls.at(root)
        uri = os.environ.get("MLFLOW_TRACKING_URI", "").strip()
        return cls._from_uri(uri) if uri else cls.at(project_root())

    @classmethod
    def _from_uri(cls, uri: str) -> Store:
        if uri.startswith("sqlite:///") and ":memory:" not in uri:
            return cls._embedded(Path(uri.removeprefix("sqlite:///").partition("?")[0]).resolve(), uri)
        if ("://" not in uri and uri != "databricks") or uri.startswith("file:"):
            problem = f"MLFLOW_TRACKING_URI is {uri!r}, a folder of files, which MLflow no longer writes"
            raise call_error(problem, "name a database (sqlite:///path/mlflow.db) or a server (http://…)")
        return cls(uri, _registry_uri(uri))

    @classmethod
    def _embedded(cls, database: Path, uri: str | None = None) -> Store:
        uri = _sqlite_uri(database) if uri is None or "?" not in uri else uri
        return cls(uri, _registry_uri(uri), database, database.parent / ARTIFACTS)

    @property
    def shown_uri(self) -> str:
        """The tracking URI without a password."""
        return re.sub(r"//[^@/]*@", "//…@", self.tracking_uri)

    def client(self) -> MlflowClient:
        """A client of the store, whose database is made first where it is missing.

        Raises
        ------
        InputError
            The store cannot be made or used, such as a database of an older MLflow.
        """
        self.create()
        with quiet_mlflow(), self._usable():
            from mlflow import MlflowClient

            return MlflowClient(self.tracking_uri, self.registry_uri)

    @contextmanager
    def _usable(self) -> Iterator[None]:
        from mlflow.exceptions import MlflowException

        try:
            yield
        except MlflowException as error:
            problem = f"the store {self.shown_uri} cannot be used: {str(error).splitlines()[0]}"
            raise call_error(problem, "mend it as told, or name another in MLFLOW_TRACKING_URI") from None

    def create(self) -> None:
        """Make an embedded store's database where it is missing; any number of processes may call this.

        The database is built beside its place under a lock and then moved there, so that nobody sees
        half of it. It is in write-ahead mode: readers and a writer do not wait for each other.
        """
        if self.database is None or self.artifacts is None or _is_there(self.database):
            return
        try:
            self.database.parent.mkdir(parents=True, exist_ok=True)
            with self.locked():
                if not _is_there(self.database):
                    _build(self.database, self.artifacts)
        except OSError as error:
            problem = f"the store {self.database} cannot be made: {error.strerror or error}"
            raise call_error(
                problem, "choose a folder that can be written, or set MLFLOW_TRACKING_URI"
            ) from None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the store's lock between processes; a server has none to hold."""
        if self.database is None:
            yield
            return
        with file_lock(self.database.with_name(f"{self.database.name}.lock")):
            yield

    def experiment(self, name: str, client: MlflowClient | None = None) -> str:
        """The id of the experiment of that name, which is made where it is missing.

        Raises
        ------
        InputError
            The name is MLflow's own ``Default``; the experiment was deleted, or made before the store
            was moved; or the store cannot be used.
        """
        if not name.strip() or name == DEFAULT_EXPERIMENT:
            problem = f"{name!r} is MLflow's own experiment" if name.strip() else "the experiment has no name"
            raise call_error(problem, "give the experiment a name that says what it is about")
        client = client or self.client()
        with self._usable():
            found = client.get_experiment_by_name(name) or self._make(name, client)
        if found.lifecycle_stage != "active":
            problem = f"the experiment {name!r} was deleted"
            raise call_error(
                problem, f"`mlflow experiments restore -x {found.experiment_id}`, or another name"
            )
        made_for = found.tags.get(ROOT_TAG)
        if self.artifacts is not None and made_for not in (None, self.artifacts.as_uri()):
            problem = f"the store was moved: {name!r} keeps its artifacts in {made_for}"
            raise call_error(problem, "run `leverage lab rebase`")
        return str(found.experiment_id)

    def _make(self, name: str, client: MlflowClient) -> Any:
        from mlflow.exceptions import MlflowException

        try:
            if self.artifacts is None:  # a server knows where its artifacts go
                client.create_experiment(name)
            else:
                folder = self.artifacts / re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".")
                tags = {ROOT_TAG: self.artifacts.as_uri()}
                client.create_experiment(name, artifact_location=folder.as_uri(), tags=tags)
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":  # another process was first
                raise
        return client.get_experiment_by_name(name)


def project_root(start: Path | None = None) -> Path:
    """The nearest folder upward that holds ``mlruns`` or ``pyproject.toml``, else the starting folder."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / FOLDER).is_dir() or (folder / "pyproject.toml").is_file():
            return folder
    return start


def rebase(store: Store) -> int:
    """Rewrite the absolute addresses of artifacts after a checkout was moved or copied.

    MLflow keeps the address of every run's and model's artifacts as an absolute URI. This looks for the
    folders that experiments were made for and writes the store's own in their place, in every column
    of the database and in one transaction. The artifacts themselves must have moved along.

    Parameters
    ----------
    store : Store
        An embedded store, as it lies now. Nothing may be logging to it.

    Returns
    -------
    int
        How many addresses were rewritten; 0 where everything is in its place.

    Raises
    ------
    InputError
        The store is no embedded one, has no database, or its artifacts are not beside it.
    """
    if store.database is None or store.artifacts is None:
        raise call_error(f"{store.shown_uri} is no embedded store", "only a SQLite file can be moved")
    if not _is_there(store.database):
        raise call_error(f"there is no store {store.database}", "change to the project's folder")
    new = store.artifacts.as_uri()
    with (
        store.locked(),
        closing(sqlite3.connect(store.database, timeout=60, isolation_level=None)) as connection,
    ):
        connection.execute("BEGIN IMMEDIATE")
        query = "SELECT DISTINCT value FROM experiment_tags WHERE key = ? AND value <> ?"
        old = [str(row[0]) for row in connection.execute(query, (ROOT_TAG, new))]
        if old and not store.artifacts.is_dir():
            raise call_error(f"there are no artifacts in {store.artifacts}", "move them there first")
        changed = sum(_replace_prefix(connection, each, new) for each in old)
        connection.execute("COMMIT")
    return changed


def _replace_prefix(connection: sqlite3.Connection, old: str, new: str) -> int:
    """Replace a folder's URI at the start of every text, where the text is the folder or something in it."""
    changed = 0
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        for _, column, kind, *_ in connection.execute(f'PRAGMA table_info("{table}")').fetchall():
            if not kind.upper().startswith(("VARCHAR", "TEXT")):
                continue
            done = connection.execute(
                f'UPDATE "{table}" SET "{column}" = ? || substr("{column}", ?) '
                f'WHERE "{column}" = ? OR substr("{column}", 1, ?) = ?',
                (new, len(old) + 1, old, len(old) + 1, f"{old}/"),
            )
            changed += done.rowcount
    return changed


def _registry_uri(tracking_uri: str) -> str:
    return os.environ.get("MLFLOW_REGISTRY_URI", "").strip() or tracking_uri


def _sqlite_uri(database: Path) -> str:
    if "?" in str(database):
        raise call_error(f"the store's path {database} holds a `?`", "choose a folder without one")
    return f"sqlite:///{database.as_posix()}"


def _is_there(database: Path) -> bool:
    return database.is_file() and database.stat().st_size > 0


def _build(database: Path, artifacts: Path) -> None:
    with quiet_mlflow():
        from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
    new = database.with_name(f".{database.name}.new")
    for leftover in database.parent.glob(f"{new.name}*"):  # of a process that was killed while building
        leftover.unlink()
    made = SqlAlchemyStore(_sqlite_uri(new), artifacts.as_uri())
    made.engine.dispose()
    with closing(sqlite3.connect(new)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    new.replace(database)
