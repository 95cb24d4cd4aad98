"""Two parties, a codebook of one factor with patterns for the test at hand, and its hits in sentences."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from leverage.case import Actor
from leverage.codebook import Codebook, Factor
from leverage.coding.clauses import Sentence
from leverage.coding.parties import Parties
from leverage.coding.patterns import CodebookPatterns, Hit
from leverage.coding.reference import Reference
from leverage.coding.words import tokenize

PARTIES = [
    Actor(id="n", name="Norland", aliases=["Ilke Torun"]),
    Actor(id="s", name="Sudria", aliases=["Anna Vey"]),
]


def codebook_of(*patterns: dict[str, object], **lexicon: list[str]) -> Codebook:
    factor = Factor.model_validate({
        "format": "leverage/factor/1", "id": "ground", "version": 1,
        "title": "Ground", "question": "Who holds what?",
        "unit": "share", "bounds": [0, 1], "accepts": {"%": 0.01}, "ageing": {"half_life": 30, "life": 90},
        "patterns": list(patterns), "lexicon": lexicon,
    })  # fmt: skip
    return Codebook((factor,), "1")


@pytest.fixture
def hits() -> Callable[..., list[Hit]]:
    """What patterns find in the last of some sentences."""

    def find(codebook: Codebook, *sentences: str) -> list[Hit]:
        reference, patterns = Reference(Parties(PARTIES)), CodebookPatterns(codebook)
        found: list[Hit] = []
        for words in sentences:
            tokens = tokenize(words)
            found = list(patterns.find(Sentence(tokens, reference.mentions(tokens), None)))
        return found

    return find


@pytest.fixture
def told(hits: Callable[..., list[Hit]]) -> Callable[..., set[tuple[str | None, str]]]:
    """Actor and direction of every hit in the last sentence."""
    return lambda codebook, *sentences: {(hit.actor, hit.direction) for hit in hits(codebook, *sentences)}
