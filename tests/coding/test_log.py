"""The log: lines are added, what is broken is told, and what holds can be replayed from it."""

import datetime as dt
import json
import multiprocessing
import os

import pytest

from leverage.case import Evidence
from leverage.coding.events import Accepted, Edited, Lost, Reanchored, Rejected, Skipped, Undone
from leverage.coding.insertion import Edit
from leverage.coding.log import LOG_FILE, add_suggestions, hold_log, load_log
from leverage.faults import InputError

AT = dt.datetime(2025, 3, 4, 9, 30, tzinfo=dt.UTC)
WHO = {"at": AT, "by": "ann"}


def evidence():
    return Evidence.model_validate(
        {
            "id": "union-carry-on-1",
            "actor": "union",
            "factor": "domestic_support",
            "indicator": "carry_on",
            "reading": {"value": 71, "unit": "%"},
            "interval": "exact",
            "kind": "judgement",
            "coder": "ann",
            "note": "Said.",
            "date": "2025-03-01",
        }
    )


def accepted(suggestion):
    return Accepted(**WHO, id=suggestion.id, evidence=evidence(), edit=Edit(at=3, old="", new="x"))


def states(folder):
    return [entry.state for entry in load_log(folder / LOG_FILE).entries.values()]


def write(folder, *events):
    with hold_log(folder) as file:
        file.append(events)


@pytest.fixture
def logged(tmp_path, suggestions):
    add_suggestions(tmp_path, suggestions, **WHO, article="paper")
    return tmp_path


class TestAdding:
    def test_a_line_says_what_who_and_when(self, logged, suggestions):
        lines = (logged / LOG_FILE).read_text(encoding="utf-8").splitlines()
        first = json.loads(lines[0])
        assert len(lines) == 3
        assert list(first) == ["event", "at", "by", "article", "suggestion"]
        assert (first["event"], first["at"], first["by"], first["article"]) == (
            *("suggested", "2025-03-04T09:30:00Z", "ann", "paper"),
        )
        assert first["suggestion"]["exact"] == suggestions[0].exact

    def test_coding_twice_adds_what_is_new_alone(self, logged, suggestions, suggest):
        before = (logged / LOG_FILE).read_bytes()
        assert add_suggestions(logged, suggestions, **WHO) == []
        assert (logged / LOG_FILE).read_bytes() == before
        new = suggest("It holds\n440 of the 1,376 square kilometres")
        assert add_suggestions(logged, [*suggestions, new, new], **WHO) == [new]
        assert (logged / LOG_FILE).read_bytes().startswith(before)

    def test_what_was_found_again_in_a_changed_text_is_not_new_there(self, logged, suggestions, suggest):
        text = "Later.\n" + "x " * 20 + suggestions[0].exact + " and so on, to the end of it."
        there = suggest(suggestions[0].exact, text=text, number=suggestions[0].number)
        place = there.model_dump(include={"start", "end", "exact", "prefix", "suffix", "sha256"})
        write(logged, Reanchored(**WHO, id=suggestions[0].id, **place))
        assert add_suggestions(logged, [there], **WHO) == []
        entry = load_log(logged / LOG_FILE).entries[suggestions[0].id]
        assert entry.suggestion.start == there.start
        assert entry.original == suggestions[0]

    def test_no_log_is_an_empty_one(self, tmp_path):
        assert load_log(tmp_path / LOG_FILE).entries == {}
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_is_not_there(self, tmp_path, suggestions):
        with pytest.raises(InputError, match="cannot be written to"):
            add_suggestions(tmp_path / "gone", suggestions, **WHO)


class TestReplay:
    def test_states(self, logged, suggestions):
        one, two, three = suggestions
        write(logged, accepted(one), Rejected(**WHO, id=two.id, reason="no"), Skipped(**WHO, id=three.id))
        assert states(logged) == ["accepted", "rejected", "skipped"]
        entry = load_log(logged / LOG_FILE).entries[one.id]
        assert entry.accepted.evidence == evidence()
        assert entry.accepted.edit == Edit(at=3, old="", new="x")
        write(logged, *(Undone(**WHO, id=each.id) for each in suggestions))
        assert states(logged) == ["pending"] * 3

    def test_edits_change_what_is_suggested_and_not_its_id(self, logged, suggestions):
        changes = {"indicator": None, "factor": "ally_backing", "direction": "-"}
        write(logged, Edited(**WHO, id=suggestions[0].id, changes=changes))
        entry = load_log(logged / LOG_FILE).entries[suggestions[0].id]
        assert (entry.state, entry.suggestion.factor, entry.suggestion.indicator) == (
            *("pending", "ally_backing", None),
        )
        assert (entry.id, entry.suggestion.id) == (suggestions[0].id, suggestions[0].id)
        write(logged, Undone(**WHO, id=suggestions[0].id))
        assert load_log(logged / LOG_FILE).entries[suggestions[0].id].suggestion == suggestions[0]

    def test_lines_that_are_the_same_are_decisions_of_their_own(self, logged, suggestions):
        one = suggestions[0].id
        write(logged, *(Rejected(**WHO, id=one), Undone(**WHO, id=one)) * 2, Rejected(**WHO, id=one))
        log = load_log(logged / LOG_FILE)
        assert (log.entries[one].state, log.faults) == ("rejected", ())
        assert log.last_decision(WHO["by"]) is log.order[-1]

    def test_the_last_decision_of_a_person(self, logged, suggestions):
        one, two, _ = suggestions
        write(logged, Rejected(**WHO, id=one.id), Skipped(at=AT, by="ben", id=two.id))
        log = load_log(logged / LOG_FILE)
        assert log.last_decision("ann").id == one.id
        assert log.last_decision("ben").id == two.id
        assert log.last_decision("cyd") is None
        write(logged, Undone(**WHO, id=one.id))
        assert load_log(logged / LOG_FILE).last_decision("ann") is None

    def test_lost_and_found(self, logged, suggestions):
        one = suggestions[0]
        write(logged, Lost(**WHO, id=one.id, sha256="1" * 64))
        assert states(logged)[0] == "lost"
        place = one.model_dump(include={"start", "end", "exact", "prefix", "suffix", "sha256"})
        write(logged, Reanchored(**WHO, id=one.id, **place))
        assert states(logged)[0] == "pending"


