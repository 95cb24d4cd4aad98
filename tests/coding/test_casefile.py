"""Items go into a case file and out of it again; whatever else stands there stays, to the byte."""

import json
import math
import re
import stat

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from leverage.case import Article, load_case, text_hash
from leverage.codebook import load_codebook
from leverage.coding.casefile import CaseText, add_article, check_change, read_case_text
from leverage.coding.yaml_text import plain, same
from leverage.documents import Document
from leverage.faults import InputError

ITEM = {"id": "new", "reading": {"value": 8.0, "unit": "%"}, "note": "Said so: yes."}
LINES = ["- id: new", '  reading: {value: 8, unit: "%"}', '  note: "Said so: yes."']


@pytest.fixture(scope="module")
def codebook():
    return load_codebook()


def of(text):
    return CaseText(None, b"", text)


def after(text, item=ITEM, section="evidence"):
    return of(text).with_item(section, item).text


def block(indent=0, newline="\n"):
    return newline.join(" " * indent + line for line in LINES)


class TestWhereItGoes:
    """Each text is worked out by hand; «+» stands for the new lines."""

    @pytest.mark.parametrize(
        ("text", "indent"),
        [
            ("a: 1\nevidence:\n  - id: x\n    note: y+\nb: 2\n", 2),
            ("a: 1\nevidence:\n- id: x\n  note: y+\nb: 2\n", 0),
            ("evidence:\n    - id: x+\n", 4),
            ("evidence:\n  - id: x+", 2),  # no newline at the end, before and after
            ("evidence:\n  - id: x # why\n    # more on x+\n  # on b\nb: 2\n", 2),
            ("evidence:\n  - id: x+\n\n# what may happen\nscenarios:\n  - id: base\n", 2),
            ("evidence:\n  - id: x\n    note: >-\n      folded\n      over lines+\n\nb: 2\n", 2),
            ("evidence:\n  - id: x\n    note: |\n      # no comment\n+\nb: 2\n".replace("\n+", "+\n"), 2),
            ("evidence:\n  - id: x\n    note: |+\n      kept\n\n+\nb: 2\n", 2),
            ("evidence:\n  - id: x\n    note: 'a\n\n      b' # c+\nb: 2\n", 2),
            ("evidence:\n  - {id: x,\n     note: y}+\nb: 2\n", 2),
            ("evidence:\n  - *x+\nb: 2\n".replace("*x", "&x {id: y}"), 2),
            ("evidence:\n  -\n    id: x+\nb: 2\n", 2),
            ("evidence:\n  - # first\n    id: x+\n", 2),
            ("evidence: # none yet+\nb: 2\n", 2),
            ("evidence:\n  # none yet+\n# of b\nb: 2\n", 2),
            ("evidence:+", 2),
            ("actors:\n- id: a\nevidence:+\nb: 2\n", 0),
            ("evidence: &e\n  - id: x+\n", 2),
            ("evidence:\n  - id: x\n  -+\n", 2),
            ("%YAML 1.1\n---\nevidence:\n  - id: x+\n...\n", 2),
        ],
    )
    def test_in_lines(self, text, indent):
        before, there, rest = text.rpartition("+") if text.count("+") == 1 else text.rpartition("+\n")[:3]
        rest = rest if there == "+" else "\n" + rest
        assert after(before + rest) == f"{before}\n{block(indent)}{rest}"

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("evidence: []\nb: 2\n", "evidence:\n@\nb: 2\n"),
            ("evidence: [ ]   # none\nb: 2\n", "evidence:   # none\n@\nb: 2\n"),
            ("evidence: null\nb: 2\n", "evidence:\n@\nb: 2\n"),
            ("evidence: ~ # none\n", "evidence: # none\n@\n"),
            ("a: 1\n# the end\n", "a: 1\n# the end\nevidence:\n@\n"),
            ("a: 1", "a: 1\nevidence:\n@"),
            ("a:\n  - b\n\n\n", "a:\n  - b\nevidence:\n@\n\n\n"),
        ],
    )
    def test_where_there_is_none(self, text, expected):
        assert after(text) == expected.replace("@", block(2))

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("evidence: [{id: x}] # c\n", "evidence: [{id: x}, @] # c\n"),
            (
                "evidence: [\n  {id: x}, # c\n  {id: y} # d\n]\n",
                "evidence: [\n  {id: x}, # c\n  {id: y},\n  @ # d\n]\n",
            ),
            ("evidence: [{id: x},]\n", "evidence: [{id: x}, @,]\n"),
            ("evidence: [ # none\n  ]\n", "evidence: [@ # none\n  ]\n"),
        ],
    )
    def test_in_brackets(self, text, expected):
        words = '{id: new, reading: {value: 8, unit: "%"}, note: "Said so: yes."}'
        assert after(text) == expected.replace("@", words)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ('{"evidence": []}', '{"evidence": [@]}'),
            ('{"a": 1, "evidence": [{"id": "x"}]}', '{"a": 1, "evidence": [{"id": "x"}, @]}'),
            ('{"evidence": null}', '{"evidence": [@]}'),
            ('{\n  "a": {\n    "b": 1\n  }\n}\n', '{\n  "a": {\n    "b": 1\n  },\n  "evidence": [@]\n}\n'),
            ('{"a": 1}', '{"a": 1, "evidence": [@]}'),
        ],
    )
    def test_json_stays_json(self, text, expected):
        made = after(text)
        assert made == expected.replace(
            "@", '{"id": "new", "reading": {"value": 8, "unit": "%"}, "note": "Said so: yes."}'
        )
        assert json.loads(made)["evidence"][-1]["id"] == "new"

    def test_newlines_are_those_of_the_file(self):
        text = "a: 1\r\nevidence:\r\n  - id: x\r\nb: 2\r\n"
        expected = f"a: 1\r\nevidence:\r\n  - id: x\r\n{block(2, chr(13) + chr(10))}\r\nb: 2\r\n"
        assert after(text) == expected

    def test_keys_stand_where_those_of_the_last_item_stand(self):
        made = after("evidence:\n -   id: x\n     note: y\n", {"id": "m", "note": "z"})
        assert made == "evidence:\n -   id: x\n     note: y\n -   id: m\n     note: z\n"

    def test_a_long_mapping_stands_in_lines(self):
        passage = {"article": "paper", "exact": "so many words " * 8 + "end"}
        made = after("evidence: []", {"id": "n", "passage": passage})
        assert made.splitlines()[2:4] == ["    passage:", "      article: paper"]


