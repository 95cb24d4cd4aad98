"""The feature builders of the content folder ``features/``, importable as ``leverage.features.<factor>``.

A checkout keeps its factors in ``features/`` at the top, where users look for them; a wheel carries
the same files inside this package. Either way they are one package, so builders can be pickled,
type-checked and run with ``python -m``.
"""

from pathlib import Path

_checkout = Path(__file__).resolve().parents[2] / "features"
if (Path(__file__).resolve().parents[2] / "pyproject.toml").is_file() and _checkout.is_dir():
    __path__.append(str(_checkout))

FOLDER = next((Path(p) for p in reversed(__path__) if any(Path(p).glob("*.yaml"))), Path(__file__).parent)
"""The folder that holds the shipped factors' YAML files."""
