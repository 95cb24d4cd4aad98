# The code that travels in the MLflow model ("models from code"): MLflow runs this file to load the model,
# and nothing is unpickled. The model itself is the JSON file beside it.
"""The face that MLflow serves; see `leverage.lab.outcome_pyfunc`."""

from typing import Any

import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.pyfunc import PythonModel

from leverage.faults import InputError
from leverage.lab.outcome_pyfunc import NAME, ServedOutcome


class ServedOutcomeModel(PythonModel):
    """Gives the probabilities of rows of a panel."""

    served: ServedOutcome

    def load_context(self, context: Any) -> None:
        """Read the JSON file."""
        self.served = ServedOutcome.load(context.artifacts[NAME])

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> pd.DataFrame:
        """Probabilities and log-odds of each row; a wrong table is an `MlflowException`."""
        del context
        if params:
            raise MlflowException(f"the model takes no params: {params}", INVALID_PARAMETER_VALUE)
        try:
            return self.served.predict(model_input)
        except InputError as error:
            raise MlflowException(str(error), INVALID_PARAMETER_VALUE) from None


set_model(ServedOutcomeModel())
