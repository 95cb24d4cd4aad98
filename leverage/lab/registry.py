"""The registry: a run's model promoted to a named version, and weights read from one by name.

Weights from a registry are the model file's (`leverage.model.load_model`); nothing is unpickled.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leverage.codebook import Codebook
from leverage.faults import InputError, call_error, name_list
from leverage.lab.pyfunc_model import ARTIFACT
from leverage.lab.runs import PARENT_TAG, find_runs
from leverage.lab.store import Store, quiet_mlflow
from leverage.model import ScoringModel, Weights, load_model

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

PREFIX = "models:/"
NAME, ALIAS = "leverage", "champion"
HASH_TAG, SHA_TAG, WEIGHTS_TAG = "leverage.codebook.hash", "leverage.model.sha256", "leverage.weights"
BARRED = "negotiations"
"""The project's library of past negotiations: promoted weights never come from it."""
_FROM_DATA = ("entropy", "critic")
_FILE = f"artifacts/{ARTIFACT}.json"
_DIGITS = 12
_SUFFIX = re.compile(r" \((?:[\w-]+ \d+, )?[0-9a-f]{12}\)$")


@dataclass(frozen=True)
class Promotion:
    """What a promotion did.

    Attributes
    ----------
    name, version, alias : str
    run : str
        The run's whole id.
    sha256 : str
        Of the model file.
    weights : str
        The weights' id.
    made : bool
        Whether a version was made; else the model had one.
    moved : bool
        Whether the alias was set or moved; else it was there.
    """

    name: str
    version: str
    alias: str
    run: str
    sha256: str
    weights: str
    made: bool
    moved: bool

    def __str__(self) -> str:
        model = f"{self.name}, version {self.version}"
        digest = f"weights {self.weights}, SHA-256 {self.sha256}"
        use = f"use it with --weights {PREFIX}{self.name}@{self.alias}"
        if not self.moved:
            return f"run {self.run} is {model}, and {self.alias} already: nothing was changed\n{digest}"
        done = "was promoted to" if self.made else "was promoted before as"
        return f"run {self.run} {done} {model}, which is {self.alias} now\n{digest}; {use}"


def promote(run: str, name: str = NAME, alias: str = ALIAS, store: Store | None = None) -> Promotion:
    """Register a run's model under a name, and let the alias mean it.

    Parameters
    ----------
    run : str
        Id of the run, or the beginning of one.
    name : str
        The registered model, which is made where it is missing.
    alias : str
    store : Store, optional
        `Store.find` where not given.

    Returns
    -------
    Promotion

    Raises
    ------
    InputError
        No such run, or several; it holds no scoring model; its weights were learned or tuned on the
        library of negotiations; the name or alias cannot be used.
    """
    _check_name("--name", name)
    _check_name("--alias", alias)
    store = store or Store.find()
    client = _client(store)
    found = find_run(client, run)
    _refuse_barred(client, found)
    with _told(f"run {found.info.run_id} cannot be promoted"):
        model_id, model, sha256 = _model_of(client, store, found)
        _ensure_model(client, name)
        known = [v for v in _versions(client, name) if v.tags.get(SHA_TAG) == sha256]
        made = None if known else _register(store, name, found, model_id, model, sha256)
        version = made or max(known, key=lambda each: int(each.version))
        current = client.get_registered_model(name).aliases.get(alias)
        moved = str(current) != str(version.version)
        if moved:
            client.set_registered_model_alias(name, alias, str(version.version))
    told = str(version.version), alias, str(found.info.run_id), sha256, model.weights.id
    return Promotion(name, *told, made=made is not None, moved=moved)


def registered_weights(uri: str, codebook: Codebook, store: Store | None = None) -> Weights:
    """The weights of a model in the registry, held against a codebook.

    Parameters
    ----------
    uri : str
        ``models:/NAME@ALIAS``, ``models:/NAME/VERSION`` or ``models:/MODEL_ID``.
    codebook : Codebook
        The case's.
    store : Store, optional
        `Store.find` where not given.

    Returns
    -------
    Weights
        Its title names the version and the beginning of the SHA-256 of its file; the last of its notes
        has the whole.

    Raises
    ------
    InputError
        No such name, version, alias or model; the registry cannot be reached; the model was made for
        another codebook.
    """
    place = _parsed(uri)
    store = store or Store.find()
    client = _client(store)
    with _told(f"{uri} cannot be read"):
        short, called, source = _resolved(client, place)
        model, sha256 = _read(store, source)
    stated = f"{uri} is {called}, SHA-256 {sha256}"
    if model.codebook.hash != codebook.hash:
        problem = f"{stated}, was made for another codebook ({model.codebook.hash[:_DIGITS]}…)"
        remedy = (
            f"the case's is {codebook.hash[:_DIGITS]}…: score with the factors that the model was made "
            "for (--features), or log and promote weights for these"
        )
        raise call_error(problem, remedy)
    title = f"{_SUFFIX.sub('', model.weights.title)} ({short}{sha256[:_DIGITS]})"
    return replace(model.weights, title=title, notes=(*model.weights.notes, f"the model {stated}"))


