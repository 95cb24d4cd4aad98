"""Sentences: split at the right places, and at their exact ones."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.coding.sentences import LONGEST, split_sentences


def parts(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Gen. A. B. Orlu met Mr. Haas at 5 p.m. on Monday.", "Nothing came of it."],
        ["The delegation left the U.S. on Sunday.", "It will be back."],
        ["They flew to the U.S.", "The talks went on without them."],
        ["He lives at No. 5, near St. Olaf.", "No. 6 is empty."],
        ["The answer was no.", "Then they left."],
        ["Profits rose 3.5 per cent at Tarn Inc. on Friday.", "Costs did not."],
        ['"We hold."', "Nobody moved."],
        ['"Never!" the crowd shouted.', "It was Tuesday."],
        ['"Why?" Torun asked.', "No one knew."],
        ["“Is that all?” he asked.", "It was."],
        ["It came to 1,376 km² in August … and 440 in January.", "So much for maps."],
        ["He said: “We will hold.”", "The others smiled."],
        ["She spoke of e.g. Tarn and of the rest, i.e. nobody.", "All nodded."],
        ["Talks began in Jan. 2024 and ended in Feb. that year.", "They failed."],
        ["Was it over?", "It was!", "Or not."],
        ["J. R. Lund signed.", "I did not."],
    ],
)
def test_sentences_end_where_a_reader_ends_them(sentences: list[str]) -> None:
    assert parts(" ".join(sentences)) == sentences
    assert parts("\n\n".join(sentences)) == sentences


def test_a_wrapped_line_goes_on_and_a_blank_line_or_a_full_line_ends() -> None:
    text = "The line was\nwrapped here.\nA new one.\n\nA heading without a stop\n\nThe body.\n"
    text += "- one item\n- another item\n"
    assert parts(text) == [
        "The line was\nwrapped here.", "A new one.", "A heading without a stop", "The body.", "- one item",
        "- another item",
    ]  # fmt: skip


@given(st.text(alphabet="aB .!?\"”\n'1-", max_size=80))
def test_spans_are_ordered_trimmed_and_lose_no_letter(text: str) -> None:
    spans, at = split_sentences(text), 0
    for span in spans:
        assert at <= span.start < span.end <= len(text)
        words = text[span.start : span.end]
        assert words == words.strip()
        assert not any(char.isalnum() for char in text[at : span.start])
        at = span.end
    assert not any(char.isalnum() for char in text[at:])


def test_what_is_too_long_for_a_sentence_is_cut_and_nothing_is_left_out() -> None:
    text = "Norland captured the village, and\n" * 3000 + "x" * 9_000
    found = split_sentences(text)
    assert max(span.end - span.start for span in found) <= LONGEST
    assert "".join(text[s.start : s.end] for s in found).split() != []
    assert "".join("".join(text[s.start : s.end].split()) for s in found) == "".join(text.split())
    assert all(text[s.start] == "N" for s in found[:20])


@pytest.mark.parametrize("piece", [".", "1,", "A. ", '"Ha!" ', "1.", "… ", "Mr. ", ".)"])
def test_a_long_text_of_marks_takes_no_time(piece: str) -> None:
    began = time.perf_counter()
    split_sentences(piece * 60_000 + "Norland rested. Sudria slept.")
    assert time.perf_counter() - began < 5  # a time that grows with the square takes minutes