class TestRefused:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("evidence: {a: 1}", "`evidence` is no list"),
            ("evidence: none", "`evidence` is no list"),
            ("a: &x [1]\nevidence: *x", "`evidence` is an alias"),
            ("- 1", "the file is no mapping"),
            ("b: |\n  a text block that ends with the file", "end the file's last line with a newline first"),
            ("evidence: &e []\nb: *e", "nothing can be added to `evidence` as it is written"),
        ],
    )
    def test_what_cannot_take_an_item(self, text, told):
        with pytest.raises(InputError, match=told.replace("`", ".")):
            after(text)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
)
NAMES = st.text("abcdefgh_", min_size=1, max_size=6)
ITEMS = st.dictionaries(
    NAMES,
    VALUES | st.dictionaries(NAMES, VALUES, max_size=3) | st.lists(VALUES, max_size=3),
    min_size=1,
    max_size=4,
)
COMMENTS = st.sampled_from(
    ["", "", "", " # a comment", "\n# at the margin", "\n    # indented", "\n", "\n\n\n"]
)


@st.composite
def files(draw):
    """A file in block or flow style, its lists indented or not, with comments and blank lines about."""
    parts = []
    indent = draw(st.sampled_from([0, 1, 2, 4]))
    names = draw(st.permutations(["a", "evidence", "z"]))
    for name in names[: draw(st.integers(1, 3))]:
        style = draw(st.sampled_from(["block", "flow", "empty", "null", "nothing", "text"]))
        items = draw(st.lists(ITEMS, min_size=1, max_size=3))
        if style == "block":
            shown = [""]
            for item in items:
                lines = [f"{key}: {json.dumps(value)}" for key, value in item.items()]
                lines[-1] += draw(
                    st.sampled_from(["", " # said", "\nlast: |+\n  kept\n\n", "\nlast: >-\n  two\n\n  lines"])
                )
                inner = "\n".join(lines).split("\n")
                pad = " " * indent
                body = [f"{pad}- {inner[0]}", *(f"{pad}  {line}" if line else line for line in inner[1:])]
                shown.append("\n".join(body) + draw(COMMENTS))
            value = "\n".join(shown)
        else:
            value = {
                "flow": " " + json.dumps(items, indent=draw(st.sampled_from([None, 2]))),
                "empty": " []",
                "null": " null",
                "nothing": "",
                "text": " |\n  a text\n\n" if name != "evidence" else " []",
            }[style]
            value = value.replace("\n", "\n ")
        parts.append(f"{name}:{value}{draw(COMMENTS)}")
    text = "\n".join(parts) + draw(st.sampled_from(["", "\n", "\n\n", "\n# the end\n", "\n# the end"]))
    return draw(st.sampled_from([text, text.replace("\n", "\r\n")]))


