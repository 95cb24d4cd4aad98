"""``leverage review``: driven by lines of input, as a person types them or a pipe sends them."""

import datetime as dt
import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from leverage.case import load_case
from leverage.codebook import load_codebook
from leverage.coding.log import LOG_FILE, add_suggestions, load_log

ROOT = Path(__file__).resolve().parents[2]
AT = dt.datetime(2025, 3, 3, 9, 0, tzinfo=dt.UTC)
PROGRAM = "from leverage.cli import main; main()"


@pytest.fixture
def folder(write_case, suggestions):
    place = write_case()
    add_suggestions(place, suggestions, at=AT, by="ann", article="paper")
    return place


@pytest.fixture
def typed(run, monkeypatch, folder):
    """Review the case with lines typed one after the other; then the input ends."""

    def call(*lines, options=()):
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return run("review", folder, "--coder", "ben", *options)

    return call


def states(folder):
    return [entry.state for entry in load_log(folder / LOG_FILE).entries.values()]


VOTE = ("--factor", "domestic_support")


class TestAccept:
    def test_a_stated_number_is_taken_by_enter_alone(self, typed, folder):
        done = typed("a", "", "", "", "", "", options=VOTE)
        assert (done.code, done.err) == (0, "")
        assert "Reading [71 %]:" in done.out
        assert "Interval [exact]:" in done.out
        assert "Accepted as union-carry-on-1.\n" in done.out
        assert done.out.endswith("1 accepted; none left to review.\n")
        (evidence,) = [e for e in load_case(folder).case.evidence if e.id == "union-carry-on-1"]
        assert evidence.model_dump(mode="json", exclude_none=True, exclude={"passage", "coded"}) == {
            **{
                "id": "union-carry-on-1",
                "actor": "union",
                "factor": "domestic_support",
                "indicator": "carry_on",
            },
            **{"reading": {"value": 71.0, "unit": "%"}, "interval": "exact", "kind": "fact", "coder": "ben"},
            **{"status": "accepted", "note": ""},
        }

    def test_words_become_a_reading_by_the_reviewer_alone(self, typed, folder):
        """No number is stated: nothing is proposed, whatever direction and strength say."""
        lines = ("a", "", "", "half", "50 %", "", "±60", "40..60", "", "", "One of two stands.", "B9", "b2")
        done = typed(*lines, options=("--factor", "territory_held"))
        asked = [
            line
            for line in done.out.splitlines()
            if re.match("(Reading|Interval|Which|Kind|Note|Grade)", line)
        ]
        assert asked == [
            "Which stake [forest]: ",
            "Reading: ",
            "Reading: half",
            "Reading: 50 %",
            "Interval: ",
            "Interval: ±60",
            "Interval: 40..60",
            "Kind [judgement]: ",
            "Note: how you came to it: ",
            "Note: how you came to it: One of two stands.",
            "Grade of the source, such as B2 (may stay empty): B9",
            "Grade of the source, such as B2 (may stay empty): b2",
        ]
        assert (
            "✗ 'half' is no reading\n  → write a number from 0 to 1 share (units: km2 or share or %)"
            in done.out
        )
        assert "✗ the interval -10 to 110 % reaches out of bounds" in done.out
        assert "✗ 'B9' is no grade" in done.out
        evidence = load_case(folder).case.evidence[-1]
        assert (evidence.id, evidence.stake, evidence.kind) == ("union-share-held-1", "forest", "judgement")
        assert (evidence.interval.low, evidence.interval.high, str(evidence.grade)) == (40, 60, "B2")

    def test_an_open_indicator_is_asked_for_and_its_number_proposed(self, typed, folder):
        done = typed("a", "days", "", "2..4", "", "", "", options=("--actor", "company"))
        assert "Which indicator: days" in done.out
        assert "Reading [3 weeks]:" in done.out
        evidence = load_case(folder).case.evidence[-1]
        assert (evidence.indicator, evidence.reading.value, evidence.interval.high) == ("days_needed", 3, 4)

    def test_a_fault_of_the_case_is_told_and_all_is_asked_again(self, typed, folder, write_case, suggestions):
        """A shift of the case would move such a reading out of bounds."""
        done = typed("a", "10 %", "exact", "", "So it says.", "", "30 %", "exact", "", "", "", options=VOTE)
        assert "✗ the shift moves the reading 0.1 to -0.1, out of bounds" in done.out
        assert "Reading [10 %]: 30 %" in done.out
        assert "Note: how you came to it [So it says.]:" in done.out
        assert load_case(folder).case.evidence[-1].reading.value == 30

    def test_back_out_of_it(self, typed, folder):
        before = (folder / "case.yaml").read_bytes()
        done = typed("a", "", "<", "q", options=VOTE)
        assert done.out.endswith("Nothing was decided; 1 left to review.\n")
        assert (folder / "case.yaml").read_bytes() == before
        assert done.out.count("Question:") == 2  # it is shown again


