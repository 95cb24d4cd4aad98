"""``leverage robustness`` from the command line."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import pytest

QUICK = ("--draws", "200", "--samples", "200")


def test_the_table_says_how_sure_the_ranking_is(run, kursk_folder):
    done = run("robustness", kursk_folder, "--scenario", "assessed", *QUICK)
    assert done.code == 0
    assert "Russia stays ahead of Ukraine under 53 % of all weightings." in done.out
    assert "9.4 points of weight move from territory held to time remaining" in done.out


def test_json(run, harbour_folder):
    told = json.loads(run("robustness", harbour_folder, "--format", "json", *QUICK).out)
    assert told["format"] == "leverage/robustness/1"
    assert [pair["scenario"] for pair in told["pairs"]][:2] == ["as-reported", "assessed"]
    pair = told["pairs"][1]
    assert (pair["ahead"], pair["behind"]) == ("union", "operator")
    assert 0.5 < pair["win_share"] <= 1
    assert set(told["stability"]) == {"ally_backing", "domestic_support", "territory_held", "time_remaining"}


def test_csv_has_a_row_a_pair(run, kursk_folder):
    rows = list(csv.DictReader(io.StringIO(run("robustness", kursk_folder, "--format", "csv", *QUICK).out)))
    assert len(rows) == 8
    assert rows[1]["flip"].startswith("territory_held>time_remaining 9.39")
    assert rows[0]["win_share"] == ""
    assert float(rows[0]["win_share_least"]) < float(rows[0]["win_share_most"])


@pytest.mark.parametrize("picture", ["matrix", "tornado", "triangle", "time"])
def test_pictures(run, kursk_folder, picture, tmp_path):
    file = tmp_path / "picture.svg"
    options = ("--scenario", "assessed", "--format", "svg", "--picture", picture, "-o", file)
    assert run("robustness", kursk_folder, *options, *QUICK).code == 0
    assert ET.parse(file).getroot().tag.endswith("svg")


@pytest.mark.parametrize("form", ["md", "html"])
def test_documents(run, kursk_folder, form):
    done = run("robustness", kursk_folder, "--scenario", "assessed", "--format", form, *QUICK)
    assert done.code == 0
    assert "stays ahead" in done.out


def test_partial_knowledge_and_several_weightings(run, kursk_folder):
    options = ("--scenario", "assessed", "--weights", "case", "--weights", "equal", "--around", "20")
    options += ("--rank-order", "stated", "--weight-range", "territory_held=20:40", "--grades")
    done = run("robustness", kursk_folder, *options, "--distribution", "pert", *QUICK)
    assert done.code == 0
    assert "The 2 weightings agree on 1 of 1 orders" in done.out
    assert "territory held ≥ domestic support = ally backing ≥ time remaining" in " ".join(done.out.split())
    assert "beta distributions by PERT" in done.out
    assert "Grades of sources widen intervals" in done.out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--weight-range", "time=1"), "'time=1' is no range"),
        (("--weight-range", "time=a:b"), "'time=a:b' is no range"),
        (("--weight-range", "time_remaining=0:9", "--weight-range", "time_remaining=1:2"), "named once"),
        (("--weight-range", "tme_remaining=0:9"), "did you mean 'time_remaining'"),
        (("--rank-order", "time_remaining"), "leaves out"),
        (("--around", "-1"), "concentration is -1"),
        (("--samples", "0"), "0 sampled weightings"),
        (("--draws", "0"), "0 draws"),
        (("--scenario", "asessed"), "did you mean 'assessed'"),
        (("--format", "svg", "--picture", "tornado", "--scenario", "as-reported"), "nothing to draw"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_a_user_gets_wrong_is_told(run, kursk_folder, options, says):
    done = run("robustness", kursk_folder, *options)
    assert done.code == 2
    assert says in done.err
    assert "→" in done.err
