"""What is heard under one grant becomes partial transcripts, and a message for each utterance.

It is what a `Hearing` tells; nothing of it waits for a client.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable

from django.db import DatabaseError

from audio.live.told import Heard, Told, Trouble
from core.errors import DomainError
from core.realtime import Event
from core.sockets import in_thread
from integrations.contracts.speech import Hypothesis
from rooms.events import AudioRefused, TranscriptPartial
from rooms.services import log, messages
from rooms.services.speaker import Grant

logger = logging.getLogger(__name__)

PARTIAL_EVERY = 0.33
"""Seconds between two partial transcripts of one speaker."""
REPETITIONS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds after which posting is tried again while the database is away."""

_newest_segment = 0


def _segment_id() -> int:
    """Grows, and is unique in a room, where one grant is there at a time: milliseconds since 1970."""
    global _newest_segment
    _newest_segment = max(_newest_segment + 1, int(time.time() * 1000))
    return _newest_segment


class Arrivals:
    """When which second of the sound came in; for the true time between a word and its message."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, float]] = deque(maxlen=10_000)

    def note(self, second: float) -> None:
        """All sound before that second has come by now."""
        self._marks.append((second, time.monotonic()))

    def since(self, second: float) -> float:
        """Milliseconds since the sound of that second came; what lies before it is forgotten."""
        while len(self._marks) > 1 and self._marks[0][0] < second:
            self._marks.popleft()
        return (time.monotonic() - self._marks[0][1]) * 1000 if self._marks else 0.0


class Utterances:
    """Those of one grant, one after the other; `heard` is the `tell` of a hearing."""

    def __init__(self, grant: Grant, arrivals: Arrivals, *, tell: Callable[[Event], None]):
        self.grant = grant
        self._arrivals = arrivals
        self._tell = tell
        self._finals: list[Hypothesis] = []
        self._shown = ""
        self._wanted = ""
        self._segment = self._rev = 0
        self._turn = asyncio.Lock()
        self._showing: asyncio.Task | None = None

    async def heard(self, told: Told) -> None:
        if isinstance(told, Trouble):
            self._refuse(told.code, told.detail)
        elif isinstance(told, Heard):
            await self._take(told.hypothesis)

    async def end(self) -> None:
        """What was never said to be over is over now."""
        await self._post()

    async def _take(self, hypothesis: Hypothesis) -> None:
        if hypothesis.is_final:
            self._finals.append(hypothesis)
        if hypothesis.speech_final:
            await self._post()
            return
        interim = "" if hypothesis.is_final else hypothesis.text
        self._want(" ".join(filter(None, [self._text(), interim.strip()])))

    def _text(self) -> str:
        return " ".join(filter(None, (each.text.strip() for each in self._finals)))

    def _want(self, text: str) -> None:
        self._wanted = text
        if self._showing is None and text != self._shown:
            self._showing = asyncio.create_task(self._show())

    async def _show(self) -> None:
        """The newest text there is, now and then; what a message has overtaken is not shown."""
        while self._wanted != self._shown:
            async with self._turn:
                await self._number(self._wanted)
            await asyncio.sleep(PARTIAL_EVERY)
        self._showing = None

    async def _number(self, text: str) -> None:
        if text == self._shown:
            return
        self._shown = text
        self._segment = self._segment or _segment_id()
        self._rev += 1
        partial = TranscriptPartial(
            room_id=str(self.grant.room_id),
            sender_user_id=str(self.grant.user_id),
            segment_id=self._segment,
            rev=self._rev,
            text=text,
        )
        try:
            await in_thread(lambda: log.number(self.grant.room_id, partial))
        except (DomainError, DatabaseError):  # the message will say it, if the room is there
            logger.info("a partial transcript was not told", exc_info=True)

    async def _post(self) -> None:
        async with self._turn:
            finals, self._finals = self._finals, []
            said = [each for each in finals if each.text.strip()]
            segment, shown = self._segment or None, self._shown
            self._wanted = self._shown
            if said:
                await self._message(said, segment)
            elif shown:
                await self._number("")
            self._wanted = self._shown = ""
            self._segment = self._rev = 0

    async def _message(self, said: list[Hypothesis], segment: int | None) -> None:
        text = " ".join(each.text.strip() for each in said)
        meta = {
            "processing_time_ms": round(self._arrivals.since(said[-1].end), 2),
            "duration_ms": round((said[-1].end - said[0].start) * 1000),
            "grant": self.grant.number,
            "source": "socket",
        }
        for pause in (*REPETITIONS, None):
            try:
                await in_thread(lambda: messages.post(self.grant, text, meta=meta, segment_id=segment))
                return
            except DomainError as error:
                self._refuse(error.code, error.message)
                return
            except DatabaseError:
                logger.warning(
                    "what was said in room %s is not posted yet", self.grant.room_id, exc_info=True
                )
                if pause is None:
                    self._refuse("NOT_STORED", "What you said last could not be stored. Please say it again.")
                else:
                    await asyncio.sleep(pause)

    def _refuse(self, code: str, detail: str) -> None:
        self._tell(AudioRefused(room_id=str(self.grant.room_id), code=code, detail=detail))
