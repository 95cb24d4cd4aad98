import xml.etree.ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leverage.render import Group, RangeBar, Step, ranges, waterfall

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "<script>alert('1')</script> \"q\" & \x00"
LONG = "Holdings expected at the deadline, Kursk"


def draw_waterfall(steps, **changes):
    plain = {"key": "k", "title": "T", "description": "D", "start": 0, "start_label": "Bottom"}
    return ET.fromstring(waterfall(**{**plain, "end_label": "Score", **changes}, steps=steps))


def draw_ranges(groups, **changes):
    plain = {"key": "k", "title": "T", "description": "D", "axis_label": "Score"}
    return ET.fromstring(ranges(**{**plain, **changes}, groups=groups))


def rows(root):
    return root.findall(f"{SVG}g[@class='lv-row']")


def texts(node):
    return [text.text for text in node.iter(f"{SVG}text")]


def places(node, kind="rect"):
    return [
        {name: float(mark.get(name)) for name in ("x", "width")}
        for mark in node.iter(f"{SVG}{kind}")
        if mark.get("class") in ("lv-bar", "lv-open")
    ]


def axis_map(root):
    """Pixel of a value, read off the drawn tick labels."""
    ticks = {
        float(text.text.replace("−", "-")): float(text.get("x"))
        for text in root.findall(f"{SVG}text[@text-anchor='middle']")
    }
    (low, left), (high, right) = min(ticks.items()), max(ticks.items())
    return lambda value: left + (value - low) * (right - left) / (high - low)


def boxes(root):
    """Boxes of all texts, with a width of 0.58 em a character, and 0.72 em above the baseline."""
    for text in root.iter(f"{SVG}text"):
        size, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
        width = 0.58 * size * len(text.text)
        left = x - {None: 0, "middle": width / 2, "end": width}[text.get("text-anchor")]
        yield left, y - 0.72 * size, left + width, y + 0.2 * size, text.text


def assert_nothing_overlaps(root):
    width, height = float(root.get("width")), float(root.get("height"))
    found = list(boxes(root))
    for index, (left, top, right, bottom, text) in enumerate(found):
        assert left >= 0, text
        assert top >= 0, text
        assert right <= width, text
        assert bottom <= height, text
        for other in found[index + 1 :]:
            apart = right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
            assert apart, (text, other[4])


STEPS = [Step("Territory", 30.0, 20.0, 35.0), Step("Time", -10.0), Step("Allies", 5.0, note="weight 0.2")]


def test_frame_is_accessible():
    root = draw_waterfall(STEPS, key="a b", title=NASTY, description=NASTY)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "lv-a_20_b.title lv-a_20_b.desc"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root[0].get("id") == "lv-a_20_b.title"
    assert root[0].text == NASTY.replace("\x00", "\ufffd")
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    assert root.get("font-family").endswith("sans-serif")


def test_charts_are_deterministic_and_static():
    first, second = (
        waterfall(key="k", title="T", description="", start=0, start_label="", steps=STEPS, end_label="")
        for _ in range(2)
    )
    assert first == second
    for forbidden in ("<script", "<style", "href", "@import", "<image", "onload"):
        assert forbidden not in first
    assert first.count("http") == 1


def test_waterfall_bars_stand_where_the_numbers_say():
    root = draw_waterfall(STEPS, start=10.0)
    at = axis_map(root)
    start, territory, time, allies, end = (places(row)[0] for row in rows(root))
    # 10 → 40 → 30 → 35, by hand.
    assert (start["x"], start["width"]) == pytest.approx((at(0), at(10) - at(0)), abs=0.02)
    assert (territory["x"], territory["width"]) == pytest.approx((at(10), at(40) - at(10)), abs=0.02)
    assert (time["x"], time["width"]) == pytest.approx((at(30), at(40) - at(30)), abs=0.02)
    assert (allies["x"], allies["width"]) == pytest.approx((at(30), at(35) - at(30)), abs=0.02)
    assert (end["x"], end["width"]) == pytest.approx((at(0), at(35) - at(0)), abs=0.02)


def test_waterfall_whiskers_stand_at_low_and_high():
    root = draw_waterfall(STEPS, start=10.0)
    at = axis_map(root)
    whisker = rows(root)[1].find(f"{SVG}g[@class='lv-whisker']")
    ends = [float(whisker[1].get(name)) for name in ("x1", "x2")]
    assert ends == pytest.approx([at(30), at(45)], abs=0.02)
    assert rows(root)[2].find(f"{SVG}g[@class='lv-whisker']") is None


def test_waterfall_says_signs_in_text():
    root = draw_waterfall([*STEPS, Step("Nothing", 0.0)], start=10.0)
    assert texts(rows(root)[0]) == ["Bottom", "10.0"]
    assert "▲ +30.0" in texts(rows(root)[1])
    assert "+20.0 to +35.0" in texts(rows(root)[1])
    assert "▼ −10.0" in texts(rows(root)[2])
    assert texts(rows(root)[4]) == ["Nothing", "0.0"]
    assert texts(rows(root)[5]) == ["Score", "35.0", "25.0–40.0"]
    assert rows(root)[1][0].text == "Territory: adds 30.0 points, from +20.0 to +35.0"
    assert rows(root)[2][0].text == "Time: takes 10.0 points"
    assert rows(root)[3][0].text == "Allies: adds 5.0 points (weight 0.2)"
    assert rows(root)[4][0].text == "Nothing: no change"
    assert {"▲ adds", "▼ takes away", "low to high"} <= set(texts(root))


