"""Vendors' webhooks: proven, and then nothing but a reason to look."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from rest_framework.test import APIClient

from integrations import registry
from integrations.providers.bots.memory import MemoryBots
from meetings.models import Observer
from meetings.pipeline import watching
from meetings.services import observers

from .conftest import join

pytestmark = pytest.mark.django_db

SECRET = "webhook-secret-of-the-tests"
BODY = json.dumps({"bot_id": "bots-1"}).encode()


@pytest.fixture
def bots(serve) -> MemoryBots:
    serve("bots", "integrations.providers.bots.memory.MemoryBots", webhook_secret=SECRET)
    return registry.provider("bots", "chosen")


@pytest.fixture
def quiet(api, meeting, bots, look) -> Observer:
    """One that is not due for long."""
    join(api, meeting)
    look()
    Observer.objects.update(not_before=Now() + timedelta(hours=1), updated_at=Now() - timedelta(hours=1))
    return Observer.objects.get()


def told(provider: str, body: bytes = BODY, *, signature: str | None = None):
    proof = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest() if signature is None else signature
    return APIClient().post(
        f"/api/v1/hooks/bots/{provider}", body, content_type="application/json", HTTP_X_SIGNATURE=proof
    )


def test_one_that_is_proven_has_its_bot_looked_at_now(quiet):
    assert told("chosen").status_code == 204
    assert Observer.objects.get().not_before is None


def test_one_that_is_said_again_and_again_has_its_bot_looked_at_now_and_then(quiet):
    Observer.objects.update(updated_at=Now())
    times = []
    for _ in range(3):
        assert told("chosen").status_code == 204
        times.append(Observer.objects.get().not_before)
    assert times == [times[0]] * 3
    assert times[0] < quiet.not_before
    assert not Observer.objects.filter(watching.due()).exists()


def test_one_that_comes_during_a_look_is_followed_by_another(quiet, bots, look, monkeypatch):
    status = bots.status

    def told_meanwhile(bot_id: str):
        seen = status(bot_id)
        told("chosen")
        return seen

    monkeypatch.setattr(MemoryBots, "status", lambda self, bot_id: told_meanwhile(bot_id))
    monkeypatch.setattr(MemoryBots, "least_pause", 300.0)
    look()
    soon = Observer.objects.filter(not_before__lte=Now() + observers.PAUSE, lease_until=None)
    assert soon.exists()


@pytest.mark.once
@pytest.mark.parametrize(
    ("provider", "body", "signature"),
    [
        ("chosen", BODY, ""),
        ("chosen", BODY, "0" * 64),
        ("chosen", BODY + b" ", hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()),
        ("memory", BODY, None),
        ("nobody", BODY, None),
    ],
)
def test_one_that_is_forged_is_refused_and_changes_nothing(quiet, provider, body, signature):
    answer = told(provider, body, signature=signature)
    assert (answer.status_code, answer.json()["code"]) == (401, "SIGNATURE_INVALID")
    assert Observer.objects.get().not_before == quiet.not_before


def test_one_about_a_bot_that_nobody_knows_changes_nothing(quiet):
    assert told("chosen", json.dumps({"bot_id": "bots-7"}).encode()).status_code == 204
    assert Observer.objects.get().not_before == quiet.not_before
