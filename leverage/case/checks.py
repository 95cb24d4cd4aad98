"""Checks across a case's items: names that must exist, once; scenarios; articles and quotations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from leverage.case.case import Case
from leverage.case.evidence import Evidence, Passage, Target
from leverage.case.passages import Span, find_passage, text_hash
from leverage.case.readings import ReadingKey
from leverage.case.scenario import SetReading
from leverage.case.states import change_id, key_of
from leverage.codebook import Codebook, Indicator
from leverage.documents import Document, Item, Loc, is_folder, path_within, read_text
from leverage.faults import Fault, InputError, suggest_name


class CaseChecker:
    """Collects the faults of a case that no single item shows by itself.

    Names are looked up in the file, not in the validated case, so that an item left out for a
    fault of its own does not make every mention of it look unknown.
    """

    def __init__(self, case: Case, codebook: Codebook, document: Document) -> None:
        self.case = case
        self.codebook = codebook
        self.document = document
        self.faults: list[Fault] = []
        self.doubtful: list[tuple[Loc, object]] = _left_out(document.data, case)
        self._open = {
            what for what, section in _SECTIONS.items() if not _is_sound(document.data.get(section))
        }

    def report(self, loc: Loc, problem: str, remedy: str) -> None:
        """Add a fault at a place of the case file."""
        self.faults.append(self.document.fault(loc, problem, remedy))

    def ids(self, section: str) -> list[str]:
        """The ids that a section of the file holds, sound or not."""
        items = self.document.data.get(section)
        items = items if isinstance(items, list) else []
        return [item["id"] for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)]

    def check_names(self) -> None:
        """Every id stands once, and every name that is used exists."""
        self._check_enough()
        self._check_unique()
        self._check_actors()
        if self.case.started_by is not None:
            self._known(("started_by",), "actor", self.case.started_by, self.ids("actors"))
        for name_loc, name in _indexed(("factors",), self.case.factors or ()):
            self._known(name_loc, "factor", name, self.codebook.names)
        for loc, target in self._targets():
            before = len(self.faults)
            self._check_target(loc, target)
            if len(self.faults) > before:
                self.doubtful.append((loc, target.model_dump()))
        for link in self.case.links:
            for key in ("source", "target"):
                self._known(("links", link.index, key), "factor", getattr(link, key), self.codebook.names)
            self._known(("links", link.index, "actor"), "actor", link.actor, self.ids("actors"))
        for loc, passage in self.passages():
            self._known((*loc, "passage", "article"), "article", passage.article, self.ids("articles"))

    def _check_enough(self) -> None:
        for section, least in (("actors", 2), ("scenarios", 1)):
            items = self.document.data.get(section)
            count = len(items) if isinstance(items, list) else least  # what is no list is told already
            if count < least:
                self.report((section,), f"`{section}` has {count}, which is too few", f"give {least} or more")

    def _check_unique(self) -> None:
        for section in ("actors", "articles", "stakes", "evidence", "scenarios"):
            items = self.document.data.get(section)
            first: dict[str, int] = {}
            for index, item in enumerate(items if isinstance(items, list) else ()):
                name = item.get("id") if isinstance(item, dict) else None
                if isinstance(name, str) and first.setdefault(name, index) != index:
                    self.report(
                        (section, index, "id"), f"the id {name!r} stands twice in `{section}`", "rename one"
                    )
        assumed: set[ReadingKey] = set()
        for assumption in self.case.missing.assumptions:
            key = key_of(assumption)
            if key in assumed:
                told = f"{key.measure} of {key.actor} is assumed twice"
                self.report(("missing", "assumptions", assumption.index), told, "keep one of them")
            assumed.add(key)
        changes = {change_id(s, c) for s in self.case.scenarios for c in s.changes}
        for evidence in self.case.evidence:
            if evidence.id in changes:
                remedy = "rename it: scenarios number their own readings so"
                self.report(
                    ("evidence", evidence.index, "id"), f"the id {evidence.id!r} is a change's", remedy
                )

    def _check_actors(self) -> None:
        known = self.ids("actors")
        for actor in self.case.actors:
            loc: Loc = ("actors", actor.index, "faces")
            for name_loc, name in _indexed(loc, actor.faces):
                self._known(name_loc, "actor", name, known)
                if name == actor.id:
                    self.report(name_loc, f"{name!r} faces itself", "name the other side")
            if not actor.faces:
                self.report(loc, f"{actor.id!r} faces nobody", "add `faces: [id of the other side]`")
            if len(actor.faces) > 1 and self.case.opponents is None:
                remedy = "add `opponents: mean` (or highest, lowest) to the case"
                self.report(loc, f"{actor.id!r} faces several actors and no rule says which counts", remedy)

    def _targets(self) -> Iterator[tuple[Loc, Target]]:
        for evidence in self.case.evidence:
            yield ("evidence", evidence.index), evidence
        for assumption in self.case.missing.assumptions:
            yield ("missing", "assumptions", assumption.index), assumption
        for scenario in self.case.scenarios:
            for change in scenario.changes:
                yield ("scenarios", scenario.index, "changes", change.index), change

    def _check_target(self, loc: Loc, target: Target) -> None:
        self._known((*loc, "actor"), "actor", target.actor, self.ids("actors"))
        if target.stake is not None:
            self._known((*loc, "stake"), "stake", target.stake, self.ids("stakes"))
        if not self._known((*loc, "factor"), "factor", target.factor, self.codebook.names):
            return
        chosen = self.case.factors or self.codebook.names
        if target.factor not in chosen and set(chosen) <= set(self.codebook.names):
            remedy = "add it to `factors`, or take this out"
            self.report((*loc, "factor"), f"the factor {target.factor!r} is not among the case's", remedy)
        readings = self.codebook.factor(target.factor).readings()
        if (target.indicator or "") not in readings:
            self._wrong_indicator(loc, target, list(readings))
            return
        scale = readings[target.indicator or ""]
        per_stake = isinstance(scale, Indicator) and scale.per_stake
        if per_stake and target.stake is None:
            remedy = f"add `stake:` with one of: {', '.join(self.ids('stakes')) or 'the ids under `stakes`'}"
            self.report(loc, f"{target.factor}.{target.indicator} is read for each stake", remedy)
        if not per_stake and target.stake is not None:
            measure = f"{target.factor}.{target.indicator}" if target.indicator else target.factor
            self.report((*loc, "stake"), f"{measure} is not read per stake", "take `stake` out")

    def _wrong_indicator(self, loc: Loc, target: Target, known: list[str]) -> None:
        if known == [""]:
            self.report(
                (*loc, "indicator"), f"the factor {target.factor!r} has no indicators", "take `indicator` out"
            )
        elif target.indicator is None:
            remedy = f"add `indicator:` with one of: {', '.join(known)}"
            self.report((*loc, "factor"), f"the factor {target.factor!r} is read by its indicators", remedy)
        else:
            problem = f"the factor {target.factor!r} has no indicator {target.indicator!r}"
            self.report((*loc, "indicator"), problem, suggest_name(target.indicator, known))

    def _known(self, loc: Loc, what: str, name: str, known: Sequence[str]) -> bool:
        if name in known or what in self._open:
            return True
        article = "an" if what[0] in "aeiou" else "a"
        remedy = suggest_name(name, known) if known else f"add {article} {what} first"
        self.report(loc, f"there is no {what} {name!r}", remedy)
        return False

    def check_scenarios(self) -> None:
        """Parents exist and do not run in a circle."""
        known = self.ids("scenarios")
        parents = {s.id: s.parent for s in reversed(self.case.scenarios)}
        told: set[str] = set()
        for scenario in self.case.scenarios:
            loc: Loc = ("scenarios", scenario.index, "parent")
            if scenario.parent is None or not self._known(loc, "scenario", scenario.parent, known):
                continue
            line = [scenario.id]
            while (parent := parents.get(line[-1])) is not None and parent not in line:
                line.append(parent)
            if parent == scenario.id and not told & set(line):
                told |= set(line)
                circle = " → ".join([*line, scenario.id])
                self.report(loc, f"the scenarios run in a circle: {circle}", "take one `parent` out")

    def passages(self) -> Iterator[tuple[Loc, Passage]]:
        """Every quotation of the case with the place of what it supports."""
        for loc, target in self._targets():
            if isinstance(target, Evidence | SetReading) and target.passage is not None:
                yield loc, target.passage

    def check_articles(self, folder: Path, elsewhere: Path | None) -> dict[str, str]:
        """Read the articles' texts and compare their hashes; the texts by article id."""
        found = _texts_by_hash(elsewhere) if elsewhere is not None else {}
        texts: dict[str, str] = {}
        for article in self.case.articles:
            loc: Loc = ("articles", article.index, "file")
            if article.file is None:
                if article.sha256 in found:
                    texts[article.id] = found[article.sha256]
                continue
            path = path_within(folder, article.file)
            if path is None:
                self.report(
                    loc,
                    f"{article.file!r} lies outside the case's folder",
                    "put the article beside case.yaml",
                )
                continue
            try:
                text = read_text(path)
            except InputError as error:
                self.report(
                    loc, f"the article {article.file!r}: {error.faults[0].problem}", error.faults[0].remedy
                )
                continue
            texts[article.id] = text
            if (actual := text_hash(text)) != article.sha256:
                problem = (
                    f"the text of {article.file!r} is not the one that was coded: its SHA-256 is {actual}"
                )
                remedy = (
                    "restore the text, or check the quotations against the new one and write the new SHA-256"
                )
                self.report(("articles", article.index, "sha256"), problem, remedy)
        return texts

    def check_passages(self, texts: dict[str, str]) -> dict[Passage, Span]:
        """The place of every quotation whose article's text is at hand."""
        spans: dict[Passage, Span] = {}
        for loc, passage in self.passages():
            if passage.article not in texts:
                continue
            place = find_passage(passage, texts[passage.article])
            if isinstance(place, Span):
                spans[passage] = place
            else:
                self.report((*loc, "passage", "exact"), *place)
        return spans


