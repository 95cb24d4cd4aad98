"""Load a case folder: read, validate, check against the codebook and the articles, resolve scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from leverage.case.case import Actor, Article, Case, Stake
from leverage.case.checks import CaseChecker
from leverage.case.evidence import Passage
from leverage.case.passages import Span
from leverage.case.states import State, StateBuilder
from leverage.codebook import Codebook, load_codebook
from leverage.documents import Document, is_folder
from leverage.faults import Fault, InputError, call_error, suggest_name

CASE_FILE = "case.yaml"

# Where a key that a case needs is faulty, the rest is checked with these; the day makes no evidence late.
_STAND_INS = {
    "format": "leverage/case/1",
    **dict.fromkeys(("id", "title", "question"), "-"),
    "as_of": "9999-12-31",
    "missing": {"policy": "bounds"},
    **dict.fromkeys(("actors", "scenarios"), ()),
}


@dataclass(frozen=True)
class LoadedCase:
    """A case that passed every check, with its texts and its scenarios resolved.

    Attributes
    ----------
    codebook : Codebook
        Restricted to the case's factors.
    document : Document
        The case file with the place of every value.
    folder : Path
    texts : mapping of str to str
        Articles' texts by article id, where they are at hand.
    spans : mapping of Passage to Span
        Verified quotations; one that is absent is "not verified here".
    states : mapping of str to State
        Scenarios by id, in the file's order.
    """

    case: Case
    codebook: Codebook
    document: Document
    folder: Path
    texts: Mapping[str, str]
    spans: Mapping[Passage, Span]
    states: Mapping[str, State]

    def actor(self, actor_id: str) -> Actor:
        """The actor of that id; an unknown one is an `InputError`."""
        return _pick(self.case.actors, actor_id, "actor")

    def article(self, article_id: str) -> Article:
        """The article of that id."""
        return _pick(self.case.articles, article_id, "article")

    def stake(self, stake_id: str) -> Stake:
        """The stake of that id."""
        return _pick(self.case.stakes, stake_id, "stake")

    def state(self, scenario_id: str) -> State:
        """The state of that scenario; an unknown one is an `InputError`."""
        if scenario_id not in self.states:
            remedy = suggest_name(scenario_id, list(self.states))
            raise call_error(f"the case {self.case.id} has no scenario {scenario_id!r}", remedy)
        return self.states[scenario_id]


NamedT = TypeVar("NamedT", Actor, Article, Stake)


def _pick(items: Sequence[NamedT], item_id: str, what: str) -> NamedT:
    for item in items:
        if item.id == item_id:
            return item
    raise call_error(f"there is no {what} {item_id!r}", suggest_name(item_id, [item.id for item in items]))


def load_case(path: Path | str, codebook: Codebook | None = None, articles: Path | None = None) -> LoadedCase:
    """Read a case and check all of it.

    Parameters
    ----------
    path : Path or str
        The case's folder, or its ``case.yaml``.
    codebook : Codebook, optional
        The project's own where not given.
    articles : Path, optional
        A folder in which articles that the case only names are looked for, by their SHA-256.

    Returns
    -------
    LoadedCase

    Raises
    ------
    InputError
        Every fault of the case file, its articles and its quotations.
    """
    loaded, faults = examine_case(path, codebook, articles)
    if faults:
        raise InputError(faults)
    return loaded


def examine_case(
    path: Path | str, codebook: Codebook | None = None, articles: Path | None = None
) -> tuple[LoadedCase, list[Fault]]:
    """What is sound of a case, and every fault; see `load_case`.

    With faults the case is good for further checks only: items are left out, names may be unknown.

    Raises
    ------
    InputError
        The file is no case at all.
    """
    path = Path(path)
    file = path / CASE_FILE if is_folder(path) else path
    return examine_document(Document.load(file), file.parent, codebook or load_codebook(), articles)


def examine_document(
    document: Document, folder: Path, codebook: Codebook, articles: Path | None = None
) -> tuple[LoadedCase, list[Fault]]:
    """Examine a case whose text is at hand, as if it stood in `folder`; see `examine_case`."""
    case, faults = document.validate_sound(Case, _STAND_INS)
    if case is None:
        raise InputError(faults)
    checker = CaseChecker(case, codebook, document)
    checker.check_names()
    checker.check_scenarios()
    texts = checker.check_articles(folder, articles)
    spans = checker.check_passages(texts)
    builder = StateBuilder(case, codebook, checker.doubtful)
    states = builder.states()
    faults += checker.faults
    faults += [document.fault(*problem) for problem in builder.problems]
    named = case.factors if case.factors is not None else codebook.names
    used = codebook.only([name for name in named if name in codebook.names])
    return LoadedCase(case, used, document, folder, texts, spans, states), faults
