"""What tracking costs, and that it loses nothing: ``python bench/tracking.py [DATA] [--repeats N]``.

DATA is a folder of research data; without it a small made-up one is written. A backtest is run in a process
of its own, and its processor time told apart: what computes, and all else, which counts as tracking with
what has to be imported for it. Shares of one process can be compared on a busy machine, two runs cannot.
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOAL = 0.05
DEFINITION = """
format: leverage/experiment/1
kind: backtest
name: bench
title: What does tracking cost?
panel: disputes
schemes: [stratified, grouped]
repeats: {repeats}
"""
RUN = """
import sys
import time
from pathlib import Path
from leverage.lab import Store, backtests, run_experiment
from leverage.lab.experiments import folds, whole
from leverage.lab.validation import Backtest

spent = dict.fromkeys(("read the panel", "predict out of fold", "draw intervals", "fit to all rows"), 0.0)

def timed(what, action):
    def run(*arguments, **named):
        start = time.process_time()
        try:
            return action(*arguments, **named)
        finally:
            spent[what] += time.process_time() - start
    return run

backtests.PANELS = {name: timed("read the panel", read) for name, read in backtests.PANELS.items()}
folds.compute = timed("predict out of fold", folds.compute)
Backtest.difference = timed("draw intervals", Backtest.difference)
Backtest.table = timed("draw intervals", Backtest.table)
whole.fit_whole = timed("fit to all rows", whole.fit_whole)
run_experiment(sys.argv[1], store=Store.at(sys.argv[3]), data=Path(sys.argv[2]))
total = time.process_time()
other = total - sum(spent.values())
for what, seconds in {**spent, "all else: tracking, imports, files, plots": other}.items():
    print(f"  {what:<44}{seconds:8.1f} s{100 * seconds / total:7.1f} %")
print(other / total)
"""
PROCESSES, RUNS, METRICS = 8, 25, 10
WRITER = """
from leverage.lab import Store
from leverage.lab.runs import log_values, open_run, open_store
store = Store.at(root)
barrier.wait()
client = open_store(store)
experiment = store.experiment("bench", client)
for number in range(runs):
    with open_run(client, experiment, f"{process}-{number}", {}) as run:
        values = {f"m{metric}": process + metric for metric in range(metrics)}
        log_values(client, run, params={"process": process, "number": number}, metrics=values)
"""


def made_up_data(folder: Path) -> Path:
    """The tests' small world."""
    spec = importlib.util.spec_from_file_location("world", ROOT / "tests" / "lab" / "_world.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError("the tests' data are made by tests/lab/_world.py")
    world = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(world)
    world.write_world(folder)
    return folder


def share_of_logging(data: Path, folder: Path, repeats: int) -> None:
    """Processor time of a backtest in a process of its own, by what it goes to."""
    from leverage.lab import Store

    path = folder / "bench.yaml"
    path.write_text(DEFINITION.format(repeats=repeats), encoding="utf-8")
    Store.at(folder).create()  # once in a project's life, and not a part of any experiment
    command = [sys.executable, "-c", RUN, str(path), str(data), str(folder)]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    *lines, share = done.stdout.splitlines()
    print("a backtest of disputes, processor time", *lines, sep="\n")
    verdict = "under" if float(share) < GOAL else "NOT under"
    print(f"tracking takes {100 * float(share):.1f} % of the experiment's time, {verdict} {100 * GOAL:.0f} %")


def eight_writers(folder: Path) -> None:
    """Runs and metrics that eight processes lose when they write at once."""
    from leverage.lab import Store
    from leverage.lab.runs import find_runs

    store = Store.at(folder)
    store.create()
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(PROCESSES + 1)
    names = {"root": folder, "barrier": barrier, "runs": RUNS, "metrics": METRICS}
    started = [context.Process(target=exec, args=(WRITER, {**names, "process": n})) for n in range(PROCESSES)]
    for process in started:
        process.start()
    barrier.wait()
    start = time.perf_counter()
    for process in started:
        process.join()
    took = time.perf_counter() - start
    client = store.client()
    found = list(find_runs(client, [store.experiment("bench", client)]))
    kept = sum(len(run.data.metrics) for run in found)
    failed = sum(process.exitcode != 0 for process in started)
    wanted = PROCESSES * RUNS
    print(
        f"{PROCESSES} processes, {wanted} runs with {METRICS} metrics each in {took:.1f} s: "
        f"{failed} processes failed, {wanted - len(found)} runs and {wanted * METRICS - kept} metrics lost"
    )


def main() -> None:
    """Both measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, help="a folder of research data")
    parser.add_argument("--repeats", type=int, default=2, help="repeats of the backtest")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("data", "cost", "writers"):
            (folder / part).mkdir()
        data = told.data.resolve() if told.data else made_up_data(folder / "data")
        share_of_logging(data, folder / "cost", told.repeats)
        eight_writers(folder / "writers")


if __name__ == "__main__":
    main()
