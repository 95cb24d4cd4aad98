"""Experiments: definitions that are checked as a whole, and what they log."""

import json
from pathlib import Path

import pytest

from leverage.faults import InputError
from leverage.lab import run_experiment, tracking
from leverage.lab.runs import PARENT_TAG

from .conftest import CASE, write_case

WEIGHTS = """
format: leverage/weights/1
id: all-ground
title: All ground
author: tests
reason: to turn the order
codebook: {hash}
scheme: direct
factors: {{ground: 1, will: 0}}
"""
DEFINITION = """
format: leverage/experiment/1
kind: score-cases
name: two-weightings
title: Do weights matter?
cases: [tiny, cases/other]
weightings: [equal, all-ground.yaml]
policies: [bounds, renormalise]
"""


@pytest.fixture
def project(tmp_path, codebook):
    """A project with two cases and a definition."""
    root = tmp_path / "project"
    (root / "experiments").mkdir(parents=True)
    (root / "pyproject.toml").touch()
    write_case(root / "tiny")
    write_case(root / "cases" / "other", CASE.replace("id: tiny", "id: other").replace("id: now", "id: first")
               .replace("parent: now", "parent: first"))  # fmt: skip
    (root / "experiments" / "all-ground.yaml").write_text(WEIGHTS.format(hash=f"'{codebook.hash}'"))
    return root


def define(project, text=DEFINITION):
    path = project / "experiments" / "definition.yaml"
    path.write_text(text)
    return path


def faults_of(project, codebook, store, text):
    with pytest.raises(InputError) as caught:
        run_experiment(define(project, text), store=store, codebook=codebook)
    client = store.client()
    assert [each.name for each in client.search_experiments()] == ["Default"]  # nothing was begun
    return caught.value.faults


def test_parent_and_children(project, codebook, store):
    steps = []
    path = define(project)
    result = run_experiment(path, store=store, codebook=codebook, on_step=steps.append)
    client = store.client()
    parent = client.get_run(result.run)
    assert client.get_experiment(parent.info.experiment_id).name == "two-weightings"
    assert parent.info.status == "FINISHED"
    assert parent.data.params["weightings"] == "equal, all-ground.yaml"
    children = client.search_runs(
        [parent.info.experiment_id], f"tags.`{PARENT_TAG}` = '{result.run}'", order_by=["start_time"]
    )
    assert {child.info.run_id for child in children} == set(result.children)
    assert len(children) == 2 * 2 * 2
    assert {f"logging {child.info.run_name}" for child in children} == set(steps)
    assert {child.data.params["weighting"] for child in children} == {"equal", "all-ground"}
    assert all(child.outputs.model_outputs for child in children)
    names = {each.path for each in client.list_artifacts(result.run)}
    assert names == {"experiment.yaml", "table.csv", "table.json", "table.md", "table.html"}


def test_the_table_by_hand(project, codebook, store, tmp_path):
    result = run_experiment(define(project), store=store, codebook=codebook)
    path = store.client().download_artifacts(result.run, "table.json", str(tmp_path))
    cells = json.loads(Path(path).read_text())
    assert len(cells) == 2 * 2 * 2 * 2 * 2  # cases, policies, scenarios, actors, weightings
    found = {
        (c["scenario"], c["actor"], c["policy"], c["weighting"]): c for c in cells if c["case"] == "tiny"
    }
    ground = {"red": 80.81812, "blue": 52.18073}  # 100 (1 - e^(-2x)) / (1 - e^-2) at 0.6 and 0.3
    red = found["rallied", "red", "bounds", "equal"]
    blue = found["rallied", "blue", "bounds", "equal"]
    assert red["score"] == pytest.approx((ground["red"] + 42.5) / 2, abs=1e-4)
    assert blue["score"] == pytest.approx((ground["blue"] + 87.5) / 2, abs=1e-4)
    assert (red["rank"], blue["rank"]) == (2, 1)
    assert (red["change"], red["rank_change"]) == (0, 0)
    red = found["rallied", "red", "bounds", "all-ground"]
    assert red["score"] == pytest.approx(ground["red"], abs=1e-4)
    assert red["change"] == pytest.approx((ground["red"] - 42.5) / 2, abs=1e-4)
    assert (red["rank"], red["rank_change"]) == (1, -1)
    missing = found["now", "blue", "bounds", "equal"]
    assert missing["score"] is missing["rank"] is missing["change"] is missing["rank_change"] is None
    assert found["now", "red", "bounds", "equal"]["rank"] is None  # bounds overlap
    known = found["now", "blue", "bounds", "all-ground"]  # what is missing weighs nothing here
    assert known["score"] == pytest.approx(ground["blue"], abs=1e-4)
    assert known["change"] is known["rank_change"] is None
    metrics = store.client().get_run(result.run).data.metrics
    assert metrics["rank_changes.all-ground.bounds"] == 4  # both actors, both cases
    assert metrics["rank_changes.equal.bounds"] == 0
    assert metrics["largest_change.equal.bounds"] == 0


