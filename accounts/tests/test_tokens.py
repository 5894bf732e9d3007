"""One account, one token: issued anywhere, good everywhere, and only for what it is."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import User
from accounts.services import sessions

pytestmark = pytest.mark.django_db
ME = "/api/v1/auth/me"


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann@example.com", "correct horse battery")


def status_of(token: str, path: str = ME) -> int:
    return APIClient().get(path, headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.mark.parametrize("path", [ME, "/api/v1/mobile/auth/me", "/api/v1/web/auth/me", "/v1/users/me"])
def test_an_access_token_opens_every_mount(ann, path):
    assert status_of(sessions.start(ann).access, path) == 200


def test_a_refresh_token_opens_nothing(ann):
    assert status_of(sessions.start(ann).refresh) == 401


def test_an_expired_token_opens_nothing(ann):
    token = AccessToken(sessions.start(ann).access)
    assert status_of(str(token)) == 200
    token.set_exp(lifetime=-timedelta(seconds=1))
    assert status_of(str(token)) == 401


def test_the_token_of_a_closed_account_opens_nothing(ann):
    access = sessions.start(ann).access
    User.objects.update(is_active=False)
    assert status_of(access) == 401


def test_the_token_of_a_deleted_account_opens_nothing(ann):
    access = sessions.start(ann).access
    ann.delete()
    assert status_of(access) == 401


def test_a_token_that_names_nobody_of_ours_opens_nothing():
    token = AccessToken()
    token["sub"] = "42"
    assert status_of(str(token)) == 401


@pytest.mark.parametrize("claim", ["sid", "sub"])
@pytest.mark.parametrize("value", [None, 7, "", "42", "00000000-0000-4000-8000-000000000000"])
def test_a_token_without_a_session_and_its_person_opens_nothing(ann, claim, value):
    token = AccessToken(sessions.start(ann).access)
    token[claim] = value
    assert status_of(str(token)) == 401


def test_a_token_of_one_persons_session_does_not_open_anothers_account(ann):
    token = AccessToken(sessions.start(ann).access)
    token["sub"] = str(User.objects.create_user("bob@example.com").pk)
    assert status_of(str(token)) == 401


def test_the_life_of_an_access_token_is_told_in_seconds(ann):
    assert sessions.start(ann).expires_in == 3600


def test_who_calls_is_found_with_one_query(ann, django_assert_num_queries):
    access = sessions.start(ann).access
    with django_assert_num_queries(1):
        assert status_of(access) == 200
