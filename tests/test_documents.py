"""Files read strictly: what is refused, where, and what the reader is told to do."""

import itertools
import json
import math
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from leverage.documents import MAX_BYTES, Day, Document, Item, Items, Real, path_within, read_text
from leverage.faults import InputError


def refused(text):
    """The faults of a text, as the reader sees them."""
    with pytest.raises(InputError) as caught:
        Document(text, "f.yaml")
    return [str(fault).replace("\n    → ", " → ") for fault in caught.value.faults]


class TestReading:
    def test_plain_values_are_not_guessed(self):
        text = "a: [1, -2.5, 1e3, .5, true, null, ~, no, off, 2025-01-06, 0x10, 1_000, 12:30, '7', .inf]"
        assert Document(text, "f").data == {
            "a": [
                *(1, -2.5, 1000.0, 0.5, True, None, None),
                *("no", "off", "2025-01-06", "0x10", "1_000", "12:30", "7", math.inf),
            ]
        }

    def test_json_is_read_too(self):
        assert Document('{"a": [1.5, "é", null, 1e-05], "b": {}}', "f").data == {
            "a": [1.5, "é", None, 1e-05],
            "b": {},
        }

    def test_a_number_of_ten_thousand_digits_stays_text(self):
        assert Document("a: " + "9" * 10_000, "f").data == {"a": "9" * 10_000}

    def test_aliases_repeat_a_value(self):
        document = Document("a: &x {b: 1}\nc: *x\n", "f.yaml")
        assert document.data == {"a": {"b": 1}, "c": {"b": 1}}
        assert document.fault(["c"], "p", "r").place == "f.yaml:2:1"

    @given(
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-(10**9), 10**9)
            | st.floats(allow_nan=False)
            | st.text("aé: #"),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=3), inner, max_size=3)
            ),
            max_leaves=10,
        )
    )
    def test_what_json_writes_is_read_back(self, value):
        text = json.dumps({"value": value}).replace("-Infinity", "-.inf").replace("Infinity", ".inf")
        assert Document(text, "f").data == {"value": value}