def test_the_table_for_people(project, codebook, store):
    path = define(project, DEFINITION.replace(", renormalise", ""))
    result = run_experiment(path, store=store, codebook=codebook)
    assert [cell.weighting for cell in result.cells[:4]] == ["equal", "all-ground"] * 2
    text = result.to_table().to_text(160)
    assert "Do weights matter?" in text
    assert "−1" in text
    frame = result.to_frame()
    assert frame["score"].isna().sum() == 2
    assert frame["rank"].dtype == "Int64"


def test_the_same_experiment_gives_the_same_table(project, codebook, store):
    path = define(project, DEFINITION.replace(", cases/other", "").replace(", renormalise", ""))
    first = run_experiment(path, store=store, codebook=codebook)
    second = run_experiment(path, store=store, codebook=codebook)
    assert first.cells == second.cells
    assert first.run != second.run


def test_scenarios_are_kept_where_a_case_has_them(project, codebook, store):
    text = DEFINITION.replace(", renormalise", "") + "scenarios: [now, rallied, first]\n"
    result = run_experiment(define(project, text), store=store, codebook=codebook)
    kept = {(cell.case, cell.scenario) for cell in result.cells}
    assert kept == {("tiny", "now"), ("tiny", "rallied"), ("other", "first"), ("other", "rallied")}


def test_a_child_that_breaks_fails_its_parent_too(project, codebook, store, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr("leverage.lab.tracking.log_model", broken)
    with pytest.raises(RuntimeError):
        run_experiment(define(project), store=store, codebook=codebook)
    client = store.client()
    runs = client.search_runs([store.experiment("two-weightings", client)])
    assert [run.info.status for run in runs] == ["FAILED", "FAILED"]


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("kind: score-cases", "kind: score-case", 3, "score-cases"),
        ("title: Do weights matter?", "title: Do weights matter?\nseed: 1", 6, "`seed` is not a key here"),
        ("name: two-weightings", "name: Default", 4, "MLflow's own experiment"),
        ("cases/other", "cases/othr", 6, "there is no case 'cases/othr'"),
        ("cases/other", "./tiny", 6, "another case has the id 'tiny' too"),
        ("cases/other", "tiny", 6, "'tiny' appears twice"),
        ("[equal,", "[equal, equal,", 7, "'equal' appears twice"),
        ("all-ground.yaml", "no-ground.yaml", 7, "there are no weights 'no-ground.yaml'"),
        ("renormalise]", "renormalize]", 8, "renormalise"),
        ("renormalise]", "renormalise]\nscenarios: [rally]", 9, "did you mean 'rallied'"),
        ("renormalise]", "renormalise]\nscenarios: [first]", 9, "tiny has none of the scenarios first"),
        ("renormalise]", "renormalise]\nbaseline: actor:green", 7, "green"),
    ],
)
def test_wrong_definitions_are_told_with_their_place(project, codebook, store, old, new, line, told):
    assert old in DEFINITION
    faults = faults_of(project, codebook, store, DEFINITION.replace(old, new))
    assert told in "\n".join(map(str, faults))
    assert faults[0].file.endswith("definition.yaml")
    assert faults[0].line == line


