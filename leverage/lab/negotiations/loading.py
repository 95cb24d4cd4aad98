"""Loading a library of past negotiations: every case, its outcome and its second coding, all checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from leverage.builders import FeatureTable, feature_table
from leverage.case import (
    CASE_FILE,
    Evidence,
    LoadedCase,
    Measured,
    Piece,
    Scenario,
    State,
    key_of,
    load_case,
    measure,
)
from leverage.codebook import Codebook, Indicator, load_codebook
from leverage.documents import Document, is_file, is_folder
from leverage.faults import Fault, InputError, call_error, suggest_name
from leverage.lab.negotiations.files import Outcome, SecondCoding, SecondReading
from leverage.lab.store import project_root

OUTCOME_FILE = "outcome.yaml"
SECOND_FILE = "second-coder.yaml"
SECOND = "second-coder"
EVEN = 0.10
"""Weighted achievements closer than this are even: no coder can tell them apart."""
SLACK = 1e-9
# Where a key that a file needs is faulty, the rest is checked with these.
_OUTCOME = {
    "format": "leverage/outcome/1",
    "settled": "9999-12-31",
    "hindsight": True,
    **dict.fromkeys(("coder", "how"), "-"),
    **dict.fromkeys(("aims", "sources"), ()),
}
_SECOND = {
    "format": "leverage/second-coding/1",
    **dict.fromkeys(("coder", "blind"), "-"),
    "readings": (),
}


@dataclass(frozen=True)
class Negotiation:
    """A past case with its end.

    Attributes
    ----------
    loaded : LoadedCase
    outcome : Outcome
    first : FeatureTable
        By the first coder's readings, in the case's first scenario; the actors in the file's order.
    coding : SecondCoding or None
    second_case : LoadedCase or None
        The case with the second coder's readings in place of the first's.
    second : FeatureTable or None
    """

    loaded: LoadedCase
    outcome: Outcome
    first: FeatureTable
    coding: SecondCoding | None = None
    second_case: LoadedCase | None = None
    second: FeatureTable | None = None

    @property
    def id(self) -> str:
        """The case's id."""
        return self.loaded.case.id

    @property
    def actors(self) -> tuple[str, str]:
        """The two sides, in the case's order."""
        first, second = (actor.id for actor in self.loaded.case.actors)
        return first, second

    def achieved(self, actor: str) -> float:
        """The share of its aims that a side achieved, weighted, 0..1."""
        return sum(a.weight * a.achieved for a in self.outcome.aims if a.actor == actor) / 100.0

    @property
    def margin(self) -> float:
        """The first side's achievement less the second's, -1..1."""
        first, second = self.actors
        return self.achieved(first) - self.achieved(second)

    @property
    def got_more(self) -> str | None:
        """The side that got more of what it sought; None where they are even, see `EVEN`."""
        if abs(self.margin) < EVEN - SLACK:
            return None
        return self.actors[0] if self.margin > 0 else self.actors[1]

    def told(self) -> str:
        """Who got how much, and more, ``gam 0.59 < indonesia 0.84``; ``≈`` where they are even."""
        first, second = (f"{actor} {self.achieved(actor):.2f}" for actor in self.actors)
        sign = {None: "≈", self.actors[0]: ">", self.actors[1]: "<"}[self.got_more]
        return f"{first} {sign} {second}"


@dataclass(frozen=True)
class Library:
    """Past negotiations in order of their ids."""

    folder: Path
    negotiations: tuple[Negotiation, ...]

    def __len__(self) -> int:
        return len(self.negotiations)

    def __iter__(self) -> Iterator[Negotiation]:
        return iter(self.negotiations)


def library_folder() -> Path:
    """The project's ``seeds/negotiations``, else that of the checkout that this code lies in."""
    for root in (project_root(), Path(__file__).resolve().parents[3]):
        folder = root / "seeds" / "negotiations"
        if is_folder(folder):
            return folder
    raise call_error("there is no library of past negotiations here", "name its folder with --data")


