"""The model file: JSON that a person can read, the same bytes for the same model, and back."""

import json
from pathlib import Path

import pytest

from leverage.codebook import load_codebook
from leverage.faults import InputError
from leverage.model import ScoringModel, Weights, equal_weights, load_model

COMPOSITE = """\
format: leverage/factor/1
id: press
version: 1
title: Press — “who is believed?”
question: Who is believed?
builder: {id: composite}
indicators:
  - {id: tone, question: How is it spoken of?, unit: share, bounds: [0, 1], weight: 0.6, direction: raises}
  - {id: reach, question: How many read it?, unit: share, bounds: [0, 1e-5], weight: 0.4, direction: lowers,
     value: {shape: piecewise-linear, points: [[0, 0], [0.1, 0.7], [1, 1]]}}
ageing: {half_life: 30, life: 90}
"""


@pytest.fixture(scope="module")
def model():
    codebook = load_codebook()
    third = {"ally_backing": 1 / 3, "domestic_support": 1 / 3, "territory_held": 1 / 3, "time_remaining": 0.0}
    return ScoringModel(
        codebook, Weights("thirds", "Thirds", "direct", third, "tester", "Why not.", ("a note",)), "bounds"
    )


@pytest.fixture
def faults_in(model, tmp_path, told):
    def faults(spoil):
        data = json.loads(model.to_json())
        spoil(data)
        path = tmp_path / "model.json"
        path.write_text(json.dumps(data, indent=2), encoding="utf-8")
        with pytest.raises(InputError) as caught:
            load_model(path)
        return told(caught.value.faults)

    return faults


def test_there_and_back_to_the_last_digit(model, tmp_path):
    model.save(tmp_path / "model.json")
    again = load_model(tmp_path / "model.json")
    assert again == model
    assert again.to_json() == model.to_json()
    assert again.codebook.hash == model.codebook.hash


def test_a_composite_factor_comes_back_as_well(tmp_path):
    (tmp_path / "press.yaml").write_text(COMPOSITE, encoding="utf-8")
    codebook = load_codebook([tmp_path])
    model = ScoringModel(codebook, equal_weights(codebook), "renormalise")
    model.save(tmp_path / "model.json")
    again = load_model(str(tmp_path / "model.json"))
    assert again == model
    assert again.codebook.factor("press").title == "Press — “who is believed?”"


def test_it_is_json_without_a_clock_or_a_path(model):
    data = json.loads(model.to_json())
    assert list(data) == ["format", "missing", "weights", "codebook"]
    assert data["codebook"]["hash"] == model.codebook.hash
    assert str(Path.cwd()) not in model.to_json()


def test_an_edited_scale_is_told(faults_in, model):
    (found,) = faults_in(lambda data: data["codebook"]["factors"][0].update(bounds=[0, 2]))
    assert found.startswith(
        "model.json:22:5: the factors are not those that the hash stands for → restore the file; if"
    )
    assert model.codebook.hash not in found


def test_the_new_hash_makes_it_right(faults_in, model, tmp_path):
    def spoil(data):
        data["codebook"]["factors"][0]["bounds"] = [0, 2]

    (found,) = faults_in(spoil)
    data = json.loads(model.to_json())
    spoil(data)
    data["codebook"]["hash"] = found.split("`")[1]
    (tmp_path / "new.json").write_text(json.dumps(data), encoding="utf-8")
    assert load_model(tmp_path / "new.json").codebook.factors[0].bounds == (0, 2)


def rename(data):
    factors = data["weights"]["factors"]
    factors["allies"] = factors.pop("ally_backing")


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        pytest.param(
            lambda data: data["weights"]["factors"].update(ally_backing=0.5),
            "model.json:8:5: the weights sum to 1.16667, not 1 → make them sum to 1",
            id="sum",
        ),
        pytest.param(
            rename,
            "model.json:8:5: the weights name domestic_support, territory_held, time_remaining, "
            "allies; "
            "the factors are ally_backing, domestic_support, territory_held, time_remaining → "
            "weigh exactly these factors",
            id="names",
        ),
        pytest.param(
            lambda data: data.update(missing="guess"),
            "model.json:3:3: `missing`: input should be 'bounds', 'renormalise' or 'assume'; it is 'guess' → "
            "write one of: bounds, renormalise, assume",
            id="policy",
        ),
        pytest.param(
            lambda data: data.update(format="leverage/model/2"),
            "model.json:2:3: `format`: input should be 'leverage/model/1'; it is 'leverage/model/2' → "
            "write one of: leverage/model/1",
            id="version",
        ),
        pytest.param(
            lambda data: data.update(pickle="gASV"),
            "`pickle` is not a key here → use one of: format, missing, weights, codebook",
            id="unknown key",
        ),
    ],
)
def test_a_wrong_file(faults_in, spoil, expected):
    (found,) = faults_in(spoil)
    assert found.endswith(expected)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x80"])
def test_what_is_no_model_file(tmp_path, text):
    (tmp_path / "model.json").write_text(text, encoding="latin-1")
    with pytest.raises(InputError):
        load_model(tmp_path / "model.json")