def find_run(client: MlflowClient, run: str) -> Run:
    """The run of an id, or of the one id that begins so, by four digits or more.

    Raises
    ------
    InputError
        There is none, or several.
    """
    experiments = [each.experiment_id for each in client.search_experiments()]
    sound = re.fullmatch(r"[0-9a-f]{4,32}", run) is not None
    found = list(find_runs(client, experiments, f"attributes.run_id LIKE '{run}%'")) if sound else []
    if not found:
        remedy = "write the id that `leverage lab log` and `leverage lab run` print, or its beginning"
        raise call_error(f"there is no run {run!r}", remedy)
    if len(found) > 1:
        names = name_list([each.info.run_id for each in found], 4)
        raise call_error(f"{len(found)} runs begin with {run!r}: {names}", "write more digits of one")
    return found[0]


def _client(store: Store) -> MlflowClient:
    if store.database is not None and not store.database.is_file():
        problem = f"there is no registry: nothing was logged to {store.shown_uri}"
        raise call_error(problem, "change to the project's folder, or set MLFLOW_TRACKING_URI")
    return store.client()


@contextmanager
def _told(what: str) -> Iterator[None]:
    """MLflow's errors, and those of the way to a server, as faults of the call."""
    from mlflow.exceptions import MlflowException

    try:
        yield
    except (MlflowException, OSError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        reason = re.sub(r"//[^@/\s]*@", "//…@", reason)[:300]
        raise call_error(f"{what}: {reason}", "check the name, and MLFLOW_TRACKING_URI") from None


def _check_name(option: str, name: str) -> None:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name) or re.fullmatch(r"v\d+|latest", name, re.I):
        remedy = "use letters, digits, `_` and `-`, a letter first; `latest` and `v1` are MLflow's own"
        raise call_error(f"{option} cannot be {name!r}", remedy)


# --- promoting -----------------------------------------------------------------------------


def _refuse_barred(client: MlflowClient, run: Run) -> None:
    """Refuse a run, or one above it, that learned or tuned on the library of negotiations."""
    at: Run | None = run
    while at is not None:
        reason = _barred(at)
        if reason:
            problem = f"run {run.info.run_id} cannot be promoted: {reason}"
            remedy = (
                "promoted weights are never tuned on that library, on which they are tested: promote weights "
                "set by judgement or learned from disputes"
            )
            raise call_error(problem, remedy)
        above = at.data.tags.get(PARENT_TAG)
        at = client.get_run(above) if above else None


def _barred(run: Run) -> str | None:
    for what, told in (("tag", run.data.tags), ("parameter", run.data.params)):
        for key in ("leverage.panel", "panel", "from", "source"):
            if told.get(key) == BARRED:
                return f"its {what} `{key}` is {BARRED}"
    drawn = run.data.params.get("weights.scheme") in _FROM_DATA
    for each in run.inputs.dataset_inputs if run.inputs else ():
        if each.dataset.name == BARRED or each.dataset.name.startswith(f"{BARRED}/"):
            return f"its data set is {each.dataset.name}"
        if drawn and f"{BARRED}/" in str(each.dataset.source):
            return f"its weights were drawn from a case of the library, {each.dataset.name}"
    return None


def _model_of(client: MlflowClient, store: Store, run: Run) -> tuple[str, ScoringModel, str]:
    """The id of the run's scoring model, the model, and the SHA-256 of its file."""
    outputs = run.outputs.model_outputs if run.outputs else []
    for output in outputs:
        if client.get_logged_model(output.model_id).status == "READY":
            try:
                return output.model_id, *_read(store, _location(client, output.model_id))
            except InputError:
                continue
    kind = run.data.tags.get("experiment.kind")
    what = f", which is one of kind {kind}" if kind else ""
    problem = f"run {run.info.run_id} holds no scoring model{what}"
    remedy = "promote a run that scores by weights, as `leverage lab log` makes it"
    raise call_error(problem, f"{remedy}; outcome models and tunings hold none")


