"""One connection of a live stream: sound is stored first and heard after, and its client is told of both.

The consumer of `/audio/stream` makes it and hands it what comes; it knows neither socket nor meeting.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from django.conf import settings

from audio.errors import (
    Fenced,
    FrameTooLarge,
    GapTooLong,
    NoLiveText,
    NotSound,
    StorageAway,
    StreamTooLong,
)
from audio.media.errors import MediaError, TooLong
from audio.media.live import LiveFormat
from audio.models import LiveStream
from audio.services import streams
from audio.services.journal import SILENCE, Journal
from audio.services.tail import Stored
from core.controls import ControlInvalid
from core.errors import DomainError
from core.realtime import Event
from core.sockets import in_thread
from integrations.errors import Unavailable

from . import feeding, messages, telling
from .admission import Place
from .containers import Decoder
from .feeding import Feed
from .hearing import Hearing
from .telling import ACK_EVERY, MAX_FRAME, SEGMENTS_PER_EPOCH
from .told import NO_LIVE_TEXT, Heard, SpeakersRevised, Told

logger = logging.getLogger(__name__)

BEHIND = "Live text is far behind: some of it is left out, and comes when the meeting is completed."
SETTLING = 20.0
"""Seconds for which nothing else is read from a client that has asked for its text."""

Tell = Callable[[Event], None]
Fail = Callable[[DomainError], None]


class Session:
    """`begin` it, hand it frames, `finish` or leave it, and `drop` it in any case.

    `tell` gets every message for the client and must not wait. `failed` is called once, with the error after
    which nothing more is taken: Fenced, StorageAway, NotSound, StreamTooLong.
    """

    def __init__(self, stream: LiveStream, *, place: Place | None, tell: Tell, failed: Fail):
        self.stream = stream
        self.format = streams.format_of(stream)
        self.received = stream.stored_bytes
        self.segments = 0
        self.ended = False
        self._first_segment = stream.epoch * SEGMENTS_PER_EPOCH
        self._tell, self._fail, self._place = tell, failed, place
        self._journal = Journal(stream, on_stored=self._on_stored, on_failed=self._on_failed)
        self._hearing: Hearing | None = None
        self._decoder: Decoder | None = None
        self._feed: Feed | None = None
        self._skip = self._discard = 0
        self._gap = False
        self._ack: asyncio.TimerHandle | None = None
        self._acked = 0.0

    @classmethod
    async def begin(
        cls,
        stream: LiveStream,
        *,
        token: str | None,
        at_ms: int | None,
        speakers: bool,
        hint: str,
        place: Place | None,
        tell: Tell,
        failed: Fail,
    ) -> "Session":
        """Tell of the session and be ready for frames. Raises GapTooLong, Fenced, StorageAway."""
        session = cls(stream, place=place, tell=tell, failed=failed)
        try:
            await session._begin(token, at_ms, speakers=speakers, hint=hint)
        except Unavailable as error:
            await session.drop()
            raise StorageAway from error
        except BaseException:
            await session.drop()
            raise
        return session

    async def _begin(self, token: str | None, at_ms: int | None, *, speakers: bool, hint: str) -> None:
        start_ms = feeding.start_of(self.stream)
        warning = (
            await self._listen(start_ms, speakers=speakers, hint=hint) if self.stream.transcribe else None
        )
        greeting = telling.greeting(
            self.stream,
            self.format,
            token,
            hears=self._hearing is not None,
            heard_ms=start_ms,
            first=self._first_segment,
        )
        self._tell(greeting)
        if warning is not None:
            self._tell(messages.Warned(NO_LIVE_TEXT, warning))
        if not self.format.is_pcm:
            self._discard = 2 * 16 * start_ms
            self._decoder = await Decoder.begin(
                self.format.encoding,
                longest=settings.MAX_AUDIO_DURATION.total_seconds(),
                take=self._decoded,
                failed=self._not_decoded,
            )
        if self._hearing or self._decoder:
            self._feed = Feed(self.stream, start_ms, hearing=self._hearing, decoder=self._decoder)
        if at_ms is not None:
            await self._align(at_ms)

    async def _listen(self, start_ms: int, *, speakers: bool, hint: str) -> str | None:
        """A sentence where there is no live text."""
        try:
            self._hearing = await Hearing.begin(
                self.format if self.format.is_pcm else LiveFormat(),
                language=self.stream.language,
                hint=hint,
                start_ms=start_ms,
                speakers=speakers,
                tell=self._heard,
                place=self._place,
            )
        except NoLiveText as error:
            return error.message
        return None

    async def _align(self, at_ms: int) -> None:
        """Go on at the client's time: skip what is stored already, or be silent up to there."""
        self._skip = await self._journal.align(at_ms)
        gap = self._journal.stored.bytes - self.received
        self.received += gap
        if self._feed and gap:
            self._feed.skip(gap)

    async def take(self, data: bytes) -> None:
        """A binary frame. Raises FrameTooLarge, StreamTooLong; a stream that has ended takes nothing."""
        if len(data) > MAX_FRAME:
            raise FrameTooLarge
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        await self._take(data[skipped:])

    async def gap(self, ms: int) -> None:
        """Sound is missing that lasted so long. Raises ControlInvalid, GapTooLong, StreamTooLong."""
        if not self.format.is_pcm:
            raise ControlInvalid("A container has times of its own: it needs no gap.")
        if ms > streams.LONGEST_GAP_MS:
            raise GapTooLong
        missing = self.format.bytes_of(ms)
        skipped = min(self._skip, missing)
        self._skip -= skipped
        for at in range(0, missing - skipped, len(SILENCE)):
            await self._take(SILENCE[: missing - skipped - at])

    async def _take(self, data: bytes) -> None:
        if self.ended or not data:
            return
        self._require_room(len(data))
        self.received += len(data)
        try:
            await self._journal.append(data, end_ms=self._decoder.position_ms if self._decoder else None)
        except (Fenced, Unavailable):
            return  # `failed` was told
        if self._feed:
            self._warn_of_gaps(not await self._feed.put(data))

    def _warn_of_gaps(self, gap: bool) -> None:
        """Once when live text begins to leave something out."""
        if gap and not self._gap:
            self._tell(messages.Warned(NO_LIVE_TEXT, BEHIND))
        self._gap = gap

    def _require_room(self, size: int) -> None:
        longest = settings.MAX_AUDIO_DURATION.total_seconds() * 1000
        size += self.received
        too_long = self.format.is_pcm and self.format.ms_of(size) > longest
        if too_long or size > settings.MAX_AUDIO_FILE_SIZE:
            raise StreamTooLong

    async def flush(self) -> Stored:
        """All that was taken is stored, and its text told if it does not take long.

        Raises Fenced, Unavailable.
        """
        stored = await self._journal.flush()
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLING):
                if self._feed:
                    await self._feed.settle()
        return self._stored(stored)

    async def finish(
        self, *, because: str, patience: float, before: Callable[[], Awaitable[None]]
    ) -> messages.StreamEnded | None:
        """Store what was taken, wait `patience` seconds for its text and for `before`, and close the stream.

        None where somebody else does so already, or where nothing more may be said about the stream.
        """
        if self.ended:
            return None
        self.ended = True
        try:
            stored = await self._journal.flush()
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    if self._feed:
                        await self._feed.settle()
                    await before()
            await self._close(because)
        except (Fenced, Unavailable):
            return None  # `failed` was told
        stored = self._stored(stored)
        return messages.StreamEnded(
            stream_id=str(self.stream.pk),
            meeting_id=str(self.stream.meeting_id),
            stored_ms=stored.ms,
            stored_bytes=stored.bytes,
            segments=self.segments,
            duration_ms=stored.ms,
        )

    async def _close(self, because: str) -> None:
        held = {"epoch": self.stream.epoch}
        ms = self.position_ms

        def close() -> None:
            if self._decoder:
                streams.lasts(self.stream.pk, ms=ms, **held)
            streams.close(self.stream.pk, because=because, **held)

        await in_thread(close)

    async def touch(self) -> None:
        """The client lives, though it sends nothing; a stream that was taken over is noticed here."""
        if not await in_thread(lambda: streams.touch(self.stream.pk, epoch=self.stream.epoch)):
            self._on_failed(Fenced())

    async def drop(self) -> None:
        """Let go of everything; the stream stays open unless it was finished."""
        self.ended = True
        if self._ack is not None:
            self._ack.cancel()
        if self._feed is not None:
            self._feed.drop()
        if self._hearing is not None:
            self._hearing.drop()
        if self._place is not None:
            self._place.free()
        await self._journal.leave()
        if self._decoder is not None:
            ms = self._decoder.position_ms
            await self._decoder.drop()
            await in_thread(lambda: streams.lasts(self.stream.pk, epoch=self.stream.epoch, ms=ms))

    @property
    def position_ms(self) -> int:
        """How much sound has come; of a container, as far as it is decoded."""
        if self.format.is_pcm:
            return self.format.ms_of(self.received)
        return self._decoder.position_ms if self._decoder else self.stream.stored_ms

    def heartbeat(self) -> messages.Heartbeat:
        hearing = self._hearing
        behind = self._feed.seconds if self._feed else 0.0
        return messages.Heartbeat(
            lag_ms=round(1000 * (behind + hearing.lag)) if hearing else 0,
            rtf=round(hearing.rtf, 3) if hearing else 0.0,
            received_ms=self.position_ms,
            stored_ms=self._journal.stored.ms,
        )

    async def _heard(self, told: Told) -> None:
        """What the hearing tells, as a message."""
        if isinstance(told, Heard):
            message = telling.transcribed(told, first=self._first_segment)
            self.segments += message.is_final and bool(message.text)
        elif isinstance(told, SpeakersRevised):
            pairs = ((self._first_segment + segment, name) for segment, name in told.speakers)
            message = messages.SpeakersCorrected(tuple(messages.SegmentSpeaker(*pair) for pair in pairs))
        else:
            message = messages.Warned(told.code, told.detail)
        self._tell(message)

    async def _decoded(self, pcm: bytes) -> None:
        """Samples of a container; of a resumed one, those that were heard before are not heard again."""
        known = min(self._discard, len(pcm))
        self._discard -= known
        if self._hearing is not None and len(pcm) > known:
            await self._hearing.take(pcm[known:])

    def _not_decoded(self, error: MediaError | OSError) -> None:
        if isinstance(error, TooLong):
            self._fail(StreamTooLong())
        elif isinstance(error, MediaError):
            self._fail(NotSound())
        else:
            logger.warning("a live container is not decoded any more: %s", error)
            self._tell(messages.Warned(NO_LIVE_TEXT, NoLiveText.message))

    def _on_failed(self, error: Fenced | Unavailable) -> None:
        self.ended = True
        self._fail(error if isinstance(error, Fenced) else StorageAway())

    def _on_stored(self, stored: Stored) -> None:
        """Acknowledge soon: what is stored meanwhile is in the same message."""
        loop = asyncio.get_running_loop()
        if self._ack is None:
            self._ack = loop.call_at(max(loop.time(), self._acked + ACK_EVERY), self._acknowledge)

    def _acknowledge(self) -> None:
        self._ack, self._acked = None, asyncio.get_running_loop().time()
        stored = self._journal.stored
        self._tell(messages.SoundStored(stored.ms, stored.bytes))

    def _stored(self, stored: Stored) -> Stored:
        """Of a container, whose end is decoded after it was stored, with the time that is known by now."""
        return stored if self.format.is_pcm else Stored(stored.bytes, max(stored.ms, self.position_ms))
