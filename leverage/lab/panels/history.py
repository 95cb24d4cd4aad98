"""Histories: what earlier disputes, ended before an onset, tell of a pair and of its two states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from leverage.lab.panels.pairs import pair_key
from leverage.lab.panels.sources import DataFolder

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
PAIR_MEMORY, STATE_MEMORY, WORLD_MEMORY = 20.0, 20.0, 5.0
"""Years in which a past outcome's weight falls to 1/e, for a pair, a state and the world."""
LONGEST_PEACE = 60.0
"""Years since a pair's last dispute are counted up to here; also where there was none."""
PRIOR = 2.0
"""Pseudo-outcomes by which a rate is drawn to the middle."""
_A_WINS, _B_WINS, _STALEMATE = (1, 4), (2, 3), (5,)


def read_episodes(folder: DataFolder) -> pd.DataFrame:
    """Every pair of opponents in every dispute, side A first.

    Returns
    -------
    DataFrame
        ``dispute``, ``a``, ``b``, ``pair``, ``start`` and ``end`` in months (12 · year + month),
        ``outcome`` as coded. Where a month is missing or above 12 the start counts as January and
        the end as December; so does the end of a state that left before the dispute's last year.
    """
    names = ["dispnum", "ccode1", "ccode2", "year", "sidea1", "stmon", "endmon", "outcome"]
    table = folder.read("gml_dirdisp", names)
    last_year = table.groupby("dispnum")["year"].transform("max")
    table = table.assign(last_year=last_year)[table["sidea1"] == 1]
    rows = table.groupby(["dispnum", "ccode1", "ccode2"], as_index=False).agg(
        start=("year", "min"), end=("year", "max"), stmon=("stmon", "first"), endmon=("endmon", "first"),
        outcome=("outcome", "first"), last_year=("last_year", "first"),
    )  # fmt: skip
    stayed = (rows["end"] == rows["last_year"]) & rows["endmon"].between(1, 12)
    start = 12 * rows["start"] + rows["stmon"].where(rows["stmon"].between(1, 12), 1)
    end = 12 * rows["end"] + rows["endmon"].where(stayed, 12)
    return pd.DataFrame(
        {
            "dispute": rows["dispnum"], "a": rows["ccode1"], "b": rows["ccode2"],
            "pair": pair_key(rows["ccode1"], rows["ccode2"]), "start": start, "end": end,
            "outcome": rows["outcome"],
        }
    )  # fmt: skip


@dataclass(frozen=True)
class _Side:
    """Earlier episodes of one of a row's states: fought as side A, and as side B."""

    as_a: sparse.csr_matrix
    as_b: sparse.csr_matrix


