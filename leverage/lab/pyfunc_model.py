"""The model as MLflow keeps it: rows of a feature table in, scores with bounds and contributions out.

A row has a column for each leaf of the codebook, named as the leaf, with its leverage value v in 0..1
(as `FeatureTable.values_frame`), null where it is missing. Three more columns a leaf are optional,
``<leaf>:low`` and ``<leaf>:high`` with the value's outer bounds and ``<leaf>:coverage`` with 1 for live
evidence and 0 for an assumption. Without them a value is taken as exact and as evidence, and a missing
one spans 0 to 1.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from leverage import __version__
from leverage.builders import FeatureTable
from leverage.faults import Fault, InputError, call_error, name_list, suggest_name
from leverage.lab.logged import forget_places
from leverage.lab.store import quiet_mlflow
from leverage.model import ScoringModel, weigh

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

ARTIFACT = "model"
LOW, HIGH, COVERAGE, POINTS = ":low", ":high", ":coverage", ":points"
SERVED = Path(__file__).with_name("_served.py")
_SLACK = 1e-9


def model_rows(table: FeatureTable) -> pd.DataFrame:
    """The rows that the model takes, of a feature table: index case, scenario, actor; float columns.

    The values, their bounds and their coverage, so that the model's answer is the table's own scores.
    """
    import pandas as pd

    from leverage.builders import Row

    columns: dict[str, Array] = {}
    for number, leaf in enumerate(table.leaves):
        columns[leaf.id] = table.v[:, number]
        columns[leaf.id + LOW] = table.v_low[:, number]
        columns[leaf.id + HIGH] = table.v_high[:, number]
        columns[leaf.id + COVERAGE] = table.live[:, number].astype(float)
    return pd.DataFrame(columns, index=pd.MultiIndex.from_tuples(table.rows, names=Row._fields))


def predict_rows(model: ScoringModel, rows: pd.DataFrame) -> pd.DataFrame:
    """Score rows.

    Parameters
    ----------
    model : ScoringModel
    rows : DataFrame
        See the module; columns in any order, integers allowed.

    Returns
    -------
    DataFrame
        The index of `rows`; ``score``, ``low``, ``high`` (0..100), ``coverage`` (0..1) and
        ``<leaf>:points``. What is missing is None and never nan, so that it is null in JSON.

    Raises
    ------
    InputError
        A column is unknown, missing or doubled, or a value is no number from 0 to 1. Every fault is named.
    """
    import pandas as pd

    leaves = [leaf.id for leaf in model.codebook.leaves]
    given = _checked(rows, leaves)
    v = np.column_stack([given[leaf] for leaf in leaves])
    missing = np.isnan(v)

    def side(suffix: str, otherwise: Array) -> Array:
        stated = [given.get(leaf + suffix, np.full(len(rows), np.nan)) for leaf in leaves]
        found = np.column_stack(stated)
        return np.where(np.isnan(found), otherwise, found)

    low, high = side(LOW, np.where(missing, 0.0, v)), side(HIGH, np.where(missing, 1.0, v))
    live = np.where(missing, 0.0, side(COVERAGE, np.ones(v.shape)))
    _check_order(leaves, v, low, high)
    weights = model.weights.over(model.codebook.leaves)
    weighed = weigh(v, low, high, weights, model.missing)
    columns: dict[str, Any] = {"score": _nulls(weighed.score), "low": weighed.low, "high": weighed.high}
    columns["coverage"] = live @ weights
    columns |= {leaf + POINTS: _nulls(weighed.points[:, n]) for n, leaf in enumerate(leaves)}
    return pd.DataFrame(columns, index=rows.index)


def _nulls(values: Array) -> NDArray[np.object_]:
    found = values.astype(object)
    found[np.isnan(values)] = None
    return found


def _checked(rows: pd.DataFrame, leaves: list[str]) -> dict[str, Array]:
    """Columns as floats, nan where null."""
    if not hasattr(rows, "columns"):
        problem = f"the rows are a {type(rows).__name__}, which has no column names"
        raise call_error(problem, "give a DataFrame with a column for each leaf")
    names = [str(name) for name in rows.columns]
    known = [leaf + suffix for suffix in ("", LOW, HIGH, COVERAGE) for leaf in leaves]
    faults = [
        _fault(f"there is no leaf for the column {name!r}", suggest_name(name, known))
        for name in dict.fromkeys(names)
        if name not in known
    ]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        faults.append(_fault(f"columns occur twice: {name_list(doubled)}", "keep one of each"))
    absent = [leaf for leaf in leaves if leaf not in names]
    if absent:
        remedy = "add each, with null where it is missing"
        faults.append(_fault(f"the rows lack the columns {name_list(absent)}", remedy))
    if faults:
        raise InputError(faults)
    found: dict[str, Array] = {}
    for name in names:
        values, fault = _numbers(name, rows[name])
        found[name] = values
        faults += [fault] if fault else []
    if faults:
        raise InputError(faults)
    return found


def _numbers(name: str, column: pd.Series[Any]) -> tuple[Array, Fault | None]:
    empty = column.isna().to_numpy()
    values = np.full(len(column), np.nan)
    for number in np.flatnonzero(~empty) if column.dtype.kind not in "fiu" else ():
        cell = column.iloc[number]
        if isinstance(cell, (bool, np.bool_)) or not isinstance(cell, (int, float, np.number)):
            problem = f"{name!r} is {cell} in row {number}, which is no number"
            return values, _fault(problem, "give 0 to 1, or null")
    values[~empty] = column[~empty].to_numpy(dtype=float)
    wrong = np.flatnonzero(~empty & ~((values >= -_SLACK) & (values <= 1 + _SLACK)))
    if wrong.size:
        first = int(wrong[0])
        problem = f"{name!r} is {values[first]:g} in row {first}, outside 0 to 1"
        return values, _fault(problem, "give values v of the feature table, not readings in their unit")
    return np.clip(values, 0.0, 1.0), None


def _check_order(leaves: list[str], v: Array, low: Array, high: Array) -> None:
    wrong = np.argwhere((low > high + _SLACK) | (v < low - _SLACK) | (v > high + _SLACK))
    if len(wrong):
        row, leaf = wrong[0]
        value, bottom, top = v[row, leaf], low[row, leaf], high[row, leaf]
        problem = f"{leaves[leaf]!r} in row {row} is {value:g} with bounds {bottom:g} to {top:g}"
        raise call_error(problem, "give bounds around the value, or leave their columns out")


def _fault(problem: str, remedy: str) -> Fault:
    return call_error(problem, remedy).faults[0]


def save_pyfunc(model: ScoringModel, path: Path, example: pd.DataFrame | None = None, **known: Any) -> None:
    """Write the model as an MLflow model: the JSON file, the code beside it, signature and input example.

    Parameters
    ----------
    model : ScoringModel
    path : Path
        A folder that does not exist yet.
    example : DataFrame, optional
        A few rows that the model takes; one with every value at 0.5 where not given.
    **known
        ``model_id`` and ``run_id``, where MLflow knows the model already.
    """
    import tempfile

    import pandas as pd

    with quiet_mlflow():
        import mlflow.pyfunc
        from mlflow.models import Model, ModelSignature
        from mlflow.types import ColSpec, Schema

    leaves = [leaf.id for leaf in model.codebook.leaves]
    if example is None:
        example = pd.DataFrame({leaf: [0.5] for leaf in leaves})
    inputs = [ColSpec("double", leaf) for leaf in leaves]
    inputs += [
        ColSpec("double", leaf + suffix, required=False)
        for leaf in leaves
        for suffix in (LOW, HIGH, COVERAGE)
    ]
    outputs = [ColSpec("double", "score", required=False)]
    outputs += [ColSpec("double", name) for name in ("low", "high", "coverage")]
    outputs += [ColSpec("double", leaf + POINTS, required=False) for leaf in leaves]
    described = Model(artifact_path=ARTIFACT, **known)
    with tempfile.TemporaryDirectory() as folder, quiet_mlflow():
        file = Path(folder) / f"{ARTIFACT}.json"
        model.save(file)
        mlflow.pyfunc.save_model(
            path,
            python_model=SERVED,
            artifacts={ARTIFACT: str(file)},
            signature=ModelSignature(Schema(inputs), Schema(outputs)),
            input_example=example.reset_index(drop=True),
            pip_requirements=[f"negotiation-leverage=={__version__}", f"mlflow=={mlflow.__version__}"],
            metadata={
                "codebook_hash": model.codebook.hash,
                "codebook_version": model.codebook.version,
                "missing": model.missing,
                "weights": model.weights.id,
            },
            mlflow_model=described,
        )
    forget_places(described, SERVED.name, ARTIFACT)
    described.save(path / "MLmodel")
