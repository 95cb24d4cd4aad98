"""Evidence: one reading of one factor or indicator for one actor, and what it rests on."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from leverage.documents import Day, Item, Real

Slug = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", description="letters, digits and . _ -, without spaces"),
]
Text = Annotated[str, Field(min_length=1)]
Kind = Literal["fact", "assumption", "judgement"]


class Number(Item):
    """A number with its unit."""

    value: Real = Field(description="a number")
    unit: str = Field(min_length=1, description="the scale's unit, one that it accepts, or the stake's unit")


class AnchorChoice(Item):
    """A named step of the codebook's scale."""

    anchor: str = Field(min_length=1, description="the id of an anchor of the scale")


def _kind_of_reading(value: Any) -> str | None:
    if isinstance(value, Number | AnchorChoice):
        return "(number)" if isinstance(value, Number) else "(anchor)"
    return None if not isinstance(value, dict) else "(anchor)" if "anchor" in value else "(number)"


# The forms are told apart before they are validated, so that a fault is told for one of them alone.
Reading = Annotated[
    Annotated[Number, Tag("(number)")] | Annotated[AnchorChoice, Tag("(anchor)")],
    Discriminator(
        _kind_of_reading,
        custom_error_type="form",
        custom_error_message="neither a number with its unit nor an anchor",
    ),
]


class Interval(Item):
    """How far the reading may be off, in the reading's own unit (the scale's for an anchor)."""

    low: Real = Field(description="lowest reading")
    high: Real = Field(description="highest reading")
    means: Literal["outer", "central-90"] = Field(
        description="outer: never outside; central-90: outside in one case of ten"
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError(
                f"`interval` runs from {self.low:g} down to {self.high:g} → write the lower first"
            )
        return self


def _kind_of_interval(value: Any) -> str | None:
    if value == "exact":
        return "(word)"
    return "(ends)" if isinstance(value, dict | Interval) else None


IntervalOrExact = Annotated[
    Annotated[Interval, Tag("(ends)")] | Annotated[Literal["exact"], Tag("(word)")],
    Discriminator(
        _kind_of_interval,
        custom_error_type="form",
        custom_error_message="neither an interval nor the word exact",
    ),
]


class Passage(Item):
    """The words of an article behind a reading: W3C TextQuoteSelector and TextPositionSelector."""

    article: Slug = Field(description="the id of an article of the case")
    exact: Text = Field(description="the words, exactly as the article has them")
    prefix: str = Field("", description="words just before, where the quotation stands more than once")
    suffix: str = Field("", description="words just after, where the quotation stands more than once")
    start: int | None = Field(None, ge=0, description="characters before it in the text; checked where given")
    end: int | None = Field(None, ge=0, description="characters up to its end; checked where given")


class Grade(Item):
    """The Admiralty code: how good the source is, and how credible what it says; two separate fields."""

    source: Literal["A", "B", "C", "D", "E", "F"] = Field(
        description="A reliable … E unreliable, F cannot be judged"
    )
    information: Literal[1, 2, 3, 4, 5, 6] = Field(
        description="1 confirmed … 5 improbable, 6 cannot be judged"
    )

    def __str__(self) -> str:
        return f"{self.source}{self.information}"

    def words(self) -> str:
        """The grade spelled out, ``B2: usually reliable; probably true``."""
        return f"{self}: {_SOURCE[self.source]}; {_INFORMATION[self.information]}"


_SOURCE = {
    "A": "reliable source",
    "B": "usually reliable source",
    "C": "fairly reliable source",
    "D": "source not usually reliable",
    "E": "unreliable source",
    "F": "source cannot be judged",
}
_INFORMATION = {
    1: "confirmed",
    2: "probably true",
    3: "possibly true",
    4: "doubtful",
    5: "improbable",
    6: "truth cannot be judged",
}


class Target(Item):
    """What a reading is of: an actor's factor, its indicator, and the stake where it is read per stake."""

    actor: Slug = Field(description="the id of an actor of the case")
    factor: Slug = Field(description="the id of a factor of the codebook")
    indicator: Slug | None = Field(None, description="the indicator, where the factor has indicators")
    stake: Slug | None = Field(None, description="the stake, where the indicator is read per stake")


class CodedTime(Item):
    """The days that an expression of time in the passage means, both ends included."""

    text: Text
    start: Day = Field(alias="from", serialization_alias="from")
    end: Day = Field(alias="to", serialization_alias="to")


class Coded(Item):
    """What the reviewed suggestion said of the passage. It is kept along, and never becomes a number."""

    suggestion: Slug = Field(description="the id of the suggestion in suggestions.jsonl")
    direction: Literal["+", "-", "unknown"] = Field(description="what the passage says of the actor's hand")
    strength: int = Field(ge=1, le=3, description="1 slight, 2 plain, 3 strong")
    conditional: bool = Field(False, description="said under a condition, a wish or a doubt")
    negated: bool = False
    attributed_to: Text | None = Field(None, description="who says so; absent where the article itself does")
    time: CodedTime | None = Field(None, description="the time that the passage speaks of")


class Evidence(Target):
    """A piece of evidence: a fact needs a passage, an assumption or judgement a note with its reason."""

    id: Slug
    reading: Reading = Field(description="{value: …, unit: …} or {anchor: …}")
    interval: IntervalOrExact = Field(description="{low: …, high: …, means: outer} or exact")
    kind: Kind = Field(description="fact, assumption or judgement")
    coder: Text = Field(description="who read it so")
    passage: Passage | None = Field(None, description="the words it rests on")
    grade: Grade | None = Field(None, description="Admiralty grade of the source and of what it says")
    date: Day | None = Field(None, description="when it held; the article's date where not stated")
    status: Literal["accepted", "suggested", "rejected", "superseded"] = Field(
        "accepted", description="only accepted evidence is scored"
    )
    note: str = Field("", description="how the coder came to the reading")
    coded: Coded | None = Field(None, description="the reviewed suggestion that it came from")

    @model_validator(mode="after")
    def _rests_on_something(self) -> Self:
        if self.kind == "fact" and self.passage is None:
            raise ValueError(
                "a fact has no passage → quote the article, or call it a judgement or an assumption"
            )
        if self.kind != "fact" and not self.note:
            article = {"assumption": "an assumption", "judgement": "a judgement"}[self.kind]
            raise ValueError(f"{article} has no reason → give it in `note`")
        return self