class TestOtherKeys:
    def test_reject_skip_and_quit(self, typed, folder):
        done = typed("r", "no holding", "s", "q")
        assert states(folder) == ["skipped", "rejected", "pending"]
        events = [json.loads(line) for line in (folder / LOG_FILE).read_text().splitlines()[3:]]
        assert [(event["event"], event["by"], event.get("reason")) for event in events] == [
            ("rejected", "ben", "no holding"),
            ("skipped", "ben", None),
        ]
        assert done.out.endswith("1 rejected, 1 skipped; 2 left to review.\n")

    def test_undo_is_to_the_byte_and_shows_it_again(self, typed, folder):
        before = (folder / "case.yaml").read_bytes()
        done = typed("a", "", "", "", "", "", "u", "q", options=VOTE)
        assert "Nothing is left to review.\n" in done.out
        assert "was accepted.\n" in done.out
        assert (folder / "case.yaml").read_bytes() == before
        assert states(folder)[0] == "pending"
        assert " ".join(done.out.split()).count("⟦Its members voted by 71 per cent to go on⟧") == 2

    def test_undo_of_an_earlier_session(self, typed, folder):
        typed("a", "", "", "", "", "", options=VOTE)
        done = typed("u", "q")
        assert "1 undone; 3 left to review." in done.out
        assert states(folder) == ["pending"] * 3

    def test_nothing_to_undo(self, typed):
        assert "✗ there is no decision of ben to undo" in typed("u").out

    def test_edit(self, typed, folder):
        lines = ("e", "", "tied", "company", "-", "Its members voted by 72", "Its members voted", "q")
        done = typed(*lines, options=VOTE)
        assert "These words do not stand in the text where the passage is" in done.out
        assert "⟦Its members voted⟧" in done.out
        assert "Domestic support: tied hand of The company" in done.out
        assert "▼ speaks against its hand (−)" in done.out
        assert states(folder)[0] == "pending"
        edited = json.loads((folder / LOG_FILE).read_text().splitlines()[3])
        assert (edited["event"], edited["changes"]["exact"]) == ("edited", "Its members voted")

    def test_edit_without_a_change(self, typed, folder):
        before = (folder / LOG_FILE).read_bytes()
        assert "Nothing was changed.\n" in typed("e", "", "", "", "", "", "q", options=VOTE).out
        assert (folder / LOG_FILE).read_bytes() == before

    def test_help_and_a_wrong_key(self, typed):
        done = typed("?", "x", "")
        assert "a  accept: the suggestion becomes evidence" in done.out
        assert done.out.count("Type one of the keys") == 2

    def test_the_end_of_the_input_keeps_what_was_decided(self, typed, folder):
        done = typed("s", "a", "")
        assert done.code == 0
        assert done.out.endswith("1 skipped; 3 left to review.\n")
        assert states(folder) == ["pending", "skipped", "pending"]


