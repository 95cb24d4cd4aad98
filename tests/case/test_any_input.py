"""Whatever a case file holds, what comes out is a case or an InputError, and every fault has a remedy."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from leverage.case import load_case
from leverage.documents import Document
from leverage.faults import InputError

SEED = Path(__file__).resolve().parents[2] / "seeds" / "harbour-strike"
VALUES = [None, True, 0, -1, 1e300, "", "text", "2025-01-01", [], {}, [[]], {"a": 1}, ["union"], "\x1b[31m"]


def spoil(part, luck):
    """A value, or a part of it, that is dropped, doubled, swapped or replaced."""
    if isinstance(part, (dict, list)) and part and luck.random() < 0.9:
        keys = list(part) if isinstance(part, dict) else list(range(len(part)))
        key = luck.choice(keys)
        action = luck.random()
        if action < 0.1:
            del part[key]
        elif action < 0.2:
            part[key] = part[luck.choice(keys)]
        elif action < 0.25 and isinstance(part, dict):
            part[str(key) + "x"] = part.pop(key)
        else:
            part[key] = spoil(part[key], luck)
        return part
    return luck.choice(VALUES)


def faults_in(read, *args):
    """What an input's reading reports, each fault once and with a remedy; nothing where it is in order."""
    try:
        read(*args)
    except InputError as error:
        found = error
    else:
        return []
    assert all(fault.file and fault.problem and fault.remedy for fault in found.faults)
    assert len(set(found.faults)) == len(found.faults)
    assert str(found).replace("\n", "").isprintable()
    return found.faults


@pytest.fixture(scope="module")
def harbour_data():
    return Document.load(SEED / "case.yaml").data


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("any")
    for name in ("article.md", "weights.yaml"):
        (place / name).write_text((SEED / name).read_text(encoding="utf-8"), encoding="utf-8")
    return place


@settings(max_examples=60, deadline=None)
@given(luck=st.randoms(use_true_random=False))
def test_spoiled_case(harbour_data, folder, luck):
    data = json.loads(json.dumps(harbour_data))
    for _ in range(luck.randint(1, 5)):
        spoil(data, luck)
    (folder / "case.yaml").write_text(yaml.dump(data, Dumper=yaml.CSafeDumper), encoding="utf-8")
    faults_in(load_case, folder)


@settings(max_examples=40, deadline=None)
@given(luck=st.randoms(use_true_random=False))
def test_torn_case(folder, luck):
    raw = bytearray((SEED / "case.yaml").read_bytes())
    del raw[luck.randint(1, len(raw) - 1) :]
    for _ in range(luck.randint(0, 3)):
        raw[luck.randint(0, len(raw) - 1)] = luck.randint(0, 255)
    (folder / "case.yaml").write_bytes(raw)
    faults_in(load_case, folder)


@settings(max_examples=150, deadline=None)
@given(raw=st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "ignore")))
def test_any_bytes(folder, raw):
    (folder / "case.yaml").write_bytes(raw)
    faults_in(load_case, folder)


@settings(max_examples=150, deadline=None)
@given(text=st.text("ab:-{}[]&*!|>#'\"?,% \n\t@`1.", max_size=60))
def test_any_yaml_is_read_or_refused(text):
    assert all(fault.line and fault.column for fault in faults_in(Document, text, "any.yaml"))
