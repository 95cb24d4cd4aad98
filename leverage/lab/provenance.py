"""Where numbers come from: the commit, the versions of what computed them, and digests of the data."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leverage import __version__
from leverage.lab.store import quiet_mlflow

if TYPE_CHECKING:
    import pandas as pd

    from leverage.lab.panels import Panel

DIGEST_LENGTH = 36
"""Characters of a digest that MLflow's column holds."""
PACKAGES = ("numpy", "pandas", "scipy", "scikit-learn", "mlflow")


def git_tags(folder: Path) -> dict[str, str]:
    """The commit that a folder stands at, and whether tracked files differ from it; empty outside git."""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    quiet = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=quiet, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return {}
    commit, _, dirty = done.stdout.strip().partition("-")
    return {"mlflow.source.git.commit": commit, "git.changed": "yes" if dirty else "no"}


def environment(*further: str) -> dict[str, str]:
    """Versions of Python, of this package, of what it computes with, and of `further` distributions."""
    import platform
    from importlib.metadata import version

    return {
        "leverage": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in (*PACKAGES, *further)},
    }


def json_text(value: object) -> str:
    """JSON for a file: indented, with real null for what is missing."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_text(path: Path, text: str) -> None:
    r"""Write a text as UTF-8 with ``\n``, making the folders around it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def frame_input(frame: pd.DataFrame, name: str, source: object, context: str) -> Any:
    """A table as MLflow's dataset: its digest, schema and size, and where it comes from.

    Parameters
    ----------
    frame : DataFrame
    name : str
    source : object
        What JSON can say of its origin.
    context : str
        What it was used for.
    """
    import mlflow.data
    from mlflow.entities import Dataset, DatasetInput, InputTag

    with quiet_mlflow():
        described = mlflow.data.from_pandas(frame, name=name).to_dict()
    told = {**described, "source_type": "local", "source": json.dumps(source, ensure_ascii=False)}
    return DatasetInput(Dataset(**told), [InputTag("mlflow.data.context", context)])


def source_input(name: str, sha256: str, kind: str, told: object) -> Any:
    """A file as MLflow's dataset, by its SHA-256, which a tag holds in full.

    Parameters
    ----------
    name, sha256 : str
    kind : str
        What sort of source it is; also what it was used for.
    told : object
        What JSON can say of its origin.
    """
    from mlflow.entities import Dataset, DatasetInput, InputTag

    each = Dataset(name, sha256[:DIGEST_LENGTH], kind, json.dumps(told, ensure_ascii=False))
    return DatasetInput(each, [InputTag("mlflow.data.context", kind), InputTag("sha256", sha256)])


def panel_inputs(panel: Panel) -> list[Any]:
    """A panel as MLflow's datasets: its table, and each data set that it was made of."""
    table = panel.features().assign(id=panel.ids, outcome=panel.outcome)
    digests = {source.name: source.sha256 for source in panel.sources}
    found = [frame_input(table, panel.name, {"made of": digests}, "panel")]
    for source in panel.sources:
        told = {"citation": source.citation, "rows": source.rows, "sha256": source.sha256}
        found.append(source_input(source.name, source.sha256, "research-data", told))
    return found
