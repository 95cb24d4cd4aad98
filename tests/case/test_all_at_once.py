"""All faults in one run: a fault in one place neither hides nor causes one in another."""

import pytest

from leverage.case import examine_case, load_case

SPOILED = (
    ("title: Talks at the mill\nquestion", "titel: Talks at the mill\nquestion"),  # a missing, an unknown key
    ("deadline: 2025-03-15", "deadline: mid-March"),  # a wrong type
    ("faces: [union]", "faces: [unino]"),  # an unknown name
    ("date: 2025-03-02", "date: 2025-03-04"),  # evidence later than the as-of date
    ("value: 440, unit: km2", "value: 440, unit: km3"),  # an unknown unit
    ('"It holds 440', '"It holds 441'),  # a quotation that is not there
    ("kind: judgement", "kind: judgment"),  # a wrong word; leaves out what the scenario shifts
    ("{id: base, title: As reported}", "{id: base, title: As reported, parent: weary}"),  # a circle
)


def test_faults_of_every_stage_sorted_by_line(faults_of, told):
    assert told(faults_of(*SPOILED)) == [
        "case.yaml:1:1: `title` is missing → add `title: …`",
        "case.yaml:3:1: `titel` is not a key here → did you mean 'title'? Known: format, id, title, "
        "question, as_of, deadline, actors, opponents, articles, stakes, events, factors, … (18 in all)",
        "case.yaml:6:1: 'mid-March' is not a day → write it as YYYY-MM-DD",
        "case.yaml:9:46: there is no actor 'unino' → did you mean 'union'? Known: union, company",
        "case.yaml:26:5: the unit 'km3' is not one of this scale → did you mean 'km2'? Known: km2, share, %",
        "case.yaml:30:31: the quotation is not in the article → copy it from the text; the nearest "
        "sentence is “It holds 440 of the 1,376 square kilometres of forest.”",
        "case.yaml:37:5: `kind`: input should be 'fact', 'assumption' or 'judgement'; it is 'judgment' → "
        "write one of: fact, assumption, judgement",
        "case.yaml:41:36: the scenarios run in a circle: base → weary → base → take one `parent` out",
    ]


def test_each_fault_alone_is_told_as_among_the_others(faults_of, told):
    together = {line.partition(": ")[2] for line in told(faults_of(*SPOILED))}
    for edit in SPOILED[2:]:
        alone = [line.partition(": ")[2] for line in told(faults_of(edit))]
        late = [line for line in alone if "is later than" in line]  # in the circle nothing has a date
        assert len(alone) == 1
        assert late or set(alone) <= together


@pytest.mark.parametrize(
    ("edits", "lines"),
    [
        pytest.param([("{id: union,", "{idd: union,")], [8, 8], id="an actor without id is not unknown"),
        pytest.param([("  - id: paper", "  - ID: paper")], [11, 11], id="nor an article"),
        pytest.param([("{id: forest,", "{id: 5,")], [18], id="nor a stake"),
        pytest.param([("{value: 1376, unit: km2}", "{value: none, unit: km2}")], [18], id="nor its unit"),
        pytest.param([("carry_on\n    reading", "cary_on\n    reading")], [34], id="a typo is not a gap"),
        pytest.param([("coder: tester\n    note", "codr: t\n    note")], [31, 38], id="nor a left-out item"),
        pytest.param([("value: 71", "value: 171")], [35], id="nor a wrong reading"),
        pytest.param([("    sha256:", "    sha:")], [11, 16], id="quotations wait for their article"),
    ],
)
def test_nothing_follows_from_a_fault(edits, lines, faults_of):
    assert [fault.line for fault in faults_of(*edits)] == lines


def test_a_section_that_is_no_list_is_told_once(faults_of, told):
    actors = "  - {id: union, name: The union, faces: [company]}\n"
    actors += "  - {id: company, name: The company, faces: [union]}\n"
    found = told(faults_of((actors, "  union: The union\n"), ("title: The members tire", "titl: They tire")))
    assert found == [
        "case.yaml:7:1: `actors`: input should be a valid list; it is {'union': 'The union'} → "
        "two or more parties",
        "case.yaml:41:5: `title` is missing → add `title: …`",
        "case.yaml:42:5: `titl` is not a key here → did you mean 'title'? Known: id, title, about, parent, "
        "as_of, deadline, changes",
    ]


def test_a_reading_is_checked_in_a_scenario_that_has_no_state(faults_of):
    change = (
        "- {do: set, actor: union, factor: domestic_support, indicator: tied_hand, reading: {anchor: x}, "
    )
    change += "interval: exact, author: tester, reason: Why not.}\n      - do: shift"
    found = faults_of(("parent: base", "parent: bas"), ("- do: shift", change))
    assert [(fault.line, fault.problem) for fault in found] == [
        (44, "there is no scenario 'bas'"),
        (46, "the scale has no anchor 'x'"),
    ]


def test_a_state_that_rests_on_something_faulty_is_left_out(write_case):
    loaded, faults = examine_case(write_case(("by: -20", "by: much")))
    assert [fault.line for fault in faults] == [50]
    assert list(loaded.states) == ["base"]


def test_an_examined_case_without_faults_is_the_loaded_one(write_case):
    folder = write_case()
    loaded, faults = examine_case(folder)
    assert faults == []
    assert loaded.case == load_case(folder / "case.yaml").case