def _ensure_model(client: MlflowClient, name: str) -> None:
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(name, description="Weights for scoring; see docs/tuning.md.")
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise


def _versions(client: MlflowClient, name: str) -> list[Any]:
    found, token = [], None
    while True:
        page = client.search_model_versions(f"name = '{name}'", page_token=token)
        found += page
        token = page.token
        if not token:
            return found


def _register(store: Store, name: str, run: Run, model_id: str, model: ScoringModel, sha256: str) -> Any:
    client = store.client()
    tags = {WEIGHTS_TAG: model.weights.id, HASH_TAG: model.codebook.hash, SHA_TAG: sha256}
    # Without a server MLflow looks a model's id up in its global store, which need not be this one.
    served = store.tracking_uri.startswith("http")
    source = f"{PREFIX}{model_id}" if served else _location(client, model_id)
    return client.create_model_version(name, source, run.info.run_id, tags=tags, model_id=model_id)


# --- reading -------------------------------------------------------------------------------


def _parsed(uri: str) -> tuple[str, str | None, str | None]:
    """Name or model id, alias, version."""
    found = re.fullmatch(r"models:/([^/@\s]+)(?:@([^/@\s]+)|/(\d+))?", uri)
    name, alias, version = found.groups() if found else ("", None, None)
    if not found or not (alias or version or name.startswith("m-")):
        remedy = f"write {PREFIX}{NAME}@{ALIAS}, {PREFIX}{NAME}/3 or {PREFIX}m-… with a model's id"
        raise call_error(f"{uri!r} names no model", remedy)
    return name, alias, version


def _resolved(client: MlflowClient, place: tuple[str, str | None, str | None]) -> tuple[str, str, str]:
    """What a title and a sentence call the model, and where its files lie."""
    from mlflow.exceptions import MlflowException

    name, alias, version = place
    try:
        if alias:
            found = client.get_model_version_by_alias(name, alias)
        elif version:
            found = client.get_model_version(name, version)
        else:
            return "", f"model {name}", _location(client, name)
    except MlflowException as error:
        if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            raise
        raise _unknown(client, place) from None
    where = client.get_model_version_download_uri(name, found.version)
    model_id = re.fullmatch(r"models:/(m-[^/]+)", where)
    called = f"{name} {found.version}, ", f"version {found.version} of {name}"
    return *called, _location(client, model_id[1]) if model_id else where


def _location(client: MlflowClient, model_id: str) -> str:
    return str(client.get_logged_model(model_id).artifact_location)


def _unknown(client: MlflowClient, place: tuple[str, str | None, str | None]) -> InputError:
    name, alias, version = place
    if not (alias or version):
        return call_error(f"there is no model {name}", "look its id up: leverage lab ui")
    models = {each.name: each for each in client.search_registered_models()}
    if name not in models:
        known = f"; it has {name_list(models)}" if models else ""
        return call_error(
            f"the registry has no model {name!r}{known}", "promote one: leverage lab promote RUN"
        )
    if alias:
        aliases = [f"{key} (version {number})" for key, number in sorted(models[name].aliases.items())]
        return call_error(f"{name} has no alias {alias!r}", f"its aliases are: {name_list(aliases)}")
    numbers = sorted(int(each.version) for each in _versions(client, name))
    return call_error(f"{name} has no version {version}", f"its versions are: {name_list(map(str, numbers))}")


def _read(store: Store, source: str) -> tuple[ScoringModel, str]:
    """A scoring model from its JSON file, and the file's SHA-256."""
    with quiet_mlflow():
        from mlflow.artifacts import download_artifacts
    with tempfile.TemporaryDirectory() as folder:
        place = {"tracking_uri": store.tracking_uri, "registry_uri": store.registry_uri}
        found = Path(download_artifacts(source, dst_path=folder, **place))
        file = found / _FILE
        if not file.is_file():
            problem = f"this is no scoring model: it has no {_FILE}"
            raise call_error(problem, "name one that `leverage lab log` made")
        return load_model(file), hashlib.sha256(file.read_bytes()).hexdigest()
