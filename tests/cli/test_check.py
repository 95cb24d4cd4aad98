"""``leverage check``: every fault at once, exit codes, and never a traceback."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leverage.cli.options import Form

SPOILED = (
    ("deadline: 2025-03-15", "deadlin: 2025-03-15"),
    ("faces: [union]", "faces: [unino]"),
    ("sha256: f", "sha256: 0"),
    ("missing:", "weights: weights.yaml\nmissing:"),
    ("value: 71", "value: 171"),
    ('"It holds 440', '"It holds 441'),
    ("by: -20", "by: much"),
)
WEIGHTS = """\
format: leverage/weights/1
id: mine
title: My weights
author: tester
reason: To test them.
codebook: "0123456789ab"
scheme: direct
factors: {ally_backing: 0.5, domestic_support: 0.5, territory_held: 0.5, time_remaning: 0}
"""
TOO_MUCH = """\
scenarios:
  - id: both
    title: Both hold it
    changes:
      - {do: set, actor: company, factor: territory_held, indicator: share_held, stake: forest,
         reading: {value: 80, unit: "%"}, interval: exact, author: tester, reason: It fells.}
"""


class TestInOrder:
    def test_says_what_was_checked(self, run, kursk_folder):
        done = run("check", kursk_folder)
        assert (done.code, done.err) == (0, "")
        assert done.out.splitlines()[0] == "kursk-2025-01 is in order."
        verified, of = re.search(
            r"(\d+) of (\d+) quotations verified in their articles' texts$", done.out, re.M
        ).groups()
        assert verified == of != "0"

    def test_names_quotations_that_are_not_verified_here(self, run, harbour_folder):
        done = run("check", harbour_folder)
        assert done.code == 0
        assert "verified in their articles' texts; name the articles' folder with --articles" in done.out
        assert "of them not accepted and so not scored" in done.out

    def test_verifies_them_in_a_folder_of_articles(self, run, harbour_folder):
        articles = harbour_folder.parents[1] / "tests" / "data" / "articles"
        done = run("check", harbour_folder, "--articles", articles)
        assert (done.code, done.err) == (0, "")
        assert "name the articles' folder" not in done.out

    def test_as_json(self, run, write_case):
        done = run("check", write_case(), "--format", "json")
        assert (done.code, json.loads(done.out)) == (0, {"in_order": True, "faults": []})

    def test_the_file_may_be_named_itself(self, run, write_case):
        assert run("check", write_case() / "case.yaml").code == 0


class TestFaults:
    def test_of_the_case_its_article_its_weights_and_its_stakes_at_once(self, run, write_case, monkeypatch):
        folder = write_case(*SPOILED, ("scenarios:\n", TOO_MUCH), weights_yaml=WEIGHTS)
        monkeypatch.chdir(folder.parent)
        done = run("check", "mill")
        lines = done.err.splitlines()
        assert (done.code, done.out) == (1, "")
        assert [line.split(": ")[0] for line in lines[:-1:2]] == [
            "mill/case.yaml:6:1",  # an unknown key
            "mill/case.yaml:9:46",  # an unknown actor
            "mill/case.yaml:16:5",  # a changed hash
            "mill/case.yaml:18:5",  # shares of a stake above one
            "mill/case.yaml:31:31",  # a quotation that is not there
            "mill/case.yaml:36:5",  # a reading out of bounds
            "mill/case.yaml:56:9",  # a step that is no number
            "mill/weights.yaml:6:1",  # another codebook
            "mill/weights.yaml:8:1",  # weights that sum to 1.5
            "mill/weights.yaml:8:1",  # and leave one out
            "mill/weights.yaml:8:74",  # a factor that there is not
        ]
        assert all(line.startswith("    → ") for line in lines[1:-1:2])
        assert lines[-1] == "11 faults; nothing was written."

    def test_as_json_for_editors(self, run, write_case):
        done = run("check", write_case(("value: 71", "value: 171")), "--format", "json")
        assert done.code == 1
        (fault,) = json.loads(done.out)["faults"]
        assert (fault["line"], fault["column"]) == (35, 5)
        assert (fault["problem"], fault["remedy"]) == (
            "the reading 171 % lies out of bounds",
            "write a number from 0 to 100 %",
        )

    def test_one_fault_is_one(self, run, write_case):
        done = run("check", write_case(("value: 71", "value: 171")))
        assert done.err.splitlines()[-1] == "1 fault; nothing was written."

    @pytest.mark.parametrize("command", ["check", "score", "explain", "report"])
    def test_every_command_tells_the_same(self, run, write_case, command):
        done = run(command, write_case(("value: 71", "value: 171")))
        assert (done.code, done.out) == (1, "")
        assert "case.yaml:35:5: the reading 171 % lies out of bounds\n    → write a number from" in done.err

    def test_weights_of_a_case_with_a_wrong_factor_are_not_held_against_the_rest(self, run, write_case):
        few = ("missing:", "factors: [territory_hld, domestic_support]\nweights: weights.yaml\nmissing:")
        done = run("check", write_case(few, weights_yaml=WEIGHTS))
        assert [line.split(":")[1] for line in done.err.splitlines()[:-1:2]] == ["19"]

    def test_a_builder_and_a_case_at_once(self, run, write_case, tmp_path):
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "mine.py").write_text("1 / 0\n")
        (tmp_path / "mine" / "mine.yaml").write_text(
            "format: leverage/factor/1\nid: mine\nversion: 1\ntitle: Mine\nquestion: Mine?\nunit: share\n"
            "bounds: [0, 1]\nbuilder: {id: mine}\nageing: {half_life: 1, life: 2}\n"
        )
        done = run("check", write_case(("value: 71", "value: 171")), "--features", tmp_path / "mine")
        places = [line.split(": ")[0].rpartition("/")[2] for line in done.err.splitlines()[:-1:2]]
        assert (done.code, places) == (1, ["case.yaml:35:5", "mine.py:1"])


class TestWrongCalls:
    @pytest.mark.parametrize(
        "arguments",
        [
            ("check",),
            ("chekc", "{case}"),
            ("check", "{case}", "--fromat", "json"),
            ("check", "{case}", "--format", "xml"),
            ("check", "{case}", "--format", "svg"),
            ("score", "{case}", "--weights", "guess"),
            ("score", "{case}", "--weights", "a" * 5000),
            ("score", "{case}", "--scenario", "bse"),
            ("score", "{case}", "--actor", "nobody"),
            ("score", "{case}", "--missing", "guess"),
            ("schema", "cases"),
        ],
    )
    def test_exit_with_2(self, run, write_case, arguments):
        case = write_case()
        done = run(*(argument.format(case=case) for argument in arguments))
        assert (done.code, done.out) == (2, "")
        assert done.err
        assert "Traceback" not in done.err

    def test_name_the_remedy(self, run, write_case):
        done = run("score", write_case(), "--scenario", "bse")
        assert done.err == (
            "leverage: the case mill has no scenario 'bse'\n    → did you mean 'base'? Known: base, weary\n"
        )

    @pytest.mark.parametrize("name", ["nowhere", "", "a" * 5000, "file/case.yaml", "."])
    def test_a_case_that_is_not_there(self, run, tmp_path, monkeypatch, name):
        (tmp_path / "file").write_text("x")
        monkeypatch.chdir(tmp_path)
        done = run("check", name)
        assert done.code in (1, 2)
        assert done.err.count("→") == 1
        assert "Traceback" not in done.err

    @pytest.mark.parametrize("option", ["--features", "--articles"])
    def test_a_folder_that_is_not_there(self, run, write_case, option):
        done = run("check", write_case(), option, "nowhere")
        assert done.code in (1, 2)
        assert "nowhere" in done.err
        assert done.err.count("→") == 1

    def test_an_output_that_cannot_be_written(self, run, write_case, tmp_path):
        (tmp_path / "file").write_text("x")
        done = run("score", write_case(), "-o", tmp_path / "file" / "scores.csv", "--format", "csv")
        assert (done.code, done.out) == (2, "")
        assert "cannot be written" in done.err


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_never_a_traceback(data, run, write_case):
    folder = write_case()
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, min(len(text), start + 40)))
    new = data.draw(
        st.sampled_from(["", "5", "[]", "{}", "null", "- ", ": ", "\n", "\x1b", "é", "*a", "!b "])
    )
    (folder / "case.yaml").write_text(text[:start] + new + text[stop:], encoding="utf-8")
    command = data.draw(st.sampled_from(["check", "score"]))
    form = data.draw(st.sampled_from([Form.table, Form.json]))
    done = run(command, folder, "--format", form.value)
    assert done.code in (0, 1)
    assert "Traceback" not in done.err + done.out
    if done.code == 0:
        assert done.err == ""
    else:
        assert done.err.splitlines()[-1].endswith("nothing was written.")
        assert all(line.startswith("    → ") for line in done.err.splitlines()[1:-1:2])
