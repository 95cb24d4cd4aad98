"""What is no fact, at which value it turns the order, and how far that is."""

import pytest

from leverage.builders import feature_table
from leverage.faults import InputError
from leverage.model import case_weights, equal_weights, score_table
from leverage.robustness.assumptions import facing_pairs, key_assumptions
from leverage.robustness.weightings import agreements

PIECES = (
    ("u-law", "union", "law", 0.7, 0.2, 0.9),
    ("u-votes", "union", "votes", 0.5, 0.4, 0.6, "assumption"),
    ("c-law", "company", "law", 0.6, 0.5, 0.7),
    ("c-votes", "company", "votes", 0.5, None, None),
)


def test_turns_and_distances_by_hand(plain):
    # The union leads by 60 · 0.1 = 6 points: law turns by 0.1, votes by 6 / 40 = 0.15, on either side.
    loaded, scores = plain(*PIECES)
    found = {(each.actor, each.name): each for each in key_assumptions(loaded, scores, "base")}
    law = found["union", "law"]
    assert (law.first, law.second, law.order, law.becomes) == ("union", "company", "ahead", "behind")
    assert law.turns_at == pytest.approx(0.6)
    assert law.distance == pytest.approx(0.1)
    assert (law.rises, law.inside, law.basis) == (False, True, "judgement")
    assert (law.evidence, law.by) == (("u-law",), ("tester",))
    votes = found["union", "votes"]
    assert votes.turns_at == pytest.approx(0.35)
    assert (votes.inside, votes.basis) == (False, "assumption")
    other = found["company", "votes"]
    assert other.turns_at == pytest.approx(0.65)
    assert other.rises
    assert not other.inside  # the reading is exact, and the turn lies above it
    assert [each.distance for each in key_assumptions(loaded, scores, "base")] == pytest.approx(
        [0.1, 0.1, 0.15, 0.15]
    )


def test_facts_are_no_assumptions(kursk):
    scores = score_table(feature_table(kursk, ["assessed"]), case_weights(kursk))
    found = key_assumptions(kursk, scores, "assessed")
    facts = {piece.evidence.id for piece in kursk.state("assessed").pieces if piece.evidence.kind == "fact"}
    assert facts
    assert not facts & {name for each in found for name in each.evidence}
    assert {each.basis for each in found} >= {"assumption", "judgement", "default"}
    defaults = [each for each in found if each.basis == "default"]
    assert {each.by for each in defaults} == {("codebook",)}
    near = [each.distance for each in found if each.distance is not None]
    assert near == sorted(near)


def test_readings_that_are_missing_are_told_after_those_that_are_stated(kursk):
    scores = score_table(feature_table(kursk, ["as-reported"]), case_weights(kursk))
    found = key_assumptions(kursk, scores, "as-reported")
    missing = [each for each in found if each.basis == "missing"]
    assert missing
    assert {each.order for each in found} == {"undecided"}
    assert all(each.distance is None for each in missing)


def test_whoever_leads_stands_first(plain):
    loaded, scores = plain(*PIECES, weights={"law": 0.6, "votes": 0.4})
    assert facing_pairs(loaded, scores, "base") == [("union", "company")]
    low = [(*piece[:3], 1 - piece[3], None, None) for piece in PIECES]
    loaded, scores = plain(*low)
    assert facing_pairs(loaded, scores, "base") == [("company", "union")]


def test_rival_weightings_side_by_side(kursk):
    table = feature_table(kursk)
    weighted = [score_table(table, case_weights(kursk)), score_table(table, equal_weights(kursk.codebook))]
    found = {each.scenario: each for each in agreements(weighted)}
    assert list(found) == list(kursk.states)
    assert found["assessed"].orders == ("behind", "behind")
    assert found["assessed"].agreed
    assert found["assessed"].gaps[0] == pytest.approx(51.1935 - 60.0384, abs=0.01)
    assert not found["as-reported"].agreed
    assert found["as-reported"].gaps == (None, None)


def test_weightings_of_different_rows_are_refused(kursk):
    weights = case_weights(kursk)
    with pytest.raises(InputError, match="different rows"):
        agreements(
            [score_table(feature_table(kursk, [name]), weights) for name in ("assessed", "as-reported")]
        )
