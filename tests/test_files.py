"""Files are replaced whole, and two processes take turns."""

import multiprocessing
import os
import stat
import time

import pytest

from leverage.documents import file_lock, replace_file


class TestReplace:
    def test_content_and_mode(self, tmp_path):
        file = tmp_path / "a.txt"
        file.write_bytes(b"old")
        file.chmod(0o604)
        replace_file(file, b"new\r\n")
        assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new\r\n", 0o604)
        assert list(tmp_path.iterdir()) == [file]

    def test_a_new_file_has_the_mode_of_any_other(self, tmp_path):
        replace_file(tmp_path / "a.txt", b"new")
        (tmp_path / "b.txt").write_bytes(b"new")
        modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        assert len(modes) == 1

    def test_what_fails_leaves_the_old_content_and_nothing_else(self, tmp_path, monkeypatch):
        file = tmp_path / "a.txt"
        file.write_bytes(b"old")

        def full(descriptor):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            replace_file(file, b"new")
        assert file.read_bytes() == b"old"
        assert list(tmp_path.iterdir()) == [file]


def _hold(lock, told, seconds):
    with file_lock(lock):
        with told.open("a") as file:
            file.write("in\n")
        time.sleep(seconds)
        with told.open("a") as file:
            file.write("out\n")


@pytest.mark.skipif(os.name != "posix", reason="forks")
def test_processes_take_turns(tmp_path):
    context = multiprocessing.get_context("fork")
    told = tmp_path / "told"
    jobs = [context.Process(target=_hold, args=(tmp_path / "lock", told, 0.05)) for _ in range(4)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join(30)
    assert told.read_text().split() == ["in", "out"] * 4
