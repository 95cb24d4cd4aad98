"""``leverage score``: the shape that others read, all forms, exit codes, no clock and no order of hashes."""

import csv
import io
import json
import math
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import jsonschema
import pytest
import yaml

from leverage.cli.schemas import schema_of


def strict(text):
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


class TestJson:
    KEYS = ("scenario", "actor", "score", "low", "high", "coverage", "baseline", "contributions", "missing")

    def test_the_stated_shape(self, run, kursk_folder):
        done = run("score", kursk_folder, "--format", "json")
        content = strict(done.out)
        assert done.code == 0
        assert content["case"] == "kursk-2025-01"
        assert {"case", "model", "scores"} <= set(content)
        for record in content["scores"]:
            assert set(self.KEYS) <= set(record)
            assert record["baseline"] == 0
            assert list(record["contributions"]) == [
                "ally_backing",
                "domestic_support",
                "territory_held",
                "time_remaining",
            ]

    def test_missing_is_null_and_the_range_stands(self, run, kursk_folder):
        done = run(
            "score", kursk_folder, "--format", "json", "--scenario", "as-reported", "--actor", "russia"
        )
        (record,) = strict(done.out)["scores"]
        assert record["score"] is None
        assert record["contributions"]["ally_backing"] is None
        assert record["contributions"]["domestic_support"] is None
        assert record["missing"] == ["ally_backing", "domestic_support"]
        # What is coded, and 25 points for each of the missing factors
        coded = record["contributions"]["territory_held"] + record["contributions"]["time_remaining"]
        assert record["low"] < coded < record["high"]
        assert record["high"] - record["low"] > 50

    def test_adds_up(self, run, kursk_folder):
        for policy in ("bounds", "renormalise", "assume"):
            done = run("score", kursk_folder, "--format", "json", "--missing", policy)
            for record in strict(done.out)["scores"]:
                if record["score"] is not None:
                    total = math.fsum(points or 0 for points in record["contributions"].values())
                    assert record["score"] == pytest.approx(record["baseline"] + total, abs=1e-9)

    def test_validates_against_the_published_schema(self, run, kursk_folder):
        content = strict(run("score", kursk_folder, "--format", "json", "--weights", "equal").out)
        jsonschema.Draft202012Validator(schema_of("scores")).validate(content)

    def test_nothing_coded_is_null_not_nan(self, run, seed):
        folder = seed()
        file = folder / "case.yaml"
        text = file.read_text()
        head, evidence, _ = text.partition("\nevidence:\n")
        assert evidence
        file.write_text(head + "\nscenarios:\n  - {id: empty, title: Empty}\n")
        for policy in ("bounds", "renormalise"):
            done = run("score", folder, "--format", "json", "--missing", policy)
            assert done.code == 0
            for record in strict(done.out)["scores"]:
                assert (record["score"], record["coverage"]) == (None, 0)
                # The deadline is known, so time cannot be quite as bad as it can be.
                assert 0 < record["low"] < 5
                assert 95 < record["high"] <= 100

    def test_asking_twice_is_asking_once(self, run, kursk_folder):
        twice = ("--scenario", "assessed", "--scenario", "assessed", "--weights", "case", "--weights", "case")
        content = strict(run("score", kursk_folder, "--format", "json", *twice).out)
        assert len(content["scores"]) == 2


