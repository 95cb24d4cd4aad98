"""Experiments that learn weights: from who prevailed in past disputes, or from pairwise judgements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from leverage.case import MissingPolicy
from leverage.codebook import Codebook, load_codebook
from leverage.documents import Document, Item, Items, Real
from leverage.faults import Fault, InputError, suggest_name
from leverage.lab.definitions import Definition
from leverage.lab.experiments.backtesting import data_folder
from leverage.lab.experiments.definition import ExperimentResult, Place
from leverage.lab.experiments.session import Session
from leverage.lab.logged import log_pyfunc
from leverage.lab.provenance import environment, json_text, panel_inputs, source_input, write_text
from leverage.lab.pyfunc_model import ARTIFACT, save_pyfunc
from leverage.lab.runs import log_inputs, log_values
from leverage.model import DirectFile, LearnedFile, ScoringModel, Weights, read_weights, weights_text
from leverage.render import Column, Table

if TYPE_CHECKING:
    import pandas as pd

    from leverage.lab.panels import Panel

DROPPED = "own_capability"
"""The family that no article is coded for: left out of a case's weights."""
AUTHOR = "computed by leverage lab run"


class JudgedPair(Item):
    """One factor was judged more important than another."""

    preferred: str = Field(description="the factor that matters more")
    other: str = Field(description="the factor that matters less")
    count: Real = Field(1.0, gt=0, le=1e6, description="how often, or how strongly; above 0, up to a million")


class LearnWeights(Definition):
    """Learn weights from past disputes or from pairwise judgements, with their intervals."""

    kind: Literal["learn-weights"] = Field(description="learn-weights")
    source: Literal["disputes", "judgements"] = Field(alias="from", description="disputes or judgements")
    data: str | None = Field(
        None, description="for disputes: the folder of the research data; `--data` where absent"
    )
    judgements: Items[JudgedPair] = Field(default=[], description="for judgements: pairs of factors")
    policy: MissingPolicy = Field(
        "bounds", description="what a missing factor does in the model that is logged"
    )
    draws: int = Field(500, ge=10, le=100_000, description="draws of the bootstrap, from 10")
    seed: int = Field(0, ge=0, le=2**31, description="for the bootstrap, from 0")

    def faults(self, document: Document) -> list[Fault]:
        """Judgements without their source, or a source without them."""
        if self.source == "judgements" and not self.judgements:
            problem, remedy = "there are no judgements", "list pairs of factors, or write `from: disputes`"
            return [document.fault(("judgements",), problem, remedy)]
        if self.source == "disputes" and self.judgements:
            problem = "judgements are given, but weights come from disputes"
            return [document.fault(("judgements",), problem, "write `from: judgements`, or take them out")]
        return []


@dataclass(frozen=True)
class LearnedTable:
    """What was learned, in one form for both sources.

    Attributes
    ----------
    weights, low, high : mapping of str to float
        On the simplex, with the central 95 % of the bootstrap.
    zero_share : mapping of str to float
        Share of draws in which a weight is zero; empty where none can be.
    figures : mapping of str to float
        Other numbers of the fit.
    digest : str
    warning : str
        What a reader of a score under these weights must know; empty where nothing.
    file : DirectFile or LearnedFile or None
        A weights file for cases; None where the codebook has other factors.
    """

    weights: Mapping[str, float]
    low: Mapping[str, float]
    high: Mapping[str, float]
    zero_share: Mapping[str, float]
    figures: Mapping[str, float]
    digest: str
    warning: str = ""
    file: DirectFile | LearnedFile | None = None

    @property
    def for_cases(self) -> dict[str, float]:
        """The weights of those that articles are coded for, rescaled to sum to 1, as in the file."""
        if isinstance(self.file, LearnedFile):
            return dict(self.file.factors)
        kept = {name: weight for name, weight in self.weights.items() if name != DROPPED}
        total = sum(kept.values())
        return {name: weight / total for name, weight in kept.items()} if total else kept

    def to_frame(self) -> pd.DataFrame:
        """One row a factor."""
        import pandas as pd

        columns = {"weight": self.weights, "low": self.low, "high": self.high}
        if self.zero_share:
            columns["zero_share"] = self.zero_share
        if DROPPED in self.weights:
            columns["for_cases"] = self.for_cases
        return pd.DataFrame(columns, index=pd.Index(self.weights, name="factor"))


