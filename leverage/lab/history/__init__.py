"""What history says of a case: probabilities from past disputes, apart from the model of readings."""

from leverage.lab.history.answer import answer, fit_disputes
from leverage.lab.history.document import HistoryDocument
from leverage.lab.history.question import Question, ask
from leverage.lab.history.words import BANDS, Band, likelihood_words

__all__ = [
    "BANDS",
    "Band",
    "HistoryDocument",
    "Question",
    "answer",
    "ask",
    "fit_disputes",
    "likelihood_words",
]
