"""Items as YAML text, in the manner in which people write a case by hand."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

LINE = 110
"""The longest line on which a small mapping is written in braces."""
# Plain text begins with a letter and holds nothing that a reader of YAML gives a meaning of its own.
_PLAIN = re.compile(r"[^\W\d_][\w .;()'’“”–…%/+-]*")
_WORDS = {"yes", "no", "on", "off", "y", "n", "true", "false", "null", "nan", "inf"}
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def scalar(value: object) -> str:
    """A text, number, truth value, day or nothing as YAML on one line."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value)
    if _PLAIN.fullmatch(text) and text == text.strip() and text.lower() not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def flow(value: object) -> str:
    """A value in braces and brackets, on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow(part) for part in value) + "]"
    return scalar(value)


def as_json(value: object) -> str:
    """A value in JSON, for files that are JSON."""
    return json.dumps(plain(value), ensure_ascii=False)


def block(item: Mapping[str, Any], indent: int, offset: int = 2) -> list[str]:
    """An item of a list, as lines: a dash at column `indent`, its keys `offset` further right."""
    lines = _entries(item, indent + offset)
    lines[0] = " " * indent + "-" + " " * (offset - 1) + lines[0].lstrip()
    return lines


def _entries(mapping: Mapping[str, Any], indent: int) -> list[str]:
    lines: list[str] = []
    for key, value in mapping.items():
        line = f"{' ' * indent}{scalar(key)}: {flow(value)}"
        if isinstance(value, Mapping) and value and len(line) > LINE:
            lines += [f"{' ' * indent}{scalar(key)}:", *_entries(value, indent + 2)]
        else:
            lines.append(line)
    return lines


def plain(value: Any) -> Any:
    """A value as a file holds it, and as reading it gives it back: days as text, whole numbers as such."""
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(part) for part in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def same(one: object, other: object) -> bool:
    """Whether two values are equal to the last key and digit; of a nan too, which differs from itself."""
    return json.dumps(plain(one)) == json.dumps(plain(other))
