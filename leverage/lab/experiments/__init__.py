"""Experiments: definitions in YAML or TOML, checked as a whole before anything runs."""

from leverage.lab.definitions import Definition
from leverage.lab.experiments.backtesting import BacktestModels, BacktestOutcome
from leverage.lab.experiments.cases import CasesResult, ScoreCases
from leverage.lab.experiments.definition import ExperimentResult, Place, Plan
from leverage.lab.experiments.kinds import KINDS, ExperimentFile, Kind
from leverage.lab.experiments.learning import LearnedOutcome, LearnWeights
from leverage.lab.experiments.reading import read_experiment
from leverage.lab.experiments.running import run_experiment
from leverage.lab.experiments.session import Session

__all__ = [
    "KINDS",
    "BacktestModels",
    "BacktestOutcome",
    "CasesResult",
    "Definition",
    "ExperimentFile",
    "ExperimentResult",
    "Kind",
    "LearnWeights",
    "LearnedOutcome",
    "Place",
    "Plan",
    "ScoreCases",
    "Session",
    "read_experiment",
    "run_experiment",
]
