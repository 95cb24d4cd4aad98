"""Names in a case: each exists, once, and a wrong one is told with the nearest right one."""

import pytest


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            [("    actor: union\n    factor: territory", "    actor: unoin\n    factor: territory")],
            ["case.yaml:22:5: there is no actor 'unoin' → did you mean 'union'? Known: union, company"],
            id="actor",
        ),
        pytest.param(
            [("faces: [company]", "faces: [compny]")],
            [("case.yaml:8:42: there is no actor 'compny' → did you mean 'company'? Known: union, company")],
            id="faces",
        ),
        pytest.param(
            [("factor: territory_held", "factor: teritory_held")],
            [
                (
                    "case.yaml:23:5: there is no factor 'teritory_held' → did you mean 'territory_held'? "
                    "Known: ally_backing, domestic_support, territory_held, time_remaining"
                )
            ],
            id="factor",
        ),
        pytest.param(
            [("indicator: share_held", "indicator: shares_held")],
            [
                (
                    "case.yaml:24:5: the factor 'territory_held' has no indicator 'shares_held' → did you "
                    "mean 'share_held'? Known: share_held, monthly_loss, worth"
                )
            ],
            id="indicator",
        ),
        pytest.param(
            [("stake: forest", "stake: forrest")],
            ["case.yaml:25:5: there is no stake 'forrest' → did you mean 'forest'? Known: forest"],
            id="stake",
        ),
        pytest.param(
            [("article: paper", "article: papers")],
            ["case.yaml:30:15: there is no article 'papers' → did you mean 'paper'? Known: paper"],
            id="article",
        ),
        pytest.param(
            [("parent: base", "parent: bas")],
            ["case.yaml:44:5: there is no scenario 'bas' → did you mean 'base'? Known: base, weary"],
            id="scenario",
        ),
        pytest.param(
            [("stakes:", "factors: [territory_held, domestic_suport]\nstakes:")],
            [
                (
                    "case.yaml:17:27: there is no factor 'domestic_suport' → did you mean "
                    "'domestic_support'? Known: ally_backing, domestic_support, territory_held, "
                    "time_remaining"
                )
            ],
            id="factors",
        ),
        pytest.param(
            [
                (
                    "scenarios:",
                    "links: [{source: territory_held, target: allies, actor: unon, says: Yes.}]\nscenarios:",
                )
            ],
            [
                (
                    "case.yaml:40:34: there is no factor 'allies' → use one of: ally_backing, "
                    "domestic_support, territory_held, time_remaining"
                ),
                "case.yaml:40:50: there is no actor 'unon' → did you mean 'union'? Known: union, company",
            ],
            id="link",
        ),
        pytest.param(
            [("stakes:\n  - {id: forest, title: The forest, size: {value: 1376, unit: km2}}\n", "")],
            ["case.yaml:23:5: there is no stake 'forest' → add a stake first"],
            id="no such anything",
        ),
    ],
)
def test_unknown_name(edits, expected, faults_of, told):
    assert told(faults_of(*edits)) == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            [("faces: [company]", "faces: [union]")],
            ["case.yaml:8:42: 'union' faces itself → name the other side"],
            id="faces itself",
        ),
        pytest.param(
            [(", faces: [company]", "")],
            ["case.yaml:8:5: 'union' faces nobody → add `faces: [id of the other side]`"],
            id="faces nobody",
        ),
        pytest.param(
            [
                ("faces: [company]", "faces: [company, union2]"),
                ("faces: [union]}", "faces: [union]}\n  - {id: union2, name: Another, faces: [company]}"),
            ],
            [
                (
                    "case.yaml:8:34: 'union' faces several actors and no rule says which counts → add "
                    "`opponents: mean` (or highest, lowest) to the case"
                )
            ],
            id="faces several",
        ),
        pytest.param(
            [
                ("\n  - {id: company, name: The company, faces: [union]}", ""),
                ("faces: [company]", "faces: [union]"),
            ],
            [
                "case.yaml:7:1: `actors` has 1, which is too few → give 2 or more",
                "case.yaml:8:42: 'union' faces itself → name the other side",
            ],
            id="one actor",
        ),
    ],
)
def test_who_faces_whom(edits, expected, faults_of, told):
    assert told(faults_of(*edits)) == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            [("    indicator: share_held\n", "")],
            [
                (
                    "case.yaml:23:5: the factor 'territory_held' is read by its indicators → add "
                    "`indicator:` with one of: share_held, monthly_loss, worth"
                )
            ],
            id="indicator missing",
        ),
        pytest.param(
            [("    stake: forest\n", "")],
            [
                (
                    "case.yaml:21:5: territory_held.share_held is read for each stake → add `stake:` with "
                    "one of: forest"
                )
            ],
            id="stake missing",
        ),
        pytest.param(
            [("carry_on\n    reading", "carry_on\n    stake: forest\n    reading")],
            ["case.yaml:35:5: domestic_support.carry_on is not read per stake → take `stake` out"],
            id="stake superfluous",
        ),
    ],
)
def test_measure_that_does_not_fit_its_factor(edits, expected, faults_of, told):
    assert told(faults_of(*edits)) == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            [("id: union-vote", "id: union-forest")],
            ["case.yaml:31:5: the id 'union-forest' stands twice in `evidence` → rename one"],
            id="dup evidence",
        ),
        pytest.param(
            [("id: company", "id: union"), ("faces: [company]", "faces: [union]")],
            [
                "case.yaml:8:42: 'union' faces itself → name the other side",
                "case.yaml:9:6: the id 'union' stands twice in `actors` → rename one",
                "case.yaml:9:44: 'union' faces itself → name the other side",
            ],
            id="dup actor",
        ),
        pytest.param(
            [("id: weary", "id: base")],
            ["case.yaml:42:5: the id 'base' stands twice in `scenarios` → rename one"],
            id="dup scenario",
        ),
        pytest.param(
            [("id: union-vote", "id: weary.1")],
            [
                (
                    "case.yaml:31:5: the id 'weary.1' is a change's → rename it: scenarios number their own"
                    " readings so"
                )
            ],
            id="change id",
        ),
    ],
)
def test_id_that_stands_twice(edits, expected, faults_of, told):
    assert told(faults_of(*edits)) == expected
