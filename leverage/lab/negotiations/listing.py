"""The library as a document: its cases, who got more, sources, and how far the coders agree."""

from __future__ import annotations

import datetime as dt
import textwrap

import numpy as np

from leverage.documents import Record
from leverage.lab.negotiations.agreement import Agreement, agree, pair_readings
from leverage.lab.negotiations.loading import Library, Negotiation
from leverage.lab.negotiations.records import FLAG
from leverage.render import Column, Table


class SideRecord(Record):
    """A side, the share of its aims that it achieved, weighted, 0..1, and how many factors it is coded on.

    A factor counts where every reading that it needs is coded.
    """

    actor: str
    name: str
    achieved: float
    factors: int


class ListedCase(Record):
    """A past negotiation in the list; ``got_more`` is an actor's id, None where the sides are even."""

    case: str
    title: str
    as_of: dt.date
    settled: dt.date
    sides: list[SideRecord]
    got_more: str | None
    told: str
    how: str
    coder: str
    second_coder: str | None
    readings: int
    factors: int
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
            (
                c.case,
                str(c.settled),
                c.told,
                f"{' + '.join(str(side.factors) for side in c.sides)} of {c.factors}",
                str(len(c.sources)),
                c.second_coder and "yes",
            )
            for c in self.cases
        ]
        columns = [Column("Case"), Column("Settled", "right"), Column("Achieved, and who got more")]
        columns += [Column("Factors", "right"), Column("Sources", "right"), Column("2nd coder", "right")]
        notes = [
            "Achieved: the share of its aims that a side was given, weighted; closer than 0.10 is even (≈).",
            "Factors: how many of the codebook's are wholly coded, for the first side and the second.",
        ]
        return Table(f"{len(self.cases)} past negotiations", columns, rows, notes)


def _coded_factors(negotiation: Negotiation) -> list[int]:
    """How many factors of each side have no missing leaf."""
    table = negotiation.first
    owners = np.array([leaf.factor for leaf in table.leaves])
    whole = [~table.missing[:, owners == name].any(axis=1) for name in table.codebook.names]
    return [int(count) for count in np.sum(whole, axis=0)]


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
                SideRecord(actor=a.id, name=a.name, achieved=n.achieved(a.id), factors=coded)
                for a, coded in zip(n.loaded.case.actors, _coded_factors(n), strict=True)
            ],
            got_more=n.got_more,
            told=n.told(),
            how=n.outcome.how,
            coder=n.outcome.coder,
            second_coder=n.coding.coder if n.coding else None,
            readings=len(n.loaded.case.evidence),
            factors=len(n.loaded.codebook.names),
            sources=[f"{s.title} ({s.year or 'no year'}), {s.address}: {s.used}" for s in n.outcome.sources],
        )
        for n in library
    ]
    return LibraryDocument(cases=cases, agreement=agree(pairs, *alone, draws=draws, seed=seed))
