"""A WebSocket client (RFC 6455) that costs so little that the server is what is measured.

Frames are cut by hand, nothing is masked with a random key, and one callback takes each message. Used by the
parts of `live`.
"""

import asyncio
import base64
import os
import struct
from collections.abc import Callable
from typing import Self

PATIENCE = 60.0
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10

Take = Callable[[bytes], None]


class NotOpened(Exception):
    """The server did not answer with 101; the text is the head of what it said."""


class LeanSocket(asyncio.Protocol):
    """One connection. `take` is called with the bytes of each text message, on the event loop."""

    def __init__(self, path: str, take: Take):
        self._path, self._take = path, take
        self._buffer = bytearray()
        self._is_up = False
        self._writable = asyncio.Event()
        self._writable.set()
        loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = loop.create_future()
        self._ended: asyncio.Future[int] = loop.create_future()
        self._close_code = 1006

    @classmethod
    async def open(cls, port: int, path: str, take: Take) -> Self:
        """Connect to this machine. Raises NotOpened, OSError."""
        loop = asyncio.get_running_loop()
        _, socket = await loop.create_connection(lambda: cls(path, take), "127.0.0.1", port)
        async with asyncio.timeout(PATIENCE):
            await socket._opened
        return socket

    def send(self, payload: bytes, opcode: int = TEXT) -> None:
        self._transport.write(_frame(opcode, payload))

    async def drain(self) -> None:
        """Wait until the kernel takes more."""
        await self._writable.wait()

    async def ended(self) -> int:
        """The close code, once the server has closed; 1006 where it said none."""
        return await self._ended

    def drop(self) -> None:
        self._transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self._path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def connection_lost(self, error: Exception | None) -> None:
        self._writable.set()
        if not self._opened.done():
            self._opened.set_exception(NotOpened("the connection was lost"))
        if not self._ended.done():
            self._ended.set_result(self._close_code)

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._is_up or self._greeted():
            self._cut()

    def _greeted(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self._buffer[:end])
        del self._buffer[: end + 4]
        if b" 101 " not in head[:20]:
            self._opened.set_exception(NotOpened(head[:200].decode(errors="replace")))
            return False
        self._is_up = True
        self._opened.set_result(None)
        return True

    def _cut(self) -> None:
        """Take every whole frame out of the buffer."""
        buffer, at, size = self._buffer, 0, len(self._buffer)
        while size - at >= 2:
            length, begin = buffer[at + 1] & 127, at + 2
            if length == 126:
                if size - at < 4:
                    break
                length, begin = struct.unpack_from(">H", buffer, begin)[0], begin + 2
            elif length == 127:
                if size - at < 10:
                    break
                length, begin = struct.unpack_from(">Q", buffer, begin)[0], begin + 8
            if size < begin + length:
                break
            self._frame(buffer[at] & 15, bytes(buffer[begin : begin + length]))
            at = begin + length
        if at:
            del buffer[:at]

    def _frame(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self._take(payload)
        elif opcode == PING:
            self.send(payload, PONG)
        elif opcode == CLOSE:
            self._close_code = struct.unpack_from(">H", payload)[0] if len(payload) > 1 else 1005
            self.send(payload[:2], CLOSE)
            self._transport.close()


def _frame(opcode: int, payload: bytes) -> bytes:
    """A whole frame, masked with zeros, so that the payload goes as it is."""
    size = len(payload)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    elif size < 65536:
        head = bytes((0x80 | opcode, 0x80 | 126)) + struct.pack(">H", size)
    else:
        head = bytes((0x80 | opcode, 0x80 | 127)) + struct.pack(">Q", size)
    return head + bytes(4) + payload
