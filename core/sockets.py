"""What every live socket has in common: who may listen, one handler for all events, close codes.

A subclass gives `authorize` (one selector call) and, where its document writes events its own way, `encode`.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

import orjson
from channels.consumer import get_handler_name
from channels.db import DatabaseSyncToAsync
from channels.generic.websocket import AsyncWebsocketConsumer

from core import bearer
from core.errors import DomainError, Kind, NotFound
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
CLOSES: dict[int, str] = {
    1000: "The conversation is over; nothing is wrong.",
    1012: "The server restarts or ends: connect again.",
    REFUSED: "The query or a message is not what this socket takes; the reason says what.",
    4401: "No good token, or one that has expired (`TOKEN_EXPIRED`) or was ended (`SESSION_ENDED`).",
    4403: "There, but not for you; the reason is the code of the REST API.",
    4404: "Nothing is here, or nothing that you may know of.",
    4503: "No more of these at the moment: try again later.",
}
"""What each code means on every socket; `closes` of a consumer has the others."""
RECHECK = 30.0
"""Seconds after which a socket asks whether its session goes on, although nobody said that it ended."""


class LiveConsumer(AsyncWebsocketConsumer):
    """A socket that tells its client the events of some groups.

    What it `tells`, `takes`, `hears` and `asks` is its description: `core.asyncapi` writes it down.
    """

    tells: ClassVar[tuple[type[Event], ...]] = ()
    """Every event that may come down."""
    takes: ClassVar[tuple[type[Control], ...]] = ()
    """Every control message that may go up."""
    hears: ClassVar[str] = ""
    """What binary frames carry up, in a sentence; empty where none are taken."""
    asks: ClassVar[type | None] = None
    """A dataclass whose fields are the parameters of the query; those with a default may be left out."""
    closes: ClassVar[Mapping[int, str]] = {}
    """Close codes of its own, each with a sentence, besides those of every socket."""

    sent = 0
    holder: bearer.Holder
    _session: asyncio.Task | None = None

    def authorize(self, user: Any) -> Iterable[str]:
        """The groups to listen to. Runs in a thread and may ask the database. Raises DomainError."""
        raise NotImplementedError

    def snapshot(self) -> Iterable[Event]:
        """What a client is told first, once it listens: the present state. Runs in a thread."""
        return ()

    def encode(self, event: str, payload: dict) -> dict:
        """One event as it goes over the wire: `{type, payload, ts, seq}`; `seq` counts from 1 per socket."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"type": event, "payload": payload, "ts": now, "seq": self.sent}

    async def connect(self) -> None:
        try:
            self.groups = list(await _in_thread(self._admit))
        except DomainError as error:
            await self._refuse(error)
            return
        self.groups.append(bearer.group_of(self.holder.session_id))
        for group in self.groups:
            await self.channel_layer.group_add(group, self.channel_name)
        await self.accept(subprotocol=self._subprotocol())
        self._session = asyncio.create_task(self._watch_session())
        for event in await _in_thread(lambda: list(self.snapshot())):
            await self._tell(event.type, event.payload())

    async def deliver(self, message: dict) -> None:
        """The one handler of `core.realtime`'s messages."""
        await self._tell(message["event"], message["payload"])

    async def hang_up(self, message: dict) -> None:
        """The handler of `core.realtime.hang_up`."""
        await self.close(code=message["code"], reason=message["reason"])

    async def disconnect(self, code: int) -> None:
        if self._session is not None:
            self._session.cancel()

    async def dispatch(self, message: dict) -> None:
        """As in Channels, without its walk through a thread to close database connections at each message."""
        await getattr(self, get_handler_name(message))(message)

    def _admit(self) -> Iterable[str]:
        self.holder = bearer.holder(bearer.of_socket(self.scope))
        return self.authorize(self.holder.user)

    async def _watch_session(self) -> None:
        """Close when the token expires, or when its session has ended and the message about it was missed:
        before this socket listened, or on its way here."""
        token = bearer.of_socket(self.scope)
        while (left := (self.holder.until - datetime.now(UTC)).total_seconds()) > 0:
            try:
                await _in_thread(lambda: bearer.holder(token))
            except bearer.NotSignedIn as error:
                await self.close(code=CLOSE_CODES[error.kind], reason=error.code)
                return
            except Exception:  # the database is away: the socket stays, and asks again
                logger.warning("could not ask whether a session goes on", exc_info=True)
            await asyncio.sleep(min(left, RECHECK))
        await self.close(code=CLOSE_CODES[Kind.UNAUTHENTICATED], reason="TOKEN_EXPIRED")

    def _subprotocol(self) -> str | None:
        return bearer.SUBPROTOCOL if bearer.SUBPROTOCOL in (self.scope.get("subprotocols") or ()) else None

    async def _tell(self, event: str, payload: dict) -> None:
        self.sent += 1
        await self.send(text_data=orjson.dumps(self.encode(event, payload)).decode())

    async def _refuse(self, error: DomainError) -> None:
        """Accept and close: a socket that is refused before shows no close code to a browser."""
        self.groups = []
        await self.accept(subprotocol=self._subprotocol())
        await self.close(code=CLOSE_CODES.get(error.kind, REFUSED), reason=error.code)


class NoSuchSocket(LiveConsumer):
    """Answers at every address where nothing listens."""

    def authorize(self, user: Any) -> Iterable[str]:
        raise NotFound


async def _in_thread(work: Any) -> Any:
    return await DatabaseSyncToAsync(work, thread_sensitive=False)()
