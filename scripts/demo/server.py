"""The demo's own server: `manage.py serve` on a free port, stopped whatever happens."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from .client import Client, Refused

CHECKOUT = Path(__file__).resolve().parents[2]
START_SECONDS = 120
STOP_SECONDS = 30
OUTWARD = {f"{kind}_PROVIDER": "memory" for kind in ("TICKETS", "MAIL", "CHAT", "CALENDAR")} | {
    "CHAT_CHANNEL": "#meetings"
}
"""A demo writes to nobody: what goes out ends in providers that only remember it."""


class NotStarted(Exception):
    """The server ended, or did not become healthy in time; the text says what it wrote last."""


class Server:
    """A context manager: inside it the server answers at `host:port`."""

    host = "127.0.0.1"

    def __init__(self, data: Path) -> None:
        self.port = _free_port()
        self.log = data / "logs" / "demo-server.log"
        self._environment = (
            os.environ
            | OUTWARD
            | {
                "HOST": self.host,
                "PORT": str(self.port),
                "DATA_DIR": str(data),
                "OUTWARD_LEDGER": str(data / "demo-outward.jsonl"),
            }
        )
        self._child: subprocess.Popen | None = None

    def __enter__(self) -> Self:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            # A session of its own: Ctrl-C reaches this process, which then stops the server in order.
            self._child = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=CHECKOUT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    @property
    def pid(self) -> int:
        """Of `manage.py serve`. Raises NotStarted."""
        self.assert_alive()
        return self._child.pid

    def assert_alive(self) -> None:
        """Raise NotStarted when the server has ended."""
        if self._child is None or self._child.poll() is not None:
            raise NotStarted(f"The server ended. It wrote last:\n{self.last_words()}")

    def _wait(self) -> None:
        client = Client(self.host, self.port)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self.assert_alive()
            try:
                client.get("/health")
            except (OSError, Refused):
                time.sleep(0.2)
            else:
                return
        raise NotStarted(
            f"The server did not answer in {START_SECONDS} s. It wrote last:\n{self.last_words()}"
        )

    def _stop(self) -> None:
        if self._child is None or self._child.poll() is not None:
            return
        self._child.terminate()
        try:
            self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()

    def last_words(self) -> str:
        """The end of what the server wrote."""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in lines[-15:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
