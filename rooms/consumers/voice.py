"""The sound that one socket sends into its room: whose it is, by which grant, and what becomes of it.

The grant is taken with the first frame. When it ends, what was said under it is finished and posted; frames
that come later are refused.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from audio.live.hearing import Hearing
from audio.live.tap import Tap
from audio.media.live import LiveFormat
from core.errors import DomainError, Kind
from core.realtime import Event
from core.sockets import in_thread
from rooms.events import AudioRefused
from rooms.services import observers, speaker
from rooms.services.speaker import Grant

from .utterance import Arrivals, Utterances

logger = logging.getLogger(__name__)

MOST_BYTES = 256 * 1024
"""Of one frame."""
REMEMBERED = 1.0
"""Seconds for which a refusal holds without asking the database again."""
LOOK = 2.0
"""Seconds between two looks at the grant, should the news of its end be lost."""
IDLE = 10.0
"""Seconds without a frame after which the place of a speaker is for others; what was said is finished."""


class FrameTooLarge(DomainError):
    kind = Kind.TOO_LARGE
    code = "FRAME_TOO_LARGE"
    message = f"A binary frame may have {MOST_BYTES // 1024} KB at most."


class Speech:
    """What is said under one grant through one socket."""

    tap: Tap

    def __init__(self, grant: Grant, form: LiveFormat, *, user: Any, tell: Callable[[Event], None]):
        self.grant = grant
        self._user = user
        self.spoke = time.monotonic()
        self._form = form
        self._bytes = 0
        self._arrivals = Arrivals()
        self._utterances = Utterances(grant, self._arrivals, tell=tell)
        self._hearing: Hearing | None = None

    async def begin(self) -> None:
        """Raises LiveFull, NoLiveText."""
        self._hearing = await Hearing.begin(
            self._form, language=self.grant.language, tell=self._utterances.heard
        )
        self.tap = Tap(observers.KIND, self.grant.room_id, self._user, self._form)

    async def take(self, data: bytes) -> None:
        self.spoke = time.monotonic()
        self.tap.take(data)
        self._bytes += len(data)
        self._arrivals.note(self._bytes / self._form.frame / self._form.sample_rate)
        await self._hearing.take(data)

    async def end(self) -> None:
        """Hear what is left, post it, and free the place."""
        await self._hearing.end()
        await self._utterances.end()


class Voice:
    """All that one socket says, from its opening to its end."""

    def __init__(self, user: Any, room_id: UUID, form: LiveFormat, *, tell: Callable[[Event], None]):
        self._user, self._room_id, self._form, self._tell = user, room_id, form, tell
        self._speech: Speech | None = None
        self._looking: asyncio.Task | None = None
        self._ending: asyncio.Task | None = None
        self._observed: set[asyncio.Task] = set()
        self._bound: int | None = None
        self._refused = ""
        self._refused_until = 0.0
        self._odd = 0

    async def take(self, data: bytes) -> None:
        """The next frame: heard, or refused; a run of refused frames is answered once."""
        skipped = self._skipped(data)
        if len(data) > MOST_BYTES:
            self._refuse(FrameTooLarge(), remembered=0.0)
        elif self._speech is not None:
            await self._speech.take(data)
        elif time.monotonic() >= self._refused_until:
            try:
                speech = await self._begun()
            except DomainError as error:
                self._refuse(error)
            else:
                await speech.take(data[skipped:])

    async def start(self, grant: int | None) -> None:
        """Frames from here on are spoken with this grant, or with any. What was said before is finished."""
        await self.finish()
        self._bound, self._refused, self._refused_until = grant, "", 0.0

    async def finish(self) -> None:
        """What is open becomes a message, while the socket goes on."""
        self._end_speech()

    async def end(self) -> None:
        """Return when all that was said is posted."""
        self._end_speech()
        if self._ending is not None:
            await self._ending
        await asyncio.gather(*self._observed)

    def ears_changed(self) -> None:
        """An observer has come or gone."""
        if self._speech is not None:
            self._speech.tap.look()

    def speaker_changed(self, grant: int | None) -> None:
        """Somebody else has the word, or nobody. That may be old news; only a newer grant proves itself."""
        self._refused_until = 0.0
        if self._speech is not None and grant is not None and grant > self._speech.grant.number:
            self._end_speech()
        elif self._speech is not None:
            self._look_now()

    def _skipped(self, data: bytes) -> int:
        """Bytes of the frame that are the rest of a sample whose beginning may have been refused."""
        rest = -self._odd % self._form.frame
        self._odd = (self._odd + len(data)) % self._form.frame
        return min(rest, len(data))

    async def _begun(self) -> Speech:
        """Raises DomainError. What was said before comes first, so the messages keep its order."""
        grant = await in_thread(lambda: speaker.require(self._user, self._room_id, self._bound))
        if self._ending is not None:
            await self._ending
        speech = Speech(grant, self._form, user=self._user, tell=self._tell)
        await speech.begin()
        self._speech, self._refused = speech, ""
        self._looking = asyncio.create_task(self._look(speech, delay=LOOK))
        return speech

    def _look_now(self) -> None:
        self._looking.cancel()
        self._looking = asyncio.create_task(self._look(self._speech, delay=0.0))

    async def _look(self, speech: Speech, *, delay: float) -> None:
        """End the speech when its grant has ended, or nothing has come for long."""
        while True:
            await asyncio.sleep(delay)
            delay = LOOK
            try:
                await in_thread(lambda: speaker.require(self._user, self._room_id, speech.grant.number))
            except DomainError:
                break
            except Exception:  # the database is away: the grant may go on
                logger.warning("could not ask whether a grant goes on", exc_info=True)
            if time.monotonic() - speech.spoke > IDLE:
                break
            speech.tap.look()  # should the news of an observer be lost
        if speech is self._speech:
            self._looking = None
            self._end_speech()

    def _end_speech(self) -> None:
        speech, self._speech = self._speech, None
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        if speech is not None:
            self._ending = asyncio.create_task(self._end_in_turn(self._ending, speech))
            # Beside it: a storage that is slow holds up no message and nobody who speaks next.
            observed = asyncio.create_task(speech.tap.end())
            self._observed.add(observed)
            observed.add_done_callback(self._observed.discard)

    async def _end_in_turn(self, before: asyncio.Task | None, speech: Speech) -> None:
        if before is not None:
            await before
        try:
            await speech.end()
        except Exception:
            logger.exception("what was said last in room %s is lost", self._room_id)

    def _refuse(self, error: DomainError, *, remembered: float | None = None) -> None:
        self._refused_until = time.monotonic() + (REMEMBERED if remembered is None else remembered)
        if self._refused != error.code:
            self._refused = error.code
            self._tell(AudioRefused(room_id=str(self._room_id), code=error.code, detail=error.message))
