"""How far sentences resemble a factor's examples: by pieces of words, and by meaning where it can be."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from leverage.codebook import Codebook
from leverage.coding.words import tokenize
from leverage.documents import Document, Item

Array = NDArray[np.float64]
NEAREST = 3
"""Examples that a sentence is held against: one alone may resemble it by chance."""
_PIECES = (4, 5)


class Neutral(Item):
    """The content of ``neutral.yaml``: sentences of articles that tell of no factor."""

    neutral: list[str]


class Space(Protocol):
    """Where sentences have cosines with a fixed list of others."""

    def cosines(self, sentences: Sequence[str]) -> Array:
        """Sentences × the others."""


class Resemblance:
    """How far sentences resemble the examples of each factor of a codebook.

    Parameters
    ----------
    codebook : Codebook
        A factor without examples resembles nothing.
    spaces : sequence of callable
        Each makes a `Space` of the examples. What a sentence resembles is the mean over the spaces.
    """

    def __init__(self, codebook: Codebook, spaces: Sequence[Callable[[Sequence[str]], Space]]) -> None:
        listed = examples_of(codebook)
        self._factors = codebook.names
        self._of = np.array([name for name, _ in listed])
        self._spaces = [make([says for _, says in listed]) for make in spaces]

    def of(self, sentences: Sequence[str]) -> Array:
        """Mean cosine with the three nearest examples of a factor, less half of that with other sentences.

        Others are the examples of other factors, and sentences that tell of none.

        Returns
        -------
        ndarray
            Sentences × factors in the codebook's order, from −1 to 1.
        """
        by_space = [self._in(space.cosines(sentences)) for space in self._spaces]
        return np.asarray(np.mean(by_space, axis=0))

    def _in(self, cosines: Array) -> Array:
        columns = [
            _nearest(cosines[:, self._of == name]) - _nearest(cosines[:, self._of != name]) / 2
            for name in self._factors
        ]
        return np.array(columns).T.reshape(len(cosines), len(self._factors))


def examples_of(codebook: Codebook) -> list[tuple[str, str]]:
    """Factor and sentence of every example, then the neutral sentences, whose factor is empty."""
    listed = [
        (name, says)
        for name in codebook.names
        for sentences in codebook.factor(name).examples.values()
        for says in sentences
    ]
    return listed + [("", says) for says in _neutral()]


@lru_cache(maxsize=4)
def resemblance_of(codebook: Codebook, meaning: bool) -> Resemblance:
    """A codebook's resemblance, made once: by pieces of words, and by meaning too where it is wanted."""
    spaces: list[Callable[[Sequence[str]], Space]] = [PieceSpace]
    if meaning:
        from leverage.coding.embedding import MeaningSpace

        spaces.append(MeaningSpace)
    return Resemblance(codebook, spaces)


@cache
def _neutral() -> tuple[str, ...]:
    file = resources.files("leverage.coding").joinpath("neutral.yaml")
    return tuple(Document(file.read_text(encoding="utf-8"), "neutral.yaml").validate(Neutral).neutral)


def _nearest(cosines: Array) -> Array:
    """The mean of the three highest of each row; 0 where there is none."""
    if not cosines.shape[1]:
        return np.zeros(len(cosines))
    return np.asarray(np.sort(cosines, axis=1)[:, -NEAREST:].mean(axis=1))


class PieceSpace:
    """Sentences as weighted pieces of words: tf-idf of runs of 4 and 5 letters (Salton and Buckley 1988).

    A piece counts 1 + ln of how often it stands in the sentence, times 1 + ln of (1 + n) over 1 + in how
    many of n sentences it stands.
    """

    def __init__(self, others: Sequence[str]) -> None:
        counts = [Counter(_pieces(sentence)) for sentence in others]
        spread = Counter(piece for each in counts for piece in each)
        total = 1 + len(others)
        self._size = len(others)
        self._weight = {piece: math.log(total / (1 + n)) + 1 for piece, n in spread.items()}
        postings: dict[str, list[tuple[int, float]]] = {}
        for column, each in enumerate(counts):
            for piece, weight in self._unit(each).items():
                postings.setdefault(piece, []).append((column, weight))
        self._columns = {piece: np.array([c for c, _ in found]) for piece, found in postings.items()}
        self._weights = {piece: np.array([w for _, w in found]) for piece, found in postings.items()}

    def _unit(self, counts: Counter[str]) -> dict[str, float]:
        """Weights of the pieces that are known, scaled to length 1."""
        known = {p: (1 + math.log(n)) * self._weight[p] for p, n in counts.items() if p in self._weight}
        length = math.sqrt(math.fsum(weight * weight for weight in known.values()))
        return {piece: weight / length for piece, weight in known.items()}

    def cosines(self, sentences: Sequence[str]) -> Array:
        """Sentences × the others, from 0 to 1; 0 for a sentence without a known piece."""
        found = np.zeros((len(sentences), self._size))
        for row, sentence in enumerate(sentences):
            for piece, weight in self._unit(Counter(_pieces(sentence))).items():
                found[row, self._columns[piece]] += weight * self._weights[piece]
        return found


def _pieces(sentence: str) -> Iterable[str]:
    return (piece for token in tokenize(sentence) if token.kind == "word" for piece in _of_word(token.word))


@cache
def _of_word(word: str) -> tuple[str, ...]:
    framed, pieces = f" {word} ", []
    for length in _PIECES:
        pieces += [framed[start : start + length] for start in range(max(1, len(framed) - length + 1))]
        if len(framed) <= length:  # a short word is one piece, once
            break
    return tuple(pieces)
