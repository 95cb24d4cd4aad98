"""Scenarios: what they inherit, set, shift and drop, and what of it is wrong."""

import datetime as dt

import pytest

from leverage.builders import feature_table
from leverage.case import key_of, load_case
from leverage.faults import InputError


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            [("{id: base, title: As reported}", "{id: base, title: As reported, parent: weary}")],
            [("case.yaml:41:36: the scenarios run in a circle: base → weary → base → take one `parent` out")],
            id="circle",
        ),
        pytest.param(
            [("{id: base, title: As reported}", "{id: base, title: As reported, parent: base}")],
            ["case.yaml:41:36: the scenarios run in a circle: base → base → take one `parent` out"],
            id="self",
        ),
        pytest.param(
            [("by: -20", "by: -80")],
            [
                (
                    "case.yaml:50:9: the shift moves the reading 0.71 to -0.09, out of bounds → end between"
                    " 0 and 1 share"
                )
            ],
            id="shift out",
        ),
        pytest.param(
            [('        unit: "%"', "        unit: points")],
            ["case.yaml:51:9: the unit 'points' is not one of this scale → use one of: share, %"],
            id="shift unit",
        ),
        pytest.param(
            [("carry_on\n        by", "tied_hand\n        by")],
            [
                (
                    "case.yaml:46:9: there is no reading of domestic_support.tied_hand for union to shift →"
                    " set it, or take the change out"
                )
            ],
            id="shift nothing",
        ),
        pytest.param(
            [("do: shift", "do: drop"), ('carry_on\n        by: -20\n        unit: "%"\n', "tied_hand\n")],
            [
                (
                    "case.yaml:46:9: there is no reading of domestic_support.tied_hand for union to drop → "
                    "set it, or take the change out"
                )
            ],
            id="drop nothing",
        ),
        pytest.param(
            [("note: Counted", "date: 2025-04-01\n    note: Counted")],
            [
                (
                    "case.yaml:39:5: the evidence 'union-vote' of 2025-04-01 is later than the as-of date "
                    "2025-03-03 of the scenarios base, weary → correct one of the dates, or drop the "
                    "reading there"
                )
            ],
            id="late",
        ),
        pytest.param(
            [("date: 2025-03-02", "date: 2025-03-04")],
            [
                (
                    "case.yaml:21:5: the evidence 'union-forest' of 2025-03-04 is later than the as-of date"
                    " 2025-03-03 of the scenarios base, weary → correct one of the dates, or drop the "
                    "reading there"
                )
            ],
            id="late article",
        ),
        pytest.param(
            [("    parent: base\n", "    parent: base\n    as_of: 2025-03-01\n")],
            [
                (
                    "case.yaml:21:5: the evidence 'union-forest' of 2025-03-02 is later than the as-of date"
                    " 2025-03-01 of the scenario weary → correct one of the dates, or drop the reading "
                    "there"
                ),
                (
                    "case.yaml:31:5: the evidence 'union-vote' of 2025-03-03 is later than the as-of date "
                    "2025-03-01 of the scenario weary → correct one of the dates, or drop the reading there"
                ),
            ],
            id="late in a scenario",
        ),
    ],
)
def test_wrong_scenario(edits, expected, faults_of, told):
    assert told(faults_of(*edits)) == expected


CHANGE = """\
    changes:
      - do: shift
        actor: union
        factor: domestic_support
        indicator: carry_on
        by: -20
        unit: "%"
        author: tester
        reason: As in the last strike.
"""
# A scenario below `weary`, which itself shifts what the case's evidence reads.
CHILD = """\
        reason: As in the last strike.
  - id: child
    title: And then
    parent: weary
    deadline: 2025-04-01
    changes:
"""
SHIFT = """\
      - {do: shift, actor: union, factor: domestic_support, indicator: carry_on, by: 0.1, unit: share,
         author: tester, reason: They recover.}
"""
SET = """\
      - {do: set, actor: union, factor: domestic_support, indicator: carry_on, reading: {anchor: split},
         interval: exact, author: tester, reason: A new poll.}
"""
DROP = """\
      - {do: drop, actor: union, factor: domestic_support, indicator: carry_on, author: tester, reason: Void.}
"""
LAST = "        reason: As in the last strike.\n"


