"""What one person says in a place, on its way into the streams of the ears that are there.

The place never waits for it and never hears of its troubles: sound waits in a queue, one task stores it
through the journal, and what cannot be stored is noted with the ear. Rooms' sockets and uploads use it.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from audio.errors import Fenced, GapTooLong
from audio.media.live import LiveFormat
from audio.models import Observation
from audio.services import observations, streams
from audio.services.journal import Journal
from core.sockets import in_thread
from integrations.errors import Unavailable

logger = logging.getLogger(__name__)

MOST_WAITING = 8 * 1024 * 1024
"""Bytes of one person that may wait to be stored: four minutes of 16 kHz."""
PAUSE_MS = 500
"""A longer pause between two frames is silence in the recording; shorter ones are the network's."""
GOODBYE = 5.0
"""Seconds for which the end of a turn is tried to be stored."""


class Tap:
    """One turn of one person: `take` frames, `look` whether ears came or went, and `end` it in any case."""

    def __init__(self, kind: str, place_id: UUID, user: Any, form: LiveFormat):
        self._kind, self._place_id, self._user, self._form = kind, place_id, user, form
        self._queue: asyncio.Queue[tuple[bytes, float] | None] = asyncio.Queue()
        self._waiting = 0
        self._turns: dict[UUID, _Turn] = {}
        self._looks = True
        self._overflowed = False
        self._task = asyncio.create_task(self._run())

    def take(self, data: bytes) -> None:
        """The next frame; returns at once."""
        if self._waiting + len(data) > MOST_WAITING:
            self._overflowed = True
            return
        self._waiting += len(data)
        self._queue.put_nowait((data, time.monotonic()))

    def look(self) -> None:
        """An ear may have come or gone: ask before the next frame is stored."""
        self._looks = True
        self._queue.put_nowait((b"", time.monotonic()))

    async def end(self) -> None:
        """Return when what was taken is stored and the turn is closed, or cannot be."""
        self._queue.put_nowait(None)
        await self._task

    async def _run(self) -> None:
        while (frame := await self._queue.get()) is not None:
            self._waiting -= len(frame[0])
            if self._looks:
                await self._look()
            for turn in self._turns.values():
                await turn.take(*frame)
        for turn in self._turns.values():
            if self._overflowed:
                await turn.lose("it came faster than it could be stored")
            await turn.end()

    async def _look(self) -> None:
        try:
            ears = await in_thread(lambda: observations.listening(self._kind, self._place_id))
        except Exception:  # the database is away: asked again with the next frame
            logger.warning("could not ask who listens in %s %s", self._kind, self._place_id, exc_info=True)
            return
        self._looks = False
        for gone in self._turns.keys() - {ear.pk for ear in ears}:
            await self._turns.pop(gone).end()
        for ear in ears:
            self._turns.setdefault(ear.pk, _Turn(ear, self._user, self._form))


class _Turn:
    """The same for one ear: a live stream of its meeting, begun with the first frame."""

    def __init__(self, ear: Observation, user: Any, form: LiveFormat):
        self._ear, self._user, self._form = ear, user, form
        self._journal: Journal | None = None
        self._stream = None
        self._bytes = 0
        self._began = 0.0
        self._failed = False

    async def take(self, data: bytes, arrived: float) -> None:
        if data and not self._failed:
            await self._guarded(self._append(data, arrived))

    async def end(self) -> None:
        """What has come is stored and closed; what cannot be stored any more is lost."""
        if self._journal is None:
            return
        if not self._failed:
            await self._guarded(self._flushed())
        await self._journal.leave()
        with suppress(Exception):  # else the sweep closes it
            stream = self._stream
            await in_thread(lambda: streams.close(stream.pk, epoch=stream.epoch, because="turn ended"))

    async def lose(self, why: str) -> None:
        self._failed = True
        logger.warning("a turn in %s %s is not stored whole: %s", self._ear.kind, self._ear.place_id, why)
        with suppress(Exception):
            await in_thread(lambda: observations.note_loss(self._ear.pk))

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Fenced:
            self._failed = True  # the meeting has been completed or deleted, and wants no more
        except (GapTooLong, Unavailable, TimeoutError) as error:
            await self.lose(str(error) or type(error).__name__)
        except Exception as error:
            logger.exception("a turn for observation %s stumbled", self._ear.pk)
            await self.lose(type(error).__name__)

    async def _append(self, data: bytes, arrived: float) -> None:
        lasts = len(data) / self._form.frame / self._form.sample_rate
        if self._journal is None:
            self._began = arrived - lasts
            await self._begin()
        pause_ms = round(1000 * (arrived - lasts - self._began)) - self._form.ms_of(self._bytes)
        if pause_ms > PAUSE_MS:
            await self._silence(self._form.bytes_of(pause_ms))
        await self._journal.append(data)
        self._bytes += len(data)

    async def _begin(self) -> None:
        ago = timedelta(seconds=max(0.0, time.monotonic() - self._began))
        begun = await in_thread(
            lambda: streams.begin(
                self._user,
                self._ear.meeting_id,
                format=self._form,
                transcribe=False,
                observation=self._ear,
                ago=ago,
            )
        )
        self._stream = begun.stream
        self._journal = Journal(self._stream)

    async def _silence(self, size: int) -> None:
        odd = -self._bytes % self._form.frame
        await self._journal.append(bytes(size + odd))
        self._bytes += size + odd

    async def _flushed(self) -> None:
        async with asyncio.timeout(GOODBYE):
            await self._journal.flush()


def keep(kind: str, place_id: UUID, user: Any, form: LiveFormat, samples: bytes) -> None:
    """Store what somebody has handed in as a whole, for the ears that are there. Never raises.

    It ends now: its beginning lies as long ago as it lasts. For threads without an event loop.
    """

    async def kept() -> None:
        tap = Tap(kind, place_id, user, form)
        tap.take(samples)
        await tap.end()

    try:
        if observations.listening(kind, place_id):
            asyncio.run(kept())
    except Exception:
        logger.exception("what was handed in for %s %s is not observed", kind, place_id)
