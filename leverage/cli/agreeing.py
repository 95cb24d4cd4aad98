"""``leverage agree``: how far two coders agree, and where they do not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leverage.case import CASE_FILE, LoadedCase
from leverage.cli.options import (
    FeaturesOption,
    Form,
    FormOption,
    OutputOption,
    read_case,
    refuse,
    terminal_width,
    to_json,
    write,
)
from leverage.documents import is_file, is_folder, records_csv
from leverage.faults import Fault, InputError, call_error, name_list
from leverage.render import Column, Table
from leverage.render.numbers import percent, points

if TYPE_CHECKING:
    from leverage.coding.agreement import CodingAgreement, FactorAgreement

CoderArgument = Annotated[
    Path,
    typer.Argument(help="A JSONL file of codings, a folder of such files, or a case.", show_default=False),
]


def agree(
    coder1: CoderArgument,
    coder2: CoderArgument,
    format: FormOption = Form.table,
    output: OutputOption = None,
    features: FeaturesOption = None,
) -> None:
    """Say how far two coders agree on each factor, and list where they do not.

    A row of a JSONL file has `sentence`, `factor`, `actor` and `direction`, as `leverage code --format jsonl`
    prints them; `article`, `strength` and `exact` are looked at too. Of two codings of one case the readings
    are compared. As csv the disagreements alone are written.
    """
    refuse(format, (Form.table, Form.json, Form.csv, Form.md))
    cases = [_is_case(path) for path in (coder1, coder2)]
    if cases[0] != cases[1]:
        raise call_error(
            "a case cannot be held against a file of codings", "name two cases, two files or two folders"
        )
    if is_folder(coder1) != is_folder(coder2) and not cases[0]:
        raise call_error("a folder cannot be held against a file", "name two files or two folders")
    if cases[0]:
        data, tables, records, columns = _cases(coder1, coder2, features)
    else:
        if features:
            raise call_error("--features has no effect between files of codings", "leave it out")
        data, tables, records, columns = _codings(coder1, coder2)
    if format is Form.json:
        text = to_json(data)
    elif format is Form.csv:
        text = records_csv(records, columns)
    elif format is Form.md:
        text = "\n\n".join(table.to_markdown() for table in tables) + "\n"
    else:
        text = "\n\n".join(table.to_text(terminal_width()) for table in tables) + "\n"
    write(text, output)


Result = tuple[dict[str, object], list[Table], list[dict[str, object]], list[str]]
"""The whole result, its tables, and the disagreements with their columns."""


def _is_case(path: Path) -> bool:
    return is_file(path / CASE_FILE) or (path.name == CASE_FILE and is_file(path))


def _codings(coder1: Path, coder2: Path) -> Result:
    from leverage.coding.agreement import CodedDifferently, agree_on_codings
    from leverage.coding.codings import read_codings

    first, second = read_codings(coder1, coder2)
    if not first and not second:
        raise InputError(
            Fault(str(path), None, None, "there is no coding in it", "name what each coder coded")
            for path in (coder1, coder2)
        )
    found = agree_on_codings(first, second, names=(str(coder1), str(coder2)))
    records = [row.model_dump(mode="json") for row in found.disagreements]
    tables = [_factors(found), _disagreements(found)]
    return found.model_dump(mode="json"), tables, records, list(CodedDifferently.model_fields)


def _factors(found: CodingAgreement) -> Table:
    heads = ("Both", "Only 1st", "Only 2nd", "Same", "α", "α direction", "α strength")
    rows = [_factor(each) for each in (*found.factors, found.overall)]
    notes = [
        f"1st: {found.first}. 2nd: {found.second}. {found.articles} article{_s(found.articles)}, "
        f"{found.sentences} sentence{_s(found.sentences)} up to the last that either coded, "
        f"{found.units} units (a sentence and an actor).",
        "Same: both coded it in the same direction, of the units that either coded.",
        "α is Krippendorff's: of nothing, +, − and unknown over all units (nominal); of the direction where "
        "both coded (nominal); of the strength where both gave one (ordinal). 1 is full agreement, 0 chance.",
    ]
    merged = found.merged_first + found.merged_second
    if merged:
        notes.append(
            f"{merged} time{_s(merged)} a coder gave one unit and factor both + and −; it counts as unknown."
        )
    columns = [Column("Factor"), *(Column(head, "right") for head in heads)]
    return Table("Agreement of two coders", columns, rows, notes)


def _factor(each: FactorAgreement) -> tuple[str, ...]:
    alphas = (each.alpha, each.alpha_direction, each.alpha_strength)
    counts = (each.both, each.only_first, each.only_second)
    return (each.factor, *map(str, counts), percent(each.share), *(points(alpha, 2) for alpha in alphas))


def _disagreements(found: CodingAgreement) -> Table:
    columns = [Column("Article"), Column("Sentence", "right"), Column("Actor"), Column("Factor")]
    columns += [Column("1st"), Column("2nd"), Column("Differ in"), Column("Words")]
    rows = [
        (
            row.article or None,
            str(row.sentence),
            row.actor,
            row.factor,
            _code(row.first, row.first_strength),
            _code(row.second, row.second_strength),
            row.how,
            row.exact,
        )
        for row in found.disagreements
    ]
    count = len(rows)
    return Table(f"{count} disagreement{_s(count)}", columns, rows, row_header=False)


def _code(direction: str | None, strength: int | None) -> str | None:
    if direction is None:
        return None
    shown = {"+": "+", "-": "−"}.get(direction, direction)
    return shown if strength is None else f"{shown} {strength}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _cases(coder1: Path, coder2: Path, features: list[Path] | None) -> Result:
    from leverage.builders import feature_table
    from leverage.lab.negotiations import agree as agree_on_readings
    from leverage.lab.negotiations import pair_readings
    from leverage.lab.negotiations.agreement import Disagreement

    first, second = (read_case(path, features, None) for path in (coder1, coder2))
    _check_same_case(first, second, coder2)
    tables = [feature_table(each, [next(iter(each.states))]) for each in (first, second)]
    pairs, only_first, only_second = pair_readings(*tables)
    found = agree_on_readings(pairs, only_first, only_second)
    if found is None:
        raise call_error("the two codings share no reading", "compare codings of the same actors and factors")
    return (
        found.model_dump(mode="json"),
        found.tables(),
        [each.model_dump(mode="json") for each in found.largest],
        list(Disagreement.model_fields),
    )


def _check_same_case(first: LoadedCase, second: LoadedCase, path: Path) -> None:
    """Two codings of one case have its id, actors and stakes in common."""
    faults = []
    parts = [
        ("id", [first.case.id], [second.case.id]),
        ("actors", [a.id for a in first.case.actors], [a.id for a in second.case.actors]),
        ("stakes", [s.id for s in first.case.stakes], [s.id for s in second.case.stakes]),
    ]
    for what, ours, theirs in parts:
        if ours != theirs:
            problem = f"its {what}: {name_list(theirs)}; the first coding has {name_list(ours)}"
            remedy = "compare two codings of one case, with the same actors and stakes in the same order"
            faults.append(Fault(str(path), None, None, problem, remedy))
    if faults:
        raise InputError(faults)
