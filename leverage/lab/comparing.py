"""Runs side by side: what was chosen otherwise, which numbers moved, and how sure a difference is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from leverage.documents import Record
from leverage.faults import InputError, call_error, suggest_name
from leverage.lab.experiments.backtesting import with_interval
from leverage.lab.experiments.folds import PREDICTIONS
from leverage.lab.experiments.session import PART_TAG, downloaded
from leverage.lab.predictions import Forecast, difference, read_forecasts
from leverage.lab.runs import PARENT_TAG, find_runs, open_store
from leverage.lab.store import Store
from leverage.render import Column, Table, number

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

SHORT = 8
"""Digits of a run's id in a heading."""
SHORTEST = 4
"""Digits that a prefix of an id has at least."""
UNTOLD = "system/"
"""Metrics of the machine, which say nothing of the result."""


class RunRecord(Record):
    """A run that is compared; its label is what headings call it."""

    label: str
    id: str
    name: str
    experiment: str
    status: str


class ChoiceRecord(Record):
    """A parameter, or another choice, that is not the same in every run; None where a run has none."""

    name: str
    values: list[str | None]


class MetricRecord(Record):
    """A metric that is not the same in every run, and that of each run less the first's."""

    name: str
    values: list[float | None]
    differences: list[float | None]


class IntervalRecord(Record):
    """A run's metric less the first run's on the same rows, with the central 95 % of a paired bootstrap."""

    run: str
    part: str
    model: str
    first_model: str
    metric: str
    rows: int
    difference: float | None
    low: float | None
    high: float | None


class Comparison(Record):
    """Runs side by side.

    Attributes
    ----------
    runs : list of RunRecord
        The first is what the others are held against.
    choices : list of ChoiceRecord
        Parameters, commit, version and data digests that differ.
    metrics : list of MetricRecord
    intervals : list of IntervalRecord
        Where runs hold predictions of the same rows.
    notes : list of str
    draws, seed : int
        Of the bootstrap.
    """

    runs: list[RunRecord]
    choices: list[ChoiceRecord]
    metrics: list[MetricRecord]
    intervals: list[IntervalRecord]
    notes: list[str]
    draws: int
    seed: int

    def to_tables(self) -> list[Table]:
        """What differs: choices, metrics, and differences with their intervals."""
        heads = [run.label for run in self.runs]
        told = [
            f"{run.label} is run {run.id}, {run.name} in {run.experiment}, {run.status.lower()}."
            for run in self.runs
        ]
        columns = [Column("Choice"), *(Column(head) for head in heads)]
        rows = [(each.name, *each.values) for each in self.choices]
        tables = [Table("Choices that differ" if rows else "No choice differs", columns, rows, told)]
        columns = [Column("Metric"), *(Column(head, "right") for head in heads)]
        columns += [Column(f"{head} − {heads[0]}", "right") for head in heads[1:]]
        moved = [
            (m.name, *(_shown(v) for v in m.values), *(_shown(d, signed=True) for d in m.differences))
            for m in self.metrics
        ]
        tables.append(
            Table("Metrics that differ" if moved else "No metric differs", columns, moved, self.notes)
        )
        if self.intervals:
            tables.append(self._intervals_table())
        return tables

    def _intervals_table(self) -> Table:
        labels = {run.id: run.label for run in self.runs}
        rows = []
        for each in self.intervals:
            model = each.model if each.model == each.first_model else f"{each.model} − {each.first_model}"
            told = [float("nan") if v is None else v for v in (each.difference, each.low, each.high)]
            shown = with_interval(*told)
            rows.append((labels[each.run], each.part or "–", model, each.metric, str(each.rows), shown))
        heads = ("Run", "Part", "Model", "Metric")
        columns = [*map(Column, heads), Column("Rows", "right"), Column("Difference", "right")]
        note = "In brackets the central 95 % of a paired bootstrap that draws whole groups of rows."
        return Table(f"Less {self.runs[0].label}, on the same rows", columns, rows, [note])


def compare_runs(
    names: Sequence[str], *, store: Store | None = None, draws: int = 500, seed: int = 0
) -> Comparison:
    """Hold runs against the first of them.

    Parameters
    ----------
    names : sequence of str
        Two or more: run ids, unique prefixes of at least four digits, or names of experiments, which
        stand for their latest finished run.
    store : Store, optional
        `Store.find` where not given.
    draws, seed : int
        Of the bootstrap.

    Raises
    ------
    InputError
        Fewer than two runs, the same run twice, or a name that is none or several.
    """
    client = open_store(store or Store.find())
    experiments = {each.name: each.experiment_id for each in client.search_experiments()}
    if len(names) < 2:
        raise call_error("one run is named", "name two or more: leverage lab compare RUN RUN")
    runs, faults = [], []
    for name in names:
        try:
            runs.append(find_run(client, name, experiments))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    ids = [run.info.run_id for run in runs]
    twice = next((name for name, run in zip(names, ids, strict=True) if ids.count(run) > 1), None)
    if twice is not None:
        raise call_error(f"{twice!r} stands for a run that is named twice", "name each run once")
    titles = {number: name for name, number in experiments.items()}
    records = [
        RunRecord(
            label=name if name in experiments else run.info.run_id[:SHORT],
            id=run.info.run_id,
            name=run.info.run_name or "",
            experiment=titles.get(run.info.experiment_id, ""),
            status=run.info.status,
        )
        for name, run in zip(names, runs, strict=True)
    ]
    intervals, notes = _intervals(client, runs, [each.label for each in records], draws, seed)
    return Comparison(
        runs=records, choices=_choices(runs), metrics=_metrics(runs), intervals=intervals, notes=notes,
        draws=draws, seed=seed,
    )  # fmt: skip


