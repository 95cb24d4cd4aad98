"""Experiments: definitions in YAML, checked as a whole before anything runs, and repeated by one call."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from pydantic import Field

from leverage import __version__
from leverage.case import LoadedCase, MissingPolicy, load_case
from leverage.codebook import Codebook
from leverage.documents import Document, Item
from leverage.faults import Fault, InputError, name_list, suggest_name
from leverage.lab.runs import log_values, open_run, open_store
from leverage.lab.store import DEFAULT_EXPERIMENT, Store, project_root
from leverage.lab.tracking import ScoredCase, git_tags, record
from leverage.model import NAMED_WEIGHTS, Scores, Weights, find_weights
from leverage.render import Column, Table, points, signed_points

if TYPE_CHECKING:
    import pandas as pd


class ScoreCases(Item):
    """Score cases under several weightings and policies, and hold the scores side by side."""

    format: Literal["leverage/experiment/1"] = Field(description="leverage/experiment/1")
    kind: Literal["score-cases"] = Field(description="score-cases")
    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", description="the experiment's name in MLflow, without spaces"
    )
    title: str = Field(min_length=1, description="what is asked, in a sentence")
    about: str = Field("", description="why, and how to read the result")
    cases: list[str] = Field(
        min_length=1, description="cases' folders, seen from this file's folder or from the project's"
    )
    weightings: list[str] = Field(
        min_length=1,
        description="case, equal, entropy, critic, or a weights file's path; changes are against the first",
    )
    policies: list[MissingPolicy] = Field(
        default=["bounds"], min_length=1, description="bounds, renormalise or assume"
    )
    scenarios: list[str] | None = Field(
        None, description="scenarios' ids, of each case those that it has; all where absent"
    )
    baseline: str | None = Field(None, description="what explanations are held against, as for `explain`")
    flips: bool = Field(False, description="whether explanations look for what must change, which takes long")


class Cell(NamedTuple):
    """One row of an experiment's table: a score, its rank in its scenario, and its change.

    ``rank`` is 1 and above, None where the bounds leave the order open; ``change`` and ``rank_change``
    are against the first weighting under the same policy, None where either side is None.
    """

    case: str
    scenario: str
    actor: str
    policy: str
    weighting: str
    score: float | None
    low: float
    high: float
    rank: int | None
    change: float | None
    rank_change: int | None


@dataclass(frozen=True)
class ExperimentResult:
    """What an experiment found.

    Attributes
    ----------
    definition : ScoreCases
    run : str
        The id of the parent run.
    children : tuple of str
        The ids of the runs below it, one a case, policy and weighting.
    cells : tuple of Cell
    """

    definition: ScoreCases
    run: str
    children: tuple[str, ...]
    cells: tuple[Cell, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row a cell."""
        import pandas as pd

        frame = pd.DataFrame(list(self.cells), columns=list(Cell._fields))
        return frame.astype(
            {"score": "float64", "change": "float64", "rank": "Int64", "rank_change": "Int64"}
        )

    def to_table(self) -> Table:
        """The cells for people, without the columns that are the same all over."""
        columns = {
            "Case": [cell.case for cell in self.cells],
            "Missing": [str(cell.policy) for cell in self.cells],
            "Scenario": [cell.scenario for cell in self.cells],
            "Actor": [cell.actor for cell in self.cells],
            "Weights": [cell.weighting for cell in self.cells],
        }
        told = {
            name: values for name, values in columns.items() if len(set(values)) > 1 or name == "Scenario"
        }
        numbers = ("Score", "Low", "High", "Rank", "Change", "Rank change")
        shown = [
            (
                points(cell.score),
                points(cell.low),
                points(cell.high),
                None if cell.rank is None else str(cell.rank),
                signed_points(cell.change),
                signed_points(cell.rank_change, 0),
            )
            for cell in self.cells
        ]
        first = self.definition.weightings[0]
        return Table(
            caption=self.definition.title,
            columns=[*(Column(name) for name in told), *(Column(name, "right") for name in numbers)],
            rows=[(*words, *amounts) for *words, amounts in zip(*told.values(), shown, strict=True)],
            notes=[
                "A score is a weighted index, not a probability.",
                f"Changes are against the weights “{first}” under the same policy; rank 1 leads.",
                "–: a factor is not coded, and bounds leave the score or the order open.",
            ],
        )


class _Choice(NamedTuple):
    """A case under a policy and a weighting, as the definition's order has them."""

    policy: MissingPolicy
    weighting: str
    scored: ScoredCase


