"""Research data sets in a folder that the user names: read, checked for columns, digested."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
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
KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "gml_dirdisp": ("dispnum", "ccode1", "ccode2", "year"),
        "cow_nmc": ("ccode", "year"),
        "cw_democracy": ("ccode", "year"),
        "atop_alliance": ("ccode1", "ccode2", "year"),
        "cow_mindist_disputes": ("ccode1", "ccode2", "year"),
        "icb2v14": ("cracno",),
    }
)
"""Columns that tell a data set's rows apart: never blank, and together never the same twice."""
DATES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"archigos": ("startdate", "enddate"), "cow_contdir": ("stdate", "enddate")}
)
TEXTS: Mapping[str, tuple[str, ...]] = MappingProxyType({"archigos": ("entry",)})
"""Columns of words; every other that is read holds numbers."""


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
        if not self.path.is_dir():
            what = "is a file" if self.path.exists() else "is not there"
            raise _error(self.path, f"the folder of the research data {what}", "name it with --data DIR")
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
        try:
            content = gzip.decompress(raw) if path.suffix == ".gz" else raw
        except (OSError, EOFError, zlib.error):
            raise _error(path, "the file cannot be unpacked: it is no whole gzip", "obtain it anew") from None
        try:
            table = pd.read_csv(io.BytesIO(content), low_memory=False)
        except (ValueError, UnicodeDecodeError) as error:
            raise _error(path, f"the file is no CSV table: {error}", "obtain it anew") from None
        lacking = [column for column in columns if column not in table.columns]
        if lacking:
            remedy = f"use the version that is cited: {CITATIONS.get(name, name)}"
            raise _error(path, f"columns are missing: {name_list(lacking)}", remedy, line=1)
        table = _checked(name, path, table, columns)
        digest = hashlib.sha256(content).hexdigest()
        self.sources[name] = Source(name, CITATIONS.get(name, name), len(table), digest)
        table = table[list(columns)]
        return table.replace(MISSING_CODE, np.nan) if missing_code else table

    def blank(self, name: str, table: pd.DataFrame, columns: Iterable[str]) -> None:
        """Raise an `InputError` that names the first blank cell of each of some columns, by its line.

        Parameters
        ----------
        name : str
            Of the data set.
        table : DataFrame
            Rows of it that are used, with the index that `read` gave them.
        columns : iterable of str
        """
        faults = []
        for column in columns:
            rows = table.index[table[column].isna()]
            if len(rows):
                problem, remedy = f"`{column}` is blank", "this row needs it"
                faults.append(Fault(str(self._find(name)), int(rows[0]) + 2, None, problem, remedy))
        if faults:
            raise InputError(faults)

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


def _checked(name: str, path: Path, table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The table with numbers as numbers, or every first fault of its columns and rows."""
    faults = []

    def wrong(cells: pd.Series, problem: str, remedy: str) -> None:
        if cells.any():
            line = int(np.flatnonzero(cells)[0]) + 2
            more = f", and {int(cells.sum()) - 1} more" if cells.sum() > 1 else ""
            faults.append(Fault(str(path), line, None, f"{problem}{more}", remedy))

    if not len(table):
        faults.append(Fault(str(path), 1, None, "there are no rows below the header", "obtain it anew"))
    keys = [column for column in KEYS.get(name, ()) if column in table]
    for column in dict.fromkeys([*columns, *keys]):
        cells = table[column]
        if column in TEXTS.get(name, ()):
            continue
        if column in DATES.get(name, ()):
            found = pd.to_datetime(cells, format="ISO8601", errors="coerce")
            bad, kind = cells.notna() & found.isna(), "a day as YYYY-MM-DD"
        else:
            found = pd.to_numeric(cells, errors="coerce")
            bad, kind = cells.notna() & found.isna(), "a number, or nothing where it is missing"
            table[column] = found
        first = cells[bad].iloc[0] if bad.any() else ""
        wrong(bad, f"`{column}` is {first!r}", f"write {kind}")
        if column in keys:
            wrong(cells.isna(), f"`{column}` is blank", "every row needs it")
    if keys and not faults:
        remedy = "keep one of them"
        wrong(table.duplicated(keys), f"a row is there twice by {name_list(keys)}", remedy)
    if faults:
        raise InputError(faults)
    return table


def _error(path: Path, problem: str, remedy: str, line: int | None = None) -> InputError:
    return InputError([Fault(str(path), line, None, problem, remedy)])