def read(text):
    """The file's data; None where it is no file that an item can be added to."""
    try:
        data = Document(text, "f").data
    except InputError:
        return None
    ends_in_a_text_block = not text.endswith("\n") and re.search(r"[|>]-?\r?\n[^{}\[\]\"]*\Z", text)
    return data if isinstance(data.get("evidence") or [], list) and not ends_in_a_text_block else None


class TestAnyFile:
    @settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
    @given(files(), st.lists(ITEMS, min_size=1, max_size=3, unique_by=lambda item: json.dumps(plain(item))))
    def test_items_go_in_and_out_again(self, text, items):
        data = read(text)
        assume(data is not None)
        case = of(text)
        for item in items:
            case = case.with_item("evidence", item)
        expected = [*(data.get("evidence") or []), *map(plain, items)]
        assert same(Document(case.text, "f").data, {**data, "evidence": expected})
        # Nothing but the added lines differs: without them the text is as it was.
        for edit in reversed(case.edits):
            assert case.text[edit.at : edit.at + len(edit.new)] == edit.new
            case = of(case.text[: edit.at] + edit.old + case.text[edit.at + len(edit.new) :])
            assert edit.old.strip("[] \t\r\n~nul") == "" or edit.old.lstrip("[]~nul \t\r\n").startswith("#")
        assert case.text == text

    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
    @given(
        files(),
        st.lists(ITEMS, min_size=2, max_size=3, unique_by=lambda item: json.dumps(plain(item))),
        st.data(),
    )
    def test_undone_in_any_order(self, text, items, data):
        before = read(text)
        assume(before is not None)
        assume(not any(same(item, each) for item in items for each in before.get("evidence") or []))
        case = of(text)
        edits = []
        for item in items:
            case = case.with_item("evidence", item)
            edits.append((item, case.edits[-1]))
        in_order = data.draw(st.booleans())
        for item, edit in reversed(edits) if in_order else data.draw(st.permutations(edits)):
            case = case.without_item("evidence", item, edit)
        if in_order:
            assert case.text == text
        left = Document(case.text, "f").data
        assert same(left.pop("evidence", None) or [], before.pop("evidence", None) or [])
        assert same(left, before)


class TestUndo:
    def test_after_other_changes_of_the_file(self):
        case = of("a: 1\nevidence:\n  - id: x\nb: 2\n").with_item("evidence", ITEM)
        moved = of(case.text.replace("a: 1", "a: 1\n# a remark above"))
        undone = moved.without_item("evidence", ITEM, case.edits[-1])
        assert undone.text == "a: 1\n# a remark above\nevidence:\n  - id: x\nb: 2\n"

    def test_not_of_an_item_that_was_changed_by_hand(self):
        case = of("evidence: []\n").with_item("evidence", ITEM)
        changed = of(case.text.replace("value: 8", "value: 9"))
        with pytest.raises(InputError, match=r"'new' is not in `evidence` as it was written"):
            changed.without_item("evidence", ITEM, case.edits[-1])