@dataclass(frozen=True)
class LearnedOutcome(ExperimentResult):
    """Weights that were learned; there are no runs below the parent.

    Attributes
    ----------
    learned : LearnedTable
    weights : Weights or None
        For cases; None where the codebook has other factors.
    """

    learned: LearnedTable
    weights: Weights | None

    def to_tables(self) -> list[Table]:
        """The weights with their intervals."""
        learned = self.learned
        dropped = DROPPED in learned.weights
        heads = ["Weight", "Low", "High"] + ["Zero in draws"] * bool(learned.zero_share)
        rows = []
        for name in learned.weights:
            told = [learned.weights[name], learned.low[name], learned.high[name]]
            told += [learned.zero_share[name]] if learned.zero_share else []
            cells: list[str | None] = [f"{value:.3f}" for value in told]
            if dropped:
                cells.append(f"{learned.for_cases[name]:.3f}" if name in learned.for_cases else None)
            rows.append((name, *cells))
        columns = [Column("Factor"), *(Column(head, "right") for head in heads)]
        notes = ["Low and high are the central 95 % of the bootstrap."]
        if dropped:
            columns.append(Column("For cases", "right"))
            notes.append(f"For cases {DROPPED} is left out and the others are rescaled to sum to 1.")
        if learned.warning:
            notes.append(learned.warning)
        if self.weights is None:
            notes.append("The codebook has other factors: there is no weights file and no model.")
        return [Table(self.definition.title, columns, rows, notes)]


@dataclass(frozen=True)
class LearningPlan:
    """A source of weights that was read."""

    definition: LearnWeights
    codebook: Codebook
    panel: Panel | None

    @property
    def content(self) -> Mapping[str, Any]:
        """The digests of the data sets, and the codebook that the weights are for."""
        data = {source.name: source.sha256 for source in self.panel.sources} if self.panel else {}
        return {"data": data, "codebook": self.codebook.hash}

    @property
    def params(self) -> Mapping[str, object]:
        """What was chosen."""
        told = self.definition
        given = {"judgements": len(told.judgements)} if self.panel is None else {"panel": self.panel.name}
        return {
            "kind": told.kind,
            "from": told.source,
            **given,
            "draws": told.draws,
            "seed": told.seed,
            "policy": told.policy,
            "codebook.version": self.codebook.version,
            "codebook.hash": self.codebook.hash,
        }

    def run(self, session: Session) -> LearnedOutcome:
        """Learn the weights and log them, with a model that scores by them."""
        session.on_step(f"weights from {self.definition.source}")
        learned = self._learn()
        weights = self._weights(learned)
        client, run = session.client, session.run
        log_inputs(client, run, self._inputs(learned))
        log_values(client, run, metrics=_metrics(learned))
        result = LearnedOutcome(self.definition, run, (), learned, weights)
        with session.files(run) as folder:
            self._write(result, folder)
        if weights is not None:
            self._log_model(session, weights)
        return result

    def _learn(self) -> LearnedTable:
        return self._from_judgements() if self.panel is None else self._from_disputes(self.panel)

    def _from_disputes(self, panel: Panel) -> LearnedTable:
        from leverage.lab.families import MEANS
        from leverage.lab.weighting import learn_weights
        from leverage.lab.weighting.disputes import WARNING

        told, names = self.definition, self.codebook.names
        found = learn_weights(panel, draws=told.draws, seed=told.seed)
        reason = "What told the winner from the loser in past militarized disputes between two states."
        file = None
        if set(found.weights_.index) - {DROPPED} == set(names) and found.weights_.drop(DROPPED).any():
            data = [vars(source) for source in panel.sources]
            further = {"dropped": DROPPED, "means": dict(MEANS), "data": data, "warning": WARNING}
            file = found.to_file(self.codebook, told.name, told.title, AUTHOR, reason, **further)
        figures = {"initiative": found.initiative_, "steepness": found.steepness_, "rows": found.rows_}
        return _table_of(found, dict(found.zero_share_), figures, WARNING, file)

    def _from_judgements(self) -> LearnedTable:
        import pandas as pd

        from leverage.lab.weighting import PairwiseJudgements

        told, names = self.definition, self.codebook.names
        judged = pd.DataFrame(
            [(each.preferred, each.other, float(each.count)) for each in told.judgements],
            columns=["preferred", "other", "count"],
        )
        found = PairwiseJudgements(names, draws=told.draws, seed=told.seed).fit(judged)
        file = found.to_file(self.codebook, told.name, told.title, AUTHOR, told.about or told.title)
        figures = {"agreement": found.agreement_, "judgements": found.rows_}
        return _table_of(found, {}, figures, "", file)

    def _weights(self, learned: LearnedTable) -> Weights | None:
        if learned.file is None:
            return None
        return read_weights(Document(weights_text(learned.file), self.definition.name), self.codebook)

    def _inputs(self, learned: LearnedTable) -> list[Any]:
        if self.panel is not None:
            return panel_inputs(self.panel)
        told = {"judgements": len(self.definition.judgements), "sha256": learned.digest}
        return [source_input("judgements", learned.digest, "judgements", told)]

    def _write(self, result: LearnedOutcome, folder: Path) -> None:
        from leverage.lab.plots import weights_plot

        told, learned = self.definition, result.learned
        config = {
            **told.model_dump(mode="json", exclude={"data"}, by_alias=True),
            **self.content,
            "digest": learned.digest,
            "environment": environment(),
        }
        write_text(folder / "config.json", json_text(config))
        write_text(folder / "weights.csv", learned.to_frame().to_csv(lineterminator="\n"))
        write_text(folder / "weights.md", result.to_tables()[0].to_markdown() + "\n")
        write_text(folder / "weights.svg", weights_plot(learned.to_frame(), told.title))
        if learned.file is not None:
            write_text(folder / "weights.yaml", weights_text(learned.file))

    def _log_model(self, session: Session, weights: Weights) -> None:
        model = ScoringModel(self.codebook, weights, self.definition.policy)

        def save(path: Path, *, model_id: str, run_id: str) -> None:
            save_pyfunc(model, path, model_id=model_id, run_id=run_id)

        told = {f"weight.{name}": repr(float(value)) for name, value in weights.factors.items()}
        log_values(session.client, session.run, params=told)
        log_pyfunc(
            session.client, session.experiment, session.run, save, name=ARTIFACT, kind="leverage",
            params={**self.params, **told},
        )  # fmt: skip


