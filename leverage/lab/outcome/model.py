"""Estimators of the outcome: who prevails in a dispute, and whether an actor prevails in a crisis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from leverage.faults import call_error
from leverage.lab.outcome.logit import AdditiveLogit, expit
from leverage.lab.outcome.specs import CRISIS_TERMS, DISPUTE_WHETHER, DISPUTE_WHO
from leverage.lab.outcome.terms import ANTISYMMETRIC, SYMMETRIC, Term, check_columns
from leverage.lab.panels.panel import A_PREVAILS, B_PREVAILS, STALEMATE

Array = NDArray[np.float64]
FORMAT, PREVAIL_FORMAT = "leverage/outcome-model/1", "leverage/prevail-model/1"


@dataclass(frozen=True)
class OutcomeTerms:
    """The terms behind the probabilities of some rows; each table's rows sum to its log-odds.

    Attributes
    ----------
    whether : DataFrame of shape (rows, terms + 1)
        Parts of the log-odds that anyone prevails.
    who : DataFrame of shape (rows, terms + 1)
        Parts of the log-odds that A prevails, if anyone does. ``initiative`` is what it is worth to
        have started it, the one term that does not change its sign with the actors.
    """

    whether: pd.DataFrame
    who: pd.DataFrame


class OutcomeModel(ClassifierMixin, BaseEstimator):
    """A prevails, stalemate or B prevails: two additive logits, one within the other.

    Whether anyone prevails is symmetric in the two actors; who prevails, if anyone does, is
    antisymmetric apart from what it is worth to have started it. So swapping the actors' columns
    and the sign of ``initiator`` swaps their probabilities exactly.

    Parameters
    ----------
    whether, who : sequence of Term
        Symmetric forms in `whether`, antisymmetric ones in `who`.
    ridge_whether, ridge_who : float, above 0
        Penalty on the mean slope of each value function, in log-odds per standard deviation.
    bend : float, above 0
        Penalty on changes of slope, as a multiple of the ridge.

    Attributes
    ----------
    whether_, who_ : AdditiveLogit
    classes_ : ndarray
        0 A prevails, 1 stalemate, 2 B prevails.
    """

    def __init__(
        self,
        whether: Sequence[Term] = DISPUTE_WHETHER,
        who: Sequence[Term] = DISPUTE_WHO,
        *,
        ridge_whether: float = 2.0,
        ridge_who: float = 15.0,
        bend: float = 1.5,
    ) -> None:
        self.whether = whether
        self.who = who
        self.ridge_whether = ridge_whether
        self.ridge_who = ridge_who
        self.bend = bend

    def fit(self, X: pd.DataFrame, y: ArrayLike) -> Self:
        """Fit both parts.

        Parameters
        ----------
        X : DataFrame
            A panel's columns.
        y : array-like of int
            0 A prevails, 1 stalemate, 2 B prevails.

        Raises
        ------
        InputError
            Columns or penalties that are wrong; a form in the wrong part; an outcome other than 0,
            1, 2; no stalemate, or not a win for each side.
        """
        outcome = self._checked(X, y)
        decided = outcome != STALEMATE
        self.classes_ = np.array([A_PREVAILS, STALEMATE, B_PREVAILS])
        bends = [self.bend * ridge for ridge in (self.ridge_whether, self.ridge_who)]
        self.whether_ = AdditiveLogit.fit(
            X, decided.astype(float), self.whether, self.ridge_whether, bends[0]
        )
        won = (outcome[decided] == A_PREVAILS).astype(float)
        self.who_ = AdditiveLogit.fit(X[decided], won, self.who, self.ridge_who, bends[1], antisymmetric=True)
        return self

    def _checked(self, X: pd.DataFrame, y: ArrayLike) -> NDArray[np.int64]:
        check_columns(X, [*self.whether, *self.who])
        for terms, forms, part in ((self.whether, SYMMETRIC, "whether"), (self.who, ANTISYMMETRIC, "who")):
            wrong = [term.name for term in terms if term.form not in forms]
            if wrong:
                raise call_error(f"{wrong[0]} cannot stand in `{part}`", f"its forms are: {', '.join(forms)}")
        for name in ("ridge_whether", "ridge_who", "bend"):
            if not getattr(self, name) > 0:
                raise call_error(f"`{name}` is {getattr(self, name)!r}", "give a number above 0")
        outcome = np.asarray(y)
        if outcome.shape != (len(X),) or not np.isin(outcome, [0, 1, 2]).all():
            raise call_error(
                "y is not one of 0, 1, 2 for each row", "0 A prevails, 1 stalemate, 2 B prevails"
            )
        absent = [k for k in (A_PREVAILS, STALEMATE, B_PREVAILS) if not np.any(outcome == k)]
        if absent:
            raise call_error(f"no row has the outcome {absent[0]}", "train on rows of all three outcomes")
        return outcome.astype(np.int64)

    def log_odds(self, X: pd.DataFrame) -> tuple[Array, Array]:
        """Log-odds that anyone prevails, and that A does if anyone does; each of shape (rows,)."""
        check_is_fitted(self)
        check_columns(X, [*self.whether, *self.who])
        return self.whether_.log_odds(X), self.who_.log_odds(X)

    def predict_proba(self, X: pd.DataFrame) -> Array:
        """Probabilities of A prevails, stalemate, B prevails; shape (rows, 3), rows sum to 1."""
        whether, who = self.log_odds(X)
        decided = expit(whether)
        return np.column_stack([decided * expit(who), expit(-whether), decided * expit(-who)])

    def predict(self, X: pd.DataFrame) -> NDArray[np.int64]:
        """The most probable class of each row."""
        chosen: NDArray[np.int64] = self.classes_[np.argmax(self.predict_proba(X), axis=1)]
        return chosen

    def terms(self, X: pd.DataFrame) -> OutcomeTerms:
        """Every term of every row."""
        check_is_fitted(self)
        check_columns(X, [*self.whether, *self.who])
        return OutcomeTerms(self.whether_.contributions(X), self.who_.contributions(X))

    def to_dict(self) -> dict[str, Any]:
        """The fitted model as plain numbers, for JSON."""
        check_is_fitted(self)
        penalties = {name: getattr(self, name) for name in ("ridge_whether", "ridge_who", "bend")}
        parts = {"whether": self.whether_.to_dict(), "who": self.who_.to_dict()}
        return {"format": FORMAT, "penalties": penalties, **parts}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> OutcomeModel:
        """A fitted model from what `to_dict` wrote.

        Raises
        ------
        InputError
            Another format.
        """
        _check_format(data, FORMAT)
        parts = [AdditiveLogit.from_dict(data[name]) for name in ("whether", "who")]
        specs = [tuple(basis.term for basis in part.bases) for part in parts]
        model = cls(specs[0], specs[1], **data["penalties"])
        model.whether_, model.who_ = parts
        model.classes_ = np.array([A_PREVAILS, STALEMATE, B_PREVAILS])
        return model


def swapped(X: pd.DataFrame) -> pd.DataFrame:
    """The same disputes with A and B exchanged, and with them who started it."""
    names = {
        name: ("b__" if name[0] == "a" else "a__") + name[3:] for name in map(str, X) if name[1:3] == "__"
    }
    table = X.rename(columns=names)[list(X.columns)]
    return table.assign(initiator=-X["initiator"])


class PrevailModel(ClassifierMixin, BaseEstimator):
    """Whether an actor prevails, against being defeated: one additive logit over its row.

    Parameters
    ----------
    terms : sequence of Term
        Of the form ``row``.
    ridge, bend : float, above 0
        As in `OutcomeModel`.

    Attributes
    ----------
    logit_ : AdditiveLogit
    classes_ : ndarray
        0 prevails, 1 is defeated.
    """

    def __init__(
        self, terms: Sequence[Term] = CRISIS_TERMS, *, ridge: float = 40.0, bend: float = 1.5
    ) -> None:
        self.terms = terms
        self.ridge = ridge
        self.bend = bend

    def fit(self, X: pd.DataFrame, y: ArrayLike) -> Self:
        """Fit by penalised likelihood; y is 0 where the actor prevailed, 1 where it was defeated.

        Raises
        ------
        InputError
            Columns that are missing, or an outcome other than 0 and 1.
        """
        check_columns(X, self.terms)
        outcome = np.asarray(y)
        if set(np.unique(outcome).tolist()) != {0, 1}:
            raise call_error("y does not hold both outcomes 0 and 1, and no other", "0 prevails, 1 defeated")
        self.classes_ = np.array([0, 1])
        happened = (outcome == 0).astype(float)
        self.logit_ = AdditiveLogit.fit(X, happened, self.terms, self.ridge, self.bend * self.ridge)
        return self

    def log_odds(self, X: pd.DataFrame) -> Array:
        """Log-odds of prevailing against being defeated, shape (rows,)."""
        check_is_fitted(self)
        check_columns(X, self.terms)
        return self.logit_.log_odds(X)

    def predict_proba(self, X: pd.DataFrame) -> Array:
        """Probabilities of prevailing and of defeat, shape (rows, 2)."""
        odds = self.log_odds(X)
        return np.column_stack([expit(odds), expit(-odds)])

    def predict(self, X: pd.DataFrame) -> NDArray[np.int64]:
        """The more probable class of each row."""
        chosen: NDArray[np.int64] = self.classes_[np.argmax(self.predict_proba(X), axis=1)]
        return chosen

    def contributions(self, X: pd.DataFrame) -> pd.DataFrame:
        """Every term of every row, shape (rows, terms + 1); rows sum to the log-odds."""
        check_is_fitted(self)
        check_columns(X, self.terms)
        return self.logit_.contributions(X)

    def to_dict(self) -> dict[str, Any]:
        """The fitted model as plain numbers, for JSON."""
        check_is_fitted(self)
        penalties = {name: getattr(self, name) for name in ("ridge", "bend")}
        return {"format": PREVAIL_FORMAT, "penalties": penalties, "prevails": self.logit_.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PrevailModel:
        """A fitted model from what `to_dict` wrote.

        Raises
        ------
        InputError
            Another format.
        """
        _check_format(data, PREVAIL_FORMAT)
        logit = AdditiveLogit.from_dict(data["prevails"])
        model = cls(tuple(basis.term for basis in logit.bases), **data["penalties"])
        model.classes_ = np.array([0, 1])
        model.logit_ = logit
        return model


def _check_format(data: Mapping[str, Any], wanted: str) -> None:
    if data.get("format") != wanted:
        raise call_error(f"the model's format is {data.get('format')!r}", f"give one of format {wanted!r}")
