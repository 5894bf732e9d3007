"""A client that does not read costs a known amount of memory, holds up nobody, and is let go in time."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pytest
import websockets
from channels.routing import URLRouter
from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import re_path
from django.utils.module_loading import import_string

from core import hub, outbox, realtime, sockets
from core.realtime import Event
from core.sockets import LiveConsumer
from tests.serving import served

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 20


@dataclass(frozen=True)
class Said(Event):
    type: ClassVar[str] = "said"
    n: int
    text: str = ""


@dataclass(frozen=True)
class Mumbled(Said):
    type: ClassVar[str] = "mumbled"
    droppable: ClassVar[bool] = True


class Lobby(LiveConsumer):
    def authorize(self, user):
        return ["lobby"]


class Client:
    """The server's side of a connection whose client reads only while `reads` is set."""

    def __init__(self, token: str):
        self.reads = asyncio.Event()
        self.sent: list[dict] = []
        self._in: asyncio.Queue = asyncio.Queue()
        self._in.put_nowait({"type": "websocket.connect"})
        self.consumer = Lobby()
        scope = {"type": "websocket", "query_string": f"token={token}".encode(), "headers": []}
        self.task = asyncio.create_task(self.consumer(scope, self._in.get, self._send))

    async def _send(self, message: dict) -> None:
        if message["type"] != "websocket.accept":
            await self.reads.wait()
        self.sent.append(message)

    def told(self) -> list[int]:
        return [json.loads(each["text"])["payload"]["n"] for each in self.sent if "text" in each]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.005)

    async def leave(self) -> None:
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait_for(self.task, PATIENCE)


@pytest.fixture
def token(sign_in) -> str:
    return sign_in(get_user_model().objects.create_user("ann@example.com", "a long enough secret")).access


async def opened(token: str, *, reads: bool) -> Client:
    client = Client(token)
    if reads:
        client.reads.set()
    await client.until(lambda: getattr(client.consumer, "_held", ()) is None)
    return client


async def publish(*events: Event) -> None:
    await asyncio.to_thread(
        lambda: [realtime.deliver("lobby", realtime.message_of(event)) for event in events]
    )


async def test_a_reader_that_stands_still_holds_up_nobody_and_is_closed_before_a_loss(token, monkeypatch):
    monkeypatch.setattr(sockets, "CLOSE_PATIENCE", 0.05)
    slow, quick = await opened(token, reads=False), await opened(token, reads=True)
    for start in range(0, 800, 100):
        await publish(*(Said(start + n) for n in range(100)))
        await quick.until(lambda end=start + 100: len(quick.told()) == end)
    assert quick.told() == list(range(800))
    await asyncio.wait_for(slow.task, PATIENCE)
    assert slow.told() == []
    assert len(slow.consumer.outbox) == 0
    await quick.leave()


async def test_a_slow_reader_that_wakes_up_is_told_why_it_is_closed(token):
    slow = await opened(token, reads=False)
    await publish(*(Said(n) for n in range(outbox.MOST_FRAMES + 2)))
    await slow.until(lambda: slow.consumer.outbox._closing)
    slow.reads.set()
    await asyncio.wait_for(slow.task, PATIENCE)
    assert slow.sent[-1] == {"type": "websocket.close", "code": 1013, "reason": "SLOW_READER"}
    assert slow.told() == [], "a frame after a gap would hide it"


async def test_what_is_droppable_gives_way_and_what_is_durable_stays(token):
    slow = await opened(token, reads=False)
    for event in (Said(0), *(Mumbled(n) for n in range(1, 2000)), Said(2000)):
        hub.here().hand_out("lobby", realtime.message_of(event))
    assert len(slow.consumer.outbox) == outbox.MOST_FRAMES
    slow.reads.set()
    await slow.until(lambda: slow.told()[-1:] == [2000])
    told = slow.told()
    assert told[0] == 0
    assert told == sorted(told)
    assert len(told) == outbox.MOST_FRAMES
    await slow.leave()


async def test_a_client_that_takes_too_long_for_one_message_is_closed(token, monkeypatch):
    monkeypatch.setattr(sockets, "WRITE_PATIENCE", 0.05)
    slow = await opened(token, reads=False)
    await publish(Said(1))
    await slow.until(lambda: slow.consumer.outbox._closing)
    slow.reads.set()
    await asyncio.wait_for(slow.task, PATIENCE)
    assert slow.sent[-1]["code"] == 1013


def test_a_real_server_feels_that_its_client_does_not_read(token, monkeypatch):
    """uvicorn's `send` waits while the kernel's buffers are full, so the outbox fills and not the memory."""
    application = import_string(settings.ASGI_APPLICATION)
    router = URLRouter([re_path("", Lobby.as_asgi())])
    monkeypatch.setitem(application.application_mapping, "websocket", router)
    text, number = "x" * 20_000, 1500

    async def run(address: str) -> tuple[list[int], int]:
        url = f"ws://{address}/?token={token}"
        stuck = await websockets.connect(url, max_queue=1, compression=None)
        async with websockets.connect(url, compression=None) as quick:
            told = []
            for n in range(0, number, 10):
                await publish(*(Said(n + i, text) for i in range(10)))
                told += [json.loads(await quick.recv())["payload"]["n"] for _ in range(10)]
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    await stuck.recv()
        except websockets.ConnectionClosed as closed:
            return told, closed.rcvd.code

    with served() as address:
        told, code = asyncio.run(run(address))
    assert told == list(range(number))
    assert code == 1013