def readings(loaded, scenario):
    pieces = loaded.states[scenario].pieces
    return {(piece.key.actor, piece.key.measure): piece for piece in pieces}


VOTE = ("union", "domestic_support.carry_on")


class TestInheritance:
    def test_shift_moves_reading_and_interval(self, write_case):
        loaded = load_case(write_case())
        measured = readings(loaded, "weary")[VOTE].measured
        assert (measured.value, measured.low, measured.high) == pytest.approx((0.51, 0.4, 0.6))
        assert readings(loaded, "base")[VOTE].measured.value == pytest.approx(0.71)

    def test_shift_over_two_generations(self, write_case):
        piece = readings(load_case(write_case((LAST, CHILD + SHIFT))), "child")[VOTE]
        assert piece.measured.value == pytest.approx(0.71 - 0.2 + 0.1)
        assert piece.shifts == (
            "shifted by -20 % (tester: As in the last strike.)",
            "shifted by +0.1 share (tester: They recover.)",
        )

    def test_shift_is_cut_at_the_scale(self, write_case):
        measured = readings(load_case(write_case(("by: -20", "by: 25"))), "weary")[VOTE].measured
        assert (measured.value, measured.low, measured.high) == pytest.approx((0.96, 0.85, 1.0))

    def test_set_replaces_every_piece(self, write_case):
        loaded = load_case(write_case((LAST, CHILD + SET)))
        piece = readings(loaded, "child")[VOTE]
        assert piece.measured.value == 0.5
        assert (piece.evidence.id, piece.evidence.kind, piece.evidence.coder) == (
            "child.1",
            "judgement",
            "tester",
        )
        assert piece.evidence.note == "A new poll."
        assert sum(p.key == piece.key for p in loaded.states["child"].pieces) == 1

    def test_drop_takes_every_piece_away(self, write_case):
        loaded = load_case(write_case((LAST, CHILD + DROP)))
        assert VOTE not in readings(loaded, "child")
        assert VOTE in readings(loaded, "weary")

    def test_changes_apply_in_order(self, write_case):
        loaded = load_case(write_case((LAST, CHILD + DROP + SET + SHIFT)))
        assert readings(loaded, "child")[VOTE].measured.value == pytest.approx(0.6)

    def test_a_dropped_reading_cannot_be_shifted(self, faults_of, told):
        assert told(faults_of((LAST, CHILD + DROP + SHIFT))) == [
            "case.yaml:60:10: there is no reading of domestic_support.carry_on for union to shift → "
            "set it, or take the change out"
        ]

    def test_what_a_change_does_not_name_is_inherited(self, write_case):
        loaded = load_case(write_case((LAST, CHILD + DROP)))
        forest = ("union", "territory_held.share_held[forest]")
        assert readings(loaded, "child")[forest] is readings(loaded, "base")[forest]


