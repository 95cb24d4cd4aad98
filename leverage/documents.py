"""YAML and JSON files read strictly, with the place of every value.

A file is data here, never code: tags are refused, aliases may not explode, a key may not
appear twice, and nothing is guessed (``no`` is a word, a date stays text until a model asks
for a date). Every value keeps its line and column, so that a fault found much later, by a
model or by a check across files, still points at the place to mend.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, PrivateAttr, ValidationError, WrapValidator
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ValidationInfo, ValidatorFunctionWrapHandler

from leverage.faults import Fault, InputError, suggest_name

Loc = tuple[str | int, ...]
ModelT = TypeVar("ModelT", bound=BaseModel)
ItemT = TypeVar("ItemT")

MAX_BYTES = 5_000_000
MAX_DEPTH = 40
MAX_VALUES = 100_000

_INT = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", "+.inf"), math.inf),
    **{"-.inf": -math.inf, ".nan": math.nan},
}


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


# --- models of what files hold -------------------------------------------------------------


class Item(BaseModel):
    """Base of every model that is read from a file: frozen, no unknown keys, no inf or nan."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, str_strip_whitespace=True)
    _index: int = PrivateAttr(default=-1)

    @property
    def index(self) -> int:
        """Position among its siblings in the file, -1 for an item that was not read from one."""
        return self._index


@dataclass(slots=True)
class _Collector:
    """Gathers the faults of list items, so that the sound items can still be checked together."""

    prefix: list[str | int] = field(default_factory=list)
    errors: list[tuple[Loc, ErrorDetails]] = field(default_factory=list)

    def add(self, error: ValidationError, skip: int = 0) -> None:
        for detail in error.errors(include_url=False):
            self.errors.append(((*self.prefix, *detail["loc"][skip:]), detail))


