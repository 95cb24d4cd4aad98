"""How it is said: by whom, denied, or under a condition."""

from __future__ import annotations

import pytest

from leverage.coding.stance import speaker
from leverage.coding.words import tokenize


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("The bridge has fallen, the general staff said.", "the general staff"),
        ("“We hold,” said Colonel Brandt, a spokesman.", "Colonel Brandt"),
        ("According to the harbour master, nine berths are idle.", "the harbour master"),
        ("The strike costs millions, its director, Tom Ver, told investors last week.", "Tom Ver"),
        ("A spokesman claimed that six berths were working.", "A spokesman"),
        ("Six berths were working.", None),
        ("The reports were read.", None),
    ],
)
def test_who_says_it_is_told(sentence: str, who: str | None) -> None:
    assert speaker(sentence, tokenize(sentence)) == who
