"""Seconds of runs, and how they are shown side by side."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

RUNS = 7


def timed(action: Callable[[], object], runs: int = RUNS) -> list[float]:
    """Seconds of each run, after one that is not counted."""
    action()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return seconds


def report(title: str, rows: dict[str, list[float]]) -> None:
    """Print minimum, median and maximum of each row in ms, and its median over the first row's."""
    print(f"\n{title}\n{'':<58}{'min':>10}{'median':>10}{'max':>10}{'ratio':>9}")
    first = statistics.median(next(iter(rows.values())))
    for name, seconds in rows.items():
        median = statistics.median(seconds)
        shown = "".join(f"{1000 * s:>9.2f} " for s in (min(seconds), median, max(seconds)))
        print(f"{name:<58}{shown}{median / first:>9.2f}")
