"""Write items into the lists of a case.yaml and take them out again: every other byte stays as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from leverage.case import CASE_FILE, Article, LoadedCase, examine_document, text_hash
from leverage.codebook import Codebook
from leverage.coding.insertion import Edit, insertion, removals
from leverage.coding.log import hold_log
from leverage.coding.yaml_text import plain, same
from leverage.documents import Document, is_file, is_folder, path_within, read_bytes, read_text, replace_file
from leverage.faults import Fault, InputError, call_error

Check = Callable[[LoadedCase], object]
"""A further check, which raises an `InputError`, such as one that a case must pass to be scored."""
_BOM = "\ufeff"
_BY_HAND = "add it by hand, or write the list as lines that begin with a dash"
_NEWLINE = "end the file's last line with a newline first"


@dataclass(frozen=True)
class CaseText:
    """The text of a case file with changes that are not on the disk yet.

    Attributes
    ----------
    path : Path
        The file.
    before : bytes
        Its content as it was read.
    text : str
        Its text with the changes, newlines as they are in the file, without a byte order mark.
    edits : tuple of Edit
        The changes, each on the text that the one before it made.
    """

    path: Path
    before: bytes
    text: str
    edits: tuple[Edit, ...] = ()

    @cached_property
    def document(self) -> Document:
        """The text with the place of each of its values."""
        return Document(self.text, str(self.path))

    def with_item(self, section: str, item: Mapping[str, Any]) -> CaseText:
        """The text with an item added to the end of one of the case's lists.

        Parameters
        ----------
        section : str
            Key of the list, such as ``evidence``; it may be empty or absent.
        item : mapping
            Texts, numbers, days, and mappings and lists of these.

        Raises
        ------
        InputError
            The list is none, or the file is written in a way that an item cannot be added to.
        """
        document = self.document
        edit = insertion(self.text, document, section, item)
        made = self._edited(edit)
        items = document.data.get(section) or []
        if not made._holds({**document.data, section: [*items, plain(item)]}):
            told = f"nothing can be added to `{section}` as it is written"
            # A text block that ends with the file has no newline of its own; one more line would give it one.
            cut = edit.at == len(self.text) and not self.text.endswith("\n")
            raise InputError([document.fault((section,), told, _NEWLINE if cut else _BY_HAND)])
        return made

    def without_item(self, section: str, item: Mapping[str, Any], edit: Edit) -> CaseText:
        """The text without an item that an edit added, and as it was before where nothing else was changed.

        Raises
        ------
        InputError
            The item is not there as it was written.
        """
        document = self.document
        items = document.data.get(section) or []
        places = [index for index, each in enumerate(items) if same(each, item)]
        if not places:
            told = f"{item.get('id')!r} is not in `{section}` as it was written"
            raise InputError([document.fault((section,), told, "take it out by hand")])
        left = [each for index, each in enumerate(items) if index != places[-1]]
        for back in removals(self.text, document, section, places[-1], edit):
            made = self._edited(back)
            if any(made._holds(expected) for expected in _without(document.data, section, left)):
                return made
        told = f"{item.get('id')!r} cannot be taken out of `{section}` as it is written"
        raise InputError([document.fault((section, places[-1]), told, "take it out by hand")])

    def _edited(self, edit: Edit) -> CaseText:
        return replace(self, text=edit.applied(self.text), edits=(*self.edits, edit))

    def _holds(self, data: Mapping[str, Any]) -> bool:
        try:
            return same(self.document.data, data)
        except InputError:
            return False

    def examine(
        self, codebook: Codebook, articles: Path | None = None, checks: Iterable[Check] = ()
    ) -> tuple[LoadedCase, list[Fault]]:
        """The case that the text makes and its faults; see `leverage.case.examine_case`."""
        loaded, faults = examine_document(self.document, self.path.parent, codebook, articles)
        for check in checks if not faults else ():
            try:
                check(loaded)
            except InputError as error:
                faults += error.faults
        return loaded, faults

    def write(self) -> None:
        """Put the text into the file's place, unless somebody else has changed the file since.

        Raises
        ------
        InputError
            The file has changed since it was read, or cannot be written; it is left as it is.
        """
        name = str(self.path)
        try:
            now = self.path.read_bytes()
            if now != self.before:
                problem = "the file was changed by somebody else in the meantime"
                raise InputError([Fault(name, None, None, problem, "do it again, on the file as it is now")])
            mark = _BOM if now.startswith(_BOM.encode()) else ""
            replace_file(self.path, (mark + self.text).encode())
        except OSError as error:
            problem = f"the file cannot be written ({error.strerror})"
            remedy = "make room or mend the permissions; it is as it was"
            raise InputError([Fault(name, None, None, problem, remedy)]) from error


def read_case_text(path: Path) -> CaseText:
    """Read a case file to be changed.

    Parameters
    ----------
    path : Path
        The case's folder, or its ``case.yaml``.
    """
    file = path / CASE_FILE if is_folder(path) else path
    read_text(file)  # says what is wrong with a file that is none, or no UTF-8
    before = read_bytes(file)
    return CaseText(file, before, before.decode("utf-8-sig"))


def new_faults(before: Sequence[Fault], after: Sequence[Fault]) -> list[Fault]:
    """The faults that were not there before, wherever in the file they stand."""
    known = Counter((fault.file, fault.problem, fault.remedy) for fault in before)
    found = []
    for fault in after:
        key = (fault.file, fault.problem, fault.remedy)
        known[key] -= 1
        found += [fault] if known[key] < 0 else []
    return found


def check_change(
    old: CaseText,
    new: CaseText,
    codebook: Codebook,
    articles: Path | None = None,
    checks: Sequence[Check] = (),
) -> LoadedCase:
    """The case after a change that has brought in no fault.

    Raises
    ------
    InputError
        The faults that the change would bring in.
    """
    loaded, after = new.examine(codebook, articles, checks)
    if after:
        _, before = old.examine(codebook, articles, checks)
        found = new_faults(before, after)
        if found:
            raise InputError(found)
    return loaded


def add_article(
    case: Path,
    article: Article,
    text: str,
    codebook: Codebook,
    articles: Path | None = None,
) -> CaseText:
    """Copy an article's text into the case's folder and name it in the case file.

    Parameters
    ----------
    case : Path
        The case's folder, or its ``case.yaml``.
    article : Article
        Its `file` is where the text goes; its `sha256` is the text's.
    text : str
    codebook : Codebook
    articles : Path, optional
        See `leverage.case.load_case`.

    Returns
    -------
    CaseText
        As it is on the disk now.

    Raises
    ------
    InputError
        The id or the file is taken, the text would not be read back as it is, or the case would have a
        fault that it did not have. Nothing is left behind.
    """
    with hold_log(case if is_folder(case) else case.parent):  # nobody else adds to it meanwhile
        old = read_case_text(case)
        place = path_within(old.path.parent, article.file or "")
        if place is None or article.file is None:
            told = f"{article.file!r} is no file of the case's folder"
            raise call_error(told, "name a file beside case.yaml")
        made = _copy(place, text, article.sha256)
        try:
            new = old.with_item("articles", article.model_dump(exclude_none=True))
            check_change(old, new, codebook, articles)
            new.write()
        except BaseException:
            if made:
                place.unlink()
            raise
    return new


def _copy(place: Path, text: str, sha256: str) -> bool:
    """Write an article's text unless it is there already; whether it was written."""
    if text_hash(text) != sha256:
        raise call_error(
            "the text is not the one whose SHA-256 the article has", "hash the text that is given"
        )
    if is_file(place):
        if read_text(place) == text:
            return False
        told = "another text stands in this file"
        raise InputError([Fault(str(place), None, None, told, "choose another id or file for the article")])
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        replace_file(place, text.encode())
        if read_text(place) == text:
            return True
        place.unlink()
    except (OSError, UnicodeEncodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it holds half a character"
        told = f"the article cannot be written ({reason})"
        raise InputError([Fault(str(place), None, None, told, "choose another file for it")]) from error
    told = "the text would not be read back as it is: it holds carriage returns or a byte order mark"
    raise InputError([Fault(str(place), None, None, told, "take them out")])


def _without(data: Mapping[str, Any], section: str, left: list[Any]) -> list[dict[str, Any]]:
    """What a file may hold that has lost an item: no list is as good as an empty one."""
    if left:
        return [{**data, section: left}]
    absent = {key: value for key, value in data.items() if key != section}
    return [{**data, section: []}, {**data, section: None}, absent]
