"""Numbers that a passage states in a unit of the scale."""

from __future__ import annotations

import pytest

from leverage.codebook import Scale
from leverage.coding.numbers import stated_number

SHARE = Scale(unit="share", bounds=(0, 1), accepts={"%": 0.01})
DAYS = Scale(unit="days", bounds=(0, 3650), accepts={"weeks": 7, "months": 30.4375})


@pytest.mark.parametrize(
    ("text", "scale", "units", "expected"),
    [
        ("Some 52 per cent of voters", SHARE, {}, (52, "%", 52, 52)),
        ("only 7.5% are left", SHARE, {}, (7.5, "%", 7.5, 7.5)),
        ("two thirds of the members", SHARE, {}, (0.6667, "share", 0.6667, 0.6667)),
        ("half of the town", SHARE, {}, (0.5, "share", 0.5, 0.5)),
        ("another two or three weeks", DAYS, {}, (2.5, "weeks", 2, 3)),
        ("within 10–14 days", DAYS, {}, (12, "days", 10, 14)),
        ("nine of the berths, that is 9 berths", SHARE, {"berths": 12}, (9, "berths", 9, 9)),
        ("Nine of the port's twelve berths lay idle", SHARE, {"berths": 12}, (9, "berths", 9, 9)),
        ("Nine of twelve berths idle", SHARE, {"berths": 12}, (9, "berths", 9, 9)),
        ("1,376 km² at the peak", SHARE, {"km²": 1376}, (1376, "km²", 1376, 1376)),
        ("in 2024 they came", DAYS, {}, None),
        ("nothing at all", SHARE, {}, None),
        ("52 percentages", SHARE, {}, None),
    ],
)
def test_a_stated_number_is_proposed_in_its_own_unit(
    text: str, scale: Scale, units: dict[str, float], expected: tuple[float, str, float, float] | None
) -> None:
    found = stated_number(text, 0, len(text), scale, units)
    assert (found and (found.value, found.unit, found.low, found.high)) == expected
    if found:
        assert found.text in text


def test_without_a_scale_no_number_is_proposed() -> None:
    assert stated_number("52 per cent", 0, 11, None, {}) is None
