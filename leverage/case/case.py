"""A case: a question, who faces whom over which stakes, what was reported, and what may happen."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, Strict, model_validator

from leverage.case.evidence import Evidence, IntervalOrExact, Number, Reading, Slug, Target, Text
from leverage.case.scenario import Scenario
from leverage.documents import Day, Item, Items

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="64 hexadecimal digits")]
Aim = Literal["territory", "policy", "government", "other"]
CountryCode = Annotated[int, Strict(), Field(ge=2, le=990)]
MissingPolicy = Literal["bounds", "renormalise", "assume"]


class Actor(Item):
    """A party to the negotiation."""

    id: Slug
    name: Text
    aliases: list[Text] = Field(default_factory=list, description="other names that articles use")
    faces: list[Slug] = Field(default_factory=list, description="ids of the actors across the table")
    country: CountryCode | None = Field(
        None,
        description="for `lab history` alone: a whole number from 2 to 990, the state's Correlates of War "
        "number",
    )
    seeks: list[Aim] | None = Field(
        None,
        description="for `lab history` alone: what it seeks to change, of territory, policy, government and "
        "other; [] for nothing, absent where it is not known",
    )


class Article(Item):
    """A source. Without a file its quotations show as not verified here."""

    id: Slug
    title: Text
    publisher: Text
    date: Day = Field(description="date of publication, YYYY-MM-DD")
    sha256: Sha256
    file: str | None = Field(
        None, min_length=1, max_length=255, description="the text's file in the case's folder"
    )
    restates: str | None = Field(None, description="for a restatement in own words: what it restates")


class Stake(Item):
    """Something at stake: territory, or any bargaining chip, of which the actors hold shares."""

    id: Slug
    title: Text
    about: str = ""
    size: Number | None = Field(None, description="the whole of it, so that a share can be read in this unit")

    @model_validator(mode="after")
    def _has_a_size(self) -> Self:
        if self.size is not None and self.size.value <= 0:
            raise ValueError(f"`size` {self.size.value:g} is not above 0 → write the whole of the stake")
        return self


class Event(Item):
    """A dated event that articles name, by which "before the inauguration" becomes days."""

    name: Text = Field(description="as articles write it, without an article: inauguration")
    aliases: list[Text] = Field(default_factory=list, description="other words for it")
    date: Day = Field(description="its day, or its first")
    until: Day | None = Field(None, description="its last day, where it has several")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.until is not None and self.until < self.date:
            raise ValueError(f"`until` {self.until} lies before `date` {self.date} → write the later day")
        return self


class Assumption(Target):
    """A reading to use under the policy `assume` where nothing is coded; a judgement, never evidence."""

    reading: Reading
    interval: IntervalOrExact
    author: Text = Field(description="who assumes it")
    reason: Text = Field(description="why, in a sentence")


class Missing(Item):
    """What a missing factor does to a score, unless the call says otherwise."""

    policy: MissingPolicy = Field(description="bounds, renormalise or assume")
    assumptions: Items[Assumption] = Field(default_factory=list, description="readings for the policy assume")


class Link(Item):
    """A stated dependence between factors. The model stays additive: a link is told, not computed."""

    source: Slug = Field(description="the factor that acts")
    target: Slug = Field(description="the factor that it is said to move")
    actor: Slug
    says: Text = Field(description="the link in a sentence")


class Case(Item):
    """The content of a ``case.yaml``."""

    format: Literal["leverage/case/1"] = Field(description="leverage/case/1")
    id: Slug
    title: Text
    question: Text = Field(description="what the scores are to inform, as a question")
    as_of: Day = Field(description="the day the evidence is judged from, YYYY-MM-DD")
    deadline: Day | None = Field(None, description="the day terms are set; without it time is missing")
    actors: Items[Actor] = Field(description="two or more parties")
    opponents: Literal["mean", "highest", "lowest"] | None = Field(
        None, description="with several opponents: which of their readings an actor is set against"
    )
    articles: Items[Article] = Field(default_factory=list)
    stakes: Items[Stake] = Field(default_factory=list)
    events: Items[Event] = Field(
        default_factory=list, description="dated events, for the expressions of time in articles"
    )
    factors: list[Slug] | None = Field(
        None, min_length=1, description="the factors scored; all of the codebook where absent"
    )
    weights: str | None = Field(
        None,
        min_length=1,
        max_length=255,
        description="a weights file in the case's folder; equal where absent",
    )
    missing: Missing
    evidence: Items[Evidence] = Field(default_factory=list)
    scenarios: Items[Scenario] = Field(description="one or more")
    links: Items[Link] = Field(default_factory=list)
    started_by: Slug | None = Field(
        None, description="for `lab history` alone: the id of the actor that took the first action"
    )
