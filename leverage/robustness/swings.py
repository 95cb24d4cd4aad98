"""How far the gap of a pair moves as each piece of evidence alone goes from its lowest to its highest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leverage.model import Scores
from leverage.robustness.drawing import Drawing
from leverage.robustness.evidence import weigh_draws


@dataclass(frozen=True, kw_only=True)
class EvidenceSwing:
    """The gap between two rows with one piece at its ends, all else as stated.

    Attributes
    ----------
    evidence : str
        The piece's id.
    at_low, at_high : float
        Points by which the first row leads.
    """

    evidence: str
    at_low: float
    at_high: float

    @property
    def width(self) -> float:
        """Points between both."""
        return abs(self.at_high - self.at_low)


def evidence_swings(
    drawing: Drawing, scores: Scores, first: int, second: int
) -> tuple[float, tuple[EvidenceSwing, ...]]:
    """The stated gap of two rows that have scores, and the swings about it, widest first.

    Parameters
    ----------
    drawing : Drawing
        Of the scores' table.
    scores : Scores
    first, second : int
    """
    names = drawing.names()
    stated = float(scores.score[first] - scores.score[second])
    if not names:
        return stated, ()
    parts = {}
    for number, name in enumerate(names):
        parts[name] = np.full(2 * len(names), np.nan)
        parts[name][2 * number : 2 * number + 2] = (0.0, 1.0)
    drawn = weigh_draws(*drawing.values(parts), scores)
    gaps = drawn.low[:, first] - drawn.low[:, second]
    swings = [
        EvidenceSwing(evidence=name, at_low=float(gaps[2 * n]), at_high=float(gaps[2 * n + 1]))
        for n, name in enumerate(names)
    ]
    moving = [swing for swing in swings if swing.width > 0]
    return stated, tuple(sorted(moving, key=lambda swing: (-swing.width, swing.evidence)))