class TestDates:
    def test_dates_are_inherited(self, write_case):
        grandchild = (
            CHILD + SET + "  - {id: grandchild, title: Later still, parent: child, as_of: 2025-03-10}\n"
        )
        states = load_case(write_case((LAST, grandchild))).states
        assert [(s.as_of.day, s.deadline.isoformat()) for s in states.values()] == [
            (3, "2025-03-15"),
            (3, "2025-03-15"),
            (3, "2025-04-01"),
            (10, "2025-04-01"),
        ]
        assert [s.days_left for s in states.values()] == [12.0, 12.0, 29.0, 22.0]

    @pytest.mark.parametrize(("deadline", "left"), [("2025-03-03", 0.0), ("2025-02-01", 0.0)])
    def test_no_days_are_left_at_the_deadline_or_past_it(self, write_case, deadline, left):
        loaded = load_case(write_case(("deadline: 2025-03-15", f"deadline: {deadline}")))
        assert loaded.states["base"].days_left == left

    def test_without_a_deadline_time_is_missing(self, write_case):
        loaded = load_case(write_case(("deadline: 2025-03-15\n", "")))
        assert loaded.states["base"].days_left is None
        table = feature_table(loaded)
        time = [leaf.id for leaf in table.leaves].index("time_remaining")
        assert table.missing[:, time].all()

    def test_seen_from_another_day(self, write_case):
        state = load_case(write_case()).states["base"].at(dt.date(2025, 3, 13))
        assert state.days_left == 2.0


@pytest.mark.parametrize("status", ["rejected", "suggested", "superseded"])
def test_only_accepted_evidence_is_scored(write_case, faults_of, told, status):
    edit = ("note: Counted by hand.", f"status: {status}\n    note: Counted by hand.")
    change = (CHANGE, "")
    loaded = load_case(write_case(edit, change))
    assert list(readings(loaded, "base")) == [("union", "territory_held.share_held[forest]")]
    # It is still checked, and there is nothing to shift.
    assert told(faults_of(edit, change, ("value: 71", "value: 171"))) == [
        "case.yaml:35:5: the reading 171 % lies out of bounds → write a number from 0 to 100 %"
    ]
    assert "there is no reading of domestic_support.carry_on for union to shift" in told(faults_of(edit))[0]


def test_only_accepted_evidence_may_be_late(write_case):
    late = "date: 2025-04-01\n    status: rejected\n    note: Counted by hand."
    load_case(write_case(("note: Counted by hand.", late), (CHANGE, "")))


class TestSharesOfAStake:
    COMPANY = """\
      - {do: set, actor: company, factor: territory_held, indicator: share_held, stake: forest,
         reading: {value: 0.8, unit: share}, interval: exact, author: tester, reason: It fells.}
"""

    def test_above_one_in_a_scenario(self, write_case, told):
        loaded = load_case(write_case((LAST, CHILD + self.COMPANY)))
        with pytest.raises(InputError) as caught:
            feature_table(loaded)
        assert told(caught.value.faults) == [
            "case.yaml:18:5: in the scenario 'child' the readings of territory_held.share_held for 'forest' "
            "sum to 1.12, above 1 → lower a share, or set the other side's too"
        ]

    def test_one_whole_is_allowed(self, write_case):
        rest = self.COMPANY.replace("{value: 0.8, unit: share}", "{value: 936, unit: km2}")
        feature_table(load_case(write_case((LAST, CHILD + rest))))


def test_policy_assume_needs_an_assumption_for_every_gap(write_case, told):
    with pytest.raises(InputError) as caught:
        feature_table(load_case(write_case(("policy: bounds", "policy: assume"))))
    (line,) = told(caught.value.faults)
    assert line.startswith("case.yaml:19:1: the policy is `assume`, but nothing is stated for ")
    assert line.endswith(
        " → add each under `missing: assumptions:` with author and reason, or use another policy"
    )


def test_an_assumption_is_stated_once(faults_of, told):
    one = "{actor: union, factor: ally_backing, indicator: strength, reading: {anchor: token}, "
    one += "interval: exact, author: tester, reason: A guess.}"
    policy = f"missing:\n  policy: bounds\n  assumptions:\n    - {one}\n    - {one}"
    assert told(faults_of(("missing: {policy: bounds}", policy))) == [
        "case.yaml:23:7: ally_backing.strength of union is assumed twice → keep one of them"
    ]


def test_keys_name_what_a_reading_is_of(kursk):
    evidence = kursk.case.evidence[0]
    assert key_of(evidence).measure == "territory_held.share_held[kursk]"