def test_faults_of_cases_and_weights_are_told_together(project, codebook, store):
    write_case(
        project / "tiny", CASE.replace("id: tiny", "id: tiny\nwhat: 1").replace("red-cost", "red cost")
    )
    faults = faults_of(project, codebook, store, DEFINITION.replace("cases/other", "cases/none"))
    assert len(faults) == 3


# --- folders of cases -------------------------------------------------------------------------


@pytest.fixture
def library(project, codebook):
    """A folder of folders of cases, in which one case leaves a factor out."""
    for number, name in enumerate(("a/early", "a/deep/er"), 1):
        write_case(project / "library" / name, CASE.replace("id: tiny", f"id: case-{number}"))
    one_factor = CASE.partition("  - {id: red-support")[0].replace(
        "missing: {", "factors: [ground]\nmissing: {"
    )
    text = one_factor.replace("id: tiny", "id: case-0") + "scenarios:\n  - {id: now, title: Now}\n"
    write_case(project / "library" / "b" / "late", text)
    return project / "library"


def test_a_folder_of_folders_stands_for_all_its_cases(library, project, codebook, store):
    path = define(project, DEFINITION.replace("[tiny, cases/other]", "[tiny, library]"))
    result = run_experiment(path, store=store, codebook=codebook)
    assert list(dict.fromkeys(cell.case for cell in result.cells)) == ["tiny", "case-2", "case-1", "case-0"]
    weightings = {
        case: {cell.weighting for cell in result.cells if cell.case == case} for case in ("case-1", "case-0")
    }
    assert weightings == {"case-1": {"equal", "all-ground"}, "case-0": {"equal"}}  # a factor less: no fit
    assert result.left_out == ("Not scored: case-0 under all-ground, which does not fit it.",)
    assert result.left_out[0] in result.to_table().notes
    assert len(result.children) == 3 * 2 * 2 + 2


def test_a_case_of_a_folder_without_the_scenarios_is_left_out(library, project, codebook, store):
    text = DEFINITION.replace("[tiny, cases/other]", "[library]") + "scenarios: [rallied]\n"
    result = run_experiment(define(project, text), store=store, codebook=codebook)
    assert {cell.case for cell in result.cells} == {"case-1", "case-2"}
    assert result.left_out == ("Not scored: case-0 has none of the scenarios rallied.",)


def test_a_case_that_fits_no_weighting_is_a_fault(library, project, codebook, store):
    text = DEFINITION.replace("[tiny, cases/other]", "[library]").replace("equal, ", "")
    faults = faults_of(project, codebook, store, text)
    assert {Path(fault.file).name for fault in faults} == {"definition.yaml", "all-ground.yaml"}
    assert any(fault.problem == "no weighting fits case-0" and fault.line == 7 for fault in faults)


def test_a_folder_without_a_case_is_a_fault(project, codebook, store):
    (project / "empty").mkdir()
    (fault,) = faults_of(project, codebook, store, DEFINITION.replace("cases/other", "empty"))
    assert "there is no case in 'empty'" in fault.problem


def test_what_was_logged_before_a_failure_is_kept(project, codebook, store, monkeypatch):
    log_model, calls = tracking.log_model, []

    def broken(*args, **kwargs):
        calls.append(args)
        if len(calls) == 3:
            raise RuntimeError("disk full")
        return log_model(*args, **kwargs)

    monkeypatch.setattr(tracking, "log_model", broken)
    with pytest.raises(RuntimeError):
        run_experiment(define(project), store=store, codebook=codebook)
    result = run_experiment(define(project), store=store, codebook=codebook)
    assert len(calls) == 3 + 6
    client = store.client()
    statuses = [run.info.status for run in client.search_runs([store.experiment("two-weightings", client)])]
    assert sorted(statuses) == ["FAILED"] + ["FINISHED"] * 9
    assert len(set(result.children)) == 8
