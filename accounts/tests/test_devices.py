"""Where one is signed in, and signing out over HTTP: one's own sessions, at once, and nobody else's."""

import asyncio
import os
import subprocess
import sys
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from channels.db import database_sync_to_async as in_a_thread
from channels.testing import WebsocketCommunicator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Session, User
from accounts.services import sessions
from accounts.services.tokens import Tokens
from core.models import AuditEntry
from core.sockets import LiveConsumer

pytestmark = pytest.mark.django_db
MOUNTS = ["/api/v1", "/api/v1/mobile", "/api/v1/web", "/v1"]
SECRETS = {"refresh_id", "refresh_token", "access_token"}


class Lobby(LiveConsumer):
    """A socket for everybody."""

    def authorize(self, user):
        return []


@pytest.fixture
def here(owner) -> Tokens:
    return sessions.start(owner)


def client(tokens: Tokens) -> APIClient:
    return APIClient(headers={"Authorization": f"Bearer {tokens.access}"})


def opens(tokens: Tokens) -> bool:
    return client(tokens).get("/api/v1/auth/me").status_code == 200


def of(person: User, index: int = 0) -> Session:
    return Session.objects.filter(user=person).order_by("created_at")[index]


@pytest.mark.parametrize("mount", MOUNTS)
def test_logging_out_needs_no_body_and_is_over_at_once(here, owner, mount):
    other = sessions.start(owner)
    answer = client(here).post(f"{mount}/auth/logout")
    assert (answer.status_code, answer.json()["message"]) == (200, "Successfully logged out")
    assert (opens(here), opens(other)) == (False, True)
    assert client(here).post(f"{mount}/auth/logout").status_code == 401


def test_the_refresh_token_that_is_handed_in_is_void_too(here, owner):
    other = sessions.start(owner)
    assert (
        client(here).post("/v1/auth/logout", {"refresh_token": other.refresh}, format="json").status_code
        == 200
    )
    assert (opens(here), opens(other)) == (False, False)


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "multipart/form-data"])
def test_logging_out_with_an_empty_body_of_any_type(here, content_type):
    answer = client(here).post("/api/v1/auth/logout", data="", content_type=content_type)
    assert (answer.status_code, opens(here)) == (200, False)


@pytest.mark.parametrize("token", [None, "", "nonsense", "somebody else's"])
def test_a_refresh_token_that_is_no_good_keeps_nobody_signed_in_and_signs_nobody_else_out(here, token):
    bobs = sessions.start(User.objects.create_user("bob@example.org"))
    body = {"refresh_token": bobs.refresh if token and token.startswith("somebody") else token}
    assert client(here).post("/api/v1/auth/logout", body, format="json").status_code == 200
    assert (opens(here), opens(bobs)) == (False, True)


def test_one_sees_where_one_is_signed_in_and_no_secret(owner):
    phone = APIClient(REMOTE_ADDR="203.0.113.7", HTTP_USER_AGENT="Phone")
    body = {"email": "owner@example.org", "password": "a-long-password"}
    token = phone.post("/api/v1/auth/login", body, format="json").json()["access_token"]
    sessions.start(owner)
    ended = sessions.start(owner)
    client(ended).post("/api/v1/auth/logout")
    answer = phone.get("/api/v1/auth/sessions", headers={"Authorization": f"Bearer {token}"})
    there, this = answer.json()
    assert (this["current"], there["current"], answer.headers["X-Total-Count"]) == (True, False, "2")
    assert (this["address"], this["user_agent"], this["provider"]) == ("203.0.113.7", "Phone", "password")
    assert {"id", "created_at", "last_used_at", "expires_at"} <= this.keys()
    assert not SECRETS & this.keys()


def test_each_mount_pages_the_sessions_in_its_way(here):
    assert client(here).get("/api/v1/mobile/auth/sessions").json()["total"] == 1
    data = client(here).get("/v1/auth/sessions").json()["data"]
    assert (len(data["sessions"]), data["pagination"]["total"]) == (1, 1)


