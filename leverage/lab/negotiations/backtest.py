"""The backtest on past negotiations: do higher scores go with getting more?"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from leverage.builders import FeatureTable
from leverage.documents import Record
from leverage.faults import call_error
from leverage.lab.backtests.documents import IntervalRecord
from leverage.lab.metrics import wilson
from leverage.lab.negotiations.leads import Leads, find_leads, weightings
from leverage.lab.negotiations.loading import Library, Negotiation, load_library
from leverage.lab.negotiations.measures import (
    COIN,
    auc_draws,
    count_hits,
    leave_one_out,
    rank_agreement,
)
from leverage.lab.validation import group_draws
from leverage.model import Weights
from leverage.render import Column, Table

Array = NDArray[np.float64]
FLAG = (
    "The authors' judgement in hindsight: the authors chose these cases, wrote their briefs knowing how they "
    "ended, and judged who got more. Few cases; no estimate of how well scores foretell. Never used to tune "
    "weights that are promoted."
)
LEAD = "equal weights"
COIN_NAME = "coin"


class WeightingRecord(Record):
    """What the leads under one weighting were worth; None where it cannot be told.

    Attributes
    ----------
    prl, log_loss, base_log_loss, brier : float or None
        Over the decided cases, of a logit through the origin fitted without the case; the base is a coin.
    auc_decided : float or None
        Of the leads, each case both ways round.
    right, wrong, open : int
        Decided cases in which the higher score got more, got less, or there was no higher one.
    share, share_low, share_high : float
        Right ones, open ones as halves, with Wilson's 95 %.
    rank_agreement : float or None
        Kendall's τ-b of leads and margins over all cases.
    bounds_right, bounds_wrong : int
        Decided cases in which one side is ahead whatever the missing readings are.
    """

    prl: float | None
    auc_decided: float | None
    log_loss: float | None
    base_log_loss: float | None
    brier: float | None
    right: int
    wrong: int
    open: int
    share: float
    share_low: float
    share_high: float
    rank_agreement: float | None
    bounds_right: int
    bounds_wrong: int


class CaseRecord(Record):
    """One case: who leads under equal weights, and who got more. Leads are in points, margins in shares."""

    case: str
    first: str
    second: str
    lead: float | None
    second_coder_lead: float | None
    margin: float
    got_more: str | None


class SecondCoderRecord(Record):
    """The same measures on the second coder's readings, of the cases that have them."""

    n: int
    decided: int
    models: dict[str, WeightingRecord]
    first_coder: dict[str, WeightingRecord]


class NegotiationsDocument(Record):
    """The result of a backtest on past negotiations; the numbers at the top are those of equal weights."""

    caution: str = FLAG
    panel: str = "negotiations"
    n: int
    decided: int
    prl: float | None
    auc_decided: float | None
    log_loss: float | None
    base_log_loss: float | None
    models: dict[str, WeightingRecord]
    differences: dict[str, dict[str, IntervalRecord]]
    second_coder: SecondCoderRecord | None
    cases: list[CaseRecord]
    notes: list[str]
    draws: int
    seed: int

    def to_text(self, width: int = 100) -> str:
        """The flag first, then every table."""
        head = "\n".join(textwrap.fill(note, width) for note in (self.caution, *self.notes))
        return "\n\n".join([head, *(table.to_text(width) for table in self.tables())]) + "\n"

    def tables(self) -> list[Table]:
        """Weightings, their differences, the second coder's, and the cases."""
        caption = f"Negotiations: {self.n} cases, in {self.decided} of which one side got clearly more"
        found = [_measures_table(caption, self.models, _NOTES), self._differences_table()]
        if self.second_coder is not None:
            caption = f"The same by the second coder's readings: {self.second_coder.n} cases, "
            caption += f"{self.second_coder.decided} decided"
            found.append(_measures_table(caption, self.second_coder.models, ()))
            if self.second_coder.n < self.n:
                again = "And by the first coder's, of these cases alone"
                found.append(_measures_table(again, self.second_coder.first_coder, ()))
        return [*found, self._cases_table()]

    def _differences_table(self) -> Table:
        rows = [(name, str(each["prl"]), str(each["auc_decided"])) for name, each in self.differences.items()]
        heads = [Column("Rival"), Column("PRL", "right"), Column("AUC", "right")]
        note = f"Central 95 % of {self.draws} paired draws of cases; where it holds 0, nothing is settled."
        return Table("Equal weights less each rival", heads, rows, [note])

    def _cases_table(self) -> Table:
        rows = [
            (c.case, c.first, c.second, _points(c.lead), _points(c.second_coder_lead), _signed(c.margin),
             c.got_more or "even", _verdict(c)) for c in self.cases
        ]  # fmt: skip
        columns = [Column("Case"), Column("First side"), Column("Second side"), Column("Lead", "right")]
        columns += [Column("2nd coder", "right"), Column("Margin", "right"), Column("Got more"), Column("")]
        notes = [
            "Lead: points of the first side's score above the second's, equal weights. Margin: its weighted "
            "achievement less the second's."
        ]
        return Table("Case by case", columns, rows, notes)


