"""What must change: for each reading alone, where the order of two actors flips."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from leverage.builders import Reading, Readings, leaf_values
from leverage.builders.assembler import ColumnKey
from leverage.case import LoadedCase
from leverage.codebook import Indicator, Leaf
from leverage.explain.content import Crossing, Flip
from leverage.explain.views import label_of
from leverage.model import SCALE, TIE, Scores, weigh

Array = NDArray[np.float64]
GRID = 201
ROUNDS = 4
RESOLUTION = 1e-9
_ORDERS = {1: "ahead", 0: "undecided", -1: "behind"}


@dataclass(frozen=True)
class _Pair:
    """Two rows of one scenario: the explained actor's and a rival's."""

    scores: Scores
    own: int
    rival: int

    def gaps(self, row: int, key: ColumnKey, values: Array) -> tuple[Array, Array]:
        """Least and most points by which the first leads, for each value of one reading of a row.

        Both are the gap of the scores where nothing is missing.
        """
        table, scores = self.scores.table, self.scores
        scenario = [n for n, r in enumerate(scores.rows) if r[:2] == scores.rows[self.own][:2]]
        factor = table.codebook.only([key[0]])
        varied = leaf_values(_varied(table.readings, row, key, values), factor, table.builders)
        moved = [number for number, leaf in enumerate(table.leaves) if leaf.factor == key[0]]
        sides = {}
        for name in ("v", "v_low", "v_high"):
            sides[name] = np.tile(getattr(table, name)[scenario], (len(values), 1))
            sides[name][:, moved] = getattr(varied, name)
        weighed = weigh(**sides, leaf_weights=scores.leaf_weights, policy=scores.policy)
        shape = (len(values), len(scenario))
        low, high, score = (side.reshape(shape) for side in (weighed.low, weighed.high, weighed.score))
        own, rival = scenario.index(self.own), scenario.index(self.rival)
        gap = score[:, own] - score[:, rival]
        unknown = np.isnan(gap)
        least = np.where(unknown, low[:, own] - high[:, rival], gap)
        most = np.where(unknown, high[:, own] - low[:, rival], gap)
        return least, most

    def order(self, least: Array, most: Array) -> NDArray[np.int_]:
        """1 ahead, -1 behind, 0 undecided or tied."""
        return np.where(least > TIE, 1, np.where(most < -TIE, -1, 0))


def find_flips(loaded: LoadedCase, scores: Scores, scenario: str, actor: str) -> list[Flip]:
    """For each reading of a scenario, where it alone changes an actor's order with each rival.

    One reading is changed over its whole scale, exact at each value, and every row that depends on
    it is computed again. Where a score is missing under ``bounds``, "ahead" means that the bounds do
    not overlap, so an order may be undecided.

    Parameters
    ----------
    loaded : LoadedCase
    scores : Scores
    scenario, actor : str

    Returns
    -------
    list of Flip
        One for each reading and rival, those with crossings first, nearest first; its crossings are
        exact to 1e-9 of the scale.
    """
    own = scores.table.row_number(scenario, actor)
    flips = []
    for rival in loaded.actor(actor).faces:
        pair = _Pair(scores, own, scores.table.row_number(scenario, rival))
        for row in (pair.own, pair.rival):
            for key, reading in scores.table.readings.details[row].items():
                flips.append(_flip(loaded, pair, row, key, reading))
    return sorted(flips, key=_nearness)


def _varied(readings: Readings, row: int, key: ColumnKey, values: Array) -> Readings:
    """One factor's readings for each value of one of them, keeping shares and points to their whole."""
    own = {name: column for name, column in readings.columns.items() if name[0] == key[0]}
    indicator = readings.details[row][key].scale
    whole = isinstance(indicator, Indicator) and indicator.shares_one_whole
    total = indicator.sums_to if isinstance(indicator, Indicator) else None
    return replace(readings, columns=own).varied(row, key, values, of_one_whole=whole, total=total)


def _nearness(flip: Flip) -> tuple[bool, float]:
    """By the part of the scale between the reading and its nearest crossing; missing readings first."""
    distances = [abs(c.at - flip.stated) / flip.span for c in flip.crossings if flip.stated is not None]
    return not flip.crossings, min(distances, default=0.0)


