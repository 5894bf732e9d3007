"""Staying signed in, and being signed out: at once, everywhere, and when somebody else holds a token."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from channels.db import database_sync_to_async as in_a_thread
from channels.testing import WebsocketCommunicator
from django.db import connection, transaction
from django.db.models.functions import Now
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.errors import BadCredentials, DomainNotAllowed
from accounts.models import Session, User
from accounts.services import sessions
from core.models import AuditEntry
from core.sockets import LiveConsumer

pytestmark = pytest.mark.django_db
ME = "/api/v1/auth/me"


class Lobby(LiveConsumer):
    """A socket for everybody."""

    def authorize(self, user):
        return []


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann@example.com", "correct horse battery")


def opens(access: str) -> bool:
    return APIClient().get(ME, headers={"Authorization": f"Bearer {access}"}).status_code == 200


def audited() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_refreshing_gives_new_tokens_of_the_same_person_and_session(ann):
    first = sessions.start(ann)
    user, second = sessions.refresh(first.refresh)
    assert (user, opens(second.access), opens(first.access)) == (ann, True, True)
    assert Session.objects.count() == 1


def test_refresh_tokens_follow_one_another(ann):
    token = sessions.start(ann).refresh
    for _ in range(3):
        token = sessions.refresh(token)[1].refresh
    assert Session.objects.get().ended_at is None


def test_a_used_refresh_token_ends_the_whole_session_and_is_written_down(ann):
    first = sessions.start(ann)
    second = sessions.refresh(first.refresh)[1]
    with pytest.raises(BadCredentials):
        sessions.refresh(first.refresh)
    assert (opens(first.access), opens(second.access)) == (False, False)
    with pytest.raises(BadCredentials):
        sessions.refresh(second.refresh)
    assert Session.objects.get().ended_because == "token_reused"
    assert audited() == ["signed_in", "token_reused"]


def test_a_used_refresh_token_leaves_other_sessions_alone(ann):
    first, other = sessions.start(ann), sessions.start(ann)
    sessions.refresh(first.refresh)
    with pytest.raises(BadCredentials):
        sessions.refresh(first.refresh)
    assert opens(other.access)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_present_one_refresh_token_at_once_one_wins_and_the_session_ends(ann):
    token = sessions.start(ann).refresh

    def present(_: int) -> bool:
        try:
            sessions.refresh(token)
        except BadCredentials:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(present, range(8))) == 1
    assert Session.objects.get().ended_because == "token_reused"


@pytest.mark.django_db(transaction=True)
def test_who_waited_for_the_other_to_refresh_is_judged_by_what_they_left(ann, beside, until_blocked):
    token = sessions.start(ann).refresh

    with transaction.atomic():
        sessions.refresh(token)
        second = beside(lambda: sessions.refresh(token))
        until_blocked()
    with pytest.raises(BadCredentials):
        second.result(timeout=10)
    assert Session.objects.get().ended_because == "token_reused"


@pytest.mark.parametrize("token", ["", "a.b.c", "nonsense"])
def test_what_is_no_refresh_token_refreshes_nothing(token):
    with pytest.raises(BadCredentials):
        sessions.refresh(token)


@pytest.mark.parametrize("claim", ["sid", "sub", "jti"])
@pytest.mark.parametrize("value", [None, 42, "42"])
def test_a_refresh_token_that_names_nothing_of_ours_refreshes_nothing(ann, claim, value):
    token = RefreshToken(sessions.start(ann).refresh)
    token[claim] = value
    with pytest.raises(BadCredentials):
        sessions.refresh(str(token))
    assert Session.objects.get().ended_at is None


def test_an_access_token_refreshes_nothing(ann):
    with pytest.raises(BadCredentials):
        sessions.refresh(sessions.start(ann).access)


def test_a_closed_account_refreshes_nothing(ann):
    token = sessions.start(ann).refresh
    User.objects.update(is_active=False)
    with pytest.raises(BadCredentials):
        sessions.refresh(token)


def test_company_domains_bind_refreshing_too(ann, settings):
    token = sessions.start(ann).refresh
    settings.COMPANY_DOMAINS = ["corp.example"]
    with pytest.raises(DomainNotAllowed):
        sessions.refresh(token)


def test_logging_out_voids_the_tokens_of_this_session_only(ann):
    here, there = sessions.start(ann), sessions.start(ann)
    sessions.log_out(ann, RefreshToken(here.refresh)["sid"])
    assert (opens(here.access), opens(there.access)) == (False, True)
    with pytest.raises(BadCredentials):
        sessions.refresh(here.refresh)
    assert audited()[-1] == "signed_out"


def test_nobody_logs_somebody_else_out(ann):
    tokens = sessions.start(ann)
    sessions.log_out(User.objects.create_user("bob@example.com"), RefreshToken(tokens.refresh)["sid"])
    assert opens(tokens.access)


def test_a_session_remembers_where_it_was_used_last():
    client = APIClient(REMOTE_ADDR="203.0.113.7", HTTP_USER_AGENT="Phone " * 100)
    body = {"email": "ann@example.com", "password": "correct horse battery"}
    client.post("/api/v1/auth/register", body, format="json")
    session = Session.objects.get()
    assert (session.address, session.user_agent) == ("203.0.113.7", ("Phone " * 100)[:300])


def test_sessions_that_are_long_over_are_forgotten(ann):
    sessions.start(ann)
    sessions.start(ann)
    old = Session.objects.last()
    Session.objects.filter(pk=old.pk).update(expires_at=Now() - sessions.KEPT * 1.1)
    assert sessions.forget_old() == 1
    assert not Session.objects.filter(pk=old.pk).exists()


def test_a_session_that_ended_long_ago_is_forgotten_before_its_tokens_would_have_expired(ann):
    for tokens in (sessions.start(ann), sessions.start(ann)):
        sessions.log_out(ann, RefreshToken(tokens.refresh)["sid"])
    kept, old = Session.objects.all()
    Session.objects.filter(pk=old.pk).update(ended_at=Now() - sessions.KEPT * 1.1)
    assert sessions.forget_old() == 1
    assert Session.objects.get() == kept


@pytest.mark.django_db(transaction=True)
def test_the_sockets_of_an_ended_session_close_at_once_and_those_of_others_stay(ann):
    here, there = sessions.start(ann), sessions.start(ann)

    async def listen() -> None:
        mine, other = (
            WebsocketCommunicator(Lobby.as_asgi(), f"/ws?token={tokens.access}") for tokens in (here, there)
        )
        assert (await mine.connect())[0]
        assert (await other.connect())[0]
        await in_a_thread(sessions.log_out)(ann, RefreshToken(here.refresh)["sid"])
        assert (await mine.receive_json_from(timeout=5))["type"] == "session.expired"
        closed = await mine.receive_output(timeout=5)
        assert (closed["code"], closed["reason"]) == (4401, "SESSION_ENDED")
        assert await other.receive_nothing(timeout=0.05)
        await other.disconnect()

    asyncio.run(listen())
