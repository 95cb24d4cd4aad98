"""Log a scoring: one MLflow run with its parameters, scores, data, explanations and model."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from leverage import __version__
from leverage.builders import FeatureTable, feature_table
from leverage.case import CASE_FILE, LoadedCase, MissingPolicy
from leverage.explain import Explanation, default_baseline, explain, find_baseline, find_flips
from leverage.lab.pyfunc_model import ARTIFACT, model_rows, save_pyfunc
from leverage.lab.runs import log_values, open_run, open_store
from leverage.lab.store import Store, project_root, quiet_mlflow
from leverage.model import Scores, ScoringModel, Weights, case_weights, score_table
from leverage.report import score_table_form, scores_document

if TYPE_CHECKING:
    from mlflow import MlflowClient

DEFAULT_EXPERIMENT = "scored-cases"
_DIGEST_LENGTH = 36  # MLflow's column holds no more


def log_case(
    loaded: LoadedCase,
    *,
    weights: Weights | None = None,
    policy: MissingPolicy | None = None,
    scenarios: Sequence[str] | None = None,
    baseline: str | None = None,
    flips: bool = True,
    experiment: str | None = None,
    store: Store | None = None,
) -> str:
    """Score a case and log it as an MLflow run.

    Parameters
    ----------
    loaded : LoadedCase
    weights : Weights, optional
        The case's own where not given.
    policy : {"bounds", "renormalise", "assume"}, optional
        What a missing factor does; the case's policy where not given.
    scenarios : sequence of str, optional
        Scenario ids; all of the case where not given.
    baseline : str
        What scores are explained against, see `leverage.explain.find_baseline`.
    flips : bool
        Whether explanations say what must change to turn the order; most of the time goes there.
    experiment : str, optional
        MLflow's experiment; ``MLFLOW_EXPERIMENT_NAME``, else ``scored-cases``, where not given.
    store : Store, optional
        `Store.find` where not given.

    Returns
    -------
    str
        The run's id.

    Raises
    ------
    InputError
        The case cannot be scored so, or the store cannot be used. No run is made then.
    """
    scored = ScoredCase.of(loaded, weights, policy, scenarios, baseline=baseline, flips=flips)
    store = store or Store.find()
    client = open_store(store)
    name = experiment or os.environ.get("MLFLOW_EXPERIMENT_NAME") or DEFAULT_EXPERIMENT
    return record(client, store.experiment(name, client), scored, f"{loaded.case.id} · {scored.weights.id}")


@dataclass(frozen=True)
class ScoredCase:
    """A case with its scores, ready to be logged.

    Attributes
    ----------
    baseline : str
        What its explanations are held against.
    flips : bool
        Whether they look for what must change.
    """

    loaded: LoadedCase
    scores: Scores
    baseline: str
    flips: bool

    @classmethod
    def of(
        cls,
        loaded: LoadedCase,
        weights: Weights | None = None,
        policy: MissingPolicy | None = None,
        scenarios: Sequence[str] | None = None,
        *,
        baseline: str | None = None,
        flips: bool = True,
    ) -> ScoredCase:
        """Score a case; whatever is wrong with the choices is an `InputError` here and not later."""
        policy = policy or loaded.case.missing.policy
        chosen = list(scenarios or loaded.states)
        baseline = baseline or default_baseline(loaded)
        kind, _, other = baseline.partition(":")
        if kind == "scenario" and other not in chosen:
            chosen.append(other)
        table = feature_table(loaded, list(dict.fromkeys(chosen)), missing=policy)
        scores = score_table(table, weights or case_weights(loaded), policy)
        for row in range(len(scores.rows)):
            find_baseline(loaded, scores, row, baseline)
        return cls(loaded, scores, baseline, flips)

    @property
    def weights(self) -> Weights:
        """The weights that scored."""
        return self.scores.weights

    @property
    def table(self) -> FeatureTable:
        """The feature table that was scored."""
        return self.scores.table

    @property
    def model(self) -> ScoringModel:
        """Codebook, weights and policy."""
        return ScoringModel(self.loaded.codebook, self.weights, self.scores.policy)

    @cached_property
    def params(self) -> dict[str, object]:
        """What was chosen, as MLflow's parameters; weights with all their digits."""
        case, codebook = self.loaded.case, self.loaded.codebook
        return {
            "case": case.id,
            "as_of": case.as_of.isoformat(),
            "deadline": case.deadline.isoformat() if case.deadline else "none",
            "scenarios": ", ".join(dict.fromkeys(row.scenario for row in self.scores.rows)),
            "policy": self.scores.policy,
            "baseline": self.baseline,
            "codebook.version": codebook.version,
            "codebook.hash": codebook.hash,
            "weights": self.weights.id,
            "weights.scheme": self.weights.scheme,
            **{f"weight.{name}": repr(float(value)) for name, value in self.weights.factors.items()},
        }

    @cached_property
    def metrics(self) -> dict[str, float]:
        """Scores, bounds and coverage by scenario and actor, and the first actor's lead over the second.

        A score that is missing is nan here and is not logged.
        """
        found: dict[str, float] = {}
        scores = self.scores
        for number, row in enumerate(scores.rows):
            for name in ("score", "low", "high", "coverage"):
                found[f"{name}.{row.scenario}.{row.actor}"] = float(getattr(scores, name)[number])
        if len(self.loaded.case.actors) > 1:
            first, second = (actor.id for actor in self.loaded.case.actors[:2])
            for scenario in dict.fromkeys(row.scenario for row in scores.rows):
                ahead, behind = (scores.table.row_number(scenario, actor) for actor in (first, second))
                found[f"margin.{scenario}"] = float(scores.score[ahead] - scores.score[behind])
        return found

    @cached_property
    def tags(self) -> dict[str, str]:
        """What the case is, its articles' hashes, the version and the commit; nothing about who runs it."""
        case = self.loaded.case
        shown = score_table_form(self.loaded, [self.scores]).to_markdown()
        return {
            "case.title": case.title,
            "case.question": case.question,
            "leverage.version": __version__,
            "mlflow.note.content": f"{case.question}\n\n{shown}",
            **{f"article.{article.id}.sha256": article.sha256 for article in case.articles},
            **git_tags(self.loaded.folder),
        }

    def explanations(self) -> Iterator[Explanation]:
        """The explanation of each row of the scores."""
        for row in self.scores.rows:
            place = self.loaded, self.scores, row.scenario, row.actor
            yield explain(*place, self.baseline, flips=find_flips(*place) if self.flips else None)

    def write(self, folder: Path) -> None:
        """Write everything that a run keeps as files: tables, explanations, the case, the configuration."""
        document = scores_document(self.loaded, [self.scores]).model_dump(mode="json")
        _write(folder / "scores.json", _json(document))
        _write(folder / "scores.csv", self.scores.to_frame().to_csv(lineterminator="\n"))
        _write(folder / "features.csv", model_rows(self.table).to_csv(lineterminator="\n"))
        _write(folder / "config.json", _json(self._config()))
        _write(folder / "case" / CASE_FILE, _text_of(self.loaded))
        for each in self.explanations():
            place = folder / "explanations" / each.scenario
            _write(place / f"{each.actor}.html", each.to_html(page=True))
            _write(place / f"{each.actor}.md", each.to_markdown())
            _write(place / f"{each.actor}.json", each.to_json())
            _write(place / f"{each.actor}.svg", each.to_svg())

    def _config(self) -> dict[str, object]:
        weights = self.weights
        return {
            **self.params,
            "weights": {
                "id": weights.id,
                "title": weights.title,
                "scheme": weights.scheme,
                "author": weights.author,
                "reason": weights.reason,
                "notes": list(weights.notes),
                "warning": weights.warning,
                "factors": dict(weights.factors),
            },
            "articles": [article.model_dump(mode="json") for article in self.loaded.case.articles],
            "environment": _environment(),
        }


