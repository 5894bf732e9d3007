"""The hub of a process: what is published reaches the members of a group in it, handed over and not queued.

There is one per event loop. Where several processes share a channel layer, a hub holds one channel of it for
all its groups, so that a message crosses Redis once a process and not once a socket.
"""

import asyncio
import logging
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from channels.layers import InMemoryChannelLayer, get_channel_layer

logger = logging.getLogger(__name__)

PULSE = 5.0
"""Seconds between two messages of a hub to itself, which show that the way through Redis is open."""
PATIENCE = 5.0
"""Seconds for such a message to arrive, and for Redis to take a subscription or a message."""


class Message:
    """What is handed to many: its dict, and each way of writing it, written once."""

    __slots__ = ("_written", "body")

    def __init__(self, body: dict):
        self.body = body
        self._written: dict[Callable, Any] = {}

    def written(self, form: Callable[[dict], Any]) -> Any:
        """`form(body)`, called once however many ask."""
        if form not in self._written:
            self._written[form] = form(self.body)
        return self._written[form]


class Member(Protocol):
    """Whoever listens to groups; both are called on the event loop and must not wait."""

    def take(self, message: Message) -> None: ...

    def missed(self) -> None:
        """Messages may have been lost on their way here."""


_hubs: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, "Hub"] = weakref.WeakKeyDictionary()
_finding = threading.Lock()


def here() -> "Hub":
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    with _finding:
        if loop not in _hubs:
            _hubs[loop] = Hub(loop)
        return _hubs[loop]


def are_processes_connected() -> bool:
    return not isinstance(get_channel_layer(), InMemoryChannelLayer)


def send(group: str, body: dict) -> bool:
    """Hand a message to the members of a group, from any thread, in the order of the calls.

    False where no hub of this process can: then nobody listens here, and Redis is the caller's business.
    """
    with _finding:
        running = [hub for loop, hub in _hubs.items() if loop.is_running()]
    if are_processes_connected():
        return bool(running) and running[0].call(running[0].pass_on, group, body)
    called = [hub.call(hub.hand_out, group, body) for hub in running]
    return any(called)


class Hub:
    """Knows who listens to what on one event loop. Holds no task and no channel while nobody does."""

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self._loop = weakref.ref(loop)
        self._members: dict[str, set[Member]] = {}
        self._crossing: _Crossing | None = None
        self._sending: set[asyncio.Task] = set()

    @property
    def groups(self) -> set[str]:
        return set(self._members)

    async def join(self, member: Member, *groups: str) -> None:
        """From now on `member` takes what is sent to these groups; without Redis, what is sent here."""
        for group in groups:
            self._members.setdefault(group, set()).add(member)
        if are_processes_connected():
            if self._crossing is None:
                self._crossing = _Crossing(self)
            await self._crossing.follow()

    async def leave(self, member: Member, *groups: str) -> None:
        for group in groups:
            members = self._members.get(group, set())
            members.discard(member)
            if not members:
                self._members.pop(group, None)
        crossing = self._crossing
        if crossing is None:
            return
        if not self._members:
            self._crossing = None
            await crossing.end()
        else:
            await crossing.follow()

    def hand_out(self, group: str, body: dict) -> None:
        message = Message(body)
        for member in list(self._members.get(group, ())):
            try:
                member.take(message)
            except Exception:
                logger.exception("a member of %s could not take a message", group)

    def pass_on(self, group: str, body: dict) -> None:
        """Send over Redis; while that is away at least this process is told."""
        task = asyncio.ensure_future(self._pass_on(group, body))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _pass_on(self, group: str, body: dict) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await get_channel_layer().group_send(group, {**body, "group": group})
        except Exception:
            logger.warning("a message to %s stays in this process", group, exc_info=True)
            self.hand_out(group, body)

    def tell_of_loss(self) -> None:
        for member in {member for members in self._members.values() for member in members}:
            member.missed()

    def call(self, work: Callable, *args: Any) -> bool:
        """Run on the hub's loop, from any thread; False if the loop has ended meanwhile."""
        loop = self._loop()
        with suppress(RuntimeError):
            if loop is not None:
                loop.call_soon_threadsafe(work, *args)
                return True
        return False


class _Crossing:
    """A hub's one channel of the layer between processes: joins what the hub wants, again after a loss."""

    def __init__(self, hub: Hub):
        self._hub = hub
        self._joined: set[str] = set()
        self._channel = ""
        self._turn = asyncio.Lock()
        self._heard = asyncio.Event()
        self._listening: asyncio.Task | None = None
        self._watching = asyncio.create_task(self._watch())

    async def follow(self) -> None:
        """Join and leave groups of the layer as the hub has; what fails is tried again by the watch."""
        try:
            async with asyncio.timeout(PATIENCE), self._turn:
                await self._follow()
        except Exception:
            logger.warning("no events of other processes for now", exc_info=True)

    async def end(self) -> None:
        """Give the channel back. Another crossing of this loop may have begun: the connection stays."""
        self._watching.cancel()
        async with self._turn:
            for group in self._joined:
                with suppress(Exception):
                    await get_channel_layer().group_discard(group, self._channel)
            await self._fall_silent()

    async def _follow(self) -> None:
        layer = get_channel_layer()
        if not self._channel:
            self._channel = await layer.new_channel()
            self._listening = asyncio.create_task(self._listen(self._channel))
        for group in self._hub.groups - self._joined:
            await layer.group_add(group, self._channel)
            self._joined.add(group)
        for group in self._joined - self._hub.groups:
            await layer.group_discard(group, self._channel)
            self._joined.discard(group)

    async def _listen(self, channel: str) -> None:
        layer = get_channel_layer()
        while True:
            body = await layer.receive(channel)
            if "group" in body:
                self._hub.hand_out(body["group"], body)
            else:
                self._heard.set()

    async def _watch(self) -> None:
        """A message that does not come back shows a way that is closed: subscribe again from the start."""
        whole = True
        while True:
            await asyncio.sleep(PULSE)
            if not await self._pulse():
                whole = False
                async with self._turn:
                    await self._drop()
            elif not whole:
                whole = True
                self._hub.tell_of_loss()
            await self.follow()

    async def _pulse(self) -> bool:
        self._heard.clear()
        try:
            async with asyncio.timeout(PATIENCE):
                if self._channel:
                    await get_channel_layer().send(self._channel, {"type": "pulse"})
                    await self._heard.wait()
                    return True
        except Exception:
            logger.warning("Redis does not bring what it is sent", exc_info=True)
        return False

    async def _drop(self) -> None:
        """Forget the channel and close its connection, which may be dead without knowing it."""
        with suppress(Exception):
            async with asyncio.timeout(PATIENCE):
                await self._fall_silent()
                await get_channel_layer().flush()

    async def _fall_silent(self) -> None:
        listening, self._listening = self._listening, None
        self._channel, self._joined = "", set()
        if listening is not None:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
