"""A sampler that knows no state but the study: where a search stands decides what it asks next.

Imported only where Optuna is needed.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from optuna.exceptions import ExperimentalWarning
from optuna.samplers import BaseSampler, TPESampler
from optuna.trial import TrialState

STARTUP = 10
"""Trials drawn at random before the tree-structured Parzen estimator (TPE) takes over."""


def place_of(study: Any, number: int) -> int:
    """How many trials that count stand before a trial: its number, were no trial ever given up."""
    trials = study.get_trials(deepcopy=False)
    return sum(trial.number < number and trial.state != TrialState.FAIL for trial in trials)


class PlaceSampler(BaseSampler):  # type: ignore[misc, unused-ignore]
    """TPE with a seed from the study's seed and the trial's place, and the shipped settings first.

    A study that is interrupted and continued asks for the same settings as one that was not, and two
    processes at one study never ask for the same.

    Parameters
    ----------
    seed : int
    shipped : mapping of str to float
        The settings of the first trial.
    """

    def __init__(self, seed: int, shipped: Mapping[str, float]) -> None:
        self._seed = seed
        self._shipped = dict(shipped)
        self._first = False
        self._tpe = self._seeded(0)

    def _seeded(self, place: int) -> TPESampler:
        entropy = int(np.random.SeedSequence([self._seed, place]).generate_state(1)[0])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            return TPESampler(seed=entropy, multivariate=True, constant_liar=True, n_startup_trials=STARTUP)

    def before_trial(self, study: Any, trial: Any) -> None:
        """Start from the trial's place."""
        place = place_of(study, trial.number)
        self._first = place == 0
        self._tpe = self._seeded(place)

    def infer_relative_search_space(self, study: Any, trial: Any) -> dict[str, Any]:
        """As TPE."""
        return {} if self._first else dict(self._tpe.infer_relative_search_space(study, trial))

    def sample_relative(self, study: Any, trial: Any, search_space: dict[str, Any]) -> dict[str, Any]:
        """As TPE."""
        return dict(self._tpe.sample_relative(study, trial, search_space))

    def sample_independent(self, study: Any, trial: Any, param_name: str, param_distribution: Any) -> Any:
        """The shipped value in the first trial, else as TPE."""
        if self._first:
            return self._shipped[param_name]
        return self._tpe.sample_independent(study, trial, param_name, param_distribution)