_NOTES = (
    "A lead is a difference of scores, each over what is coded of that side; AUC, hits and τ are of leads, "
    "each case both ways round, so that it does not matter which side comes first.",
    "PRL: of a logit of the lead through the origin, fitted without the case, over a coin. Right, wrong, open: "
    "whether the higher score got more; its share counts open ones as halves (Wilson 95 %). τ: Kendall's, "
    "with the margin of achievement. Sure: right and wrong where one is ahead whatever is missing.",
)


class NegotiationsResult(NamedTuple):
    """The document, and each case's leads and probabilities: one row a case and weighting."""

    document: NegotiationsDocument
    predictions: pd.DataFrame


class _Measured(NamedTuple):
    lead: Array
    probability: Array
    record: WeightingRecord


def run_negotiations(
    library: Library | Path | None = None, *, draws: int = 500, seed: int = 0
) -> NegotiationsResult:
    """Hold scores under several weightings against who got more in past negotiations.

    Nothing is tuned: the weightings are set beforehand, and the one slope that turns a lead into a
    probability is fitted without the case that it is applied to.

    Parameters
    ----------
    library : Library or Path, optional
        The project's own where not given.
    draws, seed : int
        Of the bootstrap over cases.

    Raises
    ------
    InputError
        Faults of the library; fewer than two decided cases.
    """
    if not isinstance(library, Library):
        library = load_library(library)
    chosen, notes = weightings(library)
    every = list(library)
    end = _ends(every)
    if (end != 0).sum() < 2:
        raise call_error(
            f"{(end != 0).sum()} cases of the library are decided", "add cases in which one side got more"
        )
    found = _measure(every, [n.first for n in every], chosen)
    coded = [n for n in every if n.second is not None]
    second = _second_record(coded, chosen)
    seconds = dict(zip((n.id for n in coded), _points_of(coded, chosen[LEAD]), strict=True))
    records = {name: measured.record for name, measured in found.items()}
    top = records[LEAD].model_dump(include={"prl", "auc_decided", "log_loss", "base_log_loss"})
    document = NegotiationsDocument(
        n=len(every),
        decided=int((end != 0).sum()),
        models=records,
        differences=_differences(found, end, draws, seed),
        second_coder=second,
        cases=[
            CaseRecord(
                case=n.id, first=n.actors[0], second=n.actors[1], lead=_number(100.0 * lead),
                second_coder_lead=_number(seconds.get(n.id, np.nan)), margin=n.margin, got_more=n.got_more,
            )
            for n, lead in zip(every, found[LEAD].lead, strict=True)
        ],
        notes=notes,
        draws=draws,
        seed=seed,
        **top,
    )  # fmt: skip
    rows = [
        (n.id, name, lead, p, n.actors[0], n.got_more or "")
        for name, measured in found.items()
        for n, lead, p in zip(every, measured.lead, measured.probability, strict=True)
    ]
    names = ["case", "model", "lead", "p_first_got_more", "first", "got_more"]
    return NegotiationsResult(document, pd.DataFrame(rows, columns=names))


def _ends(negotiations: Sequence[Negotiation]) -> NDArray[np.int64]:
    return np.array([0 if n.got_more is None else int(np.sign(n.margin)) for n in negotiations], dtype=np.int64)


def _measure(
    negotiations: Sequence[Negotiation], tables: Sequence[FeatureTable], chosen: Mapping[str, Weights]
) -> dict[str, _Measured]:
    end = _ends(negotiations)
    margin = np.array([n.margin for n in negotiations])
    found = {name: _worth(find_leads(tables, weights), end, margin) for name, weights in chosen.items()}
    nothing = Leads(np.full(len(end), np.nan), np.zeros(len(end), dtype=np.int64))
    return {**found, COIN_NAME: _worth(nothing, end, margin)}


