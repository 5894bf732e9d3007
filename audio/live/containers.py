"""Containers of a browser's MediaRecorder as samples, decoded while they arrive.

FFmpeg meets a stranger's bytes in a child process with limits only; here they go through two pipes.
"""

import asyncio
import json
import logging
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

from audio.media import isolate
from audio.media.errors import MediaError
from audio.media.isolate import Limits
from integrations.contracts.audio import BYTES_PER_SAMPLE, RATE

logger = logging.getLogger(__name__)

KIND, LENGTH = 1, 4
"""Bytes before each message of the child, as `audio.media.live_child` has it."""
LARGEST = 16 * RATE * BYTES_PER_SAMPLE
"""Bytes of a message that a child which is itself may say."""
PIECE = 64 * 1024
DAY = 24 * 3600

Take = Callable[[bytes], Awaitable[None]]
Fail = Callable[[MediaError | OSError], None]


def limits(longest: float) -> Limits:
    """For `longest` seconds of sound: the CPU time of ten times what decoding them takes."""
    return Limits(wall=DAY, cpu=round(60 + longest / 10), memory=1 << 30, file_size=1 << 20)


class Decoder:
    """One child. `take` is awaited for its samples (16 kHz, mono, s16le), in order.

    `failed` is called once if it ends by itself: with a `MediaError`, or OSError where no sound is at fault.
    """

    def __init__(self, child: Process, *, take: Take, failed: Fail):
        self.position = 0
        """Bytes of samples that have come out."""
        self._child = child
        self._take, self._failed = take, failed
        self._marks: deque[asyncio.Future] = deque()
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def begin(cls, encoding: str, *, longest: float, take: Take, failed: Fail) -> "Decoder":
        """`longest` is how many seconds of sound there may be. Raises OSError where no child can be had."""
        order = {"encoding": encoding, "longest": longest}
        child = await asyncio.create_subprocess_exec(
            *isolate.command("audio.media.live_child", order, limits(longest)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=isolate.environment(),
            start_new_session=True,  # a Ctrl-C is for the parent, whose death is the child's
        )
        return cls(child, take=take, failed=failed)

    @property
    def position_ms(self) -> int:
        return self.position // BYTES_PER_SAMPLE * 1000 // RATE

    async def put(self, data: bytes) -> None:
        """The next bytes of the container; waits while the child is behind. After its end they are lost."""
        for at in range(0, len(data), PIECE):
            await self._write(data[at : at + PIECE])

    async def settle(self) -> None:
        """All that was put has been taken as samples afterwards, as far as it can be decoded."""
        mark = asyncio.get_running_loop().create_future()
        self._marks.append(mark)
        if self._reader.done():
            self._release()
        await self._write(b"")
        await mark

    async def drop(self) -> None:
        """End the child at once."""
        self._reader.cancel()
        with suppress(ProcessLookupError):
            self._child.kill()
        self._child.stdin.close()
        self._release()
        await self._child.wait()

    async def _write(self, data: bytes) -> None:
        with suppress(ConnectionError, RuntimeError):  # the child has ended, which the reader says
            self._child.stdin.write(len(data).to_bytes(LENGTH, "big") + data)
            await self._child.stdin.drain()

    async def _read(self) -> None:
        try:
            error = await self._until_the_end()
        except asyncio.IncompleteReadError:
            status = await self._child.wait()
            error = OSError(f"The decoder ended with status {status}.")
        self._release()
        self._failed(error)

    async def _until_the_end(self) -> MediaError | OSError:
        while True:
            head = await self._child.stdout.readexactly(KIND + LENGTH)
            kind, size = head[:KIND], int.from_bytes(head[KIND:], "big")
            if size > LARGEST:
                return OSError("The decoder is not itself any more.")
            data = await self._child.stdout.readexactly(size)
            if kind == b"S":
                self.position += size
                await self._take(data)
            elif kind == b"M" and self._marks:
                _done(self._marks.popleft())
            elif kind == b"E":
                return MediaError.from_dict(json.loads(data))

    def _release(self) -> None:
        while self._marks:
            _done(self._marks.popleft())


def _done(mark: asyncio.Future) -> None:
    if not mark.done():
        mark.set_result(None)
