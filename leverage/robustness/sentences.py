"""Plain English from the numbers of a robustness result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from leverage.explain.views import amount_words
from leverage.faults import and_list
from leverage.render import number, percent, points, span
from leverage.robustness.content import (
    AssumptionRecord,
    ComparedRecord,
    OutlookRecord,
    PairRecord,
    RankRecord,
    RobustnessContent,
    ScenarioRecord,
    TransferRecord,
)

# Indicators in sentences; the JSON lists them all.
WATCHED = 6
# Pieces of evidence that a sentence on the doubt names.
DOUBTS = 3
_ALL = (0.0, 1.0)
_ROUNDING = 1e-9
_ORDERS = {"ahead": "ahead of", "behind": "behind", "tied": "level with", "undecided": "undecided against"}


def scenario_sentences(r: RobustnessContent, s: ScenarioRecord) -> list[str]:
    """What a reader should know of a scenario, most important first."""
    told: list[str] = []
    for pair in r.pairs:
        if pair.scenario == s.scenario:
            told += pair_sentences(r, pair, gaps_words(r, s))
    told += _stability_sentences(r, s)
    told += [_rank_sentence(r, rank) for rank in s.ranks if len(s.ranks) > 2]
    told += _doubt_sentences(r, s)
    told += _time_sentences(r, s)
    return told


def gaps_words(r: RobustnessContent, s: ScenarioRecord) -> str:
    """What is not coded in a scenario: ``ally backing and domestic support of Russia``; empty for nothing."""
    told = []
    for actor, factors in s.points.items():
        missing = [r.factors[name].lower() for name, (low, high) in factors.items() if low != high]
        if missing:
            told.append(f"{and_list(missing)} of {r.actors[actor]}")
    return "; ".join(told)


def pair_sentences(r: RobustnessContent, pair: PairRecord, gaps: str = "a factor") -> Iterator[str]:
    """How a pair of actors stands under other weightings, and over the doubt in the evidence."""
    ahead, behind = r.actors[pair.ahead], r.actors[pair.behind]
    if pair.at_bounds is not None:
        yield from _open_sentences(r, pair, gaps)
    elif pair.tied_share == 1.0:
        yield f"{ahead} and {behind} are level on every factor, so no weighting parts them."
    else:
        yield _win_sentence(ahead, behind, pair)
        yield _flip_sentence(r, behind, pair)
        yield from _further_shares(ahead, pair)
    if pair.evidence_share is not None:
        yield (
            f"In {percent(pair.evidence_share)} of the draws of the evidence {ahead} is ahead of {behind}; "
            "that is a share of what the intervals allow, no probability."
        )


def _win_sentence(ahead: str, behind: str, pair: ComparedRecord) -> str:
    share = pair.win_share or 0.0
    hedge = "" if not pair.win_share_error else f" (sampled, ±{_error(pair.win_share_error)})"
    if pair.order == "tied":
        return (
            f"{ahead} and {behind} are level under the stated weights; {ahead} is ahead under "
            f"{percent(share)} of all weightings{hedge}."
        )
    if share >= 1.0 - _ROUNDING:
        return f"{ahead} stays ahead of {behind} under all weightings{hedge}."
    return f"{ahead} stays ahead of {behind} under {percent(share)} of all weightings{hedge}."


def _flip_sentence(r: RobustnessContent, behind: str, pair: ComparedRecord | OutlookRecord) -> str:
    if pair.flip is None:
        if pair.win_share_error:
            return "The smallest change of weights is not given, since missing factors spread theirs."
        return f"No change of weights puts {behind} ahead: on no factor is it the stronger."
    if not pair.flip:
        return "Any change of weights decides the order."
    return f"The lead turns if more than {transfer_words(r, pair.flip)}."


def transfer_words(r: RobustnessContent, moves: list[TransferRecord]) -> str:
    """Transfers of weight in words: ``6 points of weight move from territory held to ally backing``."""
    told = [
        f"{number(move.points, 2)} point{'' if _one(move.points) else 's'} from "
        f"{r.factors[move.source].lower()} to {r.factors[move.target].lower()}"
        for move in moves
    ]
    first, *rest = moves
    lead = f"{number(first.points, 2)} point{'' if _one(first.points) else 's'} of weight "
    lead += "moves" if _one(first.points) and not rest else "move"
    lead += f" from {r.factors[first.source].lower()} to {r.factors[first.target].lower()}"
    return " and ".join([lead, *told[1:]])


def _one(amount: float) -> bool:
    return number(amount, 2) == "1"


def _further_shares(ahead: str, pair: ComparedRecord) -> Iterator[str]:
    parts = []
    if pair.near_share is not None:
        parts.append(f"{percent(pair.near_share)} of those around the stated weights")
    if pair.ranked_share is not None:
        parts.append(f"{percent(pair.ranked_share)} of those that keep to the rank order")
    if pair.within_share is not None:
        error = f"±{_error(pair.within_share_error or 0.0)}"
        parts.append(f"{percent(pair.within_share)} of those within the intervals (sampled, {error})")
    if parts:
        yield f"{ahead} is ahead under {and_list(parts)}."


def _open_sentences(r: RobustnessContent, pair: ComparedRecord, gaps: str) -> Iterator[str]:
    ahead, behind = r.actors[pair.ahead], r.actors[pair.behind]
    least, most = pair.at_bounds or []
    low, high = (0.0 if end.win_share is None else end.win_share for end in (least, most))
    standing = "is ahead of" if pair.order == "ahead" else "is undecided against"
    between = f"between {percent(low)} and {percent(high)}" if percent(low) != percent(high) else percent(low)
    yield (
        f"{ahead} {standing} {behind} and leads under {between} of all weightings, depending on what is not "
        f"coded ({gaps})."
    )
    if pair.order == "ahead":
        yield f"With it at its worst for {ahead}: {_lower(_flip_sentence(r, behind, least))}"
    if pair.evidence_share_bounds is not None:
        sure, may = pair.evidence_share_bounds
        yield (
            f"In {percent(sure)} of the draws of the evidence {ahead} is ahead for sure, and in "
            f"{percent(may)} it may be; the missing factor itself is not drawn."
        )


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _stability_sentences(r: RobustnessContent, s: ScenarioRecord) -> Iterator[str]:
    if s.leader is None or s.stability is None:
        return
    bound = {name: ends for name, ends in s.stability.items() if ends != _ALL}
    free = [r.factors[name].lower() for name, ends in s.stability.items() if ends == _ALL]
    leader = r.actors[s.leader]
    if bound:
        told = [
            f"{r.factors[name].lower()} from {percent(low)} to {percent(high)} "
            f"(stated {percent(r.weights[name])})"
            for name, (low, high) in bound.items()
        ]
        yield (
            f"{leader} stays first while one weight alone lies within: {and_list(told)}; the others are "
            "rescaled in proportion."
        )
    if free:
        verb = "may take any value" if len(free) == 1 else "may each take any value alone"
        yield f"The weight of {and_list(free)} {verb} without another leader."


def _rank_sentence(r: RobustnessContent, rank: RankRecord) -> str:
    name = r.actors[rank.actor]
    if rank.expected_rank is not None:
        place = f"{name} takes place {number(rank.expected_rank, 3)} on average over all weightings"
    else:
        best, worst = rank.expected_rank_bounds or (1.0, 1.0)
        place = f"{name} takes place {number(best, 3)} to {number(worst, 3)} on average, as far as coded"
    first = "can rank first" if rank.can_rank_first else "cannot rank first under any weighting"
    return f"{place}, and {first}."


def _doubt_sentences(r: RobustnessContent, s: ScenarioRecord) -> Iterator[str]:
    labels = {swing.evidence: f"{swing.label} ({r.actors[swing.actor]})" for swing in s.swings}
    largest = [share for share in s.gap_variance if share.name in labels][:DOUBTS]
    if largest and s.first_two:
        told = [f"{labels[share.name]} {percent(min(1.0, max(0.0, share.total)))}" for share in largest]
        first, second = (r.actors[actor] for actor in s.first_two)
        gap = f"the gap between {first} and {second}"
        yield f"Of the doubt in {gap} most comes from {and_list(told)} (sampled)."


def _time_sentences(r: RobustnessContent, s: ScenarioRecord) -> Iterator[str]:
    path = s.over_time
    end = f"up to {day(path.dates[-1])}"
    if not path.turns:
        yield f"With no new evidence the order does not turn {end}."
    for turn in path.turns:
        yield (
            f"With no new evidence {r.actors[turn.first]} is {_ORDERS[turn.after]} {r.actors[turn.second]} "
            f"from {day(turn.date)} on; the day before it is {_ORDERS[turn.before]} it."
        )


def indicators(r: RobustnessContent, s: ScenarioRecord, most: int = WATCHED) -> list[str]:
    """What to watch: the nearest values of readings that are no facts at which the order turns."""
    return [_indicator(r, each) for each in s.assumptions if each.turns_at is not None][:most]


def _indicator(r: RobustnessContent, a: AssumptionRecord) -> str:
    first, second = r.actors[a.first], r.actors[a.second]
    at = amount_words(a.turns_at or 0.0, a.unit)
    label = f"{a.label[:1].upper()}{a.label[1:]} ({a.actor_name})"
    order = f"{first} is {_ORDERS[a.becomes or 'undecided']} {second}"
    if a.stated is None:
        return f"{label}, not coded: whether it lies above or below {at}; above, {order}."
    stated = amount_words(a.stated, a.unit)
    verb = "a rise" if (a.turns_at or 0.0) >= a.stated else "a fall"
    inside = ", which its interval already allows" if a.inside else ""
    return f"{label}, {basis_words(a)}, now {stated}: {verb} past {at}{inside}; then {order}."


def basis_words(a: AssumptionRecord) -> str:
    """What a reading rests on: ``assumed by …``, ``judged by …``."""
    if a.basis == "missing":
        return "not coded"
    if a.basis == "default":
        return "the codebook's default"
    return f"{'assumed' if a.basis == 'assumption' else 'judged'} by {and_list(a.by)}"


def agreement_sentences(r: RobustnessContent) -> list[str]:
    """Where several weightings agree, and where not."""
    if not r.agreements:
        return []
    count = len(r.agreements[0].orders)
    agreed = [each for each in r.agreements if each.agreed]
    told = [
        f"The {count} weightings agree on {len(agreed)} of {len(r.agreements)} orders of two actors in a "
        "scenario."
    ]
    for each in r.agreements:
        if not each.agreed:
            by: dict[str, list[str]] = {}
            for name, order in each.orders.items():
                by.setdefault(order, []).append(name)
            first, second = r.actors[each.first], r.actors[each.second]
            parts = [f"{_ORDERS[order]} {second} by {and_list(names)}" for order, names in by.items()]
            told.append(f"In “{r.scenario_titles[each.scenario]}” {first} is {and_list(parts)}.")
    return told


def settings_sentences(r: RobustnessContent) -> list[str]:
    """What the numbers rest on."""
    s = r.settings
    told = [
        "A win share is the share of all weightings of the factors under which an actor is ahead, computed "
        "exactly unless it says sampled; it is no probability.",
        f"Evidence: {s.draws} draws, intervals as {_SHAPES[s.distribution]}, seed {s.seed}; places and "
        f"central weights: {s.samples} weightings.",
    ]
    if s.widening:
        steps = ", ".join(f"{letter} × {factor:g}" for letter, factor in s.widening.items())
        told.append(f"Grades of sources widen intervals: {steps}.")
    if s.concentration:
        told.append(f"Around the stated weights: Dirichlet, concentration {s.concentration:g}.")
    if s.order:
        told.append(f"Rank order: {' ≥ '.join(' = '.join(_titles(r, place)) for place in s.order)}.")
    if s.intervals:
        ends = ", ".join(
            f"{r.factors[name].lower()} {span(100 * low, 100 * high, 0)} %"
            for name, (low, high) in s.intervals.items()
        )
        told.append(f"Intervals of weights: {ends}.")
    told.append(f"Missing factors: {r.policy}. Weights “{r.weights_title}”.")
    return told + ([r.weights_warning] if r.weights_warning else [])


_SHAPES = {"triangular": "triangular distributions", "pert": "beta distributions by PERT"}


def _titles(r: RobustnessContent, names: list[str]) -> list[str]:
    return [r.factors[name].lower() for name in names]


def _error(error: float) -> str:
    """A standard error as percentage points."""
    return f"{points(100 * error, 1)} points"


def day(date: dt.date) -> str:
    """A day in words: ``20 January 2025``."""
    return f"{date:%-d %B %Y}"
