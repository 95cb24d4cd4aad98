"""Running a backtest: folds or a holdout, then every number of the document."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from leverage.faults import Fault, InputError, call_error, name_list
from leverage.lab.backtests.documents import (
    LEAD,
    BacktestDocument,
    CalibrationBin,
    IntervalRecord,
    ModelRecord,
    UsedScheme,
)
from leverage.lab.backtests.gains import find_gains
from leverage.lab.backtests.rivals import PANELS, PanelName, contenders, default_scheme, tuning_of
from leverage.lab.metrics import base_rates, measure, reliability, whether_and_who, wilson
from leverage.lab.panels import Panel, dispute_panel
from leverage.lab.panels.disputes import CapabilityYear
from leverage.lab.validation import BLOCKS, Backtest, Contender, Interval, Scheme, backtest, score_holdout

Array = NDArray[np.float64]
Builder = Callable[..., Panel]
DRAWS = 500


class BacktestResult(NamedTuple):
    """The document, and the transparent model's probabilities.

    Columns ``id``, for crises ``actor`` (the state's number) and ``cracno`` (the row's), each class, and
    ``outcome``.
    """

    document: BacktestDocument
    predictions: pd.DataFrame


class _Predicted(NamedTuple):
    """What was predicted: the rows, and those of them whose outcome is known as a `Backtest`."""

    panel: Panel
    rows: NDArray[np.intp]
    truth: NDArray[np.int64]
    lead: Array
    known: Backtest
    skipped: list[int]


ID_COLUMNS = ("dispnum", "crisno", "id", "dispute", "crisis")


def read_ids(path: Path) -> list[int]:
    """Numbers from a CSV file of one column, or from its column ``dispnum``, ``crisno`` or ``id``.

    Raises
    ------
    InputError
        The file cannot be read; every cell that is no number; several columns of which none is named
        as above.
    """
    try:
        text = path.read_text("utf-8-sig")
        rows = [
            (line, row) for line, row in enumerate(csv.reader(text.splitlines(), strict=True), 1) if any(row)
        ]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise call_error(f"{path} cannot be read as CSV", "check --holdout") from None
    head = [cell.strip().lower() for cell in rows[0][1]] if rows else []
    headed = any(cell[:1].isalpha() for cell in head)
    column = next((head.index(name) for name in ID_COLUMNS if name in head), None)
    if column is None and len(head) > 1:
        problem = f"none of its {len(head)} columns is named as numbers are"
        remedy = f"keep the numbers alone, or name their column {name_list(ID_COLUMNS)}"
        raise InputError([Fault(str(path), rows[0][0], None, problem, remedy)])
    ids, faults = [], []
    for line, row in rows[int(headed) :]:
        cell = row[column or 0].strip() if (column or 0) < len(row) else ""
        if re.fullmatch(r"\d{1,15}(\.0*)?", cell):
            ids.append(int(float(cell)))
        else:
            faults.append(Fault(str(path), line, None, f"{cell!r} is no number", "write one id a line"))
    if not ids and not faults:
        faults.append(Fault(str(path), None, None, "there are no numbers in it", "write one id a line"))
    if faults:
        raise InputError(faults)
    return ids


def run_backtest(
    name: PanelName, folder: Path, holdout: Path | None = None, scheme: Scheme | None = None, *,
    repeats: int = 5, seed: int = 0, full: bool = False, coalitions: bool = False,
    capabilities_of: CapabilityYear = "onset",
) -> BacktestResult:  # fmt: skip
    """Backtest the contenders on a panel; with a holdout, train on all other rows and predict those.

    Parameters
    ----------
    name : {"disputes", "crises"}
    folder : Path
        Of the research data.
    holdout : Path, optional
        A CSV of numbers; those outside the sample are told and skipped, and hidden all the same.
    scheme : {"stratified", "grouped", "time"}, optional
        The panel's default where not given; a holdout has none.
    repeats, seed : int
    full : bool
        Whether every rival is tuned in each fold.
    coalitions : bool
        Whether to predict the disputes of several states on a side from the published sample: rows that
        no term was chosen by. For disputes alone, and without a holdout.
    capabilities_of : {"onset", "before"}
        The year of capabilities in the panel of disputes.

    Raises
    ------
    InputError
        Data sets or columns that are missing, a holdout without a number of the sample.
    """
    chosen = contenders(name, full=full)
    used: UsedScheme = scheme or default_scheme(name)
    build: Builder = PANELS[name]
    if name == "disputes":
        build = partial(dispute_panel, coalitions=coalitions, capabilities_of=capabilities_of)
    gains = None
    if coalitions:
        inside = set(dispute_panel(folder).ids.tolist())
        ids = [number for number in build(folder).ids.tolist() if number not in inside]
        found, used = _held_out(name, folder, build, ids, chosen, seed), "coalitions"
    elif holdout is not None:
        found, used = _held_out(name, folder, build, read_ids(holdout), chosen, seed), "holdout"
    else:
        panel = build(folder)
        divided = scheme or default_scheme(name)
        result = backtest(panel, chosen, divided, repeats=repeats, seed=seed)
        found = _Predicted(
            panel, result.rows, result.outcome, result.probabilities[LEAD].mean(axis=0), result, []
        )
        gains = find_gains(panel, divided, repeats=repeats, seed=seed)
    known = found.known
    settings = {contender.name: tuning_of(contender) for contender in chosen}
    records = {key: _record(known, key, settings[key]) for key in known.probabilities}
    top = records[LEAD].model_dump(include={"prl", "auc_decided", "log_loss", "base_log_loss"})
    document = BacktestDocument(
        panel=name,
        n=len(found.rows),
        measured=len(known.rows),
        models=records,
        differences=_differences(known, seed),
        calibration=calibration_table(known, LEAD, found.panel.classes),
        gains=gains,
        scheme=used,
        about_scheme=_about(name, used),
        repeats=len(known.base),
        seed=seed,
        draws=DRAWS,
        skipped=found.skipped,
        data={s.name: s.sha256 for s in found.panel.sources},
        **top,
    )
    table = pd.DataFrame(found.lead, columns=list(found.panel.classes))
    table.insert(0, "id", found.panel.ids[found.rows])
    if found.panel.actors is not None:
        table.insert(1, "actor", found.panel.actors[found.rows])
    if found.panel.keys is not None:
        table.insert(2, "cracno", found.panel.keys[found.rows])
    table["outcome"] = [found.panel.classes[k] if k >= 0 else "" for k in found.truth]
    return BacktestResult(document, table)


def _held_out(
    name: PanelName, folder: Path, build: Builder, ids: list[int], chosen: Sequence[Contender], seed: int
) -> _Predicted:
    panel = build(folder, ids)
    found = score_holdout(panel, chosen, seed)
    rows = np.flatnonzero(~panel.known)
    truth = _truth(panel, build(folder))[rows]
    told = truth >= 0
    share = base_rates(panel.outcome[panel.known], len(panel.classes))
    known = Backtest(
        panel=name,
        scheme="holdout",
        rows=rows[told],
        outcome=truth[told],
        clusters=panel.group[rows[told]],
        base=np.tile(share, (1, int(told.sum()), 1)),
        probabilities={key: p[told][None] for key, p in found.items()},
    )
    skipped = sorted(set(ids) - set(panel.ids.tolist()))
    return _Predicted(panel, rows, truth, found[LEAD], known, skipped)


def _truth(panel: Panel, full: Panel) -> NDArray[np.int64]:
    """Classes of the panel's rows where the data tell them, else -1."""
    told = dict(zip(_keys(full), full.outcome.tolist(), strict=True))
    return np.array([told.get(key, -1) for key in _keys(panel)], dtype=np.int64)