def find_run(client: MlflowClient, name: str, experiments: Mapping[str, str]) -> Run:
    """The run of an id, of a unique prefix of one, or the latest finished one of an experiment.

    Raises
    ------
    InputError
        There is none, or several.
    """
    if name in experiments:
        for run in find_runs(client, [experiments[name]], "attributes.status = 'FINISHED'"):
            if PARENT_TAG not in run.data.tags:
                return run
        raise call_error(f"the experiment {name!r} has no finished run", "run it, or name a run by its id")
    if not re.fullmatch(rf"[0-9a-f]{{{SHORTEST},32}}", name):
        known = [each for each in experiments if each != "Default"]
        raise call_error(f"there is no run or experiment {name!r}", suggest_name(name, known))
    found = list(find_runs(client, list(experiments.values()), f"attributes.run_id LIKE '{name}%'"))
    if not found:
        raise call_error(f"there is no run {name!r}", "`leverage lab ui` shows every run with its id")
    if len(found) > 1:
        ids = ", ".join(sorted(run.info.run_id for run in found)[:5])
        raise call_error(f"{len(found)} runs begin with {name!r}", f"write more digits: {ids}")
    return found[0]


def _choices(runs: Sequence[Run]) -> list[ChoiceRecord]:
    told = []
    for run in runs:
        tags = {"commit": "mlflow.source.git.commit", "version": "leverage.version"}
        digests = {f"data: {d.dataset.name}": d.dataset.digest for d in run.inputs.dataset_inputs}
        chosen = {name: run.data.tags[tag] for name, tag in tags.items() if tag in run.data.tags}
        told.append({**run.data.params, **chosen, **digests})
    return [
        ChoiceRecord(name=name, values=values)
        for name in _union(told)
        if len(set(values := [each.get(name) for each in told])) > 1
    ]


def _metrics(runs: Sequence[Run]) -> list[MetricRecord]:
    found = []
    told = [run.data.metrics for run in runs]
    for name in _union(told):
        values = [each.get(name) for each in told]
        if len(set(values)) > 1 and not name.startswith(UNTOLD):
            first, *others = values
            moved = [None if first is None or value is None else value - first for value in others]
            found.append(MetricRecord(name=name, values=values, differences=moved))
    return found


def _union(told: Iterable[Mapping[str, object]]) -> list[str]:
    return sorted({name for each in told for name in each})


def _intervals(
    client: MlflowClient, runs: Sequence[Run], labels: Sequence[str], draws: int, seed: int
) -> tuple[list[IntervalRecord], list[str]]:
    first, *others = [_predictions(client, run) for run in runs]
    found, notes = [], []
    for run, label, parts in zip(runs[1:], labels[1:], others, strict=True):
        for part in (name for name in first if name in parts):
            told = f"{label}, {part}" if part else label
            pairs = _pairs(first[part], parts[part])
            if not pairs[0][0].same_rows(pairs[0][1]):
                notes.append(f"{told}: the predictions are of other rows than the first run's; no intervals.")
                continue
            for one, other in pairs:
                for metric, (estimate, low, high) in difference(other, one, draws, seed).items():
                    found.append(
                        IntervalRecord(
                            run=run.info.run_id, part=part, model=other.model, first_model=one.model,
                            metric=metric, rows=len(one.outcome), difference=estimate, low=low, high=high,
                        )
                    )  # fmt: skip
    return found, notes


def _pairs(first: Mapping[str, Forecast], other: Mapping[str, Forecast]) -> list[tuple[Forecast, Forecast]]:
    """The models that both have, or else the first of each."""
    both = [(first[name], other[name]) for name in first if name in other]
    return both or [(next(iter(first.values())), next(iter(other.values())))]


def _predictions(client: MlflowClient, run: Run) -> dict[str, dict[str, Forecast]]:
    """By part and model what a run, or the finished runs below it, predicted."""
    own = [("", run.info.run_id)]
    where = f"tags.`{PARENT_TAG}` = '{run.info.run_id}' and attributes.status = 'FINISHED'"
    below = find_runs(client, [run.info.experiment_id], where)
    own += [(each.data.tags[PART_TAG], each.info.run_id) for each in below if PART_TAG in each.data.tags]
    found = {}
    for part, number_ in own:
        if any(each.path == PREDICTIONS for each in client.list_artifacts(number_)):
            with downloaded(client, number_, PREDICTIONS) as path:
                found[part] = read_forecasts(path)
    return dict(sorted(found.items()))


def _shown(value: float | None, signed: bool = False) -> str | None:
    if value is None:
        return None
    shown = number(value, 4)
    return f"+{shown}" if signed and value > 0 else shown
