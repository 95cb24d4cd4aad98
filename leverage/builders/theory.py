"""Bargaining theory as plain formulas: what share of a pie each side can expect.

All work elementwise on numbers or arrays and broadcast. A missing number (nan) gives nan. A number
that the theory has no meaning for, such as a negative cost, is an `InputError`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leverage.faults import call_error, name_list

Array = NDArray[np.float64]


def first_proposer_share(own_discount: ArrayLike, other_discount: ArrayLike) -> Array:
    """Share of the side that proposes first when offers alternate without end (Rubinstein 1982).

    (1 - δ_other) / (1 - δ_own δ_other): the more patient a side, the more it gets.

    Parameters
    ----------
    own_discount, other_discount : array-like
        What a pie is worth to a side one round later, 0..1 of its worth now; 1 is full patience.

    Returns
    -------
    ndarray
        Share in 0..1; 1/2, the limit of equal discounts, where both are 1.

    Raises
    ------
    InputError
        A discount outside 0..1.

    Examples
    --------
    >>> round(float(first_proposer_share(0.9, 0.8)), 4)
    0.7143
    """
    own = _numbers("own_discount", own_discount, 0, 1)
    other = _numbers("other_discount", other_discount, 0, 1)
    both_patient = (own == 1) & (other == 1)
    denominator = np.where(both_patient, 2.0, 1.0 - own * other)
    return np.where(both_patient, 1.0, 1.0 - other) / denominator


def patient_share(own_rate: ArrayLike, other_rate: ArrayLike) -> Array:
    """Share as the rounds grow short: r_other / (r_own + r_other) (Rubinstein 1982; Binmore 1987).

    Parameters
    ----------
    own_rate, other_rate : array-like
        Cost of waiting as a continuous discount rate per unit of time, 0 or above; inf is allowed.

    Returns
    -------
    ndarray
        Share in 0..1; 1/2 where both rates are equal, also both 0 or both inf.

    Raises
    ------
    InputError
        A rate below 0.

    Examples
    --------
    >>> round(float(patient_share(0.05, 0.10)), 3)
    0.667
    """
    own = _numbers("own_rate", own_rate, 0)
    other = _numbers("other_rate", other_rate, 0)
    # inf / inf and 0 / 0 are settled below: a side with nothing to lose by comparison gets all.
    with np.errstate(invalid="ignore"):
        share = other / (own + other)
    share = np.where(np.isinf(other) & np.isfinite(own), 1.0, share)
    return np.where(own == other, 0.5, share)


def share_by_deadline(own_rate: ArrayLike, other_rate: ArrayLike, time_left: ArrayLike) -> Array:
    """Compute the expected share under a known final deadline, with chance deciding who makes each offer.

    With τ left either side proposes with chance ½ and leaves the other what waiting dt is worth to it:
    u(τ + dt) = ½ [1 - e^(-r_other dt) (1 - u)] + ½ e^(-r_own dt) u, u' = ½ [r_other - (r_own + r_other) u];
    the last proposer takes all, so u(0) = ½ and u(τ) = u* + (½ - u*) e^(-(r_own + r_other) τ / 2).

    Here u* is `patient_share`. The split is equal at the deadline and Rubinstein's far from it, so a near
    deadline helps the side with the higher cost of time (Moore 2004; random proposers: Binmore 1987).

    Parameters
    ----------
    own_rate, other_rate : array-like
        Cost of waiting as a continuous discount rate per unit of time, 0 or above.
    time_left : array-like
        Time to the deadline, in the rates' unit of time; inf is no deadline, 0 or below is at or past it.

    Returns
    -------
    ndarray
        Share in 0..1, between 1/2 and `patient_share`.

    Raises
    ------
    InputError
        A rate below 0.
    """
    own = _numbers("own_rate", own_rate, 0)
    other = _numbers("other_rate", other_rate, 0)
    time = np.maximum(_numbers("time_left", time_left), 0.0)
    total = own + other
    far = patient_share(own, other)
    # 0 · inf, set to 0: the deadline is here, or waiting is free for both; either way the share is ½.
    with np.errstate(invalid="ignore", over="ignore"):
        decay = total * time / 2.0
    undefined = ((total == 0) & np.isinf(time)) | ((time == 0) & np.isinf(total))
    decay = np.where(undefined, 0.0, decay)
    share: Array = far + (0.5 - far) * np.exp(-decay)
    return share


def with_outside_option(share: ArrayLike, option: ArrayLike) -> Array:
    """Share of a side that can walk away to an outside option (Binmore, Shaked & Sutton 1989).

    An option worth less than the share is no credible threat and changes nothing; one worth more is
    matched: max(share, option).

    Parameters
    ----------
    share : array-like
        Share of the pie that bargaining gives.
    option : array-like
        Worth of leaving, in shares of the same pie; below 0 where leaving costs.

    Returns
    -------
    ndarray
        The larger of both. Above 1, no agreement can keep the side at the table.
    """
    larger: Array = np.maximum(_numbers("share", share), _numbers("option", option))
    return larger


def nash_share(own_fallback: ArrayLike, other_fallback: ArrayLike, surplus: ArrayLike = 1.0) -> Array:
    """Nash's solution: each side's fallback, and half of what agreement adds (Nash 1950).

    d_own + ½ (S - d_own - d_other).

    Parameters
    ----------
    own_fallback, other_fallback : array-like
        What each side gets without an agreement, in units of the surplus.
    surplus : array-like, default 1
        What there is to divide.

    Returns
    -------
    ndarray
        In units of the surplus. Below the own fallback where both fallbacks exceed the surplus:
        then there is nothing to agree on. Not clipped.

    Examples
    --------
    >>> round(float(nash_share(0.3, 0.2)), 2)
    0.55
    """
    own = _numbers("own_fallback", own_fallback)
    gain = _numbers("surplus", surplus) - own - _numbers("other_fallback", other_fallback)
    return own + 0.5 * gain


def bargaining_range(
    win_probability: ArrayLike, own_cost: ArrayLike, other_cost: ArrayLike
) -> tuple[Array, Array]:
    """Bound the settlements that both prefer to a fight: p - c_own to p + c_other (Fearon 1995).

    Parameters
    ----------
    win_probability : array-like
        Chance that the side wins the fight and takes the whole pie, 0..1.
    own_cost, other_cost : array-like
        Costs of fighting in shares of the pie, 0 or above.

    Returns
    -------
    low, high : ndarray
        Least and greatest share of the side. Not clipped: a bound below 0 or above 1 tells how far
        costs exceed what is at stake. The midpoint is the equal split of the gain from peace.

    Raises
    ------
    InputError
        A probability outside 0..1 or a cost below 0.
    """
    chance = _numbers("win_probability", win_probability, 0, 1)
    low: Array = chance - _numbers("own_cost", own_cost, 0)
    high: Array = chance + _numbers("other_cost", other_cost, 0)
    return low, high


def discount_rate(loss_per_period: ArrayLike) -> Array:
    """Continuous discount rate of a loss per period: -ln(1 - loss).

    Parameters
    ----------
    loss_per_period : array-like
        Share of the worth that is lost by waiting one period, 0..1.

    Returns
    -------
    ndarray
        Rate per period, 0 or above; inf where all is lost.

    Raises
    ------
    InputError
        A loss outside 0..1.
    """
    loss = _numbers("loss_per_period", loss_per_period, 0, 1)
    with np.errstate(divide="ignore"):
        rate: Array = -np.log1p(-loss)
    return rate


def _numbers(name: str, values: ArrayLike, low: float = -math.inf, high: float = math.inf) -> Array:
    numbers = np.asarray(values, dtype=float)
    wrong = numbers[(numbers < low) | (numbers > high)]
    if wrong.size:
        span = f"from {low:g} to {high:g}" if math.isfinite(high) else f"of {low:g} or above"
        problem = f"{name} holds {name_list(f'{number:g}' for number in np.unique(wrong))}"
        raise call_error(problem, f"give numbers {span}, or nan where it is not known")
    return numbers
