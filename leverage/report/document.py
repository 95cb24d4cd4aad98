"""The whole report of a case: scores, explanations, what changes between scenarios, the articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leverage.case import LoadedCase, State, key_of
from leverage.case.scenario import Change
from leverage.explain import Contrast, Explanation, Standpoint, contrast, explain, find_flips
from leverage.explain.contrast_forms import contrast_body, contrast_table
from leverage.explain.forms import body_html, to_markdown
from leverage.explain.sentences import contrast_summary
from leverage.model import Scores
from leverage.render import Column, Table, bullets, details, escape, figure, heading, md_escape, page, percent
from leverage.report.articles import article_html
from leverage.report.scores import score_chart, score_table_form

if TYPE_CHECKING:
    from leverage.robustness import Robustness

ROBUSTNESS = "How sure the ranking is"


@dataclass(frozen=True)
class Report:
    """The parts of a report, ready to be written in any form.

    Attributes
    ----------
    loaded : LoadedCase
    weighted : tuple of Scores
        The first weighting is explained; the others stand beside it in the table of scores.
    explanations : tuple of Explanation
        Every actor in each scenario that others start from, and in those without a parent.
    contrasts : tuple of tuple of Contrast
        For each scenario with a parent, what changes from it, an actor each.
    robustness : Robustness or None
        How sure the ranking is; None leaves the section out.
    """

    loaded: LoadedCase
    weighted: tuple[Scores, ...]
    explanations: tuple[Explanation, ...]
    contrasts: tuple[tuple[Contrast, ...], ...]
    robustness: Robustness | None = None

    def to_html(self) -> str:
        """One self-contained page: no script, no outside address."""
        case = self.loaded.case
        parts = [
            f"<h1>{escape(case.title)}: leverage</h1>",
            f"<p>{escape(case.question)}</p>",
            f"<p>{escape(self._dates())}</p>",
            figure(score_chart(self.loaded, self.weighted)),
            score_table_form(self.loaded, self.weighted).to_html(),
            self._contents(),
            *self._robustness_parts(),
            *self._explanation_parts(),
            *self._contrast_parts(),
            "<h2 id='scenarios'>The scenarios</h2>",
            scenario_table(self.loaded, self.scenarios()).to_html(),
            "<h2 id='weights'>Weights and value functions</h2>",
            *(factor_table(self.loaded, scores).to_html() for scores in self.weighted),
            "<h2 id='articles'>The articles</h2>",
            *(article_html(self.loaded, article) for article in case.articles),
        ]
        return page(f"{case.title}: leverage", "\n".join(parts))

    def scenarios(self) -> list[str]:
        """The ids of the scenarios that are reported."""
        return list(dict.fromkeys(row.scenario for row in self.weighted[0].rows))

    def _dates(self) -> str:
        case = self.loaded.case
        deadline = f"deadline {case.deadline}" if case.deadline else "no deadline"
        return f"As of {case.as_of}, {deadline}."

    def _contents(self) -> str:
        links = [("robustness", ROBUSTNESS)] if self.robustness else []
        links += [("explanations", "What lifts and lowers each score")]
        links += [("changes", "What changes between scenarios")] if self.contrasts else []
        links += [
            ("scenarios", "The scenarios"),
            ("weights", "Weights and value functions"),
            ("articles", "The articles"),
        ]
        items = "".join(f'<li><a href="#{anchor}">{label}</a></li>' for anchor, label in links)
        return f'<nav aria-label="Contents"><ul>{items}</ul></nav>'

    def _robustness_parts(self) -> Iterator[str]:
        if self.robustness:
            from leverage.robustness.forms import body_html as robustness_html

            yield f"<h2 id='robustness'>{ROBUSTNESS}</h2>"
            yield robustness_html(self.robustness, level=3, brief=True)

    def _explanation_parts(self) -> Iterator[str]:
        yield "<h2 id='explanations'>What lifts and lowers each score</h2>"
        for number, explanation in enumerate(self.explanations):
            yield body_html(explanation, key=f"explanation-{number}", level=3)

    def _contrast_parts(self) -> Iterator[str]:
        if not self.contrasts:
            return
        yield "<h2 id='changes'>What changes between scenarios</h2>"
        for number, group in enumerate(self.contrasts):
            first = group[0]
            yield f"<h3>From “{escape(first.old.label)}” to “{escape(first.new.label)}”</h3>"
            for place, each in enumerate(group):
                body = contrast_body(each, key=f"change-{number}-{place}")
                yield details(contrast_summary(each), body)
            yield details("The change term by term", contrast_table(group).to_html())

    def to_markdown(self) -> str:
        """The same as one Markdown document, without pictures."""
        case = self.loaded.case
        parts = [heading(1, f"{case.title}: leverage"), md_escape(case.question), md_escape(self._dates())]
        parts.append(score_table_form(self.loaded, self.weighted).to_markdown())
        if self.robustness:
            from leverage.robustness.forms import to_markdown as robustness_markdown

            parts.append(robustness_markdown(self.robustness, level=2, title=ROBUSTNESS))
        parts += [to_markdown(explanation) for explanation in self.explanations]
        for group in self.contrasts:
            parts.append(heading(2, f"From “{group[0].old.label}” to “{group[0].new.label}”"))
            parts.append(bullets([contrast_summary(each) for each in group]))
            parts.append(contrast_table(group).to_markdown())
        parts += [heading(2, "The scenarios"), scenario_table(self.loaded, self.scenarios()).to_markdown()]
        parts += [
            heading(2, "Weights and value functions"),
            *(factor_table(self.loaded, scores).to_markdown() for scores in self.weighted),
        ]
        return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def make_report(
    loaded: LoadedCase,
    weighted: Sequence[Scores],
    scenarios: Sequence[str],
    baseline: str | None,
    robustness: Robustness | None = None,
) -> Report:
    """Gather what a report holds.

    Parameters
    ----------
    loaded : LoadedCase
    weighted : sequence of Scores
        Over all of `scenarios`.
    scenarios : sequence of str
        Ids of the scenarios to report.
    baseline : str
        The explanations' baseline, see `leverage.explain.find_baseline`.
    robustness : Robustness, optional
        How sure the ranking is, of the same scores.
    """
    scores = weighted[0]
    states = [loaded.state(name) for name in scenarios]
    parents = {state.scenario.parent for state in states}
    explained = [s for s in states if s.scenario.parent not in scenarios or s.scenario.id in parents]
    explanations = tuple(
        explain(
            loaded,
            scores,
            s.scenario.id,
            actor.id,
            baseline,
            flips=find_flips(loaded, scores, s.scenario.id, actor.id),
        )
        for s in explained
        for actor in loaded.case.actors
    )
    contrasts = tuple(
        tuple(
            contrast(
                _standpoint(loaded, loaded.state(parent), scores),
                _standpoint(loaded, s, scores),
                scores.policy,
            )
        )
        for s in states
        if (parent := s.scenario.parent) is not None and parent in scenarios
    )
    return Report(loaded, tuple(weighted), explanations, contrasts, robustness)


def _standpoint(loaded: LoadedCase, state: State, scores: Scores) -> Standpoint:
    return Standpoint(state.scenario.title, loaded, state, scores.weights)


def scenario_table(loaded: LoadedCase, scenarios: Sequence[str]) -> Table:
    """Scenarios with their parents, dates, and every change with its reason."""
    rows: list[list[str | None]] = []
    for state in map(loaded.state, scenarios):
        scenario = state.scenario
        changes = "; ".join(
            f"{_what(change)}: {change.reason} ({change.author})" for change in scenario.changes
        )
        parent = loaded.state(scenario.parent).scenario.title if scenario.parent else None
        rows.append(
            [
                scenario.title,
                parent,
                str(state.as_of),
                str(state.deadline or "none"),
                scenario.about,
                changes or None,
            ]
        )
    columns = [Column(name) for name in ("Scenario", "From", "As of", "Deadline", "About", "Changes")]
    return Table("Scenarios and the reason for every change", columns, rows)


def _what(change: Change) -> str:
    key = key_of(change)
    return f"{change.do} {key.measure} of {key.actor}"


def factor_table(loaded: LoadedCase, scores: Scores) -> Table:
    """Factors with weight, value function and what the literature says."""
    rows: list[list[str | None]] = []
    for factor in loaded.codebook.factors:
        leaves = [leaf for leaf in loaded.codebook.leaves if leaf.factor == factor.id]
        formulas = "; ".join(dict.fromkeys(leaf.value_function.formula() for leaf in leaves))
        theory = "; ".join(f"{reference.source}: {reference.says}" for reference in factor.theory)
        weight = percent(scores.weights.factors[factor.id], 1)
        rows.append([factor.title, weight, factor.question, formulas, theory or None])
    columns = [
        Column("Factor"),
        Column("Weight", "right"),
        *(Column(n) for n in ("Question", "Value function", "Theory")),
    ]
    weights = scores.weights
    told = " ".join(
        filter(
            None,
            (weights.author and f"By {weights.author}.", weights.reason, *weights.notes, weights.warning),
        )
    )
    return Table(
        f"Factors under “{weights.title}” ({weights.scheme})", columns, rows, notes=[told] if told else []
    )
