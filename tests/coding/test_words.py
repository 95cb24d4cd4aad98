"""Tokens and the forms of lemmas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.coding.words import inflections, tokenize


@pytest.mark.parametrize(
    ("lemma", "forms"),
    [
        ("seize", {"seize", "seizes", "seized", "seizing"}),
        ("stop", {"stop", "stops", "stopped", "stopping"}),
        ("carry", {"carry", "carries", "carried", "carrying"}),
        ("take", {"take", "takes", "took", "taken", "taking"}),
        ("tie", {"tie", "ties", "tied", "tying"}),
        ("ally", {"ally", "allies", "allied", "allying"}),
        ("crisis", {"crisis", "crises"}),
        ("push", {"push", "pushes", "pushed", "pushing"}),
        ("hold", {"hold", "holds", "held", "holding"}),
    ],
)
def test_a_lemma_takes_its_english_forms(lemma: str, forms: set[str]) -> None:
    assert forms <= inflections(lemma)
    assert "holder" not in inflections("hold")


def test_clitics_and_hyphens_stand_apart() -> None:
    words = [
        token.word
        for token in tokenize(
            "Norland's war-weary troops don’t, the workers' union can't: O'Hara’s 1,376.5 km"
        )
    ]
    assert words == [
        "norland", "'s", "war", "-", "weary", "troops", "do", "n't", ",", "the", "workers", "'s",
        "union", "ca", "n't", ":", "o'hara", "'s", "1,376.5", "km",
    ]  # fmt: skip


@given(st.text(max_size=60))
def test_tokens_stand_where_they_say(text: str) -> None:
    for token in tokenize(text):
        assert text[token.start : token.end] == token.text
