"""Small libraries of past cases, written by the tests: two factors of 0 to 10 points each, v = x / 10."""

import copy
import json

import pytest

from leverage.codebook import load_codebook
from leverage.lab.negotiations import load_library

FACTORS = ("grip", "patience")
# Readings of each side, (grip, patience), None for not coded; achieved by each side.
CASES = {
    "c1": (((8, 6), (4, 2)), (0.9, 0.4)),  # lead +.4, the first got more
    "c2": (((2, 4), (6, 6)), (0.3, 0.6)),  # lead -.3, the second got more
    "c3": (((6, 6), (4, 4)), (0.4, 0.6)),  # lead +.2, the second got more
    "c4": (((5, None), (3, 1)), (0.55, 0.5)),  # lead +.3, common +.2, even
}


def factor(name):
    return {
        "format": "leverage/factor/1", "id": name, "version": 1, "title": name.title(),
        "question": "How much?", "unit": "points", "bounds": [0, 10],
        "ageing": {"half_life": 30, "widening": 0.5, "life": 90},
    }  # fmt: skip


def case_of(name, readings, actors=("a", "b")):
    evidence = [
        {
            "id": f"{actor}-{what}", "actor": actor, "factor": what,
            "reading": {"value": value, "unit": "points"},
            "interval": {"low": max(0, value - 1), "high": min(10, value + 1), "means": "outer"},
            "kind": "judgement", "coder": "first coder", "note": "a reason",
        }
        for actor, values in zip("ab", readings, strict=True)
        for what, value in zip(FACTORS, values, strict=True)
        if value is not None
    ]  # fmt: skip
    other = {"a": "b", "b": "a"}
    return {
        "format": "leverage/case/1", "id": name, "title": f"Case {name}",
        "question": "Whose hand is stronger?", "as_of": "2020-01-31",
        "missing": {"policy": "bounds"}, "evidence": evidence,
        "actors": [{"id": a, "name": a.upper(), "faces": [other[a]]} for a in actors],
        "articles": [{"id": "brief", "title": "A brief", "publisher": "us", "date": "2020-01-30",
                      "sha256": "0" * 64}],
        "scenarios": [{"id": "as-reported", "title": "As reported"}],
    }  # fmt: skip


def outcome_of(name, achieved):
    return {
        "format": "leverage/outcome/1", "case": name, "settled": "2020-03-01", "coder": "first coder",
        "hindsight": True, "how": "They signed.",
        "aims": [
            {"actor": "a", "aim": "All of it", "weight": 100, "achieved": achieved[0], "why": "so"},
            {"actor": "b", "aim": "Peace", "weight": 60, "achieved": achieved[1], "why": "so"},
            {"actor": "b", "aim": "Quiet", "weight": 40, "achieved": achieved[1], "why": "so"},
        ],
        "sources": [{"title": "A text", "year": None, "address": "https://example.org/a", "used": "terms"}],
    }  # fmt: skip


def second_of(name, readings):
    return {
        "format": "leverage/second-coding/1", "case": name, "coder": "second coder",
        "blind": "Saw the brief.", "readings": [
            {"actor": actor, "factor": what, "reading": {"value": value, "unit": "points"}}
            for actor, values in zip("ab", readings, strict=True)
            for what, value in zip(FACTORS, values, strict=True)
            if value is not None
        ],
    }  # fmt: skip


class Libraries:
    """Writes a library to a folder and loads it."""

    def __init__(self, folder):
        self.folder, self.features = folder / "library", folder / "features"
        self.features.mkdir()
        for name in FACTORS:
            (self.features / f"{name}.yaml").write_text(json.dumps(factor(name)))
        self.codebook = load_codebook([self.features], shipped=False)

    def write(self, cases=CASES, actors=("a", "b"), second=None, edit=None):
        """Write cases; `second` has second readings by case; `edit(name, files)` spoils the contents."""
        for name, (readings, achieved) in cases.items():
            files = {
                "case.yaml": case_of(name, readings, actors),
                "outcome.yaml": outcome_of(name, achieved),
            }
            if second and name in second:
                files["second-coder.yaml"] = second_of(name, second[name])
            files = copy.deepcopy(files)
            if edit:
                edit(name, files)
            (self.folder / name).mkdir(parents=True, exist_ok=True)
            for file, content in files.items():
                (self.folder / name / file).write_text(json.dumps(content, indent=1))
        return self.folder

    def load(self, *args, **more):
        """Write and load."""
        return load_library(self.write(*args, **more), self.codebook)


@pytest.fixture
def libraries(tmp_path):
    return Libraries(tmp_path)


@pytest.fixture
def all_cases():
    return CASES
