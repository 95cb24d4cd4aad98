"""A factor of the codebook: what is asked of an article, on which scale, and what a reading is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from leverage.codebook.value_functions import AnyValueFunction, Linear
from leverage.documents import Item, Items, Real

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", description="lower case letters, digits and _")]
Direction = Literal["raises", "lowers"]
Parameter = bool | int | float | str

COMPOSITE = "composite"
_RESERVED = ("opponent", "days_from", "days_left", "reading")


class Anchor(Item):
    """A named step of a scale, with the sentence by which a coder recognises it."""

    id: Name
    reading: Real = Field(description="the number this step stands for, in the scale's unit")
    says: str = Field(min_length=1, description="one sentence: when a coder picks this step")


class Default(Item):
    """What a scale reads where nothing is stated, and why; every explanation shows it."""

    reading: Real = Field(description="the number, in the scale's unit")
    reason: str = Field(min_length=1, description="why silence may be read so")


class Ageing(Item):
    """How evidence loses weight and certainty with age; it never moves a reading."""

    half_life: Real = Field(gt=0, description="days after which a piece weighs half as much among pieces")
    widening: Real = Field(ge=0, default=0.0, description="growth of the interval per half-life, as a share")
    life: Real = Field(gt=0, description="days after which a piece expires and its reading is missing")


class Pattern(Item):
    """Words by which an article reveals the factor, for coders and for the coding engine.

    A phrase is written as lemmas parted by blanks: ``hold on to``; ``hold|keep`` is either word, ``...`` up
    to four words of any kind, ``#`` a number, ``~ground`` any phrase of the factor's word list of that name.
    """

    words: list[str] = Field(min_length=1, description="lemmas or short phrases")
    near: list[str] = Field(
        default_factory=list,
        description="phrases of which one must stand in the same clause, where any are given",
    )
    without: list[str] = Field(
        default_factory=list, description="phrases of which none may stand in the same clause"
    )
    indicator: Name | None = Field(None, description="the indicator that the words speak of")
    of: Literal["doer", "target", "owner", "recipient"] = Field(
        "owner",
        description="whose hand it tells of: who does it, to whom it is done, whose it is, who is given it",
    )
    direction: Literal["+", "-", "unknown", "trend", "against_trend"] = Field(
        description="what they say of that actor's hand; trend: + where the words near by say that it rises, "
        "- where it falls; against_trend: the reverse"
    )
    other: Literal["+", "-"] | None = Field(
        None, description="what they say of the other side, where it is named in the other role"
    )
    strength: Literal[1, 2, 3] = Field(2, description="1 slight, 2 plain, 3 strong")
    tier: Literal["top", "rest"] = Field("top", description="rest: words that mislead as often as not")


class Reference(Item):
    """A source of the theory and what is taken from it."""

    source: str = Field(min_length=1, description="author and year")
    says: str = Field(min_length=1, description="what this factor takes from it")


def _check_scale(
    bounds: tuple[float, float],
    accepts: Mapping[str, float],
    anchors: Sequence[Anchor],
    default: Default | None = None,
) -> None:
    low, high = bounds
    if not low < high:
        raise ValueError(f"`bounds` [{low:g}, {high:g}] do not rise → write [lowest, highest]")
    for anchor in anchors:
        if not low <= anchor.reading <= high:
            told = f"`anchors`: {anchor.id!r} at {anchor.reading:g} lies outside {low:g} to {high:g}"
            raise ValueError(f"{told} → move it or the bounds")
    if default is not None and not low <= default.reading <= high:
        told = f"`default` at {default.reading:g} lies outside {low:g} to {high:g}"
        raise ValueError(f"{told} → move it or the bounds")
    if len({anchor.id for anchor in anchors}) < len(anchors):
        raise ValueError("`anchors`: two have the same id → name each step once")
    for unit, rate in accepts.items():
        if rate <= 0:
            told = f"`accepts`: the rate of {unit!r} is {rate:g}, not above 0"
            raise ValueError(f"{told} → write what one of the unit is in the scale's")


class Scale(Item):
    """A unit with bounds, other units that convert to it, and anchors."""

    unit: str = Field(min_length=1, description="the unit of the scale, such as share or days")
    bounds: tuple[Real, Real] = Field(description="[lowest, highest] reading, in the unit")
    accepts: dict[str, Real] = Field(
        default_factory=dict, description="other units and what one of them is in the scale's unit"
    )
    anchors: Items[Anchor] = Field(default_factory=list, description="named steps with a sentence each")
    default: Default | None = Field(None, description="reading where nothing is stated, with the reason")

    @model_validator(mode="after")
    def _scale_is_sound(self) -> Self:
        _check_scale(self.bounds, self.accepts, self.anchors, self.default)
        return self

    def rates(self) -> dict[str, float]:
        """Every unit a reading may use, with its size in the scale's own unit."""
        return {self.unit: 1.0, **self.accepts}

    def anchor(self, anchor_id: str) -> Anchor | None:
        """The step of that name, or None."""
        return next((anchor for anchor in self.anchors if anchor.id == anchor_id), None)


