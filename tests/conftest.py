"""Fixtures shared by all tests: the two seed cases, and a small case to spoil in one place at a time."""

import hashlib
import json
from pathlib import Path

import pytest

from leverage.case import LoadedCase, load_case
from leverage.codebook import load_codebook
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


class Cases:
    """Makes factors, evidence and cases; every text that does not matter is filled in."""

    def __init__(self, folder):
        self.folder = folder
        self.made = 0

    @staticmethod
    def factor(name, indicators=None, *, builder="reading", unit="points", bounds=(0, 10), **more):
        scale = {} if builder == "composite" else {"unit": unit, "bounds": list(bounds)}
        ageing = {"half_life": 30, "widening": 0.5, "life": 90}
        head = {"format": "leverage/factor/1", "id": name, "version": 1, "title": name.title()}
        rest = {"question": "How much?", "builder": {"id": builder}, "ageing": ageing}
        return head | scale | rest | {"indicators": indicators or []} | more

    @staticmethod
    def indicator(name, *, unit="points", bounds=(0, 10), **more):
        return {"id": name, "question": "How much?", "unit": unit, "bounds": list(bounds), **more}

    @staticmethod
    def evidence(name, actor, factor, value, interval=None, *, unit="points", indicator=None, **more):
        low, high = interval or (None, None)
        return {
            "id": name,
            "actor": actor,
            "factor": factor,
            "reading": {"value": value, "unit": unit},
            "interval": {"low": low, "high": high, "means": "outer"} if interval else "exact",
            "kind": "judgement",
            "coder": "a coder",
            "note": "a reason",
            **({"indicator": indicator} if indicator else {}),
            **more,
        }

    def load(self, factors, evidence, actors="ab", names=None, **case):
        """A case of actors who face all others, as of 2025-01-31 with 30 days left."""
        self.made += 1
        folder = self.folder / f"case-{self.made}"
        (folder / "features").mkdir(parents=True)
        for factor in factors:
            (folder / "features" / f"{factor['id']}.yaml").write_text(json.dumps(factor))
        faces = {name: [other for other in actors if other != name] for name in actors}
        content = {
            "format": "leverage/case/1",
            "id": "case",
            "title": "A case",
            "question": "Who?",
            "as_of": "2025-01-31",
            "deadline": "2025-03-02",
            "actors": [{"id": a, "name": (names or {}).get(a, a.upper()), "faces": faces[a]} for a in actors],
            "missing": {"policy": "bounds"},
            "scenarios": [{"id": "base", "title": "Base"}],
            "evidence": evidence,
            **case,
        }
        content = {key: value for key, value in content.items() if value is not None}
        (folder / "case.yaml").write_text(json.dumps(content))
        return load_case(folder, load_codebook([folder / "features"], shipped=False))


@pytest.fixture
def cases(tmp_path):
    return Cases(tmp_path)


@pytest.fixture
def suggest():
    """A suggestion on words of the small case's article, or of another text."""
    from leverage.case import text_hash
    from leverage.coding.suggestion import CONTEXT, Suggestion, suggestion_id

    def make(exact: str, *, text: str = ARTICLE, nth: int = 0, **more: object) -> Suggestion:
        start = -1
        for _ in range(nth + 1):
            start = text.index(exact, start + 1)
        end = start + len(exact)
        said = {
            "sentence": text.count(".", 0, start) + 1,
            "factor": "domestic_support",
            "indicator": "carry_on",
            "actor": "union",
            "direction": "+",
            "strength": 2,
            "confidence": "moderate",
            "tier": "top",
            "conditional": False,
            "negated": False,
            "start": start,
            "end": end,
            "exact": exact,
            "prefix": text[max(0, start - CONTEXT) : start],
            "suffix": text[end : end + CONTEXT],
            "sha256": text_hash(text),
            "rules": ["vote to go on"],
            "codebook": "0" * 64,
            "coder": "patterns",
            **more,
        }
        return Suggestion.model_validate({"id": suggestion_id(said), **said})

    return make


VOTE = "Its members voted by 71 per cent to go on"


@pytest.fixture
def suggestions(suggest):
    """Three suggestions on the small case: a vote with its number, a holding, and who can wait."""
    number = {"value": 71, "unit": "%", "low": 71, "high": 71, "text": "71 per cent"}
    vote = suggest(VOTE, number=number, attributed_to="the union", strength=3)
    held = suggest(
        "has stopped one of the two machines", factor="territory_held", indicator="share_held", number=None
    )
    waits = suggest(
        "its orders are covered for three weeks",
        factor="time_remaining",
        indicator=None,
        actor="company",
        tier="rest",
        number={"value": 3, "unit": "weeks", "low": 3, "high": 3, "text": "three weeks"},
    )
    return [vote, held, waits]