class TestForms:
    def test_table(self, run, kursk_folder):
        out = run("score", kursk_folder).out
        assert "As reported" in out
        assert "20.1–73.1" in out
        assert "not a probability" in out

    def test_csv_has_every_digit(self, run, kursk_folder):
        rows = list(csv.DictReader(io.StringIO(run("score", kursk_folder, "--format", "csv").out)))
        content = strict(run("score", kursk_folder, "--format", "json").out)
        assert len(rows) == len(content["scores"])
        for row, record in zip(rows, content["scores"], strict=True):
            assert (row["scenario"], row["actor"]) == (record["scenario"], record["actor"])
            assert float(row["low"]) == record["low"]
            assert (row["score"] == "") == (record["score"] is None)

    def test_md(self, run, kursk_folder):
        out = run("score", kursk_folder, "--format", "md").out
        assert out.count("\n| ") >= 9
        assert "not a probability" in out

    def test_html(self, run, kursk_folder):
        out = run("score", kursk_folder, "--format", "html").out
        assert out.startswith("<!DOCTYPE html>")
        assert "<script" not in out
        assert "<caption>" in out
        assert "<svg" in out

    def test_svg(self, run, kursk_folder):
        root = ET.fromstring(run("score", kursk_folder, "--format", "svg").out)
        assert root.get("role") == "img"

    def test_output_writes_the_same_to_a_file(self, run, kursk_folder, tmp_path):
        file = tmp_path / "new" / "scores.json"
        done = run("score", kursk_folder, "--format", "json", "-o", file)
        assert done.out == ""
        assert f"wrote {file}" in done.err
        assert file.read_text(encoding="utf-8") == run("score", kursk_folder, "--format", "json").out

    def test_weightings_side_by_side(self, run, kursk_folder):
        out = run("score", kursk_folder, "--weights", "case", "--weights", "equal").out
        assert "Equal weights" in out
        assert re.search(r"territory.held 25 %", " ".join(out.split()))

    @pytest.mark.parametrize("scheme", ["entropy", "critic"])
    def test_weights_from_data_say_from_how_many_rows(self, run, kursk_folder, scheme):
        content = strict(run("score", kursk_folder, "--format", "json", "--weights", scheme).out)
        assert sum(content["model"]["weights"].values()) == pytest.approx(1)
        assert content["model"]["notes"] == [
            "from 15 of 16 rows of the feature table, those without missing factors"
        ]


class TestWhatMustNotMatter:
    """Scores of a case whose file says the same in another way."""

    def scores(self, run, folder):
        content = strict(run("score", folder, "--format", "json").out)
        return {(r["scenario"], r["actor"]): (r["score"], r["low"], r["high"]) for r in content["scores"]}

    def same(self, run, folder, original):
        first, second = self.scores(run, original), self.scores(run, folder)
        assert set(first) == set(second)
        for key, numbers in first.items():
            for one, other in zip(numbers, second[key], strict=True):
                assert one == other is None or one == pytest.approx(other, abs=1e-9)

    def edit(self, folder, *edits):
        file = folder / "case.yaml"
        text = file.read_text()
        for old, new in edits:
            assert text.count(old) >= 1, old
            text = text.replace(old, new, 1)
        file.write_text(text)

    def test_units(self, run, seed, kursk_folder):
        """Square kilometres, shares or per cent; weeks or days."""
        folder = seed()
        self.edit(
            folder,
            (
                "reading: {value: 440, unit: km2}\n        interval: {low: 350, high: 530, means: outer}",
                f"reading: {{value: {440 / 1376!r}, unit: share}}\n"
                f"        interval: {{low: {350 / 1376!r}, high: {530 / 1376!r}, means: outer}}",
            ),
            (
                "reading: {value: 2.5, unit: weeks}\n    interval: {low: 2, high: 3, means: outer}",
                "reading: {value: 17.5, unit: days}\n    interval: {low: 14, high: 21, means: outer}",
            ),
            (
                'reading: {value: 38, unit: "%"}\n        interval: {low: 33, high: 51, means: outer}',
                "reading: {value: 0.38, unit: share}\n"
                "        interval: {low: 0.33, high: 0.51, means: outer}",
            ),
        )
        self.same(run, folder, kursk_folder)

    def test_order_of_actors(self, run, seed, kursk_folder):
        folder = seed()
        file = folder / "case.yaml"
        text = file.read_text()
        start, end = text.index("  - id: ukraine\n    name"), text.index("# The hash is the text's")
        actors = text[start:end]
        second = actors.index("  - id: russia\n    name")
        file.write_text(text[:start] + actors[second:].rstrip() + "\n" + actors[:second] + "\n" + text[end:])
        self.same(run, folder, kursk_folder)

    def test_order_of_factors_in_the_weights(self, run, seed, kursk_folder):
        folder = seed()
        file = folder / "weights.yaml"
        head, factors = file.read_text().split("factors:\n")
        file.write_text(head + "factors:\n" + "\n".join(reversed(factors.splitlines())) + "\n")
        self.same(run, folder, kursk_folder)

    def test_order_of_evidence(self, run, seed, harbour_folder):
        folder = seed("harbour-strike")
        file = folder / "case.yaml"
        content = yaml.safe_load(file.read_text())
        content["evidence"].reverse()
        file.write_text(json.dumps(content, default=str))
        self.same(run, folder, harbour_folder)

    def test_the_case_file_itself_may_be_named(self, run, kursk_folder):
        assert run("score", kursk_folder / "case.yaml").out == run("score", kursk_folder).out


