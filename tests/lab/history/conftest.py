"""Panels of the small world, and the research data where a user has them."""

import os
from pathlib import Path

import pytest

from leverage.lab.panels import crisis_panel, dispute_panel

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def disputes(world):
    return dispute_panel(world)


@pytest.fixture(scope="session")
def crises(world):
    return crisis_panel(world)


@pytest.fixture(scope="session")
def research_data():
    """The research data: LEVERAGE_DATA, else shared/data beside the repository."""
    folder = Path(os.environ.get("LEVERAGE_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "gml_dirdisp.csv.gz").is_file():
        pytest.skip(f"no research data in {folder}; set LEVERAGE_DATA to the folder that holds them")
    return folder
