"""The documents of a backtest: plain records for JSON, and tables for people."""

from __future__ import annotations

import textwrap
from typing import Literal

from leverage.documents import Record
from leverage.render import Column, Table

CAUTION = (
    "The terms were chosen by people who had looked at the supplied rows: figures on those are optimistic."
)
YEAR_CAUTION = (
    "The year alone explains much of what the models explain of disputes, and nothing of who prevails."
)
LEAD = "transparent"

UsedScheme = Literal["stratified", "grouped", "time", "holdout", "coalitions"]


class ModelRecord(Record):
    """What a contender's probabilities were worth; None where it cannot be told.

    ``prl_whether`` and ``prl_who`` sum to ``prl``: what is gained on whether anyone prevails, and on who.
    """

    prl: float | None
    auc_decided: float | None
    log_loss: float | None
    base_log_loss: float | None
    brier: float | None
    calibration_error: float | None
    prl_whether: float | None = None
    prl_who: float | None = None
    prl_spread: float | None = None
    auc_decided_spread: float | None = None
    settings: str = ""


class IntervalRecord(Record):
    """An estimate with its central 95 %."""

    estimate: float | None
    low: float | None
    high: float | None

    def __str__(self) -> str:
        if self.estimate is None:
            return "–"
        if self.low is None or self.high is None:
            return _signed(self.estimate)
        return f"{_signed(self.estimate)} [{_signed(self.low)}, {_signed(self.high)}]"


class CalibrationBin(Record):
    """A tenth of the rows by the probability stated for a class, and how often it happened.

    ``low`` and ``high`` are Wilson's 95 % for what was observed.
    """

    outcome: str
    stated: float
    observed: float
    low: float
    high: float
    rows: int


class GroupGain(Record):
    """The transparent model with this group of terms and all before it, and with all but this group."""

    group: str
    prl_added: float
    auc_added: float | None
    prl_without: float
    auc_without: float | None


class Gains(Record):
    """Where the gain comes from; ``prl`` and ``auc_decided`` are those of all terms at the same penalties."""

    prl: float
    auc_decided: float | None
    repeats: int
    groups: list[GroupGain]


