"""Lines over days: where they stop, and where their names stand."""

import datetime as dt
import re
import xml.etree.ElementTree as ET

import pytest

from leverage.render import Line, lines

ABOUT = {"key": "k", "title": "T", "description": "D"}
DAYS = [dt.date(2025, 1, day) for day in (1, 2, 3)]


def tags(svg, name):
    return [each for each in ET.fromstring(svg).iter() if each.tag.rpartition("}")[2] == name]


def test_a_line_stops_where_there_is_no_value_and_its_band_goes_on():
    one = Line("A <b>", [10, None, 30], [0, 0, 0], [100, 100, 100])
    svg = lines(**ABOUT, dates=DAYS, series=[one], marks=[(DAYS[1], "deadline")], axis_label="y")
    assert len(tags(svg, "polyline")) == 2
    assert len(tags(svg, "polygon")[0].get("points").split()) == 6
    assert "A &lt;b&gt;: from 10.0 to 30.0" in svg
    assert "deadline, 2 Jan 2025" in svg


def test_labels_of_lines_that_end_together_stand_apart():
    same = [Line(name, [50, 50, 50], [40] * 3, [60] * 3) for name in "AB"]
    svg = lines(**ABOUT, dates=DAYS, series=same, marks=[], axis_label="y")
    heights = [float(each.get("y")) for each in tags(svg, "text") if each.text in ("A", "B")]
    assert abs(heights[0] - heights[1]) >= 17
    assert len(set(re.findall(r'stroke-dasharray="([^"]+)"', svg))) == 1  # one whole, one dashed


def test_a_band_without_a_number_is_refused():
    wrong = Line("A", [1, 1, 1], [0, 0, float("nan")], [1, 1, 1])
    with pytest.raises(ValueError, match="cannot show"):
        lines(**ABOUT, dates=DAYS, series=[wrong], marks=[], axis_label="")
