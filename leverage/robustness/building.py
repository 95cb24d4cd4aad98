"""Gathers every analysis of a case into one result."""

from __future__ import annotations

from collections.abc import Sequence

from leverage.case import LoadedCase
from leverage.model import Scores
from leverage.robustness._analysis import Analysis
from leverage.robustness._records import agreement_records, settings_record
from leverage.robustness.drawing import drawing_of
from leverage.robustness.evidence import linear_moments, weigh_draws
from leverage.robustness.pairs import Knowledge
from leverage.robustness.result import Robustness
from leverage.robustness.settings import Settings
from leverage.robustness.weight_sets import Intervals, RankOrder


def robustness(
    loaded: LoadedCase, weighted: Scores | Sequence[Scores], settings: Settings | None = None
) -> Robustness:
    """How sure the ranking of a case's actors is.

    Parameters
    ----------
    loaded : LoadedCase
    weighted : Scores, or sequence of Scores
        One table under one or more weightings. The first is analysed, the others stand beside it.
    settings : Settings, optional

    Returns
    -------
    Robustness

    Raises
    ------
    InputError
        Settings name an unknown factor, or leave no weighting.
    """
    several = [weighted] if isinstance(weighted, Scores) else list(weighted)
    scores, settings = several[0], settings or Settings()
    names = scores.table.codebook.names
    order = RankOrder.of(settings.order, names) if settings.order else None
    knowledge = Knowledge(
        order=order,
        intervals=Intervals.of(settings.intervals, names) if settings.intervals else None,
        concentration=settings.concentration,
        samples=settings.samples,
        seed=settings.doubt.seed,
    )
    made = drawing_of(loaded, scores.table, settings.doubt)
    values = made.values()
    drawn = weigh_draws(*values, scores)
    exact = linear_moments(made, scores)
    analysed = Analysis(loaded, scores, knowledge, settings, made, values[0], drawn, exact)
    scenarios = list(dict.fromkeys(row.scenario for row in scores.rows))
    details = [analysed.scenario(name) for name in scenarios]
    stable = next((each for each in details if each.stability is not None), None)
    return Robustness(
        case=loaded.case.id,
        case_title=loaded.case.title,
        weighting=scores.weights.id,
        weights_title=scores.weights.title,
        weights=dict(scores.weights.factors),
        weights_warning=scores.weights.warning,
        policy=scores.policy,
        actors={actor.id: actor.name for actor in loaded.case.actors},
        factors={factor.id: factor.title for factor in loaded.codebook.factors},
        scenario_titles={name: loaded.state(name).scenario.title for name in scenarios},
        settings=settings_record(settings, order, names),
        pairs=analysed.pairs(scenarios),
        scenario_pairs=analysed.scenario_pairs(),
        stability_scenario=stable.scenario if stable else None,
        stability=stable.stability if stable else None,
        scenarios=details,
        weightings={each.weights.id: dict(each.weights.factors) for each in several},
        agreements=agreement_records(several) if len(several) > 1 else [],
    )
