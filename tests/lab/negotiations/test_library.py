"""The library: what it loads, every fault at once with its place, and agreement of the coders."""

import json
from pathlib import Path

import numpy as np
import pytest

from leverage.cli import main
from leverage.coding.alpha import pair_alpha
from leverage.faults import InputError
from leverage.lab.negotiations import agree, list_library, load_library, pair_readings

SECOND = {"c1": ((7, 6), (4, 5)), "c4": ((5, 2), (3, None))}


def test_who_got_more(libraries):
    library = libraries.load()
    assert [n.id for n in library] == ["c1", "c2", "c3", "c4"]
    assert [n.got_more for n in library] == ["a", "b", "b", None]
    assert [n.margin for n in library] == pytest.approx([0.5, -0.3, -0.2, 0.05])
    assert [n.told() for n in library][:1] == ["a 0.90 > b 0.40"]


@pytest.mark.parametrize(("achieved", "winner"), [((0.6, 0.5), "a"), ((0.59, 0.5), None), ((0.5, 0.6), "b")])
def test_a_tenth_is_no_longer_even(libraries, achieved, winner):
    (one,) = libraries.load({"c": (((1, 1), (1, 1)), achieved)})
    assert one.got_more == winner


def test_every_fault_of_every_file_at_once(libraries, all_cases):
    def spoil(name, files):
        case, outcome, second = (files.get(f"{f}.yaml") for f in ("case", "outcome", "second-coder"))
        if name == "c1":
            case["articles"][0]["date"] = "2020-02-15"
            outcome["settled"] = "2020-01-31"
            outcome["aims"][1]["weight"] = 50
            second["readings"][0]["factor"] = "gripp"
            second["readings"][1]["reading"] = {"value": 11, "unit": "points"}
            second["readings"].append(dict(second["readings"][2]))
        if name == "c2":
            outcome["case"] = "c9"
            outcome["hindsight"] = False
            outcome["aims"][0]["actor"] = "z"
            outcome["aims"][1]["achieved"] = 1.5
            outcome["sources"] = []
        if name == "c3":
            del files["outcome.yaml"]
        if name == "c4":
            second["case"] = "c1"
            second["readings"][0]["stake"] = "land"
            second["readings"][1]["indicator"] = "depth"

    folder = libraries.write(all_cases, second=SECOND, edit=spoil)
    with pytest.raises(InputError) as caught:
        load_library(folder, libraries.codebook)
    told = [(str(Path(f.file).relative_to(folder)), f.problem) for f in caught.value.faults]
    for file, part in [
        ("c1/case.yaml", "'brief' of 2020-02-15 is later than the as-of date 2020-01-31"),
        ("c1/outcome.yaml", "seen from 2020-01-31, and it was settled on 2020-01-31"),
        ("c1/outcome.yaml", "the weights of the aims of 'b' sum to 90"),
        ("c1/second-coder.yaml", "no factor 'gripp'"),
        ("c1/second-coder.yaml", "11 points lies out of bounds"),
        ("c1/second-coder.yaml", "grip of b is read twice"),
        ("c2/outcome.yaml", "about the case 'c9', and stands beside 'c2'"),
        ("c2/outcome.yaml", "`hindsight`"),
        ("c2/outcome.yaml", "no actor 'z'"),
        ("c2/outcome.yaml", "`achieved`"),
        ("c2/outcome.yaml", "no source is named"),
        ("c3/outcome.yaml", "no such file"),
        ("c4/second-coder.yaml", "about the case 'c1', and stands beside 'c4'"),
        ("c4/second-coder.yaml", "grip is not read per stake"),
        ("c4/second-coder.yaml", "no indicator 'depth'"),
    ]:
        assert any(where == file and part in problem for where, problem in told), (file, part, told)
    placed = [f for f in caught.value.faults if not f.problem.startswith("there is no such file")]
    assert all(f.line and f.column for f in placed)


def test_a_case_of_three_sides_is_none_of_these(libraries):
    def spoil(_, files):
        files["case.yaml"]["actors"].append({"id": "c", "name": "C", "faces": ["a"]})

    with pytest.raises(InputError, match="the case has 3 actors"):
        libraries.load({"c": (((1, 1), (1, 1)), (0.6, 0.5))}, edit=spoil)


def test_a_folder_without_cases_or_none_at_all(tmp_path, libraries):
    with pytest.raises(InputError, match=r"holds a case\.yaml"):
        load_library(tmp_path, libraries.codebook)
    with pytest.raises(InputError, match="is no folder"):
        load_library(tmp_path / "nowhere", libraries.codebook)


def test_second_readings_stand_alone(libraries, all_cases):
    library = libraries.load(all_cases, second=SECOND)
    one, _, _, four = library
    np.testing.assert_allclose(one.second.v, [[0.7, 0.6], [0.4, 0.5]])
    # What the second coder left out is missing, though the first has it.
    np.testing.assert_allclose(four.second.v, [[0.5, 0.2], [0.3, np.nan]])
    np.testing.assert_allclose(four.first.v, [[0.5, np.nan], [0.3, 0.1]])


