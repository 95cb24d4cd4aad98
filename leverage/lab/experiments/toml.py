"""TOML files with the place of every value, so that a fault points at its line as in YAML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

from leverage.documents import Document, Loc
from leverage.faults import Fault, InputError

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = (
    re.compile(r'"""(?:\\.|[^\\])*?"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"(?:\\.|[^"\\\n])*"'),
    re.compile(r"'[^'\n]*'"),
)
_PLAIN = re.compile(r"[^,\]}#\n]*")
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


class TomlDocument(Document):
    """A TOML file with its plain data and the place of each value; see `leverage.documents.Document`.

    Raises
    ------
    InputError
        The text is no TOML, or nests too deep.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        try:
            self.data: Any = tomllib.loads(text)
            self._places: dict[Loc, tuple[int, int]] = {}
            for loc, place in _Scanner(text).places():
                self._places.setdefault(loc, place)
        except tomllib.TOMLDecodeError as error:
            found = _AT.search(str(error))
            last = text.count("\n") + 1
            line, column = (int(found[1]), int(found[2])) if found and found[1] else (last, None)
            problem = f"this is not valid TOML: {_AT.sub('', str(error))}"
            remedy = "check quotation marks, brackets and `key = value` near this place"
            raise InputError([Fault(name, line, column, problem, remedy)]) from None
        except RecursionError:
            raise InputError([Fault(name, None, None, "the file nests too deep", "flatten it")]) from None

    def fault(self, loc: Sequence[str | int], problem: str, remedy: str) -> Fault:
        """A `Fault` at the key or item at `loc`, or at the nearest thing around it."""
        path: Loc = ()
        for step in loc:
            path = (*path, step) if (*path, step) in self._places else path
        line, column = self._places.get(path, (1, 1))
        return Fault(self.name, line, column, problem, remedy)


class _Scanner:
    """Finds where keys and items stand in a text that is known to be TOML."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def places(self) -> Iterator[tuple[Loc, tuple[int, int]]]:
        """The path of each key and item with its line and column, from 1."""
        table: Loc = ()
        counts: dict[Loc, int] = {}
        while self._skip():
            place = self._place()
            if self.text[self.at] == "[":
                many = self.text.startswith("[[", self.at)
                self.at += 1 + many
                keys = self._keys()
                self.at += 1 + many
                table = ()
                for number, key in enumerate(keys, 1):
                    table = (*table, key)
                    yield table, place
                    if number == len(keys) and many:
                        counts[table] = counts.get(table, -1) + 1
                    if table in counts:
                        table = (*table, counts[table])
                yield table, place
            else:
                yield from self._pair(table)

    def _skip(self) -> bool:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at < len(self.text)

    def _place(self) -> tuple[int, int]:
        start = self.text.rfind("\n", 0, self.at) + 1
        return self.text.count("\n", 0, self.at) + 1, self.at - start + 1

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._skip()
            word = self._word()
            keys.append(word if word[0] not in "\"'" else str(tomllib.loads(f"k = {word}")["k"]))
            self._skip()
            if not self.text.startswith(".", self.at):
                return keys
            self.at += 1

    def _word(self) -> str:
        found = _BARE.match(self.text, self.at) or self._string()
        if found is None:
            raise AssertionError(f"no key at {self._place()}")
        self.at = found.end()
        return found[0]

    def _string(self) -> re.Match[str] | None:
        return next((found for each in _STRINGS if (found := each.match(self.text, self.at))), None)

    def _pair(self, table: Loc) -> Iterator[tuple[Loc, tuple[int, int]]]:
        place, path = self._place(), table
        for key in self._keys():
            path = (*path, key)
            yield path, place
        self.at += 1  # the equals sign
        yield from self._value(path)

    def _value(self, path: Loc) -> Iterator[tuple[Loc, tuple[int, int]]]:
        self._skip()
        opened = self.text[self.at]
        if opened not in "[{":
            found = self._string() or _PLAIN.match(self.text, self.at)
            self.at = found.end() if found else self.at
            return
        self.at += 1
        number = 0
        while self._skip() and self.text[self.at] not in "]}":
            if opened == "[":
                yield (*path, number), self._place()
                yield from self._value((*path, number))
                number += 1
            else:
                yield from self._pair(path)
            self._skip()
            self.at += self.text.startswith(",", self.at)
        self.at += 1
