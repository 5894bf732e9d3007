"""How much live sound one process takes, and where all of its inference runs.

Sockets and `/stt` of rooms take their places here; who comes when all are taken is told so at once, because
one more would make everybody's text late.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

from django.conf import settings

from audio.errors import LiveFull

Answer = TypeVar("Answer")


class Places:
    """At most so many at a time, counted over all threads; what is asked for `most` may change."""

    def __init__(self, most: Callable[[], int]):
        self._most = most
        self._taken = 0
        self._freed = threading.Condition()

    @property
    def most(self) -> int:
        return self._most()

    @property
    def taken(self) -> int:
        return self._taken

    def take(self, *, patience: float = 0.0) -> "Place":
        """Wait for `patience` seconds, in a thread, where somebody is about to leave. Raises LiveFull."""
        with self._freed:
            if not self._freed.wait_for(lambda: self._taken < self.most, patience):
                raise LiveFull(retry_after=10)
            self._taken += 1
        return Place(self._free)

    def _free(self) -> None:
        with self._freed:
            self._taken -= 1
            self._freed.notify()


class Place:
    """One that was taken; `free` it once, or as often as you like. A block may hold it as well."""

    def __init__(self, free: Callable[[], None]):
        self._frees = [free]

    def free(self) -> None:
        if self._frees:
            self._frees.pop()()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.free()


transcriptions = Places(lambda: settings.LIVE_STREAMS or settings.CPU_THREADS)
"""Those who are heard by a model, or whose container is decoded."""
ingests = Places(lambda: settings.LIVE_INGESTS)
"""Open streams, heard or only stored."""

_executor: ThreadPoolExecutor | None = None
_making = threading.Lock()


def executor() -> ThreadPoolExecutor:
    """One thread per core, first come first served: where every model of the live side runs."""
    global _executor
    with _making:
        if _executor is None:
            _executor = ThreadPoolExecutor(settings.CPU_THREADS, thread_name_prefix="inference")
        return _executor


def infer(call: Callable[[], Answer]) -> Answer:
    """Run it among all the others and wait: for callers with a thread of their own.

    Such a caller holds a place of `transcriptions` around it.
    """
    return executor().submit(call).result()