def test_the_list_costs_the_same_whatever_its_length(here, owner):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client(here).get("/api/v1/auth/sessions").status_code == 200
        counts.append(len(queries))
        for _ in range(5):
            sessions.start(owner)
    assert counts == [3, 3]


@pytest.mark.parametrize(("mount", "status"), [("/api/v1", 204), ("/api/v1/web", 204), ("/v1", 200)])
def test_one_ends_a_session_from_another(here, owner, mount, status):
    other = sessions.start(owner)
    answer = client(here).delete(f"{mount}/auth/sessions/{of(owner, 1).pk}")
    assert answer.status_code == status
    if status == 200:
        assert answer.json() == {"success": True, "message": "Signed out on this device"}
    assert (opens(here), opens(other)) == (True, False)
    assert of(owner, 1).ended_because == "signed_out"
    assert client(here).delete(f"{mount}/auth/sessions/{of(owner, 1).pk}").status_code == 404


@pytest.mark.parametrize("mount", MOUNTS)
def test_nobody_ends_somebody_elses_session_or_sees_it(here, mount):
    bob = User.objects.create_user("bob@example.org")
    bobs = sessions.start(bob)
    assert client(here).delete(f"{mount}/auth/sessions/{of(bob).pk}").status_code == 404
    assert client(here).delete(f"{mount}/auth/sessions/{uuid4()}").status_code == 404
    assert str(of(bob).pk) not in client(here).get(f"{mount}/auth/sessions").content.decode()
    assert opens(bobs)
    assert AuditEntry.objects.filter(action="signed_out").count() == 0


@pytest.mark.parametrize("mount", MOUNTS)
def test_logging_out_everywhere_ends_all_of_ones_sessions_and_nobody_elses(here, owner, mount):
    other, bobs = sessions.start(owner), sessions.start(User.objects.create_user("bob@example.org"))
    answer = client(here).post(f"{mount}/auth/logout-all")
    assert (answer.status_code, answer.json()["message"]) == (200, "Successfully logged out everywhere")
    assert (opens(here), opens(other), opens(bobs)) == (False, False, True)
    assert AuditEntry.objects.get(action="signed_out").details == {"sessions": 2}


@pytest.mark.django_db(transaction=True)
def test_logging_out_everywhere_closes_the_sockets_of_all_sessions(here, owner):
    everywhere = [here, sessions.start(owner)]

    async def listen() -> None:
        sockets = [WebsocketCommunicator(Lobby.as_asgi(), f"/ws?token={each.access}") for each in everywhere]
        for socket in sockets:
            assert (await socket.connect())[0]
        await in_a_thread(client(here).post)("/api/v1/auth/logout-all")
        for socket in sockets:
            assert (await socket.receive_json_from(timeout=5))["type"] == "session.expired"
            closed = await socket.receive_output(timeout=5)
            assert (closed["code"], closed["reason"]) == (4401, "SESSION_ENDED")

    asyncio.run(listen())


ELSEWHERE = """
import django
django.setup()
from accounts.models import User
from accounts.services import sessions
sessions.sign_out_everywhere(User.objects.get())
"""


@pytest.mark.django_db(transaction=True)
def test_a_session_that_another_process_ends_closes_its_sockets_here(here, settings):
    if not settings.REDIS_URL:
        pytest.skip("without Redis one process serves all sockets")
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = os.environ | {"DATABASE_URL": url.geturl()}

    async def listen() -> None:
        socket = WebsocketCommunicator(Lobby.as_asgi(), f"/ws?token={here.access}")
        assert (await socket.connect())[0]
        command = [sys.executable, "-c", ELSEWHERE]
        await asyncio.to_thread(subprocess.run, command, env=environment, check=True, timeout=30)
        assert (await socket.receive_json_from(timeout=5))["type"] == "session.expired"
        closed = await socket.receive_output(timeout=5)
        assert (closed["code"], closed["reason"]) == (4401, "SESSION_ENDED")

    asyncio.run(listen())


def test_a_session_that_has_expired_opens_nothing(here):
    Session.objects.update(expires_at="2026-01-01T00:00:00Z")
    assert not opens(here)
