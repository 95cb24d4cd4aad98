"""Codings of articles read from JSONL files: which sentence tells what of which factor of which actor."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from leverage.coding.suggestion import Direction
from leverage.documents import is_folder, read_text
from leverage.faults import Fault, InputError

MOST = 1_000_000
"""More sentences no article has."""
STRENGTHS = (1, 2, 3)
DIRECTIONS = ("+", "-", "unknown")
_SUFFIX = ".jsonl"


class CodedRow(NamedTuple):
    """What one sentence tells of one factor of one actor, by one coder.

    `article` is empty where neither the row nor its file names one; `actor` is None where none can be told.
    """

    article: str
    sentence: int
    factor: str
    actor: str | None
    direction: Direction
    strength: int | None = None
    exact: str | None = None


_EXAMPLE = (
    'write one object a line: {"sentence": 3, "factor": "ally_backing", "actor": "north", "direction": "+"}'
)


class _Wrong(NamedTuple):
    problem: str
    remedy: str


def read_codings(first: Path, second: Path) -> tuple[list[CodedRow], list[CodedRow]]:
    """The codings of two coders: two files, or two folders that hold files of the same names.

    In folders an article is named by its file, unless rows name it themselves.

    Raises
    ------
    InputError
        Every faulty row of both coders, each at its line; a file that one folder lacks.
    """
    faults: list[Fault] = []
    if is_folder(first) and is_folder(second):
        places = _pairs(first, second, faults)
    else:
        places = [(first, second, "")]
    sides: tuple[list[CodedRow], list[CodedRow]] = ([], [])
    for *paths, article in places:
        for path, rows in zip(paths, sides, strict=True):
            try:
                rows += read_rows(path, article)
            except InputError as error:
                faults += error.faults
    if faults:
        raise InputError(faults)
    return sides


def read_rows(path: Path, article: str = "") -> list[CodedRow]:
    """The rows of one file, one JSON object a line; blank lines are skipped, other keys not looked at.

    Parameters
    ----------
    path : Path
    article : str
        The article of rows that name none.

    Raises
    ------
    InputError
        Every faulty row, with its line, what is wrong and what to write.
    """
    name, text = str(path), read_text(path)
    rows: list[CodedRow] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        found = _object(line)
        if isinstance(found, tuple):
            column, wrong = found
            faults.append(Fault(name, number, column, *wrong))
            continue
        wrongs = list(_faults(found))
        faults += (Fault(name, number, None, *wrong) for wrong in wrongs)
        if not wrongs:
            rows.append(_row(found, article))
    if faults:
        raise InputError(faults)
    return rows


def _pairs(first: Path, second: Path, faults: list[Fault]) -> list[tuple[Path, Path, str]]:
    names = [
        {path.relative_to(folder).as_posix() for path in folder.rglob(f"*{_SUFFIX}") if path.is_file()}
        for folder in (first, second)
    ]
    for folder, own, others in ((first, names[0], names[1]), (second, names[1], names[0])):
        faults += (
            Fault(
                str(folder),
                None,
                None,
                f"there is no {name} in it",
                "give both coders' folders the same files",
            )
            for name in sorted(others - own)
        )
        if not own | others:
            faults.append(
                Fault(
                    str(folder), None, None, f"there is no {_SUFFIX} file in it", "name a folder of codings"
                )
            )
    return [(first / name, second / name, name.removesuffix(_SUFFIX)) for name in sorted(names[0] & names[1])]


def _object(line: str) -> dict[str, Any] | tuple[int | None, _Wrong]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        return error.colno, _Wrong(f"this is no JSON ({error.msg[:1].lower()}{error.msg[1:]})", _EXAMPLE)
    except (RecursionError, ValueError):
        return None, _Wrong("this is no JSON that can be read", _EXAMPLE)
    return found if isinstance(found, dict) else (None, _Wrong("this is no JSON object", _EXAMPLE))


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST


_NEEDED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "sentence": (_is_count, "write the sentence's number, counted from 1"),
    "factor": (_is_name, "write the factor's id"),
    "actor": (lambda value: value is None or _is_name(value), "write the actor's id, or null for none"),
    "direction": (lambda value: value in DIRECTIONS, 'write "+", "-" or "unknown"'),
}
_OPTIONAL: dict[str, tuple[Callable[[Any], bool], str]] = {
    "article": (_is_name, "write the article's id, or leave it out"),
    "strength": (lambda value: _is_count(value) and value in STRENGTHS, "write 1, 2 or 3, or leave it out"),
    "exact": (lambda value: isinstance(value, str), "write the words of the sentence, or leave it out"),
}


def _faults(row: dict[str, Any]) -> Iterator[_Wrong]:
    for key, (sound, remedy) in _NEEDED.items():
        if key not in row:
            yield _Wrong(f"`{key}` is missing", remedy)
        elif not _holds(sound, row[key]):
            yield _Wrong(f"`{key}` is {_short(row[key])}", remedy)
    for key, (sound, remedy) in _OPTIONAL.items():
        if row.get(key) is not None and not _holds(sound, row[key]):
            yield _Wrong(f"`{key}` is {_short(row[key])}", remedy)


def _holds(sound: Callable[[Any], bool], value: object) -> bool:
    try:
        return sound(value)
    except TypeError:  # a list or a mapping where a word is asked for
        return False


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"


def _row(found: dict[str, Any], article: str) -> CodedRow:
    actor = found["actor"]
    return CodedRow(
        article=(found.get("article") or article).strip(),
        sentence=found["sentence"],
        factor=found["factor"].strip(),
        actor=actor.strip() if actor is not None else None,
        direction=found["direction"],
        strength=found.get("strength"),
        exact=found.get("exact"),
    )
