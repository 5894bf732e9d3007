"""Mails and posts through the ledger and over HTTP: what may have arrived is shown, and never sent again."""

from collections.abc import Iterator

import pytest

from integrations.models import Circuit
from integrations.tests.test_delivery import again, intend
from integrations.tests.vendors.committing import CommittingVendor, Fault
from integrations.tests.vendors.sendgrid import API_KEY, SendGridVendor
from integrations.tests.vendors.slack import TOKEN, SlackVendor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
P = "integrations.providers"


@pytest.fixture(params=["bot", "webhook", "sendgrid"])
def way(request, serve) -> Iterator[tuple[str, str, CommittingVendor]]:
    """A kind, a destination, and the vendor that holds the ledger of what was really done."""
    vendor = SendGridVendor() if request.param == "sendgrid" else SlackVendor()
    if request.param == "bot":
        serve("chat", f"{P}.chat.slack.SlackChat", token=TOKEN, base_url=f"{vendor.url}/api", timeout=2.0)
    elif request.param == "webhook":
        serve("chat", f"{P}.chat.slack.SlackChat", webhook_url=vendor.webhook_url, timeout=2.0)
    else:
        options = {"api_key": API_KEY, "sender": "bot@example.com", "base_url": vendor.url, "timeout": 2.0}
        serve("mail", f"{P}.mail.sendgrid.SendGridMail", **options)
    kind, destination = ("mail", "d@example.com") if request.param == "sendgrid" else ("chat", "#team")
    yield kind, destination, vendor
    vendor.close()
    assert vendor.violations == []


def test_an_answer_that_is_lost_leaves_one_and_says_that_nobody_knows(way, worker):
    kind, destination, vendor = way
    vendor.faults = [Fault.DROPPED_AFTER_COMMIT]
    effect = intend(kind, destination=destination)
    worker.work()
    again(effect)
    assert (effect.status, len(vendor.committed), len(vendor.asked)) == ("unknown", 1, 1)


def test_a_vendor_that_is_down_delays_and_loses_nothing(way, worker):
    kind, destination, vendor = way
    vendor.faults = [Fault.DOWN, Fault.TOO_MANY]
    effect = intend(kind, destination=destination)
    worker.work()
    for _ in range(2):
        assert (effect.status, vendor.committed) == ("queued", [])
        Circuit.objects.update(open_until=None)
        again(effect)
    assert (effect.status, len(vendor.committed)) == ("sent", 1)
    assert effect.external_id
