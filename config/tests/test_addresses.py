"""Addresses as clients write them."""

import asyncio

import pytest
from channels.testing import WebsocketCommunicator
from django.urls import resolve

from accounts.tests import people
from config.sockets import router
from rooms.tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_id_is_the_same_in_capitals():
    owner = people.person()
    room = factories.room(owner, owner)
    shouted, token = str(room.pk).upper(), people.token(owner)
    assert people.client(owner).get(f"/api/v1/rooms/{shouted}").json()["id"] == str(room.pk)

    async def listen() -> None:
        socket = WebsocketCommunicator(router, f"/ws/rooms/{shouted}?token={token}")
        assert (await socket.connect())[0]
        assert await socket.receive_nothing()
        await socket.disconnect()

    asyncio.run(listen())


@pytest.mark.parametrize("path", ["/api/v1/rooms/{}", "/api/v1/meetings/{}", "/api/v1/tasks/{}"])
def test_what_is_no_id_is_no_address(path):
    assert people.client(people.person()).get(path.format("1")).status_code == 404
    assert resolve(path.format("0" * 8 + "-0000-0000-0000-" + "A" * 12)).kwargs
