"""Cases whose scores can be worked out by hand: two linear factors, each a reading of its own."""

import pytest

from leverage.builders import feature_table
from leverage.case import load_case
from leverage.codebook import load_codebook
from leverage.model import Weights, score_table
from leverage.robustness import Doubt, Settings

PIECES = (
    ("u-law", "union", "law", 0.7, 0.2, 0.9),
    ("u-votes", "union", "votes", 0.5, 0.4, 0.6),
    ("c-law", "company", "law", 0.4, 0.3, 0.8),
    ("c-votes", "company", "votes", 0.6, None, None),
)
QUICK = Settings(samples=500, doubt=Doubt(draws=300), variance_samples=64)

FACTOR = """\
format: leverage/factor/1
id: {id}
version: 1
title: {title}
question: How strong is it?
unit: share
bounds: [0, 1]
accepts: {{"%": 0.01}}
anchors:
  - {{id: low, reading: 0.2, says: Low.}}
  - {{id: high, reading: 0.8, says: High.}}
combine: {combine}
ageing: {{half_life: 60, widening: 0.5, life: 540}}
"""
CASE = """\
format: leverage/case/1
id: plain
title: A plain dispute
question: Whose hand is stronger?
as_of: 2025-03-03
deadline: 2025-03-15
actors:
  - {{id: union, name: The union, faces: [company]}}
  - {{id: company, name: The company, faces: [union]}}
factors: [law, votes]
missing: {{policy: {policy}}}
evidence:
{evidence}
scenarios:
  - {{id: base, title: As reported}}
{scenarios}
"""
PIECE = (
    "  - {{id: {id}, actor: {actor}, factor: {factor}, reading: {{value: {value}, unit: share}}, "
    "interval: {interval}, kind: {kind}, coder: tester, note: A guess.{more}}}\n"
)


@pytest.fixture
def plain(tmp_path):
    """A scored case of two factors that are readings: pieces are (id, actor, factor, value, low, high, …)."""

    def make(*pieces, combine="weighted_mean", weights=None, policy="bounds", scenarios=""):
        factors, folder = tmp_path / "factors", tmp_path / "plain"
        for place in (factors, folder):
            place.mkdir(exist_ok=True)
        for name in ("law", "votes"):
            text = FACTOR.format(id=name, title=name.title(), combine=combine)
            (factors / f"{name}.yaml").write_text(text)
        evidence = "".join(written(*piece) for piece in pieces)
        text = CASE.format(policy=policy, evidence=evidence, scenarios=scenarios)
        (folder / "case.yaml").write_text(text)
        loaded = load_case(folder, load_codebook([factors]))
        given = weights or {"law": 0.6, "votes": 0.4}
        table = feature_table(loaded, missing=policy)
        return loaded, score_table(table, Weights("w", "By hand", "direct", given), policy)

    return make


def written(id_, actor, factor, value, low, high, *rest):
    """A piece of evidence; of what follows, words with a colon are further keys, one without is the kind."""
    return PIECE.format(
        id=id_,
        actor=actor,
        factor=factor,
        value=value,
        interval="exact" if low is None else f"{{low: {low}, high: {high}, means: outer}}",
        kind=next((each for each in rest if ":" not in each), "judgement"),
        more="".join(f", {each}" for each in rest if ":" in each),
    )