_SECTIONS = {"actor": "actors", "article": "articles", "stake": "stakes", "scenario": "scenarios"}


def _is_sound(section: object) -> bool:
    """Whether every item of a section tells its id, so that a name that is not there is unknown."""
    if section is None:
        return True
    items = section if isinstance(section, list) else [None]
    return all(isinstance(item, dict) and isinstance(item.get("id"), str) for item in items)


def _left_out(data: Mapping[str, Any], case: Case) -> list[tuple[Loc, object]]:
    """The evidence and the changes of the file that are not in the case, for a fault of their own."""
    sections: list[tuple[Loc, object, Sequence[Item]]] = [
        (("evidence",), data.get("evidence"), case.evidence),
        *(
            (("scenarios", s.index, "changes"), data["scenarios"][s.index].get("changes"), s.changes)
            for s in case.scenarios
        ),
    ]
    found: list[tuple[Loc, object]] = []
    for loc, items, sound in sections:
        kept = {item.index for item in sound}
        if isinstance(items, list):
            found += [((*loc, index), item) for index, item in enumerate(items) if index not in kept]
        elif items is not None:
            found.append((loc, None))
    return found


def _indexed(loc: Loc, names: Iterable[str]) -> Iterator[tuple[Loc, str]]:
    for index, name in enumerate(names):
        yield (*loc, index), name


def _texts_by_hash(folder: Path) -> dict[str, str]:
    if not is_folder(folder):
        raise InputError(
            [Fault(str(folder), None, None, "there is no such folder", "name a folder of articles")]
        )
    texts: dict[str, str] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        try:
            text = read_text(path)
        except InputError:
            continue  # a picture or an archive beside the articles is no article
        texts[text_hash(text)] = text
    return texts
