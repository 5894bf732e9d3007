"""Calendars and documents through the ledger: what was done is found again when its answer is lost."""

import pytest
from django.db import transaction
from django.db.models.functions import Now

from integrations.composers import Letter, compose_by, written_by
from integrations.models import Circuit, Effect
from integrations.services import effects
from integrations.services.effects import Intent
from integrations.tests.vendors.committing import CommittingVendor, Fault
from integrations.tests.vendors.google import GoogleVendor
from integrations.tests.vendors.graph import GraphVendor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

PROVIDERS = "integrations.providers"
ENTRY = Intent(
    Effect.Kind.CALENDARS,
    ["task-1"],
    "d@example.com",
    {"title": "Call", "day": "2026-11-17", "description": "Said at 00:41."},
)
REPORT = Intent(Effect.Kind.DOCUMENTS, ["meeting-1"], "folder-1", written_by("test report", "1"))
WAYS = {
    "google calendar": (GoogleVendor, f"{PROVIDERS}.calendars.google.GoogleCalendar", ENTRY),
    "microsoft calendar": (GraphVendor, f"{PROVIDERS}.calendars.microsoft.MicrosoftCalendar", ENTRY),
    "google documents": (GoogleVendor, f"{PROVIDERS}.documents.google.GoogleDocuments", REPORT),
}


@pytest.fixture(params=WAYS)
def way(request, serve):
    """The vendor, and what is to happen there once."""
    server, backend, intent = WAYS[request.param]
    vendor: CommittingVendor = server()
    compose_by("test report", lambda _: Letter("Weekly", "# Weekly"))
    serve(intent.kind, backend, base_url=vendor.url, access_token="token-of-the-tests", timeout=5.0)
    yield vendor, intent
    vendor.close()
    assert vendor.violations == []


def delivered(intent: Intent, worker) -> Effect:
    """What became of it, when all waiting is over."""
    with transaction.atomic():
        effect = effects.intend(intent)
    worker.work()
    for _ in range(6):
        Circuit.objects.update(open_until=Now())
        worker.wait()
    effect.refresh_from_db()
    return effect


@pytest.mark.parametrize("fault", [Fault.DROPPED_AFTER_COMMIT, Fault.MALFORMED])
def test_what_was_done_although_the_answer_was_lost_is_found(way, worker, fault) -> None:
    vendor, intent = way
    vendor.faults = [fault]
    effect = delivered(intent, worker)
    assert (effect.status, effect.external_id) == (Effect.Status.SENT, vendor.committed[0]["id"])
    assert effect.url.startswith("https://")
    assert len(vendor.committed) == 1


def test_a_search_that_lags_behind_does_not_make_a_second_one(way, worker) -> None:
    vendor, intent = way
    vendor.faults, vendor.hidden = [Fault.DROPPED_AFTER_COMMIT], 1
    assert delivered(intent, worker).status == Effect.Status.SENT
    assert len(vendor.committed) == 1


def test_what_a_vendor_did_not_take_is_done_later_and_once(way, worker) -> None:
    vendor, intent = way
    vendor.faults = [Fault.TOO_MANY, Fault.DOWN]
    effect = delivered(intent, worker)
    assert (effect.status, effect.external_id) == (Effect.Status.SENT, vendor.committed[0]["id"])
    assert len(vendor.committed) == 1
