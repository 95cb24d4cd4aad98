"""What happens to suggestions: an event each, with who and when, from which the log is made."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from leverage.case import Evidence
from leverage.coding.insertion import Edit
from leverage.coding.suggestion import Suggestion
from leverage.documents import Record


class _Event(Record):
    at: AwareDatetime = Field(description="when, with its offset from UTC")
    by: str = Field(min_length=1, description="who")


class Suggested(_Event):
    """A suggestion came in."""

    event: Literal["suggested"] = "suggested"
    article: str | None = Field(None, description="the article's id in the case")
    suggestion: Suggestion


class _Decision(_Event):
    id: str = Field(description="the suggestion's id")


class Accepted(_Decision):
    """It became evidence: reading, interval, kind, stake, grade and note are in `evidence`."""

    event: Literal["accepted"] = "accepted"
    evidence: Evidence
    edit: Edit = Field(description="what was written into case.yaml, so that it can be taken out again")


class Edited(_Decision):
    """Some of its fields were corrected before it was decided on."""

    event: Literal["edited"] = "edited"
    changes: dict[str, Any] = Field(min_length=1, description="fields of the suggestion, with new values")


class Rejected(_Decision):
    """It is none."""

    event: Literal["rejected"] = "rejected"
    reason: str = ""


class Skipped(_Decision):
    """It waits for another day."""

    event: Literal["skipped"] = "skipped"


class Undone(_Decision):
    """The last decision on it holds no longer."""

    event: Literal["undone"] = "undone"


class Reanchored(_Decision):
    """The article's text changed, and its passage was found again."""

    event: Literal["reanchored"] = "reanchored"
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    exact: str
    prefix: str
    suffix: str
    sha256: str = Field(description="of the text that it stands in now")


class Lost(_Decision):
    """The article's text changed, and its passage is not in it any more."""

    event: Literal["lost"] = "lost"
    sha256: str = Field(description="of the text that it was looked for in")
    reason: str = ""


Decision = Accepted | Edited | Rejected | Skipped | Undone | Reanchored | Lost
Event = Suggested | Decision
EVENTS: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])

LASTING = (Reanchored, Lost)
"""Where a text changed is no person's decision, so no undo takes it back."""
