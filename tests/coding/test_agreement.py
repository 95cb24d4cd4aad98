"""Agreement of two coders: worked out by hand, and by the plain definition over every unit."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.coding.agreement import ALL, agree_on_codings
from leverage.coding.alpha import krippendorff_alpha
from leverage.coding.codings import CodedRow, read_codings, read_rows
from leverage.faults import InputError

FIRST = [
    CodedRow("a", 1, "f", "north", "+", 2, "one"),
    CodedRow("a", 2, "f", "north", "-", 1),
    CodedRow("a", 3, "f", "south", "+", 3, "three"),
]
SECOND = [
    CodedRow("a", 1, "f", "north", "+", 3, "uno"),
    CodedRow("a", 2, "f", "north", "+", 1, "two"),
    CodedRow("a", 4, "f", "south", "unknown", 2),
]


def test_by_hand():
    found = agree_on_codings(FIRST, SECOND)
    assert (found.articles, found.sentences, found.units) == (1, 4, 8)
    (f,) = found.factors
    assert (f.both, f.only_first, f.only_second, f.same, f.share) == (2, 1, 1, 1, 0.25)
    # 16 values: 10 nothing, 4 plus, 1 minus, 1 unknown; 3 of 8 units differ.
    assert f.alpha == pytest.approx(1 - (6 / 16) / ((256 - 100 - 16 - 1 - 1) / (16 * 15)))
    # Plus plus, minus plus: what chance gives.
    assert f.alpha_direction == pytest.approx(0.0)
    # Strengths 2 3 and 1 1; δ² of 2 and 3 is 1, of 1 and 2 is 2.25, of 1 and 3 is 6.25.
    assert f.alpha_strength == pytest.approx(1 - (2 / 4) / (2 * (1 + 2 * 2.25 + 2 * 6.25) / 12))
    assert found.overall == f.model_copy(update={"factor": ALL})


def test_disagreements_in_order_with_the_words():
    found = agree_on_codings(FIRST, SECOND).disagreements
    assert [(d.sentence, d.actor, d.how, d.first, d.second, d.exact) for d in found] == [
        (1, "north", "strength", "+", "+", "one"),
        (2, "north", "direction", "-", "+", "two"),
        (3, "south", "only first", "+", None, "three"),
        (4, "south", "only second", None, "unknown", None),
    ]
    assert (found[0].first_strength, found[0].second_strength) == (2, 3)


def test_a_longer_article_has_more_units_on_which_both_have_nothing():
    short = agree_on_codings(FIRST, SECOND)
    long = agree_on_codings(FIRST, SECOND, sentences={"a": 400, "other": 9})
    assert (long.sentences, long.units) == (400, 800)
    assert long.overall.alpha > short.overall.alpha
    assert long.overall.alpha_direction == short.overall.alpha_direction
    # What an article is said to have is not believed where more was coded.
    assert agree_on_codings(FIRST, SECOND, sentences={"a": 2}).sentences == 4


def test_a_factor_that_one_alone_names():
    more = [*SECOND, CodedRow("a", 1, "g", "north", "-")]
    f, g = agree_on_codings(FIRST, more).factors
    assert f == agree_on_codings(FIRST, SECOND).factors[0]
    assert (g.both, g.only_first, g.only_second, g.share, g.alpha_direction) == (0, 0, 1, 0.0, None)


def test_full_agreement_and_one_coder_alone():
    same = agree_on_codings(FIRST, FIRST)
    assert (same.overall.alpha, same.overall.alpha_strength, same.disagreements) == (1.0, 1.0, [])
    alone = agree_on_codings(FIRST, [])
    assert alone.overall.share == 0.0
    assert alone.overall.alpha < 0
    assert agree_on_codings([], []).overall.alpha is None


def test_several_rows_of_a_unit_are_one_code():
    rows = [CodedRow("a", 1, "f", "x", d, s) for d, s in (("+", 1), ("unknown", 3), ("+", 2))]
    (d,) = agree_on_codings(rows, []).disagreements
    assert (d.first, d.first_strength) == ("+", 3)
    both_ways = agree_on_codings([*rows, CodedRow("a", 1, "f", "x", "-")], [])
    assert (both_ways.disagreements[0].first, both_ways.merged_first, both_ways.merged_second) == (
        "unknown",
        1,
        0,
    )


def test_no_actor_is_an_actor_of_its_own_and_stands_last():
    found = agree_on_codings([CodedRow("a", 1, "f", None, "+")], [CodedRow("a", 1, "f", "x", "+")])
    assert [(d.actor, d.how) for d in found.disagreements] == [("x", "only second"), (None, "only first")]
    assert found.units == 2


ROWS = st.lists(
    st.builds(
        CodedRow, st.sampled_from("ab"), st.integers(1, 4), st.sampled_from("fg"),
        st.sampled_from(["x", "y", None]), st.sampled_from(["+", "-", "unknown"]),
        st.sampled_from([None, 1, 2, 3]),
    ),
    max_size=12,
    unique_by=lambda row: row[:4],
)  # fmt: skip


@given(ROWS, ROWS)
def test_alpha_is_that_over_every_unit_written_out(first, second):
    found = agree_on_codings(first, second)
    codes = [{row[:4]: row.direction for row in rows} for rows in (first, second)]
    last, actors = {}, {}
    for row in [*first, *second]:
        last[row.article] = max(last.get(row.article, 0), row.sentence)
        actors.setdefault(row.article, set()).add(row.actor)
    number = {None: 0, "+": 1, "-": 2, "unknown": 3}
    for each in found.factors:
        units = [
            [number[by.get((article, sentence, each.factor, actor))] for by in codes]
            for article in last for sentence in range(1, last[article] + 1) for actor in actors[article]
        ]  # fmt: skip
        expected = krippendorff_alpha(units, "nominal")
        assert each.alpha is None if expected != expected else each.alpha == pytest.approx(expected)
        assert len(units) == found.units
    # The other way round only changes sides.
    back = agree_on_codings(second, first)
    for one, two in zip([found.overall, *found.factors], [back.overall, *back.factors], strict=True):
        assert (one.only_first, one.only_second, one.both, one.same) == (
            two.only_second, two.only_first, two.both, two.same,
        )  # fmt: skip
        assert one.alpha == pytest.approx(two.alpha)


ROW = {"sentence": 3, "factor": "f", "actor": "north", "direction": "+"}


class TestFiles:
    @pytest.fixture
    def write(self, tmp_path):
        def write(name, *rows):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
            )
            return path

        return write

    def test_a_row_as_small_as_can_be_and_one_with_more(self, write):
        path = write("a.jsonl", ROW, "", {**ROW, "actor": None, "strength": 2, "article": "b", "tier": []})
        assert read_rows(path, "a") == [
            CodedRow("a", 3, "f", "north", "+"),
            CodedRow("b", 3, "f", None, "+", 2),
        ]

    def test_bad_rows_are_all_told(self, write):
        first = write(
            "one.jsonl",
            {"factor": "f", "actor": "north", "direction": "+"},
            '{"sentence" 3}',
            [1],
            {**ROW, "sentence": 0, "direction": "up", "strength": 4},
            {**ROW, "sentence": True, "factor": " ", "actor": 7, "article": 3, "exact": []},
            "[" * 5000,
            {**ROW, "sentence": 10**400},
        )
        second = write("two.jsonl", ROW, {**ROW, "direction": ["+"]})
        with pytest.raises(InputError) as caught:
            read_codings(first, second)
        told = [(f.file.rsplit("/")[-1], f.line, f.column, f.problem) for f in caught.value.faults]
        assert told == [
            ("one.jsonl", 1, None, "`sentence` is missing"),
            ("one.jsonl", 2, 13, "this is no JSON (expecting ':' delimiter)"),
            ("one.jsonl", 3, None, "this is no JSON object"),
            ("one.jsonl", 4, None, "`sentence` is 0"),
            ("one.jsonl", 4, None, '`direction` is "up"'),
            ("one.jsonl", 4, None, "`strength` is 4"),
            ("one.jsonl", 5, None, "`sentence` is true"),
            ("one.jsonl", 5, None, '`factor` is " "'),
            ("one.jsonl", 5, None, "`actor` is 7"),
            ("one.jsonl", 5, None, "`article` is 3"),
            ("one.jsonl", 5, None, "`exact` is []"),
            ("one.jsonl", 6, None, "this is no JSON that can be read"),
            ("one.jsonl", 7, None, f"`sentence` is {'1' + '0' * 56}…"),
            ("two.jsonl", 2, None, '`direction` is ["+"]'),
        ]
        assert caught.value.faults[4].remedy == 'write "+", "-" or "unknown"'

    def test_folders_pair_files_of_the_same_name(self, write, tmp_path):
        for coder in ("one", "two"):
            write(f"{coder}/x.jsonl", ROW)
            write(f"{coder}/more/y.jsonl", {**ROW, "article": "named"})
        first, second = read_codings(tmp_path / "one", tmp_path / "two")
        assert [row.article for row in first] == ["named", "x"]
        assert first == second

    def test_a_file_that_one_folder_lacks_is_told_beside_bad_rows(self, write, tmp_path):
        write("one/x.jsonl", "{")
        write("one/z.jsonl", ROW)
        write("two/x.jsonl", ROW)
        write("two/y.jsonl", ROW)
        with pytest.raises(InputError) as caught:
            read_codings(tmp_path / "one", tmp_path / "two")
        assert [(f.file.removeprefix(f"{tmp_path}/"), f.problem[:27]) for f in caught.value.faults] == [
            ("one", "there is no y.jsonl in it"),
            ("one/x.jsonl", "this is no JSON (expecting "),
            ("two", "there is no z.jsonl in it"),
        ]

    def test_folders_without_codings(self, tmp_path):
        for coder in ("one", "two"):
            (tmp_path / coder).mkdir()
        with pytest.raises(InputError) as caught:
            read_codings(tmp_path / "one", tmp_path / "two")
        assert {f.problem for f in caught.value.faults} == {"there is no .jsonl file in it"}