def read_experiment(path: Path | str) -> ScoreCases:
    """Read a definition.

    Raises
    ------
    InputError
        Every fault of the file.
    """
    return _validated(Document.load(Path(path)))


def run_experiment(
    path: Path | str,
    *,
    store: Store | None = None,
    codebook: Codebook | None = None,
    on_step: Callable[[str], None] | None = None,
) -> ExperimentResult:
    """Run an experiment's definition and log it: a parent run, and a child for each case and weighting.

    Everything is scored before the first run is made, so that a fault leaves no half of an experiment.

    Parameters
    ----------
    path : Path or str
        The definition.
    store : Store, optional
        `Store.find` where not given.
    codebook : Codebook, optional
        The project's own where not given.
    on_step : callable, optional
        Called with a few words before each child is logged.

    Returns
    -------
    ExperimentResult

    Raises
    ------
    InputError
        The definition, a case or a weights file is wrong, or the store cannot be used.
    """
    path = Path(path)
    document = Document.load(path)
    definition = _validated(document)
    choices = _choices(definition, document, path.parent, codebook)
    cells = _side_by_side(_cells(choices, definition.weightings[0]))
    store = store or Store.find()
    client = open_store(store)
    experiment = store.experiment(definition.name, client)
    tags = {
        "experiment.title": definition.title,
        "experiment.kind": definition.kind,
        "leverage.version": __version__,
        "mlflow.note.content": "\n\n".join(filter(None, (definition.title, definition.about))),
        **git_tags(path.parent),
    }
    children = []
    with open_run(client, experiment, definition.name, tags) as run:
        log_values(client, run, params=_params(definition), metrics=_metrics(cells))
        result = ExperimentResult(definition, run, (), cells)
        with tempfile.TemporaryDirectory() as folder:
            _write(result, path, Path(folder))
            client.log_artifacts(run, folder)
        for policy, weighting, scored in choices:
            name = f"{scored.loaded.case.id} · {weighting} · {policy}"
            if on_step is not None:
                on_step(name)
            params = {"weighting": weighting}
            children.append(record(client, experiment, scored, name, parent=run, params=params))
    return ExperimentResult(definition, run, tuple(children), cells)


def _validated(document: Document) -> ScoreCases:
    definition = document.validate(ScoreCases)
    faults = []
    if definition.name == DEFAULT_EXPERIMENT:
        problem = f"{definition.name!r} is MLflow's own experiment"
        faults.append(document.fault(("name",), problem, "name the experiment after what it is about"))
    for key in ("cases", "weightings", "policies", "scenarios"):
        values = getattr(definition, key) or []
        labels = [label_of(value) if key == "weightings" else value for value in values]
        for number, label in enumerate(labels):
            if label in labels[:number]:
                problem, remedy = f"{label!r} appears twice in `{key}`", "keep one, or rename a file"
                faults.append(document.fault((key, number), problem, remedy))
    if faults:
        raise InputError(faults)
    return definition


def label_of(weighting: str) -> str:
    """The short name of a weighting: a file's name without folder and suffix."""
    return weighting if weighting in NAMED_WEIGHTS else Path(weighting).stem


def _choices(
    definition: ScoreCases, document: Document, folder: Path, codebook: Codebook | None
) -> list[_Choice]:
    faults: list[Fault] = []
    cases: list[LoadedCase] = []
    for number, name in enumerate(definition.cases):
        found = _resolve(name, folder)
        if found is None:
            remedy = "write the case's folder, seen from this file's folder or from the project's"
            faults.append(document.fault(("cases", number), f"there is no case {name!r}", remedy))
            continue
        try:
            loaded = load_case(found, codebook)
        except InputError as error:
            faults += error.faults
            continue
        if loaded.case.id in [each.case.id for each in cases]:
            problem = f"another case has the id {loaded.case.id!r} too"
            faults.append(document.fault(("cases", number), problem, "give each case its own `id`"))
        cases.append(loaded)
    known = list(dict.fromkeys(scenario for loaded in cases for scenario in loaded.states))
    for number, name in enumerate(definition.scenarios or []):
        if name not in known and not faults:
            problem = f"no case has the scenario {name!r}"
            faults.append(document.fault(("scenarios", number), problem, suggest_name(name, known)))
    if faults:
        raise InputError(faults)
    found_choices: list[_Choice] = []
    for loaded in cases:
        chosen = [name for name in loaded.states if name in (definition.scenarios or loaded.states)]
        if not chosen:
            problem = f"{loaded.case.id} has none of the scenarios {name_list(definition.scenarios or [])}"
            faults.append(document.fault(("scenarios",), problem, "add one of its own, or take the case out"))
            continue
        for number, weighting in enumerate(definition.weightings):
            try:
                weights = _weights(weighting, loaded, folder)
                found_choices += [
                    _Choice(
                        policy,
                        label_of(weighting),
                        ScoredCase.of(
                            loaded,
                            weights,
                            policy,
                            chosen,
                            baseline=definition.baseline,
                            flips=definition.flips,
                        ),
                    )
                    for policy in definition.policies
                ]
            except InputError as error:
                faults += [_placed(fault, document, number, loaded.case.id) for fault in error.faults]
    if faults:
        raise InputError(faults)
    return found_choices


