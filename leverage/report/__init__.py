"""Reports: scores, explanations and contrasts as whole documents."""

from leverage.report.document import Report, make_report
from leverage.report.scores import ScoresDocument, score_chart, score_rows, score_table_form, scores_document

__all__ = [
    "Report",
    "ScoresDocument",
    "make_report",
    "score_chart",
    "score_rows",
    "score_table_form",
    "scores_document",
]
