"""What an explanation holds: terms, the readings and evidence behind them, and the baseline.

Pydantic models, so that an explanation has a JSON Schema and comes back from its JSON unchanged.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from leverage.case import MissingPolicy
from leverage.documents import Record

Status = Literal["coded", "partly judged", "judged", "assumed", "missing"]


class Quotation(Record):
    """A passage of an article, with its surroundings where the text is at hand."""

    article: str = Field(description="the article's id")
    title: str
    publisher: str
    published: dt.date
    sha256: str
    restates: str | None = Field(None, description="what the article restates, where it is a restatement")
    exact: str = Field(description="W3C TextQuoteSelector")
    before: str = ""
    after: str = ""
    start: int | None = Field(None, description="W3C TextPositionSelector, characters from 0")
    end: int | None = None
    verified: bool = Field(description="whether the words were found in the article's text")


class EvidenceView(Record):
    """A piece of evidence as an explanation shows it."""

    id: str
    kind: Literal["fact", "assumption", "judgement"]
    stated: str = Field(description="the reading as the coder wrote it, with its interval")
    coder: str
    note: str
    grade: str | None = Field(None, description="Admiralty grade, such as B2")
    grade_words: str | None = None
    date: dt.date
    age_days: int
    weight: float = Field(description="its weight among the pieces on the same reading, 0..1")
    shifts: list[str] = Field(default_factory=list, description="what scenarios did to it")
    quotation: Quotation | None = None


class ReadingView(Record):
    """A reading behind a term: one indicator of the actor, or of an opponent."""

    name: str = Field(description="factor, factor.indicator or factor.indicator[stake]")
    label: str = Field(description="the same in words")
    actor: str
    unit: str
    value: float | None = Field(description="in the unit; null where missing")
    low: float
    high: float
    origin: Literal["evidence", "assumed", "default", "missing"]
    reason: str = Field("", description="for an assumed or default reading: whose, and why")
    evidence: list[EvidenceView] = Field(default_factory=list)


class Term(Record):
    """A leaf of the additive model: what it adds to the baseline.

    ``points`` is 100 (w v - w_b v_b), with the baseline's own weight and value. Its bounds are those of
    the actor's own evidence: a baseline's value is held, unless it is missing.
    """

    leaf: str
    factor: str
    title: str
    status: Status
    x: float | None = Field(description="reading rescaled to 0..1; null where missing")
    x_low: float
    x_high: float
    value: float | None = Field(description="leverage value 0..1; null where missing")
    value_low: float
    value_high: float
    weight: float = Field(description="the weight that counts, 0..1")
    stated_weight: float = Field(description="the weight before missing leaves were left out, 0..1")
    value_function: str
    points: float | None = Field(description="contribution; null where missing here or in the baseline")
    points_low: float | None
    points_high: float | None
    baseline_value: float | None
    baseline_points: float | None = Field(description="100 w_b v_b; null where missing in the baseline")
    readings: list[ReadingView]


class FactorSubtotal(Record):
    """The leaves of a factor together."""

    factor: str
    title: str
    points: float | None
    points_low: float | None
    points_high: float | None
    weight: float
    missing: bool


class Baseline(Record):
    """What the score is held against."""

    kind: Literal["scale-bottom", "actor", "case-mean", "scenario"]
    label: str
    score: float | None
    low: float
    high: float


class Flip(Record):
    """How the order of two actors depends on one reading alone."""

    name: str
    label: str
    actor: str
    actor_name: str
    unit: str
    rival: str
    rival_name: str
    stated: float | None = Field(description="the reading now; null where missing")
    origin: Literal["evidence", "assumed", "default", "missing"]
    span: float = Field(description="length of the reading's scale, in its unit")
    order: str = Field(description="how the explained actor stands to the rival now")
    crossings: list[Crossing]


class Crossing(Record):
    """A value of the reading at which the order changes."""

    at: float
    below: str = Field(description="the order just below: ahead, behind or undecided")
    above: str


class ExplanationContent(Record):
    """A score of one actor in one scenario, explained against a baseline.

    ``score = baseline.score + sum of the terms' points + residual``; the terms are computed from
    values, weights and baseline, not from the score, and the residual is 0 to 1e-9.
    """

    format: Literal["leverage/explanation/1"] = "leverage/explanation/1"
    case: str
    case_title: str
    question: str
    scenario: str
    scenario_title: str
    actor: str
    actor_name: str
    as_of: dt.date
    deadline: dt.date | None
    policy: MissingPolicy
    weights: str = Field(description="the weighting's title")
    weights_scheme: str
    weights_author: str
    weights_reason: str
    weights_notes: list[str] = Field(default_factory=list, description="what learned weights rest on")
    weights_warning: str = Field("", description="what must stand beside every score under the weights")
    codebook_version: str
    codebook_hash: str
    score: float | None = Field(description="0..100; null where a factor is missing under `bounds`")
    low: float
    high: float
    coverage: float = Field(description="weight of the leaves with live evidence, 0..1")
    judged: float = Field(description="the part of the coverage that rests on judgements")
    assumed: float = Field(description="weight of the leaves that rest on assumptions")
    baseline: Baseline
    terms: list[Term]
    factors: list[FactorSubtotal]
    residual: float | None
    missing: list[str]
    links: list[str] = Field(default_factory=list, description="dependences that the case states")
    flips: list[Flip] = Field(default_factory=list)
