"""Learned weights as weights files, in the format that the model reads and checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from leverage.codebook import Codebook
from leverage.documents import Document
from leverage.model import (
    DECIMALS,
    DirectFile,
    LearnedFile,
    Weights,
    drop_family,
    read_weights,
    rounded_shares,
    weights_text,
)

if TYPE_CHECKING:
    from leverage.lab.weighting.simplex import SimplexWeights

HASH_DIGITS = 12
FAMILY_DECIMALS = 4
"""Decimals of learned weights in a file; their intervals are wider by orders of magnitude."""


def learned_file(
    learned: SimplexWeights, codebook: Codebook, head: Mapping[str, str], further: Mapping[str, Any]
) -> LearnedFile:
    """A file of the scheme ``learned``; see `SimplexWeights.to_file`.

    Raises
    ------
    InputError
        Families that do not fit the codebook.
    """
    rest = dict(further)
    means: Mapping[str, str] = rest.pop("means", {})
    weights = rounded_shares({str(k): float(v) for k, v in learned.weights_.items()}, FAMILY_DECIMALS)
    dropped = rest.get("dropped")
    families = {
        name: {
            "weight": weight,
            "low": round(float(learned.low_[name]), FAMILY_DECIMALS),
            "high": round(float(learned.high_[name]), FAMILY_DECIMALS),
            "zero_share": round(float(learned.zero_share_[name]) if learned.draws else float(weight == 0), 4),
            "means": means.get(name, ""),
        }
        for name, weight in weights.items()
    }
    return LearnedFile.model_validate(
        {
            **_head(codebook, head),
            "scheme": "learned",
            "families": families,
            "factors": rounded_shares(drop_family(weights, dropped), DECIMALS),
            "rows": learned.rows_,
            "prior": float(learned.prior),
            "draws": int(learned.draws),
            "seed": int(learned.seed),
            "digest": learned.digest_,
            **rest,
        }
    )


def direct_file(weights: Mapping[str, float], codebook: Codebook, head: Mapping[str, str]) -> DirectFile:
    """A file of the scheme ``direct`` with weights rounded so that they sum to one."""
    factors = rounded_shares(weights, DECIMALS)
    return DirectFile.model_validate({**_head(codebook, head), "scheme": "direct", "factors": factors})


def model_weights(file: DirectFile | LearnedFile, codebook: Codebook) -> Weights:
    """The weights that a file holds, checked as a file from disk is."""
    return read_weights(Document(weights_text(file), f"weights {file.id}"), codebook)


def _head(codebook: Codebook, head: Mapping[str, str]) -> dict[str, str]:
    return {"format": "leverage/weights/1", **head, "codebook": codebook.hash[:HASH_DIGITS]}
