"""``leverage lab history``: what past disputes say of a case."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from leverage.cli.options import (
    ArticlesOption,
    CasePath,
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
from leverage.faults import call_error


def history(
    case: CasePath,
    data: Annotated[
        Path | None, typer.Option("--data", help="The folder of the research data.", metavar="DIR")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Another day than the case's, YYYY-MM-DD.", metavar="DAY")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="For the folds.")] = 0,
    format: FormOption = Form.table,
    output: OutputOption = None,
    features: FeaturesOption = None,
    articles: ArticlesOption = None,
) -> None:
    """Tell how disputes like this one ended, as probabilities; or say why history has no answer."""
    refuse(format, (Form.table, Form.json, Form.md))
    loaded = read_case(case, features, articles)
    day = _day(as_of)
    from leverage.lab.history import answer, ask

    found = answer(ask(loaded, data, day), seed)
    if format is Form.json:
        write(to_json(found.model_dump(mode="json")), output)
    else:
        write(found.to_markdown() if format is Form.md else found.to_text(terminal_width()), output)


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise call_error(f"{text!r} is not a day", "write --as-of YYYY-MM-DD") from None
