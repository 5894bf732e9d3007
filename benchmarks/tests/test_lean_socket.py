"""The lean client reads what a server writes, however the network cuts it, and writes what a server reads."""

import asyncio
import struct

import pytest
from websockets.asyncio.server import serve

from benchmarks.lean_socket import BINARY, LeanSocket, NotOpened
from benchmarks.live_house import percentile

SIZES = (0, 1, 125, 126, 65535, 65536)


class Wire:
    """A transport that keeps what is written."""

    def __init__(self):
        self.written = b""
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.is_closed = True


def text_frame(payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65536:
        return bytes((0x81, 126)) + struct.pack(">H", size) + payload
    return bytes((0x81, 127)) + struct.pack(">Q", size) + payload


@pytest.mark.parametrize("step", [1, 7, 1000, 10**6])
async def test_messages_of_any_size_arrive_whole_however_they_are_cut(step):
    taken, wire = [], Wire()
    socket = LeanSocket("/", taken.append)
    socket.connection_made(wire)
    sent = [bytes(size) for size in (SIZES if step > 7 else SIZES[:4:2])]
    stream = b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + b"".join(map(text_frame, sent))
    stream += bytes((0x89, 2)) + b"hi" + bytes((0x88, 2)) + struct.pack(">H", 4401)
    for at in range(0, len(stream), step):
        socket.data_received(stream[at : at + step])
    assert taken == sent
    assert wire.written.endswith(b"\x8a\x82\0\0\0\0hi" + b"\x88\x82\0\0\0\0" + struct.pack(">H", 4401))
    assert wire.is_closed
    socket.connection_lost(None)
    assert await socket.ended() == 4401


async def test_a_server_gets_what_was_sent_and_answers():
    async def echo(connection):
        async for message in connection:
            await connection.send(str(len(message)))
        await connection.close(1000)

    heard, done = [], asyncio.Event()

    def take(message: bytes) -> None:
        heard.append(int(message))
        if len(heard) == len(SIZES):
            done.set()

    async with serve(echo, "127.0.0.1", 0) as server:
        socket = await LeanSocket.open(server.sockets[0].getsockname()[1], "/", take)
        for size in SIZES:
            socket.send(bytes(size), BINARY)
        async with asyncio.timeout(10):
            await done.wait()
        socket.drop()
    assert heard == list(SIZES)


async def test_a_server_that_refuses_opens_nothing():
    async def refuse(connection, request):
        return connection.respond(403, "no")

    async with serve(lambda connection: None, "127.0.0.1", 0, process_request=refuse) as server:
        with pytest.raises(NotOpened, match="403"):
            await LeanSocket.open(server.sockets[0].getsockname()[1], "/", print)


def test_a_percentile_is_a_value_that_was_measured():
    assert [percentile([3.0, 1.0, 2.0, 4.0], share) for share in (0.0, 0.5, 0.99)] == [1.0, 3.0, 4.0]
    assert percentile([], 0.5) == 0.0