def _table_of(
    found: Any, zero_share: Mapping[str, float], figures: Mapping[str, float], warning: str,
    file: DirectFile | LearnedFile | None,
) -> LearnedTable:  # fmt: skip
    """What an estimator of weights learned."""
    weights, low, high = (
        {str(name): float(value) for name, value in series.items()}
        for series in (found.weights_, found.low_, found.high_)
    )
    return LearnedTable(weights, low, high, zero_share, figures, found.digest_, warning, file)


def plan_learning(definition: LearnWeights, place: Place) -> LearningPlan:
    """Read the source of the weights.

    Raises
    ------
    InputError
        A data set is missing or wrong, or a judgement names an unknown factor or one twice.
    """
    codebook = place.codebook or load_codebook()
    if definition.source == "disputes":
        from leverage.lab.panels import dispute_panel

        return LearningPlan(definition, codebook, dispute_panel(data_folder(definition.data, place)))
    faults = []
    for each in definition.judgements:
        faults += _judgement_faults(each, place.document, codebook)
    if faults:
        raise InputError(faults)
    return LearningPlan(definition, codebook, None)


def _judgement_faults(each: JudgedPair, document: Document, codebook: Codebook) -> list[Fault]:
    faults = [
        document.fault(
            ("judgements", each.index, key),
            f"there is no factor {name!r}",
            suggest_name(name, codebook.names),
        )
        for key, name in (("preferred", each.preferred), ("other", each.other))
        if name not in codebook.names
    ]
    if each.preferred == each.other:
        problem = f"{each.preferred!r} is judged against itself"
        faults.append(document.fault(("judgements", each.index), problem, "take the judgement out"))
    return faults


def _metrics(learned: LearnedTable) -> dict[str, float]:
    found = dict(learned.figures)
    for name in learned.weights:
        found[f"weight.{name}"] = learned.weights[name]
        found[f"weight_low.{name}"] = learned.low[name]
        found[f"weight_high.{name}"] = learned.high[name]
    if DROPPED in learned.weights:
        found |= {f"weight_for_cases.{name}": value for name, value in learned.for_cases.items()}
    return found
