"""The laboratory: scorings and experiments tracked in MLflow, which is imported only when it is used."""

from leverage.lab.experiments import (
    ExperimentFile,
    ExperimentResult,
    ScoreCases,
    read_experiment,
    run_experiment,
)
from leverage.lab.pyfunc_model import model_rows, predict_rows, save_pyfunc
from leverage.lab.store import Store, rebase
from leverage.lab.tracking import log_case
from leverage.lab.ui import start_ui

__all__ = [
    "ExperimentFile",
    "ExperimentResult",
    "ScoreCases",
    "Store",
    "log_case",
    "model_rows",
    "predict_rows",
    "read_experiment",
    "rebase",
    "run_experiment",
    "save_pyfunc",
    "start_ui",
]
