"""What waits to be written to one client: bounded, so that a slow reader costs a known amount of memory."""

import asyncio
from collections import deque
from dataclasses import dataclass

MOST_FRAMES = 512
MOST_CHARACTERS = 512 * 1024


class Overflow(Exception):
    """Something durable would be lost: the client reads too slowly."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A message as it is written; what is `droppable` may be left out."""

    text: str
    droppable: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """The last of an outbox: the code and the reason to close with."""

    code: int
    reason: str


class Outbox:
    """First in, first out; over its bounds the oldest droppable frame goes first."""

    def __init__(self, *, frames: int = MOST_FRAMES, characters: int = MOST_CHARACTERS):
        self._most_frames, self._most_characters = frames, characters
        self._waiting: deque[Frame | Closing] = deque()
        self._characters = 0
        self._droppable = 0
        self._filled = asyncio.Event()
        self._emptier = asyncio.Event()
        self._closing = False

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, frame: Frame) -> None:
        """Raises Overflow, taking nothing, where durable frames fill it. After `close` nothing is taken."""
        if self._closing:
            return
        while self._is_over(frame):
            if self._droppable:
                self._drop_oldest()
            elif frame.droppable:
                return
            else:
                raise Overflow
        self._waiting.append(frame)
        self._characters += len(frame.text)
        self._droppable += frame.droppable
        self._filled.set()

    async def put_in_turn(self, frame: Frame) -> None:
        """Wait until half of the outbox is free: for a replay, which must not push others out."""
        while not self._closing and self._is_over(frame, share=2):
            self._emptier.clear()
            await self._emptier.wait()
        self.put(frame)

    def close(self, code: int, reason: str, *, at_once: bool = False) -> None:
        """The last that is written; `at_once` throws away what waits."""
        if at_once:
            self._waiting.clear()
            self._characters = self._droppable = 0
        if at_once or not self._closing:
            self._waiting.append(Closing(code, reason))
        self._closing = True
        self._filled.set()
        self._emptier.set()

    async def get(self) -> Frame | Closing:
        while not self._waiting:
            self._filled.clear()
            await self._filled.wait()
        first = self._waiting.popleft()
        if isinstance(first, Frame):
            self._characters -= len(first.text)
            self._droppable -= first.droppable
        self._emptier.set()
        return first

    def _is_over(self, frame: Frame, share: int = 1) -> bool:
        if not self._waiting:
            return False
        too_many = len(self._waiting) >= self._most_frames // share
        return too_many or self._characters + len(frame.text) > self._most_characters // share

    def _drop_oldest(self) -> None:
        oldest = next(frame for frame in self._waiting if isinstance(frame, Frame) and frame.droppable)
        self._waiting.remove(oldest)
        self._characters -= len(oldest.text)
        self._droppable -= 1
