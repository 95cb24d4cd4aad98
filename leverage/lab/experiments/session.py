"""A running experiment: its parent run, and the parts below it, of which those that are done are kept."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from leverage.lab.runs import PARENT_TAG, find_runs, open_run

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

PART_TAG = "leverage.part"


@dataclass(frozen=True)
class Session:
    """The parent run of an experiment while it is open.

    Attributes
    ----------
    client : MlflowClient
    experiment, run : str
        Ids of the experiment and of the parent run.
    tags : mapping of str to str
        What every run of the experiment is tagged with.
    on_step : callable
        Told in a few words what is done next.
    finished : dict of str to str
        Ids of the finished runs below the parent, by part: what an interrupted experiment had done.
    """

    client: MlflowClient
    experiment: str
    run: str
    tags: Mapping[str, str]
    on_step: Callable[[str], None]
    finished: dict[str, str] = field(default_factory=dict)

    def below(self) -> tuple[str, ...]:
        """Ids of the finished runs below the parent."""
        return tuple(str(run.info.run_id) for run in self._children())

    def _children(self) -> Iterator[Run]:
        where = f"tags.`{PARENT_TAG}` = '{self.run}' and attributes.status = 'FINISHED'"
        return find_runs(self.client, [self.experiment], where)

    def look_back(self) -> None:
        """Fill `finished` from the store."""
        for run in self._children():
            if part := run.data.tags.get(PART_TAG):
                self.finished[part] = str(run.info.run_id)

    @contextmanager
    def part(self, name: str) -> Iterator[str]:
        """A run below the parent, which counts as done once the block has ended well."""
        with open_run(self.client, self.experiment, name, {**self.tags, PART_TAG: name}, self.run) as run:
            yield run
        self.finished[name] = run

    @contextmanager
    def files(self, run: str) -> Iterator[Path]:
        """A folder whose files become artifacts of a run in one go once the block has ended well."""
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
            self.client.log_artifacts(run, folder)


@contextmanager
def downloaded(client: MlflowClient, run: str, path: str) -> Iterator[Path]:
    """An artifact of a run as a file that is there for the block."""
    folder = tempfile.mkdtemp()
    try:
        yield Path(client.download_artifacts(run, path, folder))
    finally:
        shutil.rmtree(folder)
