"""``leverage agree``: every form, codings and cases, and what is refused."""

import csv
import io
import json
import subprocess
import sys

import pytest

ONE = [
    {
        "sentence": 1,
        "factor": "ally_backing",
        "actor": "north",
        "direction": "+",
        "strength": 2,
        "exact": "=help",
    },
    {"sentence": 2, "factor": "ally_backing", "actor": "north", "direction": "-", "exact": "cut \x1b[31moff"},
]
TWO = [{"sentence": 1, "factor": "ally_backing", "actor": "north", "direction": "-", "strength": 2}, ONE[1]]


@pytest.fixture
def codings(tmp_path):
    for name, rows in (("one", ONE), ("two", TWO)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path / "one.jsonl", tmp_path / "two.jsonl"


def test_table(run, codings):
    done = run("agree", *codings)
    assert (done.code, done.err) == (0, "")
    (row,) = [line.split() for line in done.out.splitlines() if line.startswith("ally_backing")]
    # Plus minus and minus minus: α of the direction is that of chance, of all units too; one strength pair.
    assert row == ["ally_backing", "2", "0", "0", "50", "%", "0.00", "0.00", "–"]
    assert "1 disagreement" in done.out
    assert done.out.rstrip().endswith("+ 2  − 2  direction  =help")


def test_json_is_the_whole_result(run, codings):
    found = json.loads(run("agree", *codings, "--format", "json").out)
    assert [f["factor"] for f in found["factors"]] == ["ally_backing"]
    assert found["overall"]["share"] == 0.5
    assert found["factors"][0]["alpha_strength"] is None
    assert [d["how"] for d in found["disagreements"]] == ["direction"]


def test_csv_lists_disagreements_without_formulas(run, codings):
    (row,) = csv.DictReader(io.StringIO(run("agree", *codings, "--format", "csv").out))
    assert (row["first"], row["second"], row["how"], row["exact"]) == ("+", "-", "direction", "'=help")


def test_csv_without_disagreements_is_its_header(run, codings, write_case):
    found = run("agree", codings[0], codings[0], "--format", "csv").out
    assert found.startswith("article,sentence,actor,factor,how,first,second,")
    assert found.count("\n") == 1
    case = write_case()
    assert run("agree", case, case, "--format", "csv").out == (
        "case,actor,measure,stake,first,second,within_interval\n"
    )


def test_markdown_to_a_file(run, codings, tmp_path):
    done = run("agree", *codings, "--format", "md", "-o", tmp_path / "out.md")
    assert (done.code, done.out) == (0, "")
    assert "| ally" in (tmp_path / "out.md").read_text()


def test_no_control_character_reaches_the_terminal(run, codings):
    codings[1].write_text(json.dumps(TWO[0]) + "\n")
    assert "\x1b" not in run("agree", *codings).out


@pytest.mark.parametrize("form", ["table", "json", "csv", "md"])
def test_half_a_character_is_spelled_out(tmp_path, form):
    file = tmp_path / "half.jsonl"
    file.write_text('{"sentence": 1, "factor": "f", "actor": "\\ud800", "direction": "+"}\n')
    other = tmp_path / "other.jsonl"
    other.write_text('{"sentence": 1, "factor": "f", "actor": "north", "direction": "+"}\n')
    program = "from leverage.cli import main; main()"
    call = [sys.executable, "-c", program, "agree", str(file), str(other), "--format", form]
    assert subprocess.run(call, capture_output=True, check=True).stderr == b""


def test_same_input_same_bytes(run, codings):
    assert run("agree", *codings, "--format", "json").out == run("agree", *codings, "--format", "json").out


def test_two_codings_of_a_case(run, write_case):
    first = write_case()
    second = write_case(("value: 440,", "value: 480,"), folder="again")
    found = json.loads(run("agree", first, second / "case.yaml", "--format", "json").out)
    assert found["overall"]["readings"] == 2
    (largest,) = found["largest"]
    assert largest["measure"] == "territory_held.share_held"
    assert largest["second"] - largest["first"] == pytest.approx(40 / 1376)
    assert "Agreement of the two coders" in run("agree", first, second).out


def test_two_cases_that_are_not_one(run, write_case):
    first = write_case()
    second = write_case(("id: mill\n", "id: other\n"), folder="again")
    done = run("agree", first, second)
    assert done.code == 1
    assert "its id: other; the first coding has mill" in done.err


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda one, two, case: (one, case), "a case cannot be held against a file of codings"),
        (lambda one, two, case: (one, one.parent), "a folder cannot be held against a file"),
        (lambda one, two, case: (one, two, "--format", "svg"), "this command has no form 'svg'"),
        (lambda one, two, case: (one, two, "--features", case), "--features has no effect"),
    ],
)  # fmt: skip
def test_a_wrong_call(run, codings, write_case, make, problem):
    done = run("agree", *make(*codings, write_case()))
    assert (done.code, done.out) == (2, "")
    assert problem in done.err


def test_missing_and_empty_files(run, codings, tmp_path):
    done = run("agree", codings[0], tmp_path / "none.jsonl")
    assert (done.code, "there is no such file" in done.err) == (1, True)
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n")
    done = run("agree", empty, empty)
    assert (done.code, "there is no coding in it" in done.err) == (1, True)
    assert run("agree", codings[0], empty).code == 0
