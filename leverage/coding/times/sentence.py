"""One sentence: its words, its moments and its tenses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from leverage.coding.times.days import Look, Stretch
from leverage.coding.times.points import Reader
from leverage.coding.times.tense import Tenses


class Match(NamedTuple):
    """An expression, from where to where it stands; `stretch` is None where its days are left out."""

    start: int
    end: int
    stretch: Stretch | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the readers of expressions share.

    Attributes
    ----------
    text : str
    today : datetime.date
        The article's date.
    reader : Reader
        Its moments.
    tenses : Tenses
        Its verbs.
    """

    text: str
    today: dt.date
    reader: Reader
    tenses: Tenses

    def look(self, start: int, end: int) -> Look:
        """Where the clause of an expression looks."""
        return self.tenses.look(start, end)
