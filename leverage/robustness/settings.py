"""What to analyse, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from leverage.robustness.drawing import Doubt
from leverage.robustness.win_shares import SAMPLES

Place = str | Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What to analyse, by name.

    Attributes
    ----------
    order : sequence of str or of sequences of str, or None
        Factors, heaviest first; a list stands for factors in one place.
    intervals : mapping of str to (float, float)
        Lowest and highest weights, 0..1.
    concentration : float or None
        Of the Dirichlet distribution around the stated weights.
    samples : int
        Sampled weightings.
    doubt : Doubt
        How the doubt in the evidence is read.
    variance_samples : int
        For the shares of the variance by piece of evidence; 0 leaves them out.
    """

    order: Sequence[Place] | None = None
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    concentration: float | None = None
    samples: int = SAMPLES
    doubt: Doubt = field(default_factory=Doubt)
    variance_samples: int = 512
