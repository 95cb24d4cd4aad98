"""A panel: one row a dispute or an actor in a crisis, its predictors, its outcome where that is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from leverage.faults import call_error, name_list
from leverage.lab.panels.sources import Source

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
FAMILIES = (
    "own capability",
    "territory held",
    "time remaining",
    "domestic support",
    "ally backing",
    "history",
    "context",
)
A_PREVAILS, STALEMATE, B_PREVAILS = 0, 1, 2
CLASSES = ("A prevails", "stalemate", "B prevails")


@dataclass(frozen=True)
class Factor:
    """A predictor and what it stands for.

    Attributes
    ----------
    name : str
        Column ``name`` for a pair or a row; ``a__name`` and ``b__name`` where each side has its own.
    family : str
        One of `FAMILIES`.
    title : str
        What a sentence calls it.
    sided : bool
        Whether each side has its own.
    """

    name: str
    family: str
    title: str
    sided: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns in a panel's table."""
        return (f"a__{self.name}", f"b__{self.name}") if self.sided else (self.name,)


@dataclass(frozen=True)
class Panel:
    """Rows, predictors and outcomes, with histories that can hide outcomes.

    Attributes
    ----------
    name : str
    ids : ndarray of int, shape (rows,)
        Number of the dispute, or of the crisis.
    outcome : ndarray of int, shape (rows,)
        Index into `classes`; -1 where it is held out.
    classes : tuple of str
    year : ndarray of int, shape (rows,)
        Year of onset, by which time-ordered blocks are cut.
    group : ndarray of int, shape (rows,)
        Rows of a group are never parted by grouped folds: the pair of states, or the crisis.
    factors : tuple of Factor
    sources : tuple of Source
    actors : ndarray of int, shape (rows,), optional
        Number of the state that a row is about, where rows share an id.
    keys : ndarray of int, shape (rows,), optional
        A number for each row that no other has, where `ids` do not do.
    """

    name: str
    ids: NDArray[np.int64]
    outcome: NDArray[np.int64]
    classes: tuple[str, ...]
    year: NDArray[np.int64]
    group: NDArray[np.int64]
    factors: tuple[Factor, ...]
    sources: tuple[Source, ...]
    _fixed: pd.DataFrame
    _histories: Callable[[Mask], Mapping[str, Array]] | None = None
    actors: NDArray[np.int64] | None = None
    keys: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def linked(self) -> bool:
        """Whether rows of a group share one end, as the actors of a crisis do; no fold inside parts them."""
        return self.actors is not None

    @property
    def known(self) -> Mask:
        """Rows whose outcome is known, shape (rows,)."""
        return self.outcome >= 0

    def features(self, hidden: Iterable[int] | Mask | None = None) -> pd.DataFrame:
        """The predictors, with the outcomes of some rows hidden from every row's history.

        Parameters
        ----------
        hidden : mask of shape (rows,) or row positions, optional
            Rows that are tested on: their outcomes count nowhere.

        Returns
        -------
        DataFrame of shape (rows, columns)
            Missing numbers are nan.
        """
        mask = np.zeros(len(self), dtype=bool)
        if hidden is not None:
            mask[np.asarray(hidden)] = True
        table = self._fixed.copy()
        if self._histories is not None:
            for column, values in self._histories(mask | ~self.known).items():
                table[column] = values
        return table[self.columns]

    @property
    def columns(self) -> list[str]:
        """Names of the predictors' columns."""
        return [column for factor in self.factors for column in factor.columns] + self._extra

    @property
    def _extra(self) -> list[str]:
        return ["initiator"] if "initiator" in self._fixed.columns else []


def read_holdout(
    panel_ids: Iterable[int], holdout: Iterable[int], what: Literal["dispute", "crisis"]
) -> Mask:
    """Mask of the rows whose number is held out; numbers that no row has are passed over.

    Raises
    ------
    InputError
        No row has any of the numbers.
    """
    ids = np.asarray(list(panel_ids))
    wanted = np.asarray(list(holdout), dtype=ids.dtype)
    mask: Mask = np.isin(ids, wanted)
    if len(wanted) and not mask.any():
        unknown = sorted(set(wanted.tolist()))
        problem = f"the holdout names only numbers outside the sample: {name_list(map(str, unknown))}"
        raise call_error(problem, f"list {what} numbers of the sample, one a line")
    return mask
