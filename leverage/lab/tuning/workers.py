"""Where trials are measured: in this process, in others of this machine, or on a Dask cluster."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from leverage.faults import call_error
from leverage.lab.panels import Panel
from leverage.lab.tuning.definition import Backend
from leverage.lab.tuning.objective import Measured, Plan, measure_settings
from leverage.lab.tuning.spaces import Settings, space_of
from leverage.lab.tuning.storage import require

Found = Generator[Measured, None, None]
Measure = Callable[[Sequence[Settings]], Found]
PATIENCE = 20
"""Seconds that a Dask scheduler has to answer, and its workers to turn up."""


@contextmanager
def workers(
    panel: Panel, model: str, plan: Plan, jobs: int, backend: Backend, scheduler: str | None = None
) -> Iterator[Measure]:
    """Workers that measure settings, and give what they found in the order of the settings.

    The panel goes to each worker once and not with every trial. Numbers do not depend on the backend:
    each worker computes with one thread.

    Parameters
    ----------
    panel : Panel
    model : str
    plan : Plan
    jobs : int
        One job measures in this process. A Dask cluster has as many as its workers have threads.
    backend : {"loky", "threading", "dask"}
    scheduler : str, optional
        Address of a Dask scheduler.

    Yields
    ------
    callable
        Settings of a batch -> iterator of `Measured`, in their order.

    Raises
    ------
    InputError
        There is no scheduler at the address, or none was named, or it has no workers.
    """
    from threadpoolctl import threadpool_limits

    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        # That an interrupt cancels the trials under way goes without saying.
        warnings.filterwarnings("ignore", r"\d+ tasks which were still being processed", UserWarning)
        if backend == "dask":
            run = stack.enter_context(_dask(panel, scheduler))
            yield lambda batch: run((measure_there, panel, model, each, plan) for each in batch)
        elif backend == "loky" and jobs > 1:
            run, file = stack.enter_context(_loky(panel, jobs))
            yield lambda batch: run((measure_there, file, model, each, plan) for each in batch)
        elif jobs > 1:
            stack.enter_context(threadpool_limits(1))
            run = _parallel(n_jobs=jobs, backend="threading")
            yield lambda batch: run((_measure_here, panel, model, each, plan) for each in batch)
        else:
            stack.enter_context(threadpool_limits(1))
            yield lambda batch: (_measure_here(panel, model, each, plan) for each in batch)


def measure_there(panel: Panel | str, model: str, settings: Settings, plan: Plan) -> Measured:
    """Measure in a worker process, with a panel or the name of the file that it is in."""
    _one_thread()
    return _measure_here(_read(panel) if isinstance(panel, str) else panel, model, settings, plan)


def _measure_here(panel: Panel, model: str, settings: Settings, plan: Plan) -> Measured:
    return measure_settings(panel, space_of(panel.name, model), settings, plan)


@lru_cache(maxsize=1)
def _one_thread() -> Any:
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


@lru_cache(maxsize=1)
def _read(file: str) -> Panel:
    import cloudpickle

    found: Panel = cloudpickle.loads(Path(file).read_bytes())
    return found


def _parallel(**options: Any) -> Callable[[Iterator[tuple[Any, ...]]], Found]:
    from joblib import Parallel, delayed

    def run(calls: Iterator[tuple[Any, ...]]) -> Found:
        parallel = Parallel(return_as="generator", batch_size=1, pre_dispatch="all", **options)
        found = parallel(delayed(call)(*arguments) for call, *arguments in calls)
        with warnings.catch_warnings(), closing(found):
            # An interrupt leaves trials that were measured and are not used: that is meant.
            warnings.filterwarnings("ignore", ".*successfully executed  but not used", UserWarning)
            yield from found

    return run


@contextmanager
def _loky(panel: Panel, jobs: int) -> Iterator[tuple[Callable[..., Found], str]]:
    import cloudpickle

    with tempfile.TemporaryDirectory(prefix="leverage-") as folder:
        file = Path(folder) / "panel"
        file.write_bytes(cloudpickle.dumps(panel))
        yield _parallel(n_jobs=jobs, backend="loky"), str(file)


@contextmanager
def _dask(panel: Panel, scheduler: str | None) -> Iterator[Callable[..., Found]]:
    if not scheduler:
        remedy = "start `dask scheduler` and `dask worker ADDRESS`, and name the address with --scheduler"
        raise call_error("a Dask cluster has no address", remedy)
    distributed = require("distributed", "runs trials on a Dask cluster")
    from joblib import parallel_config

    try:
        client = distributed.Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        problem = f"there is no Dask scheduler at {scheduler}: {str(error).splitlines()[0]}"
        raise call_error(problem, "check the address, as `dask scheduler` prints it") from None
    with closing(client):
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            problem = f"the Dask scheduler {scheduler} has no workers"
            raise call_error(problem, f"start some: dask worker {scheduler}") from None
        with parallel_config(backend="dask", client=client, scatter=[panel]):
            yield _parallel(n_jobs=-1)
