"""A tuning in MLflow: a run for the process, a child for each trial that it measured."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leverage.lab.panels import Panel
from leverage.lab.provenance import environment, json_text, panel_inputs
from leverage.lab.runs import PARENT_TAG, find_runs, log_inputs, log_values, open_run
from leverage.lab.tuning.definition import TuneExperiment
from leverage.lab.tuning.document import TuneDocument, trial_table
from leverage.lab.tuning.objective import Measured
from leverage.lab.tuning.plots import search_svg
from leverage.lab.tuning.refit import refitted
from leverage.lab.tuning.study import Asked, Study, Trial

if TYPE_CHECKING:
    from mlflow import MlflowClient

TRIAL_TAG = "leverage.trial"
PANEL_TAG = "leverage.panel"


class Tracker:
    """Logs one process's part in a study.

    Parameters
    ----------
    client : MlflowClient
    experiment, run : str
        Ids of the experiment and of the open run.
    definition : TuneExperiment
    panel : Panel
    study : Study
    """

    def __init__(
        self,
        client: MlflowClient,
        experiment: str,
        run: str,
        definition: TuneExperiment,
        panel: Panel,
        study: Study,
    ) -> None:
        self._client, self._experiment, self._run = client, experiment, run
        self._definition, self._panel, self._study = definition, panel, study
        self._seconds = 0.0
        self._since = time.perf_counter()

    def begin(self) -> None:
        """Log the data and how the work is spread; on a continued run, the trials that a kill left out."""
        began = time.perf_counter()
        told = self._definition
        tags = {
            PANEL_TAG: told.panel,
            "tune.jobs": str(told.jobs),
            "tune.batch": str(told.batch or told.jobs),
            "tune.backend": told.backend_name,
            "tune.storage": self._study.storage.shown,
        }
        log_values(self._client, self._run, tags=tags)
        log_inputs(self._client, self._run, panel_inputs(self._panel))
        self._catch_up()
        self._seconds += time.perf_counter() - began

    def _catch_up(self) -> None:
        """Log the trials of this run that were told to the study and to nobody else."""
        told = [trial for trial in self._study.finished() if trial.run == self._run]
        if not told:
            return
        where = f"tags.`{PARENT_TAG}` = '{self._run}'"
        children = {
            run.data.tags.get(TRIAL_TAG): run for run in find_runs(self._client, [self._experiment], where)
        }
        for trial in told:
            child = children.get(str(trial.number))
            if child is None or child.info.status != "FINISHED":
                resume = None if child is None else child.info.run_id
                asked = Asked(trial.number, trial.place, trial.batch, trial.settings)
                self._log_child(asked, trial.measured, resume)

    def log_trial(self, asked: Asked, measured: Measured) -> None:
        """Log a trial as a child."""
        began = time.perf_counter()
        self._log_child(asked, measured, None)
        self._seconds += time.perf_counter() - began

    def _log_child(self, asked: Asked, measured: Measured, resume: str | None) -> None:
        tags = {TRIAL_TAG: str(asked.number), PANEL_TAG: self._definition.panel}
        place = self._client, self._experiment, f"trial {asked.place}", tags, self._run
        params: dict[str, object] = {**asked.settings, "trial": asked.place, "batch": asked.batch}
        with open_run(*place, resume=resume) as child:
            metrics = {**measured.metrics, "cpu_seconds": measured.seconds}
            log_values(self._client, child, params=params, metrics=metrics)

    def finish(self, document: TuneDocument, trials: list[Trial]) -> None:
        """Log what was found: metrics, tables, picture, configuration and the refitted model."""
        spent = time.perf_counter() - self._since
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            for name, text in self._files(document, trials).items():
                (Path(folder) / name).write_text(text, encoding="utf-8", newline="\n")
            self._client.log_artifacts(self._run, folder)
        self._log_curve(trials)
        best = {
            f"best.{name}": value for name, value in document.best.model_dump().items() if _is_metric(value)
        }
        self._seconds += time.perf_counter() - began
        metrics = {
            **best,
            "shipped.log_loss": document.shipped.log_loss,
            **{f"chosen_elsewhere.{name}": value for name, value in document.chosen_elsewhere.items()},
            "seconds": spent + time.perf_counter() - began,
            "logging_seconds": self._seconds,
        }
        log_values(self._client, self._run, metrics=metrics)

    def _log_curve(self, trials: Iterable[Trial]) -> None:
        from mlflow.entities import Metric

        losses = np.array([trial.measured.metrics["log_loss"] for trial in trials])
        now = int(time.time() * 1000)
        curves = {"log_loss": losses, "least_log_loss": np.minimum.accumulate(losses)}
        points = [
            Metric(name, float(value), now, step)
            for name, curve in curves.items()
            for step, value in enumerate(curve)
        ]
        self._client.log_batch(self._run, points, synchronous=True)

    def _files(self, document: TuneDocument, trials: list[Trial]) -> dict[str, str]:
        importance = pd.DataFrame(document.importances.items(), columns=["setting", "share"])
        table = document.to_table()
        files = {
            "tune.json": json_text(document.model_dump()),
            "tune.md": table.to_markdown() + "\n",
            "best-settings.json": json_text(document.best.settings),
            "trials.csv": trial_table(trials).to_csv(index=False, lineterminator="\n"),
            "importances.csv": importance.to_csv(index=False, lineterminator="\n"),
            "search.svg": search_svg(document, trials),
            "config.json": json_text(self._configuration()),
        }
        model = refitted(self._panel, self._study.space, document.best.settings)
        return files if model is None else {**files, "outcome-model.json": json_text(model)}

    def _configuration(self) -> dict[str, object]:
        told = self._definition.model_dump(exclude={"storage", "data"})
        data = {source.name: source.sha256 for source in self._panel.sources}
        told |= {"study": self._study.name, "storage": self._study.storage.shown}
        space = self._study.space.described()
        return {**told, "data": data, "space": space, "environment": environment("optuna", "joblib")}


def _is_metric(value: object) -> bool:
    return isinstance(value, float)
