"""What an experiment is run from, and what every experiment gives back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from leverage import __version__
from leverage.codebook import Codebook
from leverage.documents import Document
from leverage.lab.definitions import Definition
from leverage.lab.experiments.session import Session
from leverage.lab.store import Store, project_root
from leverage.render import Table


@dataclass(frozen=True)
class Place:
    """A definition's file, and what a call adds to it.

    Attributes
    ----------
    document : Document
        For faults at their line.
    folder : Path
        The file's folder.
    codebook : Codebook or None
        The project's own where None.
    data : Path or None
        A folder of research data that takes the place of the definition's.
    store : Store
        Where the experiment is going to be logged.
    """

    document: Document
    folder: Path
    store: Store
    codebook: Codebook | None = None
    data: Path | None = None

    def resolve(self, name: str) -> Path | None:
        """A path seen from the file's folder, else from its project's; None where there is nothing."""
        for start in (self.folder, project_root(self.folder)):
            if (start / name).exists():
                return start / name
        return None


class Plan(Protocol):
    """An experiment whose definition and inputs were read and found in order."""

    @property
    def content(self) -> Mapping[str, Any]:
        """What decides the numbers beside the definition: digests of the inputs, for JSON."""
        ...

    @property
    def params(self) -> Mapping[str, object]:
        """What was chosen, as MLflow's parameters of the parent run."""
        ...

    def run(self, session: Session) -> ExperimentResult:
        """Do what has not been done, log it, and give the whole result."""
        ...


@dataclass(frozen=True)
class ExperimentResult:
    """What an experiment found.

    Attributes
    ----------
    definition : Definition
    run : str
        The id of the parent run.
    children : tuple of str
        The ids of the runs below it.
    """

    definition: Definition
    run: str
    children: tuple[str, ...]

    def to_tables(self) -> list[Table]:
        """The result for people."""
        return []


def key_of(definition: Definition, content: Mapping[str, Any]) -> str:
    """The digest by which an experiment that was interrupted is found again.

    Of the definition, the version of this package and the digests of the inputs; not of the place
    where the inputs lie.
    """
    told = {**definition.model_dump(mode="json", exclude={"data"}), "version": __version__, **content}
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()
