"""Columns by name: which a table has, which are needed, and the table with these in this order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from leverage.builders import DAYS_FROM, DAYS_LEFT, OPPONENT
from leverage.builders.contract import is_column_of
from leverage.codebook import Factor
from leverage.faults import Fault, InputError, call_error, name_list, suggest_name


def call_fault(problem: str, remedy: str) -> Fault:
    """A fault of a value given in a call, to be gathered with others."""
    return Fault("call", None, None, problem, remedy)


def column_names(X: Any) -> list[str] | None:
    """The columns' names; None for a table without names. A name that occurs twice is an `InputError`."""
    columns = getattr(X, "columns", None)
    if columns is None or not len(columns) or not all(isinstance(name, str) for name in columns):
        return None
    twice = [name for name, times in Counter(columns).items() if times > 1]
    if twice:
        raise call_error(f"columns of X occur twice: {name_list(twice)}", "keep one column of each name")
    return list(columns)


def required_names(X: Any, why: str) -> list[str]:
    """The columns' names; an `InputError` where the table has none, saying why they are needed."""
    names = column_names(X)
    if names is None:
        raise call_error(f"X has no column names, but {why}", "give a DataFrame with named columns")
    return names


def select(X: Any, names: Sequence[str], why: str) -> Any:
    """The table with exactly these columns in this order, whatever their order in X.

    Raises
    ------
    InputError
        X has no names, lacks a column, or has one of an unknown name.
    """
    given = required_names(X, why)
    faults = unknown_names(given, names) + missing_names(given, names)
    if faults:
        raise InputError(faults)
    return X[list(names)]


def unknown_names(given: Iterable[str], known: Sequence[str], what: str = "column of X") -> list[Fault]:
    """A fault for each name that is not known."""
    return [
        call_fault(f"there is no use for the {what} {name!r}", suggest_name(name, known))
        for name in given
        if name not in known
    ]


def missing_names(given: Iterable[str], known: Sequence[str]) -> list[Fault]:
    """A fault for the columns that X lacks, if any."""
    missing = [name for name in known if name not in set(given)]
    if not missing:
        return []
    remedy = "add each; nan in a cell says that it is missing in that row"
    return [call_fault(f"X lacks the columns {name_list(missing)}", remedy)]


def builder_columns(
    needed: Sequence[str], factor: Factor | None, given: Sequence[str], prefix: str = ""
) -> tuple[list[str], list[Fault]]:
    """The columns that a builder needs, in its order, those read per stake spelled out.

    Parameters
    ----------
    needed : sequence of str
        The builder's inputs.
    factor : Factor or None
        Says which columns come once a stake; without it either form is taken.
    given : sequence of str
        The columns at hand. The stakes' order is that of the first input read per stake.
    prefix : str
        What stands before each name in X, for messages.

    Returns
    -------
    columns : list of str
    faults : list of Fault
        Columns that are missing, unknown, or not there for every stake.
    """
    owned: dict[str, list[str]] = {name: [] for name in needed}
    faults = []
    for column in given:
        owners = [name for name in needed if is_column_of(column, name)]
        if owners:
            owned[max(owners, key=len)].append(column)
        else:
            remedy = suggest_name(column, needed)
            faults.append(call_fault(f"there is no use for the column of X {prefix + column!r}", remedy))
    stakes = next((_stakes(n, c) for n, c in owned.items() if c and c != [n]), [])
    columns: list[str] = []
    for name, found in owned.items():
        per_stake = _per_stake(factor, name, found)
        wanted = [f"{name}__{stake}" for stake in stakes] if per_stake else [name]
        columns += wanted
        missing = [prefix + column for column in wanted if column not in found]
        beyond = [prefix + column for column in found if column not in wanted]
        if missing or (per_stake and not wanted):
            lacking = name_list(missing or [f"{prefix}{name}__<stake>"])
            remedy = "add one for each stake of the other inputs" if per_stake else "add it"
            faults.append(call_fault(f"X lacks the columns {lacking}", remedy))
        if beyond:
            remedy = "give every input the same stakes" if per_stake else f"name it {prefix + name!r}"
            faults.append(call_fault(f"there is no use for the columns of X {name_list(beyond)}", remedy))
    return columns, faults


def _stakes(name: str, columns: Iterable[str]) -> list[str]:
    return [column.removeprefix(f"{name}__") for column in columns if column != name]


def _per_stake(factor: Factor | None, name: str, found: Sequence[str]) -> bool:
    if name == DAYS_LEFT:
        return False
    indicator = factor and factor.indicator(name.removeprefix(OPPONENT).removeprefix(DAYS_FROM))
    return indicator.per_stake if indicator else bool(found) and name not in found
