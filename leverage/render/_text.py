"""Plain text underneath every form: unsafe characters, display width, wrapping."""

from __future__ import annotations

import re
import unicodedata

from leverage.faults import clean

ELLIPSIS = "…"


def one_line(text: str) -> str:
    """Return cleaned text on one line, runs of whitespace as one space."""
    return " ".join(clean(text).split())


def display_width(text: str) -> int:
    """Count the terminal cells that a text takes: 2 for wide characters, 0 for combining ones."""
    return sum(_cells(char) for char in text)


def _cells(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def pad(text: str, width: int, align: str) -> str:
    """Fill a text with spaces to `width` cells, on the right for ``left`` and the reverse."""
    fill = " " * max(0, width - display_width(text))
    return fill + text if align == "right" else text + fill


def wrap(text: str, width: int) -> list[str]:
    """Split a text into lines of at most `width` cells; words break only where one alone is longer."""
    lines: list[str] = []
    for paragraph in clean(text).split("\n"):
        line = ""
        for word in _words(paragraph, width):
            joined = f"{line} {word}" if line else word
            if line and display_width(joined) > width:
                lines.append(line)
                line = word
            else:
                line = joined
        lines.append(line)
    return lines


def _words(paragraph: str, width: int) -> list[str]:
    # A no-break space keeps "85 %" together, so str.split() without argument would be wrong here.
    words = (word for word in re.split(r"[ \t]+", paragraph) if word)
    return [piece for word in words for piece in _pieces(word, width)]


def _pieces(word: str, width: int) -> list[str]:
    pieces, piece = [], ""
    for char in word:
        if piece and display_width(piece + char) > width:
            pieces.append(piece)
            piece = ""
        piece += char
    return [*pieces, piece]
