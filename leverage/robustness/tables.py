"""The tables of a robustness result, ready for every form."""

from __future__ import annotations

from collections.abc import Sequence

from leverage.explain.views import amount_words
from leverage.faults import and_list
from leverage.render import (
    Column,
    Table,
    number,
    percent,
    points,
    signed_points,
    span,
)
from leverage.robustness.content import (
    ComparedRecord,
    PairRecord,
    RobustnessContent,
    ScenarioPairRecord,
    ScenarioRecord,
)

# Rows of the long tables in text, Markdown and HTML; the JSON and the DataFrames have all.
MOST_ROWS = 12


def pairs_table(r: RobustnessContent, scenario: str | None = None) -> Table:
    """Every pair of actors: win shares, the smallest change of weights, the share of evidence draws."""
    found = [pair for pair in r.pairs if scenario in (None, pair.scenario)]
    rows = [
        [r.scenario_titles[p.scenario], r.actors[p.ahead], r.actors[p.behind], *_numbers(r, p, found)]
        for p in found
    ]
    names = [Column("Scenario"), Column("Ahead"), Column("Behind")]
    return Table(
        "Pairs of actors under other weightings",
        [*names, *_heads(found)],
        rows,
        notes=_pair_notes(found),
    )


def scenario_pairs_table(r: RobustnessContent) -> Table:
    """Every pair of scenarios of each actor, the same numbers."""
    found = r.scenario_pairs
    rows = [
        [r.actors[p.actor], r.scenario_titles[p.ahead], r.scenario_titles[p.behind], *_numbers(r, p, found)]
        for p in found
    ]
    names = [Column("Actor"), Column("Higher in"), Column("Than in")]
    return Table(
        "Each actor's scenarios under other weightings",
        [*names, *_heads(found)],
        rows,
        notes=_pair_notes(found),
    )


def _heads(found: Sequence[ComparedRecord]) -> list[Column]:
    heads = [Column("Gap", "right"), Column("Win share", "right")]
    heads += [Column(name, "right") for name, key in _OPTIONAL.items() if _has(found, key)]
    return [*heads, Column("Evidence share", "right"), Column("Flip", "right"), Column("Smallest change")]


_OPTIONAL = {"Around": "near_share", "Ranked": "ranked_share", "Within": "within_share"}


def _has(found: Sequence[ComparedRecord], key: str) -> bool:
    return any(getattr(part, key) is not None for pair in found for part in (pair, *(pair.at_bounds or ())))


def _numbers(r: RobustnessContent, pair: ComparedRecord, found: Sequence[ComparedRecord]) -> list[str | None]:
    keys = ["win_share", *(key for key in _OPTIONAL.values() if _has(found, key))]
    if pair.at_bounds is not None:
        ends = [[getattr(end, key) for end in pair.at_bounds] for key in keys]
        shares = [_share_span(low, high) for low, high in ends]
        evidence = _share_span(*(pair.evidence_share_bounds or (None, None)))
        return [None, *shares, evidence, None, "a factor is not coded"]
    shares = [percent(getattr(pair, key)) for key in keys]
    flip = None if pair.flip_l1 is None else number(50.0 * pair.flip_l1, 2)
    told = _change_words(r, pair)
    return [points(pair.gap), *shares, percent(pair.evidence_share), flip, told]


def _share_span(low: float | None, high: float | None) -> str:
    return percent(low) if percent(low) == percent(high) else f"{percent(low)} to {percent(high)}"


def _change_words(r: RobustnessContent, pair: ComparedRecord) -> str:
    if pair.flip is None:
        return "not computed" if pair.win_share_error else "none turns it"
    return (
        "; ".join(
            f"{number(move.points, 2)} from {r.factors[move.source].lower()} "
            f"to {r.factors[move.target].lower()}"
            for move in pair.flip
        )
        or "tied"
    )


def _pair_notes(found: Sequence[PairRecord] | Sequence[ScenarioPairRecord]) -> list[str]:
    notes = ["Flip: points of weight, of 100, that must move to reach a tie."]
    if any(pair.at_bounds is not None for pair in found):
        notes.append("a to b: with what is not coded at the ends that suit the first least, and best.")
    return notes


