"""The REST calls of the demo, with nothing but the standard library: what any client of the product does."""

import http.client
import json
import mimetypes
import secrets
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

CHUNK = 256 * 1024
PAGE = 500
CALL_SECONDS = 120
"""Longer than the longest `Prefer: wait`."""
PATIENCE = 3

Body = Callable[[], bytes | Iterator[bytes]]
"""Makes it anew for each attempt."""


class Refused(Exception):
    """The server answered with an error; `status` is the HTTP status, the text its sentence."""

    def __init__(self, status: int, body: Any) -> None:
        self.status = status
        super().__init__(_sentence(body) or f"HTTP {status}")


class Client:
    """One signed-in (or not yet signed-in) client of the server at `host:port`."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self.token = ""

    def get(self, path: str) -> Any:
        """The JSON body of `path`. Raises Refused, and OSError when nobody answers."""
        return self._call("GET", path, None, {})

    def everything(self, path: str) -> list[Any]:
        """All rows of a list that comes in pages."""
        rows: list[Any] = []
        while page := self.get(f"{path}?limit={PAGE}&offset={len(rows)}"):
            rows += page
            if len(page) < PAGE:
                break
        return rows

    def post(self, path: str, body: dict | None = None, prefer: str = "") -> Any:
        headers = {"Content-Type": "application/json"} | ({"Prefer": prefer} if prefer else {})
        return self._call("POST", path, lambda: json.dumps(body or {}).encode(), headers)

    def upload(self, path: str, fields: dict[str, str], name: str, file: Path) -> Any:
        """POST `fields` and `file` (under `name`) as multipart form data (RFC 7578), streamed from disk."""
        boundary = secrets.token_hex(16)
        before, after = _multipart(boundary, fields, name, file)
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(before) + file.stat().st_size + len(after)),
        }
        return self._call("POST", path, lambda: _pieces(before, file, after), headers)

    def _call(self, method: str, path: str, body: Body | None, headers: dict) -> Any:
        """Asked to come again later (429, RFC 6585), it does, `PATIENCE` times."""
        if self.token:
            headers = headers | {"Authorization": f"Bearer {self.token}"}
        for _ in range(PATIENCE):
            status, text, seconds = self._exchange(method, path, body and body(), headers)
            if status != HTTPStatus.TOO_MANY_REQUESTS or not seconds.isdecimal():
                break
            time.sleep(int(seconds))
        parsed = _parsed(text)
        if status >= HTTPStatus.BAD_REQUEST:
            raise Refused(status, parsed)
        return parsed

    def _exchange(
        self, method: str, path: str, body: bytes | Iterator[bytes] | None, headers: dict
    ) -> tuple[int, bytes, str]:
        """Status, body and `Retry-After`."""
        connection = http.client.HTTPConnection(self._host, self._port, timeout=CALL_SECONDS)
        try:
            connection.request(method, path, body, {"Accept": "application/json"} | headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.getheader("Retry-After", "")
        finally:
            connection.close()


def _multipart(boundary: str, fields: dict[str, str], name: str, file: Path) -> tuple[bytes, bytes]:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    filename = file.name.replace("\\", "_").replace('"', "_")
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    return "".join(parts).encode(), f"\r\n--{boundary}--\r\n".encode()


def _pieces(before: bytes, file: Path, after: bytes) -> Iterator[bytes]:
    yield before
    with file.open("rb") as source:
        while piece := source.read(CHUNK):
            yield piece
    yield after


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return {"detail": text[:200].decode(errors="replace")}


def _sentence(body: Any) -> str:
    detail = body.get("detail", body) if isinstance(body, dict) else body
    if isinstance(detail, list):
        return "; ".join(f"{' '.join(map(str, item.get('loc', [])))}: {item.get('msg')}" for item in detail)
    return str(detail or "")
