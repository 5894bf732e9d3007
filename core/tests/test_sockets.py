"""Who may listen, by which of the three ways of showing a token, and what a listener gets."""

import asyncio
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from channels.db import database_sync_to_async as in_a_thread
from channels.testing import WebsocketCommunicator
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models.functions import Now
from rest_framework_simplejwt.tokens import AccessToken

from core.errors import Forbidden, NotFound
from core.realtime import Control, Event, hang_up, publish
from core.sockets import LiveConsumer

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Greeted(Event):
    type: ClassVar[str] = "greeted"
    email: str


@dataclass(frozen=True)
class Said(Event):
    type: ClassVar[str] = "said"
    text: str


class Lobby(LiveConsumer):
    """A socket for whoever is not called otherwise."""

    def authorize(self, user):
        if user.email.startswith("banned"):
            raise Forbidden
        if user.email.startswith("stranger"):
            raise NotFound
        return ["lobby"]

    def snapshot(self):
        yield Greeted(self.holder.user.email)


def account(email: str = "ann@example.com", **fields):
    return get_user_model().objects.create_user(email, "a long enough secret", **fields)


def knock(token: str = "", **options) -> WebsocketCommunicator:
    query = f"?token={token}" if token else ""
    return WebsocketCommunicator(Lobby.as_asgi(), f"/ws/lobby{query}", **options)


async def closed_with(socket: WebsocketCommunicator) -> int:
    connected, _ = await socket.connect()
    assert connected, "a browser sees the close code of an accepted socket only"
    message = await socket.receive_output()
    if message["type"] == "websocket.send":
        assert json.loads(message["text"])["type"] == "session.expired"
        message = await socket.receive_output()
    assert message["type"] == "websocket.close"
    return message["code"]


@pytest.fixture
def token(sign_in) -> str:
    return sign_in(account()).access


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
    await in_a_thread(publish)("lobby", Said("hello"))
    first, second = await socket.receive_json_from(), await socket.receive_json_from()
    assert (first["type"], first["payload"], first["seq"]) == ("greeted", {"email": "ann@example.com"}, 1)
    assert (second["type"], second["payload"], second["seq"]) == ("said", {"text": "hello"}, 2)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", second["ts"])
    await socket.disconnect()


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c"])
async def test_without_a_good_token_the_socket_closes_as_unauthenticated(token):
    assert await closed_with(knock(token)) == 4401


def test_a_refresh_token_opens_nothing(sign_in):
    assert asyncio.run(closed_with(knock(sign_in(account()).refresh))) == 4401


def test_a_closed_account_opens_nothing(sign_in):
    closed = account()
    access = sign_in(closed).access
    type(closed).objects.update(is_active=False)
    assert asyncio.run(closed_with(knock(access))) == 4401


def test_a_token_without_a_session_opens_nothing():
    assert asyncio.run(closed_with(knock(str(AccessToken.for_user(account()))))) == 4401


@pytest.mark.parametrize(("email", "code"), [("banned@example.com", 4403), ("stranger@example.com", 4404)])
def test_what_one_may_not_hear_closes_with_the_reason(email, code, sign_in):
    assert asyncio.run(closed_with(knock(sign_in(account(email)).access))) == code


@dataclass(frozen=True)
class Ask(Control):
    type = "ask"


class Door(Lobby):
    """Takes a control for which one has to be known."""

    takes = (Ask,)

    async def obey_ask(self, control: Ask) -> None:
        self.tell(Greeted(self.holder.user.email))


async def test_who_is_refused_is_not_heard_however_soon_they_speak():
    socket = WebsocketCommunicator(Door.as_asgi(), "/ws/door")
    await socket.send_input({"type": "websocket.connect"})
    await socket.send_to(text_data='{"type": "ask"}')
    assert (await socket.receive_output())["type"] == "websocket.accept"
    closed = await socket.receive_output()
    assert (closed["type"], closed["code"], closed["reason"]) == ("websocket.close", 4401, "UNAUTHORIZED")
    await socket.wait()


def test_who_sends_without_a_pause_leaves_turns_for_others(token, monkeypatch):
    """Of frames that are there already none has to be waited for."""
    taken = 0

    async def take(self, data: bytes) -> None:
        nonlocal taken
        taken += 1

    monkeypatch.setattr(Lobby, "receive_sound", take)

    async def run() -> int:
        turns, socket = 0, knock(token)
        await socket.connect()
        await socket.receive_json_from()
        for _ in range(200):
            await socket.send_to(bytes_data=b"hm")
        while taken < 200:
            turns += 1
            await asyncio.sleep(0)
        await socket.disconnect()
        return turns

    assert asyncio.run(run()) >= 200


async def test_a_group_that_is_hung_up_on_closes_with_the_code_and_the_reason(token):
    socket = knock(token)
    await socket.connect()
    await socket.receive_json_from()
    await in_a_thread(hang_up)("lobby", code=4403, reason="REMOVED")
    message = await socket.receive_output()
    assert (message["code"], message["reason"]) == (4403, "REMOVED")


def test_a_socket_closes_when_its_token_expires(sign_in):
    token = AccessToken(sign_in(account()).access)
    token.set_exp(lifetime=timedelta(seconds=2))

    async def wait() -> tuple[dict, dict]:
        socket = knock(str(token))
        await socket.connect()
        await socket.receive_json_from()
        return await socket.receive_json_from(timeout=5), await socket.receive_output(timeout=5)

    told, closed = asyncio.run(wait())
    assert (told["type"], told["payload"]["code"]) == ("session.expired", "TOKEN_EXPIRED")
    assert (closed["code"], closed["reason"]) == (4401, "TOKEN_EXPIRED")


def test_a_session_that_ends_while_its_socket_opens_closes_it(sign_in, monkeypatch):
    """The message about the end came before the socket listened for it."""
    token = sign_in(account()).access
    sessions = apps.get_model("accounts", "Session").objects
    monkeypatch.setattr(Lobby, "authorize", lambda self, user: sessions.update(ended_at=Now()) and [])
    monkeypatch.setattr(Lobby, "snapshot", lambda self: ())
    assert asyncio.run(closed_with(knock(token))) == 4401
