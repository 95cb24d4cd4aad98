"""Suggestions for other tools: W3C Web Annotation, Label Studio, CSV, and lines of JSON."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from leverage.codebook import Codebook
from leverage.coding.suggestion import Suggestion, TimeReference

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
PENDING = "pending"
_TAGS = ("actor", "direction", "strength", "confidence", "tier", "conditional", "negated", "attributed_to")


def to_jsonl(records: Sequence[Suggestion | TimeReference]) -> str:
    """One JSON object a line."""
    return "".join(record.model_dump_json(by_alias=True) + "\n" for record in records)


def to_jsonld(suggestions: Sequence[Suggestion], states: Mapping[str, str] | None = None) -> dict[str, Any]:
    """An annotation page of the W3C Web Annotation data model (2017).

    The source of each target is the text itself, named by its SHA-256 (RFC 6920). Positions count Unicode code points,
    as the model asks.

    Parameters
    ----------
    suggestions : sequence of Suggestion
    states : mapping of str to str, optional
        By the suggestion's id what became of it; pending where absent.
    """
    return {
        "@context": CONTEXT,
        "id": "urn:leverage:suggestions",
        "type": "AnnotationPage",
        "items": [_annotation(each, (states or {}).get(each.id, PENDING)) for each in suggestions],
    }


def _annotation(suggestion: Suggestion, state: str) -> dict[str, Any]:
    stated = suggestion.model_dump(mode="json")
    tags = {name: stated[name] for name in _TAGS if stated[name] is not None}
    coded = suggestion.factor + (f".{suggestion.indicator}" if suggestion.indicator else "")
    return {
        "id": f"urn:leverage:{suggestion.id}",
        "type": "Annotation",
        "motivation": "classifying",
        "creator": {"type": "Software", "name": suggestion.coder},
        "body": [
            {"type": "TextualBody", "purpose": "classifying", "value": coded},
            *(
                {"type": "TextualBody", "purpose": "tagging", "value": f"{name}: {_word(value)}"}
                for name, value in {**tags, "state": state}.items()
            ),
        ],
        "target": {
            "source": f"ni:///sha-256;{_digest(suggestion.sha256)}",
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": suggestion.exact,
                    "prefix": suggestion.prefix,
                    "suffix": suggestion.suffix,
                },
                {"type": "TextPositionSelector", "start": suggestion.start, "end": suggestion.end},
            ],
        },
    }


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _digest(sha256: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")


def to_label_studio(text: str, suggestions: Sequence[Suggestion]) -> list[dict[str, Any]]:
    """One task with the text, and the suggestions as predictions, a model version for each coder.

    Positions count code points, as Label Studio has stored them since its version 1.3; `label_studio_config` is
    the labelling interface that they fit.
    """
    coders = dict.fromkeys(each.coder for each in suggestions)
    return [
        {
            "data": {"text": text},
            "predictions": [
                {
                    "model_version": coder,
                    "result": [part for s in suggestions if s.coder == coder for part in _regions(s)],
                }
                for coder in coders
            ],
        }
    ]


def _regions(suggestion: Suggestion) -> list[dict[str, Any]]:
    place = {"start": suggestion.start, "end": suggestion.end, "text": suggestion.exact}
    parts = [("factor", "labels", "labels", [suggestion.factor])]
    parts += [("actor", "choices", "choices", [suggestion.actor])] if suggestion.actor else []
    parts.append(("direction", "choices", "choices", [suggestion.direction]))
    return [
        {
            "id": suggestion.id,
            "from_name": name,
            "to_name": "text",
            "type": kind,
            "value": {**place, key: value},
        }
        for name, kind, key, value in parts
    ]


def label_studio_config(codebook: Codebook, actors: Sequence[str]) -> str:
    """The labelling interface, as XML: factors as labels, actor and direction as choices of each region."""
    choices = {"actor": actors, "direction": ("+", "-", "unknown")}
    lines = ["<View>", '  <Labels name="factor" toName="text">']
    lines += [f"    <Label value={quoteattr(name)}/>" for name in codebook.names]
    lines += ["  </Labels>", '  <Text name="text" value="$text"/>']
    for name, values in choices.items():
        lines.append(f'  <Choices name="{name}" toName="text" perRegion="true">')
        lines += [f"    <Choice value={quoteattr(value)}/>" for value in values]
        lines.append("  </Choices>")
    return "\n".join([*lines, "</View>"]) + "\n"


def suggestion_rows(
    suggestions: Sequence[Suggestion], states: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Flat rows for CSV and data frames; a row a suggestion."""
    rows = []
    for each in suggestions:
        row = each.model_dump(mode="json", exclude={"time", "number", "rules"})
        time, number = each.time, each.number
        row |= {
            "time": time and time.text,
            "time_from": time and str(time.start),
            "time_to": time and str(time.end),
        }
        row |= {
            "number": number and number.value,
            "unit": number and number.unit,
            "rules": " ".join(each.rules),
        }
        rows.append({**row, "state": (states or {}).get(each.id, PENDING)})
    return rows
