"""The watch over open sockets: each is ended when its token expires, or when its session has.

The message that a session has ended may be missed: before a socket listened, or on its way. So all sessions
of a process's sockets are asked about now and then, by one query, and those of new sockets at once.
"""

import asyncio
import logging
import weakref
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from typing import Protocol

from channels.db import DatabaseSyncToAsync

from core import bearer

logger = logging.getLogger(__name__)

RECHECK = 30.0
"""Seconds between two questions about all sessions."""
GATHER = 0.1
"""Seconds in which several new sockets are asked about together."""


class Watched(Protocol):
    """A socket, by whoever opened it."""

    holder: bearer.Holder

    def expire(self, code: str) -> None:
        """The token is worth nothing any more, for the reason that `code` names."""


_vigils: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, "Vigil"] = weakref.WeakKeyDictionary()


def here() -> "Vigil":
    """The vigil of the running event loop."""
    return _vigils.setdefault(asyncio.get_running_loop(), Vigil())


class Vigil:
    """One task while there are sockets, and none while there are not."""

    def __init__(self) -> None:
        self._sockets: set[Watched] = set()
        self._new: set[Watched] = set()
        self._arrived = asyncio.Event()
        self._task: asyncio.Task | None = None

    def join(self, socket: Watched) -> None:
        self._sockets.add(socket)
        self._new.add(socket)
        self._arrived.set()
        if self._task is None:
            self._task = asyncio.create_task(self._watch())

    def leave(self, socket: Watched) -> None:
        self._sockets.discard(socket)
        self._new.discard(socket)
        if not self._sockets and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _watch(self) -> None:
        now = asyncio.get_running_loop().time
        all_at = now() + RECHECK
        while True:
            await self._pause(all_at - now())
            self._end_expired()
            asked, self._new = self._new, set()
            if now() >= all_at:
                asked, all_at = set(self._sockets), now() + RECHECK
            try:
                await self._ask(asked)
            except Exception:  # the database is away: the sockets stay, and are asked about again
                logger.warning("could not ask whether sessions go on", exc_info=True)

    async def _pause(self, longest: float) -> None:
        """Until all are due, the next token expires, or somebody new has come."""
        first = min((socket.holder.until for socket in self._sockets), default=None)
        left = longest if first is None else (first - datetime.now(UTC)).total_seconds()
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, min(left, longest))):
                await self._arrived.wait()
                await asyncio.sleep(GATHER)
        self._arrived.clear()

    def _end_expired(self) -> None:
        now = datetime.now(UTC)
        self._end({socket for socket in self._sockets if socket.holder.until <= now}, "TOKEN_EXPIRED")

    async def _ask(self, sockets: set[Watched]) -> None:
        if not sockets:
            return
        asked = {socket.holder.session_id for socket in sockets}
        alive = await DatabaseSyncToAsync(lambda: bearer.going_on(asked), thread_sensitive=False)()
        ended = {socket for socket in sockets if socket.holder.session_id not in alive}
        self._end(ended & self._sockets, bearer.SESSION_ENDED)

    def _end(self, sockets: Collection[Watched], code: str) -> None:
        self._sockets -= set(sockets)
        for socket in sockets:
            socket.expire(code)
