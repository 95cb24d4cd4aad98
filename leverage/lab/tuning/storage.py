"""Where a study is kept: a journal file on one machine, PostgreSQL for several."""

from __future__ import annotations

import importlib
import os
import re
import warnings
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leverage.documents import file_lock
from leverage.faults import InputError, call_error
from leverage.lab.store import FOLDER, Store, project_root

STUDIES = "studies"
_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
_LOCK_NUMBER = 7_238_001  # any number, the same for every process that makes the tables


@dataclass(frozen=True)
class StudyStorage:
    """An open storage.

    Attributes
    ----------
    optuna : object
        Optuna's storage.
    shown : str
        Where it is, without user and password.
    """

    optuna: Any
    shown: str

    def close(self) -> None:
        """Close the connections to a database; they are opened anew where it is used again."""
        if hasattr(self.optuna, "engine"):
            self.optuna.remove_session()
            self.optuna.engine.dispose()


def require(module: str, purpose: str) -> Any:
    """Import a module of the extra ``lab``.

    Raises
    ------
    InputError
        It is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise call_error(
            f"{package} is not installed, which {purpose}", "pip install 'negotiation-leverage[lab]'"
        ) from None


def studies_folder(store: Store) -> Path:
    """The folder of journal files: beside an embedded store's database, else in the project's ``mlruns``."""
    base = store.database.parent if store.database is not None else project_root() / FOLDER
    return base / STUDIES


def open_storage(choice: str | None, study: str, store: Store) -> StudyStorage:
    """Open the storage of a study, which is made where it is missing.

    Parameters
    ----------
    choice : str or None
        A journal file's path, or a URL ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE``; by default
        the file ``mlruns/studies/STUDY.log``.
    study : str
    store : Store

    Raises
    ------
    InputError
        The file or the database cannot be used; a URL of another kind. No message holds a password.
    """
    optuna = require("optuna", "searches settings")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    if choice is not None and "://" in choice:
        return _database(choice)
    return _journal(Path(choice) if choice else studies_folder(store) / f"{study}.log")


def _journal(path: Path) -> StudyStorage:
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        backend = JournalFileBackend(str(path), JournalLock(path))
        storage = JournalStorage(backend)
    except OSError as error:
        problem = f"the study's file {path} cannot be used: {error.strerror or error}"
        raise call_error(problem, "name another with --storage") from None
    except (ValueError, KeyError, TypeError):
        problem = f"{path} is no journal of a study"
        raise call_error(problem, "name another file with --storage, or move this one away") from None
    return StudyStorage(storage, path.name)


class JournalLock:
    """The lock of a journal file, which the system lets go of when a process dies.

    A process that is killed while it writes leaves half a line, onto which the next one would write:
    whoever holds the lock cuts such a line off first.
    """

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._held = ExitStack()

    def acquire(self) -> bool:
        """Wait for the lock."""
        self._held.enter_context(file_lock(self._journal.with_name(f"{self._journal.name}.lock")))
        cut_torn_line(self._journal)
        return True

    def release(self) -> None:
        """Let go of the lock."""
        self._held.close()


def cut_torn_line(path: Path) -> None:
    """Cut off what follows the last line end of a file."""
    with suppress(FileNotFoundError), path.open("r+b") as file:
        size = end = file.seek(0, os.SEEK_END)
        while end:
            file.seek(end - 1)
            if file.read(1) == b"\n":
                break
            end -= 1
        if end < size:
            file.truncate(end)


def _database(url: str) -> StudyStorage:
    scheme, _, rest = url.partition("://")
    if scheme not in _SCHEMES:
        remedy = "write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, or the path of a journal file"
        raise call_error(f"a study cannot be kept in {scheme}://", remedy)
    require("psycopg", "reaches PostgreSQL")
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    try:
        address = make_url(f"postgresql+psycopg://{rest}")
        shown = f"postgresql://{address.host or ''}{f':{address.port}' if address.port else ''}"
        shown += f"/{address.database or ''}"
    except (ArgumentError, ValueError):
        problem = "the storage's URL cannot be read"
        raise call_error(problem, "write postgresql://USER:PASSWORD@HOST:PORT/DATABASE") from None
    try:
        return StudyStorage(_made(address), shown)
    except SQLAlchemyError as error:
        raise unusable(shown, error) from None


def _made(address: Any) -> Any:
    """Optuna's storage, its tables made by one process at a time."""
    from optuna.storages import RDBStorage
    from sqlalchemy import create_engine, text

    engine = create_engine(address)
    try:
        with engine.connect() as connection, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Optuna's own code while it makes its tables
            connection.execute(text("SELECT pg_advisory_lock(:n)"), {"n": _LOCK_NUMBER})
            url = address.render_as_string(hide_password=False)
            return RDBStorage(url, engine_kwargs={"pool_pre_ping": True})
    finally:
        engine.dispose()


def unusable(shown: str, error: Exception) -> InputError:
    """The fault of a database that cannot be used, without what could hold a password."""
    told = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    reason = re.sub(r"(password\s*=\s*|://[^@\s/:]*:)[^@\s]*", r"\1…", told.splitlines()[0])
    problem = f"the storage {shown} cannot be used: {reason}"
    return call_error(problem, "check that the server runs, and the URL's host, port, user and database")
