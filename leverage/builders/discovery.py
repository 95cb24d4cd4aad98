"""Find the Python builders beside the factors' YAML files and set them up with their parameters."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType

from leverage.builders.contract import DAYS_FROM, DAYS_LEFT, OPPONENT, READING, Builder
from leverage.builders.generic import GENERIC
from leverage.codebook import COMPOSITE, Codebook, Factor
from leverage.documents import Document, Loc
from leverage.faults import Fault, InputError, name_list, suggest_name
from leverage.features import FOLDER


def builders_for(codebook: Codebook) -> dict[str, Builder]:
    """The builder of each built factor, with the parameters that its YAML states.

    Parameters
    ----------
    codebook : Codebook
        Its files say in which folders Python builders are looked for, besides the project's own.

    Returns
    -------
    dict of str to Builder
        By factor id; composite factors have none.

    Raises
    ------
    InputError
        A builder is unknown, its Python file fails, a parameter is wrong, or it needs an
        indicator that the YAML does not have. Every fault is named.
    """
    folders = dict.fromkeys([FOLDER, *(file.parent for file in codebook.files.values())])
    known: dict[str, type[Builder]] = dict(GENERIC)
    faults: list[Fault] = []
    broken: set[str] = set()
    wanted = {factor.builder.id for factor in codebook.factors} - set(GENERIC)
    for folder in folders:
        for path in sorted(folder.glob("*.py")):
            if path.stem in wanted:
                try:
                    known |= _builders_in(path)
                except InputError as error:
                    faults += error.faults
                    broken.add(path.stem)
    made: dict[str, Builder] = {}
    for factor in codebook.factors:
        if factor.is_composite or factor.builder.id in broken:
            continue
        builder, problems = _set_up(factor, known)
        faults += [_place(codebook, factor, *problem) for problem in problems]
        if builder is not None:
            made[factor.id] = builder
    if faults:
        raise InputError(faults)
    return made


def _builders_in(path: Path) -> dict[str, type[Builder]]:
    try:
        module = _import(path)
    except (Exception, SystemExit) as error:  # a user's file may fail in any way
        raise InputError([python_fault(path, "the builder cannot be imported", error)]) from error
    found = [
        member
        for member in vars(module).values()
        if isinstance(member, type) and issubclass(member, Builder) and member.__module__ == module.__name__
    ]
    known = {getattr(member, "id", ""): member for member in found if dataclasses.is_dataclass(member)}
    if path.stem not in known:
        named = [f"`{member.__name__}`" for member in found]
        problem = f"the file defines no builder {path.stem!r}"
        problem += f", only {name_list(named)}" if named else ""
        remedy = f"define a dataclass that inherits from leverage.builders.Builder with `id = {path.stem!r}`"
        raise InputError([Fault(str(path), 1, None, problem, remedy)])
    return known


def python_fault(file: Path, told: str, error: BaseException) -> Fault:
    """A fault at the line of a user's Python file that an exception went through last, in its own words."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _same(f.filename, file)]
    line, column = (frames[-1].lineno if frames else None), None
    if isinstance(error, SyntaxError):
        line, column = error.lineno, error.offset
    return Fault(str(file), line, column, f"{told}: {type(error).__name__}: {error}", "mend the Python file")


def _same(name: str, file: Path) -> bool:
    return Path(name).resolve() == file.resolve()


def _import(path: Path) -> ModuleType:
    if path.parent == FOLDER:
        return importlib.import_module(f"leverage.features.{path.stem}")
    folder = hashlib.sha256(str(path.parent.resolve()).encode()).hexdigest()[:8]
    name = f"leverage.features.user_{folder}_{path.stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise ImportError(f"{path.name} is not a Python file")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]


Problem = tuple[Loc, str, str]


def _set_up(factor: Factor, known: dict[str, type[Builder]]) -> tuple[Builder | None, list[Problem]]:
    kind = known.get(factor.builder.id)
    if kind is None:
        problem = f"there is no builder {factor.builder.id!r}"
        closest = suggest_name(factor.builder.id, [*known, COMPOSITE])
        remedy = f"write {factor.builder.id}.py beside the YAML, or {closest}"
        return None, [(("builder", "id"), problem, remedy)]
    names = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
    unknown = [name for name in factor.builder.parameters if name not in names]
    if unknown:
        return None, [
            (
                ("builder", "parameters", name),
                f"the builder {kind.id!r} has no parameter {name!r}",
                suggest_name(name, names),
            )
            for name in unknown
        ]
    try:
        builder = kind(**factor.builder.parameters)
    except (TypeError, ValueError) as error:
        problem = f"the parameters do not fit the builder: {error}"
        return None, [(("builder", "parameters"), problem, "see the builder's docstring for their ranges")]
    return builder, _missing_inputs(factor, builder)


def _missing_inputs(factor: Factor, builder: Builder) -> list[Problem]:
    readings = [name or READING for name in factor.readings()]
    columns = [name for name in builder.columns_for(factor) if name != DAYS_LEFT]
    needed = [name.removeprefix(OPPONENT).removeprefix(DAYS_FROM) for name in columns]
    return [
        (
            ("indicators",) if factor.indicators else ("builder", "id"),
            f"the builder {builder.id!r} needs {name!r}, which the factor does not read",
            f"add an indicator with `id: {name}`" if name != READING else "take the indicators out",
        )
        for name in dict.fromkeys(needed)
        if name not in readings
    ]


def _place(codebook: Codebook, factor: Factor, loc: Loc, problem: str, remedy: str) -> Fault:
    file = codebook.files.get(factor.id)
    if file is None:
        return Fault(f"factor {factor.id}", None, None, problem, remedy)
    return Document.load(file).fault(loc, problem, remedy)
