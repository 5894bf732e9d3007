"""How often something may happen: moving windows in Redis where there is one, else in this process.

`core.rates` counts requests with them, `accounts` failed sign-ins. Memory is exact where one process serves.
"""

import logging
import math
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from django.conf import settings
from limits import RateLimitItem
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

PREFIX = "meetings.rates"
"""What all keys in Redis begin with."""
PATIENCE = 0.5
"""Seconds that Redis has for an answer: a request must not wait for its own counting."""
PAUSE = 5.0
"""Seconds for which a Redis that failed is left alone."""
TIDY_EVERY = 1000
"""Hits after which the memory of windows that are over is given back."""

Answer = TypeVar("Answer")


class Memory:
    """The windows of one process. One lock makes those of `limits` exact; what is over is dropped."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self._windows = MovingWindowRateLimiter(self._storage)
        self._lock = threading.Lock()
        self._hits = 0

    def hit(self, limit: RateLimitItem, key: str) -> bool:
        with self._lock:
            self._hits += 1
            if self._hits % TIDY_EVERY == 0:
                self._tidy()
            return self._windows.hit(limit, key)

    def ends(self, limit: RateLimitItem, key: str) -> float:
        return self._windows.get_window_stats(limit, key).reset_time

    def clear(self, limit: RateLimitItem, key: str) -> None:
        with self._lock:
            self._windows.clear(limit, key)

    def _tidy(self) -> None:
        for key in [key for key, hits in list(self._storage.events.items()) if not hits]:
            self._storage.events.pop(key, None)


class Shared:
    """The windows of all processes. While Redis fails, each process counts for itself."""

    def __init__(self, url: str) -> None:
        self._storage = RedisStorage(
            url,
            key_prefix=PREFIX,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 1),
        )
        self._windows = MovingWindowRateLimiter(self._storage)
        self._own = Memory()
        self._down_until: float | None = None

    def hit(self, limit: RateLimitItem, key: str) -> bool:
        return self._asked(lambda windows: windows.hit(limit, key), self._own.hit, limit, key)

    def ends(self, limit: RateLimitItem, key: str) -> float:
        return self._asked(
            lambda windows: windows.get_window_stats(limit, key).reset_time, self._own.ends, limit, key
        )

    def clear(self, limit: RateLimitItem, key: str) -> None:
        self._own.clear(limit, key)
        self._asked(lambda windows: windows.clear(limit, key), self._own.clear, limit, key)

    def _asked(
        self,
        question: Callable[[MovingWindowRateLimiter], Answer],
        instead: Callable[[RateLimitItem, str], Answer],
        limit: RateLimitItem,
        key: str,
    ) -> Answer:
        if self._down_until is not None and time.monotonic() < self._down_until:
            return instead(limit, key)
        try:
            answer = question(self._windows)
        except RedisError as error:
            if self._down_until is None:
                logger.warning("Redis does not count requests; this process does so alone: %s", error)
            self._down_until = time.monotonic() + PAUSE
            return instead(limit, key)
        if self._down_until is not None:
            self._down_until = None
            logger.info("Redis counts requests again")
        return answer


_windows: Memory | Shared | None = None
_making = threading.Lock()


def spend(limit: RateLimitItem, *names: str) -> int:
    """Count one more under `names`: 0 where it fits into `limit`, else the seconds after which it will.

    What does not fit is not counted. Always 0 while RATE_LIMITS is off.
    """
    if not settings.RATE_LIMITS:
        return 0
    windows, key = _present(), ":".join(names)
    if windows.hit(limit, key):
        return 0
    return min(limit.get_expiry(), max(1, math.ceil(windows.ends(limit, key) - time.time())))


def clear(limit: RateLimitItem, *names: str) -> None:
    """Forget what was counted under `names`."""
    if settings.RATE_LIMITS:
        _present().clear(limit, ":".join(names))


def forget() -> None:
    """Count from nothing again, and look anew where to count: for tests and benchmarks."""
    global _windows
    if settings.REDIS_URL:
        with suppress(RedisError):
            RedisStorage(settings.REDIS_URL, key_prefix=PREFIX).reset()
    _windows = None


def _present() -> Memory | Shared:
    global _windows
    if _windows is None:
        with _making:
            if _windows is None:
                _windows = Shared(settings.REDIS_URL) if settings.REDIS_URL else Memory()
    return _windows