def load_library(folder: Path | None = None, codebook: Codebook | None = None) -> Library:
    """Read every past case of a folder and check all of it.

    Parameters
    ----------
    folder : Path, optional
        Of case folders; the project's own where not given, see `library_folder`.
    codebook : Codebook, optional
        The project's own where not given.

    Returns
    -------
    Library

    Raises
    ------
    InputError
        Every fault of every case, outcome and second coding; a folder without cases.
    """
    folder = folder or library_folder()
    if not is_folder(folder):
        raise call_error(f"{folder} is no folder", "name the folder that holds the cases' folders")
    places = sorted(place for place in folder.iterdir() if is_file(place / CASE_FILE))
    if not places:
        raise call_error(
            f"no folder in {folder} holds a {CASE_FILE}", "name the folder of the cases' folders"
        )
    codebook = codebook or load_codebook()
    found, faults = [], _without_case(folder)
    for place in places:
        try:
            found.append(load_negotiation(place, codebook))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return Library(folder, tuple(sorted(found, key=lambda negotiation: negotiation.id)))


def _without_case(folder: Path) -> list[Fault]:
    """Folders that hold something of a past case and no case."""
    return [
        Fault(str(place / CASE_FILE), None, None, "there is no such file", "write it, or take the folder out")
        for place in sorted(folder.iterdir())
        if is_folder(place) and not is_file(place / CASE_FILE) and not place.name.startswith((".", "_"))
    ]


def load_negotiation(place: Path, codebook: Codebook) -> Negotiation:
    """One past case; see `load_library`."""
    loaded = load_case(place, codebook)
    if not is_file(place / OUTCOME_FILE):
        remedy = "write what each side got of what it sought, or take the case out of the library"
        raise InputError([Fault(str(place / OUTCOME_FILE), None, None, "there is no such file", remedy)])
    document = Document.load(place / OUTCOME_FILE)
    outcome, faults = document.validate_sound(Outcome, {**_OUTCOME, "case": loaded.case.id})
    faults += _case_faults(loaded)
    if outcome is None:
        raise InputError(faults)
    faults += _outcome_faults(outcome, document, loaded)
    coding = second_case = None
    if is_file(place / SECOND_FILE):
        second = Document.load(place / SECOND_FILE)
        coding, more = second.validate_sound(SecondCoding, {**_SECOND, "case": loaded.case.id})
        faults += more
        if coding is not None:
            pieces, more = _pieces(coding, second, loaded)
            faults += more + _name_faults(coding.case, second, loaded)
            second_case = _with_pieces(loaded, second, pieces)
    if faults:
        raise InputError(faults)
    first = feature_table(loaded, [next(iter(loaded.states))])
    table = feature_table(second_case) if second_case else None
    return Negotiation(loaded, outcome, first, coding, second_case, table)


def _case_faults(loaded: LoadedCase) -> list[Fault]:
    case, found = loaded.case, []
    if len(case.actors) != 2:
        told = f"the case has {len(case.actors)} actors"
        found.append(loaded.document.fault(("actors",), told, "a past negotiation has two sides"))
    for article in case.articles:
        if article.date > case.as_of:
            told = f"the article {article.id!r} of {article.date} is later than the as-of date {case.as_of}"
            remedy = "use what was published before terms were set"
            found.append(loaded.document.fault(("articles", article.index, "date"), told, remedy))
    return found


def _name_faults(name: str, document: Document, loaded: LoadedCase) -> list[Fault]:
    if name == loaded.case.id:
        return []
    told = f"the file is about the case {name!r}, and stands beside {loaded.case.id!r}"
    return [document.fault(("case",), told, f"write `case: {loaded.case.id}`, or move the file")]


