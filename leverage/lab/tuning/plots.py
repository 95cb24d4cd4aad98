"""The picture of a search: the loss of each trial, and which settings matter."""

from __future__ import annotations

import io

import numpy as np

from leverage.lab.tuning.document import TuneDocument
from leverage.lab.tuning.study import Trial


def search_svg(document: TuneDocument, trials: list[Trial]) -> str:
    """Log loss by trial with the least so far, and the share of each setting; the same bytes every time."""
    import matplotlib
    from matplotlib.figure import Figure

    losses = np.array([trial.measured.metrics["log_loss"] for trial in trials])
    places = np.arange(len(trials))
    style = {"svg.hashsalt": "leverage", "svg.fonttype": "none", "font.size": 9}
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(9, 3.6), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=[3, 2])
        left.plot(places, losses, "o", color="#8a8f98", markersize=4, label="a trial")
        left.step(
            places, np.minimum.accumulate(losses), where="post", color="#1f5fa8", label="the least so far"
        )
        left.plot(0, losses[0], "s", color="#b3541e", label="shipped settings")
        left.set(xlabel="trial", ylabel="log loss out of fold")
        left.set_title(f"{document.panel}, {document.model}, {document.scheme}", loc="left")
        left.legend(frameon=False)
        names = list(document.importances)[::-1]
        right.barh(names, [100 * document.importances[name] for name in names], color="#1f5fa8")
        right.set(xlabel="share of the differences in log loss, %", xlim=(0, 100))
        right.set_title("Which settings matter", loc="left")
        for axes in (left, right):
            axes.spines[["top", "right"]].set_visible(False)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()
