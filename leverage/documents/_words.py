"""Words for what a model found wrong, made from the model's own descriptions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic_core import ErrorDetails

from leverage.faults import suggest_name

Loc = tuple[str | int, ...]


def explain(schema: dict[str, Any], loc: Loc, detail: ErrorDetails) -> tuple[str, str]:
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
    if detail["type"].startswith("union_tag_"):
        told = detail.get("ctx", {})
        tag = told["discriminator"].strip("'")
        tags = told["expected_tags"].replace("'", "").split(", ") if "tag" in told else _tags(own)
        wrong = f"`{tag}` is {told['tag']!r}" if "tag" in told else f"`{tag}` is missing"
        return wrong, f"write `{tag}:` with one of: {', '.join(sorted(tags))}"
    if detail["type"] == "string_type" and isinstance(detail["input"], int | float):
        return f"`{key}` is {detail['input']!r}, not a text", f'put it in quotation marks: `{key}: "…"`'
    allowed = own.get("enum") or ([own["const"]] if "const" in own else [])
    remedy = f"write one of: {', '.join(map(str, allowed))}" if allowed else description
    problem = detail["msg"][:1].lower() + detail["msg"][1:]
    return f"`{key}`: {problem}; it is {_short(detail['input'])}", remedy or "see docs/case-format.md"


def _tags(union: dict[str, Any]) -> list[str]:
    return list(union.get("discriminator", {}).get("mapping", ()))


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
