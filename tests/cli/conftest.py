"""The command, called as from a shell but in this process."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from leverage.cli import main

SEEDS = Path(__file__).parents[2] / "seeds"


class Done(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch, capsys):
    """Call ``leverage`` with some arguments: exit code, output, errors."""

    def call(*arguments):
        monkeypatch.setattr("sys.argv", ["leverage", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as exit_:
            code = exit_.code or 0
        return Done(code, *capsys.readouterr())

    return call


@pytest.fixture
def seed(tmp_path):
    """A copy of a seed case, to be changed."""

    def copy(name="kursk-2025-01", folder="copy"):
        shutil.copytree(SEEDS / name, tmp_path / folder)
        return tmp_path / folder

    return copy


@pytest.fixture(scope="session")
def kursk_folder():
    return SEEDS / "kursk-2025-01"


@pytest.fixture(scope="session")
def harbour_folder():
    return SEEDS / "harbour-strike"
