"""What a reviewer is asked before a suggestion becomes evidence: reading, interval, kind, note, grade."""

from __future__ import annotations

from typing import Any

from leverage.case import Interval, Stake
from leverage.cli.terminal import Terminal
from leverage.codebook import Scale
from leverage.coding.suggestion import Suggestion
from leverage.coding.typed import (
    interval_words,
    parse_grade,
    parse_interval,
    parse_reading,
    proposed,
    reading_words,
)
from leverage.faults import InputError

KINDS = [
    ("fact", "the passage states it"),
    ("judgement", "you turned words into it"),
    ("assumption", "you take it so"),
]


def ask_ruling(
    terminal: Terminal, said: Suggestion, scale: Scale, stake: Stake | None, answers: dict[str, str]
) -> dict[str, Any]:
    """Ask for all that an accepted suggestion needs.

    A number that the passage states is proposed, and nothing else: direction and strength make none.

    Parameters
    ----------
    terminal : Terminal
    said : Suggestion
    scale : Scale
        Of what the suggestion is a reading of.
    stake : Stake or None
    answers : dict
        What was typed before, by question; it is proposed again, and what is typed now is put there.

    Returns
    -------
    dict
        Fields of `leverage.coding.decisions.Accept`.
    """
    offer = proposed(said.number, scale, stake)
    default = answers.get("reading", reading_words(offer[0]) if offer else None)
    reading, typed = terminal.parsed("Reading", default, lambda words: parse_reading(words, scale, stake))
    stated = offer is not None and reading == offer[0]
    kept = answers.get("interval") if typed == answers.get("reading") else None
    answers["reading"] = typed
    interval, answers["interval"] = terminal.parsed(
        "Interval",
        kept or (interval_words(offer[1]) if offer and stated else None),
        lambda words: parse_interval(words, reading, scale, stake),
    )
    kind = terminal.choose("Kind", KINDS, answers.get("kind", "fact" if stated else "judgement"))
    answers["kind"] = kind
    label = "Note (may stay empty)" if kind == "fact" else "Note: how you came to it"
    note = terminal.ask(label, answers.get("note") or ("" if kind == "fact" else None))
    answers["note"] = note
    return {
        "reading": reading.model_dump(),
        "interval": interval.model_dump() if isinstance(interval, Interval) else interval,
        "kind": kind,
        "note": note,
        "grade": _ask_grade(terminal, answers),
    }


def _ask_grade(terminal: Terminal, answers: dict[str, str]) -> dict[str, Any] | None:
    while True:
        typed = terminal.ask("Grade of the source, such as B2 (may stay empty)", answers.get("grade", ""))
        try:
            grade = parse_grade(typed).model_dump() if typed else None
        except InputError as error:
            terminal.tell(error)
        else:
            answers["grade"] = typed
            return grade
