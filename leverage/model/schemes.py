"""Weight schemes: ways to arrive at the factors' weights, each keyed by factor name.

Every scheme returns weights that are non-negative and sum to one, in the order of its input.
Subjective schemes start from judgements (a ranking, points, comparisons), objective ones from
how the values of many cases spread; the objective ones say what discriminates, not what matters.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leverage.faults import InputError, call_error, name_list, suggest_name

Array = NDArray[np.float64]

# Saaty (1980), The Analytic Hierarchy Process, McGraw-Hill, p. 21: mean consistency index of
# random reciprocal matrices, by their order 1 to 15 (500 matrices each, 100 from order 12).
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)

# Two decimals of 1/9, so that a ratio written by hand as 0.11 or 0.111 is on the scale.
LOWEST_RATIO = 0.11

# Spread, excess over 0..1 and conflict below this are rounding.
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class AhpWeights:
    """Weights from pairwise comparisons, and how far the comparisons agree with each other.

    Attributes
    ----------
    weights : dict of str to float
        By factor name; non-negative, summing to one.
    lambda_max : float
        Principal eigenvalue of the matrix of comparisons; n where they agree fully, else above.
    consistency_index : float
        (lambda_max - n) / (n - 1), 0 or above; 0 for fewer than three factors.
    consistency_ratio : float
        The index over that of random comparisons of the same order; 0 for fewer than three factors.
    """

    weights: dict[str, float]
    lambda_max: float
    consistency_index: float
    consistency_ratio: float

    @property
    def is_consistent(self) -> bool:
        """Whether the consistency ratio is at most .10, Saaty's rule of thumb."""
        return self.consistency_ratio <= 0.10


def equal(names: Iterable[str]) -> dict[str, float]:
    """Give every factor the same weight (Dawes 1979).

    Parameters
    ----------
    names : iterable of str
        Factor names, at least one, each once.

    Returns
    -------
    dict of str to float
        1/n each.

    Raises
    ------
    InputError
        No names, or names that are doubled, blank or not text.
    """
    names = _checked_names(names)
    return dict.fromkeys(names, 1.0 / len(names))


def rank_order_centroid(ranking: Sequence[str | Sequence[str]]) -> dict[str, float]:
    """Weights from a ranking alone: the centre of all weights that respect it (Barron & Barrett 1996).

    The factor at place k of n gets (1/n) (1/k + 1/(k+1) + … + 1/n); tied factors share the mean of
    the places they fill.

    Parameters
    ----------
    ranking : sequence of str or of sequences of str
        Factor names, most important first; a tuple or list holds names that are tied.

    Returns
    -------
    dict of str to float
        In the order of the ranking, never increasing.

    Raises
    ------
    InputError
        An empty ranking or tie, or names that are doubled, blank or not text.

    Examples
    --------
    >>> {name: round(w, 4) for name, w in rank_order_centroid(["territory", ("time", "allies")]).items()}
    {'territory': 0.6111, 'time': 0.1944, 'allies': 0.1944}
    """
    _reject_text(ranking)
    places = [[place] if not isinstance(place, (list, tuple)) else list(place) for place in ranking]
    if not all(places):
        raise call_error("a tie in the ranking holds no names", "remove the empty tie")
    names = _checked_names(name for place in places for name in place)
    centroid = np.cumsum(1.0 / np.arange(len(names), 0, -1))[::-1]
    starts = np.cumsum([0] + [len(place) for place in places])
    means = [centroid[start:stop].mean() for start, stop in pairwise(starts)]
    shares = [mean for mean, place in zip(means, places, strict=True) for _ in place]
    return _normalised(names, shares)


