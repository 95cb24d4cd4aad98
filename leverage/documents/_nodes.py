"""YAML as a tree of nodes with their places, refusing what could harm."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands in its file's text.

    Attributes
    ----------
    start, end : int
        Characters from 0; `end` is past the last one that belongs to the value. Of a value that is left
        empty both are where it would stand.
    flow : bool
        Whether it is a list or mapping in brackets.
    alias : bool
        Whether an alias (``*name``) stands there.
    """

    start: int
    end: int
    flow: bool = False
    alias: bool = False


@dataclass(slots=True)
class Node:
    line: int
    column: int
    place: Place
    value: Any = None
    items: list[Node] | None = None
    entries: dict[str, tuple[Node, Node]] | None = None
    height: int = 0

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
        self.depth = 0

    def compose(self, text: str) -> Node:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            events = iter(list(self._bounded(yaml.parse(text, Loader=loader))))
            for event in events:
                if isinstance(event, yaml.DocumentStartEvent):
                    root = self._node(next(events), events)
                    for rest in events:
                        if isinstance(rest, yaml.DocumentStartEvent):
                            problem = "a second document begins here"
                            self._report(rest, problem, "keep one document, and delete the `---`")
                    return root
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
            problem = " ".join(filter(None, (error.context, error.problem)))
            told = f"this is not valid YAML: {problem}"
            self._stop(Fault(self.name, line, column, told, _yaml_remedy(problem)))
        except (yaml.reader.ReaderError, UnicodeEncodeError):
            self._stop(self._unprintable(text))
        return Node(1, 1, Place(0, 0))

    def _unprintable(self, text: str) -> Fault:
        found = yaml.reader.Reader.NON_PRINTABLE.search(text)
        if found is None:
            return Fault(self.name, None, None, "a character is not allowed", "save the file as plain text")
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        return Fault(self.name, line, column, f"the character {found[0]!r} is not allowed", "delete it")

    def _bounded(self, events: Iterator[Any]) -> Iterator[Any]:
        """The events, as long as they are few and shallow enough to be built into a tree."""
        depth = values = 0
        for event in events:
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            values += isinstance(event, yaml.NodeEvent)
            self._check_depth(event, depth)
            if values > MAX_VALUES:
                self._stop(self._fault(event, f"the file holds more than {MAX_VALUES:,} values", "split it"))
            yield event

    def _check_depth(self, event: Any, depth: int) -> None:
        if depth > MAX_DEPTH:
            self._stop(self._fault(event, f"the file nests deeper than {MAX_DEPTH} levels", "flatten it"))

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
        alias = isinstance(event, yaml.AliasEvent)
        node = Node(mark.line + 1, mark.column + 1, Place(mark.index, event.end_mark.index, alias=alias))
        before = self.values
        if alias:
            return self._alias(event, node)
        self._count(event, 1)
        if event.anchor:
            self.anchors[event.anchor] = None  # open: an alias to it from inside would be recursive
        if event.tag not in (None, "!"):
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._report(event, f"the tag `{tag}` is not allowed", "delete it: files hold plain values only")
        if isinstance(event, yaml.ScalarEvent):
            node.value = _scalar(event)
        else:
            self.depth += 1
            self._fill(node, event, events)
            self.depth -= 1
        if event.anchor:
            self.anchors[event.anchor] = (node, self.values - before)
        return node

    def _fill(self, node: Node, event: Any, events: Iterator[Any]) -> None:
        if isinstance(event, yaml.SequenceStartEvent):
            node.items, end = self._sequence(events)
            inner = node.items
        else:
            node.entries, end = self._mapping(events)
            inner = [value for _, value in node.entries.values()]
        flow = end.end_mark.index > end.start_mark.index  # a closing bracket; a block has none
        # The parser sees a block's end only at whatever follows, so its last value tells where it ends.
        last = end.end_mark.index if flow else max([node.place.start, *(child.place.end for child in inner)])
        node.place = Place(node.place.start, last, flow=flow)
        node.height = 1 + max((child.height for child in inner), default=0)

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
        self._check_depth(event, self.depth + original.height)
        return replace(original, line=node.line, column=node.column, place=node.place)

    def _sequence(self, events: Iterator[Any]) -> tuple[list[Node], Any]:
        items: list[Node] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._node(event, events))
        return items, event

    def _mapping(self, events: Iterator[Any]) -> tuple[dict[str, tuple[Node, Node]], Any]:
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
        return entries, event


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
    if "cannot start any token" in problem or "tab character" in problem:
        return "indent with spaces, and put a text that begins with a special character in quotation marks"
    return "check indentation, quotation marks and brackets near this place"
