"""Scores as records, a table and a chart."""

import json
import math
import xml.etree.ElementTree as ET

import jsonschema
import pytest

from leverage.builders import feature_table
from leverage.model import case_weights, equal_weights, score_table
from leverage.report import score_chart, score_table_form, scores_document
from leverage.report.scores import ScoresDocument


def weighted(loaded, policy="bounds", *, several=False):
    table = feature_table(loaded, missing=policy)
    weights = [case_weights(loaded), *([equal_weights(loaded.codebook)] if several else [])]
    return [score_table(table, each, policy) for each in weights]


class TestDocument:
    @pytest.mark.parametrize("policy", ["bounds", "renormalise", "assume"])
    @pytest.mark.parametrize("seed", ["kursk", "harbour"])
    def test_score_is_baseline_and_contributions(self, seed, policy, request):
        loaded = request.getfixturevalue(seed)
        document = scores_document(loaded, weighted(loaded, policy))
        assert len(document.scores) == 2 * len(loaded.states)
        for record in document.scores:
            points = record.contributions
            assert list(points) == list(loaded.codebook.names)
            if record.score is None:
                assert {name for name, value in points.items() if value is None} == set(record.missing)
            else:
                total = record.baseline + math.fsum(value or 0 for value in points.values())
                assert total == pytest.approx(record.score, abs=1e-9)
                assert record.low - 1e-9 <= record.score <= record.high + 1e-9
            assert 0 <= record.judged <= record.coverage + 1e-9
            assert record.coverage + record.assumed <= 1 + 1e-9

    def test_kursk_by_hand(self, kursk):
        document = scores_document(kursk, weighted(kursk))
        russia = next(r for r in document.scores if (r.scenario, r.actor) == ("as-reported", "russia"))
        assert russia.score is None
        assert russia.missing == ["ally_backing", "domestic_support"]
        assert russia.contributions["ally_backing"] is None
        assert (russia.coverage, russia.assumed) == (0.5, 0)  # .30 + .20 of the weight
        assert russia.high - russia.low > 50  # both missing factors, 25 points each
        ukraine = document.scores[0]
        assert ukraine.coverage == pytest.approx(1)

    def test_half_a_composite_factor_sums_up(self, kursk):
        document = scores_document(kursk, weighted(kursk, "renormalise"))
        russia = document.scores[1]
        assert russia.missing == ["ally_backing", "domestic_support"]
        assert math.fsum(v or 0 for v in russia.contributions.values()) == pytest.approx(russia.score)

    def test_validates_and_comes_back(self, kursk):
        content = scores_document(kursk, weighted(kursk, several=True)).model_dump(mode="json")
        jsonschema.Draft202012Validator(ScoresDocument.model_json_schema()).validate(content)
        assert ScoresDocument.model_validate(json.loads(json.dumps(content, allow_nan=False)))

    def test_weightings_side_by_side(self, kursk):
        document = scores_document(kursk, weighted(kursk, several=True))
        assert [w.id for w in document.weightings] == ["kursk-direct", "equal"]
        assert {r.weighting for r in document.scores} == {"kursk-direct", "equal"}
        assert document.model.id == "kursk-direct"
        assert document.model.codebook.hash == kursk.codebook.hash

    def test_actors_asked_for(self, kursk):
        document = scores_document(kursk, weighted(kursk), ["russia"])
        assert {r.actor for r in document.scores} == {"russia"}


class TestTable:
    def test_score_range_and_coverage_of_each_actor(self, kursk):
        table = score_table_form(kursk, weighted(kursk))
        assert [c.name for c in table.columns] == [
            "Scenario",
            *["Ukraine", "range", "coverage"],
            *["Russia", "range", "coverage"],
        ]
        assert table.rows[0] == ("As reported", "38.6", "20.1–73.1", "100 %", "–", "35.6–90.2", "50 %")
        assert table.rows[1][-1] == "75 % a"

    def test_the_notes_say_what_a_reader_must_know(self, kursk):
        notes = " ".join(score_table_form(kursk, weighted(kursk)).notes)
        assert "not a probability" in notes
        assert "ally backing and domestic support of Russia not coded in As reported" in notes
        assert "rests on assumptions" in notes
        assert "territory held 30 %" in notes
        assert "Missing factors: bounds" in notes
        assert kursk.codebook.hash[:12] in notes

    def test_several_weightings(self, kursk):
        table = score_table_form(kursk, weighted(kursk, several=True), ["ukraine"])
        assert [c.name for c in table.columns] == ["Scenario", "Weights", "Ukraine", "range", "coverage"]
        assert len(table.rows) == 2 * len(kursk.states)


class TestChart:
    def test_a_bar_a_score_and_no_dot_where_there_is_none(self, kursk):
        root = ET.fromstring(score_chart(kursk, weighted(kursk)))
        text = " ".join(root.itertext())
        assert root.get("role") == "img"
        assert all(state.scenario.title in text for state in kursk.states.values())
        assert text.count("Ukraine") >= len(kursk.states)
        assert "not a probability" in text