def _worth(leads: Leads, end: NDArray[np.int64], margin: Array) -> _Measured:
    lead = np.nan_to_num(leads.lead)
    p = leave_one_out(lead, end)
    decided = end != 0
    told = np.where(end > 0, p, 1.0 - p)[decided]
    loss = float(-np.log(told).mean()) if decided.any() else np.nan
    hits, sure = count_hits(np.where(np.abs(lead) < 1e-9, 0.0, lead), end), count_hits(leads.bounds, end)
    n = int(decided.sum())
    low, high = wilson(hits.count, n)
    record = WeightingRecord(
        prl=_number(1.0 - loss / COIN),
        auc_decided=_number(auc_draws(lead, end, np.ones((1, len(end))))[0]),
        log_loss=_number(loss),
        base_log_loss=COIN if n else None,
        brier=_number(2.0 * float(((1.0 - told) ** 2).mean())) if n else None,
        right=hits.right,
        wrong=hits.wrong,
        open=hits.open,
        share=hits.count / n if n else 0.5,
        share_low=low,
        share_high=high,
        rank_agreement=_number(rank_agreement(lead, margin)),
        bounds_right=sure.right,
        bounds_wrong=sure.wrong,
    )
    return _Measured(leads.lead, p, record)


def _second_record(
    coded: Sequence[Negotiation], chosen: Mapping[str, Weights]
) -> SecondCoderRecord | None:
    if not coded:
        return None
    seconds = [n.second for n in coded if n.second is not None]
    return SecondCoderRecord(
        n=len(coded),
        decided=int((_ends(coded) != 0).sum()),
        models={name: m.record for name, m in _measure(coded, seconds, chosen).items()},
        first_coder={name: m.record for name, m in _measure(coded, [n.first for n in coded], chosen).items()},
    )


def _points_of(coded: Sequence[Negotiation], weights: Weights) -> list[float]:
    tables = [n.second for n in coded if n.second is not None]
    return [100.0 * float(lead) for lead in find_leads(tables, weights).lead]


def _differences(
    found: Mapping[str, _Measured], end: NDArray[np.int64], draws: int, seed: int
) -> dict[str, dict[str, IntervalRecord]]:
    """Equal weights less each rival in PRL and AUC, over paired draws of cases."""
    weights = group_draws(np.arange(len(end)), draws, seed)
    decided = end != 0
    some = weights[:, decided].sum(axis=1) > 0
    sample: dict[str, dict[str, Array]] = {}
    for name, measured in found.items():
        told = np.where(end > 0, measured.probability, 1.0 - measured.probability)
        loss = weights[:, decided] @ -np.log(told[decided])
        whole = np.where(some, COIN * weights[:, decided].sum(axis=1), np.nan)
        auc = auc_draws(np.nan_to_num(measured.lead), end, weights)
        sample[name] = {"prl": 1.0 - loss / whole, "auc_decided": auc}
    ours = sample.pop(LEAD)
    return {
        name: {key: _interval(ours[key] - theirs[key]) for key in ours} for name, theirs in sample.items()
    }


def _interval(values: Array) -> IntervalRecord:
    drawn = values[1:][np.isfinite(values[1:])]
    low, high = np.quantile(drawn, [0.025, 0.975]) if len(drawn) else (np.nan, np.nan)
    return IntervalRecord(estimate=_number(values[0]), low=_number(low), high=_number(high))


def _measures_table(caption: str, models: Mapping[str, WeightingRecord], notes: Sequence[str]) -> Table:
    rows = [
        (name, _shown(m.auc_decided), _shown(m.prl), f"{m.right} / {m.wrong} / {m.open}",
         f"{100 * m.share:.0f} % ({100 * m.share_low:.0f} to {100 * m.share_high:.0f})",
         _shown(m.rank_agreement), f"{m.bounds_right} / {m.bounds_wrong}") for name, m in models.items()
    ]  # fmt: skip
    heads = ("AUC", "PRL", "Right / wrong / open", "Share", "τ", "Sure")
    return Table(caption, [Column("Weights"), *(Column(h, "right") for h in heads)], rows, notes)


def _verdict(case: CaseRecord) -> str:
    if case.got_more is None or case.lead is None or abs(case.lead) < 1e-7:
        return ""
    return "right" if (case.lead > 0) == (case.got_more == case.first) else "wrong"


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _shown(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}".replace("-", "−")


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _points(value: float | None) -> str | None:
    return None if value is None else f"{value:+.1f}".replace("-", "−")
