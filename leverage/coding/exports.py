"""Suggestions for other programs: W3C Web Annotations, Label Studio's tasks, CSV.

Positions count code points everywhere, as Python does: the Web Annotation model asks for that, and Label
Studio's text regions are stored so, whatever its JavaScript counts inside.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from leverage.coding.suggestion import Suggestion
from leverage.documents import records_csv
from leverage.faults import call_error

ANNO = "http://www.w3.org/ns/anno.jsonld"
# What the model has no word for: the text's hash, and what became of a suggestion.
CONTEXT = [
    ANNO,
    {
        "schema": "https://schema.org/",
        "sha256": "schema:sha256",
        "status": "schema:creativeWorkStatus",
        "identifier": "schema:identifier",
    },
]
SUGGESTED = "suggested"
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:leverage:suggestions")
_TAGS = ("factor", "indicator", "actor", "direction", "strength", "confidence", "tier", "attributed_to")
_COLUMNS = (
    "article", "id", "sentence", "factor", "indicator", "actor", "actor_name", "direction", "strength",
    "confidence", "tier", "conditional", "negated", "attributed_to", "time", "time_from", "time_to", "number",
    "unit", "start", "end", "exact", "sha256", "rules", "codebook", "coder", "status",
)  # fmt: skip


def to_jsonld(
    suggestions: Sequence[Suggestion],
    text: str,
    source: str,
    *,
    title: str | None = None,
    names: Mapping[str, str] | None = None,
    statuses: Mapping[str, str] | None = None,
) -> str:
    """A W3C annotation collection in JSON-LD: an annotation for each suggestion, on one page.

    Its passage is a TextQuoteSelector and a TextPositionSelector on a source with its SHA-256. Tags say
    factor, actor, direction and so on, `factor: ally_backing`; a body of JSON holds the whole suggestion.

    Parameters
    ----------
    suggestions : sequence of Suggestion
    text : str
        The text that was coded.
    source : str
        The article's address, or its file's name.
    title : str, optional
        Of the collection.
    names : mapping of str to str, optional
        Actors' names by id; they are told beside the id.
    statuses : mapping of str to str, optional
        By a suggestion's id: accepted, rejected, …; `SUGGESTED` where it is not in it.

    Raises
    ------
    InputError
        A suggestion does not stand in the text.
    """
    _check(suggestions, text)
    iri = _iri(source)
    collection = _urn("collection", iri, *(each.id for each in suggestions))
    items = [_annotation(each, iri, names or {}, _status(each, statuses)) for each in suggestions]
    content: dict[str, Any] = {
        "@context": CONTEXT,
        "id": collection,
        "type": "AnnotationCollection",
        "label": title or f"Suggestions on {source}",
        "total": len(items),
    }
    if items:
        content["first"] = {
            "id": _urn("page", collection),
            "type": "AnnotationPage",
            "partOf": collection,
            "startIndex": 0,
            "items": items,
        }
    return _json(content)


def _annotation(suggestion: Suggestion, iri: str, names: Mapping[str, str], status: str) -> dict[str, Any]:
    said = suggestion.model_dump(mode="json", by_alias=True)
    tags = [_tag(name, said[name]) for name in _TAGS if said[name] is not None]
    tags += [_tag(name, "yes") for name in ("conditional", "negated") if said[name]]
    if suggestion.actor in names:
        tags.append(_tag("actor_name", names[suggestion.actor or ""]))
    whole = {
        "type": "TextualBody",
        "purpose": "describing",
        "format": "application/json",
        "value": json.dumps(said, ensure_ascii=False),
    }
    quoted = {name: getattr(suggestion, name) for name in ("exact", "prefix", "suffix")}
    return {
        "id": _urn("annotation", iri, suggestion.sha256, suggestion.id),
        "type": "Annotation",
        "motivation": "tagging",
        "identifier": suggestion.id,
        "status": status,
        "creator": {"type": "Software", "name": suggestion.coder},
        "body": [*tags, whole],
        "target": {
            "type": "SpecificResource",
            "source": {"id": iri, "type": "Text", "sha256": suggestion.sha256},
            "selector": [
                {"type": "TextQuoteSelector", **{name: words for name, words in quoted.items() if words}},
                {"type": "TextPositionSelector", "start": suggestion.start, "end": suggestion.end},
            ],
        },
    }


def _tag(name: str, value: object) -> dict[str, str]:
    return {"type": "TextualBody", "purpose": "tagging", "value": f"{name}: {value}"}


def to_label_studio(
    suggestions: Sequence[Suggestion],
    text: str,
    source: str,
    *,
    title: str | None = None,
    statuses: Mapping[str, str] | None = None,
) -> str:
    """A list of one task for Label Studio to import, labelled beforehand: a prediction for each coder.

    Each suggestion is a region with its factor as label; direction, actor and strength are choices of the
    region. See `label_studio_config` for the labelling that goes with it.

    Parameters
    ----------
    suggestions, text, source, title, statuses
        As in `to_jsonld`. What was rejected is left out.

    Raises
    ------
    InputError
        A suggestion does not stand in the text.
    """
    _check(suggestions, text)
    kept = [each for each in suggestions if _status(each, statuses) != "rejected"]
    predictions = [
        {
            "model_version": coder,
            "result": [part for each in kept if each.coder == coder for part in _region(each)],
        }
        for coder in dict.fromkeys(each.coder for each in kept)
    ]
    data = {"text": text, "article": source} | ({"title": title} if title else {})
    return _json([{"data": data, "predictions": predictions}])


def _region(suggestion: Suggestion) -> list[dict[str, Any]]:
    place = {"start": suggestion.start, "end": suggestion.end, "text": suggestion.exact}
    choices = [("direction", suggestion.direction), ("strength", str(suggestion.strength))]
    choices += [("actor", suggestion.actor)] if suggestion.actor is not None else []
    common = {"id": suggestion.id, "to_name": "text"}
    label = {
        **common,
        "from_name": "factor",
        "type": "labels",
        "value": place | {"labels": [suggestion.factor]},
    }
    return [
        label,
        *(
            {**common, "from_name": name, "type": "choices", "value": place | {"choices": [choice]}}
            for name, choice in choices
        ),
    ]


def label_studio_config(factors: Mapping[str, str], actors: Mapping[str, str]) -> str:
    """The labelling interface for Label Studio that `to_label_studio` fits.

    Parameters
    ----------
    factors, actors : mapping of str to str
        Titles and names by id; they are shown as hints.
    """
    groups = [
        _choices("direction", {"+": "good for the actor's hand", "-": "bad for it", "unknown": "not told"}),
        _choices("actor", actors) if actors else "",
        _choices("strength", {"1": "slight or indirect", "2": "plain", "3": "strong"}),
    ]
    labels = "\n".join(_value("Label", name, hint) for name, hint in factors.items())
    # Without pre-wrap the text's runs of blanks are folded, and positions would be others.
    return (
        "<View>\n"
        "  <Style>.htx-text { white-space: pre-wrap; }</Style>\n"
        f'  <Labels name="factor" toName="text">\n{labels}\n  </Labels>\n'
        '  <Text name="text" value="$text" granularity="word"/>\n' + "".join(groups) + "</View>\n"
    )


def _choices(name: str, values: Mapping[str, str]) -> str:
    inner = "\n".join(_value("Choice", value, hint) for value, hint in values.items())
    told = 'toName="text" perRegion="true" choice="single" visibleWhen="region-selected"'
    return f'  <Choices name="{name}" {told}>\n{inner}\n  </Choices>\n'


def _value(tag: str, value: str, hint: str) -> str:
    return f"    <{tag} value={quoteattr(value)} hint={quoteattr(hint)}/>"


def to_csv(
    suggestions: Sequence[Suggestion],
    source: str,
    *,
    names: Mapping[str, str] | None = None,
    statuses: Mapping[str, str] | None = None,
) -> str:
    """A row for each suggestion, with a header; no cell is a formula to a spreadsheet.

    Parameters
    ----------
    suggestions, source, names, statuses
        As in `to_jsonld`.
    """
    rows = [_csv_row(each, source, names or {}, _status(each, statuses)) for each in suggestions]
    return records_csv(rows, _COLUMNS)


def _csv_row(suggestion: Suggestion, source: str, names: Mapping[str, str], status: str) -> dict[str, object]:
    time, number = suggestion.time, suggestion.number
    said = suggestion.model_dump() | {
        "article": source,
        "actor_name": names.get(suggestion.actor or ""),
        "conditional": "yes" if suggestion.conditional else "no",
        "negated": "yes" if suggestion.negated else "no",
        "time": time and time.text,
        "time_from": time and time.start.isoformat(),
        "time_to": time and time.end.isoformat(),
        "number": number and number.value,
        "unit": number and number.unit,
        "status": status,
    }
    return {name: said[name] for name in _COLUMNS}


def _check(suggestions: Sequence[Suggestion], text: str) -> None:
    for each in suggestions:
        if not each.stands_in(text):
            raise call_error(
                f"the suggestion {each.id} does not stand in this text",
                "code the text anew, or re-anchor first",
            )


def _status(suggestion: Suggestion, statuses: Mapping[str, str] | None) -> str:
    return (statuses or {}).get(suggestion.id, SUGGESTED)


def _iri(source: str) -> str:
    """An address as it is, a file's name as a relative one; what it may not hold stands in percent."""
    return quote(source, errors="surrogateescape", safe="/:?#[]@!$&'()*+,;=%-._~" if "://" in source else "/")


def _urn(*parts: str) -> str:
    """An identifier that the same content always gets."""
    return uuid.uuid5(_SPACE, json.dumps(parts)).urn


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
