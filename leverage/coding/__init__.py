"""Coding: from an article to suggestions, and from suggestions to reviewed evidence."""

from leverage.coding.actors import ActorsFile, read_actors
from leverage.coding.article import ArticleText
from leverage.coding.coder import code_article
from leverage.coding.exports import (
    label_studio_config,
    to_csv,
    to_jsonld,
    to_label_studio,
)
from leverage.coding.log import add_suggestions, load_log
from leverage.coding.reading import read_article
from leverage.coding.sentences import split_sentences
from leverage.coding.suggestion import StatedNumber, Suggestion, TimeReference
from leverage.coding.times import find_times

__all__ = [
    "ActorsFile",
    "ArticleText",
    "StatedNumber",
    "Suggestion",
    "TimeReference",
    "add_suggestions",
    "code_article",
    "find_times",
    "label_studio_config",
    "load_log",
    "read_actors",
    "read_article",
    "split_sentences",
    "to_csv",
    "to_jsonld",
    "to_label_studio",
]
