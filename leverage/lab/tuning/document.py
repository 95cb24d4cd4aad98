"""The result of a tuning: the best trial, what was shipped, and what the choice itself is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from leverage.documents import Record
from leverage.lab.tuning.objective import SEARCHED, chosen_elsewhere
from leverage.lab.tuning.study import Trial
from leverage.model import known
from leverage.render import Column, Table

CAUTION = (
    "The best of a search is optimistic, for it was chosen by the folds that it is told on. “Chosen on the "
    "other folds” measures each fold by the trial that is best on the rest of its repeat; all folds guided "
    "the search even so. Settings are tuned without the tested rows by `leverage lab backtest`."
)


class TrialRecord(Record):
    """A trial and what it was worth; spreads are standard deviations over the folds."""

    trial: int
    settings: dict[str, float]
    log_loss: float
    log_loss_spread: float | None
    prl: float | None
    prl_spread: float | None
    auc_decided: float | None
    auc_decided_spread: float | None


class TuneDocument(Record):
    """What ``leverage lab tune --format json`` prints.

    Trials are counted from 0 by their place in the study; trial 0 has the shipped settings.
    """

    study: str
    panel: str
    model: str
    scheme: str
    folds: int
    repeats: int
    seed: int
    trials: int
    best: TrialRecord
    shipped: TrialRecord
    chosen_elsewhere: dict[str, float]
    importances: dict[str, float]
    data: dict[str, str]
    caution: str = CAUTION

    def to_table(self) -> Table:
        """Shipped and best settings side by side, then what the choice is worth."""
        rows: list[list[str | None]] = [
            [name, *_cells(record)]
            for name, record in (
                ("shipped settings (trial 0)", self.shipped),
                (f"best of {self.trials} (trial {self.best.trial})", self.best),
            )
        ]
        honest = self.chosen_elsewhere
        told = f"{honest['log_loss']:.4f}", None, f"{honest['prl']:.3f}", None, None, None
        rows.append(["chosen on the other folds", *told])
        heads = ("Log loss", "±", "PRL", "±", "AUC, decided", "±")
        best = ", ".join(f"{name} {value:.4g}" for name, value in self.best.settings.items())
        weigh = ", ".join(f"{name} {value:.0%}" for name, value in self.importances.items())
        notes = [
            f"Best settings: {best}.",
            *(
                [f"Share of the differences in log loss that each setting explains: {weigh}."]
                if weigh
                else []
            ),
            "±: standard deviation over the folds.",
            self.caution,
        ]
        folds = f"{self.repeats} × {self.folds} folds, {self.scheme}"
        caption = f"{self.panel}, {self.model}: {self.trials} trials, {folds}"
        return Table(caption, [Column("Settings"), *(Column(head, "right") for head in heads)], rows, notes)


def make_document(
    study: str, config: Mapping[str, object], trials: Sequence[Trial], importances: Mapping[str, float]
) -> TuneDocument:
    """The document of a study.

    Parameters
    ----------
    study : str
    config : mapping
        As the study holds it.
    trials : sequence of Trial
        At least one, by place.
    importances : mapping of str to float
    """
    best = min(trials, key=lambda trial: (trial.measured.metrics["log_loss"], trial.place))
    losses = np.array([trial.measured.fold_losses for trial in trials])
    honest = chosen_elsewhere(losses, np.array(best.measured.fold_rows))
    base = best.measured.metrics["base_log_loss"]
    told = {name: config[name] for name in ("panel", "model", "scheme", "folds", "repeats", "seed", "data")}
    return TuneDocument.model_validate(
        {
            "study": study,
            "trials": len(trials),
            "best": _record(best),
            "shipped": _record(trials[0]),
            "chosen_elsewhere": {"log_loss": honest, "prl": 1.0 - honest / base},
            "importances": dict(importances),
            **told,
        }
    )


def trial_table(trials: Sequence[Trial]) -> pd.DataFrame:
    """A row a trial, by place: when it was asked for and finished, by which process, what it was worth.

    ``finished`` counts trials by the clock of the machine that measured them; ``process`` counts
    processes by their first trial.
    """
    order = sorted(trials, key=lambda trial: (trial.measured.ended, trial.place))
    finished = {trial.place: number for number, trial in enumerate(order)}
    owners = list(dict.fromkeys(trial.owner for trial in trials))
    rows = [
        {
            "trial": trial.place,
            "number": trial.number,
            "batch": trial.batch,
            "finished": finished[trial.place],
            "process": owners.index(trial.owner),
            **trial.settings,
            **trial.measured.metrics,
            "cpu_seconds": trial.measured.seconds,
        }
        for trial in trials
    ]
    return pd.DataFrame(rows)


def _record(trial: Trial) -> TrialRecord:
    names = [name for key in SEARCHED for name in (key, f"{key}_spread")]
    values = {name: known(trial.measured.metrics[name]) for name in names}
    return TrialRecord.model_validate({"trial": trial.place, "settings": dict(trial.settings), **values})


def _cells(record: TrialRecord) -> list[str | None]:
    cells: list[str | None] = []
    for name in SEARCHED:
        digits = 4 if name == "log_loss" else 3
        values = getattr(record, name), getattr(record, f"{name}_spread")
        cells += [None if value is None else f"{value:.{digits}f}" for value in values]
    return cells
