"""Cases: what was reported, read from a folder, checked to the last quotation."""

from leverage.case.case import Actor, Aim, Article, Case, Event, Link, MissingPolicy, Stake
from leverage.case.evidence import Coded, CodedTime, Evidence, Grade, Interval, Number, Passage
from leverage.case.loading import CASE_FILE, LoadedCase, examine_case, examine_document, load_case
from leverage.case.passages import Kept, Span, context, kept_beside, occurrences, text_hash
from leverage.case.readings import Measured, ReadingKey, measure
from leverage.case.scenario import Scenario
from leverage.case.states import Piece, State, key_of

__all__ = [
    "CASE_FILE",
    "Actor",
    "Aim",
    "Article",
    "Case",
    "Coded",
    "CodedTime",
    "Event",
    "Evidence",
    "Grade",
    "Interval",
    "Kept",
    "Link",
    "LoadedCase",
    "Measured",
    "MissingPolicy",
    "Number",
    "Passage",
    "Piece",
    "ReadingKey",
    "Scenario",
    "Span",
    "Stake",
    "State",
    "context",
    "examine_case",
    "examine_document",
    "kept_beside",
    "key_of",
    "load_case",
    "measure",
    "occurrences",
    "text_hash",
]
