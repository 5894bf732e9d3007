"""Every socket, knocked at by a stranger, and without a good token."""

import asyncio
import dataclasses
import re
from urllib.parse import urlencode

import pytest
from channels.testing import WebsocketCommunicator

from config.sockets import SOCKETS, router
from core.sockets import LiveConsumer
from meetings.consumers import AudioStream
from rooms.consumers import RoomSocket

pytestmark = pytest.mark.django_db

PATIENCE = 10.0
"""Seconds for a machine that does much else."""

ADDRESSES = [(f"{prefix}/{route}", consumer) for route, consumer in SOCKETS for prefix in ("", "/api/v1")]
OPENED = [(address, consumer) for address, consumer in ADDRESSES if consumer not in (AudioStream, RoomSocket)]
"""These two write as they open, which nobody can beside a test that is rolled back."""
PUBLIC = {RoomSocket}
"""Rooms may be known of by everybody, and heard by who sits there."""


def filled(address: str, consumer: type[LiveConsumer], subjects: dict, token: str) -> str:
    """The address with the ids of `subjects`, in the path and in what the socket asks in its query."""
    fields = dataclasses.fields(consumer.asks) if consumer.asks else ()
    query = {field.name: subjects[field.name] for field in fields if field.name in subjects}
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(subjects[found[1]]), address)
    return f"{path}?{urlencode({'token': token} | query)}"


async def closed_with(address: str) -> int:
    socket = WebsocketCommunicator(router, address)
    connected, _ = await socket.connect(PATIENCE)
    assert connected, "a browser sees the close code of an accepted socket only"
    message = await socket.receive_output(PATIENCE)
    assert message["type"] == "websocket.close"
    return message["code"]


@pytest.mark.parametrize(
    ("who", "code"), [("", 4401), ("garbage", 4401), ("stranger", 4404), ("staff", 4404)]
)
@pytest.mark.parametrize(("address", "consumer"), ADDRESSES)
def test_a_socket_of_somebody_elses_is_not_there(world, address, consumer, who, code):
    token = world.tokens.get(who, "a.b.c" if who else "")
    code = 4403 if code == 4404 and consumer in PUBLIC else code
    assert asyncio.run(closed_with(filled(address, consumer, world.subjects, token))) == code


@pytest.mark.parametrize(("address", "consumer"), OPENED)
def test_it_is_there_for_the_owner(world, address, consumer):
    async def opens() -> bool:
        there = filled(address, consumer, world.subjects, world.tokens["owner"])
        socket = WebsocketCommunicator(router, there)
        connected, _ = await socket.connect(PATIENCE)
        message = await socket.receive_output(PATIENCE)
        await socket.disconnect()
        return connected and message["type"] == "websocket.send"

    assert asyncio.run(opens())
