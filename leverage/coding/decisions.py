"""Decisions on suggestions, as a reviewer makes them and as a review sheet writes them to a file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from leverage.case.case import Sha256
from leverage.case.evidence import Grade, IntervalOrExact, Kind, Reading, Slug, Text
from leverage.coding.suggestion import Direction
from leverage.documents import Item, Items

FORMAT = "leverage/decisions/1"
SuggestionId = Annotated[str, Field(pattern=r"^s-[0-9a-f]{12}$", description="the suggestion's id")]
EDITABLE = ("factor", "indicator", "actor", "direction")
"""What a reviewer may correct in a suggestion; the passage too, in the terminal."""


class Corrected(Item):
    """What a reviewer corrects in a suggestion; a key that is absent stays as it was suggested."""

    factor: Slug | None = Field(None, description="the factor that the passage speaks of")
    indicator: Slug | None = Field(None, description="the indicator; with another factor it is its own")
    actor: Slug | None = Field(None, description="the actor that it speaks of")
    direction: Direction | None = Field(None, description="+, - or unknown")

    def changes(self, factor: str) -> dict[str, Any]:
        """The corrections by name; another factor than `factor` takes the old indicator away."""
        found = {name: value for name in EDITABLE if (value := getattr(self, name)) is not None}
        if found.get("factor", factor) != factor:
            found.setdefault("indicator", None)
        return found


class Accept(Corrected):
    """The suggestion becomes evidence, with a reading that the reviewer gives."""

    do: Literal["accept"]
    id: SuggestionId
    stake: Slug | None = Field(None, description="the stake, where the indicator is read per stake")
    reading: Reading = Field(description="{value: …, unit: …} or {anchor: …}")
    interval: IntervalOrExact = Field(description="{low: …, high: …, means: outer} or exact")
    kind: Kind = Field(description="fact, assumption or judgement")
    note: str = Field("", description="how the coder came to the reading; a fact needs none")
    grade: Grade | None = Field(None, description="Admiralty grade of the source and of what it says")


class Reject(Item):
    """The suggestion is none."""

    do: Literal["reject"]
    id: SuggestionId
    reason: str = Field("", description="why")


class Skip(Item):
    """The suggestion waits for another day."""

    do: Literal["skip"]
    id: SuggestionId


class Correct(Corrected):
    """The suggestion is corrected and not yet decided on."""

    do: Literal["edit"]
    id: SuggestionId
    start: int | None = Field(None, ge=0, description="where its passage begins in the article's text")
    end: int | None = Field(None, ge=1, description="where its passage ends")


Choice = Annotated[Accept | Reject | Skip | Correct, Field(discriminator="do")]


class DecisionsFile(Item):
    """What a review sheet exports and ``leverage review CASE --apply FILE`` takes in."""

    format: Literal["leverage/decisions/1"] = Field(description="leverage/decisions/1")
    case: Slug = Field(description="the case's id")
    article: Slug = Field(description="the article's id in the case")
    sha256: Sha256 = Field(description="of the article's text that was reviewed")
    codebook: Sha256 = Field(description="hash of the codebook that the reviewer worked by")
    coder: Text | None = Field(None, description="who decided; --coder where absent")
    decisions: Items[Choice] = Field(description="one for each suggestion that was decided on")
