"""The analyses of one case on shared draws, as the records of a result."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leverage.builders import Reading
from leverage.case import LoadedCase
from leverage.explain.views import label_of
from leverage.model import Scores, known, score_table
from leverage.robustness._records import outlook_record, path_record, variance_record
from leverage.robustness.assumptions import key_assumptions
from leverage.robustness.content import (
    AssumptionRecord,
    EvidenceRecord,
    OutlookRecord,
    PairRecord,
    ScenarioPairRecord,
    ScenarioRecord,
    SwingRecord,
    VarianceRecord,
)
from leverage.robustness.drawing import Drawing
from leverage.robustness.evidence import DrawnScores, Moments, share_error
from leverage.robustness.over_time import score_path
from leverage.robustness.pairs import (
    Knowledge,
    PairOutlook,
    differences_of,
    factor_points,
    pair_outlooks,
    sides,
    stated_weights,
)
from leverage.robustness.ranks import rank_records
from leverage.robustness.settings import Settings
from leverage.robustness.stability import weight_intervals
from leverage.robustness.swings import evidence_swings
from leverage.robustness.variance import evidence_variance_shares, factor_variance_shares

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Analysis:
    """All that the analyses of one case share.

    Attributes
    ----------
    loaded : LoadedCase
    scores : Scores
    knowledge : Knowledge
        What is taken to be known of the weights.
    settings : Settings
    drawing : Drawing
    values : ndarray, shape (draws, rows, leaves)
        Drawn values v.
    drawn : DrawnScores
    exact : Moments
        Mean and variance in closed form, where they have one.
    """

    loaded: LoadedCase
    scores: Scores
    knowledge: Knowledge
    settings: Settings
    drawing: Drawing
    values: Array
    drawn: DrawnScores
    exact: Moments

    def rows_of(self, scenario: str) -> list[int]:
        """Row numbers of a scenario's actors, in the case's order."""
        return [number for number, row in enumerate(self.scores.rows) if row.scenario == scenario]

    def pairs(self, scenarios: Iterable[str]) -> list[PairRecord]:
        """Every pair of actors in each scenario."""
        pairs = [pair for name in scenarios for pair in itertools.combinations(self.rows_of(name), 2)]
        rows = self.scores.rows
        return [
            PairRecord(
                scenario=rows[found.first].scenario,
                ahead=rows[found.first].actor,
                behind=rows[found.second].actor,
                **self._compared(found),
            )
            for found in pair_outlooks(self.scores, pairs, self.knowledge)
        ]

    def scenario_pairs(self) -> list[ScenarioPairRecord]:
        """Every pair of scenarios for each actor."""
        rows = self.scores.rows
        numbers = range(len(rows))
        pairs = [
            pair
            for actor in self.loaded.case.actors
            for pair in itertools.combinations([n for n in numbers if rows[n].actor == actor.id], 2)
        ]
        return [
            ScenarioPairRecord(
                actor=rows[found.first].actor,
                ahead=rows[found.first].scenario,
                behind=rows[found.second].scenario,
                **self._compared(found),
            )
            for found in pair_outlooks(self.scores, pairs, self.knowledge)
        ]

    def _compared(self, found: PairOutlook) -> dict[str, Any]:
        """The numbers of a pair, by the names of `ComparedRecord`."""
        least, most = self.drawn.evidence_share(found.first, found.second)
        open_ = found.outlook is None
        unknown = bool(np.isnan(self.scores.score[[found.first, found.second]]).any())
        outlook = dict.fromkeys(OutlookRecord.model_fields)
        if found.outlook is not None:
            outlook = dict(outlook_record(found.outlook))
        draws = len(self.drawn.low)
        ends = (found.least, found.most)
        return {
            "order": found.order,
            "gap": known(self.scores.score[found.first] - self.scores.score[found.second]),
            **outlook,
            "evidence_share": None if unknown else least,
            "evidence_share_error": None if unknown else share_error(least, draws),
            "evidence_share_bounds": (least, most) if unknown else None,
            "at_bounds": [outlook_record(end) for end in ends if end is not None] if open_ else None,
        }

    def scenario(self, name: str) -> ScenarioRecord:
        """One scenario in detail."""
        rows = self.rows_of(name)
        leader = self._leader(rows)
        ranking = self._ranking(rows)
        path = score_path(self.loaded, name, self.scores.weights, self.scores.policy)
        rivals = [(leader, other) for other in rows if other != leader] if leader is not None else []
        return ScenarioRecord(
            scenario=name,
            title=self.loaded.state(name).scenario.title,
            leader=self.scores.rows[leader].actor if leader is not None else None,
            stability=self._stability(rivals) if leader is not None else None,
            ranking_stability=self._stability(list(itertools.pairwise(ranking))) if ranking else None,
            ranks=rank_records(self.scores, rows, self.knowledge, self.values),
            evidence=[self._evidence(row) for row in rows],
            first_two=self._actors(ranking[:2]) if ranking and len(ranking) > 1 else None,
            gap_variance=self._gap_variance(ranking),
            swings=self._swings(ranking),
            points=self._points(rows),
            assumptions=self._assumptions(name),
            over_time=path_record(path),
        )

    def _leader(self, rows: Sequence[int]) -> int | None:
        for row in rows:
            if all(self.scores.order(row, other) == "ahead" for other in rows if other != row):
                return row
        return None

    def _ranking(self, rows: Sequence[int]) -> list[int] | None:
        """Rows from the first to the last place; None where an order is undecided or two tie."""
        if any(
            self.scores.order(one, other) in ("undecided", "tied")
            for one, other in itertools.combinations(rows, 2)
        ):
            return None
        ahead = {row: sum(self.scores.order(row, o) == "ahead" for o in rows if o != row) for row in rows}
        return sorted(rows, key=lambda row: -ahead[row])

    def _stability(self, pairs: Sequence[tuple[int, int]]) -> dict[str, tuple[float, float]] | None:
        """Intervals of the weights; None where weights of missing factors are spread over others."""
        rows = sorted({row for pair in pairs for row in pair})
        if self.scores.policy == "renormalise" and np.isnan(self.scores.table.v[rows]).any():
            return None
        ends = weight_intervals(differences_of(self.scores, pairs), stated_weights(self.scores))
        names = self.scores.table.codebook.names
        return {name: (float(low), float(high)) for name, (low, high) in zip(names, ends, strict=True)}

    def _evidence(self, row: int) -> EvidenceRecord:
        scores = self.scores
        lower, upper = (float(side[row]) for side in self.drawn.quantiles())
        open_ = bool(np.isnan(scores.score[row]))
        shares = () if open_ else factor_variance_shares(self.values, scores, row)
        return EvidenceRecord(
            actor=scores.rows[row].actor,
            score=known(scores.score[row]),
            low=float(scores.low[row]),
            high=float(scores.high[row]),
            p05=None if open_ else lower,
            p95=None if open_ else upper,
            mean=None if open_ else float(self.drawn.low[:, row].mean()),
            deviation=None if open_ else float(self.drawn.low[:, row].std()),
            exact_mean=known(self.exact.mean[row]),
            exact_deviation=known(np.sqrt(self.exact.variance[row])),
            missing_bounds=(lower, upper) if open_ else None,
            variance=[variance_record(share) for share in shares],
        )

    def _actors(self, rows: Sequence[int]) -> tuple[str, str]:
        first, second = rows
        return self.scores.rows[first].actor, self.scores.rows[second].actor

    def _alone(self, ranking: list[int] | None) -> tuple[Drawing, Scores, int, int] | None:
        """One scenario's drawing and scores, and the rows of its first two actors there."""
        if not ranking or len(ranking) < 2 or np.isnan(self.scores.score[ranking[:2]]).any():
            return None
        alone = self.drawing.only(self.scores.rows[ranking[0]].scenario)
        first, second = (alone.table.row_number(*self.scores.rows[row][1:]) for row in ranking[:2])
        return alone, score_table(alone.table, self.scores.weights, self.scores.policy), first, second

    def _gap_variance(self, ranking: list[int] | None) -> list[VarianceRecord]:
        alone, samples = self._alone(ranking), self.settings.variance_samples
        found = evidence_variance_shares(*alone, samples=samples) if alone and samples else ()
        return [variance_record(share) for share in found]

    def _swings(self, ranking: list[int] | None) -> list[SwingRecord]:
        alone = self._alone(ranking)
        if alone is None:
            return []
        readings = self._readings_of(alone[0])
        return [
            SwingRecord(
                evidence=swing.evidence,
                label=label_of(self.loaded, readings[swing.evidence].key),
                actor=readings[swing.evidence].key.actor,
                at_low=swing.at_low,
                at_high=swing.at_high,
            )
            for swing in evidence_swings(*alone)[1]
        ]

    def _readings_of(self, alone: Drawing) -> dict[str, Reading]:
        """The reading that each piece of evidence is about."""
        return {
            source.id: alone.table.readings.details[row][key]
            for row, sources in enumerate(alone.sources)
            for key, pieces in sources.items()
            for source in pieces
        }

    def _points(self, rows: Sequence[int]) -> dict[str, dict[str, tuple[float, float]]]:
        low, high = (factor_points(self.scores, side) for side in sides(self.scores))
        names = self.scores.table.codebook.names
        return {
            self.scores.rows[row].actor: {
                name: (float(low[row, n]), float(high[row, n])) for n, name in enumerate(names)
            }
            for row in rows
        }

    def _assumptions(self, scenario: str) -> list[AssumptionRecord]:
        return [
            AssumptionRecord(
                **{name: value for name, value in vars(each).items() if name != "scenario"},
                actor_name=self.loaded.actor(each.actor).name,
            )
            for each in key_assumptions(self.loaded, self.scores, scenario)
        ]
