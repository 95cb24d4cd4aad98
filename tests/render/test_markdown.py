import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from leverage.render import Column, Table, bullets, heading, md_escape, quote

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
TRICKY = st.text(alphabet="ab1 .)#-+=:*_`[]<>|~&;!\\/\n\t(\"'$^@")


def text_of(markdown):
    """The text of a document of one paragraph, or None where anything became markup."""
    tokens = PARSER.parse(markdown)
    if [token.type for token in tokens] != ["paragraph_open", "inline", "paragraph_close"]:
        return None
    children = tokens[1].children
    kinds = {child.type for child in children}
    return "".join(child.content for child in children) if kinds <= {"text", "text_special"} else None


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("*a* _b_ `c`", r"\*a\* \_b\_ \`c\`"),
        ("[a](b) <c> | d", r"\[a\](b) \<c\> \| d"),
        ("# a", r"\# a"),
        ("- a", r"\- a"),
        ("+ a", r"\+ a"),
        ("1. a", r"1\. a"),
        ("2) a", r"2\) a"),
        ("---", r"\---"),
        ("===", r"\==="),
        (":--", r"\:--"),
        ("> a", r"\> a"),
        ("~~~", r"\~\~\~"),
        ("&lt;", r"\&lt;"),
        ("a\nb", "a b"),
        ("1.5 and +4.2", "1.5 and +4.2"),
        ("+4.2 points", "+4.2 points"),
        ("plain – text (yes).", "plain – text (yes)."),
    ],
)
def test_escape(text, escaped):
    assert md_escape(text) == escaped


def test_escape_within_a_line():
    assert md_escape("- a", at_start=False) == "- a"


@given(TRICKY)
def test_escaped_text_stays_the_text(text):
    words = text.split()
    if words:
        shown = text_of(md_escape(" ".join(words)))
        assert shown is not None
        assert shown.split() == words


@given(TRICKY)
def test_a_second_line_stays_a_line(text):
    words = " ".join(text.split())
    if words:
        assert "heading" not in str([token.type for token in PARSER.parse(f"first\n{md_escape(words)}")])
        assert "table" not in str([token.type for token in PARSER.parse(f"first\n{md_escape(words)}")])


@given(TRICKY)
def test_cells_of_a_table_stay_text(text):
    table = Table("", [Column("a"), Column("b")], [[text, "end"]])
    tokens = PARSER.parse(table.to_markdown())
    cells = [tokens[index + 1] for index, token in enumerate(tokens) if token.type == "td_open"]
    assert len(cells) == 2
    assert {child.type for cell in cells for child in cell.children} <= {"text", "text_special"}


def test_quote():
    assert quote("He said: *no*.\n\n- never") == "> He said: \\*no\\*.\n>\n> \\- never"


def test_heading():
    assert heading(2, "Kursk\n# now_") == "## Kursk # now\\_"
    with pytest.raises(ValueError, match="heading level 7"):
        heading(7, "x")


def test_bullets():
    assert bullets(["a", "# b\nc"]) == "- a\n- \\# b c"
    assert bullets(["**a**\n- b"], markup=True) == "- **a**\n  - b"
    assert bullets([]) == ""


def test_control_characters_show():
    assert re.search("\x1b", md_escape("\x1b[31m")) is None