def _placed(fault: Fault, document: Document, number: int, case: str) -> Fault:
    """A fault without a file of its own, at the weighting that led to it."""
    if fault.line is not None:
        return fault
    return document.fault(("weightings", number), f"{case}: {fault.problem}", fault.remedy)


def _weights(weighting: str, loaded: LoadedCase, folder: Path) -> Weights:
    if weighting in NAMED_WEIGHTS:
        return find_weights(weighting, loaded)
    return find_weights(str(_resolve(weighting, folder) or weighting), loaded)


def _resolve(name: str, folder: Path) -> Path | None:
    """A path seen from the definition's folder, else from its project's."""
    for start in (folder, project_root(folder)):
        if (start / name).exists():
            return start / name
    return None


def _cells(choices: Sequence[_Choice], first: str) -> Iterator[Cell]:
    seen: dict[tuple[str, str, str, str], tuple[float | None, int | None]] = {}
    for policy, weighting, scored in choices:
        scores = scored.scores
        for number, row in enumerate(scores.rows):
            score = None if np.isnan(scores.score[number]) else float(scores.score[number])
            rank = _rank(scores, number)
            if weighting == label_of(first):
                seen[(*row, policy)] = score, rank
            was, was_rank = seen[(*row, policy)]
            yield Cell(
                *row,
                policy=policy,
                weighting=weighting,
                score=score,
                low=float(scores.low[number]),
                high=float(scores.high[number]),
                rank=rank,
                change=None if score is None or was is None else score - was,
                rank_change=None if rank is None or was_rank is None else rank - was_rank,
            )


def _side_by_side(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """The cells with the weightings of one score below each other, otherwise in the order found."""
    groups: dict[tuple[str, ...], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.case, cell.policy, cell.scenario, cell.actor), []).append(cell)
    return tuple(cell for group in groups.values() for cell in group)


def _rank(scores: Scores, row: int) -> int | None:
    """1 and the actors ahead in the scenario; None where it is undecided whether one is."""
    scenario = scores.rows[row].scenario
    others = [n for n, place in enumerate(scores.rows) if place.scenario == scenario and n != row]
    orders = [scores.order(row, other) for other in others]
    return None if "undecided" in orders else 1 + orders.count("behind")


def _params(definition: ScoreCases) -> dict[str, object]:
    listed = ("cases", "weightings", "policies", "scenarios")
    told = {key: ", ".join(getattr(definition, key) or ["all"]) for key in listed}
    return {"kind": definition.kind, **told, "baseline": definition.baseline}


def _metrics(cells: Sequence[Cell]) -> dict[str, float]:
    """For each weighting and policy the largest change of a score, and how many ranks changed."""
    found: dict[str, float] = {}
    for cell in cells:
        where = f"{cell.weighting}.{cell.policy}"
        largest, moved = f"largest_change.{where}", f"rank_changes.{where}"
        found[largest] = max(found.get(largest, 0.0), abs(cell.change or 0.0))
        found[moved] = found.get(moved, 0.0) + bool(cell.rank_change)
    return found


def _write(result: ExperimentResult, path: Path, folder: Path) -> None:
    from leverage.render import fragment, page

    table = result.to_table()
    texts = {
        f"experiment{path.suffix}": path.read_text(encoding="utf-8-sig"),
        "table.csv": result.to_frame().to_csv(index=False, lineterminator="\n"),
        "table.json": json.dumps([cell._asdict() for cell in result.cells], indent=2, allow_nan=False) + "\n",
        "table.md": table.to_markdown() + "\n",
        "table.html": page(result.definition.title, fragment(table.to_html(), key="experiment")),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
