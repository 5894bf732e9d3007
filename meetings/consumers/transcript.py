"""Final live text on its way into the meeting's transcript, beside the socket, in order and in batches."""

import asyncio
import logging

from audio.live.messages import Transcribed
from audio.models import LiveStream
from core.sockets import in_thread
from meetings.models import Meeting
from meetings.services import interim

logger = logging.getLogger(__name__)

MOST = 1000
"""Finals that may wait for a database that is away; the oldest of more are left to the final transcript."""
PAUSE = 2.0
"""Seconds until it is asked again."""


class Transcript:
    """Of one connection. What cannot be stored in the end is heard again after a resume, or at completion."""

    def __init__(self, meeting: Meeting, stream: LiveStream, *, offset_ms: int):
        self._meeting, self._stream, self._offset_ms = meeting, stream, offset_ms
        self._waiting: list[dict] = []
        self._posting: asyncio.Task | None = None

    def add(self, final: Transcribed) -> None:
        """A segment that will not change any more."""
        self._waiting.append({"start": final.start, "end": final.end, "text": final.text})
        del self._waiting[:-MOST]
        if self._posting is None or self._posting.done():
            self._posting = asyncio.create_task(self._post_all())

    async def settle(self) -> None:
        """Wait until all that was added is stored."""
        if self._posting is not None:
            await asyncio.shield(self._posting)

    async def end(self) -> None:
        """Store what is left, if it can be at once."""
        if self._posting is not None:
            await asyncio.wait({self._posting}, timeout=PAUSE)
            self._posting.cancel()

    async def _post_all(self) -> None:
        while self._waiting:
            said, self._waiting = self._waiting, []
            try:
                await in_thread(
                    lambda said=said: interim.post(
                        self._meeting, self._stream, said, offset_ms=self._offset_ms
                    )
                )
            except Exception:
                logger.warning("live text waits for the database", exc_info=True)
                self._waiting = (said + self._waiting)[-MOST:]
                await asyncio.sleep(PAUSE)
