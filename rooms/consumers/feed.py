"""What a socket tells of its room: every event once and in order, from the hub, else from the log.

Events may be lost between processes, come twice, or in another order; their numbers show it.
"""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Protocol
from uuid import UUID

from core import realtime
from core.hub import Message
from core.sockets import in_thread
from rooms import selectors
from rooms.errors import RoomNotFound
from rooms.events import Refetch
from rooms.models import RoomEvent
from rooms.services import log

from .sequence import Sequence

logger = logging.getLogger(__name__)

OVERTAKING = 0.05
"""Seconds for which a missing event may be on its way: two that are published at once overtake each other."""
AGAIN = 1.0
"""Seconds until the log is asked again that did not answer."""


class Listener(Protocol):
    """The socket, as the feed needs it."""

    def write(self, message: Message) -> None: ...

    def write_in_turn(self, message: Message) -> Awaitable[None]: ...

    def room_is_gone(self) -> None: ...


class Feed:
    """`begin` it after the hub is joined; from then on `take` what comes from there, and `end` it."""

    def __init__(self, room_id: UUID, listener: Listener):
        self._room_id = room_id
        self._listener = listener
        self._sequence: Sequence[Message] = Sequence(0)
        self._filling: asyncio.Task | None = None

    async def begin(self, after: int | None) -> None:
        """Replay what came after that number, or begin with what is next. Raises RoomNotFound."""
        newest = await self._newest()
        self._sequence = Sequence(newest if after is None else after)
        if after is not None:
            self._sequence.hear_of(newest)
            await self._fill(newest)

    @property
    def last(self) -> int:
        """Number of the last event that was handed on, unless some are just being read."""
        return self._sequence.last

    def end(self) -> None:
        if self._filling is not None:
            self._filling.cancel()

    def take(self, message: Message) -> None:
        number = message.body["seq"]
        if self._filling is not None:
            self._sequence.park(number, message)
            return
        for each in self._sequence.take(number, message):
            self._listener.write(each)
        self._look_for_gaps()

    def compare(self, newest: int) -> None:
        """That is the number of the room's newest event: did it get here?"""
        self._sequence.hear_of(newest)
        self._look_for_gaps()

    async def whole(self) -> None:
        """Return when nothing that is known of is missing any more."""
        while self._filling is not None:
            await asyncio.wait({self._filling})

    def _look_for_gaps(self) -> None:
        if self._filling is None and self._sequence.is_behind:
            self._filling = asyncio.create_task(self._close_gap())

    async def _close_gap(self) -> None:
        """Until it is closed, all that comes is parked, so that nothing overtakes what is read."""
        await asyncio.sleep(OVERTAKING)
        try:
            while (ready := self._sequence.ready()) or self._sequence.is_behind:
                if ready:
                    await self._write(ready)
                else:
                    await self._try(self._sequence.highest)
        except RoomNotFound:
            self._listener.room_is_gone()
        finally:
            self._filling = None

    async def _try(self, known: int) -> None:
        try:
            await self._fill(known)
        except RoomNotFound:
            raise
        except Exception:  # the database is away: nothing is told until it answers
            logger.warning("a gap in the events of a room stays open for now", exc_info=True)
            await asyncio.sleep(AGAIN)

    async def _fill(self, known: int) -> None:
        last = self._sequence.last
        rows = await in_thread(lambda: log.since(self._room_id, last))
        if rows is None:
            newest = await self._newest()
            self._sequence.restart(newest)
            refetch = Refetch(room_id=str(self._room_id), seq=newest)
            self._listener.write(Message(realtime.message_of(refetch, seq=newest)))
            return
        stored = [(row.seq, _message(row)) for row in rows]
        await self._write([message for _, message in self._sequence.fill(stored, known)])

    async def _write(self, messages: list[Message]) -> None:
        for each in messages:
            await self._listener.write_in_turn(each)

    async def _newest(self) -> int:
        newest = await in_thread(lambda: selectors.newest([self._room_id]))
        if self._room_id not in newest:
            raise RoomNotFound
        return newest[self._room_id]


def _message(row: RoomEvent) -> Message:
    """A stored event as it was published."""
    return Message(
        {
            "type": "deliver",
            "event": row.type,
            "payload": row.payload,
            "seq": row.seq,
            "ts": realtime.timestamp(row.at),
            "droppable": False,
        }
    )
