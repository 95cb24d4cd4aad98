"""Scenarios: a parent, the dates that move, and the changes, each with its reason."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from leverage.case.evidence import Grade, IntervalOrExact, Passage, Reading, Slug, Target, Text
from leverage.documents import Day, Item, Items, Real


class _Change(Target):
    author: Text = Field(description="who changes it")
    reason: Text = Field(description="why, in a sentence")


class SetReading(_Change):
    """Replace every piece of evidence on a reading by a stated one."""

    do: Literal["set"]
    reading: Reading = Field(description="{value: …, unit: …} or {anchor: …}")
    interval: IntervalOrExact = Field(description="{low: …, high: …, means: outer} or exact")
    kind: Literal["assumption", "judgement"] = Field("judgement", description="assumption or judgement")
    passage: Passage | None = Field(None, description="words it rests on, where there are any")
    grade: Grade | None = None


class ShiftReading(_Change):
    """Move every piece of evidence on a reading, with its interval, by a stated step."""

    do: Literal["shift"]
    by: Real = Field(description="the step, up or down")
    unit: str = Field(min_length=1, description="the step's unit")


class DropReading(_Change):
    """Take away every piece of evidence on a reading, so that it is missing."""

    do: Literal["drop"]


Change = Annotated[SetReading | ShiftReading | DropReading, Field(discriminator="do")]


class Scenario(Item):
    """A state of the world to be scored. Without a parent it starts from the case's evidence."""

    id: Slug
    title: Text
    about: str = Field("", description="what it supposes, in a sentence or two")
    parent: Slug | None = Field(None, description="the scenario it starts from")
    as_of: Day | None = Field(None, description="its as-of date; the parent's where not stated")
    deadline: Day | None = Field(None, description="its deadline; the parent's where not stated")
    changes: Items[Change] = Field(default_factory=list)