def test_agreement_by_hand(libraries, all_cases):
    library = libraries.load(all_cases, second=SECOND)
    pairs, alone = [], np.zeros(2, dtype=int)
    for negotiation in (library.negotiations[0], library.negotiations[3]):
        found, *counts = pair_readings(negotiation.first, negotiation.second)
        pairs, alone = pairs + found, alone + counts
    assert [p[:3] for p in pairs[:2]] == [("c1", "a", "grip"), ("c1", "a", "patience")]
    # c1: grip 8/7 and 4/4, patience 6/6 and 2/5; c4: grip 5/5 and 3/3, patience by one of them each.
    assert [p.first for p in pairs] == pytest.approx([0.8, 0.6, 0.4, 0.2, 0.5, 0.3])
    assert [p.second for p in pairs] == pytest.approx([0.7, 0.6, 0.4, 0.5, 0.5, 0.3])
    assert tuple(alone) == (1, 1)
    found = agree(pairs, *alone, draws=50)
    assert (found.cases, found.overall.readings, found.only_first, found.only_second) == (2, 6, 1, 1)
    values = np.array([0.8, 0.6, 0.4, 0.2, 0.5, 0.3, 0.7, 0.6, 0.4, 0.5, 0.5, 0.3])
    chance = ((values[:, None] - values) ** 2).sum() / (12 * 11)
    observed = 2 * (0.01 + 0.09) / 12
    assert found.overall.alpha == pytest.approx(1 - observed / chance)
    grip = next(g for g in found.factors if g.name == "grip")
    assert grip.alpha == pytest.approx(pair_alpha([0.8, 0.4, 0.5, 0.3], [0.7, 0.4, 0.5, 0.3]))
    assert grip.mean_difference == pytest.approx(0.025)
    assert found.overall.mean_difference == pytest.approx(0.4 / 6)
    # The first coder's intervals are a point either way: 7 lies in 7 to 9, 5 does not in 1 to 3.
    assert found.overall.within_interval == pytest.approx(5 / 6)
    largest = found.largest[0]
    assert (largest.case, largest.actor, largest.measure) == ("c1", "b", "patience")
    assert not largest.within_interval
    assert len(found.largest) == 2
    assert found.overall.alpha_low <= found.overall.alpha <= found.overall.alpha_high
    within = pair_alpha([p.first for p in pairs], [p.second for p in pairs], [p.factor for p in pairs])
    assert found.overall.alpha_within == pytest.approx(within)
    assert agree([]) is None


def test_the_list(libraries, all_cases):
    document = list_library(libraries.load(all_cases, second=SECOND), draws=20)
    assert document.to_text().startswith("The authors' judgement in hindsight")
    four = document.cases[3]
    assert ([s.factors for s in four.sides], four.factors, four.second_coder) == ([1, 2], 2, "second coder")
    assert four.sources == ["A text (no year), https://example.org/a: terms"]
    assert "a 0.55 ≈ b 0.50" in document.to_text()
    bare = list_library(libraries.load(all_cases), draws=20)
    assert bare.agreement is not None  # the files of the second coder still stand there
    for path in libraries.folder.glob("*/second-coder.yaml"):
        path.unlink()
    bare = list_library(load_library(libraries.folder, libraries.codebook))
    assert "No case has a second coding yet" in bare.to_text()


@pytest.fixture
def run(monkeypatch, capsys):
    def call(*arguments):
        monkeypatch.setattr("sys.argv", ["leverage", "lab", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as leave:
            code = leave.code or 0
        return code, *capsys.readouterr()

    return call


def shipped(libraries, monkeypatch):
    """Let the command line read the tests' factors as the project's codebook."""
    monkeypatch.setattr("leverage.lab.negotiations.loading.load_codebook", lambda: libraries.codebook)


def test_the_command(run, libraries, monkeypatch):
    shipped(libraries, monkeypatch)
    folder = libraries.write()
    code, out, err = run("library", "--data", folder, "--format", "json")
    assert code == 0, err
    found = json.loads(out)
    assert [case["got_more"] for case in found["cases"]] == ["a", "b", "b", None]
    assert run("library", "--data", folder)[1].startswith("The authors' judgement in hindsight")
    (folder / "c1" / "outcome.yaml").write_text("format: leverage/outcome/2\n")
    code, _, err = run("library", "--data", folder)
    assert code == 1
    assert "c1/outcome.yaml:1:" in err
    assert "Traceback" not in err


def test_the_backtest_command(run, libraries, monkeypatch, tmp_path):
    shipped(libraries, monkeypatch)
    folder = libraries.write()
    code, out, err = run("backtest", "negotiations", "--data", folder, "--predictions", tmp_path / "p.csv")
    assert code == 0, err
    assert out.startswith("The authors' judgement in hindsight")
    assert (tmp_path / "p.csv").read_text().startswith("case,model,lead,p_first_got_more,first,got_more\nc1,")
    code, out, _ = run("backtest", "negotiations", "--data", folder, "--format", "json")
    found = json.loads(out)
    assert next(iter(found)) == "caution"
    assert {"n", "prl", "auc_decided", "log_loss", "base_log_loss", "models"} <= set(found)
    code, _, err = run("backtest", "negotiations", "--data", folder, "--full")
    assert (code, "--full is not for negotiations" in err) == (2, True)
