"""Additive logistic regression: penalised likelihood, signs held by bounds, terms that sum up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from leverage.lab.outcome.terms import Basis, Term

Array = NDArray[np.float64]
STEPS = 60
TOLERANCE = 1e-8
CONSTANT, INITIATIVE = "constant", "initiative"
"""Names of the two terms that are no factor's: where everything is at its reference; having started it."""


def expit(x: Array) -> Array:
    """The logistic function, without overflow."""
    half: Array = 0.5 * (1.0 + np.tanh(0.5 * x))
    return half


def log_loss_sum(log_odds: Array, happened: Array) -> float:
    """Σ -ln p of what happened; `happened` is 0 or 1."""
    return float(np.sum(np.logaddexp(0.0, log_odds) - happened * log_odds))


def fit_bounded_logit(design: Array, happened: Array, penalty: Array, sign: Array) -> Array:
    """Minimise Σ log loss + ½ βᵀPβ with some βs held at or above 0, or at or below.

    Projected Newton (Bertsekas 1982): coefficients at their bound that want to cross it are held,
    the others take a Newton step, shortened until the loss falls. Zeros are exact.

    Parameters
    ----------
    design : ndarray of shape (rows, columns)
    happened : ndarray of shape (rows,)
        0 or 1.
    penalty : ndarray of shape (columns, columns)
        Positive semi-definite.
    sign : ndarray of shape (columns,)
        1 for β ≥ 0, -1 for β ≤ 0, 0 for free.

    Returns
    -------
    ndarray of shape (columns,)
    """
    beta = np.zeros(design.shape[1])

    def loss(b: Array) -> float:
        return log_loss_sum(design @ b, happened) + 0.5 * float(b @ penalty @ b)

    now = loss(beta)
    for _ in range(STEPS):
        p = expit(design @ beta)
        gradient = design.T @ (p - happened) + penalty @ beta
        held = (sign != 0) & (sign * beta <= 0) & (sign * gradient > 0)
        free = ~held
        if not free.any() or np.max(np.abs(gradient[free])) < TOLERANCE:
            break
        part = design[:, free]
        hessian = part.T @ (part * (p * (1 - p))[:, None]) + penalty[np.ix_(free, free)]
        hessian[np.diag_indices_from(hessian)] += 1e-9
        step = np.zeros_like(beta)
        step[free] = np.linalg.solve(hessian, gradient[free])
        new, after = _shortened(beta, step, sign, loss, now)
        if now - after < TOLERANCE * 1e-3:
            break
        beta, now = new, after
    return beta


def _shortened(beta: Array, step: Array, sign: Array, loss: Any, now: float) -> tuple[Array, float]:
    size = 1.0
    for _ in range(30):
        new = beta - size * step
        new = np.where(sign * new < 0, 0.0, new)
        after = loss(new)
        if after < now:
            return new, after
        size /= 2.0
    return beta, now