class BacktestDocument(Record):
    """The result of a backtest; the numbers at the top are the transparent model's.

    ``n`` counts the rows that were predicted, ``measured`` those of them whose outcome is known;
    ``skipped`` are held-out numbers outside the sample.
    """

    panel: str
    n: int
    measured: int
    prl: float | None
    auc_decided: float | None
    log_loss: float | None
    base_log_loss: float | None
    models: dict[str, ModelRecord]
    differences: dict[str, dict[str, IntervalRecord]]
    calibration: list[CalibrationBin]
    gains: Gains | None
    scheme: UsedScheme
    about_scheme: str
    repeats: int
    seed: int
    draws: int
    skipped: list[int]
    data: dict[str, str]
    caution: str = CAUTION

    def notes(self) -> list[str]:
        """What to read before the tables."""
        told = [self.caution, *([YEAR_CAUTION] if self.panel == "disputes" else []), self.about_scheme]
        if self.skipped:
            shown = ", ".join(map(str, self.skipped))
            one = len(self.skipped) == 1
            told.append(
                f"Skipped, {'a number' if one else 'numbers'} outside the sample, hidden from training "
                f"all the same: {shown}."
            )
        if self.measured < self.n:
            told.append(f"The outcome is known of {self.measured} of {self.n} rows; only those are measured.")
        return told

    def to_table(self) -> Table:
        """One row a contender."""
        three = any(m.prl_whether is not None for m in self.models.values())
        parts = [("whether", "prl_whether"), ("who", "prl_who")] if three else []
        numbers = [
            ("PRL", "prl"), ("±", "prl_spread"), *parts, ("AUC", "auc_decided"), ("±", "auc_decided_spread"),
            ("Log loss", "log_loss"), ("Brier", "brier"), ("Calibr.", "calibration_error"),
        ]  # fmt: skip
        if all(m.prl_spread is None for m in self.models.values()):
            numbers = [(head, key) for head, key in numbers if not key.endswith("_spread")]
        rows = [
            (
                name,
                *(_shown(getattr(m, key)) for _, key in numbers),
                _tuned(m.settings),
            )
            for name, m in self.models.items()
        ]
        heads = [Column("Model"), *(Column(head, "right") for head, _ in numbers), Column("Tuned")]
        caption = f"{self.panel.capitalize()}, {self.scheme}: {self.measured} rows"
        caption += f", {self.repeats} repeats" if self.repeats > 1 else ""
        notes = [
            "PRL: share of the base rates' log loss that a model takes off. AUC, of the decided rows: how "
            "often one that the first side won gets better odds for it than one that it lost; 0.5 is chance. "
            "Calibr.: mean distance of stated and observed frequency.",
        ]
        if three:
            notes.append("Whether and who: the PRL split into whether anyone prevails, and who does.")
        if any(m.prl_spread is not None for m in self.models.values()):
            notes.append("± is the standard deviation over repeats: the drawing of folds, not of the sample.")
        notes.append(
            "Tuned: nested, by the same search inside the training rows; fixed, at settings set before."
        )
        return Table(caption, heads, rows, notes)

    def tables(self) -> list[Table]:
        """All tables: contenders, differences, calibration, gains."""
        made = [self.to_table(), self._difference_table(), self._calibration_table(), self._gains_table()]
        return [table for table in made if table.rows]

    def to_text(self, width: int = 100) -> str:
        """The cautions, then every table."""
        head = "\n".join(textwrap.fill(note, width) for note in self.notes())
        return "\n\n".join([head, *(table.to_text(width) for table in self.tables())]) + "\n"

    def _difference_table(self) -> Table:
        rows = [(name, str(each["prl"]), str(each["auc_decided"])) for name, each in self.differences.items()]
        what = {"disputes": "pairs of states", "crises": "crises"}.get(self.panel, "groups")
        return Table(
            "The transparent model less each rival",
            [Column("Rival"), Column("PRL", "right"), Column("AUC, decided", "right")],
            rows,
            [f"Central 95 % of {self.draws} paired draws of {what}; where it holds 0, nothing is settled."],
        )  # fmt: skip

    def _calibration_table(self) -> Table:
        outcomes = list(dict.fromkeys(b.outcome for b in self.calibration))
        bins = [[_bin(b) for b in self.calibration if b.outcome == name] for name in outcomes]
        rows = [(str(n), *each) for n, each in enumerate(zip(*bins, strict=True), 1)] if bins else []
        notes = [f"Stated → observed (95 % of observed), in {len(rows)} bins of equal size from low to high."]
        if self.repeats > 1:
            notes.append("Stated are means over repeats, as --predictions writes them.")
        columns = [Column("Bin", "right"), *(Column(name, "right") for name in outcomes)]
        return Table("Calibration of the transparent model, %", columns, rows, notes)

    def _gains_table(self) -> Table:
        if self.gains is None:
            return Table("", [Column("Group of terms")], [])
        rows = [
            (g.group, *map(_shown, (g.prl_added, g.auc_added, g.prl_without, g.auc_without)))
            for g in self.gains.groups
        ]
        rows.append(("all terms", _shown(self.gains.prl), _shown(self.gains.auc_decided), None, None))
        first = self.gains.groups[0]
        notes = ["Each row's terms join those above it; the last two columns are all terms but the row's."]
        if self.gains.prl > 0:
            share = f"{100 * first.prl_added / self.gains.prl:.0f} %"
            notes.append(
                f"{first.group.capitalize()} alone gives PRL {first.prl_added:.3f}, {share} of the whole "
                f"{self.gains.prl:.3f}; without it the model keeps {first.prl_without:.3f}."
            )
        notes.append("All at one fixed penalty, so the last row differs a little from the tuned model.")
        heads = ("PRL so far", "AUC so far", "PRL without", "AUC without")
        columns = [Column("Group of terms"), *(Column(head, "right") for head in heads)]
        return Table("Where the gain comes from", columns, rows, notes)


def _shown(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}".replace("-", "−")


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


def _tuned(settings: str) -> str | None:
    return None if settings == "none" else settings


def _bin(each: CalibrationBin) -> str:
    stated, observed, low, high = (100 * x for x in (each.stated, each.observed, each.low, each.high))
    return f"{stated:.1f} → {observed:.1f} ({low:.0f} to {high:.0f})"