class TestShown:
    def test_passage_question_scale_and_what_it_says(self, typed):
        out = typed("q", options=VOTE).out
        assert "forest. ⟦Its members voted by 71 per cent to go on⟧." in " ".join(out.split())
        assert "Talks at the mill (The Courier, 2025-03-02), sentence 3" in out
        assert "▲ speaks for its hand (+); strong; confidence moderate" in out
        assert "Said by: the union" in out
        assert "Number: “71 per cent”: 71 %" in out
        assert "Scale: share, 0 to 1; also in %" in out
        assert "majority" in out

    def test_what_could_steer_a_terminal_is_spelled_out(self, run, monkeypatch, write_case, suggest):
        text = "# T\n\nThe union \x1b[31mholds\u202e [bold]all[/bold] of it.\n"
        folder = write_case()
        import hashlib

        old = (folder / "article.md").read_text()
        case = (folder / "case.yaml").read_text()
        hashes = [hashlib.sha256(each.encode()).hexdigest() for each in (old, text)]
        (folder / "case.yaml").write_text(case.replace(*hashes))
        (folder / "article.md").write_text(text)
        said = suggest("\x1b[31mholds\u202e [bold]all", text=text, attributed_to="\x07bell\u202e")
        add_suggestions(folder, [said], at=AT, by="\x1b]0;x", article="paper")
        monkeypatch.setattr("sys.stdin", io.StringIO("q\n"))
        for options in ((), ("--list",)):
            out = run("review", folder, *options).out
            assert not set(out) & {"\x1b", "\x07", "\u202e"}
            assert r"\x1b[31mholds\u202e [bold]all" in out
            assert options or r"Said by: \x07bell\u202e" in out

    def test_a_factor_that_is_gone(self, run, monkeypatch, write_case, suggest):
        folder = write_case()
        add_suggestions(folder, [suggest("machines", factor="weather")], at=AT, by="ann", article="paper")
        monkeypatch.setattr("sys.stdin", io.StringIO("r\n\n"))
        done = run("review", folder)
        assert "✗ there is no factor 'weather' in the codebook" in done.out
        assert states(folder) == ["rejected"]


class TestList:
    def test_shows_the_queue_and_does_nothing(self, typed, folder, suggestions):
        before = {path: path.read_bytes() for path in folder.iterdir()}
        lines = typed(options=("--list", "--tier", "top")).out.splitlines()
        plus = "▲ speaks for its hand (+)"
        assert lines == [
            f"{suggestions[1].id}  top   paper:1  union  territory_held.share_held  {plus}",
            "    “has stopped one of the two machines”",
            f"{suggestions[0].id}  top   paper:3  union  domestic_support.carry_on  {plus}",
            "    “Its members voted by 71 per cent to go on”",
            "2 to review. In the log: 3 pending.",
        ]
        assert {path: path.read_bytes() for path in folder.iterdir()} == before


class TestCalls:
    @pytest.mark.parametrize(
        ("options", "told"),
        [
            (("--factor", "wether"), "there is no factor 'wether' in the codebook"),
            (("--actor", "unoin"), "the case has no actor 'unoin'"),
            (("--article", "pper"), "the case has no article 'pper'"),
            (
                ("--tier", "top", "--apply", "x.json"),
                "--actor and --article have no effect",
            ),
            (("--coder", "\x1b[31m"), r"--coder '\x1b[31m' is no name"),
            (("--list", "--apply", "x.json"), "--list, --apply and --sheet are three things"),
        ],
    )
    def test_wrong_options(self, typed, options, told):
        done = typed(options=options)
        assert (done.code, done.out) == (2, "")
        assert told in done.err

    def test_a_case_without_suggestions(self, run, write_case):
        done = run("review", write_case())
        assert done.code == 2
        assert "there are no suggestions in" in done.err
        assert "leverage code ARTICLE --case CASE" in done.err

    def test_no_case(self, run, tmp_path):
        done = run("review", tmp_path)
        assert (done.code, "is no case: there is no case.yaml in it" in done.err) == (2, True)

    def test_a_broken_line_is_told_and_the_rest_reviewed(self, typed, folder):
        path = folder / LOG_FILE
        path.write_bytes(path.read_bytes() + b'{"event": "rejec')
        done = typed("s", "q")
        assert done.code == 0
        assert f"{path}:4: the line is broken: it is not whole JSON" in done.err
        assert "3 left to review" in done.out


