"""``leverage explain``, ``leverage compare`` and ``leverage report``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leverage.case import CASE_FILE, LoadedCase
from leverage.cli.options import (
    REGISTRY,
    ActorOption,
    ArticlesOption,
    BaselineOption,
    CasePath,
    FeaturesOption,
    Form,
    FormOption,
    MissingOption,
    OutputOption,
    ScenarioOption,
    WeightsOption,
    check_actors,
    read_case,
    read_weights,
    refuse,
    score_case,
    terminal_width,
    to_json,
    write,
)
from leverage.explain import Explanation, Standpoint, contrast, explain, find_flips
from leverage.explain.contrast_forms import (
    change_rows,
    contrast_html,
    contrast_markdown,
    contrast_svg,
    contrast_text,
)
from leverage.explain.forms import body_html, term_rows
from leverage.faults import call_error, name_list
from leverage.model import Scores, Weights, is_named
from leverage.render import escape, page, records_csv
from leverage.report import make_report

if TYPE_CHECKING:
    from leverage.robustness import Robustness


def explain_command(
    case: CasePath,
    scenario: ScenarioOption = None,
    actor: ActorOption = None,
    baseline: BaselineOption = None,
    weights: WeightsOption = None,
    missing: MissingOption = None,
    flips: Annotated[bool, typer.Option(help="Look for what must change to turn the order.")] = True,
    brief: Annotated[bool, typer.Option("--brief", help="As text: sentences and quotations alone.")] = False,
    format: FormOption = Form.table,
    output: OutputOption = None,
    features: FeaturesOption = None,
    articles: ArticlesOption = None,
) -> None:
    """Say what lifts and lowers each score, with the evidence; the first scenario unless named."""
    if weights and len(weights) > 1:
        raise call_error(f"{len(weights)} weightings are no one explanation", "name one with --weights")
    loaded = read_case(case, features, articles)
    wanted = list(dict.fromkeys(scenario or [next(iter(loaded.states))]))
    others = [baseline.partition(":")[2]] if baseline and baseline.startswith("scenario:") else []
    known = [loaded.state(name).scenario.id for name in dict.fromkeys([*wanted, *others])]
    scores = score_case(loaded, weights, known, missing)[0]
    found = [
        explain(
            loaded,
            scores,
            name,
            who,
            baseline,
            flips=find_flips(loaded, scores, name, who) if flips else None,
        )
        for name in wanted
        for who in check_actors(loaded, actor) or [a.id for a in loaded.case.actors]
    ]
    write(_explanations_as(found, format, brief=brief), output)


def _explanations_as(found: Sequence[Explanation], form: Form, *, brief: bool) -> str:
    if form is Form.json:
        if len(found) == 1:
            return found[0].to_json()
        return to_json([each.model_dump(mode="json") for each in found])
    if form is Form.csv:
        return records_csv([row for each in found for row in term_rows(each)])
    if form is Form.md:
        return "\n".join(each.to_markdown() for each in found)
    if form is Form.html:
        parts = [body_html(each, key=f"explanation-{number}") for number, each in enumerate(found)]
        title = f"{found[0].case_title}: what lifts and lowers each score"
        return page(title, "\n".join([f"<h1>{escape(title)}</h1>", *parts]))
    if form is Form.svg:
        if len(found) > 1:
            raise call_error(
                f"{len(found)} explanations are no one picture", "name one --actor and one --scenario"
            )
        return found[0].to_svg()
    return "\n\n".join(each.to_text(terminal_width(), brief=brief) for each in found)


def compare(
    old: Annotated[str, typer.Argument(help="A scenario, a case, a day (YYYY-MM-DD) or weights.")],
    new: Annotated[str, typer.Argument(help="The same kind of thing, to hold against it.")],
    case: Annotated[
        Path | None, typer.Option("--case", help="The case, unless OLD and NEW are cases.")
    ] = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="The scenario, unless OLD and NEW are scenarios.")
    ] = None,
    actor: ActorOption = None,
    weights: Annotated[
        str, typer.Option("--weights", help="The weights, unless OLD and NEW are weights.")
    ] = "case",
    missing: MissingOption = None,
    format: FormOption = Form.table,
    output: OutputOption = None,
    features: FeaturesOption = None,
    articles: ArticlesOption = None,
) -> None:
    """Say why scores differ: new evidence, passing of time, coverage, weights."""
    refuse(format, (Form.table, Form.json, Form.csv, Form.md, Form.html, Form.svg))
    sides, kinds = [], []
    for name in (old, new):
        kind, side = _standpoint(name, case, scenario, weights, features, articles)
        sides.append(side)
        kinds.append(kind)
    _check_kinds(kinds, scenario, weights)
    if sides[0].loaded.case == sides[1].loaded.case:  # one case, read twice
        sides[1] = replace(sides[1], loaded=sides[0].loaded)
    policy = missing.value if missing else sides[1].loaded.case.missing.policy
    found = contrast(sides[0], sides[1], policy)
    actors = check_actors(sides[1].loaded, actor)
    found = [each for each in found if not actors or each.actor in actors]
    if format is Form.json:
        text = to_json([each.model_dump(mode="json") for each in found])
    elif format is Form.csv:
        text = records_csv(change_rows(found))
    elif format is Form.md:
        text = contrast_markdown(found)
    elif format is Form.html:
        title = f"{sides[1].loaded.case.title}: from “{sides[0].label}” to “{sides[1].label}”"
        text = page(title, f"<h1>{escape(title)}</h1>{contrast_html(found)}")
    elif format is Form.svg:
        if len(found) > 1 or len(found[0].ends) > 1:
            raise call_error(
                "several changes are no one picture", "name one --actor, of whom both scores exist"
            )
        text = contrast_svg(found[0])
    else:
        text = contrast_text(found, terminal_width())
    write(text, output)


def _standpoint(
    name: str,
    case: Path | None,
    scenario: str | None,
    weights: str,
    features: list[Path] | None,
    articles: Path | None,
) -> tuple[str, Standpoint]:
    """What one side of a comparison names, and of which kind: a case, a scenario, a day, weights."""
    if (Path(name) / CASE_FILE).is_file() or Path(name).name == CASE_FILE:
        loaded = read_case(Path(name), features, articles)
        state = loaded.state(scenario or next(iter(loaded.states)))
        label = f"{loaded.case.title}, {state.scenario.title}, as of {state.as_of}"
        return "case", Standpoint(label, loaded, state, read_weights(weights, loaded))
    if case is None:
        remedy = "name the case of a scenario, a day or weights with --case"
        raise call_error(f"{name!r} is no case folder", remedy)
    loaded = read_case(case, features, articles)
    if name in loaded.states:
        state = loaded.state(name)
        return "scenario", Standpoint(state.scenario.title, loaded, state, read_weights(weights, loaded))
    state = loaded.state(scenario or next(iter(loaded.states)))
    day = _day(name)
    if day is not None:
        return "day", Standpoint(f"as of {day}", loaded, state.at(day), read_weights(weights, loaded))
    found = _weights(name, loaded)
    return "weights", Standpoint(found.title, loaded, state, found)


def _check_kinds(kinds: Sequence[str], scenario: str | None, weights: str) -> None:
    """Two things of one kind, and no option that the kind leaves without effect."""
    if kinds[0] != kinds[1]:
        raise call_error(f"a {kinds[0]} cannot be held against a {kinds[1]}", "name two of one kind")
    if kinds[0] == "scenario" and scenario is not None:
        raise call_error("--scenario has no effect between scenarios", "leave it out")
    if kinds[0] == "weights" and weights != "case":
        raise call_error("--weights has no effect between weights", "leave it out")


def _weights(name: str, loaded: LoadedCase) -> Weights:
    if is_named(name) or name.startswith(REGISTRY) or Path(name).is_file():
        return read_weights(name, loaded)
    known = name_list(loaded.states)
    remedy = f"write a scenario ({known}), a day (YYYY-MM-DD), weights or a case's folder"
    raise call_error(f"{name!r} is nothing that can be compared", remedy)


def _day(name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(name)
    except ValueError:
        return None


def report(
    case: CasePath,
    output: OutputOption = None,
    scenario: ScenarioOption = None,
    weights: WeightsOption = None,
    missing: MissingOption = None,
    baseline: BaselineOption = None,
    robust: Annotated[
        bool, typer.Option("--robustness/--no-robustness", help="Say how sure the ranking is, with pictures.")
    ] = True,
    format: Annotated[Form, typer.Option("--format", help="html or md.")] = Form.html,
    features: FeaturesOption = None,
    articles: ArticlesOption = None,
) -> None:
    """Write the whole report: scores, how sure they are, explanations, what changes, the articles."""
    refuse(format, (Form.html, Form.md))
    loaded = read_case(case, features, articles)
    scores = score_case(loaded, weights, scenario, missing)
    scenarios = list(dict.fromkeys(row.scenario for row in scores[0].rows))
    made = make_report(loaded, scores, scenarios, baseline, _sureness(loaded, scores) if robust else None)
    write(made.to_html() if format is Form.html else made.to_markdown(), output)


def _sureness(loaded: LoadedCase, scores: Sequence[Scores]) -> Robustness:
    """How sure the ranking is; no other command here has to wait for what that needs."""
    from leverage.robustness import robustness

    return robustness(loaded, scores)
