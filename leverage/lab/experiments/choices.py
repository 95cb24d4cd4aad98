"""Which cases an experiment scores, and under which weights: all scored before anything is logged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from leverage.case import CASE_FILE, LoadedCase, MissingPolicy, load_case
from leverage.faults import Fault, InputError, name_list, suggest_name
from leverage.lab.experiments.definition import Place
from leverage.lab.registry import PREFIX, registered_weights
from leverage.lab.tracking import ScoredCase
from leverage.model import Weights, find_weights, is_named


class Wanted(NamedTuple):
    """What a definition asks for, as it writes it."""

    cases: Sequence[str]
    weightings: Sequence[str]
    policies: Sequence[MissingPolicy]
    scenarios: Sequence[str] | None
    baseline: str | None
    flips: bool


class Choice(NamedTuple):
    """A case under a policy and a weighting, as the definition's order has them."""

    policy: MissingPolicy
    weighting: str
    scored: ScoredCase


class _Found(NamedTuple):
    """A case, and whether the definition names it itself or a folder around it."""

    loaded: LoadedCase

    named: bool


def label_of(weighting: str) -> str:
    """The short name of a weighting: without a file's folder and suffix, or the registry's prefix."""
    if weighting.startswith(PREFIX):
        return weighting.removeprefix(PREFIX)
    return weighting if is_named(weighting) else Path(weighting).stem


def find_choices(wanted: Wanted, place: Place) -> tuple[tuple[Choice, ...], tuple[str, ...]]:
    """Score every case under every weighting and policy.

    A case that an entry names itself must fit every weighting and have one of the scenarios; one that
    was found in a folder is scored under those weightings that fit it.

    Returns
    -------
    choices : tuple of Choice
    left_out : tuple of str
        A sentence for each case, or weighting of a case, that was not scored.

    Raises
    ------
    InputError
        Every fault of the cases and weights, and of the choices among them.
    """
    cases = _cases(wanted, place)
    faults: list[Fault] = []
    choices: list[Choice] = []
    left_out: list[str] = []
    for found in cases:
        name = found.loaded.case.id
        chosen = [each for each in found.loaded.states if each in (wanted.scenarios or found.loaded.states)]
        if not chosen:
            problem = f"{name} has none of the scenarios {name_list(wanted.scenarios or [])}"
            if found.named:
                remedy = "add one of its own, or take the case out"
                faults.append(place.document.fault(("scenarios",), problem, remedy))
            left_out.append(f"Not scored: {problem}.")
            continue
        scored, wrong = _weighed(found, chosen, wanted, place)
        choices += scored
        if found.named or not scored:
            faults += [fault for each in wrong.values() for fault in each]
        if not found.named and not scored:
            remedy = "add `equal`, or take the case out of the folder"
            faults.append(place.document.fault(("weightings",), f"no weighting fits {name}", remedy))
        left_out += [f"Not scored: {name} under {label}, which does not fit it." for label in wrong]
    if faults:
        raise InputError(faults)
    return tuple(choices), tuple(left_out)


def _weighed(
    found: _Found, scenarios: list[str], wanted: Wanted, place: Place
) -> tuple[list[Choice], dict[str, list[Fault]]]:
    """The case's scorings, and by weighting what is wrong with those that cannot be."""
    loaded, choices, wrong = found.loaded, [], {}
    for number, weighting in enumerate(wanted.weightings):
        label = label_of(weighting)
        try:
            weights = _weights(weighting, loaded, place)
            choices += [
                Choice(
                    policy,
                    label,
                    ScoredCase.of(
                        loaded, weights, policy, scenarios, baseline=wanted.baseline, flips=wanted.flips
                    ),
                )
                for policy in wanted.policies
            ]
        except InputError as error:
            wrong[label] = [_placed(fault, place, number, loaded.case.id) for fault in error.faults]
    return choices, wrong


def _placed(fault: Fault, place: Place, number: int, case: str) -> Fault:
    """A fault without a file of its own, at the weighting that led to it."""
    if fault.line is not None:
        return fault
    return place.document.fault(("weightings", number), f"{case}: {fault.problem}", fault.remedy)


def _weights(weighting: str, loaded: LoadedCase, place: Place) -> Weights:
    if is_named(weighting):
        return find_weights(weighting, loaded)
    if weighting.startswith(PREFIX):
        return registered_weights(weighting, loaded.codebook, place.store)
    return find_weights(str(place.resolve(weighting) or weighting), loaded)


def _cases(wanted: Wanted, place: Place) -> list[_Found]:
    faults: list[Fault] = []
    cases: list[_Found] = []
    for number, name in enumerate(wanted.cases):
        path = place.resolve(name)
        folders = [] if path is None else _folders(path)
        if not folders:
            problem = f"there is no case {name!r}" if path is None else f"there is no case in {name!r}"
            remedy = (
                "write a case's folder, or one that holds cases, seen from this file's folder or from the "
            )
            faults.append(place.document.fault(("cases", number), problem, f"{remedy}project's"))
        for folder in folders:
            try:
                loaded = load_case(folder, place.codebook)
            except InputError as error:
                faults += error.faults
                continue
            if loaded.case.id in [each.loaded.case.id for each in cases]:
                problem = f"another case has the id {loaded.case.id!r} too"
                faults.append(place.document.fault(("cases", number), problem, "give each case its own `id`"))
            cases.append(_Found(loaded, folder == path))
    known = list(dict.fromkeys(scenario for each in cases for scenario in each.loaded.states))
    for number, name in enumerate(wanted.scenarios or []):
        if name not in known and not faults:
            problem = f"no case has the scenario {name!r}"
            faults.append(place.document.fault(("scenarios", number), problem, suggest_name(name, known)))
    if faults:
        raise InputError(faults)
    return cases


def _folders(path: Path) -> list[Path]:
    """The case at a path, or every case below it, in the order of their paths."""
    if path.is_file() or (path / CASE_FILE).is_file():
        return [path]
    found = (file.parent for file in path.rglob(CASE_FILE) if file.is_file())
    return sorted(found, key=lambda folder: folder.relative_to(path).parts)
