"""Coming to have an account, and proving that it is one's own."""

import pytest
from django.contrib.auth.hashers import check_password
from django.db import IntegrityError

from accounts.errors import BadCredentials, DomainNotAllowed, EmailTaken, UsernameTaken, WeakPassword
from accounts.models import User
from accounts.services import accounts
from core.models import AuditEntry

SECRET = "correct horse battery"

pytestmark = pytest.mark.django_db


def test_an_address_is_kept_in_small_letters_and_found_in_any():
    user = accounts.register("Ann.Lee@Example.COM", password=SECRET)
    assert user.email == "ann.lee@example.com"
    assert accounts.log_in("ANN.LEE@example.com", password=SECRET) == user


def test_a_registration_is_written_down():
    user = accounts.register("ann@example.com", password=SECRET)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_id, entry.subject_id) == ("registered", user.pk, user.pk)
    assert entry.details == {"provider": "password"}


def test_an_address_is_taken_in_any_case_of_letters():
    accounts.register("ann@example.com", password=SECRET)
    with pytest.raises(EmailTaken):
        accounts.register("ANN@Example.com", password=SECRET)


def test_the_database_too_refuses_an_address_in_another_case():
    accounts.register("ann@example.com", password=SECRET)
    with pytest.raises(IntegrityError):
        User.objects.create(email="ANN@example.com")


def test_a_username_is_optional_and_unique():
    accounts.register("ann@example.com", password=SECRET)
    accounts.register("bob@example.com", password=SECRET)
    accounts.register("cem@example.com", password=SECRET, username="cem")
    with pytest.raises(UsernameTaken):
        accounts.register("dee@example.com", password=SECRET, username="cem")


def test_of_two_who_register_the_same_address_at_once_the_later_is_told_so(monkeypatch):
    look = accounts._require_free

    def look_before_the_other_is_there(email: str, username: str | None) -> None:
        monkeypatch.setattr(accounts, "_require_free", look)
        User.objects.create_user(email, SECRET)

    monkeypatch.setattr(accounts, "_require_free", look_before_the_other_is_there)
    with pytest.raises(EmailTaken):
        accounts.register("ann@example.com", password=SECRET)
    assert User.objects.count() == 1


@pytest.mark.parametrize("password", ["12345678901", "password1", "ann@example.com"])
def test_a_password_that_is_easy_to_guess_is_refused_with_a_reason(password):
    with pytest.raises(WeakPassword) as refused:
        accounts.register("ann@example.com", password=password)
    assert refused.value.fields["password"]


def test_a_password_is_kept_as_a_hash_only():
    user = accounts.register("ann@example.com", password=SECRET)
    assert SECRET not in user.password
    assert check_password(SECRET, user.password)


@pytest.mark.parametrize(
    ("names", "full_name", "name"),
    [
        ({}, "", "ann"),
        ({"first_name": "Ann", "last_name": "Lee"}, "Ann Lee", "Ann Lee"),
        ({"full_name": " A. Lee ", "first_name": "Ann"}, "A. Lee", "A. Lee"),
    ],
)
def test_the_name_is_the_full_name_or_what_stands_before_the_at(names, full_name, name):
    user = accounts.register("ann@example.com", password=SECRET, **names)
    assert (user.full_name, user.name) == (full_name, name)


def test_an_unknown_address_a_wrong_password_and_a_closed_account_look_the_same():
    accounts.register("ann@example.com", password=SECRET)
    User.objects.create_user("gone@example.com", SECRET, is_active=False)
    attempts = [("who@example.com", SECRET), ("ann@example.com", "wrong"), ("gone@example.com", SECRET)]
    said = []
    for email, password in attempts:
        with pytest.raises(BadCredentials) as refused:
            accounts.log_in(email, password=password)
        said.append((refused.value.code, refused.value.message))
    assert len(set(said)) == 1


def test_an_unknown_address_costs_as_many_hashes_as_a_wrong_password(monkeypatch):
    accounts.register("ann@example.com", password=SECRET)
    hashed = []
    encode = "django.contrib.auth.hashers.MD5PasswordHasher.encode"
    monkeypatch.setattr(encode, lambda hasher, password, salt: hashed.append(password) or "md5$x$y")
    for email in ("ann@example.com", "who@example.com"):
        hashed.clear()
        with pytest.raises(BadCredentials):
            accounts.log_in(email, password="wrong")
        assert hashed == ["wrong"]


@pytest.mark.parametrize("email", ["ann@example.com", "ann@corp.example.evil.com", "ann@evilcorp.example"])
def test_company_domains_bind_every_way_in(settings, email):
    settings.COMPANY_DOMAINS = ["corp.example"]
    with pytest.raises(DomainNotAllowed):
        accounts.register(email, password=SECRET)
    User.objects.create_user(email, SECRET)
    with pytest.raises(DomainNotAllowed):
        accounts.log_in(email, password=SECRET)


def test_an_address_of_the_company_is_let_in(settings):
    settings.COMPANY_DOMAINS = ["corp.example"]
    assert accounts.register("Ann@Corp.Example", password=SECRET).email == "ann@corp.example"
