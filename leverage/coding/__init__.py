"""Coding: from an article to suggestions, and from suggestions to reviewed evidence."""
