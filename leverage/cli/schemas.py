"""The JSON Schemas of the project's files and results, by name."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from leverage.case import Case
from leverage.codebook import Factor
from leverage.explain import Contrast, Explanation
from leverage.model.modelfile import ModelFile
from leverage.model.weights import WeightsFile
from leverage.report.scores import ScoresDocument

SCHEMAS: dict[str, type[BaseModel]] = {
    "case": Case,
    "factor": Factor,
    "weights": WeightsFile,
    "model": ModelFile,
    "scores": ScoresDocument,
    "explanation": Explanation,
    "contrast": Contrast,
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of that name."""
    return {"$schema": DIALECT, **SCHEMAS[name].model_json_schema()}
