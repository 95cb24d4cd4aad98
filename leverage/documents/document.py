"""A file with the place of every value, and its validation by a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from leverage.documents._nodes import Composer, plain
from leverage.documents._words import explain
from leverage.documents.items import Collector
from leverage.faults import Fault, InputError

ModelT = TypeVar("ModelT", bound=BaseModel)
MAX_BYTES = 5_000_000


def read_text(path: Path, shown: str | None = None) -> str:
    r"""Read a UTF-8 text, its newlines as ``\n``; anything else is an `InputError`."""
    name = shown or str(path)
    try:
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            problem, remedy = f"the file is larger than {MAX_BYTES // 10**6} MB", "split it"
        else:
            return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except FileNotFoundError:
        problem, remedy = "there is no such file", "check the path"
    except IsADirectoryError:
        problem, remedy = "this is a folder, not a file", "name a file in it"
    except UnicodeDecodeError as error:
        problem, remedy = f"byte {error.start} is not UTF-8 text", "save the file as UTF-8"
    except (OSError, ValueError) as error:
        problem, remedy = f"the file cannot be read ({error})", "check its name and permissions"
    raise InputError([Fault(name, None, None, problem, remedy)])


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

    def validate(self, model: type[ModelT]) -> ModelT:
        """The data as a `model`; all its faults in one `InputError`."""
        value, faults = self.validate_items(model)
        if value is None or faults:
            raise InputError(faults)
        return value

    def validate_items(self, model: type[ModelT]) -> tuple[ModelT | None, list[Fault]]:
        """The data as a `model` without its faulty list items, and the faults.

        The first is None where the faults lie outside the `Items` fields; a caller that checks
        further adds what it finds to the second.
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
        schema = model.model_json_schema() if collector.errors else {}
        faults = [self.fault(loc, *explain(schema, loc, detail)) for loc, detail in collector.errors]
        return value, faults
