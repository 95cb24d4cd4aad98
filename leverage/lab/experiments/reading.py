"""Reading a definition: YAML or TOML, by its kind, with every fault at its line."""

from __future__ import annotations

from pathlib import Path

from leverage.documents import Document, read_text
from leverage.faults import InputError, suggest_name
from leverage.lab.definitions import Definition
from leverage.lab.experiments.kinds import KINDS
from leverage.lab.experiments.toml import TomlDocument
from leverage.lab.store import DEFAULT_EXPERIMENT


def read_experiment(path: Path | str) -> Definition:
    """Read and validate a definition; the inputs that it names are not read.

    Parameters
    ----------
    path : Path or str
        A file that ends in .toml, or a YAML or JSON file.

    Raises
    ------
    InputError
        Every fault of the file, with its line.
    """
    return validated(read_document(Path(path)))


def read_document(path: Path) -> Document:
    """The file with the place of every value, by the language that its ending tells."""
    kind = TomlDocument if path.suffix.lower() == ".toml" else Document
    return kind(read_text(path), str(path))


def validated(document: Document) -> Definition:
    """The definition that a document holds, by its kind."""
    told = document.data.get("kind") if isinstance(document.data, dict) else None
    if told is not None and told not in KINDS:
        remedy = suggest_name(str(told), list(KINDS))
        raise InputError([document.fault(("kind",), f"there is no kind {told!r} of experiment", remedy)])
    definition = document.validate(KINDS[str(told)].definition if told else Definition)
    faults = definition.faults(document)
    if definition.name == DEFAULT_EXPERIMENT:
        problem, remedy = f"{definition.name!r} is MLflow's own experiment", "name it after what it is about"
        faults.append(document.fault(("name",), problem, remedy))
    if faults:
        raise InputError(faults)
    return definition