def record(
    client: MlflowClient,
    experiment: str,
    scored: ScoredCase,
    name: str,
    *,
    parent: str | None = None,
    params: Mapping[str, object] | None = None,
) -> str:
    """Log a scored case as a run of an experiment, and as a child where there is a parent.

    Returns
    -------
    str
        The run's id. The run ends as finished, failed or killed, whatever happens.
    """
    told = {**scored.params, **(params or {})}
    with open_run(client, experiment, name, scored.tags, parent) as run:
        log_values(client, run, params=told, metrics=scored.metrics)
        client.log_inputs(run, dataset_inputs(scored))
        with tempfile.TemporaryDirectory() as folder:
            scored.write(Path(folder))
            client.log_artifacts(run, folder)
        log_model(client, experiment, run, scored)
    return run


def dataset_inputs(scored: ScoredCase) -> list[Any]:
    """What was scored, as MLflow's datasets: the feature table, and each article by its SHA-256."""
    import mlflow.data
    from mlflow.entities import Dataset, DatasetInput, InputTag

    case = scored.loaded.case
    frame = model_rows(scored.table).reset_index()
    source = json.dumps({"uri": _shown_path(scored.loaded)}, ensure_ascii=False)
    with quiet_mlflow():
        described = mlflow.data.from_pandas(frame, name=case.id).to_dict()
    table = Dataset(**{**described, "source_type": "local", "source": source})
    found = [DatasetInput(table, [InputTag("mlflow.data.context", "feature-table")])]
    for article in case.articles:
        told = article.model_dump(mode="json", include={"title", "publisher", "date", "sha256", "file"})
        digest = article.sha256[:_DIGEST_LENGTH]
        each = Dataset(f"{case.id}/{article.id}", digest, "article", json.dumps(told, ensure_ascii=False))
        tags = [InputTag("mlflow.data.context", "article"), InputTag("sha256", article.sha256)]
        found.append(DatasetInput(each, tags))
    return found


def log_model(client: MlflowClient, experiment: str, run: str, scored: ScoredCase) -> str:
    """Log the model as an output of a run; it ends as ready or as failed.

    Returns
    -------
    str
        The model's id, which MLflow loads as ``models:/<id>``.
    """
    from mlflow.entities import LoggedModelOutput

    params = {name: str(value) for name, value in scored.params.items()}
    made = client.create_logged_model(experiment, ARTIFACT, run, params=params, model_type="leverage")
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / ARTIFACT
            example = model_rows(scored.table).head(2)
            save_pyfunc(scored.model, path, example, model_id=made.model_id, run_id=run)
            client.log_model_artifacts(made.model_id, str(path))
        client.finalize_logged_model(made.model_id, "READY")
        client.log_outputs(run, [LoggedModelOutput(made.model_id, 0)])
    except BaseException:
        with suppress(Exception):  # the error itself is what the caller must see
            client.finalize_logged_model(made.model_id, "FAILED")
        raise
    return str(made.model_id)


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


def _environment() -> dict[str, str]:
    import platform

    import pandas as pd

    return {
        "leverage": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "pandas": pd.__version__,
    }


def _shown_path(loaded: LoadedCase) -> str:
    """The case file seen from the project, or its folder's and own name where it lies elsewhere."""
    file = Path(loaded.document.name).resolve()
    root = project_root(file.parent)
    return file.relative_to(root if root != file.parent else file.parent.parent).as_posix()


def _text_of(loaded: LoadedCase) -> str:
    return Path(loaded.document.name).read_text(encoding="utf-8-sig")


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