class Indicator(Scale):
    """A reading below a factor: weighed in a composite one, an input of the formula in a built one."""

    id: Name
    question: str = Field(min_length=1, description="what the coder answers")
    per_stake: bool = Field(False, description="true where it is read for each stake of the case")
    shares_one_whole: bool = Field(
        False, description="true where the actors' readings of one stake may not sum to more than 1"
    )
    sums_to: Real | None = Field(
        None, gt=0, description="what an actor's readings over all stakes sum to, such as 100 points"
    )
    weight: Real | None = Field(None, gt=0, le=1, description="its share of a composite factor")
    value: AnyValueFunction | None = Field(None, description="value function, in a composite factor")
    direction: Direction | None = Field(None, description="raises or lowers leverage, in a composite factor")
    combine: Literal["weighted_mean", "median", "latest", "envelope"] | None = Field(
        None, description="how its pieces of evidence combine; the factor's rule where not stated"
    )
    ageing: Ageing | None = Field(
        None, description="how its evidence ages; the factor's rule where not stated"
    )


class BuilderChoice(Item):
    """Which builder turns readings into the factor's x, and its parameters."""

    id: Name = Field(
        description="reading, composite, another generic builder, or a builder in a folder of features"
    )
    parameters: dict[str, Parameter] = Field(
        default_factory=dict, description="the builder's named parameters"
    )


