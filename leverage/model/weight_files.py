"""What a weights file holds, scheme by scheme; read and checked by `leverage.model.weights`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, RootModel

from leverage.documents import Item, Items, Loc, Real

Points = Annotated[Real, Field(ge=0)]
Share = Annotated[Real, Field(ge=0, le=1)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, 64 hexadecimal digits")]


class WeightsHead(Item):
    """What every weights file begins with."""

    format: Literal["leverage/weights/1"] = Field(description="leverage/weights/1")
    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$", description="letters, digits and . _ : -")
    title: str = Field(min_length=1)
    author: str = Field(min_length=1, description="whose judgement the weights are")
    reason: str = Field(min_length=1, description="why these weights")
    codebook: str = Field(
        pattern=r"^[0-9a-f]{12,64}$",
        description="at least 12 digits of the codebook's hash; `leverage check` prints it",
    )


class DirectFile(WeightsHead):
    """Weights stated as such."""

    scheme: Literal["direct"]
    factors: dict[str, Points] = Field(description="weight of each factor; they sum to 1")


class EqualFile(WeightsHead):
    """The same weight for each factor."""

    scheme: Literal["equal"]
    names: list[str] = Field(min_length=1, description="the factors")


class RankFile(WeightsHead):
    """Weights from a ranking, by the rank-order centroid."""

    scheme: Literal["roc"]
    ranking: list[str | list[str]] = Field(min_length=1, description="factors, best first; a list holds ties")


class SwingFile(WeightsHead):
    """Weights from the worth of each factor's swing from worst to best."""

    scheme: Literal["swing"]
    points: dict[str, Points] = Field(description="points of each factor's swing, 100 for the best")


class Comparison(Item):
    """How many times as important one factor is as another."""

    factor: str
    over: str = Field(description="the factor it is compared with")
    ratio: Real = Field(description="Saaty's scale, from 1/9 to 9")


class AhpFile(WeightsHead):
    """Weights from pairwise comparisons, by the principal eigenvector."""

    scheme: Literal["ahp"]
    comparisons: Items[Comparison] = Field(description="each pair of factors once")


class LearnedFamily(Item):
    """A family of indices: what it weighs, how sure that is, and what its index is."""

    weight: Share = Field(description="its weight among all families, the dropped one included")
    low: Share = Field(description="lower end of the central 95 % of the bootstrap")
    high: Share = Field(description="upper end of the central 95 % of the bootstrap")
    zero_share: Share = Field(description="share of bootstrap draws in which the weight is zero")
    means: str = Field("", description="what its index is, in a sentence")


class LearnedData(Item):
    """A data set that weights were learned from."""

    name: str
    citation: str
    rows: int = Field(ge=0)
    sha256: Digest


class LearnedBasis(Item):
    """What learned weights rest on."""

    families: dict[str, LearnedFamily] = Field(min_length=1, description="the families, by name")
    dropped: str | None = Field(None, description="the family that the codebook has no factor for")
    rows: int = Field(ge=1, description="rows they were learned from")
    prior: Points = Field(description="precision of the prior that draws the slopes to equal ones")
    draws: int = Field(ge=0, description="bootstrap draws")
    seed: int = Field(ge=0)
    digest: Digest = Field(description="SHA-256 of the indices and outcomes")
    auc_decided: dict[str, Share] = Field(
        default_factory=dict, description="how well weightings tell who prevailed, out of fold; .5 is chance"
    )
    data: Items[LearnedData] = Field(default_factory=list, description="the data sets behind them")
    warning: str = Field("", description="what a reader must know before taking them for a case")


class LearnedFile(WeightsHead, LearnedBasis):
    """Weights learned from outcomes, with their intervals; one family may be dropped."""

    scheme: Literal["learned"]
    factors: dict[str, Points] = Field(description="the weights of the other families, rescaled to sum to 1")

    def basis(self) -> LearnedBasis:
        """What the weights rest on, without the file's head."""
        return LearnedBasis.model_validate(self.model_dump(include=set(LearnedBasis.model_fields)))


AnyFile = Annotated[
    DirectFile | EqualFile | RankFile | SwingFile | AhpFile | LearnedFile, Field(discriminator="scheme")
]


class WeightsFile(RootModel[AnyFile]):
    """A weights file of any scheme; for its JSON Schema."""


KINDS: Mapping[str, type[WeightsHead]] = {
    "direct": DirectFile,
    "equal": EqualFile,
    "roc": RankFile,
    "swing": SwingFile,
    "ahp": AhpFile,
    "learned": LearnedFile,
}
SECTION: Mapping[str, str] = {
    "direct": "factors",
    "equal": "names",
    "roc": "ranking",
    "swing": "points",
    "ahp": "comparisons",
    "learned": "factors",
}
"""The key of each scheme under which the factors stand."""


def named_factors(file: WeightsHead) -> list[tuple[Loc, str]]:
    """Every factor that a file names, with its place in the scheme's section."""
    if isinstance(file, EqualFile):
        return [((n,), name) for n, name in enumerate(file.names)]
    if isinstance(file, RankFile):
        tied = [[place] if isinstance(place, str) else place for place in file.ranking]
        return [((n,), name) for n, names in enumerate(tied) for name in names]
    if isinstance(file, AhpFile):
        return [((c.index, key), getattr(c, key)) for c in file.comparisons for key in ("factor", "over")]
    points: Mapping[str, float] = getattr(file, SECTION[getattr(file, "scheme", "direct")])
    return [((name,), name) for name in points]


def rounded_shares(weights: Mapping[str, float], decimals: int = 4) -> dict[str, float]:
    """Weights in the same proportions, rounded so that they sum to 1; nothing where all are 0."""
    total, unit = sum(weights.values()), 10**decimals
    if not total:
        return {}
    steps = {name: round(unit * value / total) for name, value in weights.items()}
    steps[max(steps, key=lambda name: steps[name])] += unit - sum(steps.values())
    return {name: count / unit for name, count in steps.items()}


_ORDER = (
    *("format", "id", "title", "author", "reason", "codebook", "scheme"),
    *("warning", "families", "dropped", "factors"),
)


def weights_text(file: WeightsHead) -> str:
    """A weights file's text, keys in the format's order; the same file gives the same bytes."""
    import yaml

    content: dict[str, Any] = file.model_dump(mode="json", exclude_none=True)
    kept = {key: content.pop(key) for key in _ORDER if key in content}
    return yaml.safe_dump({**kept, **content}, sort_keys=False, allow_unicode=True, width=100)
