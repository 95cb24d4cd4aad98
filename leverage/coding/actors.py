"""The parties of an article that belongs to no case."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from leverage.case import Actor, Event
from leverage.documents import Document, Item, Items
from leverage.faults import InputError


class ActorsFile(Item):
    """The content of an actors' file: a list of actors, or a mapping with dated events beside them."""

    actors: Items[Actor]
    events: Items[Event] = Field(default_factory=list)


def read_actors(path: Path) -> ActorsFile:
    """Read parties, and events where there are any; an `InputError` tells every fault by line."""
    document = Document.load(path)
    if isinstance(document.data, list):
        document = document.under("actors")
    read = document.validate(ActorsFile)
    ids = [actor.id for actor in read.actors]
    faults = [
        document.fault(
            ("actors", actor.index, "id"), f"two actors have the id {actor.id!r}", "name each once"
        )
        for at, actor in enumerate(read.actors)
        if actor.id in ids[:at]
    ]
    if not read.actors:
        faults.append(
            document.fault(("actors",), "there is no actor", "list each as {id: …, name: …, aliases: […]}")
        )
    if faults:
        raise InputError(faults)
    return read
