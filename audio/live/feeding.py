"""Stored sound on its way to be heard: after a resume first what no text was made of, then what comes."""

import asyncio
import logging
from contextlib import suppress

from audio.models import LiveStream
from audio.services import parts, streams
from core.sockets import in_thread
from integrations.contracts.audio import BYTES_PER_SAMPLE, RATE
from integrations.errors import Unavailable

from .backlog import Backlog
from .containers import Decoder
from .hearing import Hearing

logger = logging.getLogger(__name__)

AGAIN_MS = 60_000
"""How much stored sound is heard again at most; what lies before has its text at completion."""


def start_of(stream: LiveStream) -> int:
    """Milliseconds of the stream from which on it is to be heard."""
    return max(stream.heard_ms, stream.stored_ms - AGAIN_MS, 0)


class Feed:
    """A line in front of hearing and decoder, so that storing does not wait for them.

    Where they are far behind, a client that sends faster than one speaks waits, because a file that is
    streamed is to be heard whole. A client that speaks cannot wait: then its samples are stored, and their
    text comes at completion. Of a container nothing can be left out, so there storing waits in the end.
    """

    def __init__(
        self, stream: LiveStream, start_ms: int, *, hearing: Hearing | None, decoder: Decoder | None
    ):
        self._stream, self._start_ms = stream, start_ms
        self._hearing, self._decoder = hearing, decoder
        form = streams.format_of(stream)
        rate = form.frame * form.sample_rate if form.is_pcm else RATE * BYTES_PER_SAMPLE
        self._line = Backlog(rate, step=0.0)
        self._rate, self._is_pcm, self._put = rate, form.is_pcm, 0
        self._began = asyncio.get_running_loop().time()
        self._task = asyncio.create_task(self._run())

    @property
    def seconds(self) -> float:
        """What waits here; of a container, roughly."""
        return self._line.seconds

    async def put(self, data: bytes) -> bool:
        """The next bytes; False where they are left out."""
        self._put += len(data)
        if await self._line.put(data, patience=self._ahead if self._is_pcm else None):
            return True
        self._line.skip(len(data))
        return False

    def skip(self, size: int) -> None:
        """So many bytes of samples are silence."""
        self._line.skip(size)

    @property
    def _ahead(self) -> float:
        """Seconds of sound that came before they can have been spoken."""
        return max(0.0, self._put / self._rate - (asyncio.get_running_loop().time() - self._began))

    async def settle(self) -> None:
        """All that was put is heard afterwards."""
        await self._line.mark()

    def drop(self) -> None:
        self._task.cancel()
        self._line.close()

    async def _run(self) -> None:
        try:
            with suppress(Unavailable):  # then that text comes later, with all the other
                await self._hear_again()
            while True:
                data, mark = await self._line.take()
                try:
                    await self._pass_on(data, flush=mark is not None)
                finally:
                    if mark is not None and not mark.done():
                        mark.set_result(None)
        except Exception:
            logger.exception("live sound is stored, but not heard any more")
            self._line.close()

    async def _pass_on(self, data: bytes, *, flush: bool) -> None:
        if data:
            await (self._decoder.put(data) if self._decoder else self._hearing.take(data))
        if flush and self._decoder:
            await self._decoder.settle()
        if flush and self._hearing:
            await self._hearing.flush()

    async def _hear_again(self) -> None:
        """What is stored already: of a container all of it, since it can be read from its beginning only."""
        form = streams.format_of(self._stream)
        start = form.bytes_of(self._start_ms) if form.is_pcm else 0
        left = self._stream.stored_bytes - start
        if left <= 0:
            return
        blocks = parts.read(self._stream.pk, start=start)
        while left and (block := await in_thread(lambda: next(blocks, b""))):
            block, left = block[:left], left - len(block[:left])
            await self._pass_on(block, flush=False)
