"""Every socket, knocked at by a stranger, and without a good token."""

import asyncio
import re

import pytest
from channels.testing import WebsocketCommunicator

from config.sockets import SOCKETS, router

pytestmark = pytest.mark.django_db

PATIENCE = 10.0
"""Seconds for a machine that does much else."""

ADDRESSES = [f"{prefix}/{route}" for route, _ in SOCKETS for prefix in ("", "/api/v1")]


async def closed_with(address: str, token: str) -> int:
    socket = WebsocketCommunicator(router, f"{address}?token={token}")
    connected, _ = await socket.connect(PATIENCE)
    assert connected, "a browser sees the close code of an accepted socket only"
    message = await socket.receive_output(PATIENCE)
    assert message["type"] == "websocket.close"
    return message["code"]


@pytest.mark.parametrize(
    ("who", "code"), [("", 4401), ("garbage", 4401), ("stranger", 4404), ("staff", 4404)]
)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_socket_of_somebody_elses_is_not_there(world, address, who, code):
    subjects = world.subjects
    filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(subjects[found[1]]), address)
    token = world.tokens.get(who, "a.b.c" if who else "")
    assert asyncio.run(closed_with(filled, token)) == code


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_is_there_for_the_owner(world, address):
    subjects = world.subjects
    filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(subjects[found[1]]), address)

    async def opens() -> bool:
        socket = WebsocketCommunicator(router, f"{filled}?token={world.tokens['owner']}")
        connected, _ = await socket.connect(PATIENCE)
        message = await socket.receive_output(PATIENCE)
        await socket.disconnect()
        return connected and message["type"] == "websocket.send"

    assert asyncio.run(opens())
