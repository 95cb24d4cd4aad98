"""Factors: what their YAML may say, and what is wrong with it."""

import pytest

from leverage.codebook import COMPOSITE, load_codebook

POINTS = "{shape: piecewise-linear, points: [[0, 0], [0.5, 0.7], [0.4, 0.8], [1, 1]]}"
TONE = "  - {id: tone, question: How is it spoken of?, unit: share, bounds: [0, 1], "
TONE += "weight: 0.6, direction: raises}\n"
REACH = "  - {id: reach, question: How many read it?, unit: share, bounds: [0, 1], "
REACH += "weight: 0.4, direction: lowers}\n"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("bounds: [0, 1]", "bounds: [1, 0]", "7:1: `bounds` [1, 0] do not rise → write [lowest, highest]"),
        ("bounds: [0, 1]", "bounds: [1, 1]", "7:1: `bounds` [1, 1] do not rise → write [lowest, highest]"),
        (
            "bounds: [0, 1]",
            "bounds: [0, 1, 2]",
            "7:1: `bounds`: tuple should have at most 2 items after validation, not 3; it is [0, 1, 2] → "
            "[lowest, highest] reading of the factor",
        ),
        (
            "reading: 0.8",
            "reading: 80",
            "9:1: `anchors`: 'strong' at 80 lies outside 0 to 1 → move it or the bounds",
        ),
        ("id: strong", "id: weak", "9:1: `anchors`: two have the same id → name each step once"),
        (
            '"%": 0.01',
            '"%": 0',
            "8:1: `accepts`: the rate of '%' is 0, not above 0 → "
            "write what one of the unit is in the scale's",
        ),
        (
            "unit: share\n",
            "",
            "1:1: `unit` and `bounds` are missing → state the scale of the factor's own reading",
        ),
        (
            "curvature: 2",
            "curvature: -1",
            "12:25: `curvature`: input should be greater than 0; it is -1 → "
            "k, above 0; at 4 the first fifth is worth over half",
        ),
        (
            "shape: concave",
            "shape: convex",
            "12:9: `shape` is 'convex' → "
            "write `shape:` with one of: concave, linear, logistic, piecewise-linear",
        ),
        (
            "{shape: concave, curvature: 2}",
            POINTS,
            "12:34: `points` do not rise from [0, 0] to [1, 1] → write both numbers increasing",
        ),
        (
            "{shape: concave, curvature: 2}",
            "{shape: piecewise-linear, points: [[0, 0.1], [1, 1]]}",
            "12:34: `points` do not rise from [0, 0] to [1, 1] → write both numbers increasing",
        ),
        (
            "half_life: 90",
            "half_life: 0",
            "14:10: `half_life`: input should be greater than 0; it is 0 → "
            "days after which a piece weighs half as much among pieces",
        ),
        (
            "ageing: {half_life: 90, life: 720}\n",
            "",
            "1:1: `ageing` is missing → add `ageing: …` "
            "(How evidence loses weight and certainty with age; it never moves a reading.)",
        ),
        (
            "direction: unknown",
            "direction: unknown, indicator: court",
            "15:1: `patterns` name unknown indicators ['court'] → use the ids under `indicators`",
        ),
        (
            "id: legal",
            "id: Legal-1",
            "2:1: `id`: string should match pattern '^[a-z][a-z0-9_]*$'; it is 'Legal-1' → "
            "lower case letters, digits and _",
        ),
        (
            "id: legal",
            "id: law",
            "2:1: the factor 'law' stands in legal.yaml → name it law.yaml, or write `id: legal`",
        ),
    ],
)
def test_wrong_factor(faults_in, old, new, expected):
    assert faults_in("legal", (old, new)) == [f"legal.yaml:{expected}"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "weight: 0.4",
            "weight: 0.5",
            "7:1: `indicators`: their weights sum to 1.1, not 1 → make them sum to 1",
        ),
        (
            ", weight: 0.4",
            "",
            "7:1: `indicators`: one has no weight or direction → a composite factor's indicators need both",
        ),
        (
            "version: 1",
            "version: 1\nunit: share",
            "4:1: `unit` has no place in a composite factor → state it at its indicators",
        ),
        (
            "version: 1",
            "version: 1\nvalue: {shape: concave, curvature: 2}",
            "4:1: `value` has no place in a composite factor → state it at its indicators",
        ),
        (
            "indicators:\n" + TONE + REACH,
            "",
            "6:1: `builder` is composite, and there are no indicators → add `indicators`, or use another",
        ),
        ("id: reach", "id: tone", "7:1: `indicators`: two have the same id → name each once"),
        (
            "builder: {id: composite}",
            "builder: {id: product}\nunit: share\nbounds: [0, 1]",
            "9:1: `indicators`: one of a built factor has a weight, value or direction → "
            "delete them: the formula decides; or use `builder: {id: composite}`",
        ),
        (
            "bounds: [0, 1], weight: 0.6",
            "bounds: [3, 1], weight: 0.6",
            "8:61: `bounds` [3, 1] do not rise → write [lowest, highest]",
        ),
        (
            "weight: 0.6",
            "default: {reading: 2, reason: Silence.}, weight: 0.6",
            "8:77: `default` at 2 lies outside 0 to 1 → move it or the bounds",
        ),
    ],
)
def test_wrong_composite_factor(faults_in, old, new, expected):
    assert faults_in("press", (old, new)) == [f"press.yaml:{expected}"]


def test_all_faults_of_all_files_at_once(faults_in):
    about = "format: leverage/codebook/1\ntitle: Mine\n"
    edits = [("bounds: [0, 1]", "bounds: [1, 0]"), ("half_life: 90", "half_lif: 90")]
    assert [
        line.split(": ")[0] for line in faults_in("legal", *edits, codebook_yaml=about, x_yaml="- 1\n")
    ] == [
        "codebook.yaml:1:1",
        "legal.yaml:14:1",
        "legal.yaml:14:10",
        "x.yaml:1:1",
    ]


def test_readings_of_both_kinds(write_factors):
    book = load_codebook([write_factors("legal"), write_factors("press", folder="more")], shipped=False)
    legal, press = book.factor("legal"), book.factor("press")
    assert (legal.is_composite, press.is_composite, press.builder.id) == (False, True, COMPOSITE)
    assert list(legal.readings()) == [""]
    assert legal.readings()[""].rates() == {"share": 1.0, "%": 0.01}
    assert list(press.readings()) == ["tone", "reach"]
    assert press.indicator("tone").question == "How is it spoken of?"
    assert press.indicator("noise") is None
    with pytest.raises(AssertionError, match="press is composite"):
        press.own_scale()