def swing(points: Mapping[str, float]) -> dict[str, float]:
    """Weights from swing points, normalised (von Winterfeldt & Edwards 1986).

    The analyst gives 100 to the factor whose swing from worst to best reading matters most, and to
    each other factor its swing's worth compared with that one.

    Parameters
    ----------
    points : mapping of str to float
        By factor name, 0..100, not all zero. The largest should be 100; only the ratios count.

    Returns
    -------
    dict of str to float
        Points over their sum; 0 for a factor with 0 points.

    Raises
    ------
    InputError
        No factor, points that are not a number from 0 to 100, or no points above 0.
    """
    names = _checked_names(points)
    wrong = [name for name in names if not _between(points[name], 0, 100)]
    if wrong:
        shown = name_list(f"{name}: {points[name]!r}" for name in wrong)
        raise call_error(f"swing points are not numbers from 0 to 100: {shown}", "write one for each")
    if not any(points[name] > 0 for name in names):
        raise call_error(f"no factor has swing points above 0: {name_list(names)}", "give the best swing 100")
    return _normalised(names, [points[name] for name in names])


Comparisons = Mapping[tuple[str, str], float] | Iterable[tuple[str, str, float]]


def ahp(names: Iterable[str], comparisons: Comparisons) -> AhpWeights:
    """Weights from pairwise comparisons by the principal eigenvector (Saaty 1980).

    Parameters
    ----------
    names : iterable of str
        Factor names, 1 to 15.
    comparisons : mapping of (str, str) to float, or iterable of (str, str, float)
        Every pair once, in either direction: a, b, and how many times as important a is as b, on
        Saaty's scale from 1/9 to 9 (0.11 counts as 1/9 rounded).

    Returns
    -------
    AhpWeights
        Weights with lambda_max, consistency index and ratio. A ratio above .10 is no error: see
        `AhpWeights.is_consistent`.

    Raises
    ------
    InputError
        Unknown, doubled or too many names; a pair that is missing, doubled or of one factor with
        itself; a ratio off the scale. All faults are reported at once.

    Examples
    --------
    >>> ahp(["time", "allies"], [("time", "allies", 3)]).weights
    {'time': 0.75, 'allies': 0.25}
    """
    names = _checked_names(names)
    if len(names) > len(RANDOM_INDEX):
        limit = len(RANDOM_INDEX)
        raise call_error(f"{len(names)} factors are compared, above {limit}", "compare groups first")
    triples = _triples(comparisons)
    _check_comparisons(names, triples)
    lambda_max, vector = _principal(_reciprocal_matrix(names, triples))
    index = (lambda_max - len(names)) / (len(names) - 1) if len(names) > 2 else 0.0
    random_index = RANDOM_INDEX[len(names) - 1]
    return AhpWeights(
        weights=_normalised(names, vector),
        lambda_max=lambda_max,
        consistency_index=index,
        consistency_ratio=index / random_index if random_index else 0.0,
    )


def entropy(values: ArrayLike, names: Iterable[str]) -> dict[str, float]:
    """Weights by how unevenly each factor's values spread over the rows (Hwang & Yoon 1981, Zeleny 1982).

    With p the column as shares of its sum over m rows, a factor's weight is proportional to
    1 + Σ p ln p / ln m: 0 where all rows are alike, 1 where one row holds everything.

    Parameters
    ----------
    values : array-like of shape (rows, factors), or DataFrame
        In 0..1, nothing missing, at least two rows. Columns of an array follow `names`; those of a
        DataFrame are found by name.
    names : iterable of str
        Factor names.

    Returns
    -------
    dict of str to float
        0 for a factor with the same value (or 0) in every row.

    Raises
    ------
    InputError
        A wrong shape, values missing or outside 0..1, or no factor that varies.
    """
    names = _checked_names(names)
    matrix, varies = _checked_values(values, names)
    varying = matrix[:, varies]
    # Σ p ln p as the mean of r ln r - (r - 1), r = m p: near 1 the plain sum would be all rounding.
    excess = varying / varying.mean(axis=0) - 1.0
    terms = (1.0 + excess) * np.log1p(np.where(excess > -1.0, excess, 0.0)) - excess
    divergence = np.zeros(len(names))
    divergence[varies] = terms.mean(axis=0) / math.log(len(matrix))
    return _normalised(names, divergence)