@dataclass(frozen=True)
class AdditiveLogit:
    """A fitted sum of value functions on the log-odds scale.

    Attributes
    ----------
    bases : tuple of Basis
    slopes : tuple of ndarray
        Slope of each piece of each value function, in log-odds per standard deviation.
    constant : float
        Log-odds where every factor is at its reference. For antisymmetric terms it is multiplied
        by the initiator's flag and is a part of what it is worth to have started it.
    antisymmetric : bool
    """

    bases: tuple[Basis, ...]
    slopes: tuple[Array, ...]
    constant: float
    antisymmetric: bool

    @classmethod
    def fit(
        cls, table: pd.DataFrame, happened: Array, terms: Sequence[Term], ridge: float, smoothing: float,
        antisymmetric: bool = False,
    ) -> AdditiveLogit:  # fmt: skip
        """Fit by penalised likelihood.

        Parameters
        ----------
        table : DataFrame
        happened : ndarray of shape (rows,)
            0 or 1.
        terms : sequence of Term
        ridge, smoothing : float
            Penalty on each value function's mean slope and on its changes of slope, above 0.
        antisymmetric : bool
            Whether the constant is multiplied by the initiator's flag.
        """
        design = Design.of(table, terms, antisymmetric)
        return design.fit(happened, ridge, smoothing)

    def contributions(self, table: pd.DataFrame) -> pd.DataFrame:
        """Log-odds of each term, which sum to the log-odds.

        Returns
        -------
        DataFrame of shape (rows, terms + 1)
            A column for each term and one for the constant. In an antisymmetric sum the constant and
            the terms of the form ``started`` are one column, `INITIATIVE`: it is the only one that does
            not change its sign when the two sides are swapped and their flags are not.
        """
        first = INITIATIVE if self.antisymmetric else CONSTANT
        columns = {first: self.constant * _constant(table, self.antisymmetric)}
        for basis, slopes in zip(self.bases, self.slopes, strict=True):
            name = INITIATIVE if basis.term.form == "started" else basis.term.name
            columns[name] = columns.get(name, 0.0) + basis.design(table) @ slopes
        return pd.DataFrame(columns, index=table.index)

    def log_odds(self, table: pd.DataFrame) -> Array:
        """Log-odds of each row, computed from the whole design matrix at once."""
        parts = [_constant(table, self.antisymmetric)[:, None]]
        matrix = np.hstack(parts + [basis.design(table) for basis in self.bases])
        odds: Array = matrix @ np.concatenate([[self.constant], *self.slopes])
        return odds

    def to_dict(self) -> dict[str, Any]:
        """As plain numbers, for JSON."""
        terms = [
            {**basis.to_dict(), "slopes": slopes.tolist()}
            for basis, slopes in zip(self.bases, self.slopes, strict=True)
        ]
        return {"constant": self.constant, "antisymmetric": self.antisymmetric, "terms": terms}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> AdditiveLogit:
        """What `to_dict` wrote."""
        return cls(
            tuple(Basis.from_dict(term) for term in data["terms"]),
            tuple(np.array(term["slopes"], dtype=float) for term in data["terms"]),
            float(data["constant"]),
            bool(data["antisymmetric"]),
        )


@dataclass(frozen=True)
class Design:
    """The design matrix of some training rows, to be fitted under several penalties."""

    matrix: Array
    bases: tuple[Basis, ...]
    antisymmetric: bool

    @classmethod
    def of(cls, table: pd.DataFrame, terms: Sequence[Term], antisymmetric: bool) -> Design:
        """Place knots by the rows and lay out the matrix: the constant, then each term's pieces."""
        bases = tuple(Basis.of(term, table) for term in terms)
        blocks = [_constant(table, antisymmetric)[:, None], *(basis.design(table) for basis in bases)]
        return cls(np.hstack(blocks), bases, antisymmetric)

    def fit(self, happened: Array, ridge: float, smoothing: float) -> AdditiveLogit:
        """The additive model under given penalties."""
        sizes = [basis.size for basis in self.bases]
        penalty = np.zeros((1 + sum(sizes),) * 2)
        penalty[0, 0] = 1e-6
        sign = np.zeros(1 + sum(sizes))
        ends = 1 + np.cumsum([0, *sizes])
        for basis, start, end in zip(self.bases, ends[:-1], ends[1:], strict=True):
            penalty[start:end, start:end] = basis.penalty(ridge, smoothing)
            sign[start:end] = basis.term.sign
        beta = fit_bounded_logit(self.matrix, happened, penalty, sign)
        slopes = tuple(beta[start:end] for start, end in pairwise(ends))
        return AdditiveLogit(self.bases, slopes, float(beta[0]), self.antisymmetric)


def _constant(table: pd.DataFrame, antisymmetric: bool) -> Array:
    return table["initiator"].to_numpy(dtype=float) if antisymmetric else np.ones(len(table))
