"""Words: tokens with their places, and the forms that a lemma takes in English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from leverage.coding.english import english

_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*)"
    r"|(?P<clitic>n['’]t\b|['’](?:s|re|ve|ll|d|m)\b|(?<=s)['’](?![^\W\d_]))"
    r"|(?P<word>(?:(?!n['’]t\b)[^\W\d_])+(?:['’](?!s\b|re\b|ve\b|ll\b|d\b|m\b)(?:[^\W\d_])+)*)"
    r"|(?P<mark>[^\w\s])"
)
_VOWELS = "aeiou"
POSSESSIVE = "'s"
NEGATION = "n't"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark, at its place in the article's text; `word` is its lower case."""

    start: int
    end: int
    text: str
    word: str
    kind: str

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[:1].isupper()


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of a part of a text; hyphens part words, and clitics stand apart (``do`` ``n't``)."""
    tokens = []
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        shown = match.group()
        word = shown.lower().replace("’", "'")
        if match.lastgroup == "clitic" and word == "'":
            word = POSSESSIVE
        tokens.append(Token(match.start(), match.end(), shown, word, match.lastgroup or "mark"))
    return tokens


@cache
def inflections(lemma: str) -> frozenset[str]:
    """Every form that the lemma may take as a noun or a verb; a comparative is a lemma of its own.

    Some that no one writes are among them ("goed"): they match nothing, and do no harm.
    """
    irregular = english().irregular.get(lemma, ())
    short = len(lemma) < 3 and not irregular
    if not lemma.isalpha() or short or lemma in english().invariable:
        return frozenset((lemma,))
    stems = {lemma}
    forms = {lemma, *irregular, _with_s(lemma)}
    if lemma.endswith("e"):
        forms |= {lemma + "d", lemma[:-1] + "ing"}
    elif lemma.endswith("y") and lemma[-2] not in _VOWELS:
        forms |= {lemma[:-1] + "ied", lemma + "ing"}
    else:
        if lemma[-1] not in "wxy" and lemma[-1] not in _VOWELS and lemma[-2] in _VOWELS:
            stems.add(lemma + lemma[-1])
        forms |= {stem + ending for stem in stems for ending in ("ed", "ing")}
    if lemma.endswith("ie"):
        forms.add(lemma[:-2] + "ying")
    return frozenset(forms)


def _with_s(lemma: str) -> str:
    if lemma.endswith(("s", "x", "z", "ch", "sh", "o")):
        return lemma + "es"
    if lemma.endswith("y") and lemma[-2] not in _VOWELS:
        return lemma[:-1] + "ies"
    return lemma + "s"


def past_forms(word: str) -> bool:
    """Whether a word can be a past participle."""
    return word.endswith(("ed", "en")) or word in english().participles
