"""Calls with bots that do as the test says, and time that passes for them."""

import pytest
from django.db.models.functions import Now

from integrations import registry
from integrations.models import Circuit, Effect
from integrations.providers.bots.memory import MemoryBots
from integrations.services import delivery
from integrations.tests.vendors.server import Reply, Vendor
from meetings.models import Observer
from meetings.pipeline import watching
from meetings.tests import factories

MEET = "https://meet.google.com/abc-defg-hij"


@pytest.fixture
def meeting(owner):
    return factories.meeting(owner, code=MEET)


@pytest.fixture
def bots() -> MemoryBots:
    """The one that serves."""
    return registry.provider("bots", "memory")


@pytest.fixture
def look(db):
    """`look()`: all waiting times are over; bots are sent, and each observer is looked after once."""

    def look(times: int = 1) -> None:
        for _ in range(times):
            Circuit.objects.all().delete()
            Effect.objects.filter(not_before__isnull=False).update(not_before=Now())
            Observer.objects.filter(ended_at__isnull=True).update(not_before=None)
            for effect_id in Effect.objects.filter(kind=Effect.Kind.BOTS).values_list("pk", flat=True):
                delivery.deliver(str(effect_id))
            for observer_id in Observer.objects.filter(watching.due()).values_list("pk", flat=True):
                watching.watch(str(observer_id))

    return look


@pytest.fixture
def media():
    """A server that has recordings: `media.routes` say what."""
    server = Vendor()
    server.route("GET", "/recording", lambda asked: Reply(200, factories.wav(3.0)))
    yield server
    server.close()


def join(api, meeting, **fields):
    return api.post(f"/api/v1/meetings/{meeting.pk}/join", fields, format="json")


def bot_of(api, meeting) -> dict:
    return api.get(f"/api/v1/meetings/{meeting.pk}/bot").json()