def _outcome_faults(outcome: Outcome, document: Document, loaded: LoadedCase) -> Iterator[Fault]:
    yield from _name_faults(outcome.case, document, loaded)
    if outcome.settled <= loaded.case.as_of:
        told = f"the case is seen from {loaded.case.as_of}, and it was settled on {outcome.settled}"
        yield document.fault(("settled",), told, "look at it from a day before terms were set")
    actors = [actor.id for actor in loaded.case.actors]
    stated = document.data.get("aims")
    sound = isinstance(stated, list) and len(outcome.aims) == len(stated)
    for aim in outcome.aims:
        if aim.actor not in actors:
            told = f"there is no actor {aim.actor!r}"
            yield document.fault(("aims", aim.index, "actor"), told, suggest_name(aim.actor, actors))
            sound = False
    for actor in actors if sound else ():
        total = sum(aim.weight for aim in outcome.aims if aim.actor == actor)
        if abs(total - 100.0) > 1e-6:
            told = f"the weights of the aims of {actor!r} sum to {total:g}"
            yield document.fault(("aims",), told, "share 100 points out over each side's aims")
    if document.data.get("sources") == []:
        yield document.fault(("sources",), "no source is named", "name what you read")


def _pieces(coding: SecondCoding, document: Document, loaded: LoadedCase) -> tuple[list[Piece], list[Fault]]:
    pieces: dict[tuple[str, ...], Piece] = {}
    faults: list[Fault] = []
    for item in coding.readings:
        loc = ("readings", item.index)
        wrong = _target_fault(item, loaded)
        if wrong is not None:
            faults.append(document.fault((*loc, wrong[0]), *wrong[1:]))
            continue
        key = key_of(item)
        if key in pieces:
            told = f"{key.measure} of {key.actor} is read twice"
            faults.append(document.fault(loc, told, "keep one of them"))
            continue
        scale = loaded.codebook.factor(key.factor).readings()[key.indicator]
        stake = loaded.stake(key.stake) if key.stake else None
        measured, problems = measure(item.reading, "exact", scale, stake)
        faults += [document.fault((*loc, p.key), p.problem, p.remedy) for p in problems]
        if measured is not None:
            pieces[key] = _piece(item, measured, coding, loaded)
    return list(pieces.values()), faults


def _piece(item: SecondReading, measured: Measured, coding: SecondCoding, loaded: LoadedCase) -> Piece:
    evidence = Evidence(
        id=f"{SECOND}.{item.index + 1}",
        actor=item.actor,
        factor=item.factor,
        indicator=item.indicator,
        stake=item.stake,
        reading=item.reading,
        interval="exact",
        kind="judgement",
        coder=coding.coder,
        note=item.note or coding.blind,
    )
    return Piece(key_of(item), measured, loaded.case.as_of, evidence)


def _target_fault(item: SecondReading, loaded: LoadedCase) -> tuple[str, str, str] | None:
    """The key that is wrong with what a reading is of, the problem and the remedy."""

    def unknown(what: str, name: str, known: Sequence[str]) -> tuple[str, str, str] | None:
        return None if name in known else (what, f"there is no {what} {name!r}", suggest_name(name, known))

    wrong = unknown("actor", item.actor, [a.id for a in loaded.case.actors])
    wrong = wrong or unknown("factor", item.factor, loaded.codebook.names)
    if wrong:
        return wrong
    scales = loaded.codebook.factor(item.factor).readings()
    wrong = unknown("indicator", item.indicator or "", list(scales))
    if wrong:
        return wrong
    scale = scales[item.indicator or ""]
    if isinstance(scale, Indicator) and scale.per_stake:
        return unknown("stake", item.stake or "", [s.id for s in loaded.case.stakes])
    if item.stake is not None:
        name = f"{item.factor}.{item.indicator}" if item.indicator else item.factor
        return "stake", f"{name} is not read per stake", "take `stake` out"
    return None


def _with_pieces(loaded: LoadedCase, document: Document, pieces: Sequence[Piece]) -> LoadedCase:
    """The case with other readings in place of the first coder's; none of those stands in for a gap."""
    case = loaded.case
    state = State(Scenario(id=SECOND, title="Second coder"), case.as_of, case.deadline, tuple(pieces))
    return replace(loaded, document=document, states={SECOND: state})
