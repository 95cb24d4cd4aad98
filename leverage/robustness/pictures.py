"""SVG pictures of a robustness result: tornado, win-share matrix, weight triangle, scores over time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from leverage.faults import call_error, name_list, suggest_name
from leverage.render import Line, Region, Swing, lines, matrix, percent, tornado, triangle
from leverage.robustness.content import RobustnessContent, ScenarioRecord

Corner = tuple[float, float, float]
# Bars of a tornado; the JSON lists all.
MOST_BARS = 12
_EDGE = 1e-12


def picture_of(
    r: RobustnessContent, what: str, scenario: str | None = None, *, key: str = "robustness"
) -> str:
    """One picture by its name, of a scenario, or of the first that has one.

    Raises
    ------
    InputError
        An unknown name or scenario, or a picture that there is nothing for.
    """
    kinds: dict[str, Callable[[ScenarioRecord], str | None]] = {
        "tornado": lambda s: evidence_tornado(r, s, key=key),
        "triangle": lambda s: weight_triangle(r, s, key=key),
        "time": lambda s: time_lines(r, s, key=key),
    }
    if what == "matrix":
        return win_matrix(r, key=key)
    if what not in kinds:
        raise call_error(f"there is no picture {what!r}", suggest_name(what, ["matrix", *kinds]))
    known = [s.scenario for s in r.scenarios]
    if scenario is not None and scenario not in known:
        raise call_error(f"there is no scenario {scenario!r}", suggest_name(scenario, known))
    for s in r.scenarios:
        drawn = kinds[what](s) if scenario in (None, s.scenario) else None
        if drawn is not None:
            return drawn
    raise call_error(
        f"there is nothing to draw for {what!r}", f"choose another picture or scenario ({name_list(known)})"
    )


def scenario_pictures(r: RobustnessContent, s: ScenarioRecord, *, key: str) -> Iterator[str]:
    """The pictures of one scenario, as far as there is something to draw."""
    drawn = (
        evidence_tornado(r, s, key=f"{key}-tornado"),
        weight_triangle(r, s, key=f"{key}-triangle"),
        time_lines(r, s, key=f"{key}-time"),
    )
    return (each for each in drawn if each is not None)


def win_matrix(r: RobustnessContent, *, key: str = "matrix") -> str:
    """Win shares as a matrix: with one pair, scenarios by actors; with more, actors by actors.

    Where a factor is missing a share has no single value, and its cell is empty.
    """
    actors = list(r.actors)
    shares = {(p.scenario, p.ahead, p.behind): p.win_share for p in r.pairs}

    def share(scenario: str, one: str, other: str) -> float | None:
        if (scenario, one, other) in shares:
            return shares[scenario, one, other]
        behind = shares.get((scenario, other, one))
        return None if behind is None else 1.0 - behind

    if len(actors) == 2:
        rows = [s.title for s in r.scenarios]
        cells = [[share(s.scenario, *pair) for pair in (actors, actors[::-1])] for s in r.scenarios]
        axis = "share of all weightings under which the actor is ahead"
    else:
        rows = [f"{s.title}: {r.actors[a]}" for s in r.scenarios for a in actors]
        cells = [[share(s.scenario, a, b) for b in actors] for s in r.scenarios for a in actors]
        axis = "share of all weightings under which the row's actor is ahead of the column's"
    return matrix(
        key=key,
        title=f"{r.case_title}: win shares",
        description="Shares of all weightings of the factors; a cell is empty where a factor is not coded.",
        rows=rows,
        columns=[r.actors[actor] for actor in actors],
        shares=cells,
        axis_label=axis,
    )


def evidence_tornado(r: RobustnessContent, s: ScenarioRecord, *, key: str = "tornado") -> str | None:
    """The gap between the first two actors with each piece of evidence at its ends; None without a gap."""
    gap = next(
        (p.gap for p in r.pairs if p.scenario == s.scenario and (p.ahead, p.behind) == s.first_two), None
    )
    if s.first_two is None or gap is None or not s.swings:
        return None
    first, second = (r.actors[actor] for actor in s.first_two)
    bars = [
        Swing(f"{swing.label} ({r.actors[swing.actor]})", swing.at_low, swing.at_high, swing.evidence)
        for swing in s.swings[:MOST_BARS]
    ]
    return tornado(
        key=key,
        title=f"{s.title}: what moves {first}'s lead",
        description=f"Points by which {first} leads {second}, with each piece of evidence alone at its "
        "lowest and its highest reading, widest first.",
        stated=gap,
        swings=bars,
        axis_label=f"{first}'s lead over {second}, points",
    )


def time_lines(r: RobustnessContent, s: ScenarioRecord, *, key: str = "time") -> str | None:
    """Scores by date with their outer bounds; None for a single day."""
    path = s.over_time
    if len(path.dates) < 2:
        return None
    marks = [(path.deadline, "deadline")] if path.deadline else []
    marks += [(turn.date, "the order turns") for turn in path.turns]
    return lines(
        key=key,
        title=f"{s.title}: scores over time",
        description="Scores with the evidence as it stands, and their outer bounds as bands.",
        dates=path.dates,
        series=[Line(r.actors[a], path.scores[a], path.low[a], path.high[a]) for a in path.scores],
        marks=marks,
        axis_label="leverage, 0 to 100",
    )


def weight_triangle(r: RobustnessContent, s: ScenarioRecord, *, key: str = "triangle") -> str | None:
    """Who is first as three weights share out what they have together; None with fewer factors or gaps.

    With more than three factors these are the three of the most weight, and the others stay as stated.
    """
    exact = all(low == high for factors in s.points.values() for low, high in factors.values())
    chosen = sorted(r.weights, key=lambda name: -r.weights[name])[:3]
    whole = sum(r.weights[name] for name in chosen)
    if len(chosen) < 3 or not exact or not whole:
        return None
    rest = [name for name in r.weights if name not in chosen]
    corners = {
        actor: [
            whole * factors[name][0] + sum(r.weights[other] * factors[other][0] for other in rest)
            for name in chosen
        ]
        for actor, factors in s.points.items()
    }
    regions = []
    for actor, own in corners.items():
        area: list[Corner] = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
        for other, theirs in corners.items():
            if other != actor:
                area = _clipped(area, [a - b for a, b in zip(own, theirs, strict=True)])
        regions.append(Region(f"{r.actors[actor]} first", area))
    left, right, top = (r.factors[name] for name in chosen)
    stated = tuple(r.weights[name] / whole for name in chosen)
    share = "all weight" if not rest else f"the {percent(whole)} of the weight that these three have"
    fixed = ", ".join(f"{r.factors[name].lower()} {percent(r.weights[name])}" for name in rest)
    return triangle(
        key=key,
        title=f"{s.title}: who is first under which weights",
        description=f"A corner gives {share} to one factor. The areas show who is first there.",
        names=(left, right, top),
        regions=regions,
        point=(stated[0], stated[1], stated[2]),
        point_label="the stated weights",
        note=f"The corners share out {share}; as stated stay: {fixed}." if rest else "",
    )


def _clipped(area: Sequence[Corner], gap: Sequence[float]) -> list[Corner]:
    """The part of a convex area where a gap, given at the triangle's corners, is 0 or above."""
    heights = [sum(g * part for g, part in zip(gap, corner, strict=True)) for corner in area]
    kept: list[Corner] = []
    for n, corner in enumerate(area):
        before, height = heights[n - 1], heights[n]
        if (before < -_EDGE) != (height < -_EDGE):
            t = before / (before - height)
            x, y, z = ((1 - t) * a + t * b for a, b in zip(area[n - 1], corner, strict=True))
            kept.append((x, y, z))
        if height >= -_EDGE:
            kept.append(corner)
    return kept
