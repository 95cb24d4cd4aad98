"""A suggestion: what a passage of an article seems to say of a factor, until a person has reviewed it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from leverage.case import text_hash
from leverage.documents import Record

CONTEXT = 32
Direction = Literal["+", "-", "unknown"]
Confidence = Literal["low", "moderate", "high"]
Tier = Literal["top", "rest"]


class TimeReference(Record):
    """An expression of time and the days it means, both ends included."""

    text: str
    position: int = Field(ge=0, description="characters before it in the article's text")
    start: dt.date = Field(alias="from", serialization_alias="from")
    end: dt.date = Field(alias="to", serialization_alias="to")


class StatedNumber(Record):
    """A number that the passage states in a unit of the factor's scale: proposed, never taken by itself."""

    value: float
    unit: str
    low: float
    high: float
    text: str = Field(description="the words that state it")


class Suggestion(Record):
    """One factor of one actor in one passage; ``text[start:end] == exact`` holds in the article's text.

    The passage is a W3C TextQuoteSelector (`exact`, `prefix`, `suffix`) and a TextPositionSelector
    (`start`, `end`) on the text whose SHA-256 is `sha256`.
    """

    id: str = Field(pattern=r"^s-[0-9a-f]{12}$", description="made from what it says and where")
    sentence: int = Field(ge=1, description="counted from 1 in the article")
    factor: str
    indicator: str | None = Field(None, description="None where the words do not tell which")
    actor: str | None = Field(None, description="None where no party can be told")
    direction: Direction = Field(description="what it says of the actor's hand: +, - or unknown")
    strength: Annotated[int, Field(ge=1, le=3)] = Field(description="1 slight, 2 plain, 3 strong")
    confidence: Confidence
    tier: Tier
    conditional: bool = Field(description="under a condition, a wish or a doubt")
    negated: bool
    attributed_to: str | None = Field(None, description="who says so; None where the article itself does")
    time: TimeReference | None = None
    number: StatedNumber | None = None
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    exact: str = Field(min_length=1)
    prefix: str = ""
    suffix: str = ""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="of the article's text")
    rules: list[str] = Field(min_length=1, description="the rules that fired")
    codebook: str = Field(pattern=r"^[0-9a-f]{64}$", description="hash of the codebook with its patterns")
    coder: str = Field(description="patterns, or the model that suggested it")

    @model_validator(mode="after")
    def _span_is_sound(self) -> Self:
        if self.end - self.start != len(self.exact):
            raise ValueError(f"`end` − `start` is not the length of `exact` ({len(self.exact)})")
        return self

    def stands_in(self, text: str) -> bool:
        """Whether the text is the one that was coded and has the passage at its place."""
        return text_hash(text) == self.sha256 and text[self.start : self.end] == self.exact


def suggestion_id(suggestion: dict[str, object]) -> str:
    """The id of a suggestion's content: the same words, actor and factor give the same id."""
    named = ("sha256", "start", "end", "factor", "indicator", "actor", "direction", "coder")
    content = json.dumps([suggestion.get(name) for name in named])
    return f"s-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def json_lines(records: Iterable[Suggestion | TimeReference]) -> str:
    """One JSON object a line."""
    return "".join(record.model_dump_json(by_alias=True) + "\n" for record in records)
