"""Runs that end as they should, and values logged in one call."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from leverage.lab._owners import current_owner, is_dead

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

    from leverage.lab.store import Store

PARENT_TAG = "mlflow.parentRunId"
FAILURE_TAG = "leverage.failure"
OWNER_TAG = "leverage.owner"
KEY_TAG = "leverage.key"

_ATTEMPTS = 8

# MLflow takes no longer texts.
_PARAM_LENGTH, _TAG_LENGTH = 6000, 8000


@contextmanager
def open_run(
    client: MlflowClient,
    experiment: str,
    name: str,
    tags: Mapping[str, str],
    parent: str | None = None,
    *,
    resume: str | None = None,
    key: str | None = None,
) -> Iterator[str]:
    """A run that is never left running: FINISHED, FAILED after an error, KILLED after an interrupt.

    SIGTERM counts as an interrupt as long as nobody else handles it. What went wrong is a tag of the run,
    and so is the process that it belongs to, by which `end_abandoned` knows a run that was left behind.

    Parameters
    ----------
    client : MlflowClient
    experiment : str
        The experiment's id.
    name : str
    tags : mapping of str to str
    parent : str, optional
        Id of the run above it.
    resume : str, optional
        Id of a run to continue, as `find_unfinished` tells; it keeps what was logged to it.
    key : str, optional
        A digest of what is run, by which it is found again.

    Yields
    ------
    str
        The run's id.
    """
    told = {PARENT_TAG: parent, KEY_TAG: key, OWNER_TAG: current_owner()}
    tags = _cut({**tags, **{tag: value for tag, value in told.items() if value}}, _TAG_LENGTH)
    with _interrupt_on_sigterm():
        if resume is None:
            run: str = client.create_run(experiment, tags=tags, run_name=name).info.run_id
        else:
            run = _reopened(client, resume, tags)
        try:
            yield run
        except BaseException as error:
            with suppress(Exception):  # the error itself is what the caller must see
                client.set_tag(run, FAILURE_TAG, f"{type(error).__name__}: {error}"[:500])
            with suppress(Exception):
                client.set_terminated(run, "FAILED" if isinstance(error, Exception) else "KILLED")
            raise
        client.set_terminated(run, "FINISHED")


def _reopened(client: MlflowClient, run: str, tags: Mapping[str, str]) -> str:
    log_values(client, run, tags=tags)
    client.update_run(run, status="RUNNING")
    if FAILURE_TAG in client.get_run(run).data.tags:
        client.delete_tag(run, FAILURE_TAG)
    return run


def open_store(store: Store) -> MlflowClient:
    """A client of a store in which no run is left running by a process that has died.

    Raises
    ------
    InputError
        The store cannot be used, as `Store.client` tells.
    """
    client = store.client()
    end_abandoned(client, [each.experiment_id for each in client.search_experiments()])
    return client


def find_unfinished(client: MlflowClient, experiment: str, key: str) -> str | None:
    """The latest run of a key that did not finish and that nobody is at: killed, failed or left behind.

    Parameters
    ----------
    client : MlflowClient
    experiment : str
        The experiment's id.
    key : str
        As given to `open_run`.

    Returns
    -------
    str or None
        The run's id, for `open_run` to resume; None where every run of the key has finished or goes on.
    """
    where = f"tags.`{KEY_TAG}` = '{key}' and attributes.status != 'FINISHED'"
    for run in find_runs(client, [experiment], where):
        if run.info.status in ("KILLED", "FAILED") or _is_abandoned(run):
            return str(run.info.run_id)
    return None


def end_abandoned(client: MlflowClient, experiments: Sequence[str]) -> int:
    """End as KILLED every run that is left RUNNING by a process of this host that has died.

    Runs of other hosts and of other programs stay as they are: nobody here knows whether they go on.

    Parameters
    ----------
    client : MlflowClient
    experiments : sequence of str
        The experiments' ids.

    Returns
    -------
    int
        How many were ended.
    """
    found = [
        run for run in find_runs(client, experiments, "attributes.status = 'RUNNING'") if _is_abandoned(run)
    ]
    for run in found:
        client.set_tag(run.info.run_id, FAILURE_TAG, "its process died")
        client.set_terminated(run.info.run_id, "KILLED")
    return len(found)


def find_runs(client: MlflowClient, experiments: Sequence[str], where: str = "") -> Iterator[Run]:
    """Every run that a filter of MLflow's lets pass, the latest first, however many there are."""
    token, order = None, ["attributes.start_time DESC"]
    while experiments:
        page = client.search_runs(list(experiments), where, order_by=order, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def _is_abandoned(run: Run) -> bool:
    return run.info.status == "RUNNING" and is_dead(run.data.tags.get(OWNER_TAG, ""))


@contextmanager
def _interrupt_on_sigterm() -> Iterator[None]:
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return

    def stop(number: int, frame: Any) -> None:
        del frame
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def log_values(
    client: MlflowClient,
    run: str,
    *,
    params: Mapping[str, object] | None = None,
    metrics: Mapping[str, float] | None = None,
    tags: Mapping[str, str] | None = None,
    series: Mapping[str, Sequence[float]] | None = None,
) -> None:
    """Log parameters, metrics and tags in one call, which MLflow splits where it must.

    Metrics that are nan or infinite are left out: a score that is missing is not a number.

    Parameters
    ----------
    client : MlflowClient
    run : str
        The run's id.
    params : mapping of str to object, optional
    metrics : mapping of str to float, optional
    tags : mapping of str to str, optional
    series : mapping of str to sequence of float, optional
        Metrics with several values, whose places from 0 are their steps.
    """
    from mlflow.entities import Metric, Param, RunTag

    now = int(time.time() * 1000)
    listed = {**{name: [value] for name, value in (metrics or {}).items()}, **(series or {})}
    found = [
        Metric(name, float(value), now, step)
        for name, values in listed.items()
        for step, value in enumerate(values)
        if math.isfinite(value)
    ]
    told = _cut({name: str(value) for name, value in (params or {}).items()}, _PARAM_LENGTH)
    client.log_batch(
        run,
        found,
        [Param(name, value) for name, value in told.items()],
        [RunTag(name, value) for name, value in _cut(tags or {}, _TAG_LENGTH).items()],
        synchronous=True,
    )


def _cut(texts: Mapping[str, str], length: int) -> dict[str, str]:
    return {name: text if len(text) <= length else text[: length - 1] + "…" for name, text in texts.items()}


def log_inputs(client: MlflowClient, run: str, inputs: list[Any]) -> None:
    """Log data sets, again where another process made the same data set known at the same moment.

    MLflow looks a data set up before it makes it, so that one of two processes fails.
    """
    from mlflow.exceptions import MlflowException

    for attempt in range(1, _ATTEMPTS + 1):
        try:
            client.log_inputs(run, inputs)
        except MlflowException as error:
            if attempt == _ATTEMPTS or "datasets" not in str(error):
                raise
            time.sleep(0.05 * attempt)
        else:
            return
