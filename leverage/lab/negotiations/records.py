"""The documents of a backtest on past negotiations: plain records for JSON, and tables for people."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from leverage.documents import Record
from leverage.lab.backtests.documents import IntervalRecord
from leverage.render import Column, Table

FLAG = (
    "The authors' judgement in hindsight: the authors chose these cases, wrote their briefs knowing how they "
    "ended, and judged who got more. Few cases; no estimate of how well scores foretell. Never used to tune "
    "weights that are promoted. A second coder who recognises a case knows its end as well."
)
TIE = 1e-9
"""Leads smaller than this are none."""


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
    common_right, common_wrong : int
        The same over factors that are coded on both sides alone.
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
    common_right: int
    common_wrong: int
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
    told: str


class SecondCoderRecord(Record):
    """The same measures on the second coder's readings, of the cases that have them.

    Attributes
    ----------
    n, decided : int
    models, first_coder : dict of str to WeightingRecord
        By the second coder's readings, and by the first's of the same cases.
    lead_correlation : float or None
        Pearson's, of the two coders' leads under equal weights; None with fewer than three.
    lead_gap : float or None
        Their mean distance in points.
    sign_changes : int
        Cases in which the two coders have another side ahead.
    """

    n: int
    decided: int
    models: dict[str, WeightingRecord]
    first_coder: dict[str, WeightingRecord]
    lead_correlation: float | None
    lead_gap: float | None
    sign_changes: int


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
            found.append(_measures_table(caption, self.second_coder.models, _leads_told(self.second_coder)))
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
            (c.case, _points(c.lead), _points(c.second_coder_lead), c.told, _verdict(c)) for c in self.cases
        ]
        columns = [Column("Case"), Column("Lead", "right"), Column("2nd coder", "right")]
        columns += [Column("Achieved, and who got more"), Column("Higher score", "right")]
        notes = ["Lead: points of the first side's score above the second's, equal weights."]
        return Table("Case by case", columns, rows, notes)


_NOTES = (
    "A lead is a difference of scores, each over what is coded of that side; AUC, hits and τ are of leads, "
    "each case both ways round, so that it does not matter which side comes first.",
    "PRL: of a logit of the lead through the origin, fitted without the case, over a coin. Right, wrong, "
    "open: whether the higher score got more; open ones count as halves in the share (Wilson 95 %). τ: "
    "Kendall's, with the margin of achievement. Common: right and wrong by factors coded on both sides "
    "alone. Sure: by scores that are apart whatever is missing.",
)


def _measures_table(caption: str, models: Mapping[str, WeightingRecord], notes: Sequence[str]) -> Table:
    rows = [
        (name, _shown(m.auc_decided), _shown(m.prl), f"{m.right} / {m.wrong} / {m.open}",
         f"{100 * m.share:.0f} % ({100 * m.share_low:.0f} to {100 * m.share_high:.0f})",
         _shown(m.rank_agreement), f"{m.common_right} / {m.common_wrong}",
         f"{m.bounds_right} / {m.bounds_wrong}") for name, m in models.items()
    ]  # fmt: skip
    heads = ("AUC", "PRL", "Right / wrong / open", "Share right", "τ", "Common", "Sure")
    return Table(caption, [Column("Weights"), *(Column(h, "right") for h in heads)], rows, notes)


def _leads_told(second: SecondCoderRecord) -> list[str]:
    if second.lead_gap is None:
        return []
    correlation = _shown(second.lead_correlation) or "not defined"
    return [
        f"The coders' leads under equal weights: correlation {correlation}, apart by {second.lead_gap:.0f} "
        f"points on average; in {second.sign_changes} cases they have another side ahead."
    ]


def _verdict(case: CaseRecord) -> str | None:
    if case.got_more is None:
        return "even"
    if case.lead is None or abs(case.lead) < 100.0 * TIE:
        return None
    return "right" if (case.lead > 0) == (case.got_more == case.first) else "wrong"


def _shown(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}".replace("-", "−")


def _points(value: float | None) -> str | None:
    return None if value is None else f"{value:+.1f}".replace("-", "−")
