"""Timings side by side. Compare the ratios: seconds differ from machine to machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from timing import report, timed

ROOT = Path(__file__).resolve().parents[1]
CASE = str(ROOT / "seeds" / "kursk-2025-01")


def command(*words: str) -> Callable[[], object]:
    """A whole process, its output thrown away."""
    return lambda: subprocess.run([sys.executable, *words], check=True, capture_output=True)


def cold_start() -> None:
    """The goal for score is 800 ms of wall time on two cores."""
    leverage = ("-c", "import sys; sys.argv[0] = 'leverage'; from leverage.cli import main; main()")
    report(
        "Cold start, whole process, ms",
        {
            "leverage score CASE --format json": timed(command(*leverage, "score", CASE, "--format", "json")),
            "leverage explain CASE (both actors, with flips)": timed(command(*leverage, "explain", CASE)),
            "leverage check CASE": timed(command(*leverage, "check", CASE)),
            "python -c pass": timed(command("-c", "pass")),
            "python -c 'import numpy, pydantic, typer'": timed(
                command("-c", "import numpy, pydantic, typer")
            ),
            "python -c 'import pandas'": timed(command("-c", "import pandas")),
            "python -c 'import mlflow'": timed(command("-c", "import mlflow")),
        },
    )


def in_process() -> None:
    """What a notebook or a server pays for each piece of the main line."""
    from leverage.builders import feature_table
    from leverage.case import load_case
    from leverage.explain import explain, find_flips
    from leverage.model import case_weights, score_table

    loaded = load_case(CASE)
    table = feature_table(loaded)
    weights = case_weights(loaded)
    scores = score_table(table, weights)
    report(
        "The main line on one case, warm, ms",
        {
            "score the table": timed(lambda: score_table(table, weights)),
            "load and check the case": timed(lambda: load_case(CASE)),
            "build the feature table": timed(lambda: feature_table(loaded)),
            "explain one actor": timed(lambda: explain(loaded, scores, "assessed", "ukraine")),
            "find every flip of one actor": timed(lambda: find_flips(loaded, scores, "assessed", "ukraine")),
        },
    )


def large_tables() -> None:
    """A million rows of 20 columns, against scikit-learn and shap."""
    import shap
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MinMaxScaler

    from leverage.estimators import LeverageModel

    values = np.random.default_rng(0).uniform(size=(1_000_000, 20))
    model = LeverageModel().fit(values)
    linear = LinearRegression().fit(values[:1000], model.predict(values[:1000]))
    pipeline = make_pipeline(MinMaxScaler(), LinearRegression()).fit(values[:1000], values[:1000, 0])
    explainer = shap.LinearExplainer(linear, np.zeros((1, 20)))
    report(
        "1,000,000 rows × 20 columns, ms",
        {
            "LeverageModel.predict": timed(lambda: model.predict(values)),
            "scikit-learn MinMaxScaler and LinearRegression": timed(lambda: pipeline.predict(values)),
            "LeverageModel.transform (exact contributions)": timed(lambda: model.transform(values)),
            "shap LinearExplainer.shap_values": timed(lambda: explainer.shap_values(values)),
        },
    )


if __name__ == "__main__":
    cold_start()
    in_process()
    large_tables()
