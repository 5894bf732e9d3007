"""What every live socket has in common: who may listen, what is told in which order, controls, the end.

A subclass gives `authorize` (one selector call), `obey_TYPE` for each control that it `takes`, and, where its
document writes events its own way, `form`. Events come from the process's hub and leave by a bounded outbox.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, ClassVar

import orjson
from channels.db import DatabaseSyncToAsync
from channels.generic.websocket import AsyncWebsocketConsumer

from core import bearer, controls, hub, outbox, realtime, vigil
from core.errors import DomainError, Kind, NotFound
from core.events import ErrorOccurred, SessionExpired
from core.realtime import Control, Event

logger = logging.getLogger(__name__)

CLOSE_CODES = {
    Kind.UNAUTHENTICATED: 4401,
    Kind.FORBIDDEN: 4403,
    Kind.NOT_FOUND: 4404,
    Kind.CONFLICT: 4409,
    Kind.UNAVAILABLE: 4503,
}
REFUSED = 4400
BROKEN = 1011
TRY_LATER = 1013
SLOW_READER = "SLOW_READER"
CLOSES: dict[int, str] = {
    1000: "The conversation is over; nothing is wrong.",
    BROKEN: "A fault of ours: connect again.",
    1012: "The server restarts or ends: connect again.",
    TRY_LATER: "You read too slowly (`SLOW_READER`): connect again, and go on after the last `seq`.",
    REFUSED: "The query or a message is not what this socket takes; the reason says what.",
    4401: "No good token, or one that has expired (`TOKEN_EXPIRED`) or was ended (`SESSION_ENDED`).",
    4403: "There, but not for you; the reason is the code of the REST API.",
    4404: "Nothing is here, or nothing that you may know of.",
    4503: "No more of these at the moment: try again later.",
}
"""What each code means on every socket; `closes` of a consumer has the others."""
WRITE_PATIENCE = 20.0
"""Seconds that a client has to take one message."""
CLOSE_PATIENCE = 5.0
"""Seconds to get rid of a close frame; after that the connection is left to the server."""


async def in_thread(work: Callable[[], Any]) -> Any:
    """Run what may ask the database beside the event loop."""
    return await DatabaseSyncToAsync(work, thread_sensitive=False)()


class LiveConsumer(AsyncWebsocketConsumer):
    """A socket that tells its client the events of some groups, and a member of the hub.

    What it `tells`, `takes`, `hears` and `asks` is its description: `core.asyncapi` writes it down.
    """

    tells: ClassVar[tuple[type[Event], ...]] = ()
    """Every event that may come down, besides those of every socket (`core.events`)."""
    takes: ClassVar[tuple[type[Control], ...]] = ()
    """Every control message that may go up; `audio.end` is obeyed by `async obey_audio_end(control)`."""
    hears: ClassVar[str] = ""
    """What binary frames carry up, in a sentence; empty where none are taken."""
    asks: ClassVar[type | None] = None
    """A dataclass whose fields are the parameters of the query; those with a default may be left out."""
    closes: ClassVar[Mapping[int, str]] = {}
    """Close codes of its own, each with a sentence, besides those of every socket."""

    sent = 0
    holder: bearer.Holder

    def authorize(self, user: Any) -> Iterable[str]:
        """The groups to listen to. Runs in a thread and may ask the database. Raises DomainError."""
        raise NotImplementedError

    def snapshot(self) -> Iterable[Event]:
        """What a client is told first, once it listens: the present state. Runs in a thread."""
        return ()

    @staticmethod
    def form(body: dict) -> str:
        """A message of `core.realtime` as JSON, but for `seq`; written once for all sockets."""
        event = {"type": body["event"], "payload": body["payload"], "ts": body["ts"]}
        return orjson.dumps(event).decode()

    def text(self, message: hub.Message) -> str:
        """A message as it goes over the wire: `{type, payload, ts, seq}`; `seq` counts from 1 per socket."""
        self.sent += 1
        return f'{message.written(self.form)[:-1]},"seq":{self.sent}}}'

    def tell(self, event: Event) -> None:
        """Tell this client alone."""
        self.write(hub.Message(realtime.message_of(event)))

    def write(self, message: hub.Message) -> None:
        """Put a message into the outbox; a client that lets it overflow is a slow reader."""
        try:
            self.outbox.put(outbox.Frame(self.text(message), message.body["droppable"]))
        except outbox.Overflow:
            self.fall_behind()

    def end(self, code: int, reason: str) -> None:
        """Close once everything is written that was told before."""
        self.outbox.close(code, reason)

    def fall_behind(self) -> None:
        """Close before something durable is lost; nothing more is written, so that no gap is hidden."""
        self.outbox.close(TRY_LATER, SLOW_READER, at_once=True)
        if self._deadline is not None and not self._deadline.expired():
            self._deadline.reschedule(asyncio.get_running_loop().time())

    async def opened(self) -> None:
        """Called once the client is accepted and the hub joined, while messages are still held back."""
        for event in await in_thread(lambda: list(self.snapshot())):
            self.tell(event)

    async def closed(self) -> None:
        """Called once a socket that was accepted has ended, for whatever reason, and has left the hub."""

    def deliver(self, message: hub.Message) -> None:
        """The one handler of events."""
        self.write(message)

    def hang_up(self, message: hub.Message) -> None:
        """The handler of `core.realtime.hang_up`."""
        code, reason = message.body["code"], message.body["reason"]
        if code == CLOSE_CODES[Kind.UNAUTHENTICATED]:
            self.expire(reason)
        else:
            self.end(code, reason)

    def take(self, message: hub.Message) -> None:
        """As a member of the hub. What comes before the snapshot is told is held back until then."""
        if self._held is None:
            (self.hang_up if message.body["type"] == "hang_up" else self.deliver)(message)
        elif len(self._held) < outbox.MOST_FRAMES:
            self._held.append(message)
        else:
            self.fall_behind()

    def missed(self) -> None:
        """As a member of the hub; whoever misses an event reads the state over REST."""

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            if text_data is None:
                await self.receive_sound(bytes_data or b"")
            else:
                control = controls.parse(text_data, self.takes)
                await getattr(self, f"obey_{control.type.replace('.', '_')}")(control)
        except DomainError as error:
            self.tell(ErrorOccurred.of(error))

    async def receive_sound(self, data: bytes) -> None:
        """The next binary frame. Raises DomainError, which the client is told."""
        raise controls.NoSound

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        """One connection: a task that reads, one that writes; when either ends, so does the other."""
        self.scope, self.base_send = scope, send
        self.outbox = outbox.Outbox()
        self._groups: list[str] = []
        self._held: list[hub.Message] | None = []
        self._deadline: asyncio.Timeout | None = None
        reading = asyncio.create_task(self._read(receive))
        writing = asyncio.create_task(self._write())
        try:
            await asyncio.wait({reading, writing}, return_when=asyncio.FIRST_COMPLETED)
            if reading.done() and reading.exception() is not None:
                self.outbox.close(BROKEN, "INTERNAL_ERROR", at_once=True)
                await writing
                raise reading.exception()
        finally:
            await self._leave(reading, writing)

    async def _read(self, receive: Callable) -> None:
        pace = controls.Pace()
        while (message := await receive())["type"] != "websocket.disconnect":
            if message["type"] == "websocket.connect":
                await self.connect()
            elif self._groups:  # who was refused is not heard
                await self._leave_turns(message, pace)
                await self.receive(message.get("text"), message.get("bytes"))

    async def _leave_turns(self, message: dict, pace: controls.Pace) -> None:
        """Before each message, to other sockets; before controls, which may ask the database, for longer."""
        is_control = message.get("text") is not None
        await asyncio.sleep(pace.pause(asyncio.get_running_loop().time()) if is_control else 0.0)

    async def _write(self) -> None:
        """The only writer, so that a client that does not read holds up nobody but itself."""
        while isinstance(item := await self.outbox.get(), outbox.Frame):
            try:
                async with asyncio.timeout(WRITE_PATIENCE) as self._deadline:
                    await self.send(text_data=item.text)
            except TimeoutError:
                self.outbox.close(TRY_LATER, SLOW_READER, at_once=True)
            except (OSError, RuntimeError):  # the connection is gone
                return
            finally:
                self._deadline = None
        with suppress(OSError, RuntimeError):
            async with asyncio.timeout(CLOSE_PATIENCE):
                await self.close(code=item.code, reason=item.reason)

    async def _leave(self, *tasks: asyncio.Task) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._groups:
            vigil.here().leave(self)
            await hub.here().leave(self, *self._groups)
            await self.closed()

    async def connect(self) -> None:
        try:
            groups = list(await in_thread(self._admit))
        except DomainError as error:
            await self._refuse(error)
            return
        self._groups = [*groups, bearer.group_of(self.holder.session_id)]
        await hub.here().join(self, *self._groups)
        await self.accept(subprotocol=self._subprotocol())
        vigil.here().join(self)
        await self.opened()
        held, self._held = self._held or [], None
        for message in held:
            self.take(message)

    def _admit(self) -> Iterable[str]:
        self.holder = bearer.holder(bearer.of_socket(self.scope))
        return self.authorize(self.holder.user)

    def expire(self, code: str) -> None:
        """The token is worth nothing any more: say so, and close."""
        self.tell(SessionExpired(code))
        self.end(CLOSE_CODES[Kind.UNAUTHENTICATED], code)

    def _subprotocol(self) -> str | None:
        return bearer.SUBPROTOCOL if bearer.SUBPROTOCOL in (self.scope.get("subprotocols") or ()) else None

    async def _refuse(self, error: DomainError) -> None:
        """Accept and close: a socket that is refused before shows no close code to a browser."""
        await self.accept(subprotocol=self._subprotocol())
        self.end(CLOSE_CODES.get(error.kind, REFUSED), error.code)


class NoSuchSocket(LiveConsumer):
    """Answers at every address where nothing listens."""

    def authorize(self, user: Any) -> Iterable[str]:
        raise NotFound