def stability_table(r: RobustnessContent, s: ScenarioRecord) -> Table:
    """Each weight with the interval within which the leader, and the whole ranking, stays."""
    rows = [
        [
            r.factors[name],
            percent(weight, 1),
            _interval(s.stability, name),
            _interval(s.ranking_stability, name),
        ]
        for name, weight in r.weights.items()
    ]
    columns = [Column("Factor"), Column("Weight", "right"), Column("Leader stays", "right")]
    return Table(
        f"Stability of the weights in “{s.title}”",
        [*columns, Column("Ranking stays", "right")],
        rows,
        notes=["One weight moves, the others are rescaled in proportion."],
    )


def _interval(intervals: dict[str, tuple[float, float]] | None, name: str) -> str | None:
    if intervals is None:
        return None
    low, high = intervals[name]
    return f"{percent(low, 1)} to {percent(high, 1)}"


def ranks_table(r: RobustnessContent, s: ScenarioRecord) -> Table:
    """Expected places, who can be first, acceptability and confidence."""
    rows = []
    for rank in s.ranks:
        expected = (
            number(rank.expected_rank, 3)
            if rank.expected_rank is not None
            else " to ".join(number(end, 3) for end in rank.expected_rank_bounds or ())
        )
        first = rank.rank_acceptability[0] if rank.rank_acceptability else None
        central = rank.central_weights or {}
        rows.append(
            [
                r.actors[rank.actor],
                expected,
                "yes" if rank.can_rank_first else "no",
                points(rank.first_margin),
                "yes" if rank.dominated else "no",
                percent(first),
                percent(rank.confidence),
                ", ".join(f"{r.factors[n].lower()} {percent(w)}" for n, w in central.items()) or None,
            ]
        )
    columns = [
        Column("Actor"),
        Column("Mean place", "right"),
        Column("Can be first", "right"),
        Column("Best lead", "right"),
        Column("Dominated", "right"),
        Column("First", "right"),
        Column("Confidence", "right"),
        Column("Central weights"),
    ]
    return Table(
        f"Places over all weightings in “{s.title}”",
        columns,
        rows,
        notes=[
            "First: share of sampled weightings in which it is first; central weights: their mean.",
            "Confidence: share of the evidence's draws in which it is first under its central weights.",
            *_known_note(r),
        ],
    )


def _known_note(r: RobustnessContent) -> list[str]:
    """What the extremes in a table of places are taken over, where that is not every weighting."""
    told = ["the rank order"] if r.settings.order else []
    told += ["the intervals"] if r.settings.intervals else []
    if not told:
        return []
    return [f"Can be first, best lead and dominated: over the weightings that {and_list(told)} leave."]


def evidence_table(r: RobustnessContent, s: ScenarioRecord) -> Table:
    """Scores with the 5 % and 95 % quantiles of the draws, beside the outer bounds."""
    rows = []
    for found in s.evidence:
        ends = (found.p05, found.p95) if found.p05 is not None else found.missing_bounds or (None, None)
        mark = "" if found.p05 is not None else " m"
        largest = found.variance[0] if found.variance else None
        rows.append(
            [
                r.actors[found.actor],
                points(found.score),
                span(*ends) + mark,
                span(found.low, found.high),
                f"{r.factors[largest.name]} {percent(largest.total)}" if largest else None,
            ]
        )
    names = ("Score", "p05–p95", "Low–high")
    columns = [Column("Actor"), *(Column(name, "right") for name in names), Column("Most of the variance")]
    notes = [
        "p05–p95: nine draws of ten lie within; low–high: outer bounds, every interval at its worst or best."
    ]
    if any(found.missing_bounds for found in s.evidence):
        notes.append(
            "m: a factor is not coded; the range runs over all that it leaves open and is no distribution."
        )
    return Table(f"Doubt in the evidence in “{s.title}”", columns, rows, notes=notes)