class TestWrongCalls:
    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (["--scenario", "asessed"], "did you mean 'assessed'"),
            (["--actor", "france"], "there is no actor 'france'"),
            (["--weights", "even"], "there are no weights 'even'"),
            (["--format", "pdf"], "pdf"),
            (["--missing", "ignore"], "ignore"),
            (["--nonsense"], "nonsense"),
            (["-o", "/dev/null/x"], "cannot be written"),
        ],
    )
    def test_exit_with_2_and_say_why(self, run, kursk_folder, arguments, told):
        done = run("score", kursk_folder, *arguments)
        assert done.code == 2
        assert told in done.err
        assert "Traceback" not in done.err
        assert done.out == ""

    def test_two_weightings_of_one_id_are_refused(self, run, kursk_folder, tmp_path):
        """Rows name their weighting by its id: two of one id could not be told apart."""
        text = (kursk_folder / "weights.yaml").read_text(encoding="utf-8")
        other = tmp_path / "other.yaml"
        other.write_text(text, encoding="utf-8")
        done = run("score", kursk_folder, "--weights", "case", "--weights", other)
        assert (done.code, done.out) == (2, "")
        assert "two weightings have the id kursk-direct" in done.err
        other.write_text(text.replace("id: kursk-direct", "id: red-team"), encoding="utf-8")
        assert run("score", kursk_folder, "--weights", "case", "--weights", other).code == 0

    def test_without_a_case(self, run):
        assert run("score").code == 2

    def test_assume_with_gaps_is_the_cases_fault(self, run, seed):
        folder = seed()
        file = folder / "case.yaml"
        text = file.read_text()
        start = text.index("  assumptions:\n")
        file.write_text(text[:start] + text[text.index("\n# Evidence: one reading each") :])
        done = run("score", folder, "--missing", "assume", "--scenario", "as-reported")
        assert done.code == 1
        assert "nothing is stated for" in done.err
        assert "nothing was written" in done.err


COMMANDS = [
    ["score", "--format", "json"],
    ["score", "--format", "html"],
    ["explain", "--scenario", "assessed", "--format", "html"],
    ["explain", "--scenario", "assessed", "--format", "md"],
    ["report"],
]


def test_the_same_bytes_whatever_the_hash_seed(kursk_folder):
    calls = [[name, str(kursk_folder), *options] for name, *options in COMMANDS]
    program = (
        "import sys\n"
        "from leverage.cli import main\n"
        f"for arguments in {calls!r}:\n"
        "    sys.argv = ['leverage', *arguments]\n"
        "    try:\n"
        "        main()\n"
        "    except SystemExit as done:\n"
        "        assert not done.code\n"
    )
    first, second = (
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
            timeout=60,
            check=True,
        ).stdout
        for seed in ("1", "2")
    )
    assert first == second
    assert len(first) > 100_000
    assert os.fsencode(str(kursk_folder)) not in first
