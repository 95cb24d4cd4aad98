"""Dated events by their names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from leverage.case import Event
from leverage.coding.times.dates import Found
from leverage.coding.times.days import Moment, Stretch
from leverage.coding.times.words import GAP, pattern

_MISSED = pattern(
    r"\s*(?:talks|negotiations|proposals?|monitors?|lines?|violations?|terms|committee|plans?|offers?"
    r"|agreements?)\b"
)
_NOT_BETWEEN = (
    r"(?!(?:of|on|in|at|to|for|the|an?|and|or|by|from|with|that|who|which|about|over|against"
    r"|is|was|has|had|it|they|he|she)\b)"
)
_POSSESSOR = r"(?:(?-i:[A-Z])[\w.]*\.? ){0,3}(?-i:[A-Z])[\w.]*(?:'s|')"


class EventNames:
    """Finds the names of dated events, in any case, each with what may stand before it.

    Parameters
    ----------
    events : sequence of leverage.case.Event
    """

    def __init__(self, events: Sequence[Event]) -> None:
        self._moments: dict[str, Moment] = {}
        for event in events:
            moment = Moment((Stretch(event.date, event.until or event.date),), "day", event=True)
            for name in (event.name, *event.aliases):
                self._moments.setdefault(
                    _plain(re.sub(r"^the\s+", "", name.strip(), flags=re.IGNORECASE)), moment
                )
        self._moments.pop("", None)
        names = sorted(self._moments, key=len, reverse=True)
        quoted = "|".join(GAP.join(re.escape(word) for word in name.split(" ")) for name in names)
        lead = pattern(
            rf"(?:(?:the|his|her|its|their|our|an?|this|that"
            rf"|{_POSSESSOR}) (?:{_NOT_BETWEEN}[\w.'-]+ ){{0,2}}?|{_NOT_BETWEEN})"
        ).pattern
        self._pattern = re.compile(rf"{lead}(?P<name>{quoted})(?![\w-])", re.IGNORECASE) if names else None
        self.words = frozenset(re.match(r"\w*", name)[0] for name in names)  # type: ignore[index]

    def read(self, text: str, at: int) -> Found | None:
        """The event that is named at a place."""
        found = self._pattern.match(text, at) if self._pattern else None
        if not found or _MISSED.match(text, found.end()):
            return None
        return Found(found.end(), self._moments[_plain(found["name"])])


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("’", "'").split())
