"""Log a scoring: one MLflow run with its parameters, scores, data, explanations and model."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leverage import __version__
from leverage.builders import FeatureTable, feature_table
from leverage.case import CASE_FILE, LoadedCase, MissingPolicy
from leverage.explain import Explanation, default_baseline, explain, find_baseline, find_flips
from leverage.lab.logged import log_pyfunc
from leverage.lab.provenance import environment, frame_input, git_tags, json_text, source_input, write_text
from leverage.lab.pyfunc_model import ARTIFACT, model_rows, save_pyfunc
from leverage.lab.runs import log_inputs, log_values, open_run, open_store
from leverage.lab.store import Store, project_root
from leverage.model import Scores, ScoringModel, Weights, case_weights, score_table
from leverage.report import score_table_form, scores_document

if TYPE_CHECKING:
    from mlflow import MlflowClient

DEFAULT_EXPERIMENT = "scored-cases"


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
        write_text(folder / "scores.json", json_text(document))
        write_text(folder / "scores.csv", self.scores.to_frame().to_csv(lineterminator="\n"))
        write_text(folder / "features.csv", model_rows(self.table).to_csv(lineterminator="\n"))
        write_text(folder / "config.json", json_text(self._config()))
        write_text(folder / "weights.csv", _weights_table(self.weights))
        write_text(folder / "case" / CASE_FILE, _text_of(self.loaded))
        for each in self.explanations():
            place = folder / "explanations" / each.scenario
            write_text(place / f"{each.actor}.html", each.to_html(page=True))
            write_text(place / f"{each.actor}.md", each.to_markdown())
            write_text(place / f"{each.actor}.json", each.to_json())
            write_text(place / f"{each.actor}.svg", each.to_svg())

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
            "environment": environment(),
        }


def record(
    client: MlflowClient,
    experiment: str,
    scored: ScoredCase,
    name: str,
    *,
    parent: str | None = None,
    params: Mapping[str, object] | None = None,
    tags: Mapping[str, str] | None = None,
) -> str:
    """Log a scored case as a run of an experiment, and as a child where there is a parent.

    Parameters
    ----------
    client : MlflowClient
    experiment : str
        The experiment's id.
    scored : ScoredCase
    name : str
        The run's name.
    parent : str, optional
        Id of the run above it.
    params : mapping of str to object, optional
    tags : mapping of str to str, optional
        Parameters and tags to add to the case's own.

    Returns
    -------
    str
        The run's id. The run ends as finished, failed or killed, whatever happens.
    """
    told = {**scored.params, **(params or {})}
    with open_run(client, experiment, name, {**scored.tags, **(tags or {})}, parent) as run:
        log_values(client, run, params=told, metrics=scored.metrics)
        log_inputs(client, run, dataset_inputs(scored))
        with tempfile.TemporaryDirectory() as folder:
            scored.write(Path(folder))
            client.log_artifacts(run, folder)
        log_model(client, experiment, run, scored)
    return run


def dataset_inputs(scored: ScoredCase) -> list[Any]:
    """What was scored, as MLflow's datasets: the feature table, and each article by its SHA-256."""
    case = scored.loaded.case
    frame = model_rows(scored.table).reset_index()
    found = [frame_input(frame, case.id, {"uri": _shown_path(scored.loaded)}, "feature-table")]
    for article in case.articles:
        told = article.model_dump(mode="json", include={"title", "publisher", "date", "sha256", "file"})
        found.append(source_input(f"{case.id}/{article.id}", article.sha256, "article", told))
    return found


def log_model(client: MlflowClient, experiment: str, run: str, scored: ScoredCase) -> str:
    """Log the model as an output of a run; it ends as ready or as failed.

    Returns
    -------
    str
        The model's id, which MLflow loads as ``models:/<id>``.
    """

    def save(path: Path, *, model_id: str, run_id: str) -> None:
        example = model_rows(scored.table).head(2)
        save_pyfunc(scored.model, path, example, model_id=model_id, run_id=run_id)

    return log_pyfunc(client, experiment, run, save, name=ARTIFACT, kind="leverage", params=scored.params)


def _shown_path(loaded: LoadedCase) -> str:
    """The case file seen from the project, or its folder's and own name where it lies elsewhere."""
    file = Path(loaded.document.name).resolve()
    root = project_root(file.parent)
    return file.relative_to(root if root != file.parent else file.parent.parent).as_posix()


def _weights_table(weights: Weights) -> str:
    rows = (f"{name},{float(value)!r}" for name, value in weights.factors.items())
    return "\n".join(["factor,weight", *rows]) + "\n"


def _text_of(loaded: LoadedCase) -> str:
    return Path(loaded.document.name).read_text(encoding="utf-8-sig")
