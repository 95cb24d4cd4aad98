"""Run a tuning: panel, study, workers and MLflow brought together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leverage import __version__
from leverage.faults import InputError, call_error
from leverage.lab.backtests import PANELS
from leverage.lab.panels import Panel
from leverage.lab.provenance import git_tags
from leverage.lab.runs import find_unfinished, log_values, open_run, open_store
from leverage.lab.store import Store, project_root
from leverage.lab.tuning.definition import TuneExperiment
from leverage.lab.tuning.document import TuneDocument, make_document
from leverage.lab.tuning.objective import Measured, Plan
from leverage.lab.tuning.search import search
from leverage.lab.tuning.spaces import Space, space_of
from leverage.lab.tuning.storage import StudyStorage, open_storage, unusable
from leverage.lab.tuning.study import Asked, Study
from leverage.lab.tuning.tracking import Tracker
from leverage.lab.tuning.workers import workers

if TYPE_CHECKING:
    from mlflow import MlflowClient


@dataclass(frozen=True)
class Progress:
    """How far a study is, after a trial or before the first.

    Attributes
    ----------
    finished, trials : int
    least : float or None
        The least log loss so far; None before the first trial.
    """

    finished: int
    trials: int
    least: float | None


@dataclass(frozen=True)
class TuneResult:
    """What a tuning found, and the run that it was logged as."""

    document: TuneDocument
    run: str


class Interrupted(KeyboardInterrupt):
    """A search that was interrupted; says how far it is and that it can be continued."""


def run_tuning(
    definition: TuneExperiment,
    data: Path | None = None,
    *,
    folder: Path | None = None,
    store: Store | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> TuneResult:
    """Search settings as a definition says, and log the search to MLflow.

    A study that has some of its trials already is continued; one that has all of them is only told.

    Parameters
    ----------
    definition : TuneExperiment
    data : Path, optional
        The folder of the research data, in place of the definition's.
    folder : Path, optional
        The definition's folder, from which its paths are seen; the current one where not given.
    store : Store, optional
        `Store.find` where not given.
    on_progress : callable, optional

    Returns
    -------
    TuneResult

    Raises
    ------
    InputError
        Data, storage or cluster cannot be used; the study was begun with other settings.
    Interrupted
        An interrupt. Finished trials are kept, and the run ends as killed.
    """
    store = store or Store.find()
    tuning = Tuning.of(definition, _data_folder(definition, data, folder or Path.cwd()), store)
    client = open_store(store)
    experiment = store.experiment(definition.name, client)
    key = tuning.key
    resumed = find_unfinished(client, experiment, key)
    with open_run(client, experiment, tuning.study.name, tuning.tags, resume=resumed, key=key) as run:
        log_values(client, run, params=tuning.params)
        return tuning.run(client, experiment, run, on_progress)


@dataclass(frozen=True)
class Tuning:
    """A tuning whose panel was read and whose study was opened.

    Attributes
    ----------
    definition : TuneExperiment
    panel : Panel
    study : Study
    config : mapping
        Whatever decides a trial's numbers, as the study keeps it.
    """

    definition: TuneExperiment
    panel: Panel
    study: Study
    config: Mapping[str, Any]

    @classmethod
    def of(cls, definition: TuneExperiment, data: Path, store: Store) -> Tuning:
        """Read the panel and open the study.

        Raises
        ------
        InputError
            Data or storage cannot be used; the study was begun with other settings.
        """
        space = space_of(definition.panel, definition.model)
        panel = PANELS[definition.panel](data)
        config = study_config(definition, space, panel)
        storage = open_storage(definition.storage, definition.study_name, store)
        try:
            with _usable(storage):
                study = Study(storage, definition.study_name, space, config, definition.seed)
        except InputError:
            storage.close()
            raise
        return cls(definition, panel, study, config)

    @property
    def params(self) -> dict[str, object]:
        """What was chosen, as MLflow's parameters."""
        names = ("panel", "model", "scheme", "folds", "repeats", "seed")
        told: dict[str, object] = {"study": self.study.name, "trials": self.definition.trials}
        told |= {name: self.config[name] for name in names}
        for name, (low, high, *_) in self.config["space"].items():
            told[f"search.{name}"] = f"{low:g} to {high:g}"
        return told

    @property
    def tags(self) -> dict[str, str]:
        """What the run is."""
        told = self.definition
        return {
            "experiment.title": told.title,
            "experiment.kind": told.kind,
            "leverage.version": __version__,
            "mlflow.note.content": "\n\n".join(filter(None, (told.title, told.about))),
            **git_tags(project_root()),
        }

    @property
    def key(self) -> str:
        """The digest by which an interrupted run is found again."""
        where = {"study": self.study.name, "storage": self.study.storage.shown}
        told = {**self.config, **where, "trials": self.definition.trials}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]

    def run(
        self,
        client: MlflowClient,
        experiment: str,
        run: str,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> TuneResult:
        """Search, and log what this process does to a run that is open.

        Raises
        ------
        InputError
            Storage or cluster cannot be used.
        Interrupted
            An interrupt.
        """
        told, study = self.definition, self.study
        plan = Plan(self.config["scheme"], told.folds, told.repeats, told.seed)
        tracker = Tracker(client, experiment, run, told, self.panel, study)

        def on_trial(asked: Asked, measured: Measured) -> None:
            tracker.log_trial(asked, measured)
            tell()

        def tell() -> None:
            if on_progress is not None:
                losses = [trial.measured.metrics["log_loss"] for trial in study.finished()]
                on_progress(Progress(len(losses), told.trials, min(losses, default=None)))

        try:
            with _usable(study.storage):
                tracker.begin()
                tell()
                setup = told.jobs, told.backend_name, told.scheduler
                with workers(self.panel, told.model, plan, *setup) as measure:
                    search(
                        study,
                        measure,
                        trials=told.trials,
                        batch=told.batch or told.jobs,
                        patience=60.0 * told.patience,
                        run=run,
                        on_trial=on_trial,
                    )
                trials = study.finished()
                document = make_document(study.name, self.config, trials, study.importances())
                tracker.finish(document, trials)
        except KeyboardInterrupt:
            done = study.counts()["complete"]
            raise Interrupted(f"{done} of {told.trials} trials are done and kept") from None
        finally:
            study.storage.close()
        return TuneResult(document, run)


def study_config(definition: TuneExperiment, space: Space, panel: Panel) -> dict[str, Any]:
    """Whatever decides a trial's numbers."""
    told = definition.model_dump(include={"panel", "model", "folds", "repeats", "seed"})
    return {
        **told,
        "scheme": definition.scheme_name,
        "data": {source.name: source.sha256 for source in panel.sources},
        "space": space.described(),
    }


def _data_folder(definition: TuneExperiment, data: Path | None, folder: Path) -> Path:
    if data is not None:
        return data
    if definition.data is None:
        raise call_error("the research data have no folder", "name it: --data DIR, or `data` in the file")
    for start in (folder, project_root(folder)):
        if (start / definition.data).is_dir():
            return start / definition.data
    raise call_error(f"there is no data folder {definition.data!r}", "name another with --data DIR")


@contextmanager
def _usable(storage: StudyStorage) -> Iterator[None]:
    from optuna.exceptions import StorageInternalError
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (StorageInternalError, SQLAlchemyError) as error:
        raise unusable(storage.shown, error) from None
