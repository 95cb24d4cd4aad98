"""Several weightings side by side, such as those of rival experts or a red team: where they agree."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from leverage.faults import call_error
from leverage.model import Order, Scores


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The order of a pair of actors in a scenario under each weighting.

    Attributes
    ----------
    scenario, first, second : str
    orders : tuple of str
        How the first stands to the second under each weighting, in their order.
    gaps : tuple of float or None
        Points by which it leads; None where a score is missing.
    """

    scenario: str
    first: str
    second: str
    orders: tuple[Order, ...]
    gaps: tuple[float | None, ...]

    @property
    def agreed(self) -> bool:
        """Whether all weightings put the pair in one order, which is decided."""
        return len(set(self.orders)) == 1 and self.orders[0] != "undecided"


def agreements(weighted: Sequence[Scores]) -> tuple[Agreement, ...]:
    """Every pair of actors of every scenario under several weightings of one table.

    Parameters
    ----------
    weighted : sequence of Scores
        Of the same rows.

    Raises
    ------
    InputError
        They are scores of different rows.
    """
    rows = weighted[0].rows
    if any(scores.rows != rows for scores in weighted):
        raise call_error("the weightings score different rows", "score one table under each of them")
    found = []
    for first, second in itertools.combinations(range(len(rows)), 2):
        if rows[first].scenario != rows[second].scenario:
            continue
        gaps = [float(scores.score[first] - scores.score[second]) for scores in weighted]
        found.append(
            Agreement(
                scenario=rows[first].scenario,
                first=rows[first].actor,
                second=rows[second].actor,
                orders=tuple(scores.order(first, second) for scores in weighted),
                gaps=tuple(None if gap != gap else gap for gap in gaps),
            )
        )
    return tuple(found)
