"""Exports: what other programs ask of them, positions past an emoji, and no formula in a spreadsheet."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.case import text_hash
from leverage.coding.exports import label_studio_config, to_csv, to_jsonld, to_label_studio
from leverage.coding.suggestion import CONTEXT, Suggestion, suggestion_id
from leverage.faults import InputError

SHIP = "\U0001f6a2\U0001f1e9\U0001f1f0"
TEXT = f"{SHIP} The crews <hold> the quay & stay.\n\n=They \U0001f4aa can wait three weeks."
NAMES = {"crews": "The “crews” & Co <b>"}


def suggest(exact, text=TEXT, **more):
    start = text.index(exact)
    end = start + len(exact)
    fields = {
        "sentence": 1, "factor": "territory_held", "indicator": None, "actor": "crews", "direction": "+",
        "strength": 2, "confidence": "high", "tier": "top", "conditional": False, "negated": False,
        "attributed_to": None, "start": start, "end": end, "exact": exact,
        "prefix": text[max(0, start - CONTEXT) : start], "suffix": text[end : end + CONTEXT],
        "sha256": text_hash(text), "rules": ["a.1", "a.2"], "codebook": "c" * 64, "coder": "patterns", **more,
    }  # fmt: skip
    return Suggestion(**fields, id=suggestion_id(fields))


TIME = {"text": "three weeks", "position": TEXT.index("three"), "from": "2025-01-06", "to": "2025-01-27"}
NUMBER = {"value": 3.0, "unit": "weeks", "low": 3.0, "high": 3.0, "text": "three weeks"}
HOLD = suggest("The crews <hold> the quay")
WAIT = suggest(
    "=They \U0001f4aa can wait three weeks", factor="time_remaining", actor=None, direction="unknown",
    tier="rest", conditional=True, attributed_to="the harbour master", time=TIME, number=NUMBER,
    coder="model",
)  # fmt: skip
BOTH = [HOLD, WAIT]

IRI = {"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+$"}
# The MUSTs of the Web Annotation Data Model for what is used here; sections in the titles.
BODY = {
    "title": "3.2.4 Embedded textual body",
    "required": ["type", "value"],
    "properties": {
        "type": {"const": "TextualBody"},
        "value": {"type": "string"},
        "format": {"type": "string", "pattern": "^[a-z]+/[a-z+.-]+$"},
        "purpose": {"enum": ["tagging", "describing"]},
    },
}
QUOTE = {
    "title": "4.2.4 Text quote selector: exactly one exact, at most one prefix and suffix",
    "required": ["type", "exact"],
    "properties": {name: {"type": "string"} for name in ("exact", "prefix", "suffix")},
}
POSITION = {
    "title": "4.2.5 Text position selector: exactly one start and end, not negative",
    "required": ["type", "start", "end"],
    "properties": {
        "type": {"const": "TextPositionSelector"},
        "start": {"type": "integer", "minimum": 0},
        "end": {"type": "integer", "minimum": 0},
    },
}
ANNOTATION = {
    "title": "3.1 Annotations: one id, type Annotation, one or more targets; 3.3.5 motivation of the list",
    "required": ["id", "type", "target"],
    "properties": {
        "id": IRI,
        "type": {"const": "Annotation"},
        "motivation": {"enum": [
            "assessing", "bookmarking", "classifying", "commenting", "describing", "editing", "highlighting",
            "identifying", "linking", "moderating", "questioning", "replying", "tagging",
        ]},
        "creator": {"required": ["type", "name"]},
        "body": {"type": "array", "minItems": 1, "items": BODY},
        "target": {
            "title": "4. Specific resources: exactly one source",
            "required": ["source"],
            "properties": {
                "type": {"const": "SpecificResource"},
                "source": {"required": ["id"], "properties": {"id": {"pattern": r"^[^\s<>\"]+$"}}},
                "selector": {
                    "type": "array",
                    "items": {
                        "if": {"properties": {"type": {"const": "TextQuoteSelector"}}},
                        "then": QUOTE,
                        "else": POSITION,
                    },
                },
            },
        },
    },
}  # fmt: skip
COLLECTION = {
    "title": "5.1 Collection: contexts, one id, type; a first page where total is more than 0",
    "required": ["@context", "id", "type"],
    "properties": {
        "@context": {"type": "array", "contains": {"const": "http://www.w3.org/ns/anno.jsonld"}},
        "id": IRI,
        "type": {"const": "AnnotationCollection"},
        "label": {"type": "string"},
        "total": {"type": "integer", "minimum": 0},
        "first": {
            "title": "5.2 Page: one id, type, a list of items",
            "required": ["id", "type", "items"],
            "properties": {
                "id": IRI,
                "type": {"const": "AnnotationPage"},
                "startIndex": {"type": "integer", "minimum": 0},
                "items": {"type": "array", "items": ANNOTATION},
            },
        },
    },
    "if": {"properties": {"total": {"minimum": 1}}},
    "then": {"required": ["first"]},
}


class TestJsonld:
    def made(self, *args, **more):
        return json.loads(to_jsonld(*(args or (BOTH, TEXT, "https://log.example/a b"))), **more)

    def test_it_keeps_the_model_s_musts(self):
        made = self.made()
        jsonschema.validate(made, COLLECTION)
        assert made["total"] == 2
        first = made["first"]
        assert first["partOf"] == made["id"]
        assert len({made["id"], first["id"], *(item["id"] for item in first["items"])}) == 4
        empty = self.made([], TEXT, "a.txt")
        jsonschema.validate(empty, COLLECTION)
        assert "first" not in empty

    def test_the_schema_of_this_test_does_refuse(self):
        made = self.made()
        del made["first"]["items"][0]["target"]["selector"][1]["end"]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(made, COLLECTION)

    def test_selectors_count_code_points_and_the_source_has_its_hash(self):
        hold, wait = (item["target"] for item in self.made()["first"]["items"])
        assert hold["source"] == {
            "id": "https://log.example/a%20b",
            "type": "Text",
            "sha256": text_hash(TEXT),
        }
        quoted, place = hold["selector"]
        # Three code points and a blank before it; UTF-16 would count seven.
        assert (place["start"], place["end"]) == (4, 29)
        assert TEXT[place["start"] : place["end"]] == quoted["exact"] == "The crews <hold> the quay"
        assert quoted["prefix"] == f"{SHIP} "
        assert "suffix" in wait["selector"][0]

    def test_at_the_text_s_edge_a_side_is_left_out(self):
        whole = suggest("They hold.", "They hold.")
        (item,) = self.made([whole], "They hold.", "a.txt")["first"]["items"]
        assert set(item["target"]["selector"][0]) == {"type", "exact"}

    def test_bodies_tag_it_and_hold_it_whole(self):
        hold, wait = self.made()["first"]["items"]
        values = [body["value"] for body in hold["body"] if body["purpose"] == "tagging"]
        assert values == [
            "factor: territory_held", "actor: crews", "direction: +", "strength: 2",
            "confidence: high", "tier: top",
        ]  # fmt: skip
        tags = [body["value"] for body in wait["body"]]
        assert {"conditional: yes", "attributed_to: the harbour master", "direction: unknown"} < set(tags)
        for item, said in ((hold, HOLD), (wait, WAIT)):
            assert Suggestion.model_validate_json(item["body"][-1]["value"]) == said
        assert (wait["creator"], wait["identifier"]) == ({"type": "Software", "name": "model"}, WAIT.id)

    def test_names_titles_and_what_became_of_it(self):
        text = to_jsonld(BOTH, TEXT, "my file.txt", title="T", names=NAMES, statuses={HOLD.id: "accepted"})
        made = json.loads(text)
        assert made["label"] == "T"
        items = made["first"]["items"]
        assert [item["status"] for item in items] == ["accepted", "suggested"]
        assert f"actor_name: {NAMES['crews']}" in [body["value"] for body in items[0]["body"]]
        assert items[0]["target"]["source"]["id"] == "my%20file.txt"

    @pytest.mark.parametrize(
        ("source", "iri"),
        [
            ("a:b 100%.txt", "a%3Ab%20100%25.txt"),
            ("https://x.example/%20?q=ü", "https://x.example/%20?q=%C3%BC"),
        ],
    )  # fmt: skip
    def test_addresses(self, source, iri):
        assert self.made([HOLD], TEXT, source)["first"]["items"][0]["target"]["source"]["id"] == iri


class TestLabelStudio:
    def test_a_task_with_a_prediction_for_each_coder(self):
        (task,) = json.loads(to_label_studio(BOTH, TEXT, "a.txt", title="T"))
        assert task["data"] == {"text": TEXT, "article": "a.txt", "title": "T"}
        assert [each["model_version"] for each in task["predictions"]] == ["patterns", "model"]
        assert task["predictions"][0]["result"][0] == {
            "id": HOLD.id,
            "from_name": "factor",
            "to_name": "text",
            "type": "labels",
            "value": {
                "start": 4,
                "end": 29,
                "text": "The crews <hold> the quay",
                "labels": ["territory_held"],
            },
        }

    def test_every_region_fits_text_and_labelling(self):
        config = ET.fromstring(
            label_studio_config({"territory_held": "Held", "time_remaining": "Time"}, NAMES)
        )
        controls = {each.get("name"): each for each in config if each.tag in ("Labels", "Choices")}
        assert config.find("Text").get("name") == "text"
        (task,) = json.loads(to_label_studio(BOTH, TEXT, "a.txt"))
        for prediction in task["predictions"]:
            for region in prediction["result"]:
                value, control = region["value"], controls[region["from_name"]]
                assert task["data"]["text"][value["start"] : value["end"]] == value["text"]
                assert control.tag.lower() == region["type"]
                assert control.get("toName") == region["to_name"]
                assert set(value[region["type"]]) <= {choice.get("value") for choice in control}
        choices = [r["from_name"] for r in task["predictions"][1]["result"]]
        assert choices == ["factor", "direction", "strength"]  # no actor can be told

    def test_labelling_escapes_names(self):
        root = ET.fromstring(label_studio_config({"f": 'A "<&>" factor'}, NAMES))
        assert root.find("Labels/Label").get("hint") == 'A "<&>" factor'
        assert [c.get("hint") for c in root.findall("Choices[@name='actor']/Choice")] == list(NAMES.values())
        assert root.find("Style").text == ".htx-text { white-space: pre-wrap; }"
        assert "actor" not in [c.get("name") for c in ET.fromstring(label_studio_config({"f": "F"}, {}))]

    def test_what_was_rejected_is_left_out(self):
        (task,) = json.loads(to_label_studio(BOTH, TEXT, "a.txt", statuses={HOLD.id: "rejected"}))
        assert [each["model_version"] for each in task["predictions"]] == ["model"]


class TestCsv:
    def test_a_row_for_each(self):
        one, two = csv.DictReader(
            io.StringIO(to_csv(BOTH, "a.txt", names=NAMES, statuses={WAIT.id: "accepted"}))
        )
        assert (one["article"], one["id"], one["factor"], one["actor"]) == (
            "a.txt",
            HOLD.id,
            "territory_held",
            "crews",
        )
        assert (one["direction"], one["actor_name"], one["rules"]) == ("+", NAMES["crews"], "a.1; a.2")
        assert (one["conditional"], two["conditional"], one["time"], two["actor"]) == ("no", "yes", "", "")
        assert (two["time"], two["time_from"], two["time_to"]) == ("three weeks", "2025-01-06", "2025-01-27")
        assert (two["number"], two["unit"], two["status"]) == ("3.0", "weeks", "accepted")
        assert TEXT[int(two["start"]) : int(two["end"])] == WAIT.exact

    def test_no_cell_is_a_formula(self):
        (row,) = csv.DictReader(io.StringIO(to_csv([WAIT], "@SUM(1)")))
        assert row["exact"] == "'=They \U0001f4aa can wait three weeks"
        assert row["article"] == "'@SUM(1)"

    def test_the_header_stands_alone_where_there_is_nothing(self):
        assert to_csv([], "a").startswith("article,id,sentence,factor,")
        assert to_csv([], "a").count("\n") == 1


def test_a_suggestion_on_another_text_is_refused():
    for export in (to_jsonld, to_label_studio):
        with pytest.raises(InputError) as caught:
            export(BOTH, TEXT + "!", "a.txt")
        assert caught.value.faults[0].problem == f"the suggestion {HOLD.id} does not stand in this text"


def test_same_input_same_bytes():
    for export in (to_jsonld, to_label_studio):
        assert export(BOTH, TEXT, "a.txt") == export(list(BOTH), TEXT, "a.txt")
        assert export(BOTH, TEXT, "a.txt") != export(BOTH[::-1], TEXT, "a.txt")


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
    st.integers(0, 29),
    st.integers(1, 9),
)
def test_any_text_is_exported_whole(text, start, length):
    exact = text[min(start, len(text) - 1) :][:length]
    one = suggest(exact, text)
    (item,) = json.loads(to_jsonld([one], text, "a"))["first"]["items"]
    assert Suggestion.model_validate_json(item["body"][-1]["value"]) == one
    (task,) = json.loads(to_label_studio([one], text, "a"))
    value = task["predictions"][0]["result"][0]["value"]
    assert task["data"]["text"][value["start"] : value["end"]] == exact
