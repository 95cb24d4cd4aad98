"""Plain tables, terms and charts in text, Markdown, HTML and SVG; knows no domain type."""

from leverage.documents import records_csv
from leverage.render.charts import Group, RangeBar, Step, ranges, waterfall
from leverage.render.html import details, element_id, escape, figure, fragment, page
from leverage.render.lines import Line, lines
from leverage.render.markdown import bullets, heading, md_escape, quote
from leverage.render.numbers import number, percent, points, signed_points, signed_span, span
from leverage.render.planes import Region, matrix, triangle
from leverage.render.tables import Column, Table
from leverage.render.tornado import Swing, tornado

__all__ = [
    "Column",
    "Group",
    "Line",
    "RangeBar",
    "Region",
    "Step",
    "Swing",
    "Table",
    "bullets",
    "details",
    "element_id",
    "escape",
    "figure",
    "fragment",
    "heading",
    "lines",
    "matrix",
    "md_escape",
    "number",
    "page",
    "percent",
    "points",
    "quote",
    "ranges",
    "records_csv",
    "signed_points",
    "signed_span",
    "span",
    "tornado",
    "triangle",
    "waterfall",
]
