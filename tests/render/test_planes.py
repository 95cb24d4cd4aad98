"""Tornado, matrix and triangle: places worked out by hand."""

import xml.etree.ElementTree as ET

import pytest

from leverage.render import Region, Swing, matrix, tornado, triangle

ABOUT = {"key": "k", "title": "T", "description": "D"}


def tags(svg, name):
    return [each for each in ET.fromstring(svg).iter() if each.tag.rpartition("}")[2] == name]


def test_a_swing_is_two_bars_about_the_stated_outcome():
    svg = tornado(**ABOUT, stated=5, swings=[Swing("reliability", -5, 10, "id")], axis_label="lead")
    low, high = (each for each in tags(svg, "rect") if each.get("class") == "lv-bar")
    left, width = float(low.get("x")), float(low.get("width"))
    assert left + width == pytest.approx(float(high.get("x")), abs=0.02)
    assert width == pytest.approx(2 * float(high.get("width")), abs=0.03)
    assert "reliability (id): −5.0 at its low, +10.0 at its high, +5.0 as stated" in svg


def test_a_swing_without_a_number_is_refused():
    with pytest.raises(ValueError, match="cannot show"):
        tornado(**ABOUT, stated=5, swings=[Swing("a", float("nan"), 1)], axis_label="")


def test_a_cell_is_darker_the_higher_its_share_and_empty_without_one():
    svg = matrix(**ABOUT, rows=["r"], columns=["a", "b", "c"], shares=[[0.0, 1.0, None]], axis_label="x")
    shades = [float(each.get("fill-opacity")) for each in tags(svg, "rect") if each.get("fill-opacity")]
    assert shades == [0.05, 0.7]
    assert "r, a: 0 %" in svg
    assert "r, b: 100 %" in svg
    assert "r, c" not in svg


def test_the_middle_of_a_triangle_is_a_third_for_each():
    svg = triangle(
        **ABOUT,
        names=("l", "r", "t"),
        regions=[Region("all", [(1, 0, 0), (0, 1, 0), (0, 0, 1)]), Region("nowhere", [])],
        point=(1 / 3, 1 / 3, 1 / 3),
        point_label="stated",
    )
    corners = [tuple(map(float, each.split(","))) for each in tags(svg, "polygon")[0].get("points").split()]
    dot = tags(svg, "circle")[0]
    assert float(dot.get("cx")) == pytest.approx(sum(x for x, _ in corners) / 3, abs=0.02)
    assert float(dot.get("cy")) == pytest.approx(sum(y for _, y in corners) / 3, abs=0.02)
    assert "nowhere" not in svg
