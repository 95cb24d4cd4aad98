"""Questions and answers in plain lines, on a terminal or through a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from rich.console import Console
from rich.text import Text

from leverage.faults import InputError, printable

BACK = "<"
"""What is typed to leave a question for what stood before it."""
AnswerT = TypeVar("AnswerT")


class Back(Exception):  # noqa: N818 - no error: the reviewer goes back to the suggestion
    """The question was left."""


class Terminal:
    """Asks, and shows texts as they are: nothing in them is markup or steers the terminal."""

    def __init__(self) -> None:
        self.console = Console(highlight=False, markup=False, emoji=False)

    def line(self, prompt: str) -> str:
        """A line that was typed; the end of the input leaves the review."""
        while True:
            self.console.print(Text(prompt), end="")
            sys.stdout.flush()
            try:
                typed = sys.stdin.readline()
            except UnicodeDecodeError:
                self.say("That is no text that can be read; type it again.")
                continue
            if not typed:
                raise EOFError
            if not sys.stdin.isatty():  # so that a transcript reads like a terminal
                self.say(typed.rstrip("\r\n"))
            return typed.rstrip("\r\n")

    def ask(self, label: str, default: str | None) -> str:
        """A line, or the default for an empty one; without a default a line is needed."""
        while True:
            typed = self.line(f"{label}{f' [{printable(default)}]' if default else ''}: ").strip()
            if typed == BACK:
                raise Back
            if typed or default is not None:
                return typed or default or ""
            self.say("Something must stand here; < goes back.")

    def parsed(self, label: str, default: str | None, parse: Callable[[str], AnswerT]) -> tuple[AnswerT, str]:
        """A line that can be read as something, and the line itself."""
        while True:
            typed = self.ask(label, default)
            try:
                return parse(typed), typed
            except InputError as error:
                self.tell(error)

    def choose(self, label: str, options: Sequence[tuple[str, str]], default: str | None) -> str:
        """One of several names, by name or number."""
        names = [name for name, _ in options]
        for number, (name, words) in enumerate(options, 1):
            self.say(f"  {number} {name}: {words}" if words != name else f"  {number} {name}")
        while True:
            typed = self.ask(label, default)
            if typed in names:
                return typed
            if typed.isdecimal() and 1 <= int(typed) <= len(names):
                return names[int(typed) - 1]
            starting = [name for name in names if name.startswith(typed.lower())]
            if len(starting) == 1:
                return starting[0]
            self.say(f"{typed!r} is none of them; type a name or its number.")

    def one_of(self, label: str, keys: str, default: str) -> str:
        """One of several keys."""
        while True:
            typed = self.ask(label, default).lower()[:1]
            if typed in keys:
                return typed
            self.say(f"Type one of {', '.join(keys)}.")

    def say(self, words: str, style: str = "") -> None:
        """Show words, with what could steer the terminal spelled out."""
        for line in words.split("\n"):
            self.console.print(Text(printable(line), style=style))

    def tell(self, error: InputError) -> None:
        """Show what is wrong and what to write instead."""
        for fault in error.faults:
            self.say(f"✗ {fault.problem}", "bold")
            self.say(f"  → {fault.remedy}")
