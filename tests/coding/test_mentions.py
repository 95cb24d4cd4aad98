"""Parties: names, what is derived from them, epithets and pronouns."""

from __future__ import annotations

import pytest

from leverage.case import Actor
from leverage.coding.parties import Parties
from leverage.coding.reference import Reference
from leverage.coding.words import tokenize

NATIONS = [
    Actor(id="n", name="Norlanda", aliases=["President Ilke Torun", "Belquay", "the northern command"]),
    Actor(id="s", name="Sudo", aliases=["Premier Anna Vey"]),
]
DISPUTE = [
    Actor(id="union", name="Quay and Crane Workers' Union", aliases=["Marta Oyel"]),
    Actor(id="firm", name="Haven Terminals", aliases=["Tomas Verh"]),
]


def told(actors: list[Actor], *sentences: str) -> list[tuple[str, tuple[str, ...]]]:
    reference = Reference(Parties(actors))
    found: list[tuple[str, tuple[str, ...]]] = []
    for sentence in sentences:
        tokens = tokenize(sentence)
        found = [
            (sentence[tokens[m.first].start : tokens[m.last - 1].end], m.actors)
            for m in reference.mentions(tokens)
        ]
    return found


@pytest.mark.parametrize(
    ("actors", "sentences", "expected"),
    [
        (NATIONS, ["Norlanda met Sudo."], [("Norlanda", ("n",)), ("Sudo", ("s",))]),
        (NATIONS, ["The Norlandan army and Sudian troops."], [("Norlandan", ("n",)), ("Sudian", ("s",))]),
        (NATIONS, ["Mr Torun spoke.", "He left."], [("He", ("n",))]),
        (NATIONS, ["Ilke Torun met Sudo.", "He left, and it did not."], [("He", ("n",)), ("it", ("s",))]),
        (NATIONS, ["President Torun faces Ms Vey.", "She laughed."], [("She", ("s",))]),
        (NATIONS, ["A torun is a stone, and the Northern lights shine."], []),
        (NATIONS, ["Norlanda is tired.", "The other side is not."], [("The other side", ("s",))]),
        (NATIONS, ["Both sides are tired."], [("Both sides", ("n", "s"))]),
        (DISPUTE, ["The union met the company."], [("The union", ("union",)), ("the company", ("firm",))]),
        (DISPUTE, ["The strikers slept."], [("The strikers", ("union",))]),
        (DISPUTE, ["QCWU said no; Verh said yes."], [("QCWU", ("union",)), ("Verh", ("firm",))]),
        (DISPUTE, ["The management of nothing."], []),
    ],
)  # fmt: skip
def test_parties_are_found(
    actors: list[Actor], sentences: list[str], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert told(actors, *sentences) == expected


def test_a_derived_name_of_two_parties_is_none() -> None:
    brothers = [Actor(id="a", name="A", aliases=["Jon Lund"]), Actor(id="b", name="B", aliases=["Per Lund"])]
    assert told(brothers, "Lund came, and Per Lund went.") == [("Per Lund", ("b",))]
