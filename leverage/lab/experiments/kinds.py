"""The kinds of experiments: for each its definition, and how a definition becomes a plan that runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple

from pydantic import Field, RootModel

from leverage.lab.definitions import Definition
from leverage.lab.experiments.backtesting import BacktestModels, plan_backtest
from leverage.lab.experiments.cases import ScoreCases, plan_cases
from leverage.lab.experiments.definition import Place, Plan
from leverage.lab.experiments.learning import LearnWeights, plan_learning
from leverage.lab.experiments.tuning import plan_tuning
from leverage.lab.tuning.definition import TuneExperiment


class Kind(NamedTuple):
    """A kind of experiment.

    Attributes
    ----------
    definition : type of Definition
        What its file is validated by; its ``kind`` is the kind's name.
    plan : callable
        Reads what the definition names and finds every fault before anything is logged.
    """

    definition: type[Definition]
    plan: Callable[[Any, Place], Plan]


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "score-cases": Kind(ScoreCases, plan_cases),
        "backtest": Kind(BacktestModels, plan_backtest),
        "learn-weights": Kind(LearnWeights, plan_learning),
        "tune": Kind(TuneExperiment, plan_tuning),
    }
)
AnyExperiment = Annotated[
    ScoreCases | BacktestModels | LearnWeights | TuneExperiment, Field(discriminator="kind")
]


class ExperimentFile(RootModel[AnyExperiment]):
    """A definition of any kind; for its JSON Schema."""