class TestBroken:
    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            (b'{"event": "rejected", "at"', "the line is broken: it is not whole JSON"),
            (b"\xff\xfe", "the line is broken: it is not UTF-8"),
            (b"[" * 100_000, "the line is broken: it is not whole JSON"),
            (b'{"event": ' + b"9" * 5000 + b"}", "the line is broken: it is not whole JSON"),
            (b"[]", "the line is no event of a log"),
            (b'{"event": "eaten"}', "the line is no event of a log"),
            (
                b'{"event": "rejected", "at": "2025-03-04T09:30:00Z", "by": "ann", "id": "s-000000000000"}',
                "it decides on 's-000000000000', and no line above suggests that",
            ),
            (
                b'{"event": "rejected", "at": "2025-03-04", "by": "ann", "id": "s-000000000000"}',
                "the line is no event",
            ),
        ],
    )
    def test_told_by_its_line_and_set_aside(self, logged, suggestions, line, problem):
        path = logged / LOG_FILE
        path.write_bytes(path.read_bytes() + line)  # cut off: no newline
        write(logged, Rejected(**WHO, id=suggestions[1].id))
        log = load_log(path)
        assert [entry.state for entry in log.entries.values()] == ["pending", "rejected", "pending"]
        (fault,) = log.faults
        assert (fault.file, fault.line) == (str(path), 4)
        assert fault.problem.startswith(problem)
        assert line in path.read_bytes()  # nothing lost

    def test_a_byte_order_mark_breaks_no_line(self, logged):
        path = logged / LOG_FILE
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
        assert (len(load_log(path).entries), load_log(path).faults) == (3, ())

    def test_a_whole_line_without_its_newline_counts(self, logged, suggestions):
        path = logged / LOG_FILE
        path.write_bytes(path.read_bytes().rstrip(b"\n"))
        write(logged, Rejected(**WHO, id=suggestions[2].id))
        assert load_log(path).faults == ()
        assert states(logged) == ["pending", "pending", "rejected"]

    def test_a_decision_on_what_is_decided(self, logged, suggestions):
        one = suggestions[0]
        write(
            logged,
            accepted(one),
            Rejected(**WHO, id=one.id),
            Undone(**WHO, id=one.id),
            Undone(**WHO, id=one.id),
        )
        log = load_log(logged / LOG_FILE)
        assert [(fault.line, fault.problem) for fault in log.faults] == [
            (5, f"{one.id} is accepted already, and that was not undone"),
            (7, f"there is no decision on {one.id} to undo"),
        ]
        assert states(logged)[0] == "pending"

    def test_edits_that_make_no_suggestion(self, logged, suggestions):
        write(logged, Edited(**WHO, id=suggestions[0].id, changes={"strength": 9}))
        (fault,) = load_log(logged / LOG_FILE).faults
        assert fault.problem.startswith("its changes make no suggestion")

    def test_a_disk_that_is_full_leaves_the_log_as_it_was(self, logged, suggestions, monkeypatch):
        before = (logged / LOG_FILE).read_bytes()
        real = os.write

        def half(descriptor, content):
            if len(content) > 20:
                return real(descriptor, bytes(content[:20]))
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "write", half)
        with pytest.raises(InputError, match="No space left"):
            write(logged, Rejected(**WHO, id=suggestions[0].id))
        assert (logged / LOG_FILE).read_bytes() == before


def _rejects(folder, ids):
    for each in ids:
        write(folder, Rejected(**WHO, id=each, reason="x" * 5000))


def test_several_processes_do_not_mix_their_lines(logged, suggestions):
    context = multiprocessing.get_context("fork" if os.name == "posix" else "spawn")
    jobs = [
        context.Process(target=_rejects, args=(logged, [suggestions[n].id] * 20))
        for n in range(len(suggestions))
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join(60)
        assert job.exitcode == 0
    lines = (logged / LOG_FILE).read_bytes().splitlines()
    assert len(lines) == 3 + 60
    assert all(json.loads(line)["event"] in ("suggested", "rejected") for line in lines)
