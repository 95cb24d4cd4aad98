"""Scores over time: the evidence of a scenario seen from later days, up to and past the deadline.

No new evidence comes in. What moves a score is the passing of time alone: pieces age and expire, what
a side holds shrinks at its stated rate until the deadline, the days that are left run out.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from leverage.builders import feature_table
from leverage.case import LoadedCase, MissingPolicy
from leverage.faults import call_error
from leverage.model import Order, Scores, Weights, known, score_table

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
# Days past the deadline, and from the as-of date where there is none.
BEYOND, WITHOUT_DEADLINE = 30, 180
# Days at most in one path; a longer one takes steps, and looks at single days where the order turns.
MOST_DAYS = 120


@dataclass(frozen=True)
class Turn:
    """A day from which on the order of two actors is another than the day before."""

    date: dt.date
    first: str
    second: str
    before: Order
    after: Order


@dataclass(frozen=True, kw_only=True)
class ScorePath:
    """The scores of a scenario's actors by date.

    Attributes
    ----------
    scenario : str
    actors : tuple of str
    deadline : date or None
    dates : tuple of date
    scores, low, high : ndarray, shape (dates, actors)
        0..100; a score is nan where a factor is missing under ``bounds``.
    turns : tuple of Turn
        In order of their dates, exact to the day. In a path of more than 120 days, which takes steps of
        several, an order that turns and turns back within one step is not seen.
    """

    scenario: str
    actors: tuple[str, ...]
    deadline: dt.date | None
    dates: tuple[dt.date, ...]
    scores: Array
    low: Array
    high: Array
    turns: tuple[Turn, ...]

    @property
    def gaps(self) -> tuple[tuple[dt.date, str], ...]:
        """The first shown date on which an actor's score is missing that was there before."""
        missing = np.isnan(self.scores)
        return tuple(
            (self.dates[row + 1], self.actors[column])
            for row, column in np.argwhere(missing[1:] & ~missing[:-1])
        )

    def to_frame(self) -> pd.DataFrame:
        """Index date, actor; columns score, low, high."""
        import pandas as pd

        index = pd.MultiIndex.from_product([self.dates, self.actors], names=["date", "actor"])
        columns = {"score": self.scores.ravel(), "low": self.low.ravel(), "high": self.high.ravel()}
        return pd.DataFrame(columns, index=index)

    def points(self) -> list[tuple[dt.date, str, float | None, float, float]]:
        """One row a date and actor: score (None where missing), low and high."""
        return [
            (
                date,
                actor,
                known(self.scores[row, column]),
                float(self.low[row, column]),
                float(self.high[row, column]),
            )
            for row, date in enumerate(self.dates)
            for column, actor in enumerate(self.actors)
        ]


def score_path(
    loaded: LoadedCase,
    scenario: str,
    weights: Weights,
    policy: MissingPolicy,
    *,
    until: dt.date | None = None,
) -> ScorePath:
    """The scores of a scenario from its as-of date to past its deadline.

    Parameters
    ----------
    loaded : LoadedCase
    scenario : str
    weights : Weights
    policy : {"bounds", "renormalise", "assume"}
    until : date, optional
        The last day; 30 days past the deadline where not given, 180 from the as-of date without one.

    Raises
    ------
    InputError
        The last day lies before the as-of date.
    """
    state = loaded.state(scenario)
    last = until or (
        state.deadline + dt.timedelta(BEYOND)
        if state.deadline
        else state.as_of + dt.timedelta(WITHOUT_DEADLINE)
    )
    if last < state.as_of:
        raise call_error(
            f"the path would end on {last}, before the as-of date {state.as_of}", "name a later day"
        )
    dates = _dates(state.as_of, state.deadline, last)
    scores = _scored(loaded, scenario, weights, policy, dates)
    actors = tuple(actor.id for actor in loaded.case.actors)
    shape = (len(dates), len(actors))
    return ScorePath(
        scenario=scenario,
        actors=actors,
        deadline=state.deadline,
        dates=tuple(dates),
        scores=scores.score.reshape(shape),
        low=scores.low.reshape(shape),
        high=scores.high.reshape(shape),
        turns=tuple(_turns(loaded, scores, dates, actors)),
    )


def _dates(first: dt.date, deadline: dt.date | None, last: dt.date) -> list[dt.date]:
    """Days in even steps with both ends and the deadline; every day where there are few."""
    days = (last - first).days
    step = -(-days // MOST_DAYS) or 1
    dates = {first + dt.timedelta(number) for number in range(0, days + 1, step)} | {last}
    if deadline is not None and first <= deadline <= last:
        dates.add(deadline)
    return sorted(dates)


def _scored(
    loaded: LoadedCase, scenario: str, weights: Weights, policy: MissingPolicy, dates: Sequence[dt.date]
) -> Scores:
    """Scores of one scenario on several days, day by day, all actors of a day together."""
    state = loaded.state(scenario)
    table = feature_table(loaded, missing=policy, states=[state.at(date) for date in dates])
    return score_table(table, weights, policy)


def _turns(
    loaded: LoadedCase, scores: Scores, dates: Sequence[dt.date], actors: tuple[str, ...]
) -> list[Turn]:
    """Every change of an order; between days that are apart, single days are looked at."""
    found: list[Turn] = []
    for number, (before, after) in enumerate(itertools.pairwise(dates)):
        rows = [day * len(actors) for day in (number, number + 1)]
        if _orders(scores, rows[0], actors) == _orders(scores, rows[1], actors):
            continue
        days = [before + dt.timedelta(each) for each in range((after - before).days + 1)]
        near = (
            scores
            if len(days) == 2
            else _scored(loaded, scores.rows[0].scenario, scores.weights, scores.policy, days)
        )
        start = rows[0] if len(days) == 2 else 0
        for each, date in enumerate(days[1:]):
            old = _orders(near, start + each * len(actors), actors)
            new = _orders(near, start + (each + 1) * len(actors), actors)
            found += [Turn(date, *pair, old[pair], new[pair]) for pair in old if old[pair] != new[pair]]
    return found


def _orders(scores: Scores, row: int, actors: tuple[str, ...]) -> dict[tuple[str, str], Order]:
    """How each actor stands to each later one, on the day whose first row is given."""
    return {
        (one, other): scores.order(row + first, row + second)
        for first, one in enumerate(actors)
        for second, other in enumerate(actors)
        if first < second
    }
