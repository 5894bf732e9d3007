"""`/ws/rooms/{room_id}`: what happens in a room as it happens, and the voice of whoever speaks there."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import orjson

from core import outbox
from core.errors import DomainError
from core.events import ErrorOccurred, SessionExpired
from core.hub import Message
from core.sockets import CLOSE_CODES, LiveConsumer, in_thread
from rooms import events, selectors
from rooms.errors import NotParticipant, RoomClosed, RoomNotFound
from rooms.services import presence, speaker

from . import company
from .asked import Asked, AudioEnd, AudioStart, Heartbeat
from .feed import Feed
from .voice import Voice

FAREWELL = 2.0
"""Seconds for which a socket that is to be closed waits for events that it misses."""


def numbered(body: dict) -> str:
    """An event with the room's own number: the same text for all sockets."""
    event = {name: body[key] for name, key in (("type", "event"), ("payload", "payload"))}
    return orjson.dumps(event | {"ts": body["ts"], "seq": body["seq"]}).decode()


class RoomSocket(LiveConsumer):
    """Tells participants what happens in their room, in order and without loss; never joins by itself."""

    tells = (
        events.SpeakerChanged,
        events.MessageCreated,
        events.TranscriptPartial,
        events.ParticipantJoined,
        events.ParticipantLeft,
        events.ObserverJoined,
        events.ObserverLeft,
        events.RoomChanged,
        events.RoomClosed,
        events.AudioRefused,
        events.Refetch,
        ErrorOccurred,
        SessionExpired,
    )
    takes = (Heartbeat, AudioStart, AudioEnd)
    hears = "What the speaker says: samples (signed, 16 bit, little-endian), cut anywhere."
    asks = Asked
    closes = {4409: "The room is closed (`ROOM_CLOSED`)."}

    told = 0
    """Number of the last event that was told."""

    def authorize(self, user: Any) -> Iterable[str]:
        self.asked = Asked.of_query(self.scope["query_string"])
        self.room_id = self.scope["url_route"]["kwargs"]["room_id"]
        selectors.participating(user, self.room_id)
        self.pair = (self.room_id, user.pk)
        if presence.keep([self.pair]):
            raise NotParticipant
        return [events.group_of(self.room_id), events.group_of_person(self.room_id, user.pk)]

    async def opened(self) -> None:
        self.feed = Feed(self.room_id, self)
        self.voice = Voice(self.holder.user, self.room_id, self.asked.format, tell=self.tell)
        self.farewell: asyncio.Task | None = None
        company.here().join(self)
        try:
            await self.feed.begin(self.asked.after)
        except RoomNotFound:
            self.room_is_gone()
            return
        self.told = self.feed.last
        if await in_thread(lambda: selectors.is_closed(self.room_id)):
            self._end_because(RoomClosed)

    async def closed(self) -> None:
        """What was said is finished and posted; the speaker lock stays until its time is over."""
        if not hasattr(self, "feed"):
            return
        self.feed.end()
        if self.farewell is not None:
            self.farewell.cancel()
        try:
            await company.here().leave(self)
        finally:
            await self.voice.end()

    def deliver(self, message: Message) -> None:
        self.feed.take(message)

    def write(self, message: Message) -> None:
        super().write(message)
        self._tell_voice(message)

    async def write_in_turn(self, message: Message) -> None:
        """For what is read from the log: it waits for the client and pushes nothing out."""
        await self.outbox.put_in_turn(outbox.Frame(self.text(message)))
        self._tell_voice(message)

    def text(self, message: Message) -> str:
        """What is told to one socket only carries the number of the last event before it."""
        if message.body["event"] == events.Refetch.type:
            self.told = message.body["payload"]["seq"]
        if message.body["seq"] is None:
            return f'{message.written(self.form)[:-1]},"seq":{self.told}}}'
        self.told = message.body["seq"]
        return message.written(numbered)

    def hang_up(self, message: Message) -> None:
        """The events that say why come first, also those that have to be read."""
        self.farewell = asyncio.create_task(self._say_farewell(message))

    async def _say_farewell(self, message: Message) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await self.feed.whole()
        super().hang_up(message)

    def missed(self) -> None:
        company.here().compare_soon()

    def compare(self, newest: int) -> None:
        self.feed.compare(newest)

    def seat_is_gone(self) -> None:
        self._end_because(NotParticipant)

    def room_is_gone(self) -> None:
        self._end_because(RoomNotFound)

    def _end_because(self, error: type[DomainError]) -> None:
        self.end(CLOSE_CODES[error.kind], error.code)

    def _tell_voice(self, message: Message) -> None:
        if message.body["event"] == events.SpeakerChanged.type:
            self.voice.speaker_changed(message.body["payload"]["grant"])
        elif message.body["event"] in (events.ObserverJoined.type, events.ObserverLeft.type):
            self.voice.ears_changed()

    async def obey_heartbeat(self, control: Heartbeat) -> None:
        await in_thread(lambda: speaker.heartbeat(self.holder.user, self.room_id))

    async def obey_audio_start(self, control: AudioStart) -> None:
        await self.voice.start(control.grant)

    async def obey_audio_end(self, control: AudioEnd) -> None:
        await self.voice.finish()

    async def receive_sound(self, data: bytes) -> None:
        await self.voice.take(data)
