"""The search: batches asked for, measured by the workers, told in the order in which they were asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

from leverage.lab.tuning.objective import Measured
from leverage.lab.tuning.study import Asked, Study
from leverage.lab.tuning.workers import Measure

POLL = 1.0
"""Seconds between looks at a study whose last trials other processes measure."""


def search(
    study: Study,
    measure: Measure,
    *,
    trials: int,
    batch: int,
    patience: float,
    run: str = "",
    on_trial: Callable[[Asked, Measured], None] | None = None,
) -> None:
    """Bring a study to a number of trials, together with whoever else works at it.

    All trials of a batch are asked for before one of them is told, and they are told in the order
    asked. So what is asked depends on the batch's size and on nothing that a clock decides.

    Parameters
    ----------
    study : Study
    measure : callable
        See `leverage.lab.tuning.workers.workers`.
    trials : int
        Of the whole study, those that it has included.
    batch : int
        Trials asked for at once.
    patience : float
        Seconds, see `Study.take_over`.
    run : str
        The MLflow run of this process.
    on_trial : callable, optional
        Called after each trial that this process measured.
    """
    try:
        while True:
            study.take_over(patience)
            if study.counts()["complete"] >= trials:
                return
            asked = study.ask(trials, batch, run)
            if not asked:  # others are at the rest
                time.sleep(POLL)
                continue
            with closing(measure([each.settings for each in asked])) as found:
                for each, measured in zip(asked, found, strict=True):
                    study.tell(each, measured)
                    if on_trial is not None:
                        on_trial(each, measured)
    finally:
        study.give_up()
