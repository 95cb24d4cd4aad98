"""What resembles a factor's examples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from leverage.codebook import load_codebook
from leverage.coding import embedding
from leverage.coding.embedding import MeaningSpace, embed, is_available
from leverage.coding.resemblance import PieceSpace, Resemblance, examples_of, resemblance_of

SENTENCES = [
    "The town has fallen.",
    "The strike fund is empty.",
    "Its allies sent shells.",
    "Towns fall, funds last.",
]


def test_pieces_of_words_agree_with_an_independent_tf_idf() -> None:
    oracle = TfidfVectorizer(analyzer="char_wb", ngram_range=(4, 5), sublinear_tf=True, lowercase=True)
    others = [sentence.replace(".", "").replace(",", "") for sentence in SENTENCES]
    known = oracle.fit_transform(others)
    asked = ["The towns have fallen", "An empty fund"]
    assert PieceSpace(others).cosines(asked) == pytest.approx((oracle.transform(asked) @ known.T).toarray())


def test_a_sentence_is_most_like_itself_and_unlike_what_shares_no_piece() -> None:
    found = PieceSpace(SENTENCES).cosines([*SENTENCES, "xyzzy"])
    assert np.diag(found) == pytest.approx(1)
    assert (found[:4].argmax(axis=1) == range(4)).all()
    assert not found[4].any()


def test_resemblance_is_the_three_nearest_less_half_of_the_three_nearest_others() -> None:
    class Fixed:
        def __init__(self, others: list[str]) -> None:
            self.width = len(others)

        def cosines(self, sentences: list[str]) -> np.ndarray:
            return np.tile(np.linspace(0, 1, self.width), (len(sentences), 1))

    codebook = load_codebook().only(["territory_held"])
    count = sum(len(each) for each in codebook.factor("territory_held").examples.values())
    made = Resemblance(codebook, [Fixed])  # type: ignore[list-item]
    width = made._spaces[0].width  # type: ignore[attr-defined]
    step = 1 / (width - 1)
    own = np.mean([(count - k) * step for k in (1, 2, 3)])
    assert made.of(["x"])[0, 0] == pytest.approx(own - (1 - step) / 2)


def test_the_shipped_examples_tell_the_factors_apart() -> None:
    codebook = load_codebook()
    sentences = {
        "territory_held": "Their troops hold the bridge and the ridge above the town.",
        "time_remaining": "The treasury will run out of money before the winter.",
        "domestic_support": "Thousands marched through the capital to demand peace.",
        "ally_backing": "The neighbouring kingdom promised another shipment of shells.",
    }
    found = resemblance_of(codebook, meaning=False).of(list(sentences.values()))
    assert [codebook.names[k] for k in found.argmax(axis=1)] == list(sentences)


@pytest.mark.skipif(not is_available(), reason="the extra [nlp] is not installed")
def test_every_example_travels_with_its_vector() -> None:
    """`make vectors` writes them anew when an example has changed."""
    sentences = [says for _, says in examples_of(load_codebook())]
    shipped = embedding._shipped()
    assert {embedding._key(says) for says in sentences} == set(shipped)
    some = sentences[:: len(sentences) // 5]
    assert embedding._vectors_of(some) == pytest.approx(embed(some), abs=2e-3)


@pytest.mark.skipif(not is_available(), reason="the extra [nlp] is not installed")
def test_vectors_are_of_length_one_and_meaning_is_near(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    vectors = embed(["The army took the town.", "Soldiers captured the city.", "The soup was cold."])
    assert vectors.shape == (3, 384)
    assert [math.sqrt(float(v @ v)) for v in vectors] == pytest.approx([1, 1, 1], abs=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    first, again = MeaningSpace(SENTENCES), MeaningSpace(SENTENCES)
    assert (first.cosines(SENTENCES) == again.cosines(SENTENCES)).all()
    (kept,) = (tmp_path / "leverage").iterdir()
    kept.write_bytes(b"broken")
    assert (MeaningSpace(SENTENCES).cosines(SENTENCES) == first.cosines(SENTENCES)).all()
