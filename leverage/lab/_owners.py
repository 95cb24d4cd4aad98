"""Which process a run belongs to, and whether that process still lives."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from functools import cache
from pathlib import Path

_DIGITS = 12
_GONE = "ZX"  # states of a process that has ended and only waits to be collected


def current_owner() -> str:
    """The word for a tag that tells this process: host, process id and start time.

    The host is told by a digest, because people name computers after themselves.
    """
    number = os.getpid()
    return f"{_host()}:{number}:{_started(number) or ''}"


def is_dead(owner: str) -> bool:
    """Whether a process named by `current_owner` has surely ended.

    False for a process of another host, and wherever a start time cannot be told: then nobody knows.
    """
    host, _, rest = owner.partition(":")
    number, _, started = rest.partition(":")
    if host != _host() or not number.isdigit() or not started:
        return False
    return _started(int(number)) != started


@cache
def _host() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:_DIGITS]


def _started(number: int) -> str | None:
    """When a process started, as a word without colons; None where there is none, or no way to tell."""
    if Path("/proc/self/stat").is_file():
        return _started_by_proc(number)
    return _started_by_ps(number)


def _started_by_proc(number: int) -> str | None:
    try:
        told = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = told.rpartition(")")[2].split()  # the program's name, in brackets, may hold anything
    return None if fields[0] in _GONE else f"{_boot()}-{fields[19]}"


@cache
def _boot() -> str:
    """Ticks count from the start of the machine, so that a start is told apart by the machine's too."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()[:8]
    except OSError:
        return ""


def _started_by_ps(number: int) -> str | None:
    command = ["ps", "-o", "stat=,lstart=", "-p", str(number)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    state, *words = done.stdout.split()
    return None if state[:1] in _GONE else "-".join(words).replace(":", ".")
