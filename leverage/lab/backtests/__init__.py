"""Backtests as documents: contenders on a panel, what they are worth, and where it comes from."""

from leverage.lab.backtests.documents import (
    BacktestDocument,
    CalibrationBin,
    Gains,
    IntervalRecord,
    ModelRecord,
)
from leverage.lab.backtests.gains import find_gains
from leverage.lab.backtests.rivals import PANELS, PanelName, contenders, default_scheme, tuning_of
from leverage.lab.backtests.running import BacktestResult, calibration_table, read_ids, run_backtest

__all__ = [
    "PANELS",
    "BacktestDocument",
    "BacktestResult",
    "CalibrationBin",
    "Gains",
    "IntervalRecord",
    "ModelRecord",
    "PanelName",
    "calibration_table",
    "contenders",
    "default_scheme",
    "find_gains",
    "read_ids",
    "run_backtest",
    "tuning_of",
]
