"""``leverage init`` and ``leverage schema``: a case that is valid at once, and schemas that say so."""

import json
from pathlib import Path

import jsonschema
import pytest

from leverage.cli.schemas import SCHEMAS, schema_of
from leverage.codebook import load_codebook
from leverage.documents import Document

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted(ROOT.glob("seeds/*/case.yaml"))
WEIGHTS = sorted(ROOT.glob("seeds/*/weights.yaml"))
FACTORS = sorted(path for path in ROOT.glob("features/*.yaml") if path.name != "codebook.yaml")


def validator(kind):
    return jsonschema.Draft202012Validator(schema_of(kind))


class TestInit:
    def test_the_new_case_is_in_order_and_can_be_scored(self, run, tmp_path):
        done = run("init", tmp_path / "new")
        assert (done.code, done.err) == (0, "")
        assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
            "article.md",
            "case.schema.json",
            "case.yaml",
            "weights.yaml",
        ]
        assert done.out.splitlines()[-1] == f"Next: leverage check {tmp_path / 'new'}"
        check = run("check", tmp_path / "new")
        assert check.code == 0
        assert "my-case is in order." in check.out
        scores = json.loads(run("score", tmp_path / "new", "--format", "json").out)["scores"]
        assert {row["scenario"] for row in scores} == {"as-reported", "second-machine"}
        assert run("explain", tmp_path / "new").code == 0

    def test_its_weights_name_the_codebook_of_today(self, run, tmp_path):
        run("init", tmp_path / "new")
        assert f'codebook: "{load_codebook().hash[:12]}"' in (tmp_path / "new" / "weights.yaml").read_text()

    def test_its_schema_is_the_one_that_is_printed(self, run, tmp_path):
        run("init", tmp_path / "new")
        assert (tmp_path / "new" / "case.schema.json").read_text(encoding="utf-8") == run(
            "schema", "case"
        ).out
        case = (tmp_path / "new" / "case.yaml").read_text(encoding="utf-8")
        assert case.startswith("# yaml-language-server: $schema=case.schema.json\n")

    def test_an_empty_folder_will_do(self, run, tmp_path):
        assert run("init", tmp_path).code == 0

    def test_a_folder_that_is_not_empty_is_refused(self, run, tmp_path):
        (tmp_path / "mine.txt").write_text("mine")
        done = run("init", tmp_path)
        assert (done.code, done.out) == (2, "")
        assert done.err == (
            f"leverage: {tmp_path} exists and is not empty\n    → name a new folder; nothing was written\n"
        )
        assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]

    @pytest.mark.parametrize("name", ["mine.txt", "mine.txt/case", "a" * 300])
    def test_what_can_be_no_folder_is_refused(self, run, tmp_path, name):
        (tmp_path / "mine.txt").write_text("mine")
        done = run("init", tmp_path / name)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("leverage: ")
        assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


class TestSchema:
    @pytest.mark.parametrize("kind", SCHEMAS)
    def test_each_is_a_schema(self, run, kind):
        done = run("schema", kind)
        assert (done.code, done.err) == (0, "")
        schema = json.loads(done.out)
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"

    def test_it_can_be_written_to_a_file(self, run, tmp_path):
        done = run("schema", "case", "-o", tmp_path / "deep" / "case.json")
        assert (done.code, done.out) == (0, "")
        assert json.loads((tmp_path / "deep" / "case.json").read_text()) == schema_of("case")

    def test_an_unknown_kind(self, run):
        done = run("schema", "cases")
        assert done.code == 2
        assert done.err.startswith(
            "leverage: there is no schema 'cases'\n    → did you mean 'case'? Known: case"
        )

    @pytest.mark.parametrize(
        ("kind", "file"),
        [
            *(("case", path) for path in CASES),
            *(("weights", path) for path in WEIGHTS),
            *(("factor", path) for path in FACTORS),
        ],
        ids=lambda part: part if isinstance(part, str) else f"{part.parent.name}-{part.stem}",
    )
    def test_what_is_shipped_is_valid(self, kind, file):
        validator(kind).validate(Document.load(file).data)

    def test_results_are_valid(self, run, harbour_folder):
        scores = json.loads(run("score", harbour_folder, "--format", "json").out)
        validator("scores").validate(scores)
        command = ("explain", harbour_folder, "--actor", "union", "--format", "json")
        validator("explanation").validate(json.loads(run(*command).out))
        command = ("compare", "assessed", "tugs-join", "--case", harbour_folder, "--format", "json")
        for change in json.loads(run(*command).out):
            validator("contrast").validate(change)

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("as_of: 2025-03-03", "as_of: 5"),
            ("deadline:", "deadlin:"),
            ("kind: fact", "kind: facts"),
            ("value: 71", "value: true"),
            ('{value: 71, unit: "%"}', '{value: 71, unit: "%", anchor: split}'),
            ("interval: {low: 60, high: 80, means: outer}", "interval: about"),
            ("do: shift", "do: shft"),
            ("{policy: bounds}", "{policy: guess}"),
        ],
    )
    def test_an_editor_finds_what_the_loader_finds(self, write_case, old, new):
        data = Document.load(write_case() / "case.yaml").data
        validator("case").validate(data)
        spoiled = Document.load(write_case((old, new)) / "case.yaml").data
        assert not validator("case").is_valid(spoiled)
