"""A lease that is prolonged from a thread of its own for as long as the work goes on."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from django.db import connection

logger = logging.getLogger(__name__)


class Renewal:
    """Context manager: calls `renew()` every `interval` until the block ends; `lost` once it says no.

    The thread has its own database connection. A renewal that fails for another reason (the database is
    away) is tried again at the next interval; whether the lease held is then up to the row.
    """

    def __init__(self, renew: Callable[[], bool], interval: timedelta):
        self._renew = renew
        self._interval = interval.total_seconds()
        self._done = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    @property
    def lost(self) -> bool:
        return self._lost.is_set()

    def __enter__(self) -> "Renewal":
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._done.set()
        self._thread.join()

    def _keep(self) -> None:
        try:
            while not self._done.wait(self._interval):
                self._renew_once()
                if self.lost:
                    return
        finally:
            connection.close()

    def _renew_once(self) -> None:
        try:
            if not self._renew():
                self._lost.set()
        except Exception:
            logger.warning("a lease could not be renewed; trying again", exc_info=True)
