"""A factor with a scale of its own and a composite one, to write into folders outside the project."""

from pathlib import Path

import pytest

from leverage.builders import builders_for
from leverage.codebook import load_codebook
from leverage.faults import InputError

LEGAL = """\
format: leverage/factor/1
id: legal
version: 1
title: Legal position
question: How strong is its case?
unit: share
bounds: [0, 1]
accepts: {"%": 0.01}
anchors:
  - {id: weak, reading: 0.2, says: Courts would refuse it.}
  - {id: strong, reading: 0.8, says: Courts would grant it.}
value: {shape: concave, curvature: 2}
builder: {id: reading}
ageing: {half_life: 90, life: 720}
patterns:
  - {words: [court, ruling], direction: unknown}
"""
PRESS = """\
format: leverage/factor/1
id: press
version: 1
title: Press
question: Who is believed?
builder: {id: composite}
indicators:
  - {id: tone, question: How is it spoken of?, unit: share, bounds: [0, 1], weight: 0.6, direction: raises}
  - {id: reach, question: How many read it?, unit: share, bounds: [0, 1], weight: 0.4, direction: lowers}
ageing: {half_life: 30, life: 90}
"""


@pytest.fixture
def write_factors(tmp_path):
    """Write a folder of factors; ``legal`` or ``press`` with edits of its text, and other files by name."""

    def write(factor: str, *edits: tuple[str, str], folder: str = "factors", **files: str) -> Path:
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        text = {"legal": LEGAL, "press": PRESS}[factor]
        for old, new in edits:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the factor"
            text = text.replace(old, new)
        for name, content in {f"{factor}_yaml": text, **files}.items():
            stem, _, kind = name.rpartition("_")
            (place / f"{stem}.{kind}").write_text(content, encoding="utf-8")
        return place

    return write


@pytest.fixture
def faults_in(write_factors, told):
    """The faults of a folder of factors and of its builders, as text."""

    def faults(factor: str, *edits: tuple[str, str], **files: str) -> list[str]:
        with pytest.raises(InputError) as caught:
            builders_for(load_codebook([write_factors(factor, *edits, **files)]))
        return told(caught.value.faults)

    return faults
