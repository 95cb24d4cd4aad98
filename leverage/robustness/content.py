"""What ``leverage robustness`` finds, as pydantic models: with a JSON Schema, and back from JSON."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import ConfigDict, Field

from leverage.case import MissingPolicy
from leverage.documents import Record

Order = Literal["ahead", "behind", "tied", "undecided"]
Interval = tuple[float, float]


class TransferRecord(Record):
    """Points of weight, of 100, that move from one factor to another."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    points: float


class OutlookRecord(Record):
    """How ``ahead`` stands to ``behind`` under other weightings of the factors."""

    win_share: float | None = Field(
        description="share of all weightings under which `ahead` is ahead, 0..1; null where both tie "
        "under all"
    )
    win_share_error: float = Field(description="standard error; 0 where the share is exact")
    tied_share: float = Field(
        description="share of weightings under which both tie: 0, or 1 for equal actors"
    )
    ranked_share: float | None = Field(None, description="over the weightings that the rank order allows")
    near_share: float | None = Field(None, description="over weightings around the stated one (Dirichlet)")
    near_share_error: float | None = Field(None, description="numerical, or a standard error if sampled")
    within_share: float | None = Field(None, description="over the weightings within the intervals, sampled")
    within_share_error: float | None = None
    flip_l1: float | None = Field(
        description="sum of the absolute changes of the smallest change of weights that reaches a tie; "
        "null where no weighting turns the pair"
    )
    flip: list[TransferRecord] | None = Field(description="that change as transfers; [] for a tie")
    flip_l2: float | None = Field(description="Euclid's length of the shortest such change")


class ComparedRecord(Record):
    """Two scores, whoever is ahead first; in the case's order where the order is tied or undecided."""

    ahead: str
    behind: str
    order: Literal["ahead", "tied", "undecided"]
    gap: float | None = Field(description="points between both scores; null where one is missing")
    win_share: float | None = Field(
        description="share of all weightings under which `ahead` is ahead, 0..1; null where both tie under "
        "all, or where a factor is missing under `bounds`: see `at_bounds`"
    )
    win_share_error: float | None
    tied_share: float | None
    ranked_share: float | None
    near_share: float | None
    near_share_error: float | None
    within_share: float | None
    within_share_error: float | None
    flip_l1: float | None
    flip: list[TransferRecord] | None
    flip_l2: float | None
    evidence_share: float | None = Field(
        description="share of draws of the evidence in which `ahead` is ahead; no probability; null where a "
        "factor is missing under `bounds`"
    )
    evidence_share_error: float | None = Field(description="its standard error")
    evidence_share_bounds: Interval | None = Field(
        description="with a missing factor: shares in which it is ahead for sure, and may be ahead"
    )
    at_bounds: list[OutlookRecord] | None = Field(
        description="with a missing factor: what is missing at the ends that suit `ahead` least, and best"
    )


class PairRecord(ComparedRecord):
    """Two actors in one scenario."""

    scenario: str


class ScenarioPairRecord(ComparedRecord):
    """One actor in two scenarios, which are `ahead` and `behind`."""

    actor: str


class RankRecord(Record):
    """An actor's places over all weightings, or over those that partial knowledge leaves."""

    actor: str
    expected_rank: float | None = Field(description="mean place over all weightings, from 1; exact")
    expected_rank_bounds: Interval | None = Field(description="with a missing factor: the best and the worst")
    can_rank_first: bool = Field(description="under one weighting or more, what is missing at its best")
    first_margin: float | None = Field(
        description="points by which it leads at most; below 0 it never does; null without a rival"
    )
    first_weights: dict[str, float] = Field(description="a weighting with that margin")
    dominated: bool = Field(description="another actor is level under all weightings and ahead under some")
    necessarily_level: list[str] = Field(description="actors that it is level with or ahead of under all")
    possibly_level: list[str] = Field(description="actors that it is level with or ahead of under some")
    rank_acceptability: list[float] | None = Field(
        description="share of sampled weightings in which it takes each place; null with a missing factor"
    )
    rank_acceptability_error: list[float] | None = Field(description="standard errors")
    central_weights: dict[str, float] | None = Field(
        description="mean of the sampled weightings under which it is first; null where there are none"
    )
    confidence: float | None = Field(
        description="share of the evidence's draws in which it is first under its central weights"
    )
    confidence_error: float | None = None


class VarianceRecord(Record):
    """Sobol's shares of the variance that the doubt in the evidence gives a score or a gap."""

    name: str = Field(description="a factor, or a piece of evidence by its id")
    first: float = Field(description="the part that would go if this alone were known")
    total: float = Field(description="the part that would be left if all else were known")
    first_error: float = 0.0
    total_error: float = 0.0


