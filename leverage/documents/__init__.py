"""YAML and JSON files read strictly, with the place of every value.

A file is data here, never code: tags are refused, aliases may not explode, a key may not
appear twice, and nothing is guessed (``no`` is a word, a date stays text until a model asks
for a date). Every value keeps its line and column, so that a fault found much later, by a
model or by a check across files, still points at the place to mend.
"""

from leverage.documents._nodes import Place
from leverage.documents.csv_text import records_csv
from leverage.documents.document import (
    MAX_BYTES,
    Document,
    is_file,
    is_folder,
    path_within,
    plain_newlines,
    read_bytes,
    read_text,
)
from leverage.documents.files import file_lock, replace_file, sync_folder
from leverage.documents.items import Day, Item, Items, Loc, Real, Record, iso_day

__all__ = [
    "MAX_BYTES",
    "Day",
    "Document",
    "Item",
    "Items",
    "Loc",
    "Place",
    "Real",
    "Record",
    "file_lock",
    "is_file",
    "is_folder",
    "iso_day",
    "path_within",
    "plain_newlines",
    "read_bytes",
    "read_text",
    "records_csv",
    "replace_file",
    "sync_folder",
]
