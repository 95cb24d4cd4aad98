"""The outcome model's terms in plain English, strongest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from leverage.faults import call_error
from leverage.lab.outcome.logit import CONSTANT, INITIATIVE
from leverage.lab.outcome.model import OutcomeModel, PrevailModel
from leverage.lab.outcome.terms import Term
from leverage.lab.panels.panel import Factor
from leverage.render import number

SMALL = 0.005
"""Log-odds below this are told as one remainder."""


def outcome_sentences(
    model: OutcomeModel | PrevailModel,
    row: pd.DataFrame,
    factors: Iterable[Factor],
    names: tuple[str, str] = ("A", "B"),
) -> list[str]:
    """What lies behind the probabilities of one dispute, or of one actor in a crisis.

    Parameters
    ----------
    model : OutcomeModel or PrevailModel
        Fitted.
    row : DataFrame of shape (1, columns)
    factors : iterable of Factor
        The panel's, for their titles.
    names : pair of str
        What the two sides are called; for a crisis the actor and its adversary.

    Returns
    -------
    list of str
        A sentence for each part of the model, each followed by one for each of its terms. The amounts
        of a part's terms sum to its log-odds.

    Raises
    ------
    InputError
        Not exactly one row.
    """
    if len(row) != 1:
        raise call_error(f"{len(row)} rows are given", "tell one dispute at a time")
    titles = {factor.name: factor.title for factor in factors}
    a, b = names
    if isinstance(model, PrevailModel):
        parts, odds = model.contributions(row), model.log_odds(row)
        head = f"Log-odds that {a} prevails, rather than being defeated: {_signed(odds[0])}."
        return [head, *_lines(parts.iloc[0], model.terms, row, titles, "victory", "defeat")]
    terms, (whether, who) = model.terms(row), model.log_odds(row)
    lines = [f"Log-odds that {a} or {b} prevails at all: {_signed(whether[0])}."]
    lines += _lines(terms.whether.iloc[0], model.whether, row, titles, "a decision", "a stalemate")
    lines.append(f"Log-odds that it is {a}, if one of them does: {_signed(who[0])}.")
    lines += _lines(terms.who.iloc[0], model.who, row, titles, a, b)
    return lines


def _lines(
    parts: pd.Series, terms: Sequence[Term], row: pd.DataFrame, titles: Mapping[str, str], up: str, down: str
) -> list[str]:
    by_name = {term.name: term for term in terms}
    started = [term for term in terms if term.form == "started"]
    ordered = parts.reindex(parts.abs().sort_values(ascending=False, kind="stable").index)
    lines, rest = [], 0.0
    for name, amount in ordered.items():
        if abs(amount) < SMALL:
            rest += float(amount)
            continue
        if name == CONSTANT:
            what = "The starting point"
        elif name == INITIATIVE:
            given = " and ".join(_what(term, row, titles) for term in started)
            what = (
                f"Having started it, given {given[:1].lower()}{given[1:]}," if given else "Having started it"
            )
        else:
            what = _what(by_name[str(name)], row, titles)
        lines.append(f"{what} speaks for {up if amount > 0 else down}: {_signed(float(amount))}.")
    if len(lines) < len(parts):
        lines.append(f"What is left over in small terms: {_signed(rest)}.")
    return lines


def _what(term: Term, row: pd.DataFrame, titles: Mapping[str, str]) -> str:
    title = titles.get(term.factor, term.factor)
    readings = [float(row[column].iloc[0]) for column in term.columns if column != "initiator"]
    told = " and ".join("not known" if np.isnan(x) else number(x, 3) for x in readings)
    return f"{title[:1].upper()}{title[1:]} ({told})"


def _signed(amount: float) -> str:
    return f"{amount:+.2f}".replace("-", "−")