class TestRefusing:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param(
                "a: 1\nb: 2\n  a: 3\n",
                "f.yaml:3:4: this is not valid YAML: mapping values are not allowed in this context → "
                "put a text that contains `: ` in quotation marks",
                id="not YAML",
            ),
            pytest.param(
                "a: 1\nb: 2\n'a': 3\n",
                "f.yaml:3:1: the key `a` appears twice, first in line 1 → keep one of them",
                id="duplicate key",
            ),
            pytest.param(
                "a: 1\nb: !!python/object/apply:os.system [ls]\n",
                "f.yaml:2:4: the tag `!!python/object/apply:os.system` is not allowed → "
                "delete it: files hold plain values only",
                id="dangerous tag",
            ),
            pytest.param(
                "a: !mine {b: 1}\n",
                "f.yaml:1:4: the tag `!mine` is not allowed → delete it: files hold plain values only",
                id="own tag",
            ),
            pytest.param(
                "a: &x [1, *x]\n",
                "f.yaml:1:11: `*x` stands inside its own anchor → write the value out",
                id="recursive alias",
            ),
            pytest.param(
                "a: *x\n", "f.yaml:1:4: there is no anchor `&x` above → write the value out", id="no anchor"
            ),
            pytest.param(
                "a: 1\nb: " + "[" * 50 + "]" * 50,
                "f.yaml:2:43: the file nests deeper than 40 levels → flatten it",
                id="too deep",
            ),
            pytest.param(
                "a: 1\nbc: d\x07e\n",
                "f.yaml:2:6: the character '\\x07' is not allowed → delete it",
                id="bell",
            ),
            pytest.param(
                "a: é\x00\n", "f.yaml:1:5: the character '\\x00' is not allowed → delete it", id="null"
            ),
            pytest.param(
                "a: \ud800\n",
                "f.yaml:1:4: the character '\\ud800' is not allowed → delete it",
                id="surrogate",
            ),
            pytest.param(
                "a: 1\n---\nb: 2\n",
                "f.yaml:2:1: a second document begins here → keep one document, and delete the `---`",
                id="several documents",
            ),
            pytest.param(
                "a:\n\tb: 1\n",
                "f.yaml:2:1: this is not valid YAML: while scanning for the next token found character that "
                "cannot start any token → indent with spaces, and put a text that begins with a special "
                "character in quotation marks",
                id="tab",
            ),
            pytest.param(
                "a: [1, 2\nb: 3\n",
                "f.yaml:2:2: this is not valid YAML: while parsing a flow sequence did not find expected "
                "',' or ']' → check indentation, quotation marks and brackets near this place",
                id="open bracket",
            ),
            pytest.param("? [a]\n: 1\n", "f.yaml:1:3: a key must be a word → write `name: value`", id="key"),
        ],
    )
    def test_with_its_place_and_remedy(self, text, expected):
        assert refused(text) == [expected]

    def test_everything_that_can_be_told_at_once(self):
        assert [line.split(":")[1] for line in refused("a: !x 1\na: 2\nb: *y\n---\nc: 1\n")] == list("1234")

    def test_aliases_that_explode(self):
        text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        text += "".join(
            f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in itertools.pairwise("abcdefghij")
        )
        (line,) = refused(text)
        assert line == (
            "f.yaml:5:36: the file expands to more than 100,000 values → "
            "write values out instead of repeating aliases"
        )

    def test_aliases_that_nest_ever_deeper(self):
        text = "x0: &x0 []\n" + "".join(f"x{n}: &x{n} [*x{n - 1}]\n" for n in range(1, 400))
        (line,) = refused(text)
        assert line == "f.yaml:40:12: the file nests deeper than 40 levels → flatten it"

    def test_too_many_values(self):
        (line,) = refused("- 1\n" * 100_001)
        assert line == "f.yaml:100000:3: the file holds more than 100,000 values → split it"

    @pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "null\n"])
    def test_empty_file(self, text):
        with pytest.raises(InputError) as caught:
            Document(text, "f.yaml").validate(Basket)
        assert [f.problem for f in caught.value.faults] == ["the file is empty"]
        assert [f.remedy for f in caught.value.faults] == ["start with `format: …`"]

    @pytest.mark.parametrize("text", ["- 1\n", "word\n", "5\n"])
    def test_no_mapping(self, text):
        with pytest.raises(InputError) as caught:
            Document(text, "f.yaml").validate(Basket)
        assert str(caught.value) == (
            "f.yaml:1:1: the file is no mapping of keys to values\n    → start with `format: …`"
        )


class TestFiles:
    def told(self, path):
        with pytest.raises(InputError) as caught:
            read_text(path)
        (fault,) = caught.value.faults
        assert fault.file == str(path)
        return fault.line, fault.problem, fault.remedy

    def test_missing(self, tmp_path):
        assert self.told(tmp_path / "no.yaml") == (None, "there is no such file", "check the path")

    def test_folder(self, tmp_path):
        assert self.told(tmp_path) == (None, "this is a folder, not a file", "name a file in it")

    def test_a_file_as_folder(self, tmp_path):
        (tmp_path / "file").write_text("x")
        _, problem, remedy = self.told(tmp_path / "file" / "case.yaml")
        assert (problem, remedy) == (
            "the file cannot be read (Not a directory)",
            "check its name and permissions",
        )

    def test_no_possible_name(self, tmp_path):
        assert self.told(tmp_path / "a\0b") == (None, "no file can have this name", "check the path")
        assert self.told(tmp_path / ("a" * 300))[1] == "the file cannot be read (File name too long)"

    def test_not_utf_8(self, tmp_path):
        (tmp_path / "f").write_bytes("a: 1\nb: caf\xe9\n".encode("latin-1"))
        assert self.told(tmp_path / "f") == (2, "byte 11 is not UTF-8 text", "save the file as UTF-8")

    def test_utf_16(self, tmp_path):
        (tmp_path / "f").write_bytes("a: 1\n".encode("utf-16"))
        assert self.told(tmp_path / "f")[1:] == ("byte 0 is not UTF-8 text", "save the file as UTF-8")

    def test_too_large(self, tmp_path):
        (tmp_path / "f").write_bytes(b"#" * (MAX_BYTES + 1))
        assert self.told(tmp_path / "f") == (None, "the file is larger than 5 MB", "split it")
        (tmp_path / "f").write_bytes(b"#" * MAX_BYTES)
        assert len(read_text(tmp_path / "f")) == MAX_BYTES

    def test_newlines_and_byte_order_mark(self, tmp_path):
        (tmp_path / "f").write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n")
        assert read_text(tmp_path / "f") == "a\nb\nc\n"

    @pytest.mark.parametrize("name", ["../a", "/etc/hostname", "b/../../a", "a\0b"])
    def test_a_path_that_leaves_its_folder(self, tmp_path, name):
        assert path_within(tmp_path, name) is None

    def test_a_link_that_leaves_its_folder(self, tmp_path):
        inner = tmp_path / "inner"
        inner.mkdir()
        (inner / "link").symlink_to(tmp_path / "outer.txt")
        (inner / "round").symlink_to(inner / "round")
        assert path_within(inner, "link") is None
        assert path_within(inner, "round") in (None, inner / "round")
        assert path_within(inner, "b/a.txt") == inner / "b" / "a.txt"