def critic(values: ArrayLike, names: Iterable[str]) -> dict[str, float]:
    """Weights by contrast and conflict: CRITIC (Diakoulaki, Mavrotas & Papayannakis 1995).

    A factor's weight is proportional to its standard deviation times Σ (1 - r) over its correlations
    r with the other factors. The values are used as they are, on the codebook's bounds: the paper's
    rescaling by the data's own range would let one more row turn the weights round.

    Parameters
    ----------
    values : array-like of shape (rows, factors), or DataFrame
        In 0..1, nothing missing, at least two rows. Columns of an array follow `names`; those of a
        DataFrame are found by name.
    names : iterable of str
        Factor names.

    Returns
    -------
    dict of str to float
        0 for a factor with the same value in every row, which also leaves the others' weights as
        they were without it. A factor that varies alone gets 1.

    Raises
    ------
    InputError
        A wrong shape, values missing or outside 0..1, no factor that varies, or several that all
        move in step, which leaves no conflict to weigh by.
    """
    names = _checked_names(names)
    matrix, varies = _checked_values(values, names)
    if varies.sum() == 1:
        return _normalised(names, varies)
    information = np.zeros(len(names))
    information[varies] = _contrast_times_conflict(matrix[:, varies])
    if not information.any():
        moving = name_list(name for name, moves in zip(names, varies, strict=True) if moves)
        raise call_error(f"these factors move in step: {moving}", "use entropy, or drop all but one")
    return _normalised(names, information)


def _contrast_times_conflict(columns: Array) -> Array:
    centred = columns - columns.mean(axis=0)
    deviation = np.sqrt((centred**2).mean(axis=0))
    unit = centred / deviation
    conflict = 1.0 - unit.T @ unit / len(columns)
    conflict[conflict < TINY] = 0.0
    information: Array = deviation * conflict.sum(axis=1)
    return information


_VARY = "give rows that differ, or use a scheme that needs no data (equal, rank_order_centroid, swing)"


def _checked_values(values: ArrayLike, names: list[str]) -> tuple[Array, NDArray[np.bool_]]:
    """Check the values; return them within 0..1, and which of the columns vary."""
    matrix = _matrix(values, names)
    # Written so that nan is outside as well.
    outside = ~((matrix >= -TINY) & (matrix <= 1.0 + TINY))
    if outside.any():
        counts = zip(names, outside.sum(axis=0), strict=True)
        bad = [f"{name} ({count} of {len(matrix)} rows)" for name, count in counts if count]
        remedy = "rescale by the codebook's bounds, and leave out rows with gaps"
        raise call_error(f"values are missing or outside 0..1: {name_list(bad)}", remedy)
    matrix = np.clip(matrix, 0.0, 1.0)
    varies = np.ptp(matrix, axis=0) > TINY
    if not varies.any():
        raise call_error(f"no factor varies over {len(matrix)} row(s): {name_list(names)}", _VARY)
    return matrix, varies


def _matrix(values: Any, names: list[str]) -> Array:
    columns = getattr(values, "columns", None)
    if columns is not None:
        missing = [name for name in names if name not in columns]
        if missing:
            known = name_list(map(str, columns))
            raise call_error(f"the table has no columns {name_list(missing)}", f"its columns are: {known}")
        values = values[names]
    try:
        matrix = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise call_error(f"the values are no table of numbers: {error}", "give rows × factors") from None
    if matrix.ndim != 2 or matrix.shape[1] != len(names) or not len(matrix):
        wanted = f"give at least two rows of {len(names)} values, one per factor: {name_list(names)}"
        raise call_error(f"the values have the shape {matrix.shape}", wanted)
    return matrix


