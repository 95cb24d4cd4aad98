"""Faults: their place, their order and their words."""

import pytest

from leverage.faults import CALL, Fault, InputError, call_error, name_list, suggest_name


@pytest.mark.parametrize(
    ("line", "column", "place"),
    [(3, 5, "case.yaml:3:5"), (3, None, "case.yaml:3"), (None, None, "case.yaml")],
)
def test_place_is_what_editors_open(line, column, place):
    fault = Fault("case.yaml", line, column, "it is wrong", "mend it")
    assert fault.place == place
    assert str(fault) == f"{place}: it is wrong\n    → mend it"


def test_faults_are_told_once_and_in_order():
    last, first = Fault("b", 1, 1, "p", "r"), Fault("a", 10, 2, "p", "r")
    early, nowhere = Fault("a", 9, 7, "p", "r"), Fault("a", None, None, "p", "r")
    error = InputError([last, first, early, last, nowhere])
    assert error.faults == [nowhere, early, first, last]
    assert str(error).splitlines()[::2] == ["a: p", "a:9:7: p", "a:10:2: p", "b:1:1: p"]


def test_an_error_without_a_fault_is_a_mistake_of_ours():
    with pytest.raises(AssertionError, match="at least one fault"):
        InputError([])


def test_what_a_file_says_cannot_steer_a_terminal():
    fault = Fault("case.yaml", 1, 1, "the key `\x1b[31mred\x07` is odd\nreally", "delete\tit")
    assert str(fault) == "case.yaml:1:1: the key `\\x1b[31mred\\x07` is odd\\nreally\n    → delete\\tit"


def test_a_wrong_call_has_no_file():
    (fault,) = call_error("there is no such thing", "ask for another").faults
    assert (fault.file, fault.place) == (CALL, "leverage")


def test_names_are_listed_up_to_a_limit():
    assert name_list([]) == "none"
    assert name_list("abc") == "a, b, c"
    assert name_list("abc", limit=2) == "a, b, … (3 in all)"


def test_a_wrong_name_gets_the_nearest_one_or_all():
    known = ["territory_held", "time_remaining"]
    assert suggest_name("teritory", known) == (
        "did you mean 'territory_held'? Known: territory_held, time_remaining"
    )
    assert suggest_name("xyz", known) == "use one of: territory_held, time_remaining"
    assert suggest_name("xyz", []) == "use one of: none"
