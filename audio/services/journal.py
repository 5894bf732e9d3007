"""The durable side of one connection that sends live sound: what it acknowledges is stored, whatever dies.

The consumer of `/audio/stream` appends on its event loop; `commits` stores for all connections at once.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from audio.errors import Fenced, GapTooLong
from audio.models import LiveStream
from integrations.errors import Unavailable

from . import commits
from .streams import LONGEST_GAP_MS
from .tail import Stored, Tail

MOST_UNSTORED = 4 * 1024 * 1024
"""Bytes of a connection that may wait to be stored; then it is read no further."""
GOODBYE = 5.0
"""Seconds for which a connection that ends waits for its last bytes to be stored."""
SILENCE = bytes(64 * 1024)


class Journal:
    """Stores what one connection sends. Made on the event loop, which runs its callbacks too.

    `on_stored` follows each durable commit. `on_failed` comes once, with Fenced (StreamClosed if the stream
    was closed) or Unavailable; the methods raise the same from then on.
    """

    def __init__(
        self,
        stream: LiveStream,
        *,
        on_stored: Callable[[Stored], None] = lambda stored: None,
        on_failed: Callable[[Fenced | Unavailable], None] = lambda error: None,
    ):
        loop = asyncio.get_running_loop()
        self._tail = Tail(stream, loop.call_soon_threadsafe)
        self._tail.changed = self._news
        self._on_stored, self._on_failed = on_stored, on_failed
        self._known: Stored = self._tail.stored
        self._failed = False
        self._change = asyncio.Event()
        commits.writer().enter(self._tail)

    @property
    def stored(self) -> Stored:
        return self._tail.stored

    @property
    def error(self) -> Fenced | Unavailable | None:
        """Why nothing more is taken."""
        return self._tail.error

    async def append(self, data: bytes, *, end_ms: int | None = None) -> None:
        """Take the next bytes; waits while more than MOST_UNSTORED of them are not stored.

        `end_ms` is where they end, as far as the decoder of a container knows. Raises Fenced, Unavailable.
        """
        self._require()
        self._tail.add(data, end_ms)
        commits.writer().wake()
        self._require()
        while self._tail.waiting > MOST_UNSTORED:
            await self._until_changed()

    def heard(self, ms: int) -> None:
        """The live text is final up to here; stored with the next commit."""
        self._tail.hear(ms)

    async def flush(self) -> Stored:
        """Return once all that was appended is stored, in whole samples. Raises Fenced, Unavailable."""
        self._require()
        target = self._tail.hurry()
        commits.writer().wake()
        while self._tail.stored.bytes < target:
            await self._until_changed()
        self._require()
        return self._tail.stored

    async def align(self, at_ms: int) -> int:
        """Go on at `at_ms` of the client's time: how many of its next bytes are stored already.

        A gap is filled with silence, durably, so that later times do not shift. Of a container, whose
        bytes are no time, nothing is dropped. Raises GapTooLong, Fenced, Unavailable.
        """
        if not self._tail.format.is_pcm:
            return 0
        if at_ms > self.stored.ms + LONGEST_GAP_MS:
            raise GapTooLong
        gap = self._tail.format.bytes_of(at_ms) - self.stored.bytes
        if gap <= 0:
            return -gap
        while gap > 0:
            await self.append(SILENCE[:gap])
            gap -= len(SILENCE)
        await self.flush()
        return 0

    async def leave(self) -> None:
        """Store what still can be, for a few seconds, and let go. The stream stays open."""
        try:
            with suppress(Fenced, Unavailable, TimeoutError):
                async with asyncio.timeout(GOODBYE):
                    await self.flush()
        finally:
            commits.writer().leave(self._tail)

    def _require(self) -> None:
        if self._tail.error is not None:
            raise self._tail.error

    async def _until_changed(self) -> None:
        change = self._change
        self._require()
        await change.wait()
        self._require()

    def _news(self) -> None:
        """On the event loop, after the writer has changed the tail."""
        self._change.set()
        self._change = asyncio.Event()
        if self._tail.stored != self._known:
            self._known = self._tail.stored
            self._on_stored(self._known)
        if self._tail.error is not None and not self._failed:
            self._failed = True
            self._on_failed(self._tail.error)
