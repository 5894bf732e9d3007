"""Tickets through the ledger to trackers: whatever answer is lost on the way, there is one ticket."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.db.models.functions import Now

from integrations.models import Circuit, Effect
from integrations.services import delivery, effects
from integrations.services.effects import Intent
from integrations.tests.contracts.options import SECRET
from integrations.tests.vendors.asana import BASE, AsanaVendor
from integrations.tests.vendors.committing import AFTER_THE_DEED, CommittingVendor, Fault
from integrations.tests.vendors.jira import JiraVendor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

TIMEOUT = 0.5
PROVIDERS = "integrations.providers.tickets"


@pytest.fixture(params=["cloud", "server", "asana"])
def tracker(request: pytest.FixtureRequest, serve: Callable[..., None]) -> Iterator[CommittingVendor]:
    if request.param == "asana":
        server: CommittingVendor = AsanaVendor()
        serve(
            "tickets",
            f"{PROVIDERS}.asana.AsanaTickets",
            base_url=server.url + BASE,
            token=SECRET,
            timeout=TIMEOUT,
        )
    else:
        server = JiraVendor(cloud=request.param == "cloud")
        serve(
            "tickets",
            f"{PROVIDERS}.jira.JiraTickets",
            base_url=server.url,
            email="bot@example.com",
            api_token=SECRET,
            deployment=request.param,
            timeout=TIMEOUT,
        )
    yield server
    server.close()
    assert server.violations == []


PROJECTS = {JiraVendor: "OPS", AsanaVendor: "77"}


def intend(tracker: CommittingVendor, destination: str = "", **fields: Any) -> Effect:
    payload = {
        "title": "Call",
        "body": "",
        "assignee_email": "d@example.com",
        "due": None,
        "done": True,
        "place": {"project": PROJECTS[type(tracker)]},
    }
    with transaction.atomic():
        return effects.intend(Intent(Effect.Kind.TICKETS, ("task-1",), destination, payload, **fields))


def again(effect: Effect) -> Effect:
    """Deliver it once more, all waiting being over."""
    Circuit.objects.all().delete()
    Effect.objects.filter(not_before__isnull=False).update(not_before=Now())
    delivery.deliver(str(effect.pk))
    effect.refresh_from_db()
    return effect


@pytest.mark.parametrize("fault", [each for each in AFTER_THE_DEED if each != Fault.HANGS_AFTER_COMMIT])
def test_a_ticket_whose_answer_was_lost_is_found_and_not_opened_again(
    tracker: CommittingVendor, worker: Any, fault: Fault
) -> None:
    tracker.faults = [fault]
    effect = intend(tracker)
    worker.work()
    effect.refresh_from_db()
    assert (effect.status, effect.doubtful) == ("queued", True)
    tracker.hidden = 1
    assert again(effect).status == "queued"
    again(effect)
    assert (effect.status, effect.doubtful, len(tracker.committed)) == ("sent", False, 1)
    assert effect.external_id in (tracker.committed[0].get("key"), tracker.committed[0].get("gid"))
    assert effect.url.startswith("http")


def test_a_ticket_that_was_never_opened_is_opened_after_two_looks(
    tracker: CommittingVendor, worker: Any
) -> None:
    tracker.faults = [Fault.HANGS]
    effect = intend(tracker)
    worker.work()
    assert (again(effect).status, len(tracker.committed)) == ("queued", 0)
    assert (again(effect).status, len(tracker.committed)) == ("sent", 1)


def test_a_busy_tracker_delays_a_ticket_and_a_change_of_it_follows(
    tracker: CommittingVendor, worker: Any
) -> None:
    tracker.faults = [Fault.TOO_MANY]
    effect = intend(tracker)
    worker.work()
    effect.refresh_from_db()
    assert (effect.status, effect.doubtful, len(tracker.committed)) == ("queued", False, 0)
    assert again(effect).status == "sent"
    tracker.faults = [Fault.DROPPED_AFTER_COMMIT]
    change = intend(tracker, effect.external_id, action=Effect.Action.UPDATE)
    worker.work()
    assert (again(change).status, len(tracker.committed)) == ("sent", 1)
