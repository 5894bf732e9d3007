"""Sound that waits to be heard, between the socket that takes it and the engine that works it off."""

import asyncio
from collections import deque

STEP = 0.2
"""Seconds that are worth a call to an engine."""
MOST_AT_ONCE = 5.0
"""Seconds that one call gets at most, so that nobody holds a thread for long."""
ROOM = 30.0
"""Seconds that may wait; who brings more waits himself."""

Mark = asyncio.Future


class Backlog:
    """Bytes in order, with marks between them. One task puts, one takes; both in the same event loop.

    Bytes are handed on in stretches of at least `step` seconds, and with the next mark.
    """

    def __init__(self, bytes_per_second: int, *, step: float = STEP):
        self._rate = bytes_per_second
        self._step = max(1, step * bytes_per_second)
        self._queue: deque[bytes | Mark] = deque()
        self._size = 0
        self._marks = 0
        self._closed = False
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    @property
    def seconds(self) -> float:
        """What waits."""
        return self._size / self._rate

    async def put(self, data: bytes) -> None:
        """Waits while there is no room. What comes after `close` is not taken."""
        await self._room.wait()
        if self._closed:
            return
        self._queue.append(data)
        self._size += len(data)
        self._wake()

    def mark(self) -> Mark:
        """Done once all that was put before it has been worked off; the taker says so."""
        mark = asyncio.get_running_loop().create_future()
        self._queue.append(mark)
        self._marks += 1
        self._wake()
        return mark

    def close(self) -> None:
        """Nothing more is taken: who waits for room or for a mark goes on."""
        self._closed = True
        for each in self._queue:
            if isinstance(each, Mark) and not each.done():
                each.set_result(None)
        self._queue.clear()
        self._size = self._marks = 0
        self._wake()

    async def take(self) -> tuple[bytes, Mark | None]:
        """The next stretch, and the mark right behind it; waits until a step or a mark is there."""
        while not (self._marks or self._size >= self._step):
            self._changed.clear()
            await self._changed.wait()
        taken, size = [], 0
        while self._queue and size < MOST_AT_ONCE * self._rate:
            first = self._queue.popleft()
            if isinstance(first, Mark):
                self._marks -= 1
                self._took(size)
                return b"".join(taken), first
            taken.append(first)
            size += len(first)
        self._took(size)
        return b"".join(taken), None

    def _took(self, size: int) -> None:
        self._size -= size
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        if self._closed or self.seconds < ROOM:
            self._room.set()
        else:
            self._room.clear()
