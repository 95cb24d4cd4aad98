"""What a language model may answer, and whether each part of it stands in the article."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import ConfigDict, Field, ValidationError

from leverage.case import Span
from leverage.codebook import Codebook
from leverage.coding.suggestion import Confidence, Direction
from leverage.documents import Record


class ModelCode(Record):
    """One code, as the model answers it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    sentence: int = Field(ge=1, description="number of the sentence")
    factor: str
    indicator: str | None = None
    actor: str | None = Field(None, description="id of a party, or null")
    direction: Direction
    strength: Literal[1, 2, 3] = 2
    confidence: Confidence = "low"
    conditional: bool = False
    negated: bool = False
    attributed_to: str | None = None
    exact: str = Field(min_length=1, description="words of that sentence, copied to the letter")


class ModelAnswer(Record):
    """The whole of an answer."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    codes: list[ModelCode]


def answer_schema(codebook: Codebook, actors: Sequence[str]) -> dict[str, Any]:
    """The JSON Schema that an answer must follow, with the codebook's names and the parties' ids."""
    properties: dict[str, Any] = {
        "sentence": {"type": "integer", "minimum": 1},
        "factor": {"enum": list(codebook.names)},
        "indicator": {"enum": [*sorted({i.id for f in codebook.factors for i in f.indicators}), None]},
        "actor": {"enum": [*actors, None]},
        "direction": {"enum": ["+", "-", "unknown"]},
        "strength": {"enum": [1, 2, 3]},
        "confidence": {"enum": ["low", "moderate", "high"]},
        "conditional": {"type": "boolean"},
        "negated": {"type": "boolean"},
        "attributed_to": {"type": ["string", "null"]},
        "exact": {"type": "string", "minLength": 1},
    }
    code = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"codes": {"type": "array", "items": code}},
        "required": ["codes"],
        "additionalProperties": False,
    }


def read_answer(answer: str) -> tuple[list[ModelCode], list[str]]:
    """The codes of an answer that have its form, and what is wrong with the others."""
    try:
        data = json.loads(_unfenced(answer))
    except (ValueError, RecursionError):
        return [], ["the answer is not JSON"]
    codes = data.get("codes") if isinstance(data, dict) else None
    if not isinstance(codes, list):
        return [], ["the answer has no list `codes`"]
    sound, faults = [], []
    for number, code in enumerate(codes, 1):
        try:
            sound.append(ModelCode.model_validate(code))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            faults.append(f"code {number}: {'.'.join(map(str, first['loc']))}: {first['msg']}")
    return sound, faults


def _unfenced(answer: str) -> str:
    """The answer without a fence of Markdown around it."""
    fenced = re.fullmatch(r"\s*```(?:json)?\s*(.*?)\s*```\s*", answer, re.S)
    return fenced[1] if fenced else answer


def place_of(
    code: ModelCode, text: str, sentences: Sequence[Span], codebook: Codebook, actors: Sequence[str]
) -> Span | str:
    """Where a code's quotation stands in its sentence, or why the code is not grounded."""
    if code.sentence > len(sentences):
        return f"there is no sentence {code.sentence}; the last is {len(sentences)}"
    if code.factor not in codebook.names:
        return f"there is no factor {code.factor!r}"
    if code.indicator is not None and codebook.factor(code.factor).indicator(code.indicator) is None:
        return f"{code.factor} has no indicator {code.indicator!r}"
    if code.actor is not None and code.actor not in actors:
        return f"there is no party {code.actor!r}"
    sentence = sentences[code.sentence - 1]
    start = text.find(code.exact, sentence.start, sentence.end)
    if start < 0 or not code.exact.strip():
        return f"sentence {code.sentence} does not hold the words {code.exact!r}"
    return Span(start, start + len(code.exact))
