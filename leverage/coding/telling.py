"""What a suggestion says, and what a reviewer is asked, in words for a terminal and a sheet alike."""

from __future__ import annotations

from leverage.codebook import Factor, Scale
from leverage.coding.suggestion import Suggestion

DIRECTIONS = {
    "+": ("▲", "speaks for its hand (+)"),
    "-": ("▼", "speaks against its hand (−)"),
    "unknown": ("?", "does not say which way (unknown)"),
}
"""A mark and words for each direction."""
STRENGTHS = {1: "slight", 2: "plain", 3: "strong"}


def says(said: Suggestion) -> str:
    """Direction, strength and confidence in a line."""
    mark, words = DIRECTIONS[said.direction]
    return f"{mark} {words}; {STRENGTHS[said.strength]}; confidence {said.confidence}"


def remarks(said: Suggestion) -> list[tuple[str, str]]:
    """What else a suggestion says of its passage: a name and words each."""
    found: list[tuple[str, str]] = []
    if said.conditional:
        found.append(("Condition", "said under a condition, a wish or a doubt"))
    if said.negated:
        found.append(("Denial", "the words deny something"))
    if said.attributed_to is not None:
        found.append(("Said by", said.attributed_to))
    if said.time is not None:
        days = f"{said.time.start}" + (f" to {said.time.end}" if said.time.end != said.time.start else "")
        found.append(("Time", f"“{said.time.text}”: {days}"))
    if said.number is not None:
        found.append(("Number", f"“{said.number.text}”: {said.number.value:.12g} {said.number.unit}"))
    found.append(("Found by", f"{said.coder}: {', '.join(said.rules)}"))
    return found


def title_of(factor: Factor, indicator: str | None) -> str:
    """A factor and its indicator by name."""
    return f"{factor.title}: {indicator.replace('_', ' ')}" if indicator else factor.title


def scale_words(scale: Scale) -> str:
    """A scale's unit and bounds, with the other units that it takes."""
    low, high = scale.bounds
    others = ", ".join(scale.accepts)
    return f"{scale.unit}, {low:g} to {high:g}" + (f"; also in {others}" if others else "")
