"""Run a tuning: panel, study, workers and MLflow brought together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leverage.faults import call_error
from leverage.lab.backtests import PANELS
from leverage.lab.panels import Panel
from leverage.lab.runs import find_unfinished, open_run, open_store
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
    space = space_of(definition.panel, definition.model)
    panel = PANELS[definition.panel](_data_folder(definition, data, folder or Path.cwd()))
    config = study_config(definition, space, panel)
    storage = open_storage(definition.storage, definition.study_name, store)
    try:
        study = Study(storage, definition.study_name, space, config, definition.seed)
        return _run(definition, panel, study, config, store, on_progress)
    except _database_errors() as error:
        raise unusable(storage.shown, error) from None


def study_config(definition: TuneExperiment, space: Space, panel: Panel) -> dict[str, Any]:
    """Whatever decides a trial's numbers, as the study keeps it."""
    told = definition.model_dump(include={"panel", "model", "folds", "repeats", "seed"})
    return {
        **told,
        "scheme": definition.scheme_name,
        "data": {source.name: source.sha256 for source in panel.sources},
        "space": space.described(),
    }


def _run(
    definition: TuneExperiment,
    panel: Panel,
    study: Study,
    config: dict[str, Any],
    store: Store,
    on_progress: Callable[[Progress], None] | None,
) -> TuneResult:
    client = open_store(store)
    experiment = store.experiment(definition.name, client)
    key = _key(definition, config, study.storage)
    plan = Plan(definition.scheme_name, definition.folds, definition.repeats, definition.seed)
    tracker = Tracker(client, experiment, definition, panel, study, config)

    def told(asked: Asked | None = None, measured: Measured | None = None) -> None:
        if asked is not None and measured is not None:
            tracker.log_trial(asked, measured)
        if on_progress is not None:
            losses = [trial.measured.metrics["log_loss"] for trial in study.finished()]
            on_progress(Progress(len(losses), definition.trials, min(losses, default=None)))

    resumed = find_unfinished(client, experiment, key)
    with open_run(client, experiment, study.name, tracker.tags, resume=resumed, key=key) as run:
        try:
            tracker.begin(run, resumed=resumed is not None)
            told()
            setup = definition.jobs, definition.backend_name, definition.scheduler
            with workers(panel, definition.model, plan, *setup) as measure:
                search(
                    study,
                    measure,
                    trials=definition.trials,
                    batch=definition.batch or definition.jobs,
                    patience=60.0 * definition.patience,
                    run=run,
                    on_trial=told,
                )
            trials = study.finished()
            document = make_document(study.name, config, trials, study.importances())
            tracker.finish(document, trials)
        except KeyboardInterrupt:
            done = study.counts()["complete"]
            raise Interrupted(f"{done} of {definition.trials} trials are done and kept") from None
    return TuneResult(document, run)


def _data_folder(definition: TuneExperiment, data: Path | None, folder: Path) -> Path:
    if data is not None:
        return data
    if definition.data is None:
        raise call_error("the research data have no folder", "name it: --data DIR, or `data` in the file")
    for start in (folder, project_root(folder)):
        if (start / definition.data).is_dir():
            return start / definition.data
    raise call_error(f"there is no data folder {definition.data!r}", "name another with --data DIR")


def _key(definition: TuneExperiment, config: dict[str, Any], storage: StudyStorage) -> str:
    told = {**config, "study": definition.study_name, "storage": storage.shown, "trials": definition.trials}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def _database_errors() -> tuple[type[Exception], ...]:
    from optuna.exceptions import StorageInternalError
    from sqlalchemy.exc import SQLAlchemyError

    return StorageInternalError, SQLAlchemyError
