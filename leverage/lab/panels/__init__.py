"""Panels: factor tables of past disputes and crises, with what was known before each outcome."""

from leverage.lab.panels.crises import crisis_panel
from leverage.lab.panels.disputes import dispute_panel
from leverage.lab.panels.panel import CLASSES, FAMILIES, Factor, Panel
from leverage.lab.panels.sources import DataFolder, Source

__all__ = ["CLASSES", "FAMILIES", "DataFolder", "Factor", "Panel", "Source", "crisis_panel", "dispute_panel"]