def _validate_each(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    collector = info.context
    if not (isinstance(collector, _Collector) and isinstance(value, list) and info.field_name):
        return handler(value)
    sound = []
    for index, item in enumerate(value):
        collector.prefix += [info.field_name, index]
        try:
            (checked,) = handler([item])
            if isinstance(checked, Item):
                checked._index = index
            sound.append(checked)
        except ValidationError as error:
            collector.add(error, skip=1)
        finally:
            del collector.prefix[-2:]
    return sound


Items = Annotated[list[ItemT], WrapValidator(_validate_each)]
"""A list field whose faulty items are reported and left out, instead of hiding later faults."""


# --- documents -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Node:
    line: int
    column: int
    value: Any = None
    items: list[_Node] | None = None
    entries: dict[str, tuple[_Node, _Node]] | None = None

    def child(self, step: str | int) -> tuple[_Node, _Node] | None:
        """The node that names `step` (its key, or the item itself) and the node it leads to."""
        if self.entries is not None and isinstance(step, str):
            return self.entries.get(step)
        if self.items is not None and isinstance(step, int) and step < len(self.items):
            return self.items[step], self.items[step]
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
        composer = _Composer(name)
        self._root = composer.compose(text)
        if composer.faults:
            raise InputError(composer.faults)
        self.data: Any = _plain(self._root)

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
        collector, value = _Collector(), None
        try:
            value = model.model_validate(self.data, context=collector)
        except ValidationError as error:
            collector.add(error)
        schema = model.model_json_schema() if collector.errors else {}
        faults = [self.fault(loc, *_explain(schema, loc, detail)) for loc, detail in collector.errors]
        return value, faults


def _plain(node: _Node) -> Any:
    if node.entries is not None:
        return {name: _plain(value) for name, (_, value) in node.entries.items()}
    if node.items is not None:
        return [_plain(item) for item in node.items]
    return node.value


class _Composer:
    """Builds the tree of nodes from the YAML parser's events, refusing what could harm."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.anchors: dict[str, tuple[_Node, int] | None] = {}
        self.values = 0

    def compose(self, text: str) -> _Node:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            events = iter(list(self._bounded(yaml.parse(text, Loader=loader))))
            for event in events:
                if isinstance(event, yaml.DocumentStartEvent):
                    root = self._node(next(events), events)
                    if any(isinstance(rest, yaml.DocumentStartEvent) for rest in events):
                        self._report(
                            event, "the file holds more than one document", "keep one, without `---`"
                        )
                    return root
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
            problem = " ".join(filter(None, (error.context, error.problem)))
            told = f"this is not valid YAML: {problem}"
            self._stop(Fault(self.name, line, column, told, _yaml_remedy(problem)))
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            self._stop(
                Fault(self.name, line, None, f"a character is not allowed: {error.character!r}", "delete it")
            )
        return _Node(1, 1)

    def _bounded(self, events: Iterator[Any]) -> Iterator[Any]:
        depth = 0
        for event in events:
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                self._stop(self._fault(event, f"the file nests deeper than {MAX_DEPTH} levels", "flatten it"))
            yield event

    def _stop(self, fault: Fault) -> None:
        raise InputError([*self.faults, fault])

    def _fault(self, event: Any, problem: str, remedy: str) -> Fault:
        mark = event.start_mark
        return Fault(self.name, mark.line + 1, mark.column + 1, problem, remedy)

    def _report(self, event: Any, problem: str, remedy: str) -> None:
        self.faults.append(self._fault(event, problem, remedy))

    def _count(self, event: Any, values: int) -> None:
        self.values += values
        if self.values > MAX_VALUES:
            problem = f"the file expands to more than {MAX_VALUES:,} values"
            self._stop(self._fault(event, problem, "write values out instead of repeating aliases"))

    def _node(self, event: Any, events: Iterator[Any]) -> _Node:
        mark = event.start_mark
        node = _Node(mark.line + 1, mark.column + 1)
        before = self.values
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, node)
        self._count(event, 1)
        if event.anchor:
            self.anchors[event.anchor] = None  # open: an alias to it from inside would be recursive
        if event.tag not in (None, "!"):
            self._report(
                event, f"the tag {event.tag!r} is not allowed", "delete it: files hold plain values only"
            )
        if isinstance(event, yaml.ScalarEvent):
            node.value = _scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            node.items = list(self._sequence(events))
        else:
            node.entries = self._mapping(events)
        if event.anchor:
            self.anchors[event.anchor] = (node, self.values - before)
        return node

    def _alias(self, event: Any, node: _Node) -> _Node:
        if event.anchor not in self.anchors:
            self._report(event, f"there is no anchor `&{event.anchor}` above", "write the value out")
            return node
        target = self.anchors[event.anchor]
        if target is None:
            self._report(event, f"`*{event.anchor}` stands inside its own anchor", "write the value out")
            return node
        original, size = target
        self._count(event, size)
        return _Node(node.line, node.column, original.value, original.items, original.entries)

    def _sequence(self, events: Iterator[Any]) -> Iterator[_Node]:
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            yield self._node(event, events)

    def _mapping(self, events: Iterator[Any]) -> dict[str, tuple[_Node, _Node]]:
        entries: dict[str, tuple[_Node, _Node]] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._node(event, events)
            value = self._node(next(events), events)
            if not isinstance(event, yaml.ScalarEvent):
                self._report(event, "a key must be a word", "write `name: value`")
                continue
            name = event.value
            if name in entries:
                first = entries[name][0].line
                self._report(
                    event, f"the key `{name}` appears twice, first in line {first}", "keep one of them"
                )
            entries.setdefault(name, (key, value))
        return entries


def _scalar(event: Any) -> object:
    text = str(event.value)
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        return int(text) if len(text) < 300 else text
    return float(text) if _FLOAT.match(text) else text


def _yaml_remedy(problem: str) -> str:
    if "mapping values are not allowed" in problem:
        return "put a text that contains `: ` in quotation marks"
    if "cannot start any token" in problem:
        return "indent with spaces, and put a text that begins with a special character in quotation marks"
    return "check indentation, quotation marks and brackets near this place"


# --- words for what a model found ----------------------------------------------------------


def _explain(schema: dict[str, Any], loc: Loc, detail: ErrorDetails) -> tuple[str, str]:
    """Problem and remedy of one pydantic error, in words made from the model's own descriptions."""
    key = next((str(step) for step in reversed(loc) if isinstance(step, str)), "value")
    parent, own = _describe(schema, loc)
    known = list(parent.get("properties", ()))
    description = own.get("description", "")
    if detail["type"] == "missing":
        return f"`{key}` is missing", f"add `{key}: …`" + (f" ({description})" if description else "")
    if detail["type"] == "extra_forbidden":
        return f"`{key}` is not a key here", suggest_name(key, known)
    if detail["type"] == "value_error":
        problem, _, remedy = str(detail["ctx"]["error"]).partition(" → ")
        return problem, remedy or description or "see docs/case-format.md"
    allowed = own.get("enum") or ([own["const"]] if "const" in own else [])
    remedy = f"write one of: {', '.join(map(str, allowed))}" if allowed else description
    problem = detail["msg"][:1].lower() + detail["msg"][1:]
    return f"`{key}`: {problem}; it is {_short(detail['input'])}", remedy or "see docs/case-format.md"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _describe(schema: dict[str, Any], loc: Loc) -> tuple[dict[str, Any], dict[str, Any]]:
    """The JSON Schema of the mapping around `loc` and that of the value at `loc`, as far as known."""
    parent: dict[str, Any] = {}
    own = schema
    for step in loc:
        for candidate in _alternatives(schema, own):
            if isinstance(step, int) and "items" in candidate:
                own = candidate["items"]
                break
            if isinstance(step, str) and step in candidate.get("properties", {}):
                parent, own = candidate, candidate["properties"][step]
                break
            if isinstance(step, str) and isinstance(candidate.get("additionalProperties"), dict):
                own = candidate["additionalProperties"]
                break
        else:
            parent = next((c for c in _alternatives(schema, own) if "properties" in c), parent)
    merged = {**next(iter(_alternatives(schema, own)), {}), **{k: v for k, v in own.items() if k != "$ref"}}
    return parent, merged


def _alternatives(schema: dict[str, Any], part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "$ref" in part:
        yield from _alternatives(schema, schema["$defs"][part["$ref"].rsplit("/", 1)[-1]])
    elif "anyOf" in part or "oneOf" in part:
        for option in [*part.get("anyOf", ()), *part.get("oneOf", ())]:
            yield from _alternatives(schema, option)
    else:
        yield part
