"""Words for probabilities: the bands of Intelligence Community Directive 203 (2015, section D.6.e.2.a)."""

from __future__ import annotations

from typing import NamedTuple


class Band(NamedTuple):
    """Words for the probabilities from `low` to `high`, whole percents."""

    words: str
    low: int
    high: int


BANDS = (
    Band("almost no chance", 1, 5),
    Band("very unlikely", 5, 20),
    Band("unlikely", 20, 45),
    Band("roughly even chance", 45, 55),
    Band("likely", 55, 80),
    Band("very likely", 80, 95),
    Band("almost certain", 95, 99),
)
_MIDDLE = 3


def likelihood_words(probability: float) -> str:
    """The words for a probability.

    It is rounded to a whole percent first, so that the number shown and its words agree. The directive's
    bands share their ends; an end belongs to the band nearer the middle, so that an event and its
    opposite are told alike. Beyond 1 and 99 % the outermost words hold.

    Parameters
    ----------
    probability : float
        0..1.

    Examples
    --------
    >>> likelihood_words(0.199), likelihood_words(0.55), likelihood_words(0.0)
    ('unlikely', 'roughly even chance', 'almost no chance')
    """
    if not 0.0 <= probability <= 1.0:
        raise ValueError(f"{probability} is no probability")
    percent = round(100.0 * probability)
    for band in BANDS[:_MIDDLE]:
        if percent < band.high:
            return band.words
    for band in reversed(BANDS[_MIDDLE + 1 :]):
        if percent > band.low:
            return band.words
    return BANDS[_MIDDLE].words
