"""A person has an address told of what happens: over REST, the ledger, and a receiver that really listens."""

from uuid import uuid4

import pytest
from django.db import transaction
from standardwebhooks.webhooks import Webhook

from integrations.models import Effect, WebhookEndpoint
from integrations.refusals import TooManyWebhooks
from integrations.services import delivery, effects, webhooks
from integrations.services.effects import Intent
from integrations.tests.vendors.server import Reply, Vendor

pytestmark = pytest.mark.django_db(transaction=True)

HOOKS = "/api/v1/webhooks"
STANDARD = "integrations.providers.webhooks.standard.StandardWebhooks"


@pytest.fixture
def receiver(serve):
    serve("webhooks", STANDARD, private_allowed=True, timeout=2.0)
    vendor = Vendor()
    vendor.route("POST", "/", lambda asked: Reply(204))
    yield vendor
    vendor.close()


@pytest.fixture
def hook(api, receiver):
    """A webhook of the owner for tasks, with its secret."""
    body = {"url": f"{receiver.url}/hook", "events": ["task.created"]}
    return api.post(HOOKS, body, format="json").json()


def endpoint_of(hook) -> WebhookEndpoint:
    return WebhookEndpoint.objects.get(pk=hook["id"])


def tell(hook, happened="task.created", **options) -> None:
    webhooks.tell(endpoint_of(hook).owner_id, happened, {"id": "42"}, **options)


def again(effect_id) -> None:
    """The next attempt, whenever it would be."""
    Effect.objects.filter(pk=effect_id).update(not_before=None)
    delivery.deliver(str(effect_id))


def test_the_secret_is_shown_when_the_webhook_is_made_and_never_again(api, hook):
    assert hook["secret"].startswith("whsec_")
    shown = api.get(f"{HOOKS}/{hook['id']}").json()
    assert shown == {name: value for name, value in hook.items() if name != "secret"}
    assert api.get(HOOKS).json() == [shown]


def test_a_replayed_creation_shows_no_secret(api, receiver):
    body = {"url": f"{receiver.url}/hook"}
    first, second = (
        api.post(HOOKS, body, format="json", headers={"Idempotency-Key": "h"}).json() for _ in range(2)
    )
    assert (first["id"], second["secret"]) == (second["id"], None)


def test_an_event_reaches_the_address_signed_and_stands_in_the_delivery_log(api, hook, receiver, worker):
    tell(hook)
    worker.work()
    [asked] = receiver.asked
    told = Webhook(hook["secret"]).verify(asked.body, asked.headers)
    assert (told["type"], told["data"]) == ("task.created", {"id": "42"})
    [logged] = api.get(f"{HOOKS}/{hook['id']}/deliveries").json()
    assert (logged["event"], logged["status"], logged["payload"]) == ("task.created", "sent", told)
    assert asked.headers["webhook-id"] == f"msg_{logged['id'].replace('-', '')}"


def test_an_address_is_told_of_what_it_asked_for_only(hook, receiver, worker):
    tell(hook, "meeting.failed")
    worker.work()
    assert receiver.asked == []
    assert Effect.objects.count() == 0


def test_one_event_that_is_told_twice_is_one_delivery(hook, receiver, worker):
    for _ in range(2):
        tell(hook, subject="task 42")
    worker.work()
    assert len(receiver.asked) == 1


def test_after_a_rotation_both_secrets_verify_until_the_next(api, hook, receiver, worker):
    newer = api.post(f"{HOOKS}/{hook['id']}/rotate-secret").json()["secret"]
    tell(hook)
    worker.work()
    [asked] = receiver.asked
    for secret in (hook["secret"], newer):
        assert Webhook(secret).verify(asked.body, asked.headers)
    api.post(f"{HOOKS}/{hook['id']}/rotate-secret")
    assert hook["secret"] not in endpoint_of(hook).secrets["signing"]


def test_an_address_that_fails_again_and_again_is_paused_and_resumed_by_hand(
    api, hook, receiver, worker, settings
):
    settings.WEBHOOK_PAUSE_AFTER = 2
    receiver.route("POST", "/", lambda asked: Reply(500))
    tell(hook)
    worker.work()
    effect = Effect.objects.get()
    assert (effect.status, endpoint_of(hook).failures) == ("queued", 1)
    again(effect.pk)
    paused = api.get(f"{HOOKS}/{hook['id']}").json()
    assert (paused["status"], paused["failures"]) == ("paused", 2)
    assert "500" in paused["reason"]

    tell(hook)
    assert [each["status"] for each in api.get(f"{HOOKS}/{hook['id']}/deliveries").json()] == [
        "skipped",
        "queued",
    ]
    refused = api.post(f"{HOOKS}/{hook['id']}/deliveries/{effect.pk}/resend")
    assert (refused.status_code, refused.json()["code"]) == (409, "WEBHOOK_PAUSED")

    receiver.route("POST", "/", lambda asked: Reply(200))
    resumed = api.patch(f"{HOOKS}/{hook['id']}", {"status": "active"}, format="json").json()
    assert (resumed["status"], resumed["failures"], resumed["reason"]) == ("active", 0, "")
    for each in Effect.objects.all():
        api.post(f"{HOOKS}/{hook['id']}/deliveries/{each.pk}/resend")
        again(each.pk)
    assert {each.status for each in Effect.objects.all()} == {"sent"}


