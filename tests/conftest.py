"""Fixtures shared by all tests: the two seed cases, and a small case to spoil in one place at a time."""

import hashlib
from pathlib import Path

import pytest

from leverage.case import LoadedCase, load_case
from leverage.faults import Fault, InputError

ROOT = Path(__file__).resolve().parents[1]
ARTICLE = """# Talks at the mill

The union at the Aldermere paper mill has stopped one of the two machines since Monday. It holds
440 of the 1,376 square kilometres of forest. Its members voted by 71 per cent to go on.

The company says that its orders are covered for three weeks from stock. The union says the same, and the
union says more.
"""
CASE = f"""\
format: leverage/case/1
id: mill
title: Talks at the mill
question: Whose hand is stronger?
as_of: 2025-03-03
deadline: 2025-03-15
actors:
  - {{id: union, name: The union, faces: [company]}}
  - {{id: company, name: The company, faces: [union]}}
articles:
  - id: paper
    title: Talks at the mill
    publisher: The Courier
    date: 2025-03-02
    file: article.md
    sha256: {hashlib.sha256(ARTICLE.encode()).hexdigest()}
stakes:
  - {{id: forest, title: The forest, size: {{value: 1376, unit: km2}}}}
missing: {{policy: bounds}}
evidence:
  - id: union-forest
    actor: union
    factor: territory_held
    indicator: share_held
    stake: forest
    reading: {{value: 440, unit: km2}}
    interval: {{low: 350, high: 530, means: outer}}
    kind: fact
    coder: tester
    passage: {{article: paper, exact: "It holds 440 of the 1,376 square kilometres"}}
  - id: union-vote
    actor: union
    factor: domestic_support
    indicator: carry_on
    reading: {{value: 71, unit: "%"}}
    interval: {{low: 60, high: 80, means: outer}}
    kind: judgement
    coder: tester
    note: Counted by hand.
scenarios:
  - {{id: base, title: As reported}}
  - id: weary
    title: The members tire
    parent: base
    changes:
      - do: shift
        actor: union
        factor: domestic_support
        indicator: carry_on
        by: -20
        unit: "%"
        author: tester
        reason: As in the last strike.
"""


@pytest.fixture(scope="session")
def kursk() -> LoadedCase:
    """The Kursk case."""
    return load_case(ROOT / "seeds" / "kursk-2025-01")


@pytest.fixture(scope="session")
def harbour() -> LoadedCase:
    """The harbour strike."""
    return load_case(ROOT / "seeds" / "harbour-strike")


@pytest.fixture
def write_case(tmp_path):
    """Write the small case, with edits (old, new) of its text; each old stands there once.

    Other files of the folder are given by name, with ``_`` for the dot: ``weights_yaml=…``.
    """

    def write(*edits: tuple[str, str], folder: str = "mill", **files: str) -> Path:
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        text = CASE
        for old, new in edits:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the case"
            text = text.replace(old, new)
        for name, content in {"case_yaml": text, "article_md": ARTICLE, **files}.items():
            (place / name.replace("_", ".")).write_text(content, encoding="utf-8")
        return place

    return write


@pytest.fixture
def faults_of(write_case):
    """The faults of the small case with edits, found by loading it."""

    def faults(*edits: tuple[str, str], articles: Path | None = None, **files: str) -> list[Fault]:
        with pytest.raises(InputError) as caught:
            load_case(write_case(*edits, **files), articles=articles)
        return caught.value.faults

    return faults


@pytest.fixture
def told():
    """Faults as ``file:line:column: problem → remedy``, without the folder in front."""

    def tell(faults: list[Fault]) -> list[str]:
        lines = [str(fault).removeprefix(fault.file).replace("\n    → ", " → ") for fault in faults]
        return [Path(fault.file).name + line for fault, line in zip(faults, lines, strict=True)]

    return tell