def _keys(panel: Panel) -> list[int]:
    """A number for each row that no other has: a state can be an actor in one crisis more than once."""
    keys = panel.ids if panel.keys is None else panel.keys
    return [int(key) for key in keys]


def _record(result: Backtest, name: str, settings: str) -> ModelRecord:
    fields = ("prl", "auc_decided", "log_loss", "base_log_loss", "brier", "calibration_error")
    if not len(result.rows):
        return ModelRecord(**dict.fromkeys(fields), settings=settings)
    runs = list(zip(result.probabilities[name], result.base, strict=True))
    each = pd.DataFrame([vars(measure(p, result.outcome, base)) for p, base in runs])
    values = {key: _number(each[key].mean()) for key in fields}
    if result.base.shape[2] == 3:
        parts = np.mean([whether_and_who(p, result.outcome, base) for p, base in runs], axis=0)
        values |= {"prl_whether": float(parts[0]), "prl_who": float(parts[1])}
    spread = {f"{key}_spread": _number(each[key].std(ddof=0)) for key in ("prl", "auc_decided")}
    return ModelRecord(**values, **(spread if len(runs) > 1 else {}), settings=settings)


def _differences(result: Backtest, seed: int) -> dict[str, dict[str, IntervalRecord]]:
    if not len(result.rows):
        return {}

    def recorded(interval: Interval) -> IntervalRecord:
        return IntervalRecord(**{key: _number(value) for key, value in vars(interval).items()})

    found = result.differences(LEAD, draws=DRAWS, seed=seed)
    return {other: {key: recorded(i) for key, i in each.items()} for other, each in found.items()}


def calibration_table(result: Backtest, name: str, classes: tuple[str, ...]) -> list[CalibrationBin]:
    """Stated and observed frequency of each class in tenths of the rows, from the mean over repeats."""
    if not len(result.rows):
        return []
    p = result.probabilities[name].mean(axis=0)
    # Of two classes the second is the first turned round.
    shown = range(len(classes)) if len(classes) > 2 else [0]
    return [
        _bin(classes[k], *map(float, row))
        for k in shown
        for row in reliability(p[:, k], result.outcome == k).itertuples(index=False, name=None)
    ]


def _bin(outcome: str, stated: float, observed: float, rows: float) -> CalibrationBin:
    low, high = wilson(observed * rows, rows)
    return CalibrationBin(
        outcome=outcome, stated=stated, observed=observed, low=low, high=high, rows=int(rows)
    )


def _about(name: PanelName, scheme: str) -> str:
    group = {"disputes": "pair of states", "crises": "crisis"}[name]
    if scheme == "stratified":
        return f"Folds keep the shares of outcomes; rows of one {group} can stand on both sides of a fold."
    if scheme == "grouped":
        return f"Folds keep each {group} whole: no row is predicted from another of its {group}."
    if scheme == "time":
        blocks = ", ".join(f"{first}–{last}" for first, last in BLOCKS)
        return f"Each block of years is predicted from all years before it: {blocks}."
    if scheme == "coalitions":
        return (
            "Trained on the published sample, which has one state on each side; predicted are the disputes "
            "of several states, each by the strongest that were in it from the start. No term was chosen by "
            "them."
        )
    return "Every row outside the holdout trains; the held-out outcomes enter no history."


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
