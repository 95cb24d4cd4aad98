"""MLflow's pages on the store: two processes, ended by one signal."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from leverage.faults import InputError
from leverage.lab import Store, start_ui

SERVER = """
import sys
from leverage.lab import Store, start_ui
start_ui(int(sys.argv[2]), store=Store.at(sys.argv[1]))
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def descendants(process):
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        path = f"/proc/{process}/task/{process}/children"
        with open(path) as file:  # noqa: PTH123 - a file of the kernel
            return [d for child in file.read().split() for d in (child, *descendants(child))]
    return []


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="counts processes in /proc")  # noqa: PTH112
def test_two_processes_serve_the_store(store, tmp_path):
    store.experiment("shown")
    port = free_port()
    command = [sys.executable, "-c", SERVER, str(tmp_path / "project"), str(port)]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=tmp_path, start_new_session=True)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(1500):  # it starts in seconds, but a busy machine may take minutes
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"{address}/health", timeout=5) as answer,
            ):
                assert answer.status == 200
                break
            time.sleep(0.1)
        else:
            pytest.fail((tmp_path / "log").read_text())
        ask = urllib.request.Request(
            f"{address}/api/2.0/mlflow/experiments/search",
            b'{"max_results": 9}',
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(ask, timeout=30) as answer:
            names = {each["name"] for each in json.load(answer)["experiments"]}
        assert names == {"Default", "shown"}
        children = descendants(process.pid)
        assert len(children) == 1
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        assert not [child for child in children if os.path.exists(f"/proc/{child}")]  # noqa: PTH110
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert not (tmp_path / "mlruns").exists()
    assert not (tmp_path / "mlartifacts").exists()


def test_a_port_in_use_and_a_store_with_pages_of_its_own_are_told(store):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="cannot be used"):
            start_ui(taken.getsockname()[1], store=store)
    with pytest.raises(InputError, match="the port is 0"):
        start_ui(0, store=store)
    with pytest.raises(InputError, match="open that address"):
        start_ui(store=Store("https://example.org", "https://example.org"))
