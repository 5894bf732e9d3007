"""Running the ASGI application on a request whose body is not to be read (again)."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

LINGER_SECONDS = 10.0
LINGER_SILENCE = 2.0
"""How long a refused body is read on and thrown away, at most and without a byte arriving: a client that
sends before it reads would else see a reset connection instead of the answer (nginx's lingering_close)."""
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


def draining(send: Callable, receive: Callable) -> Callable[[dict], Awaitable[None]]:
    """A `send` that closes the connection after the answer, but reads on for a moment first."""

    async def send_and_drain(message: dict) -> None:
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", ()), (b"connection", b"close")]
            await send({**message, "headers": headers})
        elif message.get("more_body"):
            await send(message)
        else:
            await send({**message, "more_body": True})
            await _drain(receive)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return send_and_drain


async def _drain(receive: Callable) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            more = True
            while more:
                message = await asyncio.wait_for(receive(), LINGER_SILENCE)
                more = message.get("more_body", False)
