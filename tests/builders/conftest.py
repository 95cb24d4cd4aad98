"""Small cases of any shape, written to a folder and loaded as a user's would be."""

import json

import pytest

from leverage.case import load_case
from leverage.codebook import load_codebook


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