class Histories:
    """History columns of a set of onsets, with the outcomes of chosen disputes hidden.

    Which episode came before which onset is worked out once; hiding outcomes is then a product of
    sparse matrices.

    Parameters
    ----------
    onsets : DataFrame
        ``dispute``, ``a``, ``b``, ``pair``, ``start``: the rows.
    episodes : DataFrame
        From `read_episodes`.
    """

    def __init__(self, onsets: pd.DataFrame, episodes: pd.DataFrame) -> None:
        rows = {name: onsets[name].to_numpy()[:, None] for name in onsets.columns}
        past = {name: episodes[name].to_numpy() for name in episodes.columns}
        self._onsets, self._dispute = onsets, past["dispute"]
        gap = (rows["start"] - past["end"]) / 12.0
        before = gap > 0
        other = past["dispute"] != rows["dispute"]
        same = before & other & (rows["pair"] == past["pair"])
        self._pair = {s: self._side(rows[s], past, same, gap, PAIR_MEMORY) for s in ("a", "b")}
        self._state = {s: self._side(rows[s], past, before & other, gap, STATE_MEMORY) for s in ("a", "b")}
        one_a_dispute = ~pd.Series(past["dispute"]).duplicated().to_numpy()
        world = np.where(before & other & one_a_dispute, np.exp(-gap / WORLD_MEMORY), 0.0)
        self._world = sparse.csr_matrix(np.where(world > 1e-4, world, 0.0))
        self._outcome = past["outcome"]
        self.fixed = self._fixed_columns(rows, past, same, gap, other)

    @staticmethod
    def _side(state: Array, past: Mapping[str, Array], known: Mask, gap: Array, memory: float) -> _Side:
        weight = np.exp(-np.where(known, gap, np.inf) / memory)
        as_a, as_b = (np.where(past[s] == state, weight, 0.0) for s in ("a", "b"))
        return _Side(sparse.csr_matrix(as_a), sparse.csr_matrix(as_b))

    @staticmethod
    def _fixed_columns(
        rows: Mapping[str, Array], past: Mapping[str, Array], same: Mask, gap: Array, other: Mask
    ) -> dict[str, Array]:
        """Columns that no outcome enters: how often, how long ago, how many other fronts."""
        peace = np.where(same, gap, LONGEST_PEACE).min(axis=1)
        columns = {"pair_disputes": same.sum(axis=1).astype(float)}
        columns["peace_years"] = np.minimum(peace, LONGEST_PEACE)
        started = past["start"] < rows["start"]
        ongoing = other & started & (past["end"] >= rows["start"])
        recent = other & started & (past["start"] >= rows["start"] - 60)
        for side in ("a", "b"):
            mine = (past["a"] == rows[side]) | (past["b"] == rows[side])
            columns[f"{side}__fronts"] = _disputes(ongoing & mine, past["dispute"])
            columns[f"{side}__started"] = _disputes(recent & (past["a"] == rows[side]), past["dispute"])
            columns[f"{side}__targeted"] = _disputes(recent & (past["b"] == rows[side]), past["dispute"])
        return columns

    def columns(self, hidden: Mask) -> dict[str, Array]:
        """History columns with the outcomes of some onsets' disputes hidden.

        Parameters
        ----------
        hidden : mask of shape (onsets,)

        Returns
        -------
        dict of str to ndarray of shape (onsets,)
            ``a__pair_won``, ``b__pair_won``: decayed count of disputes of the pair in which the side
            prevailed; ``pair_decided``, ``pair_stalemates``: decayed counts; ``a__won``, ``a__lost``,
            ``a__stalemates`` and the same for b: its record against all; ``a__success``: share won of
            what it won or lost, drawn to 1/2; ``a__decided``: share decided, drawn to the world's;
            ``world_decided``: share decided of all disputes lately ended.
        """
        unseen = np.isin(self._dispute, self._onsets["dispute"].to_numpy()[hidden])
        won_a, won_b, still = (
            (np.isin(self._outcome, codes) & ~unseen).astype(float)
            for codes in (_A_WINS, _B_WINS, _STALEMATE)
        )
        decided = self._world @ (won_a + won_b)
        world = (decided + 0.2 * PRIOR) / (decided + self._world @ still + PRIOR)
        columns: dict[str, Array] = {"world_decided": world}
        for side in ("a", "b"):
            pair, state = self._pair[side], self._state[side]
            columns[f"{side}__pair_won"] = pair.as_a @ won_a + pair.as_b @ won_b
            won, lost = state.as_a @ won_a + state.as_b @ won_b, state.as_a @ won_b + state.as_b @ won_a
            drawn = state.as_a @ still + state.as_b @ still
            columns[f"{side}__success"] = (won + 0.5 * PRIOR) / (won + lost + PRIOR)
            columns[f"{side}__decided"] = (won + lost + world * PRIOR) / (won + lost + drawn + PRIOR)
        columns["pair_stalemates"] = self._pair["a"].as_a @ still + self._pair["a"].as_b @ still
        columns["pair_decided"] = columns["a__pair_won"] + columns["b__pair_won"]
        return columns


def _disputes(found: Mask, dispute: Array) -> Array:
    """Number of distinct disputes among the episodes found, for each row."""
    matrix = sparse.csr_matrix(found)
    counts = [len(np.unique(dispute[matrix.indices[i:j]])) for i, j in zip(matrix.indptr, matrix.indptr[1:])]  # noqa: B905
    return np.array(counts, dtype=float)
