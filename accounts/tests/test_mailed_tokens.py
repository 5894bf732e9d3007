"""A link is good once, for a while, for one purpose, while it is the newest, and for nobody who forges it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection
from django.db.models.functions import Now
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.errors import InvalidToken, TooManyLetters
from accounts.models import MailedToken, User
from accounts.services import letters, mailed_tokens, passwords, verification
from accounts.services.mailed_tokens import Purpose
from accounts.tests import mailbox
from core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return mailbox.ann()


def refused(token: str) -> None:
    """The token verifies nothing, and everything stays as it was."""
    before = list(MailedToken.objects.order_by("pk").values())
    with pytest.raises(InvalidToken):
        verification.verify(token)
    assert list(MailedToken.objects.order_by("pk").values()) == before
    assert not User.objects.filter(is_verified=True).exists()
    assert not AuditEntry.objects.filter(action="email_verified").exists()


def test_a_link_verifies_the_address_once(ann):
    token = mailbox.token_to_verify(ann)
    assert verification.verify(token) == ann
    ann.refresh_from_db()
    assert ann.is_verified
    entry = AuditEntry.objects.get(action="email_verified")
    assert (entry.actor_id, entry.subject_id) == (ann.pk, ann.pk)
    with pytest.raises(InvalidToken):
        verification.verify(token)
    assert AuditEntry.objects.filter(action="email_verified").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_present_one_link_at_once_one_wins(ann):
    token = mailbox.token_to_verify(ann)

    def present(_: int) -> bool:
        try:
            verification.verify(token)
        except InvalidToken:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(present, range(8))) == 1
    assert AuditEntry.objects.filter(action="email_verified").count() == 1


def test_a_link_is_over_after_its_time(ann, settings):
    settings.EMAIL_VERIFICATION_LIFETIME = timedelta(hours=24)
    token = mailbox.token_to_verify(ann)
    mailed = MailedToken.objects.get()
    assert (
        timedelta(hours=23, minutes=59)
        < mailed.expires_at - mailed.created_at
        < timedelta(hours=24, minutes=1)
    )
    MailedToken.objects.update(expires_at=Now() - timedelta(seconds=1))
    refused(token)


def test_a_newer_letter_voids_the_older_ones_of_its_purpose_only(ann):
    first, reset, second = (
        mailbox.token_to_verify(ann),
        mailbox.token_to_reset(ann),
        mailbox.token_to_verify(ann),
    )
    refused(first)
    verification.verify(second)
    assert mailed_tokens.look(reset, Purpose.RESET_PASSWORD).user == ann


def test_a_link_is_void_once_the_account_has_another_address(ann):
    token = mailbox.token_to_verify(ann)
    User.objects.update(email="ann@elsewhere.example")
    refused(token)


def test_a_link_is_void_once_the_account_is_closed_or_gone(ann):
    token = mailbox.token_to_verify(ann)
    User.objects.update(is_active=False)
    refused(token)
    ann.delete()
    refused(token)


def test_a_link_serves_its_own_purpose_only(ann):
    verify, reset = mailbox.token_to_verify(ann), mailbox.token_to_reset(ann)
    refused(reset)
    with pytest.raises(InvalidToken):
        passwords.reset(verify, new_password="another good one")
    ann.refresh_from_db()
    assert ann.check_password(mailbox.SECRET)


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: "",
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token.partition(".")[0],
        lambda token: "." + token.partition(".")[2],
        lambda token: token.upper(),
        lambda token: token + "\x00",
        lambda token: "0" * 32 + "." + token.partition(".")[2],
        lambda token: signing.Signer(sep=".").sign(token.partition(".")[0]),
        lambda token: signing.Signer(salt="accounts.mailed_token.verify_email", sep=".").sign("no id"),
        lambda token: signing.Signer(salt="accounts.mailed_token.verify_email", sep=".", key="x").sign(
            token.partition(".")[0]
        ),
        lambda token: "x" * 1_000_000,
    ],
)
def test_what_we_did_not_sign_for_this_is_refused(ann, forge):
    refused(forge(mailbox.token_to_verify(ann)))


@given(st.text(max_size=120))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_no_text_is_a_token(text):
    with pytest.raises(InvalidToken):
        mailed_tokens.look(text, Purpose.RESET_PASSWORD)


def test_a_request_whose_person_is_not_known_yet_is_no_link(ann):
    letters.ask_for_reset(ann.email)
    asked = MailedToken.objects.get()
    with pytest.raises(InvalidToken):
        mailed_tokens.look(mailed_tokens.sign(asked), Purpose.RESET_PASSWORD)


def test_who_asks_too_often_is_told_to_wait_and_the_last_link_stays_good(ann):
    tokens = [mailbox.token_to_verify(ann) for _ in range(mailed_tokens.MOST_AN_HOUR)]
    with pytest.raises(TooManyLetters) as told:
        letters.ask_to_verify(ann)
    assert 3500 < told.value.retry_after <= 3600
    assert len(mailbox.sent()) == mailed_tokens.MOST_AN_HOUR
    assert verification.verify(tokens[-1]) == ann


def test_after_an_hour_one_may_ask_again(ann):
    for _ in range(mailed_tokens.MOST_AN_HOUR):
        letters.ask_to_verify(ann)
    MailedToken.objects.update(created_at=Now() - timedelta(hours=1, seconds=1))
    letters.ask_to_verify(ann)
    assert MailedToken.objects.count() == mailed_tokens.MOST_AN_HOUR + 1


def test_links_that_are_long_over_are_forgotten(ann):
    letters.ask_to_verify(ann)
    assert mailed_tokens.forget_old() == 0
    MailedToken.objects.update(expires_at=Now() - mailed_tokens.KEPT * 1.1)
    assert mailed_tokens.forget_old() == 1
