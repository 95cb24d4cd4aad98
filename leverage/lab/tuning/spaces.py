"""What is searched: the settings of each model on each panel, their bounds and the shipped values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from leverage.faults import call_error, suggest_name

if TYPE_CHECKING:
    from leverage.lab.validation import Contender

PanelName = Literal["disputes", "crises"]
ModelName = Literal["transparent", "boosted-trees", "random-forest"]
Settings = Mapping[str, float]
MODELS: tuple[ModelName, ...] = ("transparent", "boosted-trees", "random-forest")


@dataclass(frozen=True)
class Dimension:
    """A setting and where it is searched.

    Attributes
    ----------
    name : str
    low, high : float
        Both ends belong to it.
    shipped : float
        What the project ships, which is the search's first trial.
    log : bool
        Whether it is searched on a logarithmic scale.
    whole : bool
        Whether it is a whole number.
    """

    name: str
    low: float
    high: float
    shipped: float
    log: bool = True
    whole: bool = False


@dataclass(frozen=True)
class Space:
    """The settings of a model on a panel, and how a contender is built from them.

    Attributes
    ----------
    panel, model : str
    dimensions : tuple of Dimension
    build : callable
        A contender with the settings fixed, so that it searches nothing of its own.
    """

    panel: PanelName
    model: ModelName
    dimensions: tuple[Dimension, ...]
    build: Callable[[Settings], Contender]

    @property
    def shipped(self) -> dict[str, float]:
        """The settings that the project ships."""
        return {each.name: each.shipped for each in self.dimensions}

    def described(self) -> dict[str, list[float | bool]]:
        """Bounds, and whether logarithmic and whole, by name; for JSON."""
        return {each.name: [each.low, each.high, each.log, each.whole] for each in self.dimensions}


def space_of(panel: str, model: str) -> Space:
    """The declared space of a model on a panel.

    Raises
    ------
    InputError
        No such panel or model.
    """
    panels = list(dict.fromkeys(name for name, _ in SPACES))
    if panel not in panels:
        raise call_error(f"there is no panel {panel!r} to tune on", suggest_name(panel, panels))
    found = {name: space for (of, name), space in SPACES.items() if of == panel}
    if model not in found:
        raise call_error(f"there is no model {model!r} to tune", suggest_name(model, list(found)))
    return found[model]


def _transparent(settings: Settings) -> Contender:
    from leverage.lab.baselines import Transparent

    return Transparent(
        ridges_whether=(settings["ridge_whether"],),
        ridges_who=(settings["ridge_who"],),
        bend=settings["bend"],
    )


def _prevails(settings: Settings) -> Contender:
    from leverage.lab.baselines import Prevails

    return Prevails(ridges=(settings["ridge"],))


def _boosted(settings: Settings) -> Contender:
    from leverage.lab.baselines import Trees

    return Trees("boosted trees", True, dict(settings))


def _forest(settings: Settings) -> Contender:
    from leverage.lab.baselines import Trees

    return Trees("random forest", False, {**settings, "n_estimators": TREES, "n_jobs": 1})


TREES = 200
"""Trees of a forest: more of them never hurt, so that their number is not searched."""
_BOOSTED = (
    Dimension("learning_rate", 0.01, 0.3, 0.05),
    Dimension("l2_regularization", 0.1, 100.0, 5.0),
    Dimension("min_samples_leaf", 5, 60, 15, whole=True),
    Dimension("max_iter", 20, 400, 80, whole=True),
    Dimension("max_leaf_nodes", 2, 31, 6, whole=True),
)
_FOREST = (
    Dimension("min_samples_leaf", 1, 30, 4, whole=True),
    Dimension("max_features", 0.05, 1.0, 0.3),
    Dimension("max_samples", 0.3, 1.0, 1.0, log=False),
)
_DISPUTES = (
    Dimension("ridge_whether", 0.25, 64.0, 2.0),
    Dimension("ridge_who", 1.0, 256.0, 15.0),
    Dimension("bend", 0.1, 10.0, 1.5),
)
_CRISES = (Dimension("ridge", 1.0, 256.0, 40.0),)

SPACES: Mapping[tuple[PanelName, ModelName], Space] = MappingProxyType(
    {
        (space.panel, space.model): space
        for space in (
            Space("disputes", "transparent", _DISPUTES, _transparent),
            Space("disputes", "boosted-trees", _BOOSTED, _boosted),
            Space("disputes", "random-forest", _FOREST, _forest),
            Space("crises", "transparent", _CRISES, _prevails),
            Space("crises", "boosted-trees", _BOOSTED, _boosted),
            Space("crises", "random-forest", _FOREST, _forest),
        )
    }
)
