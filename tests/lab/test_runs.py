"""Runs whose process dies without a word: they are ended, and can be continued."""

import os
import signal
import subprocess
import sys
import time

import pytest

from leverage.lab import _owners
from leverage.lab._owners import current_owner, is_dead
from leverage.lab.runs import (
    FAILURE_TAG,
    KEY_TAG,
    OWNER_TAG,
    end_abandoned,
    find_unfinished,
    log_values,
    open_run,
    open_store,
)

SLEEPER = """
import time
from leverage.lab import Store
from leverage.lab.runs import log_values, open_run
client = Store.at(root).client()
with open_run(client, experiment, "sleeper", {"mine": "1"}, key="abc") as run:
    log_values(client, run, metrics={"before": 1.0}, params={"p": "x"})
    begun.set()
    time.sleep(60)
"""


@pytest.fixture
def experiment(store):
    return store.experiment("kept", store.client())


@pytest.fixture
def sleeper(store, experiment, tmp_path, processes):
    """A living process that is at a run."""
    begun = processes.Event()
    names = {"root": tmp_path / "project", "experiment": experiment, "begun": begun}
    process = processes.Process(target=exec, args=(SLEEPER, names))
    process.start()
    assert begun.wait(60)
    yield process
    process.kill()
    process.join(30)


def kill(process):
    os.kill(process.pid, signal.SIGKILL)
    process.join(30)
    assert process.exitcode == -signal.SIGKILL


def only_run(client, experiment):
    (run,) = client.search_runs([experiment])
    return run


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_a_run_is_left_alone_while_its_process_lives_and_ended_after(store, experiment, sleeper):
    client = store.client()
    assert end_abandoned(client, [experiment]) == 0
    assert find_unfinished(client, experiment, "abc") is None
    assert only_run(client, experiment).info.status == "RUNNING"
    kill(sleeper)
    assert only_run(client, experiment).info.status == "RUNNING"  # the kill left nobody to say so
    assert find_unfinished(client, experiment, "abc") == only_run(client, experiment).info.run_id
    open_store(store)
    run = only_run(client, experiment)
    assert run.info.status == "KILLED"
    assert run.info.end_time
    assert run.data.tags[FAILURE_TAG] == "its process died"
    assert end_abandoned(client, [experiment]) == 0


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
@pytest.mark.parametrize("ended", [False, True])
def test_a_killed_run_is_continued(store, experiment, sleeper, ended):
    client = store.client()
    kill(sleeper)
    if ended:
        assert end_abandoned(client, [experiment]) == 1
    found = find_unfinished(client, experiment, "abc")
    with open_run(client, experiment, "sleeper", {}, resume=found, key="abc") as run:
        assert run == found
        now = client.get_run(run)
        assert now.info.status == "RUNNING"
        assert now.data.tags[OWNER_TAG] == current_owner()
        assert FAILURE_TAG not in now.data.tags
        assert end_abandoned(client, [experiment]) == 0
        assert find_unfinished(client, experiment, "abc") is None
        log_values(client, run, metrics={"after": 2.0}, params={"p": "x"})
    done = only_run(client, experiment)
    assert done.info.status == "FINISHED"
    assert done.data.metrics == {"before": 1.0, "after": 2.0}
    assert done.data.params == {"p": "x"}
    assert done.data.tags["mine"] == "1"
    assert find_unfinished(client, experiment, "abc") is None


def test_the_latest_unfinished_run_of_the_key_is_found(store, experiment):
    client = store.client()
    made = []
    for key, error in (("a", ValueError), ("a", KeyboardInterrupt), ("b", ValueError), ("a", None)):
        time.sleep(0.005)  # MLflow keeps milliseconds
        try:
            with open_run(client, experiment, key, {}, key=key) as run:
                made.append(run)
                if error:
                    raise error
        except (ValueError, KeyboardInterrupt):
            pass
    assert [client.get_run(run).info.status for run in made] == ["FAILED", "KILLED", "FAILED", "FINISHED"]
    assert find_unfinished(client, experiment, "a") == made[1]
    assert find_unfinished(client, experiment, "b") == made[2]
    assert find_unfinished(client, experiment, "c") is None
    assert client.get_run(made[2]).data.tags[KEY_TAG] == "b"


def test_runs_of_others_are_left_alone(store, experiment):
    client = store.client()
    client.create_run(experiment, tags={OWNER_TAG: "another-host:1:boot-1"})
    client.create_run(experiment)
    assert end_abandoned(client, [experiment]) == 0
    assert end_abandoned(client, []) == 0
    assert {run.info.status for run in client.search_runs([experiment])} == {"RUNNING"}


def test_an_owner_tells_nothing_of_the_user():
    owner = current_owner()
    assert owner == current_owner()
    host, number, started = owner.split(":")
    assert len(host) == 12
    assert int(number) == os.getpid()
    assert started
    assert not is_dead(owner)
    assert is_dead(f"{host}:{number}:{started}0")  # the number was given to a later process
    assert not is_dead(f"{host}:{number}:")
    assert not is_dead("")


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="compares with /proc")  # noqa: PTH110
def test_both_ways_to_tell_a_start_see_a_death(monkeypatch):
    for way in (_owners._started_by_proc, _owners._started_by_ps):
        monkeypatch.setattr(_owners, "_started", way)
        process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        started = way(process.pid)
        if started is None:
            pytest.skip("there is no ps here")
        owner = f"{_owners._host()}:{process.pid}:{started}"
        assert not is_dead(owner)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert is_dead(owner)  # ended, and not yet collected by its parent
        process.communicate()
        assert is_dead(owner)


WRITER = """
from leverage.lab import Store
from leverage.lab.runs import log_values, open_run, open_store
barrier.wait()
store = Store.at(root)
client = open_store(store)
experiment = store.experiment("many", client)
for number in range(4):
    with open_run(client, experiment, f"{process}-{number}", {}) as run:
        for metric in range(5):
            log_values(client, run, metrics={f"m{metric}": process + metric / 10}, series={"s": [0, 1, 2]})
"""


def test_eight_processes_at_once_lose_nothing(store, tmp_path, processes):
    barrier = processes.Barrier(8)
    names = {"root": tmp_path / "project", "barrier": barrier}
    started = [
        processes.Process(target=exec, args=(WRITER, {**names, "process": number})) for number in range(8)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(120)
    assert [process.exitcode for process in started] == [0] * 8
    client = store.client()
    runs = {run.info.run_name: run for run in client.search_runs([store.experiment("many", client)])}
    assert set(runs) == {f"{process}-{number}" for process in range(8) for number in range(4)}
    for name, run in runs.items():
        process = int(name.partition("-")[0])
        assert run.info.status == "FINISHED"
        assert run.data.metrics == {**{f"m{m}": process + m / 10 for m in range(5)}, "s": 2}
        assert [each.value for each in client.get_metric_history(run.info.run_id, "s")] == [0, 1, 2] * 5
