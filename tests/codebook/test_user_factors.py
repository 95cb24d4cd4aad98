"""A user's factors from a folder outside the project: by one YAML alone, and with a builder beside it."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from leverage.builders import builders_for, feature_table
from leverage.case import load_case
from leverage.cli import main
from leverage.codebook import load_codebook
from leverage.faults import InputError

BUILDER = '''\
"""Squared: only a strong position counts."""

from dataclasses import dataclass
from typing import ClassVar

from leverage.builders import Builder


@dataclass
class Legal(Builder):
    power: float = 2.0

    id: ClassVar[str] = "legal"
    inputs: ClassVar[tuple[str, ...]] = ("reading",)
    rises: ClassVar[frozenset[str]] = frozenset({"reading"})

    def __post_init__(self):
        if self.power <= 0:
            raise ValueError(f"power is {self.power}, not above 0")

    def build(self, columns):
        return columns["reading"] ** self.power
'''
EVIDENCE = """\
evidence:
  - {id: court, actor: union, factor: legal, reading: {value: 60, unit: "%"},
     interval: {low: 50, high: 80, means: outer}, kind: judgement, coder: tester, note: A ruling is near.}
"""
OWN = ("builder: {id: reading}", "builder: {id: legal}")


def legal_of(write_case, folder):
    """x, its bounds and v of the union's legal position in a case under a folder of factors."""
    case = write_case(("evidence:\n", EVIDENCE))
    table = feature_table(load_case(case, load_codebook([folder])))
    leaf = [leaf.id for leaf in table.leaves].index("legal")
    return [float(side[0, leaf]) for side in (table.x, table.x_low, table.x_high, table.v)]


def test_yaml_alone(write_case, write_factors):
    x, low, high, v = legal_of(write_case, write_factors("legal"))
    assert (x, low, high) == pytest.approx((0.6, 0.5, 0.8), abs=0.01)
    assert v == pytest.approx((1 - np.exp(-2 * 0.6)) / (1 - np.exp(-2)))


def test_with_a_builder_beside_it(write_case, write_factors):
    x, low, high, _ = legal_of(write_case, write_factors("legal", OWN, legal_py=BUILDER))
    assert (x, low, high) == pytest.approx((0.36, 0.25, 0.64), abs=0.01)


def test_parameters_come_from_the_yaml(write_case, write_factors):
    own = (OWN[0], "builder: {id: legal, parameters: {power: 3}}")
    assert legal_of(write_case, write_factors("legal", own, legal_py=BUILDER))[0] == pytest.approx(0.216)


def test_composite_factor(write_case, write_factors):
    evidence = EVIDENCE.replace("factor: legal", "factor: press, indicator: tone")
    folder = write_factors("press", ("unit: share, bounds: [0, 1], weight: 0.6", TONE))
    table = feature_table(load_case(write_case(("evidence:\n", evidence)), load_codebook([folder])))
    leaf = [leaf.id for leaf in table.leaves].index("press.tone")
    assert table.v[0, leaf] == pytest.approx(0.6)
    assert table.missing[0, leaf + 1]


TONE = 'unit: share, bounds: [0, 1], accepts: {"%": 0.01}, weight: 0.6'


def test_two_folders_with_builders_of_one_name_do_not_mix(write_factors):
    first = write_factors("legal", OWN, legal_py=BUILDER)
    second = write_factors("legal", OWN, folder="second", legal_py=BUILDER.replace("= 2.0", "= 5.0"))
    powers = [builders_for(load_codebook([folder]))["legal"].power for folder in (first, second)]
    assert powers == [2.0, 5.0]


def test_a_builder_of_a_user_can_be_pickled(write_factors):
    builder = builders_for(load_codebook([write_factors("legal", OWN, legal_py=BUILDER)]))["legal"]
    assert pickle.loads(pickle.dumps(builder)) == builder


def test_a_shipped_builder_for_another_factor(write_factors):
    edit = ("builder: {id: composite}", "builder: {id: product}\nunit: share\nbounds: [0, 1]")
    plain = [(", weight: 0.6, direction: raises", ""), (", weight: 0.4, direction: lowers", "")]
    builder = builders_for(load_codebook([write_factors("press", edit, *plain)]))["press"]
    assert builder.id == "product"


KNOWN = "reading, product, against_opponent, ally_backing, domestic_support, territory_held, "
KNOWN += "time_remaining, composite"


