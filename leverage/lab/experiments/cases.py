"""Experiments on cases: scores under several weightings and policies, held side by side."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from pydantic import Field

from leverage.case import MissingPolicy
from leverage.documents import Document
from leverage.faults import Fault
from leverage.lab.definitions import Definition
from leverage.lab.experiments.choices import Choice, Wanted, find_choices, label_of
from leverage.lab.experiments.definition import ExperimentResult, Place
from leverage.lab.experiments.session import PART_TAG, Session
from leverage.lab.runs import log_values
from leverage.lab.tracking import record
from leverage.model import Scores
from leverage.render import Column, Table, points, signed_points

if TYPE_CHECKING:
    import pandas as pd


NO_METRIC = r"[^\w\-. :/]"
"""What MLflow takes in no metric's name, such as the sign before an alias."""


class ScoreCases(Definition):
    """Score cases under several weightings and policies, and hold the scores side by side."""

    kind: Literal["score-cases"] = Field(description="score-cases")
    cases: list[str] = Field(
        min_length=1,
        description="cases' folders, or folders that hold cases, seen from this file's folder or from the "
        "project's",
    )
    weightings: list[str] = Field(
        min_length=1,
        description="case, equal, entropy, critic, learned:disputes, models:/NAME@ALIAS, or a weights file's "
        "path; changes are against the first",
    )
    policies: list[MissingPolicy] = Field(
        default=["bounds"], min_length=1, description="bounds, renormalise or assume"
    )
    scenarios: list[str] | None = Field(
        None, description="scenarios' ids, of each case those that it has; all where absent"
    )
    baseline: str | None = Field(None, description="what explanations are held against, as for `explain`")
    flips: bool = Field(False, description="whether explanations look for what must change, which takes long")

    def faults(self, document: Document) -> list[Fault]:
        """Values that appear twice."""
        found = []
        for key in ("cases", "weightings", "policies", "scenarios"):
            values = getattr(self, key) or []
            labels = [label_of(value) if key == "weightings" else value for value in values]
            for number, label in enumerate(labels):
                if label in labels[:number]:
                    problem, remedy = f"{label!r} appears twice in `{key}`", "keep one, or rename a file"
                    found.append(document.fault((key, number), problem, remedy))
        return found


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
class CasesResult(ExperimentResult):
    """Scores side by side; the runs below the parent are one a case, policy and weighting.

    Attributes
    ----------
    cells : tuple of Cell
    left_out : tuple of str
        What was not scored, and why.
    warnings : tuple of str
        What a reader of scores under the weights must know.
    """

    definition: ScoreCases
    cells: tuple[Cell, ...]
    left_out: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def to_tables(self) -> list[Table]:
        """The one table."""
        return [self.to_table()]

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
                *self.left_out,
                *self.warnings,
            ],
        )


@dataclass(frozen=True)
class CasesPlan:
    """Cases that were scored under every weighting and policy, ready to be logged."""

    definition: ScoreCases
    choices: tuple[Choice, ...]
    left_out: tuple[str, ...]

    @property
    def params(self) -> Mapping[str, object]:
        """What was chosen."""
        listed = ("cases", "weightings", "policies", "scenarios")
        told = {key: ", ".join(getattr(self.definition, key) or ["all"]) for key in listed}
        return {"kind": self.definition.kind, **told, "baseline": self.definition.baseline}

    @property
    def content(self) -> Mapping[str, Any]:
        """The cases' texts, which hold their articles' digests, the codebooks and the weights."""
        found = {}
        for policy, weighting, scored in self.choices:
            text = Path(scored.loaded.document.name).read_bytes()
            told = hashlib.sha256(text).hexdigest(), scored.loaded.codebook.hash, dict(scored.weights.factors)
            found[f"{scored.loaded.case.id} · {weighting} · {policy}"] = told
        return found

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The table, with the weightings of one score below each other."""
        return _side_by_side(_cells(self.choices, self.definition.weightings[0]))

    @property
    def warnings(self) -> tuple[str, ...]:
        """The weights' warnings, each once."""
        told = (scored.weights.warning for _, _, scored in self.choices)
        return tuple(dict.fromkeys(filter(None, told)))

    def run(self, session: Session) -> CasesResult:
        """Log the table to the parent, and each scoring that was not logged before to a child."""
        result = CasesResult(self.definition, session.run, (), self.cells, self.left_out, self.warnings)
        log_values(session.client, session.run, metrics=_metrics(self.cells))
        with session.files(session.run) as folder:
            _write(result, folder)
        children = []
        for policy, weighting, scored in self.choices:
            name = f"{scored.loaded.case.id} · {weighting} · {policy}"
            if name not in session.finished:
                session.on_step(f"logging {name}")
                session.finished[name] = record(
                    session.client, session.experiment, scored, name,
                    parent=session.run, params={"weighting": weighting}, tags={PART_TAG: name},
                )  # fmt: skip
            children.append(session.finished[name])
        return CasesResult(
            self.definition, session.run, tuple(children), self.cells, self.left_out, self.warnings
        )


def plan_cases(definition: ScoreCases, place: Place) -> CasesPlan:
    """Score everything that a definition names.

    Raises
    ------
    InputError
        Faults of the cases, the weights files and the choices among them.
    """
    wanted = Wanted(
        definition.cases, definition.weightings, definition.policies, definition.scenarios,
        definition.baseline, definition.flips,
    )  # fmt: skip
    return CasesPlan(definition, *find_choices(wanted, place))


def _cells(choices: Sequence[Choice], first: str) -> Iterator[Cell]:
    seen: dict[tuple[str, str, str, str], tuple[float | None, int | None]] = {}
    for policy, weighting, scored in choices:
        scores = scored.scores
        for number, row in enumerate(scores.rows):
            score = None if np.isnan(scores.score[number]) else float(scores.score[number])
            rank = _rank(scores, number)
            if weighting == label_of(first):
                seen[(*row, policy)] = score, rank
            was, was_rank = seen.get((*row, policy), (None, None))
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


def _metrics(cells: Sequence[Cell]) -> dict[str, float]:
    """For each weighting and policy the largest change of a score, and how many ranks changed."""
    found: dict[str, float] = {}
    for cell in cells:
        where = f"{re.sub(NO_METRIC, '-', cell.weighting)}.{cell.policy}"
        largest, moved = f"largest_change.{where}", f"rank_changes.{where}"
        found[largest] = max(found.get(largest, 0.0), abs(cell.change or 0.0))
        found[moved] = found.get(moved, 0.0) + bool(cell.rank_change)
    return found


def _write(result: CasesResult, folder: Path) -> None:
    from leverage.render import fragment, page

    table = result.to_table()
    texts = {
        "table.csv": result.to_frame().to_csv(index=False, lineterminator="\n"),
        "table.json": json.dumps([cell._asdict() for cell in result.cells], indent=2, allow_nan=False) + "\n",
        "table.md": table.to_markdown() + "\n",
        "table.html": page(result.definition.title, fragment(table.to_html(), key="experiment")),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
