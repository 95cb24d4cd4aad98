"""What to analyse, by name."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from leverage.faults import Fault, InputError, call_error
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

    def __post_init__(self) -> None:
        faults: list[Fault] = []
        if self.samples < 2:
            faults += call_error(f"{self.samples} sampled weightings say nothing", "sample 2 or more").faults
        if self.concentration is not None and not 0.0 < self.concentration < math.inf:
            problem = f"the concentration is {self.concentration:g}"
            faults += call_error(problem, "give a number above 0").faults
        if faults:
            raise InputError(faults)
