"""`/audio/stream`: sound of a meeting up, durably stored as it comes; acknowledgements and live text down."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from typing import Any

from audio import events
from audio.errors import Fenced, StreamTooLong
from audio.live import admission, messages
from audio.live.admission import Place
from audio.live.asked import Asked
from audio.live.messages import Close, Finalize, Gap, Keepalive, Transcribed, Warned
from audio.live.session import Session
from audio.live.telling import HEARTBEAT, IDLE
from audio.services import streams
from core import hub
from core.errors import DomainError, Kind
from core.events import ErrorOccurred, SessionExpired
from core.realtime import Event
from core.sockets import CLOSE_CODES, REFUSED, LiveConsumer
from integrations.errors import Unavailable
from meetings import selectors
from meetings.services import interim, meetings

from .transcript import Transcript

logger = logging.getLogger(__name__)

TITLE = "Live meeting"
IDLE_CLOSE = 4408
REPLACED = "REPLACED"
MOST_ERRORS = 20
"""So many messages may be wrong; then the client is not one to listen to."""
LEAVING = 3.0
"""Seconds for which a resumed stream waits for the place of its lost connection."""
GOODBYE = 20.0
"""Seconds for which a client that closes waits for its text."""
HURRY = 1.5
"""Seconds for which the completion of a meeting waits for text that it will have anyway."""
TOUCH = 30.0


class AudioStream(LiveConsumer):
    """Takes sound of a meeting, acknowledges what is durably stored, and tells what is said."""

    tells = (
        messages.SessionBegun,
        messages.SoundStored,
        messages.Transcribed,
        messages.SpeakersCorrected,
        messages.Heartbeat,
        messages.Warned,
        messages.Finalized,
        messages.StreamEnded,
        ErrorOccurred,
        SessionExpired,
    )
    takes = (Keepalive, Finalize, Close, Gap)
    hears = (
        "The next bytes of the sound, cut anywhere: samples (signed, 16 bit, little-endian) or a container."
    )
    asks = Asked
    closes = {
        IDLE_CLOSE: "Nothing came for `idle_timeout_ms` (`IDLE`); the stream can be resumed.",
        4409: "Another connection has resumed the stream (`REPLACED`), or it is closed (`STREAM_CLOSED`).",
    }

    session: Session | None = None
    places: ExitStack | None = None
    gone = False
    errors = 0
    busy = False

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        """A server may give a connection up while a thread still takes its places: they are free after."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.gone = True
            self._free()

    def _free(self) -> None:
        if self.places is not None:
            self.places.close()

    def authorize(self, user: Any) -> Iterable[str]:
        """Take the places, and begin or resume the stream. Raises DomainError, and then nothing is kept."""
        self.asked = Asked.of_query(self.scope["query_string"])
        self.place: Place | None = None
        with ExitStack() as taken:
            taken.enter_context(admission.ingests.take())
            if self.asked.resume:
                self._resume(user, taken)
            else:
                self._begin(user, taken)
            self.meeting = selectors.get(user, self.stream.meeting_id)
            self.hint = ", ".join(person["name"] for person in self.meeting.participants)
            self.offset_ms = interim.offset_ms(self.stream)
            self.places = taken.pop_all()
        if self.gone:
            self._free()
        return [events.group_of(self.stream.pk)]

    def _begin(self, user: Any, taken: ExitStack) -> None:
        meeting = selectors.get(user, self.asked.meeting_id) if self.asked.meeting_id else None
        if self.asked.transcribe or not self.asked.format.is_pcm:
            self.place = taken.enter_context(admission.transcriptions.take())
        meeting = meeting or meetings.create(user, title=TITLE)
        begun = streams.begin(
            user,
            meeting.pk,
            format=self.asked.format,
            language=self.asked.language,
            transcribe=self.asked.transcribe,
        )
        self.stream, self.token = begun.stream, begun.resume_token

    def _resume(self, user: Any, taken: ExitStack) -> None:
        """The lost connection may still hold a place: it hears of this, and leaves."""
        self.stream = streams.resume(user, self.asked.resume, at_ms=self.asked.at_ms)
        self.token = None
        if self.stream.transcribe or not streams.format_of(self.stream).is_pcm:
            self.place = taken.enter_context(admission.transcriptions.take(patience=LEAVING))

    async def opened(self) -> None:
        loop = asyncio.get_running_loop()
        self.heard_of = loop.time()
        self.transcript = Transcript(self.meeting, self.stream, offset_ms=self.offset_ms)
        self.ending: set[asyncio.Task] = set()
        try:
            self.session = await Session.begin(
                self.stream,
                token=self.token,
                at_ms=self.asked.at_ms,
                speakers=self.asked.speakers,
                hint=self.hint,
                place=self.place,
                tell=self._tell,
                failed=self.give_up,
            )
        except DomainError as error:
            self.give_up(error)
            return
        self.watch = asyncio.create_task(self._watch())

    async def closed(self) -> None:
        """The stream stays open for a resume, unless it was closed."""
        tasks = [*getattr(self, "ending", ()), *([self.watch] if hasattr(self, "watch") else ())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            if self.session is not None:
                await self.session.drop()
            if hasattr(self, "transcript"):
                await self.transcript.end()
        finally:
            self._free()

    def _tell(self, event: Event) -> None:
        self.tell(event)
        if isinstance(event, Transcribed) and event.is_final and event.text:
            self.transcript.add(event)

    def tell(self, event: Event) -> None:
        super().tell(event)
        if isinstance(event, ErrorOccurred):
            self.errors += 1
            if self.errors == MOST_ERRORS:
                self.end(REFUSED, "TOO_MANY_ERRORS")

    def give_up(self, error: DomainError) -> None:
        """Nothing more is taken: say why, and close. What was acknowledged stays."""
        code = REPLACED if type(error) is Fenced else error.code
        self.tell(ErrorOccurred(code, error.message))
        self.end(CLOSE_CODES.get(error.kind, REFUSED), code)

    async def _refuse(self, error: DomainError) -> None:
        """As on every socket, with a sentence for whoever knows that the address is right."""
        if error.kind not in (Kind.UNAUTHENTICATED, Kind.FORBIDDEN, Kind.NOT_FOUND):
            await self.accept(subprotocol=self._subprotocol())
            self.give_up(error)
        else:
            await super()._refuse(error)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.session is None:
            return
        self.busy = True
        try:
            await super().receive(text_data, bytes_data)
        finally:
            self.busy = False
            self.heard_of = asyncio.get_running_loop().time()

    async def receive_sound(self, data: bytes) -> None:
        try:
            await self.session.take(data)
        except StreamTooLong as error:
            await self._too_long(error)

    async def obey_keepalive(self, control: Keepalive) -> None:
        """That it came is all that it says."""

    async def obey_gap(self, control: Gap) -> None:
        try:
            await self.session.gap(control.ms)
        except StreamTooLong as error:
            await self._too_long(error)

    async def obey_finalize(self, control: Finalize) -> None:
        with suppress(Fenced, Unavailable):  # `give_up` was called
            stored = await self.session.flush()
            await self.transcript.settle()
            self.tell(messages.Finalized(stored.ms, stored.bytes, self.session.segments))

    async def obey_close(self, control: Close) -> None:
        await self._finish("closed", "", patience=GOODBYE)

    async def _too_long(self, error: StreamTooLong) -> None:
        self.tell(ErrorOccurred.of(error))
        await self._finish("too long", error.code, patience=HURRY)

    async def _finish(self, because: str, reason: str, *, patience: float) -> None:
        ended = await self.session.finish(because=because, patience=patience, before=self.transcript.settle)
        if ended is not None:
            self.tell(ended)
            self.end(1000, reason)

    def deliver(self, message: hub.Message) -> None:
        """What others say of the stream is not for the client as it is."""
        said = message.body["payload"]
        if message.body["event"] == events.StreamFinish.type and self.session is not None:
            work = self._finish("completed", "MEETING_COMPLETED", patience=HURRY)
            self.ending.add(asyncio.create_task(work))
        elif message.body["event"] == events.StreamTakenOver.type and said["epoch"] > self.stream.epoch:
            self.give_up(Fenced())

    async def _watch(self) -> None:
        """A heartbeat every few seconds, until the client has not been heard of for too long."""
        loop = asyncio.get_running_loop()
        touched = loop.time()
        while self.busy or loop.time() - self.heard_of < IDLE:
            await asyncio.sleep(HEARTBEAT)
            self.tell(self.session.heartbeat())
            if loop.time() - touched >= TOUCH:
                touched = loop.time()
                await self._touch()
        self.tell(
            Warned("IDLE", "Nothing came for a while. The stream can be resumed with its resume token.")
        )
        self.end(IDLE_CLOSE, "IDLE")

    async def _touch(self) -> None:
        try:
            await self.session.touch()
        except Exception:  # the database is away: the stream stays, and says so when it cannot be stored
            logger.warning("could not say that a live stream goes on", exc_info=True)
