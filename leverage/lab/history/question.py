"""From a case to a question that past disputes can answer, or the reasons why they cannot."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from leverage.case import Actor, LoadedCase
from leverage.documents import is_folder
from leverage.faults import Fault, InputError, call_error, name_list
from leverage.lab.panels.onsets import Onset, Side, state_problems
from leverage.lab.panels.sources import DataFolder

CODES = "its Correlates of War number, from 2 to 990"


@dataclass(frozen=True)
class Question:
    """A pair of states at a date.

    Attributes
    ----------
    loaded : LoadedCase
    actors : pair of Actor
        Side A and side B, in the case's order; both have a country.
    onset : Onset
    as_of : date
    data : DataFolder
    """

    loaded: LoadedCase
    actors: tuple[Actor, Actor]
    onset: Onset
    as_of: dt.date
    data: DataFolder

    @property
    def names(self) -> tuple[str, str]:
        """What the two sides are called."""
        return self.actors[0].name, self.actors[1].name


def ask(loaded: LoadedCase, data: Path | None, as_of: dt.date | None = None) -> Question:
    """The question that a case puts to history.

    Parameters
    ----------
    loaded : LoadedCase
    data : Path or None
        The folder of the research data.
    as_of : date, optional
        The case's own where not given.

    Raises
    ------
    InputError
        Why history cannot answer: no folder of data, more than two actors, an actor without a country,
        the same country twice, a state that the data do not know. All at once, as far as the data are there.
    """
    faults = _case_faults(loaded)
    if data is None or not is_folder(data):
        told = "no research data are named" if data is None else f"there is no folder {str(data)!r}"
        faults += call_error(
            told, "name the folder of the data with --data; docs/history.md lists them"
        ).faults
    if faults or data is None:
        raise InputError(faults)
    first, second = loaded.case.actors
    day = as_of or loaded.case.as_of
    onset = Onset(_side(first), _side(second), day.year, day.month)
    folder = DataFolder(data)
    problems = state_problems(folder, onset)
    if problems:
        raise InputError(
            loaded.document.fault(("actors", actor.index, "country"), *problems[actor.country])
            for actor in loaded.case.actors
            if actor.country in problems
        )
    return Question(loaded, (first, second), onset, day, folder)


def _side(actor: Actor) -> Side:
    if actor.country is None:
        raise AssertionError("an actor without a country was checked before")
    return Side(actor.country, None if actor.seeks is None else tuple(actor.seeks))


def _case_faults(loaded: LoadedCase) -> list[Fault]:
    actors, tell = loaded.case.actors, loaded.document.fault
    faults = []
    if len(actors) != 2:
        problem = f"history knows disputes of two states; the case has {name_list(a.name for a in actors)}"
        faults.append(tell(("actors",), problem, "ask of a case with two of them"))
    for actor in actors:
        if actor.country is None:
            problem = f"history cannot be asked: {actor.name} has no country code"
            remedy = f"if it is a state, add `country: …`, {CODES}; of others the data know nothing"
            faults.append(tell(("actors", actor.index), problem, remedy))
    for number, actor in enumerate(actors):
        if actor.country is not None and actor.country in [a.country for a in actors[:number]]:
            problem = f"{actor.name} has the country code {actor.country}, as another actor has"
            faults.append(tell(("actors", actor.index, "country"), problem, f"give each {CODES}"))
    return faults