def test_what_arrived_can_be_sent_again_under_the_same_id(api, hook, receiver, worker):
    tell(hook)
    worker.work()
    [logged] = api.get(f"{HOOKS}/{hook['id']}/deliveries").json()
    answer = api.post(f"{HOOKS}/{hook['id']}/deliveries/{logged['id']}/resend")
    assert (answer.status_code, answer.json()["status"]) == (200, "queued")
    worker.work()
    assert len({asked.headers["webhook-id"] for asked in receiver.asked}) == 1
    assert len(receiver.asked) == 2


def test_an_address_that_is_gone_is_disabled(api, hook, receiver, worker):
    receiver.route("POST", "/", lambda asked: Reply(410))
    tell(hook)
    worker.work()
    assert api.get(f"{HOOKS}/{hook['id']}").json()["status"] == "disabled"
    assert Effect.objects.get().status == "failed"


def test_a_test_is_told_also_while_it_is_paused(api, hook, receiver, worker):
    api.patch(f"{HOOKS}/{hook['id']}", {"status": "paused"}, format="json")
    assert api.post(f"{HOOKS}/{hook['id']}/test").status_code == 201
    worker.work()
    assert receiver.asked[0].json()["type"] == "webhook.test"


def test_what_waits_for_a_removed_webhook_is_dropped(api, hook, receiver, worker):
    tell(hook)
    assert api.delete(f"{HOOKS}/{hook['id']}").status_code == 204
    worker.work()
    assert receiver.asked == []
    assert Effect.objects.get().status == "cancelled"


@pytest.mark.once
@pytest.mark.parametrize(
    ("url", "events"),
    [
        ("ftp://example.com/x", []),
        ("https://user:pass@example.com/", []),
        ("not an address", []),
        ("https://example.com/", ["no.such.event"]),
    ],
)
def test_what_cannot_be_told_is_refused(api, url, events):
    assert api.post(HOOKS, {"url": url, "events": events}, format="json").status_code == 422
    assert WebhookEndpoint.objects.count() == 0


@pytest.mark.once
@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x", "http://169.254.169.254/", "http://[::1]/", "http://10.1.2.3/"]
)
def test_addresses_of_the_own_network_are_refused(api, settings, url):
    settings.PRIVATE_ADDRESSES_ALLOWED = False
    answer = api.post(HOOKS, {"url": url}, format="json")
    assert (answer.status_code, WebhookEndpoint.objects.count()) == (422, 0)


def test_there_is_an_end_to_how_many_one_may_have(api, receiver, monkeypatch):
    monkeypatch.setattr(webhooks, "MOST", 1)
    assert api.post(HOOKS, {"url": f"{receiver.url}/1"}, format="json").status_code == 201
    refused = api.post(HOOKS, {"url": f"{receiver.url}/2"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "TOO_MANY_WEBHOOKS")


def test_two_at_once_are_not_one_too_many(api, owner, receiver, servers, beside, until_blocked, monkeypatch):
    monkeypatch.setattr(webhooks, "MOST", 2)
    webhooks.create(owner.pk, url=f"{receiver.url}/1", events=[])
    with transaction.atomic():
        webhooks.create(owner.pk, url=f"{receiver.url}/2", events=[])
        third = beside(lambda: webhooks.create(owner.pk, url=f"{receiver.url}/3", events=[]))
        until_blocked()
    with pytest.raises(TooManyWebhooks):
        third.result(10)
    assert WebhookEndpoint.objects.count() == 2


def test_strangers_find_nothing(stranger, hook):
    for method, path in (
        ("get", ""),
        ("patch", ""),
        ("delete", ""),
        ("post", "/rotate-secret"),
        ("post", "/test"),
    ):
        assert getattr(stranger, method)(f"{HOOKS}/{hook['id']}{path}").status_code == 404
    assert stranger.get(HOOKS).json() == []


def test_an_owner_is_told_what_became_of_an_effect_and_not_of_letters_of_the_account(owner, receiver, worker):
    webhooks.create(owner.pk, url=f"{receiver.url}/all", events=[])
    task_id, payload = uuid4(), {"subject": "Tasks", "text": "Call", "html": ""}
    with transaction.atomic():
        effects.intend(
            Intent(Effect.Kind.MAIL, ["a"], "d@example.org", payload, owner_id=owner.pk, task_id=task_id)
        )
        effects.intend(Intent(Effect.Kind.MAIL, ["b"], owner.email, payload, owner_id=owner.pk))
    worker.work()
    [told] = [asked.json() for asked in receiver.asked]
    sent = Effect.objects.get(task_id=task_id)
    assert told["type"] == "effect.sent"
    assert told["data"] == {
        "effect_id": str(sent.pk),
        "meeting_id": None,
        "task_id": str(task_id),
        "kind": "mail",
        "action": "create",
        "provider": "memory",
        "status": "sent",
        "url": sent.url,
        "key": sent.external_id,
    }


def test_a_vendors_sentence_that_quotes_an_address_is_not_told(owner, receiver):
    """Who has such an address closed their account: it would stay in the log of deliveries."""
    webhooks.create(owner.pk, url=f"{receiver.url}/all", events=[])
    about = {"kind": "mail", "provider": "smtp", "key": "1", "owner_id": owner.pk, "task_id": uuid4()}
    failed = Effect.objects.create(**about, reason="d@example.org: no such box", status="failed")
    with transaction.atomic():
        webhooks.tell_of_effect(failed, "failed")
    assert "d@example.org" not in str(Effect.objects.get(kind="webhooks").payload)
