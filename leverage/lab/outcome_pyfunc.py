"""The outcome model as MLflow keeps it: a panel's columns in, probabilities and log-odds out.

A row has the columns that the model's terms read, as `Panel.features` makes them; null is a missing
number, which counts as the training rows' median. The panel's other columns may be there too. The answer
has ``probability: <class>`` for each class and ``log-odds: …`` for each additive part behind them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from leverage import __version__
from leverage.faults import Fault, InputError, call_error, name_list, suggest_name
from leverage.lab.logged import forget_places
from leverage.lab.provenance import json_text
from leverage.lab.store import quiet_mlflow

if TYPE_CHECKING:
    import pandas as pd

    from leverage.lab.outcome import AdditiveLogit, OutcomeModel, PrevailModel

Array = NDArray[np.float64]
NAME = "outcome-model"
FORMAT = "leverage/served-outcome-model/1"
SERVED = Path(__file__).with_name("_served_outcome.py")
STARTED = "initiator"


@dataclass(frozen=True)
class ServedOutcome:
    """A fitted outcome model with what its columns and classes are.

    Attributes
    ----------
    model : OutcomeModel or PrevailModel
        Fitted.
    panel : str
        The panel it was fitted to.
    classes : tuple of str
    columns : tuple of str
        Every column of the panel, in its order.
    """

    model: OutcomeModel | PrevailModel
    panel: str
    classes: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def parts(self) -> Mapping[str, AdditiveLogit]:
        """The additive logits, by what each is the log-odds of."""
        logit = getattr(self.model, "logit_", None)
        if logit is not None:
            return {self.classes[0]: logit}
        return {"anyone prevails": self.model.whether_, "A prevails if anyone does": self.model.who_}

    @property
    def needed(self) -> list[str]:
        """The columns that the terms read, in the panel's order."""
        read = {column for part in self.parts.values() for b in part.bases for column in b.term.columns}
        read |= {STARTED} if any(part.antisymmetric for part in self.parts.values()) else set()
        return [column for column in self.columns if column in read]

    @property
    def answers(self) -> list[str]:
        """The names of the answer's columns."""
        return [f"probability: {name}" for name in self.classes] + [f"log-odds: {n}" for n in self.parts]

    def to_text(self) -> str:
        """The model file, as JSON."""
        told = {
            "format": FORMAT,
            "type": type(self.model).__name__,
            "panel": self.panel,
            "classes": list(self.classes),
            "columns": list(self.columns),
            "model": self.model.to_dict(),
        }
        return json_text(told)

    @classmethod
    def load(cls, path: Path | str) -> ServedOutcome:
        """Read a model file.

        Raises
        ------
        InputError
            The file is none of this format.
        """
        from leverage.lab import outcome

        told = json.loads(Path(path).read_text(encoding="utf-8"))
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise call_error(f"{Path(path).name} is no model file of format {FORMAT}", "log the model anew")
        model = getattr(outcome, told["type"]).from_dict(told["model"])
        return cls(model, told["panel"], tuple(told["classes"]), tuple(told["columns"]))

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Probabilities and log-odds of rows.

        Parameters
        ----------
        rows : DataFrame
            See the module; columns in any order, integers allowed.

        Returns
        -------
        DataFrame
            The index of `rows` and the columns of `answers`; probabilities of a row sum to 1.

        Raises
        ------
        InputError
            A column is unknown, missing or doubled, or a value is no number. Every fault is named.
        """
        import pandas as pd

        table = self._checked(rows)
        found = dict(zip(self.answers, self.model.predict_proba(table).T, strict=False))
        found |= {f"log-odds: {name}": part.log_odds(table) for name, part in self.parts.items()}
        return pd.DataFrame(found, index=rows.index)

    def _checked(self, rows: pd.DataFrame) -> pd.DataFrame:
        import pandas as pd

        names = [str(name) for name in rows.columns]
        faults = _faults_of_names(names, self.columns, self.needed)
        if faults:
            raise InputError(faults)
        columns = {}
        for name in self.needed:
            columns[name], fault = _numbers(name, rows[name])
            faults += [fault] if fault else []
        if faults:
            raise InputError(faults)
        return pd.DataFrame(columns, index=rows.index)


def _faults_of_names(names: Sequence[str], known: Sequence[str], needed: Sequence[str]) -> list[Fault]:
    faults = [
        _fault(f"the panel has no column {name!r}", suggest_name(name, list(known)))
        for name in dict.fromkeys(names)
        if name not in known
    ]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        faults.append(_fault(f"columns occur twice: {name_list(doubled)}", "keep one of each"))
    absent = [name for name in needed if name not in names]
    if absent:
        problem = f"the rows lack the columns {name_list(absent)}"
        faults.append(_fault(problem, "add each, with null where it is not known"))
    return faults


def _numbers(name: str, column: pd.Series[Any]) -> tuple[Array, Fault | None]:
    empty = column.isna().to_numpy()
    values = np.full(len(column), np.nan)
    for row in np.flatnonzero(~empty) if column.dtype.kind not in "fiu" else ():
        cell = column.iloc[row]
        if isinstance(cell, (bool, np.bool_)) or not isinstance(cell, (int, float, np.number)):
            problem = f"{name!r} is {cell} in row {row}, which is no number"
            return values, _fault(problem, "give a number, or null")
    values[~empty] = column[~empty].to_numpy(dtype=float)
    wrong = np.abs(values) != 1 if name == STARTED else np.isinf(values)
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        remedy = "give 1 where A started it, -1 where B did" if name == STARTED else "give a number, or null"
        return values, _fault(f"{name!r} is {values[first]:g} in row {first}", remedy)
    return values, None


def _fault(problem: str, remedy: str) -> Fault:
    return call_error(problem, remedy).faults[0]


def save_outcome_pyfunc(served: ServedOutcome, path: Path, example: pd.DataFrame, **known: Any) -> None:
    """Write an outcome model as an MLflow model: the JSON file, the code beside it, signature and example.

    Parameters
    ----------
    served : ServedOutcome
    path : Path
        A folder that does not exist yet.
    example : DataFrame
        A few rows of the panel's columns.
    **known
        ``model_id`` and ``run_id``, where MLflow knows the model already.
    """
    import tempfile

    with quiet_mlflow():
        import mlflow.pyfunc
        from mlflow.models import Model, ModelSignature
        from mlflow.types import ColSpec, Schema

    needed = set(served.needed)
    inputs = [ColSpec("double", name, required=name in needed) for name in served.columns]
    outputs = [ColSpec("double", name) for name in served.answers]
    described = Model(artifact_path=NAME, **known)
    with tempfile.TemporaryDirectory() as folder, quiet_mlflow():
        file = Path(folder) / f"{NAME}.json"
        file.write_text(served.to_text(), encoding="utf-8", newline="\n")
        mlflow.pyfunc.save_model(
            path,
            python_model=SERVED,
            artifacts={NAME: str(file)},
            signature=ModelSignature(Schema(inputs), Schema(outputs)),
            input_example=example.reset_index(drop=True).astype(float),
            pip_requirements=[f"negotiation-leverage=={__version__}", f"mlflow=={mlflow.__version__}"],
            metadata={"panel": served.panel, "classes": ", ".join(served.classes)},
            mlflow_model=described,
        )
    forget_places(described, SERVED.name, NAME)
    described.save(path / "MLmodel")
