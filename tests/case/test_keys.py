"""Keys and types of a case file, in words that a reader without Python understands."""

import pytest


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            [("title: Talks at the mill\nquestion", "question")],
            ["case.yaml:1:1: `title` is missing → add `title: …`"],
            id="missing key",
        ),
        pytest.param(
            [("deadline:", "deadlin:")],
            [
                (
                    "case.yaml:6:1: `deadlin` is not a key here → did you mean 'deadline'? Known: format, "
                    "id, title, question, as_of, deadline, actors, opponents, articles, stakes, events, "
                    "factors, … (18 in all)"
                )
            ],
            id="unknown key",
        ),
        pytest.param(
            [("    coder: tester\n    note", "    codr: tester\n    coder: tester\n    note")],
            [
                (
                    "case.yaml:38:5: `codr` is not a key here → did you mean 'coder'? Known: actor, factor,"
                    " indicator, stake, id, reading, interval, kind, coder, passage, grade, date, … (15 in "
                    "all)"
                )
            ],
            id="unknown key in item",
        ),
        pytest.param(
            [("    coder: tester\n    note", "    note")],
            ["case.yaml:31:5: `coder` is missing → add `coder: …` (who read it so)"],
            id="missing in item",
        ),
        pytest.param(
            [("deadline: 2025-03-15", "as_of: 2025-03-15")],
            ["case.yaml:6:1: the key `as_of` appears twice, first in line 5 → keep one of them"],
            id="dup key",
        ),
    ],
)
def test_wrong_key(edits, expected, faults_of, told):
    assert told(faults_of(*edits)) == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            [("faces: [company]", "faces: company")],
            [
                (
                    "case.yaml:8:34: `faces`: input should be a valid list; it is 'company' → ids of the "
                    "actors across the table"
                )
            ],
            id="wrong type",
        ),
        pytest.param(
            [("value: 71", 'value: "71"')],
            ["case.yaml:35:15: `value`: input should be a valid number; it is '71' → a number"],
            id="number as text",
        ),
        pytest.param(
            [("title: The forest", "title: 1376")],
            ['case.yaml:18:18: `title` is 1376, not a text → put it in quotation marks: `title: "…"`'],
            id="text as number",
        ),
        pytest.param(
            [("value: 71", "value: true")],
            ["case.yaml:35:15: `value`: input should be a valid number; it is True → a number"],
            id="truth as number",
        ),
        pytest.param(
            [("value: 71", "value: .inf")],
            ["case.yaml:35:15: `value`: input should be a finite number; it is inf → a number"],
            id="infinite",
        ),
        pytest.param(
            [("as_of: 2025-03-03", "as_of: 3 March 2025")],
            ["case.yaml:5:1: '3 March 2025' is not a day → write it as YYYY-MM-DD"],
            id="not a day",
        ),
        pytest.param(
            [("as_of: 2025-03-03", "as_of: 1735689600")],
            ["case.yaml:5:1: 1735689600 is not a day → write it as YYYY-MM-DD"],
            id="stamp",
        ),
        pytest.param(
            [("deadline: 2025-03-15", "deadline: 2025-02-30")],
            ["case.yaml:6:1: '2025-02-30' is not a day → write it as YYYY-MM-DD"],
            id="no such day",
        ),
        pytest.param(
            [('reading: {value: 71, unit: "%"}', "reading: 71")],
            [
                (
                    "case.yaml:35:5: `reading`: neither a number with its unit nor an anchor; it is 71 → "
                    "{value: …, unit: …} or {anchor: …}"
                )
            ],
            id="reading form",
        ),
        pytest.param(
            [('{value: 71, unit: "%"}', "{value: 71}")],
            [
                (
                    "case.yaml:35:5: `unit` is missing → add `unit: …` (the scale's unit, one that it "
                    "accepts, or the stake's unit)"
                )
            ],
            id="reading without unit",
        ),
        pytest.param(
            [("interval: {low: 60, high: 80, means: outer}", "interval: about")],
            [
                (
                    "case.yaml:36:5: `interval`: neither an interval nor the word exact; it is 'about' → "
                    "{low: …, high: …, means: outer} or exact"
                )
            ],
            id="interval word",
        ),
        pytest.param(
            [("low: 60, high: 80", "low: 80, high: 60")],
            ["case.yaml:36:5: `interval` runs from 80 down to 60 → write the lower first"],
            id="interval reversed",
        ),
        pytest.param(
            [("{low: 60, high: 80, means: outer}", "{low: 60, high: 80}")],
            [
                (
                    "case.yaml:36:5: `means` is missing → add `means: …` (outer: never outside; central-90:"
                    " outside in one case of ten)"
                )
            ],
            id="interval means",
        ),
    ],
)
def test_wrong_type(edits, expected, faults_of, told):
    assert told(faults_of(*edits)) == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            [("kind: fact", "kind: facts")],
            [
                (
                    "case.yaml:28:5: `kind`: input should be 'fact', 'assumption' or 'judgement'; it is "
                    "'facts' → write one of: fact, assumption, judgement"
                )
            ],
            id="enum",
        ),
        pytest.param(
            [("policy: bounds", "policy: guess")],
            [
                (
                    "case.yaml:19:11: `policy`: input should be 'bounds', 'renormalise' or 'assume'; it is "
                    "'guess' → write one of: bounds, renormalise, assume"
                )
            ],
            id="policy",
        ),
        pytest.param(
            [("leverage/case/1", "leverage/case/9")],
            [
                (
                    "case.yaml:1:1: `format`: input should be 'leverage/case/1'; it is 'leverage/case/9' → "
                    "write one of: leverage/case/1"
                )
            ],
            id="format",
        ),
        pytest.param(
            [("id: mill", "id: the mill")],
            [
                (
                    "case.yaml:2:1: `id`: string should match pattern '^[A-Za-z0-9][A-Za-z0-9._-]*$'; it is"
                    " 'the mill' → letters, digits and . _ -, without spaces"
                )
            ],
            id="slug",
        ),
        pytest.param(
            [("do: shift", "do: shft")],
            ["case.yaml:46:9: `do` is 'shft' → write `do:` with one of: drop, set, shift"],
            id="discriminator",
        ),
        pytest.param(
            [("do: shift\n        ", "")],
            ["case.yaml:46:9: `do` is missing → write `do:` with one of: drop, set, shift"],
            id="no do",
        ),
    ],
)
def test_wrong_word(edits, expected, faults_of, told):
    assert told(faults_of(*edits)) == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            [('    passage: {article: paper, exact: "It holds 440 of the 1,376 square kilometres"}\n', "")],
            [
                (
                    "case.yaml:21:5: a fact has no passage → quote the article, or call it a judgement or "
                    "an assumption"
                )
            ],
            id="fact without passage",
        ),
        pytest.param(
            [("    note: Counted by hand.\n", "")],
            ["case.yaml:31:5: a judgement has no reason → give it in `note`"],
            id="judgement without note",
        ),
        pytest.param(
            [("    note: Counted by hand.\n", ""), ("kind: judgement", "kind: assumption")],
            ["case.yaml:31:5: an assumption has no reason → give it in `note`"],
            id="assumption without note",
        ),
    ],
)
def test_what_a_kind_of_evidence_needs(edits, expected, faults_of, told):
    assert told(faults_of(*edits)) == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            [("stakes:", "factors: []\nstakes:")],
            [
                (
                    "case.yaml:17:1: `factors`: list should have at least 1 item after validation, not 0; "
                    "it is [] → the factors scored; all of the codebook where absent"
                )
            ],
            id="no factors",
        ),
        pytest.param(
            [("value: 1376", "value: 0")],
            ["case.yaml:18:37: `size` 0 is not above 0 → write the whole of the stake"],
            id="size",
        ),
    ],
)
def test_empty_choice(edits, expected, faults_of, told):
    assert told(faults_of(*edits)) == expected
