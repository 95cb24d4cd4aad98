"""Research data sets in a folder that the user names: read, checked for columns, digested."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from leverage.faults import Fault, InputError, name_list

CITATIONS: Mapping[str, str] = MappingProxyType(
    {
        "gml_dirdisp": "Gibler, Miller & Little, MID 2.2.1 (ISQ 60(4), 2016)",
        "cow_nmc": "Correlates of War, National Material Capabilities 6.0",
        "atop_alliance": "ATOP (Leeds et al. 2002)",
        "cw_democracy": "Polity; V-Dem; Marquez, extended UDS",
        "cow_contdir": "COW Direct Contiguity 3.2",
        "tss_rivalries": "Thompson, Sakuwa & Suhas 2021",
        "archigos": "Goemans, Gleditsch & Chiozza 2009",
        "cow_majors": "COW 2016",
        "cow_states": "COW 2016",
        "cow_mindist_disputes": "Schvitz et al. 2022",
        "icb2v14": "International Crisis Behavior, v14 (Brecher & Wilkenfeld)",
        "icb1v14": "International Crisis Behavior, v14 (Brecher & Wilkenfeld)",
    }
)
MISSING_CODE = -9


@dataclass(frozen=True)
class Source:
    """One data set as it was read.

    Attributes
    ----------
    name : str
        File name without its ending.
    citation : str
    rows : int
    sha256 : str
        Of the uncompressed bytes, so that packing a file anew changes nothing.
    """

    name: str
    citation: str
    rows: int
    sha256: str


@dataclass
class DataFolder:
    """A folder of ``NAME.csv`` or ``NAME.csv.gz`` files; remembers what was read from it.

    Parameters
    ----------
    path : Path
        The folder; it is only read.

    Attributes
    ----------
    sources : dict of str to Source
        Every data set read so far.
    """

    path: Path
    sources: dict[str, Source] = field(default_factory=dict)

    def require(self, names: Iterable[str]) -> None:
        """Raise an `InputError` that names every data set of `names` that is not in the folder."""
        absent = [name for name in names if self._path(name) is None]
        if absent:
            raise InputError([fault for name in absent for fault in self._absence(name).faults])

    def read(self, name: str, columns: Sequence[str], missing_code: bool = False) -> pd.DataFrame:
        """Columns of a data set, in the order asked for.

        Parameters
        ----------
        name : str
            File name without its ending.
        columns : sequence of str
        missing_code : bool, default False
            Whether -9 means missing in this set; it becomes nan.

        Raises
        ------
        InputError
            No such file, a file that is no CSV, or a column that it lacks.
        """
        path = self._find(name)
        raw = path.read_bytes()
        content = gzip.decompress(raw) if path.suffix == ".gz" else raw
        try:
            table = pd.read_csv(io.BytesIO(content), low_memory=False)
        except (ValueError, UnicodeDecodeError) as error:
            raise _error(path, f"the file is no CSV table: {error}", "obtain it anew") from None
        lacking = [column for column in columns if column not in table.columns]
        if lacking:
            remedy = f"use the version that is cited: {CITATIONS.get(name, name)}"
            raise _error(path, f"columns are missing: {name_list(lacking)}", remedy, line=1)
        digest = hashlib.sha256(content).hexdigest()
        self.sources[name] = Source(name, CITATIONS.get(name, name), len(table), digest)
        table = table[list(columns)]
        return table.replace(MISSING_CODE, np.nan) if missing_code else table

    def _find(self, name: str) -> Path:
        path = self._path(name)
        if path is None:
            raise self._absence(name)
        return path

    def _path(self, name: str) -> Path | None:
        paths = (self.path / f"{name}{ending}" for ending in (".csv.gz", ".csv"))
        return next((path for path in paths if path.is_file()), None)

    def _absence(self, name: str) -> InputError:
        remedy = f"put the data set there: {CITATIONS.get(name, name)}; docs/data.md says where to obtain it"
        return _error(self.path / f"{name}.csv.gz", "there is no such file", remedy)


def _error(path: Path, problem: str, remedy: str, line: int | None = None) -> InputError:
    return InputError([Fault(str(path), line, None, problem, remedy)])
