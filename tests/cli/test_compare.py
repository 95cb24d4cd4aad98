"""``leverage compare``: scenarios, cases, days and weights, and what is neither."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import jsonschema
import pytest
import yaml

from leverage.cli.schemas import schema_of

PARTS = ("evidence", "time", "coverage", "weights")


def compared(run, *arguments):
    done = run("compare", *arguments, "--format", "json")
    assert done.code == 0, done.err
    content = json.loads(done.out)
    for one in content:
        jsonschema.Draft202012Validator(schema_of("contrast")).validate(one)
        for end in one["ends"]:
            assert sum(end[part] for part in PARTS) == pytest.approx(end["new"] - end["old"], abs=1e-9)
    return {one["actor"]: one for one in content}


def moved(contrast):
    return {part for end in contrast["ends"] for part in PARTS if abs(end[part]) > 1e-9}


class TestKinds:
    def test_scenarios(self, run, kursk_folder):
        found = compared(run, "assessed", "talks-slip", "--case", kursk_folder)
        assert found["ukraine"]["kind"] == "scenarios"
        assert moved(found["ukraine"]) == moved(found["russia"]) == {"time"}
        assert found["ukraine"]["ends"][0]["change"] < 0 < found["russia"]["ends"][0]["change"]

    def test_days(self, run, kursk_folder):
        found = compared(run, "2025-01-06", "2025-01-13", "--case", kursk_folder, "--scenario", "assessed")
        assert found["ukraine"]["kind"] == "dates"
        assert moved(found["ukraine"]) == {"time"}
        assert found["ukraine"]["new"]["as_of"] == "2025-01-13"

    def test_weights(self, run, kursk_folder):
        found = compared(run, "case", "equal", "--case", kursk_folder, "--scenario", "assessed")
        assert found["ukraine"]["kind"] == "weights"
        assert moved(found["ukraine"]) == {"weights"}

    def test_weights_files(self, run, kursk_folder, seed):
        file = seed() / "weights.yaml"
        text = file.read_text().replace("territory_held: 0.30", "territory_held: 0.40")
        file.write_text(text.replace("time_remaining: 0.20", "time_remaining: 0.10"))
        found = compared(run, "case", file, "--case", kursk_folder, "--scenario", "assessed")
        change = found["ukraine"]["ends"][0]
        values = {term["leaf"]: term["value_new"] for term in change["terms"]}
        # A tenth of the weight goes from time to territory.
        assert change["change"] == pytest.approx(10 * (values["territory_held"] - values["time_remaining"]))

    def test_two_versions_of_a_case(self, run, kursk_folder, seed):
        folder = seed()
        file = folder / "case.yaml"
        text = file.read_text().replace("as_of: 2025-01-06", "as_of: 2025-01-10", 1)
        old = "reading: {anchor: in_doubt}\n    interval: {low: 0.2, high: 0.7, means: outer}"
        assert text.count(old) == 1
        file.write_text(text.replace(old, old.replace("in_doubt", "steady")))
        found = compared(run, kursk_folder, folder)
        assert found["ukraine"]["kind"] == "cases"
        assert moved(found["ukraine"]) == {"evidence", "time"}
        told = found["ukraine"]["changed_readings"]
        assert told == [
            "reliability: 40 % (20 to 70) [ua-ally-reliability] → 70 % (20 to 70) [ua-ally-reliability]"
        ]

    def test_a_case_with_itself(self, run, kursk_folder):
        found = compared(run, kursk_folder, kursk_folder, "--scenario", "assessed")
        assert moved(found["ukraine"]) == set()

    def test_policy_and_actor(self, run, kursk_folder):
        names = ("as-reported", "assessed", "--case", kursk_folder, "--actor", "russia")
        bounds, spread = (compared(run, *names, "--missing", p) for p in ("bounds", "renormalise"))
        assert list(bounds) == ["russia"]
        assert [end["end"] for end in bounds["russia"]["ends"]] == ["low", "high"]
        assert [end["end"] for end in spread["russia"]["ends"]] == ["score"]


class TestForms:
    NAMES = ("assessed", "aid-cut")

    def test_text_names_the_evidence(self, run, kursk_folder):
        out = run("compare", *self.NAMES, "--case", kursk_folder).out
        assert "Ukraine's score falls by 3.6 points" in out
        assert "Evidence that changed:" in out
        assert "[ua-monthly-cost]" in out

    def test_csv(self, run, kursk_folder):
        out = run("compare", *self.NAMES, "--case", kursk_folder, "--format", "csv").out
        rows = list(csv.DictReader(io.StringIO(out)))
        assert len(rows) == 8
        for row in rows:
            assert float(row["change"]) == pytest.approx(sum(float(row[part]) for part in PARTS))

    def test_md_and_html(self, run, kursk_folder):
        assert "## Ukraine" in run("compare", *self.NAMES, "--case", kursk_folder, "--format", "md").out
        page = run("compare", *self.NAMES, "--case", kursk_folder, "--format", "html").out
        assert page.startswith("<!DOCTYPE html>")
        assert page.count("<svg") == 2

    def test_svg_is_of_one_actor(self, run, kursk_folder):
        names = ("compare", *self.NAMES, "--case", kursk_folder, "--format", "svg")
        ET.fromstring(run(*names, "--actor", "ukraine").out)
        assert run(*names).code == 2

    def test_output(self, run, kursk_folder, tmp_path):
        file = tmp_path / "change.md"
        run("compare", *self.NAMES, "--case", kursk_folder, "--format", "md", "-o", file)
        assert file.read_text(encoding="utf-8").startswith("## Ukraine")


class TestWrongCalls:
    def test_a_scenario_without_its_case(self, run):
        done = run("compare", "assessed", "aid-cut")
        assert done.code == 2
        assert "--case" in done.err

    @pytest.mark.parametrize(
        ("names", "told"),
        [
            (("assessed", "later"), "'later' is nothing that can be compared"),
            (("2025-01-01", "2025-01-06"), "did not exist yet"),
            (("2025-13-01", "2025-01-06"), "nothing that can be compared"),
        ],
    )
    def test_unknown(self, run, kursk_folder, names, told):
        done = run("compare", *names, "--case", kursk_folder)
        assert done.code == 2
        assert told in done.err

    def test_cases_of_other_factors(self, run, kursk_folder, seed):
        """The new version scores three factors of the four."""
        folder = seed()
        file = folder / "case.yaml"
        three = "factors: [ally_backing, domestic_support, territory_held]"
        text = file.read_text().replace("weights: weights.yaml", three, 1)
        content = yaml.safe_load(text)
        content["evidence"] = [e for e in content["evidence"] if e["factor"] != "time_remaining"]
        content["scenarios"] = content["scenarios"][:1]
        del content["links"]
        file.write_text(json.dumps(content, default=str))
        done = run("compare", kursk_folder, folder)
        assert done.code == 2
        assert "different codebooks" in done.err

    def test_cases_of_other_people(self, run, kursk_folder, harbour_folder):
        done = run("compare", kursk_folder, harbour_folder)
        assert done.code == 2
        assert "no actor in common" in done.err
