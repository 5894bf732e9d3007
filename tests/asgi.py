"""Speaking ASGI to an application without a server: one request, its answer, and how much of it was read."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson


@dataclass
class Answer:
    """`read` counts the bytes of the body that the application asked for before it began to answer."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    read: int = 0

    def json(self) -> dict:
        return orjson.loads(self.body)


class Exchange:
    """A request whose client can also go away (`leave`)."""

    def __init__(self, method: str, path: str, *, headers: dict[str, str] | None = None, query: str = ""):
        self.scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
            "client": ("127.0.0.1", 50000),
            "server": ("testserver", 80),
        }
        self.answer = Answer()
        self._left = asyncio.Event()

    def leave(self) -> None:
        self._left.set()

    async def run(self, app, chunks: Iterable[bytes] = (b"",)) -> Answer:
        chunks = list(chunks)

        async def receive() -> dict:
            if not chunks:
                await self._left.wait()
                return {"type": "http.disconnect"}
            chunk = chunks.pop(0)
            if not self.answer.status:
                self.answer.read += len(chunk)
            return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

        async def send(message: dict) -> None:
            if message["type"] == "http.response.start":
                self.answer.status = message["status"]
                self.answer.headers = {
                    name.decode().lower(): value.decode() for name, value in message["headers"]
                }
            else:
                self.answer.body += message.get("body", b"")

        await app(self.scope, receive, send)
        return self.answer
