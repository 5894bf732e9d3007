"""How much body a request may bring, decided before and while it arrives.

Django's ASGI handler spools a whole body to disk before any view or authentication runs; this wrapper stands
in front of it. Bodies over 1 MB need a token that we signed ("bearer first").
"""

from collections.abc import Awaitable, Callable

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from config.mounts import mount_of
from config.routing import REFUSAL
from core import bearer
from core.bodyless import bodyless, draining, nothing
from core.dialects import Problem
from core.errors import Kind

OPEN_BODY = 1024 * 1024
"""Bytes that anybody may send; also what a form holds beside its recordings."""


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
        answering = False

        async def answer(message: dict) -> None:
            nonlocal answering
            answering = True
            await send(message)

        if declared is None or body.takes(int(declared)):
            await self.app(scope, body.receive, answer)
        if body.refusal is not None and not answering:
            refused = {**bodyless(scope), REFUSAL: body.refusal}
            await self.app(refused, nothing(), draining(send, receive))


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