class Apple(Item):
    kind: Literal["apple"]
    grams: Real = Field(gt=0, description="its weight")


class Pear(Item):
    kind: Literal["pear"]
    picked: Day = Field(description="when it was picked")


class Basket(Item):
    format: Literal["basket/1"]
    owner: str = Field(description="whose it is")
    fruit: Items[Annotated[Apple | Pear, Field(discriminator="kind")]] = Field(default_factory=list)
    weighed: Day | None = None


def told(text, model=Basket):
    with pytest.raises(InputError) as caught:
        Document(text, "f.yaml").validate(model)
    return [str(fault).replace("\n    → ", " → ") for fault in caught.value.faults]


class TestModels:
    SOUND = """\
format: basket/1
owner: me
fruit:
  - {kind: apple, grams: 150}
  - {kind: pear, picked: 2025-09-01}
"""

    def test_items_know_their_place(self):
        basket = Document(self.SOUND, "f").validate(Basket)
        assert [fruit.index for fruit in basket.fruit] == [0, 1]
        assert Apple(kind="apple", grams=1).index == -1

    def test_words_of_every_kind_of_fault(self):
        text = """\
owner: 5
fruits: []
weighed: soon
fruit:
  - {kind: apple, grams: heavy}
  - {kind: peach}
  - {grams: 1}
  - {kind: apple, grams: -1}
  - {kind: pear}
  - pear
  - {kind: apple, gram: 1}
"""
        assert told(text) == [
            "f.yaml:1:1: `format` is missing → add `format: …`",
            'f.yaml:1:1: `owner` is 5, not a text → put it in quotation marks: `owner: "…"`',
            "f.yaml:2:1: `fruits` is not a key here → did you mean 'fruit'? Known: format, owner, fruit, "
            "weighed",
            "f.yaml:3:1: 'soon' is not a day → write it as YYYY-MM-DD",
            "f.yaml:5:19: `grams`: input should be a valid number; it is 'heavy' → its weight",
            "f.yaml:6:6: `kind` is 'peach' → write `kind:` with one of: apple, pear",
            "f.yaml:7:5: `kind` is missing → write `kind:` with one of: apple, pear",
            "f.yaml:8:19: `grams`: input should be greater than 0; it is -1 → its weight",
            "f.yaml:9:5: `picked` is missing → add `picked: …` (when it was picked)",
            "f.yaml:10:5: `fruit`: input should be a valid dictionary or object to extract fields from; "
            "it is 'pear' → see docs/case-format.md",
            "f.yaml:11:5: `grams` is missing → add `grams: …` (its weight)",
            "f.yaml:11:19: `gram` is not a key here → did you mean 'grams'? Known: kind, grams",
        ]

    def test_a_long_value_is_shortened(self):
        (line,) = told(self.SOUND.replace("grams: 150", "grams: " + "x" * 500))
        assert (
            line == f"f.yaml:4:19: `grams`: input should be a valid number; it is '{'x' * 56}… → its weight"
        )

    @pytest.mark.parametrize("value", ["'150'", "true", ".nan", ".inf", "null"])
    def test_only_a_number_is_a_number(self, value):
        (line,) = told(self.SOUND.replace("150", value))
        assert line.startswith("f.yaml:4:19: `grams`: input should be a ")

    @pytest.mark.parametrize(
        "value", ["20250901", "2025-9-1", "2025-02-30", "2025-09-01T00:00:00", "'2025-09-01 '", "0"]
    )
    def test_only_a_day_is_a_day(self, value):
        (line,) = told(self.SOUND.replace("2025-09-01", value))
        assert line.startswith("f.yaml:5:18: ")
        assert line.endswith(" is not a day → write it as YYYY-MM-DD")

    def test_the_sound_part_is_there_for_further_checks(self):
        text = self.SOUND.replace("owner: me", "owner: [me]").replace("150", "none") + "weighed: soon\nx: 1\n"
        basket, faults = Document(text, "f").validate_sound(Basket, {"owner": "nobody"})
        assert sorted(fault.line for fault in faults) == [2, 4, 6, 7]
        assert (basket.owner, basket.weighed) == ("nobody", None)
        assert [(fruit.index, fruit.kind) for fruit in basket.fruit] == [(1, "pear")]

    def test_without_what_a_model_needs_nothing_is_sound(self):
        assert Document("format: basket/1", "f").validate_sound(Basket, {})[0] is None

    def test_a_fault_at_something_that_is_not_there_lies_at_what_is_around_it(self):
        document = Document(self.SOUND, "f")
        assert document.fault(["fruit", 1, "picked", "day"], "p", "r").place == "f:5:18"
        assert document.fault(["fruit", 9], "p", "r").place == "f:3:1"
        assert document.fault([], "p", "r").place == "f:1:1"


