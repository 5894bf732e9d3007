"""SQLite for several threads: write transactions queue up fairly instead of polling for the lock.

SQLite's own waiting is unfair (a writer may starve for seconds). A lock of this process, handed on in order
of arrival and taken before `BEGIN IMMEDIATE`, leaves the busy timeout to other processes only.
Each read or write outside `atomic()` is a statement of its own.
"""

import threading
from collections import deque

from django.db.backends.sqlite3 import base

PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-20000;PRAGMA mmap_size=134217728;"
    "PRAGMA secure_delete=ON;"  # what is erased is overwritten
)


class FairLock:
    """A mutex that serves waiting threads in the order in which they came."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Lock] = deque()
        self._held = False

    def acquire(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._queue.append(turn)
        turn.acquire()

    def release(self) -> None:
        with self._guard:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._held = False


_locks: dict[str, FairLock] = {}
_locks_guard = threading.Lock()


def _lock_of(name: str) -> FairLock:
    with _locks_guard:
        return _locks.setdefault(name, FairLock())


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite backend in WAL mode, with `BEGIN IMMEDIATE` behind the fair lock."""

    _write_lock: FairLock | None = None

    def get_connection_params(self) -> dict:
        params = super().get_connection_params()
        params.setdefault("timeout", 20)
        self.transaction_mode = "IMMEDIATE"
        return params

    def get_new_connection(self, conn_params: dict):
        connection = super().get_new_connection(conn_params)
        connection.executescript(PRAGMAS)
        return connection

    def _start_transaction_under_autocommit(self) -> None:
        lock = _lock_of(str(self.settings_dict["NAME"]))
        lock.acquire()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            lock.release()
            raise
        self._write_lock = lock

    def _release_write_lock(self) -> None:
        lock, self._write_lock = self._write_lock, None
        if lock is not None:
            lock.release()

    def _commit(self) -> None:
        try:
            super()._commit()
        finally:
            if self.connection is None or not self.connection.in_transaction:
                self._release_write_lock()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._release_write_lock()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._release_write_lock()
