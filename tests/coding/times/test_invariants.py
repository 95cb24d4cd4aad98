"""What holds of every text and every date."""

import datetime as dt
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leverage.case import Event
from leverage.coding.times import find_times

DATES = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))
VOCABULARY = """
    since until by before after from to between and in on at for over the past next last this coming
    early mid late end of beginning first second half quarter week month year decade summer winter
    spring fall Monday Tuesday Friday January March May June 5 12 31 2024 1990s the-5th Q3 H1 three two
    weeks days months ago another more a dozen couple half Christmas Easter today tomorrow yesterday
    weekend night will was held expires . , ; – - ( ) \n ’s inauguration eve rest within about
"""
WORDS = st.sampled_from([*VOCABULARY.split(), "\n"])
TEXTS = st.lists(WORDS, max_size=30).map(" ".join) | st.text(max_size=80)
EVENTS = [
    Event(name="inauguration", date="2025-01-20"),
    Event(name="a (odd) [name", aliases=["*"], date="2025-02-01"),
]
WEEKLY = [
    "They met on Friday.",
    "They will meet on Friday.",
    "They met last Friday.",
    "They will meet next Friday.",
    "They met last week.",
    "They will meet this weekend.",
    "They met on Monday night.",
    "It ended three weeks ago.",
    "It will end in ten days.",
    "It ended yesterday.",
    "They must pay by Friday.",
    "They must pay before Friday.",
    "They have talked since Tuesday.",
    "They have a week more.",
    "They will strike from Monday to Friday.",
    "They will hold out for another two or three weeks.",
    "It ended the day before yesterday.",
    "They fought over the past two weeks.",
    "A week from Friday they will meet.",
    "They will meet at the end of next week.",
]
YEARLY = [
    "They met in August 2019.",
    "They met on 5 March 2021.",
    "It happened in the spring of 2023.",
    "They fought in the 1990s.",
    "Sales fell in Q3 2023.",
    "They fought from 2014 to 2018.",
    "They met on Easter Monday 2022.",
    "The fleet sailed in late 2019.",
]


@given(TEXTS, DATES)
@example("in 9999 years", dt.date(2025, 1, 1))
@example("9000 years ago", dt.date(2025, 1, 1))
@example("since the end of the decade before last", dt.date(2100, 12, 31))
def test_every_reference_stands_in_the_text_and_runs_forward(text, day):
    done = 0
    for each in find_times(text, day, EVENTS):
        assert text[each.position : each.position + len(each.text)] == each.text
        assert each.position >= done
        assert each.start <= each.end
        done = each.position + len(each.text)


@given(st.sampled_from(WEEKLY), DATES)
def test_a_week_later_the_same_words_mean_days_a_week_later(sentence, day):
    week = dt.timedelta(days=7)
    now, later = find_times(sentence, day), find_times(sentence, day + week)
    assert now
    assert [(each.text, each.start + week, each.end + week) for each in now] == [
        (each.text, each.start, each.end) for each in later
    ]


@given(st.sampled_from(YEARLY), DATES, DATES)
def test_a_stated_year_does_not_hang_on_the_article(sentence, one, other):
    assert find_times(sentence, one) == find_times(sentence, other) != []


@given(DATES)
def test_a_weekday_back_lies_within_the_last_week_and_ahead_within_the_next(day):
    back, ahead = (find_times(f"They {verb} on Thursday.", day)[0].start for verb in ("met", "will meet"))
    assert 0 <= (day - back).days <= 6
    assert 1 <= (ahead - day).days <= 7
    assert back.weekday() == ahead.weekday() == 3


@given(DATES)
def test_a_bare_month_is_the_nearest_on_its_side(day):
    back, ahead = (find_times(f"They {verb} in October.", day)[0] for verb in ("met", "will meet"))
    assert back.start <= day <= ahead.end
    assert back.start.month == ahead.start.month == 10
    assert (day - back.start).days <= 365
    assert (ahead.end - day).days <= 366


@given(st.lists(st.sampled_from(WEEKLY), min_size=1, max_size=6), DATES)
def test_a_sentence_reads_the_same_among_others(sentences, day):
    alone = [
        (each.text, each.start, each.end) for sentence in sentences for each in find_times(sentence, day)
    ]
    together = find_times(" ".join(sentences), day)
    assert [(each.text, each.start, each.end) for each in together] == alone


@pytest.mark.parametrize(
    "text",
    [
        "in " + " " * 100_000 + "May",
        "\n" * 100_000,
        "on Friday, " * 10_000,
        "the end of " * 10_000,
        "two hundred and " * 10_000,
        "1 " * 20_000,
        "Jan. " * 10_000,
        "he said " * 10_000 + "on Friday",
        "a" * 200_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_no_text_takes_long(text):
    start = time.perf_counter()
    find_times(text, dt.date(2025, 3, 12))
    assert time.perf_counter() - start < 20  # quadratic readers took minutes
