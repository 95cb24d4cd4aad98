"""What history says of a case, as a document: probabilities with words, and what stands behind them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from leverage.documents import Record
from leverage.explain.forms import wrapped
from leverage.render import Column, Table, bullets, heading, percent, span

Outcome = Literal["first prevails", "stalemate", "second prevails"]


class Past(Record):
    """How past disputes ended that were given nearly this probability, by models that had not seen them."""

    stated: float = Field(description="their mean probability, 0..1")
    observed: float = Field(description="the share of them that ended so, 0..1")
    low: float = Field(description="lower end of Wilson's 95 % interval of that share")
    high: float
    rows: int


class Likelihood(Record):
    """The probability of one outcome."""

    outcome: Outcome
    label: str
    probability: float = Field(description="0..1")
    words: str = Field(description="by the bands of ICD 203")
    past: Past


class Supposed(Record):
    """The answer under one supposition of who started it."""

    started_by: str = Field(description="an actor's id")
    name: str
    probabilities: dict[Outcome, float]
    sentences: list[str] = Field(description="the terms behind them, in log-odds")


class HistoryActor(Record):
    """A side, as the data know it."""

    id: str
    name: str
    country: int
    seeks: list[str] | None


class KnownYear(Record):
    """The last year that the data know of something."""

    what: str
    year: int


class FittedModel(Record):
    """The outcome model and what it was fitted to."""

    rows: int
    first_year: int
    last_year: int
    ridge_whether: float
    ridge_who: float
    calibration_error: float = Field(description="mean distance of stated and observed share, out of fold")
    seed: int


class HistoryDocument(Record):
    """What ``leverage lab history`` prints. It holds probabilities of the outcome model, and nothing else."""

    format: Literal["leverage/history/1"] = "leverage/history/1"
    case: str
    title: str
    as_of: dt.date
    actors: list[HistoryActor]
    started_by: str | None = Field(description="an actor's id; null where the case does not say")
    likelihoods: list[Likelihood] = Field(description="means over the suppositions where there are two")
    supposed: list[Supposed]
    known: list[KnownYear]
    unknown: list[str] = Field(description="what the model reads and nobody knows; it counts as typical")
    terms: list[str] = Field(description="what the words mean in the data")
    cautions: list[str]
    model: FittedModel
    data: dict[str, str] = Field(description="data sets and their SHA-256")

    def to_table(self) -> Table:
        """One row an outcome."""
        several = self.supposed if len(self.supposed) > 1 else []
        columns = [
            Column("Outcome"),
            Column("Probability", "right"),
            Column("In words"),
            *(Column(f"If {each.name} started it", "right") for each in several),
            Column("Given so before", "right"),
            Column("Ended so", "right"),
            Column("Ended so, 95 %", "right"),
            Column("Disputes", "right"),
        ]
        rows = [
            (
                one.label,
                percent(one.probability),
                one.words,
                *(percent(each.probabilities[one.outcome]) for each in several),
                percent(one.past.stated),
                percent(one.past.observed),
                span(100 * one.past.low, 100 * one.past.high, 0),
                str(one.past.rows),
            )
            for one in self.likelihoods
        ]
        notes = [
            "Given so before: past disputes of nearly this probability, from models that had not seen them; "
            "how many of those ended so, with the 95 % interval of that share, which is not the forecast's.",
            f"From {self.model.rows} disputes of {self.model.first_year} to {self.model.last_year}.",
        ]
        if several:
            notes.insert(0, "The case does not say who started it: the probabilities are means of both.")
        return Table(f"What past disputes say: {self.title}, {self.as_of}", columns, rows, notes)

    def to_text(self, width: int = 100) -> str:
        """The table and what stands behind it, as plain text."""
        lines = [self.to_table().to_text(width)]
        for label, told in self._sections():
            lines += ["", label, *(line for text in told for line in wrapped([text], "• ", width))]
        return "\n".join(lines).rstrip() + "\n"

    def to_markdown(self) -> str:
        """The same as Markdown."""
        parts = [self.to_table().to_markdown()]
        for label, told in self._sections():
            parts += [heading(2, label), bullets(told)]
        return "\n\n".join(parts) + "\n"

    def _sections(self) -> list[tuple[str, list[str]]]:
        first, second = (actor.name for actor in self.actors)
        order = f"(of two readings the first is that of {first}, the second that of {second})"
        sections = [
            (
                f"Behind it, if {each.name} started it {order}"
                if len(self.supposed) > 1
                else f"Behind it {order}",
                each.sentences,
            )
            for each in self.supposed
        ]
        known = ", ".join(f"{each.what} {each.year}" for each in self.known)
        sections.append(("Known last", [f"{known}."]))
        if self.unknown:
            sections.append(("Not known, and counted as typical", self.unknown))
        return [*sections, ("What the words mean", self.terms), ("Mind", self.cautions)]
