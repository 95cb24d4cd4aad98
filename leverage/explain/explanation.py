"""An explanation with all its forms: text, Markdown, HTML, SVG, LaTeX, JSON and back."""

from __future__ import annotations

from pydantic import ValidationError

from leverage.documents import Document
from leverage.explain import forms
from leverage.explain.content import ExplanationContent


class Explanation(ExplanationContent):
    """A score of one actor in one scenario, explained against a baseline, in every form.

    ``score = baseline.score + sum of the terms' points + residual``; the terms are computed from
    values, weights and baseline, not from the score, and the residual is 0 to 1e-9.
    """

    def to_text(self, width: int = 100, *, brief: bool = False) -> str:
        """Sentences with their evidence as plain text; unless `brief`, terms and all evidence too."""
        return forms.to_text(self, width, brief=brief)

    def to_markdown(self) -> str:
        """The same as Markdown."""
        return forms.to_markdown(self)

    def to_html(self, *, page: bool = False, key: str = "explanation") -> str:
        """An HTML fragment with scoped style, or a whole page; no script, no outside address."""
        return forms.to_page(self) if page else forms.to_html(self, key=key)

    def to_svg(self, *, key: str = "explanation") -> str:
        """The waterfall from the baseline to the score."""
        return forms.to_svg(self, key=key)

    def to_latex(self) -> str:
        """The terms as a LaTeX table."""
        return forms.to_latex(self)

    def to_json(self) -> str:
        """JSON that `from_json` reads back; its schema is `model_json_schema`."""
        return self.model_dump_json(indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Explanation:
        """Read an explanation back from its JSON; a wrong one is an `InputError`."""
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            return Document(text, "explanation").validate(cls)  # for the place of each fault

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {
            "text/plain": self.to_text(),
            "text/markdown": self.to_markdown(),
            "text/html": self.to_html(),
            "application/vnd.leverage.explanation+json": self.model_dump(mode="json"),
        }
