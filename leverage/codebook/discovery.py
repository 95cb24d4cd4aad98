"""Find and read the factors of one or more content folders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from leverage.codebook.codebook import Codebook
from leverage.codebook.factor import Factor
from leverage.documents import Document, Item, is_folder
from leverage.faults import Fault, InputError
from leverage.features import FOLDER

ABOUT = "codebook.yaml"


class About(Item):
    """The file ``codebook.yaml`` of a folder of factors: its title and version."""

    format: Literal["leverage/codebook/1"]
    title: str = Field(min_length=1)
    version: str = Field(min_length=1)


def load_codebook(folders: Sequence[Path] = (), *, shipped: bool = True) -> Codebook:
    """Read the codebook from the project's own factors and from further folders.

    Parameters
    ----------
    folders : sequence of Path
        Folders with ``*.yaml`` factors. They join in order; a factor with a known id takes its place.
    shipped : bool
        Whether the project's own factors come first.

    Returns
    -------
    Codebook
        Factors in alphabetical order.

    Raises
    ------
    InputError
        A folder or a file is wrong; every fault of every file is named.
    """
    found: dict[str, tuple[Factor, Path]] = {}
    versions: list[str] = []
    faults: list[Fault] = []
    for folder in [*([FOLDER] if shipped else []), *map(Path, folders)]:
        try:
            factors, version = _read_folder(folder)
        except InputError as error:
            faults += error.faults
        else:
            found |= factors
            versions.append(version)
    if faults:
        raise InputError(faults)
    names = sorted(found)
    return Codebook(
        tuple(found[name][0] for name in names), "+".join(versions), {name: found[name][1] for name in names}
    )


def _read_folder(folder: Path) -> tuple[dict[str, tuple[Factor, Path]], str]:
    paths = sorted(folder.glob("*.yaml")) if is_folder(folder) else []
    if not any(path.name != ABOUT for path in paths):
        problem = "there is no factor here" if is_folder(folder) else "there is no such folder"
        raise InputError(
            [Fault(str(folder), None, None, problem, "name a folder with a YAML file for each factor")]
        )
    factors: dict[str, tuple[Factor, Path]] = {}
    faults: list[Fault] = []
    version = folder.resolve().name
    for path in paths:
        try:
            document = Document.load(path)
            if path.name == ABOUT:
                version = document.validate(About).version
                continue
            factor = document.validate(Factor)
        except InputError as error:
            faults += error.faults
            continue
        if factor.id != path.stem:
            remedy = f"name it {factor.id}.yaml, or write `id: {path.stem}`"
            faults.append(document.fault(("id",), f"the factor {factor.id!r} stands in {path.name}", remedy))
        factors[factor.id] = factor, path
    if faults:
        raise InputError(faults)
    return factors, version
