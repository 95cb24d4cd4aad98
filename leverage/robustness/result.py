"""The result with all its forms: text, Markdown, HTML, DataFrames, JSON and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from leverage.documents import Document
from leverage.robustness import forms, pictures
from leverage.robustness.content import RobustnessContent

if TYPE_CHECKING:
    import pandas as pd


class Robustness(RobustnessContent):
    """How sure a ranking is: over weights, over the doubt in the evidence, over time; in every form."""

    def to_text(self, width: int = 100) -> str:
        """Sentences and tables as plain text."""
        return forms.to_text(self, width)

    def to_markdown(self) -> str:
        """The same as Markdown."""
        return forms.to_markdown(self)

    def to_html(self, *, page: bool = False, key: str = "robustness") -> str:
        """An HTML fragment with scoped style and pictures, or a whole page; no script, no outside address."""
        return forms.to_page(self) if page else forms.to_html(self, key=key)

    def to_svg(self, what: str, scenario: str | None = None, *, key: str = "robustness") -> str:
        """One picture, of the first scenario that has one unless named: tornado, matrix, triangle or time."""
        return pictures.picture_of(self, what, scenario, key=key)

    def to_json(self) -> str:
        """JSON that `from_json` reads back; its schema is `model_json_schema`."""
        return self.model_dump_json(indent=2, by_alias=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Robustness:
        """Read a result back from its JSON; a wrong one is an `InputError`."""
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            return Document(text, "robustness").validate(cls)  # for the place of each fault

    def pairs_frame(self) -> pd.DataFrame:
        """Index scenario, ahead, behind; shares and flips of every pair of actors."""
        import pandas as pd

        nested = {"flip", "at_bounds"}
        frame = pd.DataFrame([pair.model_dump(exclude=nested) for pair in self.pairs])
        return frame.set_index(["scenario", "ahead", "behind"]) if len(frame) else frame

    def stability_frame(self) -> pd.DataFrame:
        """Index scenario, factor; the stated weight, and low and high of the leader's and the ranking's."""
        import pandas as pd

        rows = [
            {
                "scenario": each.scenario,
                "factor": factor,
                "weight": weight,
                **_ends("leader", each.stability, factor),
                **_ends("ranking", each.ranking_stability, factor),
            }
            for each in self.scenarios
            for factor, weight in self.weights.items()
        ]
        return pd.DataFrame(rows).set_index(["scenario", "factor"])

    def ranks_frame(self) -> pd.DataFrame:
        """Index scenario, actor; expected rank, margin, dominance, confidence and places as ``place.1`` …."""
        import pandas as pd

        nested = {
            "first_weights", "central_weights", "necessarily_level", "possibly_level",
            "rank_acceptability", "rank_acceptability_error",
        }  # fmt: skip
        rows = [
            {
                "scenario": each.scenario,
                **rank.model_dump(exclude=nested),
                **{f"place.{n}": share for n, share in enumerate(rank.rank_acceptability or (), start=1)},
            }
            for each in self.scenarios
            for rank in each.ranks
        ]
        return pd.DataFrame(rows).set_index(["scenario", "actor"]) if rows else pd.DataFrame()

    def evidence_frame(self) -> pd.DataFrame:
        """Index scenario, actor; score, outer bounds, p05, p95 and mean."""
        import pandas as pd

        rows = [
            {"scenario": each.scenario, **found.model_dump(exclude={"variance"})}
            for each in self.scenarios
            for found in each.evidence
        ]
        return pd.DataFrame(rows).set_index(["scenario", "actor"])

    def assumptions_frame(self) -> pd.DataFrame:
        """One row an assumption and pair, in the order of the result."""
        import pandas as pd

        return pd.DataFrame(
            [
                {"scenario": s.scenario, **found.model_dump()}
                for s in self.scenarios
                for found in s.assumptions
            ]
        )

    def over_time_frame(self) -> pd.DataFrame:
        """Index scenario, date, actor; score, low and high."""
        import pandas as pd

        rows = [
            (
                s.scenario,
                date,
                actor,
                s.over_time.scores[actor][n],
                s.over_time.low[actor][n],
                s.over_time.high[actor][n],
            )
            for s in self.scenarios
            for n, date in enumerate(s.over_time.dates)
            for actor in s.over_time.scores
        ]
        names = ["scenario", "date", "actor", "score", "low", "high"]
        return pd.DataFrame(rows, columns=names).set_index(names[:3])

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {
            "text/plain": self.to_text(),
            "text/markdown": self.to_markdown(),
            "text/html": self.to_html(),
            "application/vnd.leverage.robustness+json": self.model_dump(mode="json", by_alias=True),
        }


def _ends(
    name: str, intervals: dict[str, tuple[float, float]] | None, factor: str
) -> dict[str, float | None]:
    low, high = intervals[factor] if intervals else (None, None)
    return {f"{name}.low": low, f"{name}.high": high}
