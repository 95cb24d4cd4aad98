"""Expressions of time against days worked out by hand from the calendar: the text files beside."""

import datetime as dt
from pathlib import Path

import pytest

from leverage.case import Event, Span
from leverage.coding.times import find_times

HERE = Path(__file__).parent
DAYS = ("2025-03-12", "2025-01-06", "2024-08-15")
EVENTS = [
    Event(name="inauguration", aliases=["the swearing-in"], date="2025-01-20"),
    Event(name="ceasefire", date="2025-01-01"),
    Event(name="summit", date="2025-02-03", until="2025-02-05"),
]


def lines(name):
    return [line for line in (HERE / name).read_text().splitlines() if line and not line.startswith("#")]


def row(line):
    """The sentence without brackets, and of each expression its position, words, first and last day."""
    marked, _, days = line.partition("=>")
    pieces = [piece.split("]") for piece in marked.strip().split("[")]
    sentence, found = pieces[0][0], []
    for words, rest in pieces[1:]:
        found.append((len(sentence), words))
        sentence += words + rest
    meant = [each.split("..") for each in "".join(days.split()).split(";") if each]
    spans = [[dt.date.fromisoformat(day) for day in each] for each in meant]
    return sentence, [(*each, span[0], span[-1]) for each, span in zip(found, spans, strict=True)]


ROWS = [(dt.date.fromisoformat(day), *row(line)) for day in DAYS for line in lines(f"{day}.txt")]
IDS = [f"{day}: {text}" for day, text, _ in ROWS]


def told(references):
    return [(each.position, each.text, each.start, each.end) for each in references]


@pytest.mark.parametrize(("day", "sentence", "expected"), ROWS, ids=IDS)
def test_expression(day, sentence, expected):
    events = EVENTS if str(day) == "2025-01-06" else []
    assert told(find_times(sentence, day, events)) == expected


@pytest.mark.parametrize("sentence", lines("traps.txt"))
def test_trap(sentence):
    assert find_times(sentence, dt.date(2025, 3, 12)) == []


@pytest.mark.parametrize("day", DAYS)
def test_a_whole_table_as_one_article(day):
    """Positions count in the article, and no sentence lends its tense to the next."""
    rows = [(sentence, expected) for each, sentence, expected in ROWS if str(each) == day]
    events = EVENTS if day == "2025-01-06" else []
    text, wanted, spans = "", [], []
    for sentence, expected in rows:
        wanted += [(len(text) + at, *rest) for at, *rest in expected]
        spans.append(Span(len(text), len(text) + len(sentence)))
        text += sentence + "\n"
    published = dt.date.fromisoformat(day)
    assert told(find_times(text, published, events, spans)) == wanted
    assert told(find_times(text, published, events)) == wanted


def test_an_expression_may_be_broken_over_two_lines():
    text = "The truce will hold until the\nend of March. They met on\n5 January."
    assert told(find_times(text, dt.date(2025, 3, 12))) == [
        (20, "until the\nend of March", dt.date(2025, 3, 12), dt.date(2025, 3, 31)),
        (56, "5 January", dt.date(2025, 1, 5), dt.date(2025, 1, 5)),
    ]


def test_only_the_given_sentences_are_read():
    text = "They met on Monday. They met on Tuesday."
    assert [each.text for each in find_times(text, dt.date(2025, 3, 12), sentences=[Span(20, 40)])] == [
        "Tuesday"
    ]


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("Sunday’s attack could be his last.", dt.date(2025, 1, 5)),
        ("He sent a general to lead the answer to a surprise Sunday morning offensive.", dt.date(2025, 1, 5)),
        ("Sunday’s march is a distraction.", dt.date(2025, 1, 5)),
        ("Sunday’s vote will decide it.", dt.date(2025, 1, 12)),
        ("All eyes are on Sunday’s vote.", dt.date(2025, 1, 12)),
    ],
)
def test_a_day_that_names_a_thing_is_past_unless_it_is_said_to_come(sentence: str, day: dt.date) -> None:
    """Against Monday 6 January 2025."""
    (found,) = find_times(sentence, dt.date(2025, 1, 6))
    assert (found.start, found.end) == (day, day)