def test_waterfall_step_that_is_not_coded():
    root = draw_waterfall([Step("Territory", 30.0), Step("Support", None, 0.0, 25.0), Step("Allies", 10.0)])
    at = axis_map(root)
    support, allies, end = (places(row)[0] for row in rows(root)[2:])
    assert texts(rows(root)[2]) == ["Support", "not coded", "0.0 to +25.0"]
    assert (support["x"], support["width"]) == pytest.approx((at(30), at(55) - at(30)), abs=0.02)
    assert allies["x"] == pytest.approx(at(30), abs=0.02)
    # The end has no value: 40 and 25 more at most.
    assert texts(rows(root)[4]) == ["Score", "range only", "40.0–65.0"]
    assert (end["x"], end["width"]) == pytest.approx((at(40), at(65) - at(40)), abs=0.02)
    hatch = rows(root)[2].find(f"{SVG}rect[@class='lv-open']").get("fill")
    assert hatch == "url(#lv-k.hatch)"
    assert root.find(f"{SVG}defs/{SVG}pattern").get("id") == "lv-k.hatch"


def test_waterfall_step_that_is_left_out_of_the_score():
    root = draw_waterfall([Step("Territory", 30.0), Step("Support", None)])
    assert texts(rows(root)[2]) == ["Support", "not coded"]
    assert texts(rows(root)[3]) == ["Score", "30.0"]


def test_waterfall_without_steps_and_at_zero():
    root = draw_waterfall([])
    assert texts(rows(root)[0]) == ["Bottom", "0.0"]
    assert texts(rows(root)[1]) == ["Score", "0.0"]
    assert_nothing_overlaps(root)


def test_ranges_stand_where_the_numbers_say():
    root = draw_ranges([Group("Assessed", [RangeBar("Ukraine", 31.0, 54.2, 42.4)])])
    at = axis_map(root)
    (row,) = rows(root)
    band = row.find(f"{SVG}line[@class='lv-range']")
    assert [float(band.get(name)) for name in ("x1", "x2")] == pytest.approx([at(31), at(54.2)], abs=0.02)
    assert float(row.find(f"{SVG}circle").get("cx")) == pytest.approx(at(42.4), abs=0.02)
    assert texts(row) == ["Ukraine", "42.4", "31.0–54.2"]
    assert row[0].text == "Ukraine: 42.4, from 31.0 to 54.2"
    assert texts(root.find(f"{SVG}g[@class='lv-group']")) == ["Assessed"]


def test_range_without_a_point_has_no_dot():
    root = draw_ranges([Group("", [RangeBar("Russia", 22.0, 78.0, note="2 of 4 coded")])])
    at = axis_map(root)
    (row,) = rows(root)
    assert row.find(f"{SVG}circle") is None
    assert texts(row) == ["Russia", "2 of 4 coded", "range only", "22.0–78.0"]
    assert places(row) == [
        {"x": pytest.approx(at(22), abs=0.02), "width": pytest.approx(at(78) - at(22), abs=0.02)}
    ]
    assert root.find(f"{SVG}g[@class='lv-group']") is None


def test_twelve_long_steps_do_not_overlap():
    steps = [
        Step(LONG, (-1) ** index * 7.5, -100.0 if index % 2 else 0.0, 100.0, LONG * 2) for index in range(12)
    ]
    assert_nothing_overlaps(
        draw_waterfall(steps, title=LONG * 5, start_label=LONG, end_label=LONG, start=100.0)
    )


def test_extreme_ranges_do_not_overlap():
    bars = [
        RangeBar(LONG, 0, 0, 0),
        RangeBar(LONG, 100, 100, 100),
        RangeBar("W" * 40, 0, 100, None, LONG * 3),
    ]
    groups = [Group(LONG * 5, bars), Group("B", bars * 4)]
    assert_nothing_overlaps(draw_ranges(groups, title=LONG * 5, axis_label=LONG * 5))


def test_long_labels_are_cut_and_kept_in_full():
    label = LONG * 3
    row = rows(draw_ranges([Group("", [RangeBar(label, 1, 2, 1.5)])]))[0]
    assert texts(row)[1].endswith("…")
    assert row[0].text.startswith(label)


def test_two_charts_share_no_id():
    found = [
        node.get("id")
        for key in ("one", "two")
        for node in draw_waterfall(STEPS, key=key).iter()
        if node.get("id")
    ]
    assert len(found) == len(set(found)) == 6


@settings(max_examples=50)
@given(st.text(), st.floats(-1e6, 1e6), st.floats(0, 1e6))
@example("", 0.0, 5e-324)
def test_any_text_and_number_makes_well_formed_svg(text, low, width):
    steps = [Step(text, low, low, low + width, text), Step(text, None, low, low + width)]
    root = draw_waterfall(steps, key=text, title=text, description=text, start_label=text, end_label=text)
    assert len(rows(root)) == 4


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Step("a", 1.0, 0.0), "one end of a range only"),
        (lambda: RangeBar("a", 3, 2), "low 3 above high 2: swap them"),
        (lambda: RangeBar("a", float("nan"), 2), "low nan above high 2"),
        (lambda: draw_waterfall([Step("a", float("inf"))]), "cannot show inf"),
        (lambda: draw_ranges([Group("", [RangeBar("a", 3, 102)])]), "102, off the axis 0 to 100: widen"),
        (lambda: draw_ranges([], axis=(1, 1)), "the axis runs from 1 to 1"),
    ],
)
def test_wrong_numbers_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
