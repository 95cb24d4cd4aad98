"""Weights learned from past conflicts: the files that travel with the package, and their checks.

A file holds the weights of all families of indices as they were learned. A family that the codebook
has no factor for is dropped and the others are rescaled in proportion; both stand in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from leverage.documents import Loc
from leverage.faults import call_error, name_list, suggest_name
from leverage.model.weight_files import LearnedBasis, LearnedFile

LEARNED = "learned:"
"""What a name of shipped learned weights begins with."""
FOLDER = Path(__file__).parent
DECIMALS = 6
"""Decimals of the rescaled weights in a file."""


def learned_names() -> list[str]:
    """The learned weights that travel with the package."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def find_learned(choice: str) -> Path:
    """The file that ``learned:NAME`` stands for.

    Raises
    ------
    InputError
        There are no weights of that name.
    """
    name = choice.removeprefix(LEARNED)
    if name not in learned_names():
        known = [LEARNED + each for each in learned_names()]
        raise call_error(f"there are no learned weights {name!r}", suggest_name(choice, known))
    return FOLDER / f"{name}.yaml"


def drop_family(weights: Mapping[str, float], family: str | None) -> dict[str, float]:
    """Weights with one family left out and the rest rescaled in proportion to sum to one.

    Parameters
    ----------
    weights : mapping of str to float
        Non-negative.
    family : str or None
        None leaves nothing out.

    Raises
    ------
    InputError
        A family that is not there, or nothing of weight beside it.
    """
    if family is not None and family not in weights:
        raise call_error(f"there is no family {family!r}", f"use one of: {name_list(weights)}")
    rest = {name: weight for name, weight in weights.items() if name != family}
    total = sum(rest.values())
    if total <= 0:
        raise call_error(f"{family!r} holds all the weight", "keep it, or learn from other data")
    return {name: weight / total for name, weight in rest.items()}


def learned_faults(file: LearnedFile) -> Iterator[tuple[Loc, str, str]]:
    """What is wrong between a learned file's parts: place, problem and remedy of each."""
    for name, family in file.families.items():
        if family.low > family.high:
            problem = f"the interval runs from {family.low:g} down to {family.high:g}"
            yield ("families", name), problem, "write the lower end as `low`"
    if file.dropped is not None and file.dropped not in file.families:
        problem = f"the dropped family {file.dropped!r} is none of the families"
        yield ("dropped",), problem, suggest_name(file.dropped, list(file.families))
        return
    whole = {name: family.weight for name, family in file.families.items()}
    if abs(sum(whole.values()) - 1.0) > 1e-9:
        problem = f"the families' weights sum to {sum(whole.values()):.6g}, not 1"
        yield ("families",), problem, "write the weights as they were learned"
        return
    rest = [name for name in whole if name != file.dropped]
    if set(rest) != set(file.factors):
        problem = f"the factors are {name_list(file.factors)}; the families kept are {name_list(rest)}"
        yield ("factors",), problem, "give every family but the dropped one its rescaled weight"
        return
    if not sum(whole[name] for name in rest):
        yield ("families",), f"{file.dropped!r} holds all the weight", "drop another family, or none"
        return
    # Each is off by half a unit of its last decimal; the largest takes up what the others leave.
    room = 0.5 * 10.0**-DECIMALS * (len(rest) + 1)
    for name, weight in drop_family(whole, file.dropped).items():
        if abs(weight - file.factors[name]) > room:
            problem = f"{name} is {file.factors[name]:g}, but rescaling makes it {weight:.{DECIMALS}f}"
            yield ("factors", name), problem, f"write {name}: {weight:.{DECIMALS}f}"


def learned_notes(basis: LearnedBasis, factors: Mapping[str, float]) -> tuple[str, ...]:
    """What stands beside learned weights: all of them with intervals, what was dropped, what they tell."""
    told = [
        f"{_words(name)} {_percent(f.weight)} [{_percent(f.low)} to {_percent(f.high)}]"
        for name, f in basis.families.items()
    ]
    interval = f" with central 95 % of {basis.draws} bootstrap draws" if basis.draws else ""
    notes = [f"Learned from {basis.rows} rows{interval}: {', '.join(told)}."]
    if basis.dropped is not None:
        kept = ", ".join(f"{_words(name)} {_percent(weight)}" for name, weight in factors.items())
        notes.append(
            f"{_words(basis.dropped).capitalize()} is no factor of the codebook: it is dropped, and the rest "
            f"rescaled to {kept}."
        )
    if basis.auc_decided:
        worth = ", ".join(f"{name} {value:.2f}" for name, value in basis.auc_decided.items())
        notes.append(f"Telling who prevailed, out of fold (area under the curve, .5 is chance): {worth}.")
    return tuple(notes)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f} %"
