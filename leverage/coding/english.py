"""What the coder knows of English: closed classes of words, kept as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib import resources

from leverage.documents import Document, Item


class English(Item):
    """The content of ``english.yaml``; every list is of lower-case words."""

    titles: list[str]
    before_numbers: list[str]
    abbreviations: list[str]
    openers: list[str]
    invariable: list[str]
    irregular_verbs: list[str]
    irregular_nouns: list[str]
    saying: list[str]
    negators: list[str]
    failing: list[str]
    conditions: list[str]
    hedges: list[str]
    breaks: list[str]
    prepositions: list[str]
    being: list[str]
    adverbs: list[str]
    persons: list[str]
    things: list[str]
    first_persons: list[str]
    offices: list[str]
    men: list[str]
    women: list[str]
    bare: list[str]
    everyone: list[str]
    rivals: list[str]
    demonyms: list[str]
    kinds: Mapping[str, Sequence[str]]
    numbers: list[str]
    rising: list[str]
    falling: list[str]

    @cached_property
    def irregular(self) -> dict[str, tuple[str, ...]]:
        """Other forms by lemma."""
        return {
            words[0]: tuple(words[1:])
            for words in (line.split() for line in (*self.irregular_verbs, *self.irregular_nouns))
        }

    @cached_property
    def participles(self) -> frozenset[str]:
        """Past participles that end neither in -ed nor in -en."""
        return frozenset(line.split()[-1] for line in self.irregular_verbs)

    @cached_property
    def saying_forms(self) -> frozenset[str]:
        """Every form of the verbs of saying."""
        from leverage.coding.words import inflections

        return frozenset(form for verb in self.saying for form in inflections(verb))


@cache
def english() -> English:
    """The list of words that ships with the package."""
    file = resources.files("leverage.coding").joinpath("english.yaml")
    return Document(file.read_text(encoding="utf-8"), "english.yaml").validate(English)
