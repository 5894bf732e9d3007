"""The product on a folder of its own, as one uvicorn process, with people who are signed in.

Used by the parts of `live`. `python -m benchmarks.live_house COUNT` is what makes the people, in a process
that knows that folder, and prints their tokens.
"""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from benchmarks.pipeline import ELSEWHERE
from scripts.demo.client import Client, Refused

CHECKOUT = Path(__file__).resolve().parents[1]
START_SECONDS = 120
STOP_SECONDS = 30
AS_SERVED = ("--log-level=warning", "--ws-per-message-deflate=false", "--ws-max-size=1048576")
"""As `manage.py serve` has it."""
ROOMY = {"ROOM_MAX_CAPACITY": 1000, "ROOM_SOCKET_GRACE": 3600, "ROOM_REQUEST_GRACE": 3600}
"""Settings with which everybody who has joined a room stays there."""
SOCKETS = 8192
"""Descriptors that a benchmark and its server may have open."""


class NotStarted(Exception):
    """The server ended or did not answer in time; the text says what it wrote last."""


class House:
    """A context manager: inside it `app` answers at `port`; `tokens` has one for each of the people."""

    def __init__(self, people: int, *, app: str = "config.asgi:application", **settings: object):
        self._people, self._app = people, app
        self._settings = {name: str(value) for name, value in settings.items()}
        self._around = ExitStack()
        self.tokens: list[str] = []

    def __enter__(self) -> Self:
        raise_limit()
        with self._around as around:
            self.folder = Path(around.enter_context(tempfile.TemporaryDirectory(prefix="bench-live-")))
            self.manage("manage.py", "migrate", "--verbosity=0")
            self.tokens = json.loads(self.manage("-m", "benchmarks.live_house", str(self._people)))
            self.port = _free_port()
            self._start()
            around.callback(self._stop)
            self._wait()
            self._around = around.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._around.close()

    @property
    def pid(self) -> int:
        return self._server.pid

    def client(self, person: int = 0) -> Client:
        """A REST client of one of the people."""
        client = Client("127.0.0.1", self.port)
        client.token = self.tokens[person]
        return client

    def cpu(self) -> float:
        """Processor seconds of the server so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self) -> float:
        """Kilobytes of the server that are in memory."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return float(line.split()[1])
        return 0.0

    def last_words(self) -> str:
        return "\n".join((self.folder / "server.log").read_text(errors="replace").splitlines()[-15:])

    def _environment(self) -> dict[str, str]:
        return (
            os.environ
            | dict.fromkeys(ELSEWHERE, "")
            | {
                "DATA_DIR": str(self.folder),
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "RATE_LIMITS": "off",
                "LOG_LEVEL": "ERROR",
            }
            | self._settings
        )

    def manage(self, *arguments: str) -> str:
        """What another process that knows the folder prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=CHECKOUT,
            env=self._environment(),
            stdout=subprocess.PIPE,
            check=True,
        )
        return done.stdout.decode()

    def _start(self) -> None:
        command = [sys.executable, "-m", "uvicorn", self._app, f"--port={self.port}", *AS_SERVED]
        with (self.folder / "server.log").open("wb") as log:
            self._server = subprocess.Popen(
                command, cwd=CHECKOUT, env=self._environment(), stdout=log, stderr=subprocess.STDOUT
            )

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._server.poll() is not None:
                break
            try:
                Client("127.0.0.1", self.port).get("/health")
            except (OSError, Refused):
                time.sleep(0.2)
            else:
                return
        raise NotStarted(self.last_words())

    def _stop(self) -> None:
        self._server.send_signal(signal.SIGTERM)
        try:
            self._server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()


def raise_limit() -> None:
    """Let this process and its children open as many sockets as the benchmarks need, where it may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = SOCKETS if most == resource.RLIM_INFINITY else min(SOCKETS, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _people(count: int) -> list[str]:
    """Accounts without a password, each with a session; its access token."""
    import django

    django.setup()
    from accounts.models import User
    from accounts.services import sessions

    return [
        sessions.start(User.objects.create_user(f"person{number}@example.com", None)).access
        for number in range(count)
    ]


def percentile(values: list[float], share: float) -> float:
    """The value below which so many of them lie; 0 where there are none."""
    ordered: list[Any] = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


if __name__ == "__main__":
    print(json.dumps(_people(int(sys.argv[1]))))