def _triples(comparisons: Any) -> list[tuple[str, str, float]]:
    try:
        if isinstance(comparisons, Mapping):
            return [(first, second, ratio) for (first, second), ratio in comparisons.items()]
        return [(first, second, ratio) for first, second, ratio in comparisons]
    except (TypeError, ValueError):
        raise call_error("a comparison is not made of two names and a ratio", "write (a, b, ratio)") from None


def _check_comparisons(names: list[str], triples: list[tuple[str, str, float]]) -> None:
    errors = []
    unknown = dict.fromkeys(str(name) for a, b, _ in triples for name in (a, b) if name not in names)
    errors += [call_error(f"{name!r} is compared but unknown", suggest_name(name, names)) for name in unknown]
    for a, b, ratio in triples:
        if a == b:
            errors.append(call_error(f"{a!r} is compared with itself", "remove the comparison"))
        if not _between(ratio, LOWEST_RATIO, 9):
            problem = f"the ratio of {a!r} to {b!r} is {ratio!r}"
            errors.append(call_error(problem, "write a number from 1/9 to 9; 1 where both count the same"))
    errors += _pair_errors(names, triples)
    if errors:
        raise InputError(fault for error in errors for fault in error.faults)


def _pair_errors(names: list[str], triples: list[tuple[str, str, float]]) -> list[InputError]:
    given = [frozenset((a, b)) for a, b, _ in triples if a in names and b in names]
    doubled = [f"{a} and {b}" for a, b in combinations(names, 2) if given.count(frozenset((a, b))) > 1]
    missing = [f"{a} and {b}" for a, b in combinations(names, 2) if frozenset((a, b)) not in given]
    errors = []
    if doubled:
        errors.append(call_error(f"pairs are compared twice: {name_list(doubled)}", "keep one of each"))
    if missing:
        errors.append(call_error(f"pairs are not compared: {name_list(missing)}", "add each once"))
    return errors


def _reciprocal_matrix(names: list[str], triples: list[tuple[str, str, float]]) -> Array:
    matrix = np.eye(len(names))
    for a, b, ratio in triples:
        row, column = names.index(a), names.index(b)
        matrix[row, column] = ratio
        matrix[column, row] = 1.0 / ratio
    return matrix


def _principal(matrix: Array) -> tuple[float, Array]:
    """Find the largest eigenvalue and its eigenvector: real and of one sign (Perron)."""
    eigenvalues, vectors = np.linalg.eig(matrix)
    largest = int(np.argmax(eigenvalues.real))
    # A reciprocal matrix has lambda_max >= n; rounding must not show a negative inconsistency.
    return max(float(eigenvalues[largest].real), float(len(matrix))), np.abs(vectors[:, largest].real)


def _checked_names(names: Iterable[Any]) -> list[str]:
    _reject_text(names)
    listed = list(names)
    if not listed:
        raise call_error("there are no factors to weight", "name at least one")
    errors = []
    wrong = [repr(name) for name in listed if not isinstance(name, str) or not name.strip()]
    if wrong:
        errors.append(call_error(f"not factor names: {name_list(wrong)}", "name each factor by its id"))
    doubled = dict.fromkeys(name for name in listed if isinstance(name, str) and listed.count(name) > 1)
    if doubled:
        errors.append(call_error(f"names are doubled: {name_list(doubled)}", "name each factor once"))
    if errors:
        raise InputError(fault for error in errors for fault in error.faults)
    return listed


def _reject_text(names: object) -> None:
    if isinstance(names, str):
        raise call_error(f"{names!r} is one text, not a list of names", f"write [{names!r}]")


def _between(value: object, low: float, high: float) -> bool:
    """Whether the value is a number from low to high; nan and booleans are not."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        return False
    return bool(low <= value <= high)


def _normalised(names: list[str], amounts: ArrayLike) -> dict[str, float]:
    sizes = np.asarray(amounts, dtype=float)
    return dict(zip(names, (sizes / math.fsum(sizes)).tolist(), strict=True))