class TestPlaces:
    """Where values stand, so that a file can be changed in one place."""

    @pytest.mark.parametrize(
        ("loc", "words"),
        [
            ((), None),
            (("a",), "plain # no comment".partition(" #")[0]),
            (("b",), "[1, {c: 2}]"),
            (("b", 1), "{c: 2}"),
            (("b", 1, "c"), "2"),
            (("d",), "- e: 'f'\r\n  g: |\r\n    text\r\n"),
            (("d", 0, "e"), "'f'"),
            (("h",), ""),
            (("i",), "*x"),
            (("j",), '&x "é😀"'),
        ],
    )
    def test_a_value_and_nothing_after_it(self, loc, words):
        text = 'a: plain # no comment\r\nj: &x "é😀"\r\nb: [1, {c: 2}] # d\r\nh:\r\ni: *x\r\n'
        text += "d:\r\n- e: 'f'\r\n  g: |\r\n    text\r\n\r\n# the end\r\n"
        place = Document(text, "f").place(loc)
        found = text[place.start : place.end]
        assert found.rstrip() == (text.partition("\r\n\r\n#")[0] if words is None else words).rstrip()
        assert place.flow == (loc in {("b",), ("b", 1)})
        assert place.alias == (loc == ("i",))

    def test_what_is_not_there(self):
        document = Document("a: [1]", "f")
        assert document.place(("b",)) is document.place(("a", 1)) is document.place(("a", "x")) is None

    @given(st.text("ab:-# \n[]{},'\"&*|>", max_size=40))
    def test_places_lie_within_each_other(self, text):
        try:
            document = Document(text, "f")
        except InputError:
            return

        def check(loc, data, outer):
            place = document.place(loc)
            assert outer.start <= place.start <= place.end <= outer.end
            if place.alias:
                return
            inner = (
                data.items() if isinstance(data, dict) else enumerate(data if isinstance(data, list) else ())
            )
            for step, value in inner:
                check((*loc, step), value, place)

        root = document.place(())
        assert 0 <= root.start <= root.end <= len(text)
        check((), document.data, root)
