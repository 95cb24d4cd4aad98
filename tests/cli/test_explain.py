"""``leverage explain``: whose score, against what, in every form."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import jsonschema
import pytest

from leverage.cli.schemas import schema_of
from leverage.explain import Explanation


class TestChoice:
    def test_the_first_scenario_and_every_actor(self, run, kursk_folder):
        out = run("explain", kursk_folder, "--no-flips").out
        assert "Ukraine in “As reported”, against Russia" in out
        assert "Russia in “As reported”, against Ukraine" in out
        assert "Assessed" not in out

    def test_several_scenarios(self, run, kursk_folder):
        names = ("--scenario", "assessed", "--scenario", "aid-cut", "--scenario", "assessed")
        out = run("explain", kursk_folder, *names, "--actor", "ukraine", "--no-flips", "--brief").out
        assert out.count("=====\n") == 2

    @pytest.mark.parametrize(
        ("baseline", "words"),
        [
            ("opponent", "against Russia"),
            ("mean", "against the mean of Ukraine, Russia"),
            ("actor:russia", "against Russia"),
            ("scenario:as-reported", "against Ukraine in “As reported”"),
            ("bottom", "Ukraine in “Assessed”\n"),
        ],
    )
    def test_baselines(self, run, kursk_folder, baseline, words):
        chosen = ("--scenario", "assessed", "--actor", "ukraine", "--baseline", baseline, "--no-flips")
        assert words in run("explain", kursk_folder, *chosen).out

    def test_flips_are_there_unless_refused(self, run, kursk_folder):
        chosen = ("explain", kursk_folder, "--scenario", "assessed", "--actor", "ukraine", "--brief")
        assert "What must change" in run(*chosen).out
        assert "What must change" not in run(*chosen, "--no-flips").out

    def test_articles_at_hand_verify_quotations(self, run, harbour_folder, request):
        articles = request.config.rootpath / "tests" / "data" / "articles"
        chosen = ("explain", harbour_folder, "--actor", "union", "--no-flips")
        assert "not verified here" in run(*chosen).out
        assert "not verified here" not in run(*chosen, "--articles", articles).out


class TestForms:
    ONE = ("--scenario", "assessed", "--actor", "ukraine")

    def test_json_of_one_comes_back(self, run, kursk_folder):
        out = run("explain", kursk_folder, *self.ONE, "--format", "json").out
        explanation = Explanation.from_json(out)
        jsonschema.Draft202012Validator(schema_of("explanation")).validate(json.loads(out))
        assert explanation.actor == "ukraine"
        assert explanation.flips

    def test_json_of_several_is_a_list(self, run, kursk_folder):
        out = run("explain", kursk_folder, "--format", "json", "--no-flips").out
        assert [Explanation.model_validate(each).actor for each in json.loads(out)] == ["ukraine", "russia"]

    def test_csv(self, run, kursk_folder):
        out = run("explain", kursk_folder, "--format", "csv", "--no-flips").out
        rows = list(csv.DictReader(io.StringIO(out)))
        assert [(row["actor"], row["leaf"]) for row in rows][:2] == [
            ("ukraine", "ally_backing"),
            ("ukraine", "domestic_support"),
        ]
        assert len(rows) == 8
        assert "ua-ally-strength" in rows[0]["evidence"]

    def test_html_and_md(self, run, kursk_folder):
        page = run("explain", kursk_folder, "--format", "html", "--no-flips").out
        assert page.startswith("<!DOCTYPE html>")
        assert page.count("<svg") == 2
        assert "<script" not in page
        assert (
            run("explain", kursk_folder, "--format", "md", "--no-flips").out.count("\n## ") == 1
        )  # and the first

    def test_svg(self, run, kursk_folder):
        ET.fromstring(run("explain", kursk_folder, *self.ONE, "--format", "svg", "--no-flips").out)

    def test_output(self, run, kursk_folder, tmp_path):
        file = tmp_path / "one.md"
        assert run("explain", kursk_folder, *self.ONE, "--format", "md", "-o", file).out == ""
        assert file.read_text(encoding="utf-8").startswith("## Ukraine in “Assessed”, against Russia")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--format", "svg"], "2 explanations are no one picture"),
        (["--baseline", "zero"], "there is no baseline 'zero'"),
        (["--baseline", "actor:france"], "there is no actor 'france'"),
        (["--baseline", "scenario:later"], "no scenario 'later'"),
        (["--scenario", "later"], "no scenario 'later'"),
        (["--weights", "case", "--weights", "equal"], "2 weightings are no one explanation"),
    ],
)
def test_wrong_calls(run, kursk_folder, arguments, told):
    done = run("explain", kursk_folder, "--no-flips", *arguments)
    assert done.code == 2
    assert told in done.err
    assert done.out == ""
