"""`Prefer: wait` (RFC 7240): a client waits for slow work while no thread and no connection does.

A view starts the work with `once`, and if it is not done says with `until` what it waits for and answers 202.
`PreferWait`, an ASGI wrapper, holds that 202 back, waits on the event loop, and runs the view once more.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

from channels.db import DatabaseSyncToAsync

from core import hub
from core.bodyless import bodyless, nothing

logger = logging.getLogger(__name__)

DEFAULT_WAIT = 20.0
LONGEST_WAIT = 60.0
RECHECK = 2.0
"""Seconds after which the rows are asked although no event came: events are hints and may be lost."""
GATHER = 0.05
"""Seconds in which several events are answered by one query."""
LAST_PASSES = 8
"""How many of those who waited are answered at a time, so that a crowd does not push others aside."""

SCOPE_KEY = "core.wait"

Finished = Callable[[set[str]], set[str]]
"""Which of these keys are finished: one query, called in a thread of its own."""

View = TypeVar("View", bound=Callable)


@dataclass
class Wait:
    """One request's wait, shared by the passes of its view through the ASGI scope."""

    seconds: float
    passes: int = 0
    made: Any = None
    group: str = ""
    key: str = ""
    finished: Finished | None = field(default=None, repr=False)

    def holds(self, status: int) -> bool:
        return bool(self.finished and self.seconds and status == HTTPStatus.ACCEPTED)


def can_wait(view: View) -> View:
    """Mark a view method that keeps to `Prefer`, for the OpenAPI description."""
    view.can_wait = True
    return view


def once(request: Any, produce: Callable[[], Any]) -> Any:
    """What `produce` answers. It starts the work and reads the body, and is called in the first pass only."""
    wait = getattr(request, "scope", {}).get(SCOPE_KEY)
    if wait is None:
        return produce()
    if wait.passes == 1:
        wait.made = produce()
    return wait.made


def is_last_pass(request: Any) -> bool:
    """Whether the view has run for this request before: only to render what has become of it."""
    wait = getattr(request, "scope", {}).get(SCOPE_KEY)
    return wait is not None and wait.passes > 1


def is_held(request: Any, status: int) -> bool:
    """Whether an answer with this status is not sent yet: it is waited, and the view asked once more."""
    wait = getattr(request, "scope", {}).get(SCOPE_KEY)
    return wait is not None and wait.passes == 1 and wait.holds(status)


def until(request: Any, key: str, *, group: str, finished: Finished) -> None:
    """Say before a 202 what it waits for: `finished` knows `key`, events of `group` are hints to ask it."""
    wait = getattr(request, "scope", {}).get(SCOPE_KEY)
    if wait is not None:
        wait.key, wait.group, wait.finished = key, group, finished


def seconds_asked(headers: list[tuple[bytes, bytes]]) -> float:
    """How long the client wants to wait: `wait=N`, else none for `respond-async`, else the default."""
    values = [value.decode("latin-1") for name, value in headers if name.lower() == b"prefer"]
    wishes = [wish.partition(";")[0].strip().lower() for wish in ",".join(values).split(",")]
    for wish in wishes:
        name, _, number = wish.partition("=")
        if name.strip() == "wait" and number.strip().strip('"').isdecimal():
            return min(float(number.strip().strip('"')), LONGEST_WAIT)
    return 0.0 if "respond-async" in wishes else DEFAULT_WAIT


class PreferWait:
    """ASGI wrapper around Django: one pass, a wait, one more pass."""

    def __init__(self, app: Callable[..., Awaitable[None]]):
        self.app = app
        self.watch = Watch()
        self._last_passes = asyncio.Semaphore(LAST_PASSES)

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        wait = Wait(seconds_asked(scope["headers"]), passes=1)
        held = False

        async def hold(message: dict) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                held = wait.holds(message["status"])
            if not held:
                await send(message)

        await self.app({**scope, SCOPE_KEY: wait}, receive, hold)
        if held and await self._is_still_there(wait, receive):
            wait.passes += 1
            async with self._last_passes:
                await self.app({**bodyless(scope), SCOPE_KEY: wait}, nothing(), send)

    async def _is_still_there(self, wait: Wait, receive: Callable) -> bool:
        """Wait for the work or the time to be over; False if the client went away meanwhile."""
        finished = asyncio.ensure_future(self.watch.finished(wait))
        gone = asyncio.ensure_future(_disconnected(receive))
        try:
            await asyncio.wait({finished, gone}, timeout=wait.seconds, return_when=asyncio.FIRST_COMPLETED)
            return not gone.done()
        finally:
            for task in (finished, gone):
                task.cancel()
            await asyncio.gather(finished, gone, return_exceptions=True)


class Watch:
    """Knows who waits for what in this process: a member of the hub, and one query for all keys.

    Lives on one event loop while anybody waits, and holds nothing when nobody does.
    """

    def __init__(self) -> None:
        self._waits: dict[int, tuple[Wait, asyncio.Future]] = {}
        self._asking: asyncio.Task | None = None
        self._hint = asyncio.Event()

    @property
    def idle(self) -> bool:
        return not self._waits and self._asking is None

    def take(self, message: hub.Message) -> None:
        """Any event of a group is a hint to ask."""
        self._hint.set()

    def missed(self) -> None:
        self._hint.set()

    async def finished(self, wait: Wait) -> None:
        """Return when the work is finished."""
        future = asyncio.get_running_loop().create_future()
        self._waits[id(wait)] = (wait, future)
        try:
            await self._join(wait.group)
            self._hint.set()
            await future
        finally:
            del self._waits[id(wait)]
            await self._leave(wait.group)

    async def _join(self, group: str) -> None:
        """Start with the first waiter."""
        if self._asking is None:
            self._hint = asyncio.Event()
            self._asking = asyncio.create_task(self._ask_now_and_then())
        await hub.here().join(self, group)

    async def _leave(self, group: str) -> None:
        if not self._waits and self._asking is not None:
            self._asking.cancel()
            self._asking = None
        if not any(wait.group == group for wait, _ in self._waits.values()):
            await hub.here().leave(self, group)

    async def _ask_now_and_then(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(RECHECK):
                    await self._hint.wait()
            await asyncio.sleep(GATHER)
            self._hint.clear()
            await self._ask()

    async def _ask(self) -> None:
        by_question: dict[Finished, set[str]] = {}
        for wait, _ in self._waits.values():
            by_question.setdefault(wait.finished, set()).add(wait.key)
        for question, keys in by_question.items():
            try:
                done = await DatabaseSyncToAsync(question, thread_sensitive=False)(keys)
            except Exception:  # whatever is down, the waiting goes on and ends by its time
                logger.warning("could not ask what is finished", exc_info=True)
                continue
            for wait, future in self._waits.values():
                if wait.finished == question and wait.key in done and not future.done():
                    future.set_result(None)


async def _disconnected(receive: Callable) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
