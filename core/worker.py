"""The working process: Dramatiq workers for each queue, fed over the line or by Redis."""

import logging
import os
import signal
import threading
from pathlib import Path

import dramatiq
from django.conf import settings
from django.db import connection
from dramatiq import Message, Worker

from . import locks, realtime, registry
from .line import Line
from .processes import discover_actors

logger = logging.getLogger(__name__)

PATIENCE = 10_000
"""Milliseconds that running work gets to notice a stop."""


def take_over() -> int:
    """Give back the leases of dead workers; how many there were.

    The lock of this machine proves that nobody else works only where the database is this machine's as well;
    on a server leases run out, since another machine's worker may be alive.
    """
    alone = connection.vendor == "sqlite" and not settings.REDIS_URL
    return registry.release_leases() if alone else 0


class WorkingProcess:
    """Runs until SIGTERM or until the parent's end of the line closes."""

    def __init__(self, line: Line | None = None):
        self._line = line
        self._stopping = threading.Event()
        self._broker = dramatiq.get_broker()

    def run(self) -> None:
        lock = locks.hold(Path(settings.DATA_DIR) / "worker.lock", wait=True)
        discover_actors()
        if not settings.REDIS_URL:
            self._broker.works = True
        logger.info("worker %s started; %s leases of dead workers given back", os.getpid(), take_over())
        # One worker a queue is meant, so the broker's warning about a second one says nothing.
        logging.getLogger(f"dramatiq.broker.{type(self._broker).__name__}").setLevel(logging.ERROR)
        workers = [
            Worker(self._broker, queues={queue}, worker_threads=n)
            for queue, n in settings.WORKER_THREADS.items()
        ]
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stopping.set())
        for worker in workers:
            worker.start()
        if self._line is not None:
            realtime.carry_by(self._report)
            threading.Thread(target=self._obey, args=(self._line,), daemon=True).start()
        for chore in registry.chores():
            chore.work()
        self._stopping.wait()
        for worker in workers:
            worker.stop(timeout=PATIENCE)
        lock.close()

    def _obey(self, line: Line) -> None:
        line.listen(self._take)
        self._stopping.set()

    def _take(self, document: dict) -> None:
        message = Message.decode(document["message"].encode())
        self._broker.enqueue(message, delay=document.get("delay"))

    def _report(self, group: str, message: dict) -> None:
        if self._line is not None:
            self._line.send({"group": group, "message": message})
