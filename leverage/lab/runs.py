"""Runs that end as they should, and values logged in one call."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlflow import MlflowClient

PARENT_TAG = "mlflow.parentRunId"
FAILURE_TAG = "leverage.failure"

# MLflow takes no longer texts.
_PARAM_LENGTH, _TAG_LENGTH = 6000, 8000


@contextmanager
def open_run(
    client: MlflowClient, experiment: str, name: str, tags: Mapping[str, str], parent: str | None = None
) -> Iterator[str]:
    """A run that is never left running: FINISHED, FAILED after an error, KILLED after an interrupt.

    SIGTERM counts as an interrupt as long as nobody else handles it. What went wrong is a tag of the run.

    Yields
    ------
    str
        The run's id.
    """
    tags = {**tags, **({PARENT_TAG: parent} if parent else {})}
    with _interrupt_on_sigterm():
        run: str = client.create_run(experiment, tags=_cut(tags, _TAG_LENGTH), run_name=name).info.run_id
        try:
            yield run
        except BaseException as error:
            with suppress(Exception):  # the error itself is what the caller must see
                client.set_tag(run, FAILURE_TAG, f"{type(error).__name__}: {error}"[:500])
            with suppress(Exception):
                client.set_terminated(run, "FAILED" if isinstance(error, Exception) else "KILLED")
            raise
        client.set_terminated(run, "FINISHED")


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
) -> None:
    """Log parameters, metrics and tags in one call, which MLflow splits where it must.

    Metrics that are nan or infinite are left out: a score that is missing is not a number.
    """
    from mlflow.entities import Metric, Param, RunTag

    now = int(time.time() * 1000)
    finite = {name: float(value) for name, value in (metrics or {}).items() if math.isfinite(value)}
    told = _cut({name: str(value) for name, value in (params or {}).items()}, _PARAM_LENGTH)
    client.log_batch(
        run,
        [Metric(name, value, now, 0) for name, value in finite.items()],
        [Param(name, value) for name, value in told.items()],
        [RunTag(name, value) for name, value in _cut(tags or {}, _TAG_LENGTH).items()],
        synchronous=True,
    )


def _cut(texts: Mapping[str, str], length: int) -> dict[str, str]:
    return {name: text if len(text) <= length else text[: length - 1] + "…" for name, text in texts.items()}
