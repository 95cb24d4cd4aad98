"""Readings: units, anchors and intervals, and what is wrong with them."""

import math

import pytest

from leverage.case import Interval, Number, Stake, load_case, measure
from leverage.case.evidence import AnchorChoice
from leverage.case.readings import unit_rates
from leverage.codebook import Anchor, Indicator, Scale

SHARE = Scale(
    unit="share", bounds=(0, 1), accepts={"%": 0.01}, anchors=[Anchor(id="half", reading=0.5, says="Half.")]
)
FOREST = Stake(id="forest", title="The forest", size=Number(value=1376, unit="km2"))


def of_stake(unit):
    return Indicator(id="held", question="How much?", unit=unit, bounds=(0, 1), per_stake=True)


class TestMeasuring:
    def test_percent(self):
        ends = Interval(low=40, high=70, means="outer")
        measured, problems = measure(Number(value=50, unit="%"), ends, SHARE, None)
        assert problems == []
        assert (measured.value, measured.low, measured.high) == pytest.approx((0.5, 0.4, 0.7))

    def test_central_90_is_widened_to_outer_bounds(self):
        ends = Interval(low=0.4, high=0.7, means="central-90")
        measured, _ = measure(Number(value=0.5, unit="share"), ends, SHARE, None)
        assert measured.low == pytest.approx(0.5 - 0.1 / (1 - math.sqrt(0.1)))  # .3538
        assert measured.high == pytest.approx(0.5 + 0.2 / (1 - math.sqrt(0.1)))  # .7925
        assert (measured.low, measured.high) == pytest.approx((0.35375, 0.79249), abs=1e-5)

    def test_central_90_is_cut_at_the_scale(self):
        ends = Interval(low=5, high=98, means="central-90")
        measured, _ = measure(Number(value=50, unit="%"), ends, SHARE, None)
        assert (measured.low, measured.high) == (0.0, 1.0)

    def test_anchor_with_an_interval_on_the_scale(self):
        measured, _ = measure(
            AnchorChoice(anchor="half"), Interval(low=0.4, high=0.6, means="outer"), SHARE, None
        )
        assert (measured.value, measured.low, measured.high) == (0.5, 0.4, 0.6)

    def test_exact(self):
        measured, _ = measure(Number(value=0.3, unit="share"), "exact", SHARE, None)
        assert (measured.value, measured.low, measured.high) == (0.3, 0.3, 0.3)

    def test_share_of_a_stake_in_its_own_unit(self):
        ends = Interval(low=350, high=530, means="outer")
        measured, _ = measure(Number(value=440, unit="km2"), ends, of_stake("share"), FOREST)
        assert measured.value == pytest.approx(0.3198, abs=5e-5)
        assert (measured.low, measured.high) == pytest.approx((350 / 1376, 530 / 1376))

    @pytest.mark.parametrize("scale", [SHARE, of_stake("points"), of_stake("share per 30 days")])
    def test_only_shares_of_a_stake_are_read_in_its_unit(self, scale):
        assert "km2" not in unit_rates(scale, FOREST)

    def test_all_that_is_wrong_with_a_reading(self):
        ends = Interval(low=-10, high=130, means="outer")
        measured, problems = measure(Number(value=120, unit="%"), ends, SHARE, None)
        assert measured is None
        assert [(p.key, p.problem, p.remedy) for p in problems] == [
            ("reading", "the reading 120 % lies out of bounds", "write a number from 0 to 100 %"),
            ("interval", "the interval -10 to 130 % reaches out of bounds", "write a number from 0 to 100 %"),
        ]


def test_readings_of_a_case(write_case):
    pieces = load_case(write_case()).states["base"].pieces
    assert [piece.measured.value for piece in pieces] == pytest.approx([440 / 1376, 0.71])
    assert [piece.key.measure for piece in pieces] == [
        "territory_held.share_held[forest]",
        "domestic_support.carry_on",
    ]


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            [
                ("{value: 440, unit: km2}", "{value: 1.4, unit: share}"),
                ("interval: {low: 350, high: 530, means: outer}", "interval: exact"),
            ],
            [("case.yaml:26:5: the reading 1.4 share lies out of bounds → write a number from 0 to 1 share")],
            id="reading out",
        ),
        pytest.param(
            [("low: 350", "low: 450")],
            [
                (
                    "case.yaml:27:5: the interval 450 to 530 leaves out its reading 440 → widen the "
                    "interval to hold the reading"
                )
            ],
            id="interval leaves out",
        ),
        pytest.param(
            [("high: 530", "high: 1500")],
            [
                (
                    "case.yaml:27:5: the interval 350 to 1500 km2 reaches out of bounds → write a number "
                    "from 0 to 1376 km2"
                )
            ],
            id="interval out",
        ),
        pytest.param(
            [('{value: 71, unit: "%"}', "{value: 71, unit: percent}")],
            ["case.yaml:35:5: the unit 'percent' is not one of this scale → use one of: share, %"],
            id="unit",
        ),
        pytest.param(
            [("unit: km2}\n    interval", "unit: km}\n    interval")],
            [
                (
                    "case.yaml:26:5: the unit 'km' is not one of this scale → did you mean 'km2'? Known: "
                    "km2, share, %"
                )
            ],
            id="unit of stake",
        ),
        pytest.param(
            [("share_held", "worth")],
            ["case.yaml:26:5: the unit 'km2' is not one of this scale → use one of: points"],
            id="stake unit on another scale",
        ),
        pytest.param(
            [('{value: 71, unit: "%"}', "{anchor: majorty}"), ("{low: 60, high: 80, means: outer}", "exact")],
            [
                (
                    "case.yaml:35:5: the scale has no anchor 'majorty' → did you mean 'majority'? Known: "
                    "few, minority, split, majority, nearly_all"
                )
            ],
            id="anchor",
        ),
        pytest.param(
            [("share_held", "worth"), ("reading: {value: 440, unit: km2}", "reading: {anchor: some}")],
            ["case.yaml:26:5: the scale has no anchor 'some' → give a number in points"],
            id="anchor where none",
        ),
        pytest.param(
            [
                (
                    "{policy: bounds}",
                    (
                        "{policy: bounds, assumptions: [{actor: company, factor: domestic_support, "
                        "indicator: carry_on, reading: {value: 3, unit: share}, interval: exact, "
                        "author: a, reason: b}]}"
                    ),
                )
            ],
            [("case.yaml:19:105: the reading 3 share lies out of bounds → write a number from 0 to 1 share")],
            id="assumption",
        ),
    ],
)
def test_wrong_reading(edits, expected, faults_of, told):
    assert told(faults_of(*edits)) == expected
