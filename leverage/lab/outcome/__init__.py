"""The outcome model: calibrated probabilities of who prevails, as a sum of value functions."""

from leverage.lab.outcome.logit import AdditiveLogit
from leverage.lab.outcome.model import OutcomeModel, OutcomeTerms, PrevailModel, swapped
from leverage.lab.outcome.specs import CRISIS_TERMS, DISPUTE_WHETHER, DISPUTE_WHO, every_dispute_term
from leverage.lab.outcome.terms import Basis, Term

__all__ = [
    "CRISIS_TERMS",
    "DISPUTE_WHETHER",
    "DISPUTE_WHO",
    "AdditiveLogit",
    "Basis",
    "OutcomeModel",
    "OutcomeTerms",
    "PrevailModel",
    "Term",
    "every_dispute_term",
    "swapped",
]
