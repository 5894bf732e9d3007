"""Running the ASGI application on a request whose body is not to be read (again)."""

import asyncio
from collections.abc import Awaitable, Callable

_ABOUT_THE_BODY = {b"content-length", b"content-type", b"transfer-encoding", b"expect"}


def bodyless(scope: dict) -> dict:
    """The same request without its body."""
    headers = [(name, value) for name, value in scope["headers"] if name.lower() not in _ABOUT_THE_BODY]
    return {**scope, "headers": headers}


def nothing() -> Callable[[], Awaitable[dict]]:
    """A `receive` with an empty body, after which nothing happens any more."""
    read = False

    async def receive() -> dict:
        nonlocal read
        if read:
            await asyncio.Event().wait()
        read = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return receive
