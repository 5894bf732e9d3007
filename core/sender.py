"""The way to Redis of a process in which no socket listens: a worker, a scheduler, a command.

One event loop in a thread of its own keeps the connection, so that a message costs neither a new loop nor a
new connection. `core.realtime.deliver` calls it; a process with sockets has its hub.
"""

import asyncio
import atexit
import os
import threading

from channels.layers import get_channel_layer

PATIENCE = 5.0
"""Seconds that Redis may take; after that the work of the caller goes on without it."""

_loop: asyncio.AbstractEventLoop | None = None
_thread: threading.Thread | None = None
_starting = threading.Lock()


def send(group: str, body: dict) -> None:
    """Return when Redis has the message. Raises TimeoutError, and whatever the channel layer does."""
    asyncio.run_coroutine_threadsafe(_send(group, body), _running()).result()


def close() -> None:
    """Give the connection back, if there is one; the next message makes another. Called at exit."""
    global _loop, _thread
    with _starting:
        loop, thread, _loop, _thread = _loop, _thread, None, None
    if loop is not None:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)


async def _send(group: str, body: dict) -> None:
    async with asyncio.timeout(PATIENCE):
        await get_channel_layer().group_send(group, {**body, "group": group})


def _running() -> asyncio.AbstractEventLoop:
    global _loop, _thread
    with _starting:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            _thread = threading.Thread(target=_run, args=(_loop,), name="sender", daemon=True)
            _thread.start()
        return _loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()  # which closes the layer's connection, too


def _begin_anew() -> None:
    """A forked child has the loop of its parent, but not the thread in which it runs."""
    global _loop, _thread, _starting
    _loop, _thread, _starting = None, None, threading.Lock()


atexit.register(close)
os.register_at_fork(after_in_child=_begin_anew)
