"""The library as a document: its cases, who got more, sources, and how far the coders agree."""

from __future__ import annotations

import datetime as dt
import textwrap

from leverage.documents import Record
from leverage.lab.negotiations.agreement import Agreement, agree, pair_readings
from leverage.lab.negotiations.backtest import FLAG
from leverage.lab.negotiations.loading import Library
from leverage.render import Column, Table


class SideRecord(Record):
    """A side and the share of its aims that it achieved, weighted, 0..1."""

    actor: str
    name: str
    achieved: float


class ListedCase(Record):
    """A past negotiation in the list; ``got_more`` is an actor's id, None where the sides are even."""

    case: str
    title: str
    as_of: dt.date
    settled: dt.date
    sides: list[SideRecord]
    got_more: str | None
    how: str
    coder: str
    second_coder: str | None
    readings: int
    sources: list[str]


class LibraryDocument(Record):
    """The cases of a library, and the agreement of its two coders."""

    caution: str = FLAG
    cases: list[ListedCase]
    agreement: Agreement | None

    def to_text(self, width: int = 100) -> str:
        """The flag first, then the cases and the agreement."""
        tables = [self._cases_table(), *(self.agreement.tables() if self.agreement else [])]
        parts = [textwrap.fill(self.caution, width), *(table.to_text(width) for table in tables)]
        if self.agreement is None:
            parts.append("No case has a second coding yet, so nothing can be said of agreement.")
        return "\n\n".join(parts) + "\n"

    def _cases_table(self) -> Table:
        rows = [
            (c.case, str(c.as_of), str(c.settled),
             "; ".join(f"{s.actor} {s.achieved:.2f}" for s in c.sides), c.got_more or "even",
             str(c.readings), str(len(c.sources)), c.second_coder and "yes") for c in self.cases
        ]  # fmt: skip
        columns = [Column("Case"), Column("Seen from", "right"), Column("Settled", "right"), Column("Achieved")]
        columns += [Column("Got more"), Column("Readings", "right"), Column("Sources", "right")]
        notes = [
            "Achieved: the share of its aims that the terms gave a side, weighted; closer than 0.10 is even."
        ]
        caption = f"{len(self.cases)} past negotiations"
        return Table(caption, [*columns, Column("Second coder")], rows, notes)


def list_library(library: Library, *, draws: int = 500, seed: int = 0) -> LibraryDocument:
    """The document of a library.

    Parameters
    ----------
    library : Library
    draws, seed : int
        Of the bootstrap over cases for the agreement.
    """
    pairs, alone = [], [0, 0]
    for negotiation in library:
        if negotiation.second is not None:
            found, first, second = pair_readings(negotiation.first, negotiation.second)
            pairs += found
            alone = [alone[0] + first, alone[1] + second]
    cases = [
        ListedCase(
            case=n.id,
            title=n.loaded.case.title,
            as_of=n.loaded.case.as_of,
            settled=n.outcome.settled,
            sides=[
                SideRecord(actor=a.id, name=a.name, achieved=n.achieved(a.id)) for a in n.loaded.case.actors
            ],
            got_more=n.got_more,
            how=n.outcome.how,
            coder=n.outcome.coder,
            second_coder=n.coding.coder if n.coding else None,
            readings=len(n.loaded.case.evidence),
            sources=[
                f"{s.title} ({s.year or 'no year'}), {s.address}: {s.used}" for s in n.outcome.sources
            ],
        )
        for n in library
    ]
    return LibraryDocument(cases=cases, agreement=agree(pairs, *alone, draws=draws, seed=seed))
