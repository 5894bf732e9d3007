"""How much body a request may bring, decided before and while it arrives.

Django's ASGI handler spools a whole body to disk before any view or authentication runs; this wrapper stands
in front of it. Bodies over 1 MB need a token that we signed ("bearer first").
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from config.mounts import mount_of
from config.routing import REFUSAL
from core import bearer
from core.bodyless import bodyless, nothing
from core.dialects import Problem
from core.errors import Kind

OPEN_BODY = 1024 * 1024
"""Bytes that anybody may send; also what a form holds beside its recordings."""
LINGER_SECONDS = 10.0
LINGER_SILENCE = 2.0
"""How long a refused body is read on and thrown away, at most and without a byte arriving: a client that
sends before it reads would else see a reset connection instead of the answer (nginx's lingering_close)."""


class BodyLimits:
    """ASGI wrapper; a refused request still passes Django, which writes the refusal in its dialect."""

    def __init__(self, app: Callable[..., Awaitable[None]]):
        self.app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length")
        if declared is not None and int(declared) <= OPEN_BODY:
            await self.app(scope, receive, send)
            return
        body = _Body(receive, *_limit(scope["path"], headers))
        if not bearer.is_signed(bearer.in_headers(scope["headers"])):
            body.allow_only(OPEN_BODY, Problem.of(Kind.UNAUTHENTICATED))
        if declared is None or body.takes(int(declared)):
            await self.app(scope, body.receive, send)
        if body.refusal is not None:
            refused = {**bodyless(scope), REFUSAL: body.refusal}
            await self.app(refused, nothing(), _draining(send, receive))


class _Body:
    """Counts what arrives; beyond `most` bytes it tells the application that the client has gone."""

    def __init__(self, receive: Callable, most: int, sentence: str):
        self._receive = receive
        self._most = most
        self._arrived = 0
        self._problem = Problem.of(Kind.TOO_LARGE, sentence)
        self.refusal: Problem | None = None

    def allow_only(self, most: int, problem: Problem) -> None:
        self._most, self._problem = most, problem

    def takes(self, size: int) -> bool:
        if size > self._most:
            self.refusal = self._problem
        return self.refusal is None

    async def receive(self) -> dict:
        message = await self._receive()
        self._arrived += len(message.get("body", b""))
        return message if self.takes(self._arrived) else {"type": "http.disconnect"}


def _limit(path: str, headers: dict[bytes, bytes]) -> tuple[int, str]:
    """Bytes that this request may bring, and the sentence for one that brings more."""
    files, most = mount_of(path).files, settings.MAX_AUDIO_FILE_SIZE
    if files and headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data"):
        return files * most + OPEN_BODY, f"A recording may be {_size(most)} at most."
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return most, f"The body of this request may be {_size(most)} at most."


def _size(count: int) -> str:
    return filesizeformat(count).replace("\xa0", " ")


def _draining(send: Callable, receive: Callable) -> Callable[[dict], Awaitable[None]]:
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
