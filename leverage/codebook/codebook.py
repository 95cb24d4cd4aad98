"""The codebook: all factors of a model, their leaves, and the hash that ties weights to them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from leverage.codebook.factor import Factor, Scale
from leverage.codebook.value_functions import AnyValueFunction, Array, Linear
from leverage.faults import call_error, suggest_name

# Wording, theory and coding patterns may change without touching a score; all else may not.
_PROSE = {"title", "question", "says", "reason", "theory", "patterns", "lexicon", "examples"}


@dataclass(frozen=True)
class Leaf:
    """One term of the additive model: a built factor, or an indicator of a composite one.

    Attributes
    ----------
    id : str
        ``factor`` or ``factor.indicator``.
    share : float
        Its share of the factor's weight, 1 for a built factor.
    """

    id: str
    factor: str
    indicator: str
    title: str
    share: float
    rises: bool
    value_function: AnyValueFunction
    scale: Scale

    def value(self, x: Array) -> Array:
        """Leverage value v of the rescaled reading x, both 0..1; a lowering leaf is read from its far end."""
        return self.value_function(x if self.rises else 1.0 - x)

    def rescaled(self, value: Array) -> Array:
        """The rescaled reading x whose value is v."""
        x = self.value_function.inverse(value)
        return x if self.rises else 1.0 - x


@dataclass(frozen=True)
class Codebook:
    """An ordered set of factors.

    Attributes
    ----------
    factors : tuple of Factor
        In alphabetical order of their ids.
    version : str
        The version that the folder of factors states, with a mark for each folder that joined.
    files : mapping of str to Path
        Each factor's YAML file; empty for a codebook that was read back from a model file.
    """

    factors: tuple[Factor, ...]
    version: str
    files: Mapping[str, Path] = field(default_factory=dict, compare=False)

    def __hash__(self) -> int:
        """By content, so that what is compiled from a codebook can be kept by it."""
        return hash(self.coding_hash)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The factors' ids."""
        return tuple(factor.id for factor in self.factors)

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """The terms of the model, factor by factor."""
        return tuple(leaf for factor in self.factors for leaf in _leaves(factor))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of everything that a score depends on: scales, value functions, builders, shares."""
        measured = [_measured(factor.model_dump(mode="json")) for factor in self.factors]
        return hashlib.sha256(json.dumps(measured, sort_keys=True).encode()).hexdigest()

    @cached_property
    def coding_hash(self) -> str:
        """SHA-256 of all that a coder works by: questions, anchors and patterns with the scales."""
        content = [factor.model_dump(mode="json") for factor in self.factors]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def factor(self, name: str) -> Factor:
        """The factor of that name; an unknown one is an `InputError`."""
        for factor in self.factors:
            if factor.id == name:
                return factor
        raise call_error(f"there is no factor {name!r} in the codebook", suggest_name(name, self.names))

    def only(self, names: Sequence[str]) -> Codebook:
        """The codebook restricted to some factors; an unknown name is an `InputError`."""
        kept = {self.factor(name).id for name in names}
        factors = tuple(factor for factor in self.factors if factor.id in kept)
        return Codebook(factors, self.version, self.files)


def _leaves(factor: Factor) -> list[Leaf]:
    if not factor.is_composite:
        rises = factor.direction == "raises"
        return [Leaf(factor.id, factor.id, "", factor.title, 1.0, rises, factor.value, factor.own_scale())]
    return [
        Leaf(
            id=f"{factor.id}.{indicator.id}",
            factor=factor.id,
            indicator=indicator.id,
            title=f"{factor.title}: {indicator.id.replace('_', ' ')}",
            share=indicator.weight or 0.0,
            rises=indicator.direction == "raises",
            value_function=indicator.value or Linear(),
            scale=indicator,
        )
        for indicator in factor.indicators
    ]


def _measured(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _measured(value) for key, value in part.items() if key not in _PROSE}
    if isinstance(part, list):
        return [_measured(item) for item in part]
    return part