class TestChangedText:
    def test_found_again_and_lost(self, typed, folder, suggestions):
        file = folder / "article.md"
        file.write_text("News.\n" + file.read_text().replace("71 per cent", "72 per cent"))
        done = typed("q")
        assert "The text has changed. Passages found again in it: 2." in done.out
        told = (
            f"Lost: “Its members voted by 71 per cent to go on” ({suggestions[0].id}): its words are not in"
        )
        assert told in done.out
        assert states(folder)[0] == "lost"
        assert "Lost:" not in typed("q").out


class TestApply:
    def decisions(self, folder, suggestions, *decisions, **head):
        loaded = load_case(folder)
        content = {
            "format": "leverage/decisions/1",
            "case": "mill",
            "article": "paper",
            "sha256": loaded.article("paper").sha256,
            "codebook": load_codebook().coding_hash,
            "coder": "cyd",
            "decisions": list(decisions),
            **head,
        }
        file = folder.parent / "decisions.json"
        file.write_text(json.dumps(content, indent=1), encoding="utf-8")
        return file

    def accepts(self, suggestion, **more):
        return {
            **{
                "do": "accept",
                "id": suggestion.id,
                "reading": {"value": 71, "unit": "%"},
                "interval": "exact",
            },
            **{"kind": "judgement", "note": "As stated.", **more},
        }

    def test_all_of_them_by_whom_the_file_names(self, run, folder, suggestions):
        one, two, three = suggestions
        file = self.decisions(
            folder,
            suggestions,
            self.accepts(one, note='He said: "so"', grade={"source": "C", "information": 3}),
            {"do": "reject", "id": two.id, "reason": "no share"},
            {"do": "skip", "id": three.id},
        )
        done = run("review", folder, "--apply", file)
        assert (done.code, done.err) == (0, "")
        assert done.out == f"{file}: 1 accepted, 1 rejected, 1 skipped, by cyd.\n  union-carry-on-1\n"
        evidence = load_case(folder).case.evidence[-1]
        assert (evidence.coder, evidence.note, str(evidence.grade)) == ("cyd", 'He said: "so"', "C3")
        assert states(folder) == ["accepted", "rejected", "skipped"]

    def test_edits_are_counted_too(self, run, folder, suggestions):
        file = self.decisions(
            folder, suggestions, {"do": "edit", "id": suggestions[0].id, "direction": "unknown"}
        )
        assert run("review", folder, "--apply", file).out == f"{file}: 1 edited, by cyd.\n"

    def test_again_with_more_passes_over_what_is_in(self, run, folder, suggestions):
        first = self.decisions(folder, suggestions, self.accepts(suggestions[0]))
        run("review", folder, "--apply", first)
        more = {"do": "reject", "id": suggestions[1].id}
        second = self.decisions(folder, suggestions, self.accepts(suggestions[0]), more)
        done = run("review", folder, "--apply", second, "--coder", "dan")
        assert done.out == f"{second}: 1 rejected, 1 taken in before, by dan.\n"
        other = self.decisions(folder, suggestions, self.accepts(suggestions[0], note="Otherwise."))
        done = run("review", folder, "--apply", other)
        assert done.code == 1
        assert "is accepted already, and that was not undone" in done.err

    def test_every_fault_at_once_and_nothing_applied(self, run, folder, suggestions):
        before = {path: path.read_bytes() for path in folder.iterdir() if path.suffix != ".lock"}
        one, two, three = suggestions
        file = self.decisions(
            folder,
            suggestions,
            self.accepts(one, reading={"value": 171, "unit": "%"}),
            self.accepts(two),
            {"do": "eat", "id": three.id},
            {"do": "reject", "id": "s-ffffffffffff"},
            self.accepts(three, indicator="days_needed", kind="guess"),
        )
        done = run("review", folder, "--apply", file)
        assert done.code == 1
        problems = [line.split(": ", 1)[1] for line in done.err.splitlines()[:-1:2]]
        assert problems == [
            "the reading 171 % lies out of bounds",
            "territory_held.share_held is read for each stake",
            "`do` is 'eat'",
            "there is no suggestion 's-ffffffffffff' in the case's log",
            "`kind`: input should be 'fact', 'assumption' or 'judgement'; it is 'guess'",
        ]
        lines = file.read_text().splitlines()
        named = [int(line.split(":")[1]) for line in done.err.splitlines()[:-1:2]]
        assert [lines[number - 1].strip()[:6] for number in named] == ["{", "{", '"do": ', "{", '"kind"']
        assert {p: p.read_bytes() for p in folder.iterdir() if p.suffix != ".lock"} == before

    @pytest.mark.parametrize(
        ("head", "told"),
        [
            ({"case": "other"}, "the decisions are on the case 'other', and this is 'mill'"),
            ({"article": "other"}, "the case has no article 'other'"),
            ({"sha256": "1" * 64}, "the decisions are on another text of 'paper' than the case's"),
            ({"codebook": "1" * 64}, "the decisions were made by another codebook"),
            ({"format": "leverage/decisions/2"}, "`format`"),
            ({"decisions": {}}, "`decisions`"),
        ],
    )
    def test_of_another_case_text_or_codebook(self, run, folder, suggestions, head, told):
        file = self.decisions(folder, suggestions, self.accepts(suggestions[0]), **head)
        done = run("review", folder, "--apply", file)
        assert done.code == 1
        assert told in done.err
        assert states(folder) == ["pending"] * 3

    @pytest.mark.parametrize(
        "content", ["", "{", "[]", "{}", '{"decisions": [[[]]]}', "\x00", "a: !!python/x"]
    )
    def test_a_file_that_is_none(self, run, folder, content):
        file = folder.parent / "decisions.json"
        file.write_text(content)
        done = run("review", folder, "--apply", file)
        assert (done.code, done.out) == (1, "")
        assert "Traceback" not in done.err


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")
class TestTerminal:
    def drive(self, folder, *steps, ends=None):
        """Type on a real terminal, each line when its prompt has come up."""
        master, slave = pty.openpty()
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100"}
        command = [sys.executable, "-c", PROGRAM, "review", str(folder), "--coder", "ben", *VOTE]
        with subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        ) as child:
            os.close(slave)
            seen = ""
            for prompt, line in steps:
                seen += self.until(master, prompt)
                if isinstance(line, str):
                    os.write(master, line.encode())
                else:
                    child.send_signal(line)
            seen += self.until(master, "to review.")
            code = child.wait(30)
        os.close(master)
        return code, seen

    @staticmethod
    def until(master, words):
        seen, end = "", time.monotonic() + 30
        while words not in seen and time.monotonic() < end:
            if select.select([master], [], [], 0.2)[0]:
                try:
                    seen += os.read(master, 65536).decode(errors="replace")
                except OSError:
                    break
        assert words in seen, seen
        return seen

    def test_typed_on_a_terminal(self, folder):
        steps = [("[?]:", "a\n"), ("[71 %]:", "\n"), ("[exact]:", "70..72\n"), ("[fact]:", "\n")]
        code, seen = self.drive(folder, *steps, ("Note", "\n"), ("Grade", "\n"), ("[q]:", "q\n"))
        assert code == 0
        assert "\x1b[1;7m" in seen  # the passage stands out
        assert load_case(folder).case.evidence[-1].interval.low == 70

    def test_ctrl_d_and_ctrl_c_keep_what_was_decided(self, folder):
        code, _ = self.drive(folder, ("[?]:", "s\n"), ("[q]:", "\x04"))
        assert (code, states(folder)[0]) == (0, "skipped")
        code, _ = self.drive(folder, ("[?]:", "a\n"), ("[71 %]:", signal.SIGINT))
        assert (code, states(folder)[0]) == (130, "skipped")
