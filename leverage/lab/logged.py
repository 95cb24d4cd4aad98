"""Models as outputs of a run."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from mlflow import MlflowClient


class Save(Protocol):
    """Writes an MLflow model to a folder that does not exist yet."""

    def __call__(self, path: Path, /, *, model_id: str, run_id: str) -> None:
        """Write it, with what MLflow knows of it already."""
        ...


def log_pyfunc(
    client: MlflowClient, experiment: str, run: str, save: Save, *, name: str, kind: str,
    params: Mapping[str, object],
) -> str:  # fmt: skip
    """Log a model as an output of a run; it ends as ready or as failed.

    A run that is continued and has a model of that name keeps it.

    Parameters
    ----------
    client : MlflowClient
    experiment, run : str
        Ids.
    save : callable
    name : str
        The model's name in the run.
    kind : str
        MLflow's type of model.
    params : mapping of str to object

    Returns
    -------
    str
        The model's id, which MLflow loads as ``models:/<id>``.
    """
    from mlflow.entities import LoggedModelOutput

    for output in client.get_run(run).outputs.model_outputs:
        if client.get_logged_model(output.model_id).name == name:
            return str(output.model_id)
    told = {key: str(value) for key, value in params.items()}
    made = client.create_logged_model(experiment, name, run, params=told, model_type=kind)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            save(path, model_id=made.model_id, run_id=run)
            client.log_model_artifacts(made.model_id, str(path))
        client.finalize_logged_model(made.model_id, "READY")
        client.log_outputs(run, [LoggedModelOutput(made.model_id, 0)])
    except BaseException:
        with suppress(Exception):  # the error itself is what the caller must see
            client.finalize_logged_model(made.model_id, "FAILED")
        raise
    return str(made.model_id)


def forget_places(described: Any, code: str, artifact: str) -> None:
    """Take out of MLflow's notes on a model where it took the files from, which is of no use elsewhere.

    Parameters
    ----------
    described : mlflow.models.Model
        Saved already; write it again afterwards.
    code : str
        The name of the file with the code.
    artifact : str
        The name of the one artifact beside it.
    """
    flavor = described.flavors["python_function"]
    flavor["model_code_path"] = code
    flavor["artifacts"][artifact]["uri"] = flavor["artifacts"][artifact]["path"]
