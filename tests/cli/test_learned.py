"""Learned weights from the command line: the warning stands in every form."""

import pytest

WARNING = "Proxies differ from what a coder reads in an article"


@pytest.mark.parametrize(
    "command",
    [
        ["score"],
        ["score", "--format", "json"],
        ["score", "--format", "md"],
        ["explain", "--scenario", "assessed", "--brief"],
        ["explain", "--scenario", "assessed", "--format", "json"],
        ["report", "--format", "md", "--scenario", "assessed"],
    ],
    ids=" ".join,
)
def test_every_form_carries_the_warning(run, kursk_folder, command):
    done = run(command[0], kursk_folder, *command[1:], "--weights", "learned:disputes")
    assert done.code == 0
    assert WARNING in done.out.replace("\n  ", " ")


def test_a_comparison_of_weights_carries_it(run, kursk_folder):
    done = run("compare", "case", "learned:disputes", "--case", kursk_folder)
    assert done.code == 0
    assert WARNING in done.out


def test_an_unknown_name_lists_what_there_is(run, kursk_folder):
    done = run("score", kursk_folder, "--weights", "learned:talks")
    assert done.code == 2
    assert "there are no learned weights 'talks'" in done.err
    assert "learned:disputes" in done.err


def test_learning_from_a_folder_that_is_not_there(run, tmp_path):
    done = run("lab", "learn", "disputes", "--data", tmp_path)
    assert done.code == 1
    assert "gml_dirdisp.csv.gz: there is no such file" in done.err