@pytest.mark.parametrize(
    ("builder", "expected"),
    [
        (
            "{id: prodct}",
            f"11: there is no builder 'prodct' → write prodct.py beside the YAML, or did you mean 'product'? "
            f"Known: {KNOWN}",
        ),
        (
            "{id: legal}",
            f"11: there is no builder 'legal' → write legal.py beside the YAML, or use one of: {KNOWN}",
        ),
        (
            "{id: reading, parameters: {power: 2}}",
            "37: the builder 'reading' has no parameter 'power' → use one of: none",
        ),
        (
            "{id: domestic_support, parameters: {lft: 1}}",
            "46: the builder 'domestic_support' has no parameter 'lft' → did you mean 'lift'? Known: lift",
        ),
        (
            "{id: domestic_support, parameters: {lift: 2}}",
            "33: the parameters do not fit the builder: lift is 2, outside 0..1 → "
            "see the builder's docstring for their ranges",
        ),
        (
            "{id: ally_backing}",
            "11: the builder 'ally_backing' needs 'strength', which the factor does not read → "
            "add an indicator with `id: strength`",
        ),
    ],
)
def test_wrong_choice_of_a_builder(faults_in, builder, expected):
    assert faults_in("legal", ("{id: reading}", builder))[0] == f"legal.yaml:13:{expected}"


def test_every_missing_indicator_is_named(faults_in):
    found = faults_in("legal", ("{id: reading}", "{id: domestic_support}"))
    assert [line.split("'")[3] for line in found] == ["carry_on", "deal_appetite", "tied_hand"]


def test_a_reading_of_its_own_where_there_are_indicators(faults_in):
    plain = [(", weight: 0.6, direction: raises", ""), (", weight: 0.4, direction: lowers", "")]
    built = ("builder: {id: composite}", "builder: {id: reading}\nunit: share\nbounds: [0, 1]")
    assert faults_in("press", built, *plain) == [
        "press.yaml:9:1: the builder 'reading' needs 'reading', which the factor does not read → "
        "take the indicators out"
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "x = 1\ndef f(:\n",
            "2:7: the builder cannot be imported: SyntaxError: invalid syntax (legal.py, line 2)",
        ),
        ("x = 1\n\ny = x / 0\n", "3: the builder cannot be imported: ZeroDivisionError: division by zero"),
        (
            "import nothing_of_this_name\n",
            "1: the builder cannot be imported: ModuleNotFoundError: No module named 'nothing_of_this_name'",
        ),
        ("def f():\n    raise SystemExit(3)\n\n\nf()\n", "2: the builder cannot be imported: SystemExit: 3"),
    ],
)
def test_a_python_file_that_fails(faults_in, code, expected):
    assert faults_in("legal", OWN, legal_py=code) == [f"legal.py:{expected} → mend the Python file"]


@pytest.mark.parametrize(
    ("code", "but"),
    [
        ("x = 1\n", ""),
        (BUILDER.replace('= "legal"', '= "law"'), ", only `Legal`"),
        (BUILDER.replace('    id: ClassVar[str] = "legal"\n', ""), ", only `Legal`"),
        (BUILDER.replace("@dataclass\n", ""), ", only `Legal`"),
    ],
)
def test_a_python_file_without_the_builder(faults_in, code, but):
    assert faults_in("legal", OWN, legal_py=code) == [
        f"legal.py:1: the file defines no builder 'legal'{but} → "
        "define a dataclass that inherits from leverage.builders.Builder with `id = 'legal'`"
    ]


def test_a_folder_named_from_where_the_user_stands(write_factors, monkeypatch):
    monkeypatch.chdir(write_factors("legal", OWN, legal_py="1 / 0\n").parent)
    with pytest.raises(InputError) as caught:
        builders_for(load_codebook([Path("factors")]))
    assert [fault.place for fault in caught.value.faults] == ["factors/legal.py:1"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('return columns["readng"]', "KeyError: 'readng'"),
        ("return 1 / 0", "ZeroDivisionError: division by zero"),
        ('return "high"', "ValueError: could not convert string to float: 'high'"),
        ("return [0.1, 0.2, 0.3]", None),
    ],
)
def test_a_builder_that_fails_at_work(write_case, write_factors, told, line, expected):
    code = BUILDER.replace('return columns["reading"] ** self.power', line)
    with pytest.raises(InputError) as caught:
        legal_of(write_case, write_factors("legal", OWN, legal_py=code))
    (found,) = told(caught.value.faults)
    assert found.startswith("legal.py:")
    assert found.endswith(" → mend the Python file")
    assert f"the builder 'legal' fails: {expected or 'ValueError: '}" in found


def test_end_to_end(write_case, write_factors, capsys, monkeypatch):
    folder, case = write_factors("legal", OWN, legal_py=BUILDER), write_case(("evidence:\n", EVIDENCE))
    command = ["leverage", "score", str(case), "--features", str(folder), "--format", "json"]
    monkeypatch.setattr("sys.argv", command)
    with pytest.raises(SystemExit) as done:
        main()
    assert done.value.code == 0
    scores = json.loads(capsys.readouterr().out)["scores"]
    union = next(row for row in scores if row["actor"] == "union" and row["scenario"] == "base")
    v = (1 - np.exp(-2 * 0.36)) / (1 - np.exp(-2))
    assert union["contributions"]["legal"] == pytest.approx(100 / 5 * v)
    assert "legal" not in union["missing"]
