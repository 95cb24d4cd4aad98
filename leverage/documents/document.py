"""A file with the place of every value, and its validation by a model."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from leverage.documents._nodes import Composer, Place, plain
from leverage.documents._words import explain
from leverage.documents.items import Collector, Loc
from leverage.faults import Fault, InputError

ModelT = TypeVar("ModelT", bound=BaseModel)
MAX_BYTES = 5_000_000


def read_bytes(path: Path, shown: str | None = None) -> bytes:
    """Read a file of at most `MAX_BYTES`; no file, a folder or a larger one is an `InputError`."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) <= MAX_BYTES:
            return raw
        problem, remedy = f"the file is larger than {MAX_BYTES // 10**6} MB", "split it"
    except FileNotFoundError:
        problem, remedy = "there is no such file", "check the path"
    except IsADirectoryError:
        problem, remedy = "this is a folder, not a file", "name a file in it"
    except OSError as error:
        problem, remedy = f"the file cannot be read ({error.strerror})", "check its name and permissions"
    except ValueError:
        problem, remedy = "no file can have this name", "check the path"
    raise InputError([Fault(shown or str(path), None, None, problem, remedy)])


def read_text(path: Path, shown: str | None = None) -> str:
    r"""Read a UTF-8 text, its newlines as ``\n``; anything else is an `InputError`."""
    raw = read_bytes(path, shown)
    try:
        return plain_newlines(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = f"byte {error.start} is not UTF-8 text"
    raise InputError([Fault(shown or str(path), line, None, problem, "save the file as UTF-8")])


def plain_newlines(text: str) -> str:
    r"""The text with every end of line as ``\n``."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_file(path: Path) -> bool:
    """Whether there is a file; False too where there can be none of this name."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether there is a folder; False too where there can be none of this name."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def path_within(folder: Path, name: str) -> Path | None:
    """The path of a file that is named in a folder; None where it lies outside or cannot be a path."""
    try:
        path = folder / name
        return path if path.resolve().is_relative_to(folder.resolve()) else None
    except (OSError, RuntimeError, ValueError):
        return None


class Document:
    """A YAML (or JSON) file, its plain data and the place of each value.

    Parameters
    ----------
    text : str
        The file's text.
    name : str
        The file as the user named it; faults show it.

    Attributes
    ----------
    data : object
        Plain dicts, lists, str, int, float, bool, None.

    Raises
    ------
    InputError
        The text is no YAML, or YAML that is refused here: tags, duplicate keys, exploding or
        recursive aliases, more than 40 levels or 100,000 values.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        composer = Composer(name)
        self._root = composer.compose(text)
        if composer.faults:
            raise InputError(composer.faults)
        self.data: Any = plain(self._root)

    @classmethod
    def load(cls, path: Path, shown: str | None = None) -> Document:
        """Read the file at `path`; `shown` is the name that faults print."""
        return cls(read_text(path, shown), shown or str(path))

    def fault(self, loc: Sequence[str | int], problem: str, remedy: str) -> Fault:
        """A `Fault` at the value at `loc`, or at the nearest thing around it."""
        node = named = self._root
        for step in loc:
            child = node.child(step)
            if child is not None:  # a step that the file does not have is a union's tag or a missing key
                named, node = child
        return Fault(self.name, named.line, named.column, problem, remedy)

    def place(self, loc: Sequence[str | int]) -> Place | None:
        """Where the value at `loc` stands in the text; None where there is none."""
        node = self._root
        for step in loc:
            child = node.child(step)
            if child is None:
                return None
            node = child[1]
        return node.place

    def validate(self, model: type[ModelT]) -> ModelT:
        """The data as a `model`; all its faults in one `InputError`."""
        value, faults = self.validate_sound(model, {})
        if value is None or faults:
            raise InputError(faults)
        return value

    def validate_sound(
        self, model: type[ModelT], stand_ins: Mapping[str, Any]
    ) -> tuple[ModelT | None, list[Fault]]:
        """The sound part of the data as a `model`, and all faults, so that a caller can check further.

        Faulty items of `Items` fields are left out, as are faulty keys that the model does not need;
        for a key that it needs `stand_ins` may hold a value. The first is None where that is not enough.
        """
        if not isinstance(self.data, dict):
            found = "empty" if self.data is None else "no mapping of keys to values"
            first = next(iter(model.model_fields))
            return None, [self.fault((), f"the file is {found}", f"start with `{first}: …`")]
        collector, value = Collector(), None
        try:
            value = model.model_validate(self.data, context=collector)
        except ValidationError as error:
            collector.add(error)
            faulty = {str(detail["loc"][0]) for detail in error.errors(include_url=False) if detail["loc"]}
            kept = {key: part for key, part in self.data.items() if key not in faulty}
            kept |= {key: stand_ins[key] for key in faulty & stand_ins.keys()}
            with contextlib.suppress(ValidationError):
                value = model.model_validate(kept, context=Collector())
        schema = model.model_json_schema() if collector.errors else {}
        return value, [self._told(loc, *explain(schema, loc, detail)) for loc, detail in collector.errors]

    def _told(self, loc: Loc, problem: str, remedy: str) -> Fault:
        """The fault at the key that the problem begins with, where there is one at `loc`."""
        key = re.match(r"`(\w+)`", problem)
        return self.fault([*loc, key[1]] if key else loc, problem, remedy)
