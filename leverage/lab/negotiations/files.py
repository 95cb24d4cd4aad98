"""The two files beside a past case: what each side got in the end, and how a second coder read it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from leverage.case.evidence import Reading, Slug, Target, Text
from leverage.documents import Day, Item, Items, Real

Share = Annotated[Real, Field(ge=0, le=1)]


class Aim(Item):
    """What a side sought, and the share of it that the terms gave."""

    actor: Slug = Field(description="the id of an actor of the case")
    aim: Text = Field(description="what it sought, as stated before terms were set")
    weight: Annotated[Real, Field(gt=0, le=100)] = Field(description="points of 100 that a side shares out")
    achieved: Share = Field(description="what share of the aim the terms gave, 0 to 1")
    why: Text = Field(description="what the terms say on it")


class SourceUsed(Item):
    """A text that was read for the case."""

    title: Text
    year: int | None = Field(description="year of publication; null where it is not told")
    address: Text = Field(description="where it was read")
    used: Text = Field(description="for what it was used")


class Outcome(Item):
    """The content of an ``outcome.yaml``: who got how much of what it sought, judged in hindsight."""

    format: Literal["leverage/outcome/1"] = Field(description="leverage/outcome/1")
    case: Slug = Field(description="the case's id")
    settled: Day = Field(description="the day terms were set, or the dispute ended without terms")
    coder: Text
    hindsight: Literal[True] = Field(description="true: it is judged by people who know how it ended")
    how: Text = Field(description="how it ended, in a sentence or two")
    aims: Items[Aim] = Field(description="main aims of both sides; a side's weights sum to 100")
    sources: Items[SourceUsed] = Field(description="one or more")


class SecondReading(Target):
    """One reading by the second coder."""

    reading: Reading = Field(description="{value: …, unit: …} or {anchor: …}")
    note: str = Field("", description="how the coder came to it")


class SecondCoding(Item):
    """The content of a ``second-coder.yaml``: readings by one who saw neither outcome nor first coding."""

    format: Literal["leverage/second-coding/1"] = Field(description="leverage/second-coding/1")
    case: Slug = Field(description="the case's id")
    coder: Text
    blind: Text = Field(description="what the coder saw, and what not, in a sentence")
    readings: Items[SecondReading] = Field(description="one for each actor and reading")
