"""Markdown as prose: the marks are blank, every other character stands at its place."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leverage.coding.article import ArticleText
from leverage.coding.markdown import BREAK, masked


def prose(text):
    """The prose of a Markdown text, blanks run together; a paragraph's end is shown by ¶."""
    import re

    shown = masked(ArticleText(text, "markdown"))
    assert len(shown) == len(text)
    parts = re.split(rf"\n[ \t]*\n\s*|{BREAK}", shown)
    return "¶".join(" ".join(part.split()) for part in parts if part.split())


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("# The *quay*\n\nThey hold it.", "The quay¶They hold it."),
        ("# The quay\nThey hold it.", "The quay¶They hold it."),
        ("Before.\n## The quay ##\n", "Before.¶The quay"),
        ("The quay\n========\nThey hold it.", "The quay¶They hold it."),
        ("#hashtag and C# hold.", "#hashtag and C# hold."),
        ("---\ntitle: They lost\n---\nThey hold.", "They hold."),
        ("---\nThey hold.\n\n---\nStill.", "They hold.¶Still."),
        ("They\n```\nlost all\n```\nhold.", "They¶hold."),
        ("They hold.\n~~~~ py\nlost\n~~~\nlost\n~~~~~\nStill.", "They hold.¶Still."),
        ("They hold.\n```\nlost all", "They hold."),
        ("They [hold the quay](http://lost.example/a_(b) 'lost').", "They hold the quay ."),
        ("They [hold][1] it.\n\n[1]: http://lost.example 'lost'\n", "They hold it."),
        ("They hold ![lost](lost.png 'lost') it.", "They hold it."),
        ("[![lost](lost.png)](http://lost.example) They hold.", "They hold."),
        ("They hold it.[^1]\n\n[^1]: So says the crew.", "They hold it.¶So says the crew."),
        ("See <https://lost.example/> or https://lost.example/all?x=1 now.", "See or now."),
        ("They <b class='lost'>hold</b> it.<!-- lost\nlost -->&nbsp;Yes.", "They hold it. Yes."),
        ("They hold.<script>lost()</script> <STYLE>lost</STYLE >", "They hold."),
        ("They <!-- what is never closed", "They <!-- what is never closed"),
        ("3 < 4 and 5 > 4: they hold.", "3 < 4 and 5 > 4: they hold."),
        ("**They** _hold_ ~~it~~ ***now***, `so`.", "They hold it now , so ."),
        ("snake_case_word, 3 * 4, \\*star\\*.", "snake_case_word, 3 * 4, *star *."),
        ("> They hold.\n> > Still.", "They hold. Still."),
        ("- One\n- two\n* three\n1. four\n12) five", "One¶two¶three¶four¶five"),
        ("In the year\n1945. The war ended.", "In the year 1945. The war ended."),
        ("| Day | Held |\n|:---|---:|\n| Monday | all |\n", "Day Held¶Monday all"),
        ("Day | Held\n--- | ---\nMonday | all\n", "Day | Held¶Monday | all"),
        ("One.\n\n* * *\n\nTwo.", "One.¶Two."),
    ],
)  # fmt: skip
def test_what_is_seen(text, seen):
    assert prose(text) == seen


def test_only_markdown_is_masked():
    text = "# They *hold* it"
    assert masked(ArticleText(text)) == masked(ArticleText(text, "html")) == text


MARKS = st.sampled_from(
    [*"#*_-`~[]()<>!|=+\\.:^&/\"' \n\t1ab", "```\n", "---\n", "<!--", "-->", "<script>", "http://"]
)


@given(st.lists(MARKS, max_size=60).map("".join) | st.text(max_size=80))
@example("\U0001f6a2 *a* [b](c)")
def test_every_character_is_its_own_or_a_blank(text):
    shown = masked(ArticleText(text, "markdown"))
    assert len(shown) == len(text)
    assert all(new in (old, " ", "\n", BREAK) for old, new in zip(text, shown, strict=True))
    assert all(shown[k] in ("\n", BREAK) for k, old in enumerate(text) if old == "\n")


@given(
    st.lists(st.sampled_from(["word", "two", "The", "end.", "\U0001f6a2", "42"]), max_size=30).map(" ".join)
)
def test_plain_prose_is_seen_as_it_is(text):
    assert masked(ArticleText(text, "markdown")) == text
