"""The JSON Schemas of the project's files and results, by name."""

from __future__ import annotations

import importlib
from typing import Any

# Named, not imported: a command pays only for the schema that it prints.
SCHEMAS = {
    "case": "leverage.case:Case",
    "factor": "leverage.codebook:Factor",
    "weights": "leverage.model:WeightsFile",
    "experiment": "leverage.lab:ExperimentFile",
    "outcome": "leverage.lab.negotiations.files:Outcome",
    "second-coding": "leverage.lab.negotiations.files:SecondCoding",
    "decisions": "leverage.coding.decisions:DecisionsFile",
    "model": "leverage.model:ModelFile",
    "scores": "leverage.report:ScoresDocument",
    "explanation": "leverage.explain:Explanation",
    "robustness": "leverage.robustness:Robustness",
    "contrast": "leverage.explain:Contrast",
    "history": "leverage.lab.history:HistoryDocument",
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of that name."""
    module, _, model = SCHEMAS[name].partition(":")
    return {"$schema": DIALECT, **getattr(importlib.import_module(module), model).model_json_schema()}
