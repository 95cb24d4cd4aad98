"""Plots of the outcome model, as SVG whose bytes depend on nothing but the numbers."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from leverage.lab.metrics import wilson

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from leverage.lab.outcome import AdditiveLogit, Basis, Term

Array = NDArray[np.float64]
INK, LINE, FAINT = "#222222", "#0072b2", "#bbbbbb"
COLUMNS = 4
POINTS = 101


@contextmanager
def _figure(
    width: float, height: float, layout: Literal["constrained"] | None = "constrained"
) -> Iterator[tuple[Figure, io.StringIO]]:
    """A figure in inches, written as SVG to the buffer when the block ends."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    told = {
        "svg.hashsalt": "leverage",  # else ids are drawn at random
        "svg.fonttype": "none",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": INK,
    }
    written = io.StringIO()
    with mpl.rc_context(told):
        figure = Figure(figsize=(width, height), layout=layout)
        yield figure, written
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})


def reliability_plot(tables: Mapping[str, pd.DataFrame], title: str) -> str:
    """Stated against observed frequency of each outcome, in bins of equal size.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        By outcome: ``stated``, ``observed`` (0..1) and ``rows``, as `leverage.lab.metrics.reliability`.
    title : str

    Returns
    -------
    str
        SVG. Bars are 95 % intervals of the observed frequency (Wilson 1927).
    """
    with _figure(3.1 * len(tables), 3.6) as (figure, written):
        axes = figure.subplots(1, len(tables), squeeze=False, sharey=True)[0]
        for axis, (outcome, table) in zip(axes, tables.items(), strict=True):
            stated, observed = table["stated"].to_numpy(), table["observed"].to_numpy()
            bounds = [wilson(share * n, n) for share, n in zip(observed, table["rows"], strict=True)]
            low, high = np.array(bounds).T
            axis.plot([0, 1], [0, 1], color=FAINT, linewidth=1)
            axis.errorbar(
                stated, observed, [observed - low, high - observed], color=LINE, marker="o", markersize=4,
                linewidth=1, elinewidth=0.8,
            )  # fmt: skip
            ends = (-0.03, 1.03)  # so that no point at an end is cut
            axis.set(xlim=ends, ylim=ends, title=outcome, xlabel="Probability stated")
            axis.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".5", ".75", "1"])
        axes[0].set_ylabel("Share that happened, with 95 % interval")
        figure.suptitle(f"{title}\nOn the line, what is stated happens as often as it is stated", fontsize=10)
    return written.getvalue()


def calibration_plot(metrics: pd.DataFrame, title: str) -> str:
    """How far stated and observed frequencies lie apart on average, by model.

    Parameters
    ----------
    metrics : DataFrame
        A row a model: ``calibration_error`` in 0..1, and its ``calibration_error_spread`` over repeats
        where there are several.
    title : str

    Returns
    -------
    str
        SVG.
    """
    with _figure(6.5, 1.4 + 0.3 * len(metrics)) as (figure, written):
        axis = figure.subplots()
        at = np.arange(len(metrics))[::-1]
        spread = metrics.get("calibration_error_spread")
        axis.errorbar(metrics["calibration_error"], at, xerr=spread, fmt="o", color=LINE, elinewidth=1)
        axis.set_yticks(at, [str(name) for name in metrics.index])
        axis.set_xlim(left=0)
        axis.set(xlabel="Mean distance of stated and observed share (bars: spread over repeats)", title=title)
    return written.getvalue()


def shape_plot(part: AdditiveLogit, table: pd.DataFrame, titles: Mapping[str, str], title: str) -> str:
    """The value function of each term, over the range that the rows span.

    Parameters
    ----------
    part : AdditiveLogit
    table : DataFrame
        The rows it was fitted to.
    titles : mapping of str to str
        What each factor is called.
    title : str

    Returns
    -------
    str
        SVG. All terms share the scale of log-odds; 0 is the median reading.
    """
    rows = -(-len(part.bases) // COLUMNS)
    height = 2.3 * rows + 0.6
    # Set by hand: with so many axes a layout that is solved takes longer than all the rest.
    with _figure(3.0 * COLUMNS, height, layout=None) as (figure, written):
        figure.subplots_adjust(0.06, 0.75 / height, 0.98, 1 - 0.5 / height, wspace=0.12, hspace=0.6)
        axes = figure.subplots(rows, COLUMNS, squeeze=False, sharey=True)
        for axis in axes.flat[len(part.bases) :]:
            axis.set_visible(False)
        for number, (basis, slopes) in enumerate(zip(part.bases, part.slopes, strict=True)):
            axis = axes.flat[number]
            _draw(axis, basis, slopes, table)
            axis.set_xlabel("\n".join(textwrap.wrap(_reading(basis.term, titles), 36)), fontsize=8)
            if number % COLUMNS == 0:
                axis.set_ylabel("Log-odds")
        figure.suptitle(title, fontsize=11, y=1 - 0.15 / height)
    return written.getvalue()


def _draw(axis: Any, basis: Basis, slopes: Array, table: pd.DataFrame) -> None:
    x, log_odds = curve(basis, slopes, table)
    axis.axhline(0, color=FAINT, linewidth=0.8)
    axis.plot(x, log_odds, color=LINE, linewidth=1.6)
    axis.tick_params(labelsize=7)
    axis.locator_params(axis="x", nbins=5)
    if basis.term.scale == "log":
        axis.set_xscale("log")
    if basis.term.form == "count":
        axis.set_xticks([0, 1, 2])


def curve(basis: Basis, slopes: Array, table: pd.DataFrame) -> tuple[Array, Array]:
    """A term's value function between the least and the greatest reading of some rows.

    Returns
    -------
    x : ndarray
        In the factor's own unit; for the gap of a factor on a log scale, the ratio of the two sides.
    log_odds : ndarray
    """
    read = np.concatenate([values for values, _ in basis.term.arguments(table)])
    read = read[np.isfinite(read)]
    low, high = (read.min(), read.max()) if read.size else (0.0, 1.0)
    x = np.linspace(low, high, POINTS)
    scale = basis.term.scale
    shown = np.exp(x) if scale == "log" else np.expm1(x) if scale == "log1p" else x
    return shown, basis.pieces(x) @ slopes


def _reading(term: Term, titles: Mapping[str, str]) -> str:
    title = titles.get(term.factor, term.factor)
    gap = "ratio of the two sides" if term.scale == "log" else "difference between the sides"
    told = {
        "row": title,
        "both": f"{title}: of either side",
        "gap": f"{title}: {gap}",
        "count": f"{title}: number of sides",
        "against": f"{title}: of A (for B, with the opposite sign)",
        "started": f"{title}: for whoever started it",
    }
    return told[term.form]


def weights_plot(weights: pd.DataFrame, title: str) -> str:
    """Weights with their intervals as SVG: a row a factor, with ``weight``, ``low`` and ``high`` in 0..1."""
    with _figure(6.5, 1.2 + 0.35 * len(weights)) as (figure, written):
        axis = figure.subplots()
        at = np.arange(len(weights))[::-1]
        axis.hlines(at, weights["low"], weights["high"], color=LINE, linewidth=1.2)
        axis.plot(weights["weight"], at, "o", color=LINE)
        axis.set_yticks(at, [str(name).replace("_", " ") for name in weights.index])
        axis.set(xlim=(-0.03, 1.03), xlabel="Weight, with 95 % interval", title=title)
    return written.getvalue()
