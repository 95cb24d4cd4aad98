"""The coder as a whole: what holds for every article."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leverage.case import Actor
from leverage.codebook import load_codebook
from leverage.coding.article import ArticleText
from leverage.coding.coder import LEAST, QUEUE, code_article
from leverage.coding.sentences import split_sentences

from .conftest import PARTIES, codebook_of

CODEBOOK = load_codebook()
WAR = """Norland's army seized the last bridge over the Ilm on Monday, its general staff said.
Sudria's forces were driven out of the town and fell back to the far bank. Anna Vey told
parliament that she would never sign away the province. In Sudria, soldiers' mothers
marched through the capital and called for peace.

Norland can wait: its granaries are full and will last until spring. Sudria is running out of shells.
The Ostrian Federation has promised Norland another forty guns. Sudria's allies are losing patience.
Nothing else happened, although a band played."""
STRIKE = """The strikers have shut down nine of the port's twelve berths, and pickets turned back every lorry.
Their strike fund will be empty in three weeks. The company is losing two million a day.
Members voted to stay out. Dockers abroad refuse to unload the company's ships."""
DOCKERS = [
    Actor(id="union", name="Harbour Workers' Union", aliases=["strikers"]),
    Actor(id="firm", name="Calder Terminals", aliases=["the company"]),
]


def told(text: str, parties: list[Actor]) -> set[tuple[int, str, str | None, str]]:
    return {
        (s.sentence, s.factor, s.actor, s.direction)
        for s in code_article(ArticleText(text), parties, CODEBOOK)
    }


def test_a_war_is_coded_for_both_sides() -> None:
    assert {
        (1, "territory_held", "n", "+"),
        (2, "territory_held", "s", "-"),
        (3, "domestic_support", "s", "+"),
        (4, "domestic_support", "s", "-"),
        (5, "time_remaining", "n", "+"),
        (6, "time_remaining", "s", "-"),
        (7, "ally_backing", "n", "+"),
        (8, "ally_backing", "s", "-"),
    } <= told(WAR, PARTIES)


def test_a_strike_is_coded_by_the_same_patterns() -> None:
    assert {
        (1, "territory_held", "union", "+"),
        (2, "time_remaining", "union", "-"),
        (3, "time_remaining", "firm", "-"),
        (4, "domestic_support", "union", "+"),
    } <= told(STRIKE, DOCKERS)


def test_what_tells_of_nothing_is_not_coded() -> None:
    idle = "A band played in the square. The minister held a meeting. Norland won the football match."
    assert not any(s.tier == "top" for s in code_article(ArticleText(idle), PARTIES, CODEBOOK))


@settings(deadline=None)  # the first call reads the lists of words
@given(
    st.lists(
        st.sampled_from([*WAR.split(), *STRIKE.split(), "\n\n", "…", "“", "”", "😀", "—", "."]), max_size=60
    )
)
def test_passages_stand_in_the_text_and_the_queue_is_bounded(words: list[str]) -> None:
    text = " ".join(words)
    article = ArticleText(text)
    found = code_article(article, PARTIES, CODEBOOK, dt.date(2025, 1, 6))
    spans = split_sentences(text)
    assert len(found) <= max(LEAST, QUEUE * len(spans))
    for suggestion in found:
        assert suggestion.stands_in(text)
        span = spans[suggestion.sentence - 1]
        assert span.start <= suggestion.start < suggestion.end <= span.end
    assert found == code_article(article, PARTIES, CODEBOOK, dt.date(2025, 1, 6))
    assert len({s.id for s in found}) == len(found)


def test_a_new_factor_is_coded_by_its_own_patterns() -> None:
    codebook = codebook_of({"words": ["~law"], "of": "owner", "direction": "trend"}, law=["case", "plea"])
    (found,) = code_article(ArticleText("Norland's case before the court is strong."), PARTIES, codebook)
    assert (found.factor, found.actor, found.direction) == ("ground", "n", "+")
    assert found.exact == "Norland's case before the court is strong"


@pytest.mark.parametrize("text", ["", " \n ", "...", "1 2 3", "?!"])
def test_a_text_without_sentences_gives_nothing(text: str) -> None:
    assert code_article(ArticleText(text), PARTIES, CODEBOOK) == []
