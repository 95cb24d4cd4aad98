"""The backtest on past negotiations: whether higher scores go with getting more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from leverage.builders import FeatureTable
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
from leverage.lab.negotiations.records import (
    TIE,
    CaseRecord,
    NegotiationsDocument,
    SecondCoderRecord,
    WeightingRecord,
)
from leverage.lab.validation import group_draws
from leverage.model import Weights

Array = NDArray[np.float64]
LEAD = "equal weights"
"""The project's own default; the numbers at the top of the document are its."""
COIN_NAME = "coin"


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
    seconds = dict(zip((n.id for n in coded), _points_of(coded, chosen[LEAD]), strict=True))
    second = _second_record(coded, chosen, np.array(list(seconds.values())))
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
                told=n.told(),
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
    return np.array(
        [0 if n.got_more is None else int(np.sign(n.margin)) for n in negotiations], dtype=np.int64
    )


def _measure(
    negotiations: Sequence[Negotiation], tables: Sequence[FeatureTable], chosen: Mapping[str, Weights]
) -> dict[str, _Measured]:
    end = _ends(negotiations)
    margin = np.array([n.margin for n in negotiations])
    found = {name: _worth(find_leads(tables, weights), end, margin) for name, weights in chosen.items()}
    unknown = np.full(len(end), np.nan)
    nothing = Leads(unknown, unknown, np.zeros(len(end), dtype=np.int64))
    return {**found, COIN_NAME: _worth(nothing, end, margin)}


def _worth(leads: Leads, end: NDArray[np.int64], margin: Array) -> _Measured:
    lead = np.nan_to_num(leads.lead)
    p = leave_one_out(lead, end)
    decided = end != 0
    told = np.where(end > 0, p, 1.0 - p)[decided]
    loss = float(-np.log(told).mean()) if decided.any() else np.nan
    hits, common = (count_hits(_calls(each), end) for each in (lead, leads.common))
    sure = count_hits(leads.bounds.astype(float), end)
    n = int(decided.sum())
    low, high = wilson(hits.total, n)
    record = WeightingRecord(
        prl=_number(1.0 - loss / COIN),
        auc_decided=_number(auc_draws(lead, end, np.ones((1, len(end))))[0]),
        log_loss=_number(loss),
        base_log_loss=COIN if n else None,
        brier=_number(2.0 * float(((1.0 - told) ** 2).mean())) if n else None,
        right=hits.right,
        wrong=hits.wrong,
        open=hits.open,
        share=hits.total / n if n else 0.5,
        share_low=low,
        share_high=high,
        rank_agreement=_number(rank_agreement(lead, margin)),
        common_right=common.right,
        common_wrong=common.wrong,
        bounds_right=sure.right,
        bounds_wrong=sure.wrong,
    )
    return _Measured(leads.lead, p, record)


def _calls(lead: Array) -> Array:
    """Leads without those that are none: missing, or smaller than rounding."""
    return np.where(np.abs(np.nan_to_num(lead)) < TIE, 0.0, np.nan_to_num(lead))


def _second_record(
    coded: Sequence[Negotiation], chosen: Mapping[str, Weights], leads: Array
) -> SecondCoderRecord | None:
    """The measures by the second coder's readings; `leads` are those under equal weights, in points."""
    if not coded:
        return None
    seconds = [n.second for n in coded if n.second is not None]
    firsts = _measure(coded, [n.first for n in coded], chosen)
    ours = 100.0 * firsts[LEAD].lead
    both = np.isfinite(ours) & np.isfinite(leads)
    apart = ours[both] - leads[both]
    varied = both.sum() > 2 and ours[both].std() > 0 and leads[both].std() > 0
    return SecondCoderRecord(
        n=len(coded),
        decided=int((_ends(coded) != 0).sum()),
        models={name: m.record for name, m in _measure(coded, seconds, chosen).items()},
        first_coder={name: m.record for name, m in firsts.items()},
        lead_correlation=float(np.corrcoef(ours[both], leads[both])[0, 1]) if varied else None,
        lead_gap=float(np.abs(apart).mean()) if both.any() else None,
        sign_changes=int((ours[both] * leads[both] < 0).sum()),
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


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