class TestOnDisk:
    def evidence(self, **more):
        return {
            "id": "union-vote-2",
            "actor": "union",
            "factor": "domestic_support",
            "indicator": "carry_on",
            "reading": {"value": 70, "unit": "%"},
            "interval": "exact",
            "kind": "judgement",
            "coder": "tester",
            "note": "Said.",
        } | more

    def test_written_whole_with_the_files_mode_and_mark(self, write_case):
        file = write_case() / "case.yaml"
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
        file.chmod(0o640)
        before = file.read_bytes()
        new = read_case_text(file.parent).with_item("evidence", self.evidence())
        new.write()
        assert file.read_bytes().startswith(b"\xef\xbb\xbfformat:")
        assert stat.S_IMODE(file.stat().st_mode) == 0o640
        assert sorted(path.name for path in file.parent.iterdir()) == ["article.md", "case.yaml"]
        assert [e.id for e in load_case(file).case.evidence] == ["union-forest", "union-vote", "union-vote-2"]
        again = read_case_text(file)
        again.without_item("evidence", plain(self.evidence()), new.edits[-1]).write()
        assert file.read_bytes() == before

    def test_not_over_somebody_elses_change(self, write_case):
        file = write_case() / "case.yaml"
        new = read_case_text(file).with_item("evidence", self.evidence())
        file.write_text(file.read_text() + "# mine\n")
        theirs = file.read_bytes()
        with pytest.raises(InputError, match="changed by somebody else"):
            new.write()
        assert file.read_bytes() == theirs

    def test_a_link_stays_a_link(self, write_case, tmp_path):
        file = write_case() / "case.yaml"
        link = tmp_path / "link.yaml"
        link.symlink_to(file)
        read_case_text(link).with_item("evidence", self.evidence()).write()
        assert link.is_symlink()
        assert "union-vote-2" in file.read_text()

    def test_a_new_fault_is_refused_and_an_old_one_is_not_in_the_way(self, write_case, codebook):
        folder = write_case(("sha256: f", "sha256: 0"))  # the article is not the one that was coded
        old = read_case_text(folder)
        check_change(old, old.with_item("evidence", self.evidence()), codebook)
        wrong = self.evidence(reading={"value": 170, "unit": "%"})
        with pytest.raises(InputError) as caught:
            check_change(old, old.with_item("evidence", wrong), codebook)
        assert [fault.problem for fault in caught.value.faults] == ["the reading 170 % lies out of bounds"]


class TestArticle:
    TEXT = "The union says no.\n"

    def article(self, **more):
        said = {"id": "wire", "title": "No: the union", "publisher": "Wire", "date": "2025-03-01"}
        return Article(**{**said, "sha256": text_hash(self.TEXT), "file": "articles/wire.txt", **more})

    def test_copied_and_named(self, write_case, codebook):
        folder = write_case()
        before = (folder / "case.yaml").read_text()
        made = add_article(folder, self.article(), self.TEXT, codebook)
        loaded = load_case(folder)
        assert loaded.texts["wire"] == self.TEXT
        edit = made.edits[-1]
        text = (folder / "case.yaml").read_text()
        assert text[: edit.at] + text[edit.at + len(edit.new) :] == before
        assert (
            '- id: wire\n    title: "No: the union"\n    publisher: Wire\n    date: 2025-03-01\n' in edit.new
        )

    @pytest.mark.parametrize(
        ("more", "text", "told"),
        [
            ({"id": "paper"}, TEXT, "the id 'paper' stands twice in `articles`"),
            ({"file": "../out.txt"}, TEXT, "is no file of the case's folder"),
            ({"file": "article.md"}, TEXT, "another text stands in this file"),
            ({}, "other", "is not the one whose SHA-256"),
            ({"sha256": text_hash("a\rb")}, "a\rb", "would not be read back as it is"),
        ],
    )
    def test_refused_and_nothing_left_behind(self, write_case, codebook, more, text, told):
        folder = write_case()
        (folder / ".suggestions.jsonl.lock").touch()
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        with pytest.raises(InputError) as caught:
            add_article(folder, self.article(**more), text, codebook)
        assert told in str(caught.value)
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_value_that_is_no_number_is_equal_to_itself():
    assert same({"a": math.nan}, {"a": math.nan})
    assert not same({"a": 1, "b": 2}, {"b": 2, "a": 1})
