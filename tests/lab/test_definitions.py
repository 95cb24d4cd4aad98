"""Definitions of every kind, in YAML and TOML, and the place of each fault."""

from pathlib import Path
from typing import get_args

import pytest
from pydantic import TypeAdapter

from leverage.faults import InputError
from leverage.lab import read_experiment
from leverage.lab.experiments import KINDS
from leverage.lab.experiments.definition import key_of
from leverage.lab.experiments.kinds import AnyExperiment
from leverage.lab.experiments.toml import TomlDocument

FOLDER = Path(__file__).parents[2] / "experiments"
SHIPPED = sorted([*FOLDER.glob("*.yaml"), *FOLDER.glob("*.toml")])
TOML = """\
# A comment with "quotes" and [brackets]
format = "leverage/experiment/1"
kind = "learn-weights"
name = "judged"
title = '''
Two lines, one = sign
[and] "more"'''
"from" = "judgements"   # a quoted key
draws = 50

[[judgements]]
preferred = "ground"
other = "will"

[[judgements]]
preferred = "will"
other = "ground"
count = 2.5
"""


def write(tmp_path, text, name="definition.toml"):
    path = tmp_path / name
    path.write_text(text)
    return path


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_definitions_are_sound(path):
    definition = read_experiment(path)
    assert definition.about
    for case in getattr(definition, "cases", []):
        assert list((FOLDER.parent / case).rglob("case.yaml"))
    assert getattr(definition, "data", None) is None  # nobody's folder is shipped


def test_each_kind_is_shipped_and_both_languages():
    assert {read_experiment(path).kind for path in SHIPPED} == set(KINDS)
    assert {path.suffix for path in SHIPPED} == {".yaml", ".toml"}


def test_the_union_for_the_schema_holds_the_kinds_of_the_table():
    union, _ = get_args(AnyExperiment)
    assert set(get_args(union)) == {kind.definition for kind in KINDS.values()}
    schema = TypeAdapter(AnyExperiment).json_schema()
    assert set(schema["discriminator"]["mapping"]) == set(KINDS)
    for name, kind in KINDS.items():
        assert kind.definition.model_json_schema()["properties"]["kind"]["const"] == name


def test_toml_reads_as_yaml_does(tmp_path):
    found = read_experiment(write(tmp_path, TOML))
    assert found.title == 'Two lines, one = sign\n[and] "more"'
    assert [(each.preferred, each.other, each.count) for each in found.judgements] == [
        ("ground", "will", 1.0),
        ("will", "ground", 2.5),
    ]
    text = """
    format: leverage/experiment/1
    kind: learn-weights
    name: judged
    title: "Two lines, one = sign\\n[and] \\"more\\""
    from: judgements
    draws: 50
    judgements:
      - {preferred: ground, other: will}
      - {preferred: will, other: ground, count: 2.5}
    """
    assert read_experiment(write(tmp_path, text, "definition.yaml")) == found


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("draws = 50", "draws = 5", 9, "`draws`"),
        ("draws = 50", "drawss = 50", 9, "`drawss` is not a key here"),
        ('"judged"', '"a b"', 4, "`name`"),
        ("learn-weights", "learn-weight", 3, "did you mean 'learn-weights'"),
        ("count = 2.5", "count = 0", 18, "`count`"),
        ("count = 2.5", 'count = "2"', 18, "`count`"),
        ('other = "will"', "", 11, "`other` is missing"),
        ("draws = 50", "draws = ", 9, "this is not valid TOML"),
        ("draws = 50", "draws = 50\ndraws = 60", 10, "this is not valid TOML"),
        ('"judgements"   #', '"disputes" #', 11, "judgements are given, but weights come from disputes"),
        ('"from" = "judgements"', "", 1, "`from` is missing"),
    ],
)
def test_faults_in_toml_have_their_line(tmp_path, old, new, line, told):
    assert old in TOML
    with pytest.raises(InputError) as caught:
        read_experiment(write(tmp_path, TOML.replace(old, new, 1)))
    assert told in str(caught.value)
    assert caught.value.faults[0].file.endswith("definition.toml")
    assert caught.value.faults[0].line == line


def test_every_place_in_a_toml_file():
    text = '''\
a = 1
b.c = [ # why
  "x, ]", # more ]
  'y#',
  [1, 2],
  {k = "v", "l m" = {n = 2}},
]
[t]
u = """one
\\"""two"""
v = 2024-05-01
[[r]]
s = 1
[r.q]
w = 2
[[r]]
s = 3
[[r.p]]
z = 1
[[r.p]]
z = 2
'''
    document = TomlDocument(text, "a.toml")
    places = {
        ("a",): (1, 1),
        ("b", "c"): (2, 1),
        ("b", "c", 0): (3, 3),
        ("b", "c", 1): (4, 3),
        ("b", "c", 2, 1): (5, 7),
        ("b", "c", 3, "k"): (6, 4),
        ("b", "c", 3, "l m", "n"): (6, 22),
        ("t", "u"): (9, 1),
        ("t", "v"): (11, 1),
        ("r", 0): (12, 1),
        ("r", 0, "q", "w"): (15, 1),
        ("r", 1, "s"): (17, 1),
        ("r", 1, "p", 1, "z"): (21, 1),
        ("r", 1, "nowhere", "z"): (16, 1),
        ("nothing",): (1, 1),
    }
    for loc, place in places.items():
        fault = document.fault(loc, "p", "r")
        assert (fault.line, fault.column) == place, loc


def test_toml_that_nests_too_deep_is_told():
    with pytest.raises(InputError, match="nests too deep"):
        TomlDocument("a = " + "[" * 5000 + "]" * 5000, "deep.toml")


def test_a_definition_without_a_kind_is_told(tmp_path):
    with pytest.raises(InputError, match="`kind` is missing"):
        read_experiment(write(tmp_path, TOML.replace('kind = "learn-weights"', "")))


def test_the_key_follows_what_decides_the_numbers_and_nothing_else(tmp_path):
    text = """
    format: leverage/experiment/1
    kind: backtest
    name: small
    title: A small one
    panel: disputes
    data: here
    """
    first = read_experiment(write(tmp_path, text, "a.yaml"))
    moved = read_experiment(write(tmp_path, text.replace("here", "there"), "b.yaml"))
    other = read_experiment(write(tmp_path, text.replace("data: here", "seed: 1"), "c.yaml"))
    key = key_of(first, {"data": {"x": "1"}})
    assert key_of(moved, {"data": {"x": "1"}}) == key
    assert key_of(other, {"data": {"x": "1"}}) != key
    assert key_of(first, {"data": {"x": "2"}}) != key
