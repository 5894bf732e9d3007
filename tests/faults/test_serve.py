"""`manage.py serve`: killed it loses nothing, stopped it leaves nothing behind."""

import contextlib
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from .conftest import ROOT, kill_group
from .test_kills import assert_all_is_there_once, described, given_a_meeting, settled

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


@contextlib.contextmanager
def served(house, *faults: str):
    """A running `serve`; yields its process and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (house.folder / "workers.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", f"--port={port}"],
            cwd=ROOT,
            env=house.environment(*faults),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    house.process = process
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        house.process = None
        kill_group(process)


def is_healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def test_serve_killed_again_and_again_finishes_the_meeting(house, eventually):
    meeting = given_a_meeting()
    boundaries = [
        "decode:claimed",
        "attribute:before_save",
        "create_tasks:after_save",
        "open_tickets:claimed",
    ]
    for number, boundary in enumerate(boundaries, 1):
        with served(house, boundary) as (process, _):
            eventually(lambda n=number: len(house.fired()) == n, 90, lambda: described(meeting, house))
            process.kill()
            process.wait()
            house.process = None
    with served(house):
        eventually(lambda: settled(meeting), 120, lambda: described(meeting, house))
    assert house.fired() == set(boundaries)
    assert_all_is_there_once(meeting, house)


def test_a_second_serve_in_the_same_folder_is_refused(house, eventually):
    with served(house) as (_, address):
        eventually(lambda: is_healthy(address), 60, house.log)
        second = subprocess.run(
            [sys.executable, "manage.py", "serve", "--port=0"],
            cwd=ROOT,
            env=house.environment(),
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert second.returncode == 1
    assert "Another `serve` works in" in second.stderr


def test_serve_asked_to_stop_takes_its_worker_with_it(house, eventually):
    with served(house) as (process, address):
        eventually(lambda: is_healthy(address) and "worker" in house.log(), 60, house.log)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
        house.process = None
        worker = house.log().rpartition("core.worker - INFO - worker ")[2].split()[0]
        alive = subprocess.run(["kill", "-0", worker], capture_output=True, check=False)
        assert alive.returncode != 0
