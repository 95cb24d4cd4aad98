"""Plain English from the numbers of an explanation or a contrast; every sentence names its evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from leverage.explain.content import Crossing, ExplanationContent, Flip, ReadingView, Term
from leverage.explain.contrast import ChangeTerm, Contrast, EndChange
from leverage.explain.views import amount_words
from leverage.faults import and_list, name_list
from leverage.model import SCALE
from leverage.render import percent, points, signed_points, span

SMALL = 0.05
TOLD = 4
SHOWN = 8
_POLICY = {
    "bounds": "a missing factor spans all that its inputs leave open",
    "renormalise": "the weight of missing factors is spread over the coded ones",
    "assume": "missing readings are replaced by the case's stated assumptions",
}
_ORDER_WORDS = {
    "ahead": "ahead of {}",
    "behind": "behind {}",
    "tied": "level with {}",
    "undecided": "undecided against {}",
}
_PART_WORDS = {
    "evidence": "new evidence",
    "time": "the passing of time (ageing, deadline)",
    "coverage": "what is coded or missing",
    "weights": "other weights",
}


@dataclass(frozen=True)
class Narrative:
    """An explanation in sentences.

    Attributes
    ----------
    summary : tuple of str
        The score, its range, coverage and policy, and how it stands to the baseline.
    lifts, lowers : tuple of (Term, str)
        What raises the score and what holds it down against the baseline, strongest first.
    level : tuple of (Term, str)
        Terms that make no difference to the baseline.
    unknown : tuple of (Term, str)
        Terms that are not coded, here or in the baseline.
    changes : tuple of str
        Where one reading alone would change the order.
    cautions : tuple of str
        Links that the case states and the model leaves out.
    """

    summary: tuple[str, ...]
    lifts: tuple[tuple[Term, str], ...]
    lowers: tuple[tuple[Term, str], ...]
    level: tuple[tuple[Term, str], ...]
    unknown: tuple[tuple[Term, str], ...]
    changes: tuple[str, ...]
    cautions: tuple[str, ...]


def narrate(explanation: ExplanationContent) -> Narrative:
    """The sentences of an explanation."""
    terms = sorted(explanation.terms, key=lambda t: (-abs(t.points or 0.0), t.leaf))
    unknown = [t for t in terms if _is_unknown(t)]
    counted = [t for t in terms if t not in unknown]
    if explanation.baseline.kind == "scale-bottom":
        lifts = [t for t in counted if (t.value or 0.0) >= 0.5]
        lowers = sorted((t for t in counted if t not in lifts), key=lambda t: (-_short_of(t), t.leaf))
    else:
        lifts = [t for t in counted if (t.points or 0.0) > SMALL]
        lowers = [t for t in counted if (t.points or 0.0) < -SMALL]
    level = [t for t in counted if t not in (*lifts, *lowers)]
    return Narrative(
        summary=tuple(_summary(explanation)),
        lifts=tuple((t, _term_sentence(explanation, t)) for t in lifts),
        lowers=tuple((t, _term_sentence(explanation, t)) for t in lowers),
        level=tuple((t, _term_sentence(explanation, t)) for t in level),
        unknown=tuple((t, _unknown_sentence(explanation, t)) for t in unknown),
        changes=tuple(_flip_sentences(explanation)),
        cautions=tuple(_cautions(explanation)),
    )


def _is_unknown(term: Term) -> bool:
    """Whether a term is not coded, here or in the baseline, so that its points compare nothing."""
    gap_in_baseline = term.baseline_value is None and term.weight > 0
    return term.points is None or term.status == "missing" or gap_in_baseline


def _summary(e: ExplanationContent) -> Iterable[str]:
    when = f"as of {_day(e.as_of)}"
    if e.deadline is None:
        when += ", without a deadline"
    else:
        left = (e.deadline - e.as_of).days
        place = f"{_count(abs(left), 'day')} {'before' if left > 0 else 'past'}" if left else "on the day of"
        when += f", {place} the deadline of {_day(e.deadline)}"
    where = f"in “{e.scenario_title}”"
    if e.score is None:
        titles = and_list(f.title.lower() for f in e.factors if f.missing)
        verb = "is" if len(e.missing) == 1 else "are"
        between = f"it lies between {points(e.low)} and {points(e.high)} of 100"
        wholly = "wholly " if any(_coded(t) for t in e.terms if t.status == "missing") else ""
        because = f"because {titles} {verb} not {wholly}coded ({when})"
        yield f"{e.actor_name} has no single score {where}: {between}, {because}."
    else:
        yield (
            f"{e.actor_name} scores {points(e.score)} of 100 {where} ({when}); "
            f"the intervals of the evidence leave {span(e.low, e.high)} open."
        )
    yield _coverage_sentence(e)
    standing = _standing(e)
    if standing:
        yield standing


def _coverage_sentence(e: ExplanationContent) -> str:
    evidence = f"{percent(e.coverage)} of the weight rests on evidence"
    if e.judged > 0:
        evidence += f", and {percent(e.judged / e.coverage)} of that on judgements"
    parts = [evidence]
    if e.assumed > 0:
        parts.append(f"{percent(e.assumed)} rests on assumptions")
    missing = 1.0 - e.coverage - e.assumed
    if missing > 1e-9:
        parts.append(f"{percent(missing)} is not coded, and {_POLICY[e.policy]}")
    return _sentence("; ".join(parts))


def _standing(e: ExplanationContent) -> str | None:
    base = e.baseline
    if base.kind == "scale-bottom":
        return None
    if e.score is not None and base.score is not None:
        gap = e.score - base.score
        if abs(gap) < SMALL:
            return f"That is level with {base.label}."
        side = "above" if gap > 0 else "below"
        # Two scenarios of one actor share most of their evidence: overlapping ranges say nothing there.
        overlap = base.kind != "scenario" and e.low <= base.high and base.low <= e.high
        hedge = "; their ranges overlap, so the evidence does not settle the order" if overlap else ""
        if base.kind == "actor" and not overlap:
            hedge = "; their ranges do not overlap"
        if e.policy == "renormalise" and any(_is_unknown(term) for term in e.terms):
            hedge = "; what is not coded is left out of both scores and ranges"
        return f"That is {points(abs(gap))} points {side} {base.label} ({points(base.score)}){hedge}."
    ranges = f"{span(e.low, e.high)} against {span(base.low, base.high)}"
    if e.low > base.high:
        return f"It is ahead of {base.label} whatever the missing factors are ({ranges})."
    if e.high < base.low:
        return f"It is behind {base.label} whatever the missing factors are ({ranges})."
    return f"Its order with {base.label} is undecided while factors are missing ({ranges})."


def _term_sentence(e: ExplanationContent, term: Term) -> str:
    value, weight = points(term.value, 2), percent(term.weight)
    if e.baseline.kind == "scale-bottom":
        full = SCALE * term.weight
        amount = f"{term.title} brings {points(term.points)} of {points(full)} points"
        sums = f"weight {weight} × value {value}"
    else:
        change = term.points or 0.0
        verb = "lifts it by" if change > 0 else "lowers it by"
        amount = f"{term.title} {verb} {points(abs(change))} points"
        if abs(change) <= SMALL:
            amount = f"{term.title} makes no difference"
        sums = f"weight {weight}, value {value} against {points(term.baseline_value, 2)}"
        if _weights_differ(term):  # then values alone do not tell the sign
            own, other = points(SCALE * term.weight * (term.value or 0.0)), points(term.baseline_points)
            sums = f"weight {weight} × value {value}, {own} points against {other} under another weight"
    assumed = ", assumed" if term.status == "assumed" else ""
    return f"{amount} ({sums}{assumed}): {_readings(term)}."


def _unknown_sentence(e: ExplanationContent, term: Term) -> str:
    if term.status != "missing":
        own = points(SCALE * term.weight * (term.value or 0.0))
        not_there = f"is not coded for {e.baseline.label}"
        return f"{term.title} counts {own} points here, but {not_there}: {_readings(term)}."
    gaps = [r.label for r in term.readings if r.origin == "missing"]
    what = name_list(gaps, 8) if gaps else "there is no deadline"
    partly = "not wholly coded" if _coded(term) else "not coded"
    if e.policy == "renormalise" and term.weight == 0:
        against = f", while {e.baseline.label} has {points(term.baseline_points)} points from it"
        told = against if (term.baseline_points or 0.0) >= SMALL else ""
        return f"{term.title} is {partly} ({what}); its weight is spread over the other factors{told}."
    range_ = span(SCALE * term.weight * term.value_low, SCALE * term.weight * term.value_high)
    return f"{term.title} is {partly} ({what}): it may bring {range_} points."


def _weights_differ(term: Term) -> bool:
    same = SCALE * term.weight * (term.baseline_value or 0.0)
    return abs(same - (term.baseline_points or 0.0)) >= SMALL


def told_readings(term: Term) -> list[ReadingView]:
    """The readings that a term's sentence tells: coded ones, the actor's own first, at most four."""
    return _coded(term)[:TOLD]


def _coded(term: Term) -> list[ReadingView]:
    return [reading for reading in term.readings if reading.origin in ("evidence", "assumed")]


def _readings(term: Term) -> str:
    told = ", ".join(reading_words(reading) for reading in told_readings(term))
    more = len(_coded(term)) - TOLD
    return told + (f" and {_count(more, 'more reading')}" if more > 0 else "")


def reading_words(reading: ReadingView) -> str:
    """A reading with its number, unit and evidence: ``strength 60 % [ua-strength]``."""
    if reading.value is None:
        return f"{reading.label} not coded"
    amount = f"{reading.label} {amount_words(reading.value, reading.unit)}"
    if reading.origin == "default":
        return f"{amount} [not stated: codebook default]"
    if reading.origin == "assumed":
        return f"{amount} [assumed]"
    return f"{amount} [{', '.join(evidence.id for evidence in reading.evidence)}]"


def _flip_sentences(e: ExplanationContent) -> Iterable[str]:
    crossings = [(flip, crossing) for flip in e.flips for crossing in flip.crossings]
    for flip, crossing in crossings[:SHOWN]:
        yield _flip_sentence(e, flip, crossing)
    if len(crossings) > SHOWN:
        more = _count(len(crossings) - SHOWN, "more crossing")
        yield f"There are {more} farther off; the JSON form lists them all."
    for rival in dict.fromkeys(flip.rival_name for flip in e.flips):
        of_rival = [flip for flip in e.flips if flip.rival_name == rival]
        fixed = [flip for flip in of_rival if not flip.crossings]
        if fixed:
            order = _ORDER_WORDS[fixed[0].order].format(rival)
            tried = "each was" if len(fixed) > 1 else "it was"
            which = "any one reading" if len(fixed) == len(of_rival) else "any other one reading"
            yield (
                f"{e.actor_name} stays {order} whatever {which} is ({_count(len(fixed), 'reading')}; "
                f"{tried} tried over its whole scale)."
            )


def _flip_sentence(e: ExplanationContent, flip: Flip, crossing: Crossing) -> str:
    words = {order: told.format(flip.rival_name) for order, told in _ORDER_WORDS.items()}
    at = amount_words(crossing.at, flip.unit, 4)
    reading = f"{flip.label} ({flip.actor_name})"
    if flip.stated is None:
        below, above = words[crossing.below], words[crossing.above]
        return f"Were {reading}, not coded, known: {e.actor_name} is {below} up to {at}, {above} from there."
    rises = flip.stated <= crossing.at
    becomes = words[crossing.above if rises else crossing.below]
    verb, stated = "rises" if rises else "falls", amount_words(flip.stated, flip.unit, 4)
    stated += " (not stated: codebook default)" if flip.origin == "default" else ""
    return f"{e.actor_name} comes out {becomes} if {reading} {verb} from {stated} past {at}."


def _cautions(e: ExplanationContent) -> Iterable[str]:
    for link in e.links:
        yield f"{_sentence(link)} The model adds factors up and does not compute this link."
    if e.weights_warning:
        yield f"The weights were learned. {e.weights_warning}"


def narrate_contrast(contrast: Contrast) -> list[tuple[str, list[str]]]:
    """For each end of a contrast (the score, or its bounds) a sentence, and one a term that moved it."""
    return [
        (
            _end_sentence(contrast, end),
            [_term_change(term) for term in _largest(end)],
        )
        for end in contrast.ends
    ]


def contrast_summary(contrast: Contrast) -> str:
    """The sentences on the ends alone."""
    return " ".join(sentence for sentence, _ in narrate_contrast(contrast))


def _end_sentence(contrast: Contrast, end: EndChange) -> str:
    what = {"score": "score", "low": "lowest score", "high": "highest score"}[end.end]
    whose = contrast.actor_name + ("'" if contrast.actor_name.endswith("s") else "'s")
    old, new = f"“{contrast.old.label}”", f"“{contrast.new.label}”"
    if abs(end.change) < SMALL:
        return f"{whose} {what} stays at {points(end.new)} from {old} to {new}."
    verb = "rises" if end.change > 0 else "falls"
    moved = f"from {points(end.old)} ({old}) to {points(end.new)} ({new})"
    return f"{whose} {what} {verb} by {points(abs(end.change))} points, {moved}: {_parts(end)}."


def _term_change(term: ChangeTerm) -> str:
    return f"{term.title} {signed_points(term.change)}: {_parts(term)}."


def _parts(split: EndChange | ChangeTerm) -> str:
    amounts = {words: getattr(split, name) for name, words in _PART_WORDS.items()}
    told = [f"{signed_points(a)} from {words}" for words, a in amounts.items() if abs(a) >= SMALL]
    return ", ".join(told) or "no part reaches a tenth of a point"


def _largest(end: EndChange) -> list[ChangeTerm]:
    return sorted((t for t in end.terms if abs(t.change) >= SMALL), key=lambda t: (-abs(t.change), t.leaf))


def _short_of(term: Term) -> float:
    return SCALE * term.weight * (1.0 - (term.value or 0.0))


def _sentence(text: str) -> str:
    text = text.strip()
    return (text[:1].upper() + text[1:]).rstrip(".") + "."


def _count(amount: int, what: str) -> str:
    return f"{amount} {what}" + ("" if amount == 1 else "s")


def _day(date: object) -> str:
    return f"{date:%-d %B %Y}"
