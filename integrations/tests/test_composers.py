"""Letters that are written when they are sent: what they say lies in no row, and none goes out twice."""

import pytest
from django.db import transaction
from django.db.models.functions import Now

from integrations import composers, registry
from integrations.composers import Letter, NotWanted
from integrations.errors import Rejected, Unavailable
from integrations.models import Effect
from integrations.providers.mail.memory import MemoryMail
from integrations.services import delivery, effects
from integrations.services.effects import Intent

pytestmark = pytest.mark.django_db(transaction=True)
LINK = "https://us.example/account?token=s3cret.S1gned"


@pytest.fixture
def written(monkeypatch) -> list[str]:
    """The ids for which a letter was written."""
    asked: list[str] = []
    monkeypatch.setattr(composers, "_composers", {})
    composers.compose_by("a.letter", lambda row_id: asked.append(row_id) or Letter("Hello", f"See {LINK}"))
    return asked


def intend() -> Effect:
    payload = composers.written_by("a.letter", "42")
    with transaction.atomic():
        return effects.intend(Intent(Effect.Kind.MAIL, ["42"], "ann@example.org", payload))


def deliver(effect: Effect) -> Effect:
    Effect.objects.filter(not_before__isnull=False).update(not_before=Now())
    delivery.deliver(str(effect.pk))
    effect.refresh_from_db()
    return effect


def sent() -> list[dict]:
    return [effect.payload for effect in registry.provider("mail", "memory").effects]


def test_a_letter_is_written_once_when_it_is_sent(written):
    effect = intend()
    assert (written, effect.payload) == ([], {"composer": "a.letter", "id": "42"})
    assert deliver(deliver(effect)).status == "sent"
    assert (written, [mail["text"] for mail in sent()]) == (["42"], [f"See {LINK}"])
    assert effect.payload == {"composer": "a.letter", "id": "42"}


def test_a_letter_that_nobody_wants_any_more_is_cancelled_with_the_reason(written):
    def refuse(row_id: str) -> Letter:
        raise NotWanted("the account is gone")

    composers.compose_by("a.letter", refuse)
    effect = deliver(intend())
    assert (effect.status, effect.reason, sent()) == ("cancelled", "the account is gone", [])


def test_a_letter_that_cannot_be_written_waits_and_is_not_in_doubt(written, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(composers, "_composers", {})
        effect = deliver(intend())
    assert (effect.status, effect.doubtful, sent()) == ("queued", False, [])
    assert effect.reason == "The letter could not be written (KeyError)."
    assert (deliver(effect).status, len(sent())) == ("sent", 1)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Rejected(f"550 we block {LINK} here"), "failed"),
        (Unavailable(f"451 later, {LINK} here"), "queued"),
        (Unavailable(f"lost after {LINK} here", maybe_done=True), "unknown"),
    ],
)
def test_a_server_that_quotes_the_link_does_not_bring_it_into_the_ledger(written, monkeypatch, error, status):
    def refuse(provider, message):
        raise error

    monkeypatch.setattr(MemoryMail, "send", refuse)
    effect = deliver(intend())
    assert (effect.status, "s3cret" in effect.reason) == (status, False)
    assert "token=[redacted] here" in effect.reason


def test_what_a_letter_says_is_not_in_its_repr():
    assert repr(Letter("Hello", LINK, LINK)) == "Letter(subject='Hello', reply_to='')"
