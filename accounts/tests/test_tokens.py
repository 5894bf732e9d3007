"""One account, one token: issued anywhere, good everywhere, and only for what it is."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts.errors import BadCredentials, DomainNotAllowed
from accounts.models import User
from accounts.services import tokens

pytestmark = pytest.mark.django_db
ME = "/api/v1/auth/me"


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann@example.com", "correct horse battery")


def status_of(token: str, path: str = ME) -> int:
    return APIClient().get(path, headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.mark.parametrize("path", [ME, "/api/v1/mobile/auth/me", "/api/v1/web/auth/me", "/v1/users/me"])
def test_an_access_token_opens_every_mount(ann, path):
    assert status_of(tokens.issue(ann).access, path) == 200


def test_a_refresh_token_opens_nothing(ann):
    assert status_of(tokens.issue(ann).refresh) == 401


def test_an_expired_token_opens_nothing(ann):
    token = AccessToken.for_user(ann)
    token.set_exp(lifetime=-timedelta(seconds=1))
    assert status_of(str(token)) == 401


def test_the_token_of_a_closed_account_opens_nothing(ann):
    access = tokens.issue(ann).access
    User.objects.update(is_active=False)
    assert status_of(access) == 401


def test_the_token_of_a_deleted_account_opens_nothing(ann):
    access = tokens.issue(ann).access
    ann.delete()
    assert status_of(access) == 401


def test_a_token_that_names_nobody_of_ours_opens_nothing():
    token = AccessToken()
    token["sub"] = "42"
    assert status_of(str(token)) == 401


def test_refreshing_gives_new_tokens_of_the_same_person(ann):
    user, issued = tokens.refresh(tokens.issue(ann).refresh)
    assert (user, status_of(issued.access)) == (ann, 200)


def test_the_life_of_an_access_token_is_told_in_seconds(ann):
    assert tokens.issue(ann).expires_in == 3600


@pytest.mark.parametrize("token", ["", "a.b.c", "nonsense"])
def test_what_is_no_refresh_token_refreshes_nothing(token):
    with pytest.raises(BadCredentials):
        tokens.refresh(token)


def test_a_refresh_token_that_names_nobody_of_ours_refreshes_nothing():
    token = RefreshToken()
    token["sub"] = "42"
    with pytest.raises(BadCredentials):
        tokens.refresh(str(token))


def test_an_access_token_refreshes_nothing(ann):
    with pytest.raises(BadCredentials):
        tokens.refresh(tokens.issue(ann).access)


def test_a_closed_account_refreshes_nothing(ann):
    refresh = tokens.issue(ann).refresh
    User.objects.update(is_active=False)
    with pytest.raises(BadCredentials):
        tokens.refresh(refresh)


def test_company_domains_bind_refreshing_too(ann, settings):
    settings.COMPANY_DOMAINS = ["corp.example"]
    with pytest.raises(DomainNotAllowed):
        tokens.refresh(tokens.issue(ann).refresh)
