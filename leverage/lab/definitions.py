"""The keys that the definition of every kind of experiment has."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from leverage.documents import Document, Item
from leverage.faults import Fault


class Definition(Item):
    """The keys that every kind of experiment has."""

    format: Literal["leverage/experiment/1"] = Field(description="leverage/experiment/1")
    kind: str
    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", description="the experiment's name in MLflow, without spaces"
    )
    title: str = Field(min_length=1, description="what is asked, in a sentence")
    about: str = Field("", description="why, and how to read the result")

    def faults(self, document: Document) -> list[Fault]:
        """What is wrong with sound values taken together, at their place in the file."""
        del document
        return []