def assumptions_table(s: ScenarioRecord, most: int | None = MOST_ROWS) -> Table:
    """Readings that are no facts and turn an order alone, with the value at which, nearest first."""
    turning = [a for a in s.assumptions if a.turns_at is not None]
    rows = [
        [
            f"{a.label} ({a.actor_name})",
            a.basis,
            None if a.stated is None else amount_words(a.stated, a.unit),
            None if a.turns_at is None else amount_words(a.turns_at, a.unit),
            percent(a.distance),
            "yes" if a.inside else "no",
            ", ".join(a.evidence) or None,
        ]
        for a in turning[:most]
    ]
    heads = ["Reading", "Basis"], ["Stated", "Turns at", "Distance", "In interval"]
    columns = [*map(Column, heads[0]), *(Column(name, "right") for name in heads[1]), Column("Evidence")]
    notes = [
        "Distance: part of the scale from the stated value to the one that turns the order.",
        f"{len(s.assumptions) - len(turning)} further readings that are no facts turn no order alone.",
    ]
    if len(turning) > len(rows):
        notes.append(f"{len(turning) - len(rows)} more, farther off, are in the JSON form.")
    return Table(f"Key assumptions in “{s.title}”", columns, rows, notes=notes)


def time_table(r: RobustnessContent, s: ScenarioRecord) -> Table:
    """Scores on the as-of date, at the deadline, at each turn, and at the end."""
    path = s.over_time
    marks = {path.dates[0]: "as of", path.dates[-1]: "end"}
    if path.deadline in path.dates:
        marks[path.deadline] = "deadline"
    marks |= {turn.date: "order turns" for turn in path.turns if turn.date in path.dates}
    rows = []
    for date in sorted(marks):
        place = path.dates.index(date)
        cells: list[str | None] = [str(date), marks[date]]
        for actor in path.scores:
            cells += [
                points(path.scores[actor][place]),
                span(path.low[actor][place], path.high[actor][place]),
            ]
        rows.append(cells)
    columns = [Column("Date"), Column("")]
    for actor in path.scores:
        columns += [Column(r.actors[actor], "right"), Column("range", "right")]
    return Table(
        f"Scores over time in “{s.title}”",
        columns,
        rows,
        notes=["All evidence as it stands; a score moves by the passing of time alone."],
    )


def agreement_table(r: RobustnessContent) -> Table:
    """Pairs by weightings: who is ahead, by how much, and whether all agree."""
    ids = list(r.agreements[0].orders)
    rows = []
    for each in r.agreements:
        leads = {"ahead": r.actors[each.first], "behind": r.actors[each.second], "tied": "level"}
        cells: list[str | None] = [r.scenario_titles[each.scenario]]
        for name in ids:
            who = leads.get(each.orders[name], "undecided")
            gap = each.gaps[name]
            cells.append(who if gap is None else f"{who} {signed_points(abs(gap))}")
        rows.append([*cells, "yes" if each.agreed else "no"])
    return Table(
        "Who is ahead under each weighting",
        [Column("Scenario"), *map(Column, ids), Column("All agree", "right")],
        rows,
    )


def scenario_tables(r: RobustnessContent, s: ScenarioRecord) -> list[Table]:
    """The tables of one scenario, without those that would be empty."""
    tables = [stability_table(r, s)] if s.stability or s.ranking_stability else []
    tables += [ranks_table(r, s)] if s.ranks else []
    tables.append(evidence_table(r, s))
    tables += [assumptions_table(s)] if any(a.turns_at is not None for a in s.assumptions) else []
    return [*tables, time_table(r, s)]


def pair_rows(r: RobustnessContent) -> list[dict[str, object]]:
    """One flat record a pair of actors, for CSV; transfers as ``from>to points``."""
    rows: list[dict[str, object]] = []
    for pair in r.pairs:
        flat: dict[str, object] = {"case": r.case, "weighting": r.weighting, "scenario": pair.scenario}
        flat |= pair.model_dump(exclude={"scenario", "flip", "at_bounds"})
        flat["flip"] = [f"{move.source}>{move.target} {move.points!r}" for move in pair.flip or ()]
        for name, place in (("least", 0), ("most", 1)):
            flat[f"win_share_{name}"] = pair.at_bounds[place].win_share if pair.at_bounds else None
        rows.append(flat)
    return rows
