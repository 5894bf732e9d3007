"""A local HTTP server that stands in for a vendor: answers what a test queued, keeps what it was asked."""

import contextlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False
    """Close the connection without an answer."""
    stall: threading.Event | None = None
    """Wait for it before answering."""
    trickle: bool = False
    """Send a byte now and then for ever, until the caller hangs up."""


def as_json(value: Any, status: int = 200, **headers: str) -> Reply:
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers})


class Vendor:
    """`replies` are given in order; `route` answers by method and path where the order is not known."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.replies: list[Reply] = []
        self.routes: dict[tuple[str, str], Callable[[Asked], Reply]] = {}
        self.closed = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def route(self, method: str, path: str, answer: Callable[[Asked], Reply]) -> None:
        """`path` is the beginning of the path; the longest that fits wins."""
        self.routes[method, path] = answer

    def close(self) -> None:
        self.closed.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        fitting = [key for key in self.routes if key[0] == asked.method and asked.path.startswith(key[1])]
        if fitting:
            return self.routes[max(fitting, key=lambda key: len(key[1]))](asked)
        return self.replies.pop(0)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = vendor.answer(Asked(self.command, self.path, headers, body))
                if reply.stall:
                    reply.stall.wait(10)
                self.close_connection = True
                if reply.hang_up:
                    return
                with contextlib.suppress(OSError):  # a client that refuses to read on has left
                    self._write(reply)

            def _write(self, reply: Reply) -> None:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if not reply.trickle:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)
                while reply.trickle and not vendor.closed.wait(0.02):
                    self.wfile.write(b".")

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - names that http.server calls

            def log_message(self, *args: Any) -> None:
                """A test's output is no place for an access log."""

        return Handler
