"""The house: which module may import which, and what the everyday commands leave unimported."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = ("mlflow", "sklearn", "matplotlib", "fastapi", "pandas", "leverage.coding")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


@pytest.fixture(scope="module")
def linted():
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", program, "--no-cache"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_imports_run_one_way(linted):
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert f"{len(CONTRACTS)} kept, 0 broken" in linted.stdout


def test_every_module_has_its_layer():
    """`exhaustive` makes a new module of the engine a fault until its layer is named."""
    layers = next(contract for contract in CONTRACTS if contract["type"] == "layers")
    assert layers["exhaustive"] is True
    assert layers["layers"][0] == "cli"


@pytest.mark.parametrize(
    "arguments",
    [
        ["score", "seeds/kursk-2025-01"],
        ["score", "seeds/kursk-2025-01", "--format", "json"],
        ["score", "seeds/kursk-2025-01", "--weights", "equal"],
        ["explain", "seeds/kursk-2025-01", "--scenario", "assessed"],
        ["compare", "assessed", "aid-cut", "--case", "seeds/kursk-2025-01"],
        ["check", "seeds/harbour-strike"],
    ],
    ids=" ".join,
)
def test_everyday_commands_import_nothing_heavy(arguments):
    program = (
        "import json, sys\n"
        "from leverage.cli import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as error:\n"
        "    assert not error.code, error.code\n"
        f"print(json.dumps([name for name in {HEAVY} if name in sys.modules]), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stderr.splitlines()[-1]) == []
    assert done.stdout


def test_weights_of_the_registry_alone_import_mlflow(tmp_path):
    program = (
        "import sys\n"
        "from leverage.cli.options import read_case, read_weights\n"
        "from leverage.faults import InputError\n"
        "from pathlib import Path\n"
        "loaded = read_case(Path('seeds/kursk-2025-01'), None, None)\n"
        "read_weights('case', loaded)\n"
        "assert 'mlflow' not in sys.modules and 'leverage.lab' not in sys.modules\n"
        "try:\n"
        "    read_weights('models:/leverage@champion', loaded)\n"
        "except InputError as error:\n"
        "    print(error)\n"
        "assert 'leverage.lab.registry' in sys.modules\n"
    )
    environment = {**os.environ, "MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/store.db"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    assert "there is no registry" in done.stdout
