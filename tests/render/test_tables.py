import csv
import io
import xml.etree.ElementTree as ET

import pytest
from rich.console import Console

from leverage.render import Column, Table, records_csv

SCORES = Table(
    "Scores by scenario",
    [Column("Actor"), Column("Score", "right", "points"), Column("Missing")],
    [["Ukraine", "42.4", None], ["Russia", None, "domestic support, ally backing"]],
    ["A score is no probability."],
)
NASTY = "<script>alert(\"1\")</script> | `x` & 'y' [bold]b[/bold]"


def one(cell):
    return Table(NASTY, [Column(NASTY), Column("b")], [[cell, cell]], [NASTY])


def test_text_is_aligned():
    assert SCORES.to_text().splitlines() == [
        "Scores by scenario",
        "Actor    Score (points)  Missing",
        "─" * 55,
        "Ukraine            42.4  –",
        "Russia                –  domestic support, ally backing",
        "A score is no probability.",
    ]


def test_text_wraps_the_last_column():
    lines = SCORES.to_text(width=52).splitlines()
    assert lines[4:6] == ["Russia                –  domestic support, ally", " " * 25 + "backing"]
    assert max(map(len, lines)) <= 52


def test_text_narrows_other_words_only_after_the_last_column():
    table = Table("", [Column("Actor"), Column("Why")], [["a b " * 10, "c d " * 20]])
    assert max(map(len, table.to_text(width=40).splitlines())) <= 40


def test_text_counts_wide_and_combining_characters():
    table = Table("", [Column("A"), Column("N", "right")], [["東京", "1"], ["e\u0301", "2"]])
    assert table.to_text().splitlines()[2:] == ["東京  1", "e\u0301     2"]


def test_text_holds_no_control_characters():
    assert "\x1b" not in one("\x1b[31mred\x07").to_text()


def test_markdown():
    assert SCORES.to_markdown() == (
        "**Scores by scenario**\n\n"
        "| Actor | Score (points) | Missing |\n"
        "| :--- | ---: | :--- |\n"
        "| Ukraine | 42.4 | – |\n"
        "| Russia | – | domestic support, ally backing |\n\n"
        "A score is no probability."
    )


def test_markdown_cells_stay_cells():
    line = one("a|b\nc*d*").to_markdown().splitlines()[4]
    assert line == r"| a\|b c\*d\* | a\|b c\*d\* |"


def test_html_is_a_real_table():
    root = ET.fromstring(f"<body>{SCORES.to_html()}</body>")
    table = root.find("div/table")
    assert table.find("caption").text == "Scores by scenario"
    assert [(head.get("scope"), head.text) for head in table.findall("thead/tr/th")] == [
        ("col", "Actor"),
        ("col", "Score (points)"),
        ("col", "Missing"),
    ]
    assert [head.get("scope") for head in table.findall("tbody/tr/th")] == ["row", "row"]
    assert [cell.text for cell in table.findall("tbody/tr/td")] == [
        "42.4",
        "–",
        "–",
        "domestic support, ally backing",
    ]
    assert table.find("tbody/tr/td").get("class") == "lv-num"
    assert root.find("p").text == "A score is no probability."


def test_html_without_row_header_caption_and_notes():
    html = Table("", [Column("a")], [["1"]], row_header=False).to_html()
    assert "<td>1</td>" in html
    assert "caption" not in html
    assert "<p" not in html


def test_html_escapes_everything():
    html = one(NASTY).to_html()
    assert "<script" not in html
    root = ET.fromstring(f"<body>{html}</body>")
    assert root.find("div/table/tbody/tr/td").text == NASTY
    assert root.find("div").get("aria-label") == NASTY
    assert root.find("p").text == NASTY


def test_csv():
    records = [
        {"actor": "Ukraine", "score": 42.39999999999999, "missing": []},
        {"actor": "Russia", "score": None, "missing": ["domestic_support", "ally_backing"]},
    ]
    assert records_csv(records) == (
        "actor,score,missing\nUkraine,42.39999999999999,\nRussia,,domestic_support; ally_backing\n"
    )
    assert records_csv([]) == ""


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-e5", "'-e5"),
        ("-", "-"),
        ("+", "+"),
        ("--", "'--"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" =1", "' =1"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        (["=1", "b"], "'=1; b"),
        (-4, "-4"),
        (-4.25, "-4.25"),
        (None, ""),
        ("31.0–54.2", "31.0–54.2"),
        ("plain = text", "plain = text"),
        ('quote " and\nline', 'quote " and\nline'),
    ],
)
def test_csv_cells_are_numbers_or_no_formula(cell, written):
    rows = list(csv.reader(io.StringIO(records_csv([{"a": cell, "b": cell}]), newline="")))
    assert rows == [["a", "b"], [written, written]]


def test_rich_reads_no_markup():
    out = io.StringIO()
    Console(file=out, width=200, color_system=None).print(one("[red]x[/red] \x1b[31m").to_rich())
    assert "[red]x[/red]" in out.getvalue()
    assert "[bold]b[/bold]" in out.getvalue()
    assert "\x1b" not in out.getvalue()


def test_rows_must_fit_columns():
    with pytest.raises(ValueError, match="row 1 of table 'T' has 1 cells: give 2"):
        Table("T", [Column("a"), Column("b")], [["1", "2"], ["1"]])
    with pytest.raises(ValueError, match="no columns"):
        Table("T", [], [])


def test_tables_without_rows():
    empty = Table("T", [Column("a")], [])
    assert empty.to_text() == "T\na\n─"
    assert ET.fromstring(f"<b>{empty.to_html()}</b>").find("div/table/tbody").findall("tr") == []


def test_equal_tables_are_equal():
    assert Table("T", [Column("a")], [["1"]]) == Table("T", (Column("a"),), (("1",),))
