import pytest

from leverage.render import svg

TEXT_COLOURS = [svg.INK, svg.SOFT]
MARK_COLOURS = [svg.BLUE, svg.VERMILLION, svg.GREY]


def contrast(colour):
    """WCAG 2 contrast on white."""
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


@pytest.mark.parametrize("colour", TEXT_COLOURS)
def test_text_contrast(colour):
    assert contrast(colour) >= 4.5


@pytest.mark.parametrize("colour", MARK_COLOURS)
def test_mark_contrast(colour):
    assert contrast(colour) >= 3


def test_element():
    made = svg.element("text", "x", class_="a", font_size=12.345, x=-0.001, y=None, title='"<')
    assert made == '<text class="a" font-size="12.35" x="0" title="&quot;&lt;">x</text>'
    assert svg.element("g") == "<g/>"


def test_scale():
    scale = svg.Scale(0, 50, 100, 200)
    assert [scale(value) for value in (0, 25, 50)] == [100, 150, 200]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 100, [0, 20, 40, 60, 80, 100]),
        (0, 42.6, [0, 10, 20, 30, 40, 50]),
        (-12, 8, [-15, -10, -5, 0, 5, 10]),
        (0, 0, [-0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6]),
    ],
)
def test_ticks(low, high, expected):
    assert svg.ticks(low, high) == pytest.approx(expected)


def test_fit_keeps_what_fits():
    assert svg.fit("Ally backing", 13, 200) == ["Ally backing"]


def test_fit_breaks_lines_before_it_cuts():
    assert svg.fit("Holdings expected at the deadline", 13, 160, lines=2) == [
        "Holdings expected at",
        "the deadline",
    ]
    (cut,) = svg.fit("Holdings expected at the deadline", 13, 160)
    assert cut.startswith("Holdings expect")
    assert cut.endswith("…")
    assert svg.text_width(cut) <= 160


def test_fit_cuts_a_word_without_spaces():
    (cut,) = svg.fit("W" * 40, 13, 100, lines=2)
    assert set(cut) == {"W", "…"}
    assert svg.text_width(cut) <= 100
