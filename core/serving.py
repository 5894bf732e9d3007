"""`serve`: web, live sockets and scheduler in this process, and one supervised worker child.

The child loads the models, so that a recogniser that crashes or eats memory never takes the web side down.
"""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import dramatiq
import uvicorn
from django.conf import settings

from . import locks, realtime
from .line import Line, pair
from .scheduler import Scheduler

logger = logging.getLogger(__name__)

LARGEST_FRAME = 1024 * 1024
"""Bytes of one message over a socket: half a minute of sound."""
STEADY = 30.0
"""Seconds after which a worker that dies did not die of starting."""


class Supervisor:
    """Keeps one worker child alive and relays hints to it and events from it."""

    def __init__(self, deliver_event):
        self._deliver_event = deliver_event
        self._stopping = threading.Event()
        self._line: Line | None = None
        self._child: subprocess.Popen | None = None

    def run(self) -> None:
        quick_deaths = 0
        while not self._stopping.is_set():
            started = time.monotonic()
            self._live_once()
            quick_deaths = quick_deaths + 1 if time.monotonic() - started < STEADY else 0
            if not self._stopping.is_set():
                logger.warning("the worker ended with %s; starting another", self._child.returncode)
                self._stopping.wait(min(0.2 * 2**quick_deaths, 30))

    def _live_once(self) -> None:
        ours, theirs = pair()
        descriptor = theirs.fileno()
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker", f"--line={descriptor}"]
        self._child = subprocess.Popen(  # noqa: S603 - our own command
            command, pass_fds=[descriptor], start_new_session=True
        )
        theirs.close()
        self._line = ours
        ours.listen(self._deliver_event)
        self._line = None
        ours.close()
        self._child.wait()

    def relay(self, message: bytes, delay: int | None) -> None:
        """The broker's `relay`: without a worker the hint is dropped, the sweep finds the row."""
        line = self._line
        try:
            if line is not None:
                line.send({"message": message.decode(), "delay": delay})
        except OSError:
            logger.info("a hint was lost with the worker; the sweep will find its row")

    def stop(self) -> None:
        self._stopping.set()
        child = self._child
        if child is not None and child.poll() is None:
            child.terminate()
            try:
                child.wait(timeout=15)
            except subprocess.TimeoutExpired:
                child.kill()


class Server:
    """Everything that `serve` runs. Raises locks.Taken where another one serves the same DATA_DIR."""

    def __init__(self, *, host: str, port: int):
        self._lock = locks.hold(Path(settings.DATA_DIR) / "serve.lock")
        self._config = uvicorn.Config(
            settings.ASGI_APPLICATION.replace(".application", ":application"),
            host=host,
            port=port,
            log_config=None,
            proxy_headers=True,
            timeout_graceful_shutdown=5,
            ws_ping_interval=20,
            ws_max_size=LARGEST_FRAME,
            # Our events are small and our sound does not shrink: compression would cost each socket its own
            # memory, and each event its own pass per reader.
            ws_per_message_deflate=False,
        )
        self._scheduler = Scheduler()
        self._supervisor = Supervisor(self._deliver_event)

    def run(self) -> None:
        # uvicorn raises the signal that stopped it once more; by default that would end us before the worker.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        asyncio.run(self._run())
        os._exit(0)

    async def _run(self) -> None:
        broker = dramatiq.get_broker()
        if not settings.REDIS_URL:
            broker.relay = self._supervisor.relay
        threads = [
            threading.Thread(target=self._supervisor.run, name="supervisor", daemon=True),
            threading.Thread(target=self._scheduler.run, name="scheduler", daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            await uvicorn.Server(self._config).serve()
        finally:
            self._scheduler.stop.set()
            await asyncio.to_thread(self._supervisor.stop)

    def _deliver_event(self, document: dict) -> None:
        realtime.deliver(document["group"], document["message"])