class Factor(Item):
    """One factor: its question, scale, value function, builder, indicators, ageing, patterns and theory."""

    format: Literal["leverage/factor/1"] = Field(description="leverage/factor/1")
    id: Name
    version: int = Field(ge=1, description="raise it when the factor's meaning or scale changes")
    title: str = Field(min_length=1)
    question: str = Field(min_length=1, description="what the coder answers")
    direction: Direction = Field("raises", description="whether a higher reading raises or lowers leverage")
    unit: str | None = Field(None, description="unit of the factor's own reading")
    bounds: tuple[Real, Real] | None = Field(None, description="[lowest, highest] reading of the factor")
    accepts: dict[str, Real] = Field(default_factory=dict, description="other units, see an indicator's")
    anchors: Items[Anchor] = Field(default_factory=list, description="named steps with a sentence each")
    value: AnyValueFunction = Field(
        default_factory=Linear, description="value function on the rescaled reading"
    )
    builder: BuilderChoice = Field(default_factory=lambda: BuilderChoice(id="reading"))
    indicators: list[Indicator] = Field(default_factory=list)
    combine: Literal["weighted_mean", "median", "latest", "envelope"] = Field(
        "weighted_mean", description="how several pieces of evidence on one reading combine"
    )
    ageing: Ageing
    lexicon: dict[Name, list[str]] = Field(
        default_factory=dict, description="word lists that patterns name as ~list"
    )
    patterns: Items[Pattern] = Field(default_factory=list, description="words by which articles reveal it")
    examples: dict[Literal["+", "-", "unknown"], list[str]] = Field(
        default_factory=dict,
        description="sentences that tell of the factor, by what they say of the actor's hand",
    )
    theory: Items[Reference] = Field(default_factory=list, description="sources and what is taken from each")

    @model_validator(mode="after")
    def _indicators_can_be_columns(self) -> Self:
        for indicator in self.indicators:
            if "__" in indicator.id or indicator.id in _RESERVED:
                raise ValueError(
                    f"`indicators`: the id {indicator.id!r} is kept for columns → choose another"
                )
        return self

    @model_validator(mode="after")
    def _kind_is_consistent(self) -> Self:
        if len({i.id for i in self.indicators}) < len(self.indicators):
            raise ValueError("`indicators`: two have the same id → name each once")
        if self.is_composite:
            self._check_composite()
        elif self.unit is None or self.bounds is None:
            raise ValueError("`unit` and `bounds` are missing → state the scale of the factor's own reading")
        elif any(i.weight is not None or i.value or i.direction for i in self.indicators):
            raise ValueError(
                "`indicators`: one of a built factor has a weight, value or direction → delete them: "
                "the formula decides; or use `builder: {id: composite}`"
            )
        else:
            _check_scale(self.bounds, self.accepts, self.anchors)
        unknown = {p.indicator for p in self.patterns if p.indicator} - {i.id for i in self.indicators}
        if unknown:
            raise ValueError(
                f"`patterns` name unknown indicators {sorted(unknown)} → use the ids under `indicators`"
            )
        return self

    @model_validator(mode="after")
    def _word_lists_are_known(self) -> Self:
        phrases = [p for each in self.patterns for p in (*each.words, *each.near, *each.without)]
        phrases += [phrase for phrases_of in self.lexicon.values() for phrase in phrases_of]
        named = {
            part[1:]
            for phrase in phrases
            for word in phrase.split()
            for part in word.split("|")
            if part[:1] == "~"
        }
        if unknown := sorted(named - self.lexicon.keys()):
            raise ValueError(f"`patterns` name unknown word lists {unknown} → add them under `lexicon`")
        return self

    def _check_composite(self) -> None:
        if not self.indicators:
            raise ValueError(
                "`builder` is composite, and there are no indicators → add `indicators`, or use another"
            )
        if any(i.weight is None or i.direction is None for i in self.indicators):
            raise ValueError(
                "`indicators`: one has no weight or direction → a composite factor's indicators need both"
            )
        if any(i.per_stake for i in self.indicators):
            raise ValueError(
                "`indicators`: one of a composite factor is read per stake → stakes need a Python builder"
            )
        total = sum(i.weight or 0.0 for i in self.indicators)
        if abs(total - 1) > 1e-9:
            raise ValueError(f"`indicators`: their weights sum to {total:.6g}, not 1 → make them sum to 1")
        own = [name for name in ("unit", "bounds", "accepts", "anchors") if getattr(self, name)]
        own += [] if isinstance(self.value, Linear) else ["value"]
        if own:
            raise ValueError(f"`{own[0]}` has no place in a composite factor → state it at its indicators")

    @property
    def is_composite(self) -> bool:
        """Whether its terms are its weighted indicators, rather than one term for the whole factor."""
        return self.builder.id == COMPOSITE

    def own_scale(self) -> Scale:
        """The scale of the factor's own reading; a composite factor has none."""
        if self.unit is None or self.bounds is None:
            raise AssertionError(f"{self.id} is composite")
        return Scale(unit=self.unit, bounds=self.bounds, accepts=self.accepts, anchors=self.anchors)

    def readings(self) -> dict[str, Scale]:
        """What evidence may read, by indicator id; by ``""`` where the factor itself is read."""
        return {i.id: i for i in self.indicators} if self.indicators else {"": self.own_scale()}

    def indicator(self, indicator_id: str) -> Indicator | None:
        """The indicator of that name, or None."""
        return next((i for i in self.indicators if i.id == indicator_id), None)
