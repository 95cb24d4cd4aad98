"""Experiments that search settings: a study that was opened, run below an experiment's parent run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leverage.lab.experiments.backtesting import data_folder
from leverage.lab.experiments.definition import ExperimentResult, Place
from leverage.lab.experiments.session import Session
from leverage.lab.tuning.definition import TuneExperiment
from leverage.render import Table

if TYPE_CHECKING:
    from leverage.lab.tuning.document import TuneDocument
    from leverage.lab.tuning.running import Tuning


@dataclass(frozen=True)
class TuneOutcome(ExperimentResult):
    """What a search found; the runs below the parent are its trials.

    Attributes
    ----------
    document : TuneDocument
    """

    document: TuneDocument

    def to_tables(self) -> list[Table]:
        """The shipped settings and the best, with what they were worth."""
        return [self.document.to_table()]


@dataclass(frozen=True)
class TunePlan:
    """A study that is open, on a panel that was read."""

    tuning: Tuning

    @property
    def content(self) -> Mapping[str, Any]:
        """Whatever decides a trial's numbers, and where the study is kept."""
        return {**self.tuning.config, "storage": self.tuning.study.storage.shown}

    @property
    def params(self) -> Mapping[str, object]:
        """What was chosen."""
        return {"kind": self.tuning.definition.kind, **self.tuning.params}

    def run(self, session: Session) -> TuneOutcome:
        """Search until the study has all its trials; those that it has already are kept."""

        def told(progress: Any) -> None:
            if progress.finished:
                session.on_step(f"{progress.finished} of {progress.trials} trials")

        found = self.tuning.run(session.client, session.experiment, session.run, told)
        children = session.below()
        return TuneOutcome(self.tuning.definition, session.run, children, found.document)


def plan_tuning(definition: TuneExperiment, place: Place) -> TunePlan:
    """Read the panel and open the study; a fault is an `InputError` here and not later."""
    from leverage.lab.tuning.running import Tuning

    return TunePlan(Tuning.of(definition, data_folder(definition.data, place), place.store))
