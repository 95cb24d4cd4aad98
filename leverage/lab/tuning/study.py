"""A study: opened and held against its settings, its trials asked for, told, and taken over from the dead."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from leverage.faults import Fault, InputError, call_error
from leverage.lab._owners import current_owner, is_dead
from leverage.lab.tuning.objective import Measured
from leverage.lab.tuning.spaces import Dimension, Space
from leverage.lab.tuning.storage import StudyStorage

CONFIG, BEGUN, MEASURED = "config", "begun", "measured"
UNSIGNED = 60.0
"""Seconds after which a trial that nobody has signed for counts as left behind."""


class Asked(NamedTuple):
    """A trial to be measured."""

    number: int
    place: int
    batch: int
    settings: dict[str, float]


@dataclass(frozen=True)
class Trial:
    """A finished trial.

    Attributes
    ----------
    number : int
        In the study's storage.
    place : int
        Among the trials that count, from 0; the same however often the search was interrupted.
    settings : dict of str to float
    measured : Measured
    batch : int
        The batch it was asked for in, from 0.
    owner : str
        The process that measured it, as in a run's tag.
    run : str
        The MLflow run of that process; empty without one.
    """

    number: int
    place: int
    settings: dict[str, float]
    measured: Measured
    batch: int
    owner: str
    run: str


class Study:
    """A study in a storage, as one process sees it.

    Parameters
    ----------
    storage : StudyStorage
    name : str
    space : Space
    config : mapping
        Whatever decides a trial's numbers; a study that was begun with another is refused.
    seed : int

    Raises
    ------
    InputError
        The study was begun with other settings.
    """

    def __init__(
        self, storage: StudyStorage, name: str, space: Space, config: Mapping[str, Any], seed: int
    ) -> None:
        import optuna

        from leverage.lab.tuning._sampler import PlaceSampler

        self.name, self.space, self.storage = name, space, storage
        self._own: dict[int, Any] = {}
        self._optuna = optuna.create_study(
            storage=storage.optuna,
            study_name=name,
            sampler=PlaceSampler(seed, space.shipped),
            direction="minimize",
            load_if_exists=True,
        )
        known = self._optuna.user_attrs.get(CONFIG)
        if known is None:
            self._optuna.set_user_attr(CONFIG, dict(config))
        elif known != dict(config):
            raise _other_study(name, known, config)
        self._distributions = {each.name: _distribution(each) for each in space.dimensions}

    # --- what is there ---------------------------------------------------------------------

    def counts(self) -> dict[str, int]:
        """How many trials are ``complete``, ``running``, ``waiting`` and ``fail``."""
        states = [trial.state.name.lower() for trial in self._trials()]
        return {name: states.count(name) for name in ("complete", "running", "waiting", "fail")}

    def finished(self) -> list[Trial]:
        """Every finished trial, by place."""
        found, place = [], 0
        for trial in self._trials():
            if trial.state.name == "COMPLETE":
                begun = trial.user_attrs[BEGUN]
                measured = Measured.from_dict(trial.user_attrs[MEASURED])
                found.append(
                    Trial(
                        trial.number, place, dict(trial.params), measured,
                        begun["batch"], begun["owner"], begun["run"],
                    )
                )  # fmt: skip
            place += trial.state.name != "FAIL"
        return found

    def importances(self) -> dict[str, float]:
        """How much of the differences in loss each setting explains, most first; they sum to 1.

        By PED-ANOVA where Optuna has it. Empty below two trials or where all losses are equal.
        """
        import warnings

        from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

        losses = [trial.measured.metrics["log_loss"] for trial in self.finished()]
        if len(set(losses)) < 2:
            return {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # experimental in older versions of Optuna
            found = get_param_importances(self._optuna, evaluator=PedAnovaImportanceEvaluator())
        return {name: float(value) for name, value in found.items()}

    # --- asking and telling ----------------------------------------------------------------

    def ask(self, total: int, batch: int, run: str = "") -> list[Asked]:
        """The next batch: trials given up by others first, then new ones, as many as the study lacks.

        A batch ends where places are a multiple of its size, so that an interrupted search falls into
        step again.

        Parameters
        ----------
        total : int
            Trials that the study shall have.
        batch : int
        run : str
            Noted with the trial.
        """
        counts = self.counts()
        begun = counts["complete"] + counts["running"]
        lacking = counts["waiting"] + max(0, total - begun - counts["waiting"])
        asked = []
        for _ in range(min(batch - begun % batch, lacking)):
            trial = self._optuna.ask(self._distributions)
            place = self._place(trial.number)
            if place >= total:  # another process was first
                self._optuna.tell(trial.number, state=self._state("FAIL"))
                break
            self._own[trial.number] = trial
            note = {"owner": current_owner(), "at": time.time(), "run": run, "batch": begun // batch}
            trial.set_user_attr(BEGUN, note)
            asked.append(Asked(trial.number, place, begun // batch, dict(trial.params)))
        return asked

    def tell(self, asked: Asked, measured: Measured) -> None:
        """Note what a trial was worth; nothing where another process took it over and was first."""
        from optuna.exceptions import UpdateFinishedTrialError

        trial = self._own.pop(asked.number)
        with suppress(UpdateFinishedTrialError):
            trial.set_user_attr(MEASURED, measured.to_dict())
            self._optuna.tell(asked.number, measured.metrics["log_loss"], skip_if_finished=True)

    def give_up(self) -> None:
        """Leave this process's unfinished trials to be measured by whoever continues the study."""
        self._requeue([trial for trial in self._running() if trial.number in self._own])
        self._own.clear()

    def take_over(self, patience: float) -> int:
        """Queue again what dead processes left unfinished.

        Parameters
        ----------
        patience : float
            Seconds after which a trial of another machine counts as left behind.

        Returns
        -------
        int
            How many trials.
        """
        left = [each for each in self._running() if self._is_left(each, patience)]
        return self._requeue(left)

    def _requeue(self, left: Sequence[Any]) -> int:
        from optuna.exceptions import UpdateFinishedTrialError

        count = 0
        for trial in left:
            try:
                self._optuna.tell(trial.number, state=self._state("FAIL"))
            except (UpdateFinishedTrialError, ValueError):  # another process was first
                continue
            count += 1
            if set(trial.params) == set(self._distributions):  # else it died while it asked: ask anew
                self._optuna.enqueue_trial(trial.params)
        return count

    def _is_left(self, trial: Any, patience: float) -> bool:
        if trial.number in self._own:
            return False
        begun = trial.user_attrs.get(BEGUN)
        if begun is None:
            return bool((datetime.now() - trial.datetime_start).total_seconds() > UNSIGNED)
        here = current_owner().partition(":")[0]
        elsewhere = begun["owner"].partition(":")[0] != here
        return is_dead(begun["owner"]) or bool(elsewhere and time.time() - begun["at"] > patience)

    def _running(self) -> list[Any]:
        return [trial for trial in self._trials() if trial.state.name == "RUNNING"]

    def _trials(self) -> list[Any]:
        return list(self._optuna.get_trials(deepcopy=False))

    def _place(self, number: int) -> int:
        from leverage.lab.tuning._sampler import place_of

        return place_of(self._optuna, number)

    def _state(self, name: str) -> Any:
        from optuna.trial import TrialState

        return TrialState[name]


def _distribution(dimension: Dimension) -> Any:
    from optuna.distributions import FloatDistribution, IntDistribution

    low, high, log = dimension.low, dimension.high, dimension.log
    return IntDistribution(int(low), int(high), log) if dimension.whole else FloatDistribution(low, high, log)


def _other_study(name: str, known: Mapping[str, Any], config: Mapping[str, Any]) -> InputError:
    told = f"the study {name!r} was begun with"
    faults = list(_differences(known, config, told))
    return InputError(faults or call_error(f"{told} other settings", _RENAME).faults)


_RENAME = "give this search a name of its own with --study"


def _differences(known: Mapping[str, Any], config: Mapping[str, Any], told: str) -> Iterator[Fault]:
    for key in dict.fromkeys([*known, *config]):
        old, new = known.get(key), config.get(key)
        if old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            names = [name for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)]
            problem = f"{told} another {key}: {', '.join(names)}"
        else:
            problem = f"{told} {key} {old!r}, not {new!r}"
        yield call_error(problem, _RENAME).faults[0]
