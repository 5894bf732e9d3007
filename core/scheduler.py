"""Does the chores of all apps on time; one scheduler works at a time, by a lease in the database."""

import logging
import threading
import time
import uuid

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.db.models import Q
from django.db.models.functions import Now

from . import registry
from .models import Lease

logger = logging.getLogger(__name__)

TICK = 1.0


class Scheduler:
    """Runs until `stop` is set; chores run in this thread, one after the other."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._me = str(uuid.uuid4())
        self._next: dict[str, float] = {}
        self._leading_until = 0.0

    def run(self) -> None:
        while not self.stop.is_set():
            close_old_connections()
            try:
                if self._leads():
                    self._work()
            except Exception:
                logger.exception("the scheduler stumbled")
            self.stop.wait(TICK)
        self._step_down()

    def _step_down(self) -> None:
        """Let the next scheduler begin at once."""
        try:
            Lease.objects.filter(name="scheduler", holder=self._me).update(until=Now())
        except DatabaseError:
            logger.info("the scheduler's lease runs out by itself", exc_info=True)

    def _leads(self) -> bool:
        lease = settings.SCHEDULER_LEASE
        now = time.monotonic()
        if now < self._leading_until - lease.total_seconds() / 2:
            return True
        Lease.objects.get_or_create(name="scheduler")
        free = (
            Q(holder=self._me) | Q(until__isnull=True) | Q(until__lte=Now()) | Q(until__gt=Now() + 2 * lease)
        )
        won = Lease.objects.filter(free, name="scheduler").update(holder=self._me, until=Now() + lease)
        self._leading_until = now + lease.total_seconds() if won else 0.0
        return bool(won)

    def _work(self) -> None:
        for chore in registry.chores():
            if time.monotonic() < self._next.get(chore.name, 0.0):
                continue
            self._next[chore.name] = time.monotonic() + chore.interval.total_seconds()
            try:
                chore.work()
            except Exception:
                logger.exception("the chore %r failed", chore.name)
