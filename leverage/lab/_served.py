# The code that travels in the MLflow model ("models from code"): MLflow runs this file to load the model,
# and nothing is unpickled. The model itself is the JSON file beside it.
"""The face that MLflow serves; see `leverage.lab.pyfunc_model`."""

from typing import Any

import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.pyfunc import PythonModel

from leverage.faults import InputError
from leverage.lab.pyfunc_model import ARTIFACT, predict_rows
from leverage.model import ScoringModel, load_model


class ServedModel(PythonModel):
    """Scores rows of a feature table."""

    model: ScoringModel

    def load_context(self, context: Any) -> None:
        """Read the JSON file."""
        self.model = load_model(context.artifacts[ARTIFACT])

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> pd.DataFrame:
        """Score, bounds, coverage and points of each row; a wrong table is an `MlflowException`."""
        del context
        if params:
            raise MlflowException(f"the model takes no params: {params}", INVALID_PARAMETER_VALUE)
        try:
            return predict_rows(self.model, model_input)
        except InputError as error:
            raise MlflowException(str(error), INVALID_PARAMETER_VALUE) from None


set_model(ServedModel())
