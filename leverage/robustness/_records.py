"""Results of the analyses as the records of `leverage.robustness.content`."""

from __future__ import annotations

from collections.abc import Sequence

from leverage.model import Scores, known
from leverage.robustness.content import (
    AgreementRecord,
    OutlookRecord,
    PathRecord,
    SettingsRecord,
    TransferRecord,
    TurnRecord,
    VarianceRecord,
)
from leverage.robustness.over_time import ScorePath
from leverage.robustness.pairs import Outlook
from leverage.robustness.settings import Settings
from leverage.robustness.variance import VarianceShare
from leverage.robustness.weight_sets import RankOrder
from leverage.robustness.weightings import agreements


def outlook_record(found: Outlook) -> OutlookRecord:
    """A pair under other weightings."""
    near, within = found.near, found.within
    flip = None
    if found.flip is not None:
        flip = [TransferRecord(source=t.source, target=t.target, points=t.points) for t in found.flip]
    return OutlookRecord(
        win_share=None if found.win.tied == 1.0 else found.win.ahead,
        win_share_error=found.win.error,
        tied_share=found.win.tied,
        ranked_share=found.ranked.ahead if found.ranked else None,
        near_share=near.ahead if near else None,
        near_share_error=near.error if near else None,
        within_share=within.ahead if within else None,
        within_share_error=within.error if within else None,
        flip_l1=found.flip_l1,
        flip=flip,
        flip_l2=found.flip_l2,
    )


def variance_record(share: VarianceShare) -> VarianceRecord:
    """Shares of a variance."""
    return VarianceRecord(**vars(share))


def path_record(path: ScorePath) -> PathRecord:
    """Scores by date."""
    columns = dict(enumerate(path.actors))
    return PathRecord(
        deadline=path.deadline,
        dates=list(path.dates),
        scores={actor: [known(value) for value in path.scores[:, n]] for n, actor in columns.items()},
        low={actor: path.low[:, n].tolist() for n, actor in columns.items()},
        high={actor: path.high[:, n].tolist() for n, actor in columns.items()},
        turns=[TurnRecord(**vars(turn)) for turn in path.turns],
    )


def agreement_records(weighted: Sequence[Scores]) -> list[AgreementRecord]:
    """Orders under several weightings, by the weightings' ids."""
    ids = [scores.weights.id for scores in weighted]
    return [
        AgreementRecord(
            scenario=each.scenario,
            first=each.first,
            second=each.second,
            orders=dict(zip(ids, each.orders, strict=True)),
            gaps=dict(zip(ids, each.gaps, strict=True)),
            agreed=each.agreed,
        )
        for each in agreements(weighted)
    ]


def settings_record(settings: Settings, order: RankOrder | None, names: Sequence[str]) -> SettingsRecord:
    """What the numbers rest on."""
    doubt = settings.doubt
    return SettingsRecord(
        samples=settings.samples,
        draws=doubt.draws,
        seed=doubt.seed,
        distribution=doubt.shape,
        widening=dict(doubt.widening),
        concentration=settings.concentration,
        order=[[names[number] for number in place] for place in order.places] if order else None,
        intervals=dict(settings.intervals) or None,
    )
