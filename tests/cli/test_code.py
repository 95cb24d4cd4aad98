"""``leverage code`` and ``leverage annotations``."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from leverage.cli import main

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "coding"
CALL = ["--actors", str(EXAMPLE / "actors.yaml"), "--date", "2025-01-06", "--no-meaning"]


@pytest.fixture
def run(capsys, monkeypatch):
    """Run the command; its exit code, what it printed and what it told."""

    def call(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["leverage", *args])
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


@pytest.fixture
def case(tmp_path) -> Path:
    return Path(shutil.copytree(ROOT / "seeds" / "harbour-strike", tmp_path / "case"))


def test_lines_of_json_hold_what_programs_ask_for(run) -> None:
    code, out, _ = run("code", str(EXAMPLE / "article.txt"), *CALL, "--format", "jsonl")
    text = (EXAMPLE / "article.txt").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    for row in rows:
        assert text[row["start"] : row["end"]] == row["exact"]
        assert row["direction"] in ("+", "-", "unknown")
        assert row["tier"] in ("top", "rest")
    found = {(row["sentence"], row["factor"], row["actor"], row["direction"]) for row in rows}
    assert {
        (1, "territory_held", "norland", "+"),
        (1, "territory_held", "sudria", "-"),
        (2, "territory_held", "sudria", "-"),
        (3, "time_remaining", "norland", "+"),
        (4, "time_remaining", "sudria", "-"),
        (5, "domestic_support", "sudria", "-"),
        (6, "domestic_support", "sudria", "+"),
        (7, "ally_backing", "norland", "+"),
    } <= found
    poll = next(row for row in rows if row["sentence"] == 5)
    assert (poll["number"]["value"], poll["number"]["unit"]) == (40, "%")


def test_times_are_printed_instead(run) -> None:
    _, out, _ = run("code", str(EXAMPLE / "article.txt"), *CALL, "--dates")
    rows = [json.loads(line) for line in out.splitlines()]
    assert [(row["text"], row["from"], row["to"]) for row in rows] == [
        ("Sunday", "2025-01-05", "2025-01-05"),
        ("for another two or three weeks", "2025-01-20", "2025-01-27"),
        ("until spring", "2025-01-06", "2025-05-31"),
        ("before the inauguration", "2025-01-06", "2025-02-28"),
    ]
    assert all(set(row) == {"text", "position", "from", "to"} for row in rows)


def test_a_bare_list_of_actors_will_do(run, tmp_path) -> None:
    actors = tmp_path / "actors.yaml"
    actors.write_text("- {id: norland, name: Norland}\n- {id: sudria, name: Sudria, aliases: [Sudrian]}\n")
    code, out, _ = run("code", str(EXAMPLE / "article.txt"), "--actors", str(actors), "--format", "jsonl")
    assert code == 0
    assert '"actor":"norland"' in out


def test_suggestions_wait_in_the_case_and_come_once(run, case) -> None:
    call = ("code", str(case / "article.md"), "--case", str(case), "--coder", "ana", "--no-meaning")
    before = (case / "case.yaml").read_bytes()
    code, _, err = run(*call, "--format", "jsonl")
    log = [json.loads(line) for line in (case / "suggestions.jsonl").read_text().splitlines()]
    assert code == 0
    assert {(event["event"], event["by"], event["article"]) for event in log} == {
        ("suggested", "ana", "courier")
    }
    assert f"{len(log)} new suggestions wait" in err
    _, _, err = run(*call, "--format", "jsonl")
    assert f"0 new suggestions wait in {case / 'suggestions.jsonl'}; {len(log)} were there before" in err
    assert (case / "case.yaml").read_bytes() == before


def test_a_new_article_is_named_in_the_case_and_copied_beside_it(run, case, tmp_path) -> None:
    article = tmp_path / "Second day.txt"
    article.write_text("The strikers have shut down ten of the twelve berths.\n", encoding="utf-8")
    code, _, err = run("code", str(article), "--case", str(case))
    assert code == 2
    assert "its title, publisher and date are not known" in err
    assert not (case / "suggestions.jsonl").exists()
    about = ("--title", "Second day", "--publisher", "Courier", "--date", "2024-09-18", "--coder", "ana")
    code, _, _ = run("code", str(article), "--case", str(case), *about, "--no-meaning")
    assert code == 0
    assert (case / "Second-day.txt").read_bytes() == article.read_bytes()
    assert "- id: Second-day" in (case / "case.yaml").read_text()
    assert run("check", str(case))[0] == 0


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ((), "no parties are named"),
        (("--actors", "nowhere.yaml"), "nowhere.yaml: there is no such file"),
        ((*CALL[:2], "--date", "6 January"), "--date '6 January' is no day"),
        (("--dates",), "the article's date is not known"),
        ((*CALL[:2], "--case", "x"), "--case and --actors both name the parties"),
        ((*CALL, "--llm", "small"), "LEVERAGE_LLM_URL is not set"),
        ((*CALL[:2], "--date", "20250106"), "--date '20250106' is no day"),
        ((*CALL, "--id", "x", "--title", "T"), "--id and --title have no effect without a case"),
        ((*CALL, "--coder", "ana"), "--coder has no effect without a case"),
        ((*CALL, "--cache", "kept"), "--cache has no effect without --llm"),
    ],
)
def test_a_wrong_call_is_told(run, monkeypatch, args: tuple[str, ...], told: str) -> None:
    monkeypatch.delenv("LEVERAGE_LLM_URL", raising=False)
    code, out, err = run("code", str(EXAMPLE / "article.txt"), *args)
    assert code in (1, 2)
    assert out == ""
    assert told in err


def test_no_party_in_the_article_is_told(run, tmp_path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Rain fell on the town. A band played.\n")
    code, _, err = run("code", str(article), *CALL)
    assert code == 0
    assert "No party was found in the article: none of Norland, Sudria" in err


def test_annotations_say_what_became_of_each(run, case) -> None:
    assert "0 articles" in run("annotations", str(case))[2]
    run("code", str(case / "article.md"), "--case", str(case), "--coder", "ana", "--no-meaning")
    page = json.loads(run("annotations", str(case))[1])
    assert page["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    assert page["total"] == len((case / "suggestions.jsonl").read_text().splitlines())
    rows = run("annotations", str(case), "--format", "csv")[1].splitlines()
    assert len(rows) > page["total"]
    (task,) = json.loads(run("annotations", str(case), "--format", "label-studio")[1])
    assert task["data"]["text"] == (case / "article.md").read_text(encoding="utf-8")
    assert (
        '<Label value="territory_held"' in run("annotations", str(case), "--format", "label-studio-config")[1]
    )


ABOUT = ("--title", "Day", "--publisher", "Courier", "--date", "2024-09-18", "--no-meaning")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--id", "../x"), "--id '../x' cannot stand in the case"),
        (("--id", "/etc/x"), "--id '/etc/x' cannot stand in the case"),
        (("--id", ""), "--id '' cannot stand in the case"),
        (("--id", "[red]"), "write letters, digits and . _ -"),
        (("--id", "x" * 300), "write a shorter one"),
        (("--id", "courier"), "the case has an article 'courier' already, with another text"),
        (("--title", " "), "its title is not known"),
        (("--publisher", "\udcff"), r"--publisher '\udcff' cannot stand in the case"),
        (("--coder", "\x1b[31m"), r"--coder '\x1b[31m' is no name"),
    ],
)
def test_what_cannot_stand_in_the_case_is_told_and_nothing_is_written(
    run, case, tmp_path, args, told
) -> None:
    article = tmp_path / "day.txt"
    article.write_text("The strikers have shut down ten of the twelve berths.\n", encoding="utf-8")
    before = {file.name: file.read_bytes() for file in case.iterdir()}
    code, out, err = run("code", str(article), "--case", str(case), *ABOUT, *args)
    assert (code, out) == (2, "")
    assert told in err
    assert {file.name: file.read_bytes() for file in case.iterdir()} == before


@pytest.mark.parametrize(
    ("name", "id_"), [("é ü", "e-u"), ("日本", "article"), ("..x", "x"), ("y" * 240, "y" * 80)]
)
def test_a_files_name_makes_an_id(run, case, tmp_path, name: str, id_: str) -> None:
    article = tmp_path / f"{name}.txt"
    article.write_text("The strikers have shut down ten of the twelve berths.\n", encoding="utf-8")
    assert run("code", str(article), "--case", str(case), *ABOUT)[0] == 0
    assert (case / f"{id_}.txt").is_file()
    assert f"- id: {id_}\n" in (case / "case.yaml").read_text()


def test_of_an_article_that_the_case_has_other_names_have_no_effect(run, case) -> None:
    call = ("code", str(case / "article.md"), "--case", str(case), "--id", "other", "--no-meaning")
    code, _, err = run(*call)
    assert code == 0
    assert "The case has this article already, as 'courier'; --id has no effect." in err


def test_an_article_steers_no_terminal_and_is_no_markup(run, tmp_path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Norland captured\x1b[31m [red]two[/red] villages\u202e[/] and a hill from Sudria.\n")
    _, out, err = run("code", str(article), *CALL, "-o", str(tmp_path / "table.txt"))
    shown = out + err + (tmp_path / "table.txt").read_text()
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    _, out, _ = run("code", str(article), *CALL)
    assert "\u202e" not in out


def test_no_party_is_told_only_where_none_is_named(run, tmp_path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Norland is a country.\n")
    assert "No party was found" not in run("code", str(article), *CALL)[2]


def test_names_that_cannot_be_encoded_are_spelled_out(run, tmp_path) -> None:
    article = tmp_path / "a\udcff.txt"
    article.write_text("Norland captured two villages.\n")
    for format in ("csv", "jsonld", "label-studio"):
        assert run("code", str(article), *CALL, "--format", format, "-o", str(tmp_path / "o"))[0] == 0


def test_articles_that_are_coded_at_once_all_reach_the_case(case, tmp_path) -> None:
    calls = []
    for number in range(3):
        article = tmp_path / f"day{number}.txt"
        article.write_text(f"The strikers have shut down {number + 3} of the berths.\n", encoding="utf-8")
        program = "from leverage.cli import main; main()"
        call = [sys.executable, "-c", program, "code", str(article), "--case", str(case), *ABOUT]
        calls.append(subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT))
    for each in calls:
        assert each.communicate()[1].startswith(b"wrote ")
        assert each.returncode == 0
    assert (case / "case.yaml").read_text().count("- id: day") == 3
