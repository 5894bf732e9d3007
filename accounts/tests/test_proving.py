"""Proving by a password who one is: a guesser is slowed down, and learns nothing from words, work or time."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import hashers

from accounts.errors import BadCredentials, SlowedDown
from accounts.models import User
from accounts.services import accounts, proving
from core.models import AuditEntry

SECRET = "correct horse battery"
ANN, WHO = "ann@example.com", "who@example.com"
MD5, PBKDF2 = (f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("MD5", "PBKDF2"))

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return User.objects.create_user(ANN, SECRET)


def fail(email: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(BadCredentials):
            proving.prove(email, "wrong")


@pytest.mark.parametrize("email", [ANN, WHO])
def test_after_five_failures_an_address_waits_whether_it_is_known_or_not(ann, limited, email):
    fail(email, 5)
    with pytest.raises(SlowedDown) as slowed:
        proving.prove(email, SECRET)
    assert 295 <= slowed.value.retry_after <= 300
    fail("other@example.com", 1)


def test_the_right_password_before_the_sixth_failure_forgets_the_failures(ann, limited):
    fail(ANN, 4)
    assert proving.prove(ANN, SECRET) == ann
    fail(ANN, 5)
    with pytest.raises(SlowedDown):
        proving.prove(ANN, SECRET)


def test_after_the_wait_the_person_is_let_in(ann, limited, monkeypatch):
    fail(ANN, 5)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 301)
    assert proving.prove(ANN, SECRET) == ann


def test_letters_and_blanks_of_an_address_give_no_further_attempts(ann, limited):
    for email in (ANN, "ANN@example.com", " ann@Example.COM", "Ann@example.com ", "aNN@example.com"):
        fail(email, 1)
    with pytest.raises(SlowedDown):
        proving.prove("anN@example.com", SECRET)


@pytest.mark.django_db(transaction=True)
def test_of_fifty_guesses_at_once_five_are_judged(ann, limited, monkeypatch):
    judged = []
    monkeypatch.setattr(proving, "_opens", lambda user, password: bool(judged.append(password)))
    monkeypatch.setattr(proving, "_note_refusal", lambda user, reason: None)
    monkeypatch.setattr(User.objects, "filter", lambda **asked: User.objects.none())

    def guess(number: int) -> type[Exception]:
        with pytest.raises((BadCredentials, SlowedDown)) as refused:
            proving.prove(ANN, f"guess {number}")
        return refused.type

    with ThreadPoolExecutor(50) as pool:
        outcomes = list(pool.map(guess, range(50)))
    assert (len(judged), outcomes.count(BadCredentials), outcomes.count(SlowedDown)) == (5, 5, 45)


def test_without_limits_nobody_is_slowed_down(ann):
    fail(ANN, 20)
    assert proving.prove(ANN, SECRET) == ann


def someone(who: str) -> str:
    """The address of an account of this kind."""
    email = f"{who}@example.com"
    if who == "nobody":
        return email
    user = User.objects.create_user(email, SECRET, is_active=who != "closed")
    if who == "from_a_provider":
        user.set_unusable_password()
    if who == "outdated":
        user.password = hashers.make_password(SECRET, hasher="pbkdf2_sha256")
    if who == "unreadable":
        user.password = "no$hash"
    user.save()
    return email


@pytest.mark.parametrize("who", ["known", "nobody", "closed", "from_a_provider", "outdated", "unreadable"])
def test_a_wrong_password_costs_one_run_of_each_hasher_whoever_is_meant(settings, monkeypatch, who):
    settings.PASSWORD_HASHERS = [MD5, PBKDF2]
    monkeypatch.setattr(hashers.PBKDF2PasswordHasher, "iterations", 10)
    email, worked = someone(who), []
    for hasher in (hashers.MD5PasswordHasher, hashers.PBKDF2PasswordHasher):
        encode = hasher.encode

        def noted(self, password, *rest, encode=encode, **options):
            worked.append((self.algorithm, password))
            return encode(self, password, *rest, **options)

        monkeypatch.setattr(hasher, "encode", noted)
    with pytest.raises(BadCredentials):
        proving.prove(email, "wrong")
    assert worked == [("md5", "wrong"), ("pbkdf2_sha256", "wrong")]


def test_whoever_is_right_leaves_with_a_hash_of_today(settings, monkeypatch):
    settings.PASSWORD_HASHERS = [MD5, PBKDF2]
    monkeypatch.setattr(hashers.PBKDF2PasswordHasher, "iterations", 10)
    user = proving.prove(someone("outdated"), SECRET)
    user.refresh_from_db()
    assert hashers.identify_hasher(user.password).algorithm == "md5"


@pytest.mark.parametrize("password", ["", "a\x00b", "𝔭𝔞𝔰𝔰", "ß" * 100_000])
def test_odd_passwords_are_wrong_passwords(ann, password):
    with pytest.raises(BadCredentials):
        proving.prove(ANN, password)


@pytest.mark.parametrize("email", ["", "ann", "a\x00nn@example.com", "ann@example.com\x00", "é@example.com"])
def test_what_is_no_address_is_nobodys(ann, email):
    with pytest.raises(BadCredentials):
        proving.prove(email, "wrong")


def test_each_refusal_is_written_down_by_id_and_without_the_address(ann, limited):
    fail(ANN, 5)
    fail(WHO, 1)
    with pytest.raises(SlowedDown):
        accounts.log_in(ANN, password=SECRET)
    entries = AuditEntry.objects.order_by("id").values_list("action", "subject_id", "details")
    assert list(entries) == [
        *[("sign_in_refused", ann.pk, {"reason": "credentials"})] * 5,
        ("sign_in_refused", None, {"reason": "credentials"}),
        ("sign_in_refused", ann.pk, {"reason": "slowed_down"}),
    ]
