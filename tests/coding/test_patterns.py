"""Patterns: who does what to whom, denied or not, and which way a trend goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from leverage.codebook import Codebook
from leverage.coding.patterns import CodebookPatterns, Hit
from leverage.faults import InputError

from .conftest import codebook_of

TAKE = codebook_of(
    {
        "words": ["seize", "take ... ~ground"],
        "without": ["moment"],
        "of": "doer",
        "direction": "+",
        "other": "-",
    },
    {"words": ["retreat"], "of": "doer", "direction": "-"},
    {"words": ["push back"], "of": "target", "direction": "-", "other": "+"},
    ground=["bridge", "high ground"],
)
MORALE = codebook_of({"words": ["morale"], "of": "owner", "direction": "trend"})
UNREST = codebook_of({"words": ["unrest"], "of": "owner", "direction": "against_trend"})
AID = codebook_of({"words": ["send"], "near": ["shell"], "of": "recipient", "direction": "+"})
Told = Callable[..., set[tuple[str | None, str]]]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Norland seized the bridge.", {("n", "+")}),
        ("Norland seized two Sudrian ships.", {("n", "+"), ("s", "-")}),
        ("Two Sudrian ships were seized by Norland.", {("n", "+"), ("s", "-")}),
        ("The bridge has been seized by the Norlanders.", {("n", "+")}),
        ("Norland took the last high ground.", {("n", "+")}),
        ("Norland took a seat.", set()),
        ("Norland seized the moment.", set()),
        ("Norland did not seize the bridge.", {("n", "-")}),
        ("Norland failed to seize the bridge.", {("n", "-")}),
        ("Norland did not fail to seize the bridge.", {("n", "+")}),
        ("Norland not only seized the bridge.", {("n", "+")}),
        ("Norland retreated.", {("n", "-")}),
        ("Norland has never retreated.", {("n", "+")}),
        ("Norland was pushed back by Sudria.", {("n", "-"), ("s", "+")}),
        ("Norland pushed back Sudrian troops.", {("s", "-"), ("n", "+")}),
        ("After the assault on Sudria, Norland retreated.", {("n", "-")}),
        ("Norland took heart with Sudria still retreating.", {("s", "-")}),
        ("Having seized the bridge, Norland rested.", {("n", "+")}),
        ("Sudria shelled the Norlanders and retreated.", {("s", "-")}),
        ("Norland rested while Sudria retreated.", {("s", "-")}),
        ("Nobody retreated.", {(None, "+")}),
    ],
)  # fmt: skip
def test_roles_follow_the_order_of_words_the_voice_and_denial(
    told: Told, sentence: str, expected: set[tuple[str | None, str]]
) -> None:
    assert told(TAKE, sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Morale in Sudria is crumbling, Norland says.", {("s", "-")}),
        ("Norland's morale held firm.", {("n", "+")}),
        ("Norlandic morale is not weak.", {("n", "+")}),
        ("Vey denied that Norland's morale matters.", {("n", "unknown")}),
        ("Norland fought on, and its morale rose.", {("n", "+")}),
    ],
)
def test_a_trend_gives_the_direction_to_whom_it_belongs(
    told: Told, sentence: str, expected: set[tuple[str | None, str]]
) -> None:
    assert told(MORALE, sentence) == expected


def test_what_harms_when_it_rises(told: Told) -> None:
    assert told(UNREST, "Unrest in Norland grew.") == {("n", "-")}
    assert told(UNREST, "Unrest in Norland faded.") == {("n", "+")}


@pytest.mark.parametrize(
    "sentence",
    ["Ostria sent shells to Norland.", "Ostria sent Norland shells.", "Norland's patron sent shells."],
)
def test_help_belongs_to_whom_it_is_given(told: Told, sentence: str) -> None:
    assert told(AID, sentence) == {("n", "+")}
    assert told(AID, sentence.replace("shells", "flowers")) == set()


def test_pronouns_stand_for_the_last_named_person(told: Told) -> None:
    assert told(TAKE, "Torun met Vey.", "She retreated.") == {("s", "-")}
    assert told(TAKE, "Torun spoke.", "Sudria listened.", "He retreated.") == {("n", "-")}


def test_a_condition_is_marked(hits: Callable[..., list[Hit]]) -> None:
    assert hits(TAKE, "If Norland seized the bridge, it would rest.")[0].conditional
    assert hits(TAKE, "Norland could seize the bridge.")[0].conditional
    assert not hits(TAKE, "Norland seized the bridge.")[0].conditional


@pytest.mark.parametrize("phrase", ["...", "take ...", "~a", "take|", "-|take", "#|two", "...|two"])
def test_a_phrase_that_cannot_be_read_is_told(hits: Callable[..., list[Hit]], phrase: str) -> None:
    with pytest.raises(InputError, match=r"ground\.yaml: `patterns`"):
        hits(codebook_of({"words": [phrase], "direction": "+"}, a=["~a"]), "Norland.")


def test_a_phrase_that_cannot_be_read_is_told_where_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "ground.yaml"
    file.write_text(
        "patterns:\n  - words: [take]\n    direction: +\n    near:\n      - bridge\n      - ...\n"
    )
    factors = codebook_of({"words": ["take"], "direction": "+", "near": ["bridge", "..."]}).factors
    factors[0].patterns[0]._index = 0
    with pytest.raises(InputError) as told:
        CodebookPatterns(Codebook(factors, "1", {"ground": file}))
    assert told.value.faults[0].place == f"{file}:6:9"


def test_word_lists_that_name_one_another_in_a_long_row_are_refused() -> None:
    row = {f"l{k}": [f"~l{k - 1}", f"~l{k - 1} x"] for k in range(1, 60)}
    with pytest.raises(InputError, match="more than 8 word lists"):
        CodebookPatterns(codebook_of({"words": ["~l59"], "direction": "+"}, l0=["take"], **row))


def test_a_list_begins_with_words_numbers_and_phrases_also_across_a_hyphen(
    told: Callable[..., set[tuple[str | None, str]]],
) -> None:
    codebook = codebook_of(
        {"words": ["~taken ground"], "of": "doer", "direction": "+"},
        taken=["seize", "win # metre", "re take"],
    )
    for words in ("seized ground", "won 40 metres ground", "won forty metres ground", "re-took ground"):
        assert told(codebook, f"Norland {words}.") == {("n", "+")}, words
