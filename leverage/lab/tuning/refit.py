"""The best settings fitted to every row whose outcome is known."""

from __future__ import annotations

from typing import Any

import numpy as np

from leverage.lab.baselines import Prevails, Transparent
from leverage.lab.outcome import OutcomeModel, PrevailModel
from leverage.lab.panels import Panel
from leverage.lab.tuning.spaces import Settings, Space


def refitted(panel: Panel, space: Space, settings: Settings) -> dict[str, Any] | None:
    """The transparent model at some settings, as plain numbers for JSON; None for a rival.

    Trees are what the model is held against: their settings are logged, and no pickle of them.
    """
    contender = space.build(settings)
    known = np.flatnonzero(panel.known)
    rows, outcome = panel.features().iloc[known], panel.outcome[known]
    if isinstance(contender, Transparent):
        ridges = {"ridge_whether": contender.ridges_whether[0], "ridge_who": contender.ridges_who[0]}
        model = OutcomeModel(contender.whether, contender.who, **ridges, bend=contender.bend)
        return model.fit(rows, outcome).to_dict()
    if isinstance(contender, Prevails):
        return PrevailModel(contender.terms, ridge=contender.ridges[0]).fit(rows, outcome).to_dict()
    return None
