"""The terms of the two outcome models, and why each is there.

Main terms bend and move freely; the others stand for their family under ten times the penalty, so
that they count only where the data insist. A sign is set where theory names a direction.
"""

from __future__ import annotations

from collections.abc import Iterable

from leverage.lab.outcome.terms import Form, Scale, Term
from leverage.lab.panels.panel import Factor

MINOR = 0.1
"""Ease of the terms that are there for completeness: a tenth, so ten times the penalty."""


def _against(factor: str, scale: Scale = "plain", knots: int = 0, sign: int = 1, ease: float = 1.0) -> Term:
    return Term(factor, "against", scale, knots, sign, ease)


def _minor(factor: str, form: Form, scale: Scale = "plain", knots: int = 0, sign: int = 0) -> Term:
    return Term(factor, form, scale, knots, sign, MINOR)


DISPUTE_WHETHER: tuple[Term, ...] = (
    # After 1945 few disputes end in a win: norms against conquest, and rules of coding.
    Term("year", "row", knots=5, ease=5.0),
    # One side alone wants a change: it gets it or gives up. Both want one: deadlock.
    Term("seeks_territory", "count"),
    Term("seeks_government", "count"),
    Term("seeks_policy", "count"),
    Term("revisionist", "count"),
    # Unequal powers settle: one major power, or a wide gap in industry and cities.
    Term("major", "count"),
    Term("pec_share", "gap", "log", 3),
    Term("upop_share", "gap", "log", 3),
    Term("development", "both", knots=3),
    Term("polity2", "both", knots=3),
    Term("fronts", "both", "log1p", 1),
    _minor("contiguity", "row", knots=1),
    _minor("distance", "row", "log1p"),
    _minor("rival", "row"),
    _minor("tenure", "both", "log1p", 2),
    _minor("trend", "both"),
    _minor("allies", "both", "log"),
    _minor("shared_allies", "row", "log1p"),
    _minor("pair_decided", "row", "log1p"),
    _minor("pair_stalemates", "row", "log1p"),
)
"""Whether anyone prevails: the same when the two sides are swapped."""

DISPUTE_WHO: tuple[Term, ...] = (
    _against("milex_share", "log", 2),
    _against("pec_share", "log", 2),
    # Whoever seeks territory does not hold it: the holder's fallback is to keep it.
    _against("seeks_territory", sign=-1),
    _against("started", "log1p"),
    # Democracies win the fights they choose (Reiter & Stam 2002).
    _against("polity2"),
    _against("allies", "log", ease=MINOR),
    _against("tenure", "log1p", ease=MINOR),
    _against("fronts", "log1p", sign=-1, ease=MINOR),
    _against("success", ease=MINOR),
    # The one term for having started it, a level and a slope: whoever acts first has picked the time and the
    # place, but in a pair that meets again and again the first act says little.
    Term("pair_disputes", "started", "log1p", sign=-1),
)
"""Who prevails if anyone does: changes sign when the two sides are swapped."""


def _row(factor: str, knots: int = 0, sign: int = 0, ease: float = 1.0) -> Term:
    return Term(factor, "row", "plain", knots, sign, ease)


CRISIS_TERMS: tuple[Term, ...] = (
    # Own strength against the source of the threat, and that of the threat itself.
    _row("capability", sign=1),
    _row("adversary", 4, -1),
    _row("powdis", 4, 1),
    _row("spending", sign=1, ease=MINOR),
    _row("energy", sign=1, ease=MINOR),
    _row("nuclear", sign=1, ease=MINOR),
    # Who has won before, and against whom.
    _row("record", 5),
    _row("adversary_record", 4, -1),
    # Under a grave threat there is more to lose, and a defeat is likelier.
    _row("gravty", sign=-1),
    _row("grave_threat", sign=-1),
    _row("trgresra", ease=MINOR),
    # Who is hit on its own ground has not chosen the ground.
    _row("trigger_elsewhere", sign=1),
    # A government that stands, and can carry its country.
    _row("military_regime", sign=-1),
    _row("gvinst_worse", sign=-1),
    _row("massvl_worse", sign=-1, ease=MINOR),
    _row("socunr_worse", sign=-1, ease=MINOR),
    _row("durreg", sign=1, ease=MINOR),
    _row("democracy", 5),
    _row("adversary_democracy", 5),
    _row("allycap", 4),
    _row("allies", sign=1, ease=MINOR),
    _row("territ_1", ease=MINOR),
    _row("territ_3", ease=MINOR),
    _row("issue_military", sign=-1, ease=MINOR),
    _row("year", 5),
    _row("asia"),
    _row("europe", ease=MINOR),
    _row("africa", ease=MINOR),
    _row("americas", ease=MINOR),
)
"""Whether an actor prevails in a crisis, against being defeated."""


_SHARES = ("cinc", "cinc_before", "allies")
_COUNTS = (
    "fronts", "tenure", "ally_count", "started", "targeted", "pair_won", "distance", "shared_allies",
    "pair_disputes", "peace_years", "pair_decided", "pair_stalemates", "rival_years",
)  # fmt: skip


def every_dispute_term(factors: Iterable[Factor]) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """Every factor in every form that fits it, none chosen: what choosing the terms may have flattered.

    Parameters
    ----------
    factors : iterable of Factor
        A dispute panel's.

    Returns
    -------
    whether, who : tuple of Term
        In `whether` f(a) + f(b) and f of their distance for what each side has, f(x) for what the pair
        has; in `who` f(a) - f(b), and the one term for having started it.
    """
    whether, who = [], []
    for factor in factors:
        name, scale = factor.name, _scale(factor.name)
        if factor.sided:
            whether += [Term(name, "both", scale, 1), Term(name, "gap", scale, 1)]
            who.append(Term(name, "against", scale, 1))
        else:
            whether.append(DISPUTE_WHETHER[0] if name == "year" else Term(name, "row", scale, 1))
    return tuple(whether), (*who, *(term for term in DISPUTE_WHO if term.form == "started"))


def _scale(name: str) -> Scale:
    if name in _SHARES or name.endswith("_share"):
        return "log"
    return "log1p" if name in _COUNTS else "plain"
