"""A codebook that can be a key: what is compiled from it is made once."""

from __future__ import annotations

from dataclasses import dataclass, field

from leverage.codebook import Codebook


@dataclass(frozen=True)
class Hashed:
    """A codebook, equal to any other with the same content."""

    content: str
    codebook: Codebook = field(compare=False)
