"""The open room sockets of a process: they keep their seats, and are compared with their rooms, all at once.

There is one company per event loop, with one task while anybody is there.
"""

import asyncio
import logging
import weakref
from collections import defaultdict
from typing import Protocol
from uuid import UUID

from core.sockets import in_thread
from rooms import selectors
from rooms.services import presence
from rooms.services.presence import Pair

logger = logging.getLogger(__name__)

KEEP = 10.0
"""Seconds between two looks at the seats: less than half of the grace after a socket."""
COMPARE_EVERY = 2
"""Every so many looks the numbers of the newest events are compared, too."""


class Guest(Protocol):
    """A socket of somebody in a room."""

    pair: Pair

    def seat_is_gone(self) -> None: ...

    def room_is_gone(self) -> None: ...

    def compare(self, newest: int) -> None: ...


_companies: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, "Company"] = weakref.WeakKeyDictionary()


def here() -> "Company":
    """The company of the running event loop."""
    return _companies.setdefault(asyncio.get_running_loop(), Company())


class Company:
    def __init__(self) -> None:
        self._guests: dict[Pair, set[Guest]] = defaultdict(set)
        self._looking: asyncio.Task | None = None
        self._hurry = asyncio.Event()

    def join(self, guest: Guest) -> None:
        self._guests[guest.pair].add(guest)
        if self._looking is None:
            self._hurry = asyncio.Event()
            self._looking = asyncio.create_task(self._look())

    async def leave(self, guest: Guest) -> None:
        """With a person's last socket begins the grace after which their seat is free."""
        guests = self._guests[guest.pair]
        guests.discard(guest)
        if guests:
            return
        del self._guests[guest.pair]
        if not self._guests and self._looking is not None:
            self._looking.cancel()
            self._looking = None
        room_id, user_id = guest.pair
        await in_thread(lambda: presence.socket_closed(room_id, user_id))

    def compare_soon(self) -> None:
        """Events may have been lost: do not wait for the next look."""
        self._hurry.set()

    async def _look(self) -> None:
        looks = 0
        while True:
            hurried = await self._pause()
            looks += 1
            try:
                await self._keep()
                if hurried or looks % COMPARE_EVERY == 0:
                    await self._compare()
            except Exception:  # the database is away: seats have their grace
                logger.warning("the seats of open sockets were not kept this time", exc_info=True)

    async def _pause(self) -> bool:
        try:
            async with asyncio.timeout(KEEP):
                await self._hurry.wait()
        except TimeoutError:
            return False
        self._hurry.clear()
        return True

    async def _keep(self) -> None:
        pairs = list(self._guests)
        for pair in await in_thread(lambda: presence.keep(pairs)):
            for guest in list(self._guests.get(pair, ())):
                guest.seat_is_gone()

    async def _compare(self) -> None:
        rooms: dict[UUID, list[Guest]] = defaultdict(list)
        for (room_id, _), guests in self._guests.items():
            rooms[room_id] += guests
        newest = await in_thread(lambda: selectors.newest(list(rooms)))
        for room_id, guests in rooms.items():
            for guest in guests:
                if room_id in newest:
                    guest.compare(newest[room_id])
                else:
                    guest.room_is_gone()
