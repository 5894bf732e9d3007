"""Who may listen, by which of the three ways of showing a token, and what a listener gets."""

import asyncio
import re
from dataclasses import dataclass
from typing import ClassVar

import pytest
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from django.contrib.auth import get_user_model
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from core.errors import Forbidden, NotFound
from core.realtime import Event
from core.sockets import LiveConsumer

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Greeted(Event):
    type: ClassVar[str] = "greeted"
    email: str


class Lobby(LiveConsumer):
    """A socket for whoever is not called otherwise."""

    def authorize(self, user):
        if user.email.startswith("banned"):
            raise Forbidden
        if user.email.startswith("stranger"):
            raise NotFound
        return ["lobby"]

    def snapshot(self):
        yield Greeted(self.user.email)


def account(email: str = "ann@example.com", **fields):
    return get_user_model().objects.create_user(email, "a long enough secret", **fields)


def knock(token: str = "", **options) -> WebsocketCommunicator:
    query = f"?token={token}" if token else ""
    return WebsocketCommunicator(Lobby.as_asgi(), f"/ws/lobby{query}", **options)


async def closed_with(socket: WebsocketCommunicator) -> int:
    connected, _ = await socket.connect()
    assert connected, "a browser sees the close code of an accepted socket only"
    message = await socket.receive_output()
    assert message["type"] == "websocket.close"
    return message["code"]


@pytest.fixture
def token() -> str:
    return str(AccessToken.for_user(account()))


async def test_a_token_in_the_query_opens_the_socket(token):
    socket = knock(token)
    assert await socket.connect() == (True, None)
    await socket.disconnect()


async def test_a_token_in_the_header_opens_the_socket(token):
    socket = knock(headers=[(b"authorization", f"Bearer {token}".encode())])
    assert await socket.connect() == (True, None)
    await socket.disconnect()


async def test_a_token_as_subprotocol_opens_the_socket_and_is_not_echoed(token):
    socket = knock(subprotocols=["bearer", token])
    assert await socket.connect() == (True, "bearer")
    await socket.disconnect()


async def test_a_listener_gets_the_state_first_and_then_the_events_of_its_groups(token):
    socket = knock(token)
    await socket.connect()
    message = {"type": "deliver", "event": "message.created", "payload": {"text": "hello"}}
    await get_channel_layer().group_send("lobby", message)
    first, second = await socket.receive_json_from(), await socket.receive_json_from()
    assert (first["type"], first["payload"], first["seq"]) == ("greeted", {"email": "ann@example.com"}, 1)
    assert (second["type"], second["payload"], second["seq"]) == ("message.created", {"text": "hello"}, 2)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", second["ts"])
    await socket.disconnect()


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c"])
async def test_without_a_good_token_the_socket_closes_as_unauthenticated(token):
    assert await closed_with(knock(token)) == 4401


def test_a_refresh_token_opens_nothing():
    token = str(RefreshToken.for_user(account()))
    assert asyncio.run(closed_with(knock(token))) == 4401


def test_a_closed_account_opens_nothing():
    token = str(AccessToken.for_user(account(is_active=False)))
    assert asyncio.run(closed_with(knock(token))) == 4401


@pytest.mark.parametrize(("email", "code"), [("banned@example.com", 4403), ("stranger@example.com", 4404)])
def test_what_one_may_not_hear_closes_with_the_reason(email, code):
    token = str(AccessToken.for_user(account(email)))
    assert asyncio.run(closed_with(knock(token))) == code
