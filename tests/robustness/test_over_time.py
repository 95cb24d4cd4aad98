"""Scores by date: the days of the seed case, days worked out by hand, and long paths in steps."""

import datetime as dt

import numpy as np
import pytest

from leverage.builders import feature_table
from leverage.case import load_case
from leverage.faults import InputError
from leverage.model import Weights, case_weights, equal_weights, score_table
from leverage.robustness import over_time
from leverage.robustness.over_time import score_path


def test_the_first_day_is_the_score_and_the_path_ends_30_days_past_the_deadline(kursk):
    weights = case_weights(kursk)
    path = score_path(kursk, "assessed", weights, "bounds")
    today = score_table(feature_table(kursk, ["assessed"]), weights)
    assert path.scores[0].tolist() == today.score.tolist()
    assert (path.dates[0], path.dates[-1]) == (dt.date(2025, 1, 6), dt.date(2025, 2, 19))
    assert len(path.dates) == 45
    assert path.turns == ()


def test_patience_runs_to_one_half_and_readiness_stays(kursk):
    """By hand, on the deadline: no days are left, so both sides' patience is 1/2. Nothing else moves.

    Ukraine's time goes from 12.71 points to 20 (½ · 0.8 + ½ · ½) = 13.
    """
    path = score_path(kursk, "assessed", case_weights(kursk), "bounds")
    on_deadline = path.dates.index(path.deadline)
    gained = (
        path.scores[on_deadline, path.actors.index("ukraine")] - path.scores[0, path.actors.index("ukraine")]
    )
    assert gained == pytest.approx(13.0 - 12.710774494367508, abs=1e-9)


def test_evidence_that_expires_turns_a_score_into_a_range(plain, tmp_path):
    loaded, _ = plain(
        ("u-law", "union", "law", 0.9, 0.8, 1.0),
        ("u-votes", "union", "votes", 0.9, 0.8, 1.0),
        ("c-law", "company", "law", 0.1, 0.0, 0.2),
        ("c-votes", "company", "votes", 0.1, 0.0, 0.2),
    )
    until = loaded.case.as_of + dt.timedelta(541)
    path = score_path(loaded, "base", equal_weights(loaded.codebook), "bounds", until=until)
    assert len(path.dates) < 140  # steps of five days, the deadline and the last day
    (turn,) = path.turns
    # Evidence of the as-of date lives for 540 days: on the 541st nothing is coded.
    assert (turn.date, turn.before, turn.after) == (until, "ahead", "undecided")
    assert path.gaps == ((until, "union"), (until, "company"))
    assert np.isnan(path.scores[-1]).all()
    assert path.points()[-1] == (until, "company", None, 0.0, 100.0)


def test_newer_evidence_outlives_older_and_the_order_turns(plain):
    """Two readings by the latest rule; dated apart, the newer one expires last and alone."""
    loaded, _ = plain(
        ("u-old", "union", "law", 0.9, 0.8, 1.0, "date: 2025-01-02"),
        ("u-votes", "union", "votes", 0.5, None, None),
        ("c-law", "company", "law", 0.6, None, None),
        ("c-votes", "company", "votes", 0.5, None, None),
    )
    path = score_path(loaded, "base", equal_weights(loaded.codebook), "bounds", until=dt.date(2026, 6, 30))
    first = path.turns[0]
    assert first.date == dt.date(2025, 1, 2) + dt.timedelta(541)
    assert (first.first, first.second, first.before, first.after) == (
        "union",
        "company",
        "ahead",
        "undecided",
    )


def test_steps_and_single_days_find_the_same_turns(plain, monkeypatch):
    pieces = (
        ("u-law", "union", "law", 0.9, 0.8, 1.0, "date: 2025-01-02"),
        ("u-votes", "union", "votes", 0.5, None, None),
        ("c-law", "company", "law", 0.6, None, None),
        ("c-votes", "company", "votes", 0.5, None, None),
    )
    loaded, _ = plain(*pieces)
    weights, until = equal_weights(loaded.codebook), dt.date(2026, 10, 1)
    coarse = score_path(loaded, "base", weights, "bounds", until=until)
    monkeypatch.setattr(over_time, "MOST_DAYS", 10_000)
    daily = score_path(loaded, "base", weights, "bounds", until=until)
    assert len(daily.dates) == (until - loaded.case.as_of).days + 1 > len(coarse.dates)
    assert coarse.turns == daily.turns
    assert len(daily.turns) >= 1


def test_a_case_without_a_deadline_is_followed_for_180_days(write_case):
    loaded = load_case(write_case(("deadline: 2025-03-15\n", "")))
    path = score_path(loaded, "base", equal_weights(loaded.codebook), "bounds")
    assert path.deadline is None
    assert path.dates[-1] == loaded.case.as_of + dt.timedelta(180)


def test_a_path_that_would_run_back_is_refused(kursk):
    with pytest.raises(InputError, match="before the as-of date"):
        score_path(kursk, "assessed", case_weights(kursk), "bounds", until=dt.date(2025, 1, 1))


def test_as_a_frame(kursk):
    path = score_path(kursk, "assessed", case_weights(kursk), "bounds")
    frame = path.to_frame()
    assert list(frame.columns) == ["score", "low", "high"]
    assert frame.loc[(dt.date(2025, 1, 6), "ukraine"), "score"] == pytest.approx(51.1935254)


TIME = "".join(
    f"  - {{id: {actor}-{name}, actor: {actor}, factor: time_remaining, indicator: {name}, "
    f"reading: {reading}, interval: exact, kind: judgement, coder: tester, note: By hand.}}\n"
    for actor, name, reading in (
        ("union", "days_needed", "{value: 12, unit: days}"),
        ("union", "monthly_cost", '{value: 50, unit: "% per 30 days"}'),
        ("company", "days_needed", "{value: 13.333333333333334, unit: days}"),
        ("company", "monthly_cost", '{value: 0, unit: "% per 30 days"}'),
    )
)


def test_the_order_turns_as_the_deadline_comes_near_by_hand(write_case):
    """The union is ready (f = 1 against 0.9), the company patient: r = ln 2 against 0.

    Patience is 1 − e^(−r T / 2) apart, T months before the deadline, so the company leads while that is
    above 0.1: T > 2 · 0.10536 / 0.69315 = 0.304 months, 9.12 days. The deadline is 12 days off.
    """
    loaded = load_case(write_case(("evidence:\n", "evidence:\n" + TIME)))
    only_time = {name: float(name == "time_remaining") for name in loaded.codebook.names}
    path = score_path(loaded, "base", Weights("t", "Time alone", "direct", only_time), "bounds")
    (turn,) = path.turns
    assert (turn.date, turn.before, turn.after) == (dt.date(2025, 3, 6), "behind", "ahead")