class EvidenceRecord(Record):
    """What the doubt in the evidence leaves of a score."""

    actor: str
    score: float | None
    low: float = Field(description="outer bound, see the scores")
    high: float
    p05: float | None = Field(description="5 % of the draws lie below; null where a factor is missing")
    p95: float | None
    mean: float | None = Field(description="of the draws; the score is no mean, but at the stated readings")
    deviation: float | None = Field(description="standard deviation of the draws")
    exact_mean: float | None = Field(description="in closed form; null where a formula is not linear")
    exact_deviation: float | None
    missing_bounds: Interval | None = Field(
        description="with a missing factor: 5 % of the draws of the lowest score lie below the first, 5 % "
        "of those of the highest above the second; what lies between is unknown and not drawn"
    )
    variance: list[VarianceRecord] = Field(description="shares of the variance by factor, exact over factors")


class SwingRecord(Record):
    """The gap between the first two actors with one piece of evidence at its ends, all else as stated."""

    evidence: str
    label: str
    actor: str
    at_low: float = Field(description="points by which the first leads")
    at_high: float


class AssumptionRecord(Record):
    """A reading that is no fact, and the value at which it turns the order of two actors."""

    first: str
    second: str
    order: Order
    name: str
    label: str
    actor: str
    actor_name: str
    basis: Literal["assumption", "judgement", "default", "missing"]
    evidence: list[str]
    by: list[str]
    unit: str
    stated: float | None
    low: float | None
    high: float | None
    turns_at: float | None = Field(description="the nearest value that turns the order; null for none")
    becomes: str | None = Field(description="how `first` stands to `second` beyond it")
    distance: float | None = Field(description="from the stated value, as a part of the scale")
    inside: bool = Field(description="whether it lies within the reading's own bounds")


class TurnRecord(Record):
    """A day from which on an order is another than the day before."""

    date: dt.date
    first: str
    second: str
    before: Order
    after: Order


class PathRecord(Record):
    """Scores by date, all evidence as it stands; one list a kind of number and actor."""

    deadline: dt.date | None
    dates: list[dt.date]
    scores: dict[str, list[float | None]]
    low: dict[str, list[float]]
    high: dict[str, list[float]]
    turns: list[TurnRecord]


class ScenarioRecord(Record):
    """One scenario in detail."""

    scenario: str
    title: str
    leader: str | None = Field(description="null where no actor is ahead of all others")
    first_two: tuple[str, str] | None = Field(description="null where an order is undecided or tied")
    stability: dict[str, Interval] | None = Field(
        description="interval of each weight within which the leader stays, others rescaled in proportion"
    )
    ranking_stability: dict[str, Interval] | None = Field(
        description="the same for the whole ranking; null where an order is undecided"
    )
    ranks: list[RankRecord]
    evidence: list[EvidenceRecord]
    gap_variance: list[VarianceRecord] = Field(
        description="shares of the variance of the gap between the first two, by piece of evidence, sampled"
    )
    swings: list[SwingRecord] = Field(description="of the same gap, widest first")
    points: dict[str, dict[str, Interval]] = Field(
        description="100 v of each factor by actor; two ends where it is missing"
    )
    assumptions: list[AssumptionRecord]
    over_time: PathRecord


class AgreementRecord(Record):
    """The order of a pair under each of several weightings."""

    scenario: str
    first: str
    second: str
    orders: dict[str, Order] = Field(description="how `first` stands to `second`, by weighting")
    gaps: dict[str, float | None]
    agreed: bool


class SettingsRecord(Record):
    """What the numbers rest on."""

    samples: int = Field(description="sampled weightings")
    draws: int = Field(description="draws of the evidence")
    seed: int
    distribution: Literal["triangular", "pert"]
    widening: dict[str, float] = Field(description="of half-widths by the letter of a source's grade")
    concentration: float | None = Field(description="of the Dirichlet distribution around the stated weights")
    order: list[list[str]] | None = Field(description="factors, heaviest first; several share a place")
    intervals: dict[str, Interval] | None


class RobustnessContent(Record):
    """How sure a ranking is: over weights, over the doubt in the evidence, over time."""

    format: Literal["leverage/robustness/1"] = "leverage/robustness/1"
    case: str
    case_title: str
    weighting: str
    weights_title: str
    weights: dict[str, float]
    weights_warning: str = Field("", description="what must stand beside every score under the weights")
    policy: MissingPolicy
    actors: dict[str, str] = Field(description="names by id")
    factors: dict[str, str] = Field(description="titles by id")
    scenario_titles: dict[str, str]
    settings: SettingsRecord
    pairs: list[PairRecord]
    scenario_pairs: list[ScenarioPairRecord]
    stability_scenario: str | None = Field(description="the first scenario with a leader")
    stability: dict[str, Interval] | None = Field(description="its leader's, see `scenarios`")
    scenarios: list[ScenarioRecord]
    weightings: dict[str, dict[str, float]] = Field(description="the weights of each weighting, by its id")
    agreements: list[AgreementRecord] = Field(description="empty with one weighting")
