"""The model file: codebook, weights and policy in one JSON document that a person can read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from leverage.case import MissingPolicy
from leverage.codebook import Codebook, Factor
from leverage.documents import Document, Item
from leverage.faults import InputError
from leverage.model.weight_files import Points
from leverage.model.weights import TOLERANCE, Weights


class _CodebookPart(Item):
    version: str
    hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    factors: list[Factor]


class _WeightsPart(Item):
    id: str
    title: str
    scheme: str
    factors: dict[str, Points]
    author: str = ""
    reason: str = ""
    notes: list[str] = Field(default_factory=list)


class ModelFile(Item):
    """What a model file holds."""

    format: Literal["leverage/model/1"] = Field(description="leverage/model/1")
    missing: MissingPolicy
    weights: _WeightsPart
    codebook: _CodebookPart


@dataclass(frozen=True)
class ScoringModel:
    """A codebook with weights for its factors and a policy for missing ones.

    Attributes
    ----------
    codebook : Codebook
    weights : Weights
    missing : str
    """

    codebook: Codebook
    weights: Weights
    missing: MissingPolicy

    def to_json(self) -> str:
        """The model file's text; the same model gives the same bytes."""
        file = ModelFile(
            format="leverage/model/1",
            missing=self.missing,
            weights=_WeightsPart(
                id=self.weights.id,
                title=self.weights.title,
                scheme=self.weights.scheme,
                factors=dict(self.weights.factors),
                author=self.weights.author,
                reason=self.weights.reason,
                notes=list(self.weights.notes),
            ),
            codebook=_CodebookPart(
                version=self.codebook.version, hash=self.codebook.hash, factors=list(self.codebook.factors)
            ),
        )
        return (
            json.dumps(file.model_dump(mode="json", exclude_none=True), indent=2, ensure_ascii=False) + "\n"
        )

    def save(self, path: Path | str) -> None:
        """Write the model file."""
        Path(path).write_text(self.to_json(), encoding="utf-8")


def load_model(path: Path | str) -> ScoringModel:
    """Read a model file.

    Raises
    ------
    InputError
        The file is wrong, its weights do not fit its factors, or its codebook was edited without
        its hash.
    """
    return read_model(Document.load(Path(path)))


def read_model(document: Document) -> ScoringModel:
    """The model of a document that was read already; see `load_model`."""
    file = document.validate(ModelFile)
    codebook = Codebook(tuple(file.codebook.factors), file.codebook.version)
    faults = []
    if codebook.hash != file.codebook.hash:
        problem = "the factors are not those that the hash stands for"
        remedy = f"restore the file; if the change is meant, write `{codebook.hash}`"
        faults.append(document.fault(("codebook", "hash"), problem, remedy))
    weighed = file.weights.factors
    if set(weighed) != set(codebook.names):
        problem = f"the weights name {', '.join(weighed)}; the factors are {', '.join(codebook.names)}"
        faults.append(document.fault(("weights", "factors"), problem, "weigh exactly these factors"))
    if abs(sum(weighed.values()) - 1.0) > TOLERANCE:
        problem = f"the weights sum to {sum(weighed.values()):.6g}, not 1"
        faults.append(document.fault(("weights", "factors"), problem, "make them sum to 1"))
    if faults:
        raise InputError(faults)
    part = file.weights
    weights = Weights(
        part.id, part.title, part.scheme, part.factors, part.author, part.reason, tuple(part.notes)
    )
    return ScoringModel(codebook, weights, file.missing)
