"""Where studies are kept: journal files that survive a kill, and a real PostgreSQL."""

import pytest
from sqlalchemy.exc import OperationalError

from leverage.faults import InputError
from leverage.lab import Store
from leverage.lab.tuning import space_of
from leverage.lab.tuning.storage import cut_torn_line, open_storage, require, studies_folder, unusable
from leverage.lab.tuning.study import Study

SPACE = space_of("crises", "transparent")


def message(call, *arguments):
    with pytest.raises(InputError) as caught:
        call(*arguments)
    (fault,) = caught.value.faults
    return str(fault)


def test_a_journal_lies_beside_the_store(tmp_path, monkeypatch):
    store = Store.at(tmp_path)
    storage = open_storage(None, "mine", store)
    assert (tmp_path / "mlruns" / "studies" / "mine.log").is_file()
    assert storage.shown == "mine.log"
    monkeypatch.chdir(tmp_path)
    assert studies_folder(Store("http://127.0.0.1:1", "")) == tmp_path / "mlruns" / "studies"


@pytest.mark.parametrize(
    ("text", "kept"),
    [(b"", b""), (b"one\n", b"one\n"), (b"one\ntw", b"one\n"), (b"on", b""), (b"a\n\nb", b"a\n\n")],
)
def test_half_a_line_is_cut_off(tmp_path, text, kept):
    file = tmp_path / "s.log"
    file.write_bytes(text)
    cut_torn_line(file)
    assert file.read_bytes() == kept
    cut_torn_line(tmp_path / "none.log")


def test_a_study_survives_a_process_killed_while_it_wrote(tmp_path):
    file = tmp_path / "s.log"
    alive = Study(open_storage(str(file), "s", None), "s", SPACE, {}, 0)
    alive.ask(3, 1)
    with file.open("ab") as journal:
        journal.write(b'{"op_code": 4, "worker')
    alive.ask(3, 1)  # another process, which goes on
    again = Study(open_storage(str(file), "s", None), "s", SPACE, {}, 0)
    assert again.counts()["running"] == 2


def test_files_that_are_no_journal(tmp_path):
    (tmp_path / "notes.log").write_text("some notes\nof mine\n")
    assert "is no journal of a study" in message(open_storage, str(tmp_path / "notes.log"), "s", None)
    (tmp_path / "file").write_text("")
    assert "cannot be used" in message(open_storage, str(tmp_path / "file" / "s.log"), "s", None)


@pytest.mark.parametrize("url", ["mysql://u:geheim@h/d", "redis://h", "sqlite:///x.db"])
def test_other_databases_are_refused(url):
    told = message(open_storage, url, "s", None)
    assert "cannot be kept in" in told
    assert "geheim" not in told


def test_a_server_that_is_not_there_is_a_fault_without_the_password():
    told = message(open_storage, "postgresql://me:geheim@127.0.0.1:9/tuning?connect_timeout=2", "s", None)
    assert "the storage postgresql://127.0.0.1:9/tuning cannot be used" in told
    assert "geheim" not in told
    assert "me" not in told.partition("cannot be used")[0].split("://")[1]


@pytest.mark.parametrize("text", ["bad password=geheim host=h", "at postgresql://me:geheim@h/d"])
def test_a_drivers_message_loses_its_password(text):
    error = OperationalError("SELECT 1", {}, Exception(text))
    assert "geheim" not in str(unusable("postgresql://h/d", error))


def test_what_is_not_installed_is_a_fault():
    assert "pip install 'negotiation-leverage[lab]'" in message(require, "no_such_module", "does it")


# --- PostgreSQL --------------------------------------------------------------------------------


def test_a_wrong_password_is_told_without_it(database):
    told = message(open_storage, database.replace("geheim-123", "falsch-456"), "s", None)
    assert "password authentication failed" in told
    assert "falsch" not in told


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_way_to_write_the_url(database, scheme):
    storage = open_storage(f"{scheme}://{database.partition('://')[2]}", "s", None)
    storage.close()
    assert storage.shown.startswith("postgresql://127.0.0.1:")
    assert "tuner" not in storage.shown


def test_the_numbers_are_those_of_a_journal(database, tmp_path):
    from .test_search import run

    space = space_of("disputes", "transparent")
    journal = Study(open_storage(str(tmp_path / "s.log"), "s", None), "s", space, {}, 3)
    storage = open_storage(database, "s", None)
    shared = Study(storage, "s", space, {}, 3)
    assert run(shared, 4) == run(journal, 4)
    assert shared.importances() == journal.importances()
    storage.close()
    again = Study(storage, "s", space, {}, 3)
    assert again.counts()["complete"] == len(journal.finished())
    with pytest.raises(InputError, match="begun with"):
        Study(storage, "s", space, {"scheme": "grouped"}, 3)
    storage.close()
