"""CPU time of the disputes backtest: ``python bench/backtest.py --data DIR [--full]``.

The goal is 120 CPU-seconds for the default backtest, the transparent model's penalties tuned in each fold.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time

GOAL = 120.0
PROGRAM = "import sys; sys.argv[0] = 'leverage'; from leverage.cli import main; main()"


def measured(title: str, *options: str) -> float:
    """Run one backtest in a process of its own, and print its CPU and wall seconds."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-c", PROGRAM, "lab", "backtest", "disputes", *options]
    subprocess.run([*command, "--format", "json"], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{title:<44}{cpu:>9.1f}{time.perf_counter() - start:>9.1f}", flush=True)
    return cpu


def each_contender(data: str) -> None:
    """What each contender takes of it, one repeat."""
    from leverage.lab.backtests import contenders
    from leverage.lab.panels import dispute_panel
    from leverage.lab.validation import backtest

    spent = backtest(dispute_panel(data), contenders("disputes"), repeats=1).cpu_seconds
    for name, seconds in sorted(spent.items(), key=lambda each: -each[1]):
        print(f"  {name}, 10 folds once{'':<{max(1, 26 - len(name))}}{seconds:>9.1f}")


def main() -> None:
    """Measure what the options name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="the folder of the research data")
    parser.add_argument("--full", action="store_true", help="measure `--full` too, which takes half an hour")
    chosen = parser.parse_args()
    print(f"{os.cpu_count()} cores\n{'seconds':<44}{'CPU':>9}{'wall':>9}")
    cpu = measured("leverage lab backtest disputes", "--data", chosen.data)
    each_contender(chosen.data)
    if chosen.full:
        measured("leverage lab backtest disputes --full", "--data", chosen.data, "--full")
    verdict = "within" if cpu <= GOAL else "above"
    print(f"{verdict} the goal of {GOAL:.0f} CPU seconds")


if __name__ == "__main__":
    main()
