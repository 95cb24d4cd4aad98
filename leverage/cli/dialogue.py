"""The review in a terminal: one suggestion after the other, by keys and plain lines, also through a pipe."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from leverage.case import Span, Stake, occurrences
from leverage.cli.card import Card, indicators
from leverage.cli.ruling import ask_ruling
from leverage.cli.terminal import Back, Terminal
from leverage.codebook import Factor, Indicator, Scale
from leverage.coding.decisions import Accept, Correct, Reject, Skip
from leverage.coding.events import Lost
from leverage.coding.log import Entry
from leverage.coding.review import Desk
from leverage.coding.suggestion import Suggestion
from leverage.faults import InputError, call_error

KEYS = "[a]ccept [e]dit [r]eject [s]kip [u]ndo [q]uit [?]"
HELP = """\
a  accept: the suggestion becomes evidence; you give the reading and how far it may be off
e  edit: correct factor, indicator, actor, direction or the words of the passage
r  reject: it is none; you may say why
s  skip: leave it for another day
u  undo: take back your last decision, also one of an earlier session
q  quit: all that was decided is kept; so do Ctrl-D and Ctrl-C

A reading is a number with a unit (9 berths, 45 %), a number alone in the scale's own unit (0.3), or the
name of a step. An interval is 8..9, or ±5 about the reading, or exact; write central behind it where the
truth lies outside in one case of ten. Enter takes what stands in [brackets]; < goes back."""
INTERRUPTED = 130
"""The exit code of a command that Ctrl-C ended."""


class _Quit(Exception):  # noqa: N818 - no error: the reviewer leaves
    pass


class Dialogue:
    """Walks through the suggestions that wait.

    Parameters
    ----------
    desk : Desk
    chosen : dict
        Which suggestions: the arguments of `Desk.queue`.
    """

    def __init__(self, desk: Desk, chosen: dict[str, Any]) -> None:
        self.desk = desk
        self.chosen = chosen
        self.terminal = Terminal()
        self.card = Card(desk, self.terminal)
        self.passed: set[str] = set()
        self.counts = dict.fromkeys(("accepted", "edited", "rejected", "skipped", "undone"), 0)

    def run(self) -> int:
        """Review until nothing waits or the reviewer leaves; the exit code."""
        code = 0
        try:
            self._tell_texts()
            self._settle_unwritten()
            self._walk()
        except EOFError:
            self.terminal.say("")
        except KeyboardInterrupt:
            self.terminal.say("")
            code = INTERRUPTED
        done = ", ".join(f"{count} {what}" for what, count in self.counts.items() if count)
        waits = len(self.desk.queue(**self.chosen))
        self.terminal.say(f"{done or 'Nothing was decided'}; {waits or 'none'} left to review.")
        return code

    # --- before the first suggestion ---------------------------------------------------------

    def _tell_texts(self) -> None:
        found, lost = self.desk.settle()
        if found:
            self.terminal.say(f"The text has changed. Passages found again in it: {len(found)}.")
        for entry in lost:
            words = " ".join(entry.suggestion.exact.split())
            why = next((e.reason for e in reversed(entry.decisions) if isinstance(e, Lost)), "")
            self.terminal.say(f"Lost: “{words}” ({entry.id}): {why}.")
        if strays := self.desk.strays():
            self.terminal.say(f"Left out, since the case does not have their articles: {len(strays)}.")

    def _settle_unwritten(self) -> None:
        """Evidence that was accepted and is not in the case: a kill came between, or it was taken out."""
        for entry in self.desk.unwritten():
            evidence = entry.accepted.evidence.id if entry.accepted else ""
            self.terminal.say(f"{entry.id} was accepted, and its evidence {evidence} is not in the case.")
            with suppress(Back):
                key = self.terminal.one_of("[w]rite it again, [u]ndo the decision, [l]eave it", "wul", "l")
                try:
                    if key == "w":
                        self.desk.restore(entry.id)
                        self.terminal.say(f"Wrote {evidence}.")
                    elif key == "u":
                        self.desk.undo(entry.id)
                        self.counts["undone"] += 1
                except InputError as error:
                    self.terminal.tell(error)

    # --- the walk ----------------------------------------------------------------------------

    def _walk(self) -> None:
        at: str | None = None
        while True:
            entry = self._next(at)
            if entry is None and not self._take_back():
                return
            try:
                at = self._act(entry) if entry else self._undo()
            except InputError as error:
                self.terminal.tell(error)
                at = entry.id if entry else None
            except Back:
                at = entry.id if entry else None
            except _Quit:
                return

    def _take_back(self) -> bool:
        """Whether the reviewer wants to undo something, now that nothing is left to decide."""
        if self.desk.log.last_decision(self.desk.by) is None:
            return False
        self.terminal.say("Nothing is left to review.")
        return self.terminal.one_of("[u]ndo the last decision, [q]uit", "uq", "q") == "u"

    def _act(self, entry: Entry) -> str | None:
        """Show a suggestion and do what the reviewer says; the id of the one to be shown next."""
        waiting = [each for each in self.desk.queue(**self.chosen) if each.id not in self.passed]
        self.card.show(entry, len(waiting))
        actions = {"a": self._accept, "e": self._edit, "r": self._reject, "s": self._skip}
        while True:
            key = self.terminal.line(f"{KEYS}: ").strip().lower()
            if key in actions:
                return actions[key](entry)
            if key == "u":
                return self._undo()
            if key == "q":
                raise _Quit
            self.terminal.say(HELP if key == "?" else "Type one of the keys a, e, r, s, u, q, ? and Enter.")

    def _next(self, at: str | None) -> Entry | None:
        """The suggestion that was named, or else the first that waits and was not passed over here."""
        self.desk.refresh()
        waiting = [entry for entry in self.desk.queue(**self.chosen) if entry.id not in self.passed]
        return next((entry for entry in waiting if entry.id == at), waiting[0] if waiting else None)

    def _undo(self) -> str:
        undone = self.desk.undo()
        self.passed.discard(undone.id)
        self.counts["undone"] += 1
        self.terminal.say(f"Undone: {undone.id} was {undone.event}.")
        return undone.id

    def _skip(self, entry: Entry) -> None:
        self.desk.decide([Skip(do="skip", id=entry.id)])
        self.passed.add(entry.id)
        self.counts["skipped"] += 1

    def _reject(self, entry: Entry) -> None:
        reason = self.terminal.ask("Why (may stay empty)", "")
        self.desk.decide([Reject(do="reject", id=entry.id, reason=reason)])
        self.counts["rejected"] += 1
        self.terminal.say("Rejected.")

    # --- accepting ---------------------------------------------------------------------------

    def _accept(self, entry: Entry) -> None:
        said, corrected = self._completed(entry.suggestion)
        scale = self._factor(said.factor).readings()[said.indicator or ""]
        if corrected:
            self.card.scale(self._factor(said.factor), said.indicator)
        stake = self._stake(scale)
        answers: dict[str, str] = {}
        while True:
            ruling = ask_ruling(self.terminal, said, scale, stake, answers)
            ruling |= {"do": "accept", "id": entry.id, "stake": stake.id if stake else None}
            try:
                (evidence,) = self.desk.decide([Accept.model_validate(ruling | corrected)])
                break
            except InputError as error:
                self.terminal.tell(error)
                self.terminal.say("Answer again; Enter keeps what you had, < goes back.")
        self.counts["accepted"] += 1
        self.terminal.say(f"Accepted as {evidence.id}.")

    def _completed(self, said: Suggestion) -> tuple[Suggestion, dict[str, str]]:
        """The suggestion with the actor and the indicator that it leaves open, and what was filled in."""
        filled: dict[str, str] = {}
        if said.actor is None:
            filled["actor"] = self.terminal.choose("Of whom", self._actors(), None)
        factor = self._factor(said.factor)
        if said.indicator is None and factor.indicators:
            filled["indicator"] = self.terminal.choose("Which indicator", indicators(factor), None)
        return said.model_copy(update=filled), filled

    def _stake(self, scale: Scale) -> Stake | None:
        if not (isinstance(scale, Indicator) and scale.per_stake):
            return None
        stakes = self.desk.loaded.case.stakes
        if not stakes:
            told = f"{scale.id} is read for each stake, and the case has none"
            raise call_error(told, "add `stakes` to the case")
        default = stakes[0].id if len(stakes) == 1 else None
        titles = [(stake.id, stake.title) for stake in stakes]
        return self.desk.loaded.stake(self.terminal.choose("Which stake", titles, default))

    # --- editing -----------------------------------------------------------------------------

    def _edit(self, entry: Entry) -> str:
        said = entry.suggestion
        factors = [(factor.id, factor.question) for factor in self.desk.loaded.codebook.factors]
        changes: dict[str, Any] = {"factor": self.terminal.choose("Factor", factors, said.factor)}
        factor = self._factor(changes["factor"])
        if factor.indicators:
            kept = said.indicator if factor.id == said.factor else None
            changes["indicator"] = self.terminal.choose("Indicator", indicators(factor), kept)
        changes["actor"] = self.terminal.choose("Actor", self._actors(), said.actor)
        signs = [("+", "for its hand"), ("-", "against its hand"), ("unknown", "does not say")]
        changes["direction"] = self.terminal.choose("Direction", signs, said.direction)
        span = self._span(entry)
        before = len(self.desk.log.order)
        if span is not None:
            changes |= {"start": span.start, "end": span.end}
        self.desk.decide([Correct.model_validate({"do": "edit", "id": entry.id, **changes})])
        edited = len(self.desk.log.order) > before
        self.counts["edited"] += edited
        self.terminal.say("Edited." if edited else "Nothing was changed.")
        return entry.id

    def _span(self, entry: Entry) -> Span | None:
        """The words of the passage, longer or shorter; they must overlap with those of before."""
        said, text = entry.suggestion, self.desk.text_of(entry)
        while text is not None:
            typed = self.terminal.ask("Words of the passage, copied from the text (Enter keeps them)", "")
            if not typed:
                return None
            span = _overlapping(typed, text, said)
            if span is not None:
                return span
            self.terminal.say("These words do not stand in the text where the passage is; copy them from it.")
        return None

    def _factor(self, name: str) -> Factor:
        return self.desk.codebook.factor(name)

    def _actors(self) -> list[tuple[str, str]]:
        return [(actor.id, actor.name) for actor in self.desk.loaded.case.actors]


def _overlapping(words: str, text: str, said: Suggestion) -> Span | None:
    """Where words stand in a text such that they overlap with a passage; line ends count as blanks."""
    found = occurrences(words, text)
    over = [span for span in found if span.start < said.end and said.start < span.end]
    return over[0] if len(over) == 1 else None
