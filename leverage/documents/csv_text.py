"""Records as CSV, for programs and spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

from leverage.faults import clean

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r]")
_SIGNS = ("+", "-")  # a sign alone is no formula; it is how a direction is written


def records_csv(records: Sequence[Mapping[str, object]]) -> str:
    r"""Write records as RFC 4180 with a header row and ``\n`` line ends, for programs to read.

    Numbers keep every digit, None is an empty cell, a list is joined by "; ". A text that a
    spreadsheet would take for a formula gets a leading apostrophe.

    Parameters
    ----------
    records : sequence of mapping
        With the same keys in the same order.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([list(records[0])] if records else [])
    writer.writerows([_csv_cell(cell) for cell in record.values()] for record in records)
    return out.getvalue()


def _csv_cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return repr(cell)
    text = clean("; ".join(map(str, cell)) if isinstance(cell, list | tuple) else str(cell))
    return f"'{text}" if _FORMULA.match(text) and text not in _SIGNS else text
