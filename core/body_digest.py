"""What a body is recognised by, reckoned while it streams in: a repeated request must bring the same one.

Django spools bodies to disk before a view runs; nothing is read a second time for this.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from channels.db import DatabaseSyncToAsync

SCOPE_KEY = "core.body_digest"
HEADER = b"idempotency-key"
_BOUNDARY = re.compile(rb';\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s";]{1,70}))', re.IGNORECASE)
_CUT = b"\0boundary\0"


class BodyDigest:
    """SHA-256 over the media type and the body, without a form's boundary, which clients draw anew."""

    def __init__(self, content_type: bytes = b""):
        media_type = content_type.partition(b";")[0].strip().lower()
        self._hash = hashlib.sha256(media_type + b"\n")
        found = _BOUNDARY.search(content_type) if media_type.startswith(b"multipart/") else None
        self._boundary = (found[1] or found[2]) if found else b""
        self._kept = b""
        self.claim: Any = None
        """What `core.idempotency` has taken for the request; several passes of one view share it."""
        self.let_go: Callable[[], Any] | None = None
        """What is to be done if an answer that was held back is not followed by another."""
        self.is_over = False

    def add(self, piece: bytes) -> None:
        if not self._boundary:
            self._hash.update(piece)
            return
        *whole, rest = (self._kept + piece).split(self._boundary)
        if whole:
            self._hash.update(_CUT.join([*whole, b""]))
        # The beginning of a boundary may be all that has come of it.
        open_end = max(len(rest) - len(self._boundary) + 1, 0)
        self._hash.update(rest[:open_end])
        self._kept = rest[open_end:]

    def hexdigest(self) -> str:
        """64 characters, for what has come so far."""
        ended = self._hash.copy()
        ended.update(self._kept)
        return ended.hexdigest()


class BodyDigests:
    """ASGI wrapper that reckons for POSTs with an Idempotency-Key, and leaves the result in the scope."""

    def __init__(self, app: Callable):
        self.app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        headers = dict(scope["headers"])
        if scope["method"] != "POST" or HEADER not in headers:
            await self.app(scope, receive, send)
            return
        digest = BodyDigest(headers.get(b"content-type", b""))

        async def read() -> dict:
            message = await receive()
            digest.add(message.get("body", b""))
            return message

        await self.app({**scope, SCOPE_KEY: digest}, read, send)
        digest.is_over = True
        if digest.let_go:  # the client has hung up while it waited
            await DatabaseSyncToAsync(digest.let_go, thread_sensitive=False)()


def digest_of(request: Any) -> BodyDigest:
    """The request's, from the wrapper; under a server without ASGI from the body itself."""
    known = getattr(request, "scope", {}).get(SCOPE_KEY)
    if known is None:
        known = BodyDigest(request.META.get("CONTENT_TYPE", "").encode())
        known.add(request.body)
    return known
