"""The definition of a tuning: the same keys in a file of ``experiments/`` and as options."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field

from leverage.documents import Document
from leverage.faults import Fault
from leverage.lab.definitions import Definition
from leverage.lab.tuning.spaces import ModelName, PanelName

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
Backend = Literal["loky", "threading", "dask"]


class TuneExperiment(Definition):
    """Search a model's settings for the least out-of-fold log loss on a panel of past conflicts."""

    kind: Literal["tune"] = Field(description="tune")
    panel: PanelName = Field(description="disputes or crises")
    data: str | None = Field(
        None, description="the folder of the research data, seen from this file's folder or the project's"
    )
    model: ModelName = Field("transparent", description="transparent, boosted-trees or random-forest")
    scheme: Literal["stratified", "grouped"] | None = Field(
        None, description="stratified or grouped folds; crises are grouped by crisis where absent"
    )
    trials: int = Field(40, ge=1, description="trials of the whole study; the same for each rival")
    repeats: int = Field(3, ge=1, description="how often folds are drawn")
    folds: int = Field(10, ge=2, le=100, description="folds of each repeat, 2 to 100")
    seed: int = Field(0, ge=0, le=2**31, description="for folds, trees and the search")
    jobs: int = Field(1, ge=1, description="trials measured at once")
    batch: int | None = Field(
        None, ge=1, description="trials asked for at once, which decides what is asked; as many as jobs"
    )
    backend: Backend | None = Field(
        None, description="loky, threading or dask; dask where a scheduler is named, else loky"
    )
    scheduler: str | None = Field(None, description="address of a Dask scheduler")
    storage: str | None = Field(
        None, description="a journal file, or postgresql://…; mlruns/studies/STUDY.log where absent"
    )
    study: str | None = Field(
        None, pattern=NAME, description="the study's name; PANEL-MODEL-SCHEME by default"
    )
    patience: float = Field(
        60, gt=0, description="minutes after which a trial that another machine began counts as left behind"
    )

    def faults(self, document: Document) -> list[Fault]:
        """A password in the file, which is logged as it stands."""
        if self.storage is None or not re.search(r"://[^/@]*:[^/@]*@|[?&]password=", self.storage):
            return []
        problem, remedy = "`storage` holds a password", "take it out, and set PGPASSWORD or use ~/.pgpass"
        return [document.fault(("storage",), problem, remedy)]

    @property
    def study_name(self) -> str:
        """The study's name, by default the panel's, the model's and the scheme's."""
        return self.study or f"{self.panel}-{self.model}-{self.scheme_name}"

    @property
    def scheme_name(self) -> Literal["stratified", "grouped"]:
        """How rows are divided: by default stratified, and crises grouped."""
        return self.scheme or ("grouped" if self.panel == "crises" else "stratified")

    @property
    def backend_name(self) -> Backend:
        """The backend, dask where a scheduler is named."""
        return self.backend or ("dask" if self.scheduler else "loky")
