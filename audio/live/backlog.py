"""Sound that waits to be heard, between the socket that takes it and the engine that works it off."""

import asyncio
from collections import deque
from math import ceil

STEP = 0.2
"""Seconds that are worth a call to an engine."""
MOST_AT_ONCE = 5.0
"""Seconds that one call gets at most, so that nobody holds a thread for long."""
ROOM = 30.0
"""Seconds that may wait; who brings more waits himself."""

Mark = asyncio.Future


class Backlog:
    """Bytes in order, with marks between them. One task puts, one takes; both in the same event loop.

    Bytes are handed on in stretches of at least `step` seconds, and with the next mark. What was skipped is
    handed on as zeros, and nothing else finds room until that has happened: one gap is better than many.
    """

    def __init__(self, bytes_per_second: int, *, step: float = STEP):
        self._rate = bytes_per_second
        self._step = max(1, step * bytes_per_second)
        self._queue: deque[bytes | int | Mark] = deque()
        self._size = self._skipped = 0
        self._marks = 0
        self._closed = False
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    @property
    def seconds(self) -> float:
        """What waits."""
        return self._size / self._rate

    async def put(self, data: bytes, *, patience: float | None = None) -> bool:
        """Waits while there is no room, for `patience` seconds at most; False if there was none.

        What comes after `close` is not taken.
        """
        try:
            async with asyncio.timeout(patience):
                await self._room.wait()
        except TimeoutError:
            return False
        if not self._closed:
            self._queue.append(data)
            self._size += len(data)
            self._wake()
        return True

    def skip(self, size: int) -> None:
        """So many bytes are zeros, which take no memory until they are handed on."""
        if self._closed:
            return
        before = self._queue.pop() if self._queue and isinstance(self._queue[-1], int) else 0
        self._queue.append(before + size)
        self._skipped += size
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
        self._size = self._skipped = self._marks = 0
        self._wake()

    async def take(self) -> tuple[bytes, Mark | None]:
        """The next stretch, and the mark right behind it; waits until a step or a mark is there."""
        while not (self._marks or self._size >= self._step or self._skipped):
            self._changed.clear()
            await self._changed.wait()
        taken, mark, most = bytearray(), None, MOST_AT_ONCE * self._rate
        while self._queue and len(taken) < most and mark is None:
            first = self._queue.popleft()
            if isinstance(first, bytes):
                taken += first
                self._size -= len(first)
            elif isinstance(first, int):
                taken += self._zeros(first, ceil(most) - len(taken))
            else:
                mark = first
                self._marks -= 1
        self._wake()
        return bytes(taken), mark

    def _zeros(self, size: int, most: int) -> bytes:
        if size > most:
            self._queue.appendleft(size - most)
        self._skipped -= min(size, most)
        return bytes(min(size, most))

    def _wake(self) -> None:
        self._changed.set()
        if self._closed or (self.seconds < ROOM and not self._skipped):
            self._room.set()
        else:
            self._room.clear()
