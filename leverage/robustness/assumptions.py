"""The key assumptions check: which readings that are no facts the ranking hangs on, and where it turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from leverage.builders import Reading
from leverage.case import LoadedCase
from leverage.explain import Flip, find_flips
from leverage.explain.content import Crossing
from leverage.model import Order, Scores

Basis = Literal["assumption", "judgement", "default", "missing"]


@dataclass(frozen=True, kw_only=True)
class KeyAssumption:
    """A reading that rests on an assumption or a judgement, and what it does to the order of a pair.

    Attributes
    ----------
    scenario, first, second : str
        The pair of actors; the first leads, unless the order is undecided.
    order : str
        How the first stands to the second.
    name, label, actor : str
        The reading, and whose it is.
    basis : {"assumption", "judgement", "default", "missing"}
        ``default`` is what the codebook reads into silence; ``missing`` is not coded at all.
    evidence : tuple of str
        Ids of the pieces it rests on.
    by : tuple of str
        Who coded or assumed it.
    unit : str
    stated, low, high : float or None
        The reading and its outer bounds, in the unit; None where it is missing.
    turns_at : float or None
        The nearest value at which the order changes, all else as it stands; None where none does.
    becomes : str or None
        How the first stands to the second beyond it.
    distance : float or None
        From the stated value to the turn, as a part of the scale.
    inside : bool
        Whether the turn lies within the reading's own bounds.
    """

    scenario: str
    first: str
    second: str
    order: Order
    name: str
    label: str
    actor: str
    basis: Basis
    evidence: tuple[str, ...]
    by: tuple[str, ...]
    unit: str
    stated: float | None
    low: float | None
    high: float | None
    turns_at: float | None
    becomes: str | None
    distance: float | None
    inside: bool

    @property
    def rises(self) -> bool:
        """Whether the reading must rise to turn the order."""
        return self.turns_at is not None and self.stated is not None and self.turns_at >= self.stated


def key_assumptions(loaded: LoadedCase, scores: Scores, scenario: str) -> tuple[KeyAssumption, ...]:
    """Every reading of a scenario that is no fact, with the value at which it turns the order of a pair.

    Parameters
    ----------
    loaded : LoadedCase
    scores : Scores
    scenario : str

    Returns
    -------
    tuple of KeyAssumption
        For each pair of actors across the table; those that turn it first, nearest first.
    """
    found: list[KeyAssumption] = []
    for first, second in facing_pairs(loaded, scores, scenario):
        for flip in find_flips(loaded, scores, scenario, first):
            if flip.rival == second:
                found += _assumption(scores, scenario, first, flip)
    return tuple(sorted(found, key=_nearness))


def facing_pairs(loaded: LoadedCase, scores: Scores, scenario: str) -> list[tuple[str, str]]:
    """Pairs of actors across the table, each once, whoever leads first; in the case's order if undecided."""
    pairs = []
    actors = [actor.id for actor in loaded.case.actors]
    for number, one in enumerate(actors):
        for other in actors[number + 1 :]:
            if other in loaded.actor(one).faces or one in loaded.actor(other).faces:
                rows = [scores.table.row_number(scenario, name) for name in (one, other)]
                pairs.append((other, one) if scores.order(*rows) == "behind" else (one, other))
    return pairs


def _assumption(scores: Scores, scenario: str, first: str, flip: Flip) -> Sequence[KeyAssumption]:
    reading = _reading_of(scores, scenario, flip)
    basis = _basis(reading)
    if basis is None:
        return ()
    row, rival = (scores.table.row_number(scenario, name) for name in (first, flip.rival))
    measured = reading.measured
    order = scores.order(row, rival)
    nearest = _nearest(flip)
    rising = nearest is not None and (flip.stated is None or nearest.at >= flip.stated)
    becomes = (nearest.above if rising else nearest.below) if nearest else None
    if becomes == order:  # an order that is open stays so: nothing turns there
        nearest, becomes = None, None
    inside = measured is not None and nearest is not None and measured.low <= nearest.at <= measured.high
    pieces = [piece.evidence for piece, _ in reading.combined.pieces] if reading.combined else []
    return [
        KeyAssumption(
            scenario=scenario,
            first=first,
            second=flip.rival,
            order=order,
            name=flip.name,
            label=flip.label,
            actor=flip.actor,
            basis=basis,
            evidence=tuple(each.id for each in pieces),
            by=tuple(dict.fromkeys(each.coder for each in pieces)) or _author(reading),
            unit=flip.unit,
            stated=flip.stated,
            low=measured.low if measured else None,
            high=measured.high if measured else None,
            turns_at=nearest.at if nearest else None,
            becomes=becomes,
            distance=abs(nearest.at - flip.stated) / flip.span
            if nearest and flip.stated is not None
            else None,
            inside=inside,
        )
    ]


def _reading_of(scores: Scores, scenario: str, flip: Flip) -> Reading:
    row = scores.table.row_number(scenario, flip.actor)
    details = scores.table.readings.details[row]
    return next(reading for reading in details.values() if reading.key.measure == flip.name)


def _basis(reading: Reading) -> Basis | None:
    """What a reading rests on where that is no fact; the weakest of its pieces counts."""
    if reading.origin in ("default", "missing"):
        return "default" if reading.origin == "default" else "missing"
    kinds = reading.kinds()
    return "assumption" if "assumption" in kinds else "judgement" if "judgement" in kinds else None


def _author(reading: Reading) -> tuple[str, ...]:
    return (reading.reason.partition(":")[0],) if reading.reason else ()


def _nearest(flip: Flip) -> Crossing | None:
    if flip.stated is None:
        return flip.crossings[0] if flip.crossings else None
    stated = flip.stated
    return min(flip.crossings, key=lambda crossing: abs(crossing.at - stated), default=None)


def _nearness(found: KeyAssumption) -> tuple[bool, bool, float, str, str]:
    unknown = found.distance is None
    return found.turns_at is None, unknown, found.distance or 0.0, found.actor, found.name
