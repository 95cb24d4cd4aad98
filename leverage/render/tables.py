"""One table, many forms: text, Markdown, HTML, CSV and Rich.

Cells are text that was formatted before (see `leverage.render.numbers`); None is a missing
value and shows as an en dash in every form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from leverage.faults import clean
from leverage.render._text import display_width, one_line, pad, wrap
from leverage.render.html import escape
from leverage.render.markdown import md_escape
from leverage.render.numbers import DASH

if TYPE_CHECKING:
    from rich.table import Table as RichTable

_GUTTER = "  "
_NARROWEST = 12


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading.

    Attributes
    ----------
    name : str
        What stands in the column.
    align : {'left', 'right'}
        ``right`` for numbers, which also never wrap.
    unit : str
        Shown in brackets after the name; empty for none.
    """

    name: str
    align: Literal["left", "right"] = "left"
    unit: str = ""

    @property
    def heading(self) -> str:
        """The name with its unit, ``Score (points)``."""
        return f"{self.name} ({self.unit})" if self.unit else self.name


@dataclass(frozen=True, slots=True)
class Table:
    """A captioned table of ready-made texts.

    Attributes
    ----------
    caption : str
        What the table shows; empty for none.
    columns : sequence of Column
        At least one.
    rows : sequence of rows
        Each a sequence of str or None, as long as `columns`.
    notes : sequence of str
        Shown below the table; left out of CSV, as the caption is.
    row_header : bool
        Whether a row's first cell names the row.

    Raises
    ------
    ValueError
        No columns, or a row of another length than `columns`.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str | None]]
    notes: Sequence[str] = ()
    row_header: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(self.columns))
        object.__setattr__(self, "rows", tuple(tuple(row) for row in self.rows))
        object.__setattr__(self, "notes", tuple(self.notes))
        if not self.columns:
            raise ValueError(f"table {self.caption!r} has no columns: give at least one")
        for index, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                problem = f"row {index} of table {self.caption!r} has {len(row)} cells"
                raise ValueError(f"{problem}: give {len(self.columns)}, one a column")

    @property
    def _headings(self) -> list[str]:
        return [column.heading for column in self.columns]

    @property
    def _cells(self) -> list[list[str]]:
        return [[DASH if cell is None else cell for cell in row] for row in self.rows]

    def to_text(self, width: int = 100) -> str:
        """Write aligned plain text for a terminal or a log, without colour codes.

        Parameters
        ----------
        width : int
            Cells across. Long left-aligned columns wrap to fit, the last one first; right-aligned
            ones keep their width, so a table of many numbers can be wider.

        Returns
        -------
        str
        """
        lines = [[clean(cell) for cell in row] for row in [self._headings, *self._cells]]
        widths = self._fit([_natural(column) for column in zip(*lines, strict=True)], width)
        ruled = max(sum(widths) + len(_GUTTER) * (len(widths) - 1), 1)
        head, *body = [self._text_row(row, widths) for row in lines]
        blocks = wrap(self.caption, width) if self.caption else []
        blocks += [*head, "─" * ruled, *(line for row in body for line in row)]
        for note in self.notes:
            blocks += wrap(note, width)
        return "\n".join(blocks)

    def _fit(self, widths: list[int], width: int) -> list[int]:
        widths = list(widths)
        room = width - len(_GUTTER) * (len(widths) - 1)
        flexible = [index for index, column in enumerate(self.columns) if column.align == "left"]
        last = len(widths) - 1
        # The last column is the one for long words; only what it cannot give comes from the widest others.
        for index in sorted(flexible, key=lambda index: (index != last, -widths[index])):
            excess = sum(widths) - room
            if excess > 0:
                floor = min(widths[index], 2 * _NARROWEST if index == last else _NARROWEST)
                widths[index] = max(floor, widths[index] - excess)
        return widths

    def _text_row(self, row: Sequence[str], widths: Sequence[int]) -> list[str]:
        wrapped = [wrap(cell, width) for cell, width in zip(row, widths, strict=True)]
        height = max(map(len, wrapped))
        filled = [lines + [""] * (height - len(lines)) for lines in wrapped]
        aligns = [column.align for column in self.columns]
        return [
            _GUTTER.join(map(pad, pieces, widths, aligns)).rstrip() for pieces in zip(*filled, strict=True)
        ]

    def to_markdown(self) -> str:
        """Write a pipe table as GitHub and Pandoc read it, caption above in bold, notes below."""

        def line(cells: Sequence[str]) -> str:
            return f"| {' | '.join(md_escape(one_line(cell), at_start=False) for cell in cells)} |"

        rules = ("---:" if column.align == "right" else ":---" for column in self.columns)
        table = [line(self._headings), f"| {' | '.join(rules)} |", *map(line, self._cells)]
        caption = [f"**{md_escape(one_line(self.caption), at_start=False)}**"] if self.caption else []
        return "\n\n".join([*caption, "\n".join(table), *(md_escape(one_line(note)) for note in self.notes)])

    def to_html(self) -> str:
        """Write a real table with caption and scopes, its notes in a paragraph; all text is escaped.

        The table stands in a box that scrolls sideways where the page is too narrow.
        """
        heads = "".join(
            f'<th scope="col"{_numeric(column)}>{escape(column.heading)}</th>' for column in self.columns
        )
        rows = "\n".join(f"<tr>{self._html_cells(row)}</tr>" for row in self._cells)
        caption = f"<caption>{escape(self.caption)}</caption>\n" if self.caption else ""
        notes = f'\n<p class="lv-note">{"<br>".join(map(escape, self.notes))}</p>' if self.notes else ""
        name = escape(self.caption or "Table")
        return (
            f'<div class="lv-table" role="group" tabindex="0" aria-label="{name}">\n'
            f"<table>\n{caption}<thead>\n<tr>{heads}</tr>\n</thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
            f"\n</div>{notes}"
        )

    def _html_cells(self, row: Sequence[str]) -> str:
        cells = [
            f"<td{_numeric(column)}>{escape(cell)}</td>"
            for column, cell in zip(self.columns, row, strict=True)
        ]
        if self.row_header:
            cells[0] = f'<th scope="row"{_numeric(self.columns[0])}>{escape(row[0])}</th>'
        return "".join(cells)

    def to_rich(self) -> RichTable:
        """Make a Rich table for a terminal; no cell is read as Rich markup."""
        from rich.box import SIMPLE_HEAD
        from rich.table import Table as RichTable
        from rich.text import Text

        table = RichTable(
            title=Text(clean(self.caption), "bold") if self.caption else None,
            caption=Text(clean("\n".join(self.notes)), "dim") if self.notes else None,
            box=SIMPLE_HEAD,
            title_justify="left",
            caption_justify="left",
        )
        for index, column in enumerate(self.columns):
            style = "bold" if self.row_header and index == 0 else ""
            table.add_column(
                Text(clean(column.heading)),
                justify=column.align,
                style=style,
                no_wrap=column.align == "right",
                overflow="fold",
            )
        for row in self._cells:
            table.add_row(*(Text(clean(cell)) for cell in row))
        return table


def _natural(cells: Sequence[str]) -> int:
    return max(display_width(line) for cell in cells for line in cell.split("\n"))


def _numeric(column: Column) -> str:
    return ' class="lv-num"' if column.align == "right" else ""
