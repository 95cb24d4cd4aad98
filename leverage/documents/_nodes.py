"""YAML as a tree of nodes with their places, refusing what could harm."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from leverage.faults import Fault, InputError

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


@dataclass(slots=True)
class Node:
    line: int
    column: int
    value: Any = None
    items: list[Node] | None = None
    entries: dict[str, tuple[Node, Node]] | None = None

    def child(self, step: str | int) -> tuple[Node, Node] | None:
        """The node that names `step` (its key, or the item itself) and the node it leads to."""
        if self.entries is not None and isinstance(step, str):
            return self.entries.get(step)
        if self.items is not None and isinstance(step, int) and step < len(self.items):
            return self.items[step], self.items[step]
        return None


def plain(node: Node) -> Any:
    if node.entries is not None:
        return {name: plain(value) for name, (_, value) in node.entries.items()}
    if node.items is not None:
        return [plain(item) for item in node.items]
    return node.value


class Composer:
    """Builds the tree of nodes from the YAML parser's events, refusing what could harm."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.anchors: dict[str, tuple[Node, int] | None] = {}
        self.values = 0

    def compose(self, text: str) -> Node:
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
        return Node(1, 1)

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

    def _node(self, event: Any, events: Iterator[Any]) -> Node:
        mark = event.start_mark
        node = Node(mark.line + 1, mark.column + 1)
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

    def _alias(self, event: Any, node: Node) -> Node:
        if event.anchor not in self.anchors:
            self._report(event, f"there is no anchor `&{event.anchor}` above", "write the value out")
            return node
        target = self.anchors[event.anchor]
        if target is None:
            self._report(event, f"`*{event.anchor}` stands inside its own anchor", "write the value out")
            return node
        original, size = target
        self._count(event, size)
        return Node(node.line, node.column, original.value, original.items, original.entries)

    def _sequence(self, events: Iterator[Any]) -> Iterator[Node]:
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            yield self._node(event, events)

    def _mapping(self, events: Iterator[Any]) -> dict[str, tuple[Node, Node]]:
        entries: dict[str, tuple[Node, Node]] = {}
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
