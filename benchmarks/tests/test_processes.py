"""Sizes and times of processes that are watched from outside."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.processes import Watch

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux's /proc")

BUSY = (
    "x = bytearray(60_000_000); x[::4096] = b'1' * len(x[::4096]); del x; print('ready', flush=True); input()"
)


def test_a_process_is_known_by_its_role_and_its_highest_size_is_remembered():
    with subprocess.Popen(
        [sys.executable, "-c", BUSY, "worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        child.stdout.readline()
        watch = Watch(child.pid)
        watch.look("decode")
        cpu = watch.cpu()
        child.communicate(b"\n")
    watch.look("afterwards")
    assert list(watch.highest) == ["worker"]
    assert watch.highest["worker"] > 60
    assert watch.during["decode"] < watch.highest["worker"]
    assert list(watch.during) == ["decode"]
    assert 0 < cpu < 60


def test_a_process_without_a_role_does_not_count():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        watch = Watch(child.pid)
        watch.look("decode")
        child.communicate(b"\n")
    assert (dict(watch.highest), watch.during) == ({}, {})
