"""Faults: what is wrong in a user's file, where, and what to write instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CALL = "leverage"
"""Stands for the file of a fault that lies in a call or an option."""
# Terminals obey control characters and XML forbids them; a lone surrogate cannot be encoded.
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NEWLINES = re.compile("\r\n?|[\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input.

    Attributes
    ----------
    file : str
        The file as the user named it.
    line, column : int or None
        Position, counted from 1; None where the fault has no place in the file.
    problem : str
        What is wrong, with the value.
    remedy : str
        What to write or do instead.
    """

    file: str
    line: int | None
    column: int | None
    problem: str
    remedy: str

    @property
    def place(self) -> str:
        """``file:line:column``, as editors and terminals make clickable."""
        parts = [self.file] + [str(part) for part in (self.line, self.column) if part is not None]
        return ":".join(parts)

    def __str__(self) -> str:
        return f"{printable(self.place)}: {printable(self.problem)}\n    → {printable(self.remedy)}"


class InputError(ValueError):
    """An input is wrong; carries every fault that was found in it, not just the first.

    Parameters
    ----------
    faults : iterable of Fault
        At least one. Equal faults are kept once; they are ordered by place.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        unique = dict.fromkeys(faults)
        self.faults = sorted(unique, key=lambda fault: (fault.file, fault.line or 0, fault.column or 0))
        if not self.faults:
            raise AssertionError("an InputError needs at least one fault")
        super().__init__("\n".join(str(fault) for fault in self.faults))


def printable(text: str) -> str:
    """A text on one line without what could steer a terminal: control characters are spelled out."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def clean(text: str) -> str:
    r"""Return text with control characters shown as U+FFFD and every newline as ``\n``."""
    return _UNSAFE.sub("\ufffd", _NEWLINES.sub("\n", text))


def call_error(problem: str, remedy: str) -> InputError:
    """An `InputError` for a value given in a call or an option, not in a file."""
    return InputError([Fault(CALL, None, None, problem, remedy)])


def name_list(names: Iterable[str], limit: int = 12) -> str:
    """Names for an error message, ``a, b, c``, cut after `limit`."""
    names = list(names)
    shown = ", ".join(names[:limit]) or "none"
    return shown if len(names) <= limit else f"{shown}, … ({len(names)} in all)"


def and_list(names: Iterable[str]) -> str:
    """Names for a sentence, ``a, b and c``."""
    *most, last = list(names) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def suggest_name(wrong: str, known: Sequence[str]) -> str:
    """The remedy for an unknown name: the closest known one, else all of them."""
    close = difflib.get_close_matches(wrong, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}? Known: {name_list(known)}"
    return f"use one of: {name_list(known)}"