def _flip(loaded: LoadedCase, pair: _Pair, row: int, key: ColumnKey, reading: Reading) -> Flip:
    rival = loaded.actor(pair.scores.rows[pair.rival].actor)
    return Flip(
        name=reading.key.measure,
        label=label_of(loaded, reading.key),
        actor=reading.key.actor,
        actor_name=loaded.actor(reading.key.actor).name,
        unit=reading.scale.unit,
        rival=rival.id,
        rival_name=rival.name,
        stated=reading.measured.value if reading.measured else None,
        origin=reading.origin,
        span=reading.scale.bounds[1] - reading.scale.bounds[0],
        order=pair.scores.order(pair.own, pair.rival),
        crossings=_crossings(pair, row, key, reading),
    )


def _crossings(pair: _Pair, row: int, key: ColumnKey, reading: Reading) -> list[Crossing]:
    closed = _closed_form(pair, row, key, reading)
    if closed is not None:
        return closed
    bottom, top = reading.scale.bounds
    grid = np.linspace(bottom, top, GRID)
    order = pair.order(*pair.gaps(row, key, grid))
    found = []
    for step in np.flatnonzero(np.diff(order)):
        low, high, sides = grid[step], grid[step + 1], (order[step], order[step + 1])
        found.append(_crossing(_narrow(pair, row, key, low, high, order[step]), *sides))
    return _merge(found, RESOLUTION * (top - bottom))


def _narrow(pair: _Pair, row: int, key: ColumnKey, low: float, high: float, below: int) -> float:
    """Where the order first stops being `below` between two values, by repeated grids."""
    for _ in range(ROUNDS):
        grid = np.linspace(low, high, GRID)
        order = pair.order(*pair.gaps(row, key, grid))
        changed = int(np.argmax(order != below))
        low, high = grid[max(0, changed - 1)], grid[changed]
    return float((low + high) / 2.0)


def _merge(found: list[Crossing], nearby: float) -> list[Crossing]:
    """Join a step onto a tie with the step off it: both are one crossing."""
    merged: list[Crossing] = []
    for crossing in found:
        if merged and crossing.at - merged[-1].at <= nearby and merged[-1].above == "undecided":
            last = merged.pop()
            crossing = Crossing(at=last.at, below=last.below, above=crossing.above)
        merged.append(crossing)
    return [c for c in merged if c.below != c.above]


def _crossing(at: float, below: int, above: int) -> Crossing:
    return Crossing(at=at, below=_ORDERS[below], above=_ORDERS[above])


def _closed_form(pair: _Pair, row: int, key: ColumnKey, reading: Reading) -> list[Crossing] | None:
    """The crossing by the inverse of the value function, where one leaf of one row is the reading itself."""
    leaf = _leaf_of(pair, key)
    scores = pair.scores
    if leaf is None or np.isnan(scores.score[[pair.own, pair.rival]]).any():
        return None
    number = scores.table.leaves.index(leaf)
    weight, value = scores.effective[row, number], scores.table.v[row, number]
    if np.isnan(value):  # under `renormalise` a reading that becomes known moves the weights too
        return None
    if weight == 0:
        return []
    gap = scores.score[pair.own] - scores.score[pair.rival]
    sign = 1.0 if row == pair.own else -1.0
    target = value - sign * gap / (SCALE * weight)
    if not 0.0 < target < 1.0:
        return []
    bottom, top = reading.scale.bounds
    at = bottom + float(leaf.rescaled(np.asarray(target))) * (top - bottom)
    rising = 1 if leaf.rises == (row == pair.own) else -1
    return [_crossing(at, -rising, rising)]


def _leaf_of(pair: _Pair, key: ColumnKey) -> Leaf | None:
    factor, column = key
    builder = pair.scores.table.builders.get(factor)
    for leaf in pair.scores.table.leaves:
        if leaf.factor == factor:
            if builder is not None and builder.id == "reading":
                return leaf
            if builder is None and leaf.indicator == column:
                return leaf
    return None
