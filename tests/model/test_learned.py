"""Learned weights: the shipped file, the checks of dropping and rescaling, and what every result shows."""

import json

import pytest

from leverage.builders import feature_table
from leverage.case import load_case
from leverage.codebook import load_codebook
from leverage.explain import explain
from leverage.faults import InputError
from leverage.model import (
    drop_family,
    find_weights,
    is_named,
    learned_names,
    load_weights,
    rounded_shares,
    score_table,
)
from leverage.model.learned import FOLDER
from leverage.report import scores_document

TEXT = """\
format: leverage/weights/1
id: tiny
title: Tiny
author: tester
reason: To test.
codebook: "{hash}"
scheme: learned
warning: Proxies.
families:
  own_capability: {{weight: 0.2, low: 0.1, high: 0.3, zero_share: 0}}
  territory_held: {{weight: 0.4, low: 0.1, high: 0.5, zero_share: 0.1}}
  time_remaining: {{weight: 0.2, low: 0.0, high: 0.5, zero_share: 0.5}}
  domestic_support: {{weight: 0.2, low: 0.0, high: 0.5, zero_share: 0}}
  ally_backing: {{weight: 0.0, low: 0.0, high: 0.2, zero_share: 0.6}}
dropped: own_capability
factors: {{territory_held: 0.5, time_remaining: 0.25, domestic_support: 0.25, ally_backing: 0.0}}
rows: 10
prior: 1
draws: 5
seed: 0
digest: "{digest}"
"""


@pytest.fixture
def read(tmp_path):
    def weights(*edits):
        text = TEXT.format(hash=load_codebook().hash[:12], digest="0" * 64)
        for old, new in edits:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path = tmp_path / "weights.yaml"
        path.write_text(text, encoding="utf-8")
        return load_weights(path, load_codebook())

    return weights


def test_the_rescaled_weights_are_those_of_the_file(read):
    weights = read()
    # .4 / .8, .2 / .8, .2 / .8, 0 / .8
    assert weights.factors == pytest.approx(
        {"territory_held": 0.5, "time_remaining": 0.25, "domestic_support": 0.25, "ally_backing": 0.0}
    )
    assert weights.warning == "Proxies."
    assert weights.learned.families["own_capability"].weight == 0.2
    first, second = weights.notes
    assert "own capability 20 % [10 % to 30 %], territory held 40 % [10 % to 50 %]" in first
    assert "it is dropped, and the rest rescaled to territory held 50 %" in second


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (("territory_held: 0.5,", "territory_held: 0.51,"), "territory_held is 0.51, but rescaling makes it"),
        (("weight: 0.4,", "weight: 0.5,"), "the families' weights sum to 1.1, not 1"),
        (("dropped: own_capability", "dropped: own_capabilty"), "'own_capabilty' is none of the families"),
        (("dropped: own_capability\n", ""), "the families kept are own_capability"),
        ((", ally_backing: 0.0}", "}"), "the weights leave out ally_backing"),
        (("low: 0.1, high: 0.3", "low: 0.3, high: 0.1"), "the interval runs from 0.3 down to 0.1"),
        (("rows: 10", "rows: 0"), "`rows`"),
    ],
)
def test_wrong_dropping_and_rescaling(read, edit, problem):
    with pytest.raises(InputError) as caught:
        read(edit)
    assert any(problem in fault.problem for fault in caught.value.faults), caught.value


def test_dropping_by_hand():
    assert drop_family({"a": 0.5, "b": 0.3, "c": 0.2}, "a") == pytest.approx({"b": 0.6, "c": 0.4})
    assert drop_family({"a": 0.5, "b": 0.5}, None) == {"a": 0.5, "b": 0.5}
    for weights, name in (({"a": 1.0, "b": 0.0}, "a"), ({"a": 1.0}, "luck")):
        with pytest.raises(InputError):
            drop_family(weights, name)
    # Thirds round to .3333, and the largest takes what is left.
    assert rounded_shares({"a": 1.0, "b": 1.0, "c": 1.0}) == {"a": 0.3334, "b": 0.3333, "c": 0.3333}


def test_the_shipped_weights_score_a_case_and_say_what_they_are(kursk):
    assert learned_names() == ["disputes"]
    assert is_named("learned:disputes")
    weights = find_weights("learned:disputes", kursk)
    assert sum(weights.factors.values()) == pytest.approx(1.0, abs=1e-12)
    assert weights == load_weights(FOLDER / "disputes.yaml", kursk.codebook)
    scores = score_table(feature_table(kursk, ["assessed"]), weights)
    record = json.loads(scores_document(kursk, [scores]).model_dump_json())["weightings"][0]
    assert record["learned"]["dropped"] == "own_capability"
    assert set(record["learned"]["families"]) == {*kursk.codebook.names, "own_capability"}
    assert record["warning"].startswith("Proxies differ from what a coder reads")
    told = explain(kursk, scores, "assessed", "ukraine")
    for text in (told.to_text(200), told.to_markdown()):
        assert "Proxies differ from what a coder reads" in text
        assert "it is dropped, and the rest rescaled" in text.replace("\n", " ")
    assert "Proxies differ" in told.to_text(200, brief=True)


def test_names_and_codebooks_that_do_not_fit(kursk, write_case):
    with pytest.raises(InputError, match="did you mean 'learned:disputes'"):
        find_weights("learned:dispute", kursk)
    few = load_case(write_case(("missing:", "factors: [domestic_support, territory_held]\nmissing:")))
    with pytest.raises(InputError, match="make a file for its factors with `leverage lab learn disputes`"):
        find_weights("learned:disputes", few)
