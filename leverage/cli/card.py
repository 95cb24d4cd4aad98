"""A suggestion as it is shown in a terminal: its passage, what it says, and what is asked."""

from __future__ import annotations

from rich.text import Text

from leverage.case import Span, context
from leverage.cli.terminal import Terminal
from leverage.codebook import Factor, Indicator
from leverage.coding.log import Entry
from leverage.coding.review import Desk
from leverage.coding.telling import remarks, says, scale_words, title_of
from leverage.faults import InputError, printable

WIDTH = 320
"""Characters of the article shown on either side of a passage."""


class Card:
    """Shows suggestions of a case under review."""

    def __init__(self, desk: Desk, terminal: Terminal) -> None:
        self.desk = desk
        self.terminal = terminal

    def show(self, entry: Entry, waiting: int) -> None:
        """Show a suggestion with all that a reviewer needs to decide on it."""
        said, say = entry.suggestion, self.terminal.say
        article = self.desk.loaded.article(self.desk.article_of(entry) or "")
        say("")
        self.terminal.console.rule(Text(f"{waiting} to review · tier {said.tier} · {entry.id}"), align="left")
        say(f"{article.title} ({article.publisher}, {article.date}), sentence {said.sentence}", "dim")
        say("")
        self.terminal.console.print(self._passage(entry))
        say("")
        try:
            factor = self.desk.codebook.factor(said.factor)
        except InputError as error:
            self.terminal.tell(error)
            return
        names = {actor.id: actor.name for actor in self.desk.loaded.case.actors}
        whose = names.get(said.actor or "", said.actor) or "no actor named"
        say(f"{title_of(factor, said.indicator)} of {whose}", "bold")
        say(says(said))
        for name, words in remarks(said):
            say(f"{name}: {words}")
        if entry.state == "skipped":
            say("It was skipped before.")
        self.scale(factor, said.indicator)

    def _passage(self, entry: Entry) -> Text:
        """The passage between marks, which a terminal shows in reverse, within the words about it."""
        said, text = entry.suggestion, self.desk.text_of(entry)
        before, after = said.prefix, said.suffix
        if text is not None:
            before, after = context(text, Span(said.start, said.end), WIDTH)
        shown = Text(printable(before.replace("\n", " ")))
        shown.append(f"⟦{printable(' '.join(said.exact.split()))}⟧", style="bold reverse")
        shown.append(printable(after.replace("\n", " ")))
        if text is None:
            shown.append("\n(The article is not at hand; name its folder with --articles.)", style="dim")
        return shown

    def scale(self, factor: Factor, indicator: str | None) -> None:
        """Show what is asked, on which scale, with its steps; the indicators where none is named."""
        readings = factor.readings()
        if (indicator or "") not in readings:
            self.terminal.say(f"Question: {factor.question}")
            for name, words in indicators(factor):
                self.terminal.say(f"  {name}: {words}")
            return
        scale = readings[indicator or ""]
        self.terminal.say(f"Question: {scale.question if isinstance(scale, Indicator) else factor.question}")
        self.terminal.say(f"Scale: {scale_words(scale)}")
        for anchor in scale.anchors:
            self.terminal.say(f"  {anchor.id} ({anchor.reading:g}): {anchor.says}")


def indicators(factor: Factor) -> list[tuple[str, str]]:
    """A factor's indicators with their questions."""
    return [(indicator.id, indicator.question) for indicator in factor.indicators]
