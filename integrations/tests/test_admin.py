"""An operator looks at the ledger, and sets right what can be set right; all of it is in the audit log."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db.models.functions import Now
from django.urls import reverse

from core.models import AuditEntry
from integrations.models import Circuit, Effect

from .test_delivery import done, intend

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

EFFECTS = reverse("admin:integrations_effect_changelist")
CIRCUITS = reverse("admin:integrations_circuit_changelist")


@pytest.fixture
def operator(client):
    client.force_login(get_user_model().objects.create_superuser("operator@example.org", "a-long-password"))
    return client


def act(client, page: str, action: str, *rows):
    chosen = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return client.post(page, chosen, follow=True).content.decode()


def did() -> list[str]:
    entries = AuditEntry.objects.filter(action="changed_by_staff")
    return [entry.details["did"] for entry in entries.order_by("at", "id")]


def test_the_newest_effects_stand_first(operator):
    old, new = intend("tickets", "1"), intend("tickets", "2")
    Effect.objects.filter(pk=old.pk).update(created_at=Now() - timedelta(days=1))
    page = operator.get(EFFECTS).content.decode()
    assert page.index(str(new.pk)) < page.index(str(old.pk))


def test_an_effect_shows_its_attempts(operator, worker):
    effect = intend()
    worker.work()
    page = operator.get(reverse("admin:integrations_effect_change", args=[effect.pk])).content.decode()
    assert "tickets-1" in page
    assert effect.attempts.get().get_outcome_display() in page


def test_an_operator_sends_again_and_cancels(operator, owner, worker):
    failed, sent, waiting = (intend("tickets", each, owner_id=owner.pk) for each in "abc")
    worker.queue.clear()
    Effect.objects.filter(pk=failed.pk).update(status="failed", reason="No.")
    Effect.objects.filter(pk=sent.pk).update(status="sent")
    assert "It has been sent already." in act(operator, EFFECTS, "send_again", failed, sent)
    act(operator, EFFECTS, "cancel", waiting)
    worker.work()
    states = [Effect.objects.get(pk=each.pk).status for each in (failed, sent, waiting)]
    assert (states, done()) == (["sent", "sent", "cancelled"], 1)
    assert Effect.objects.get(pk=waiting.pk).reason == "Cancelled by an operator."
    assert did() == ["send again", "cancel"]
    assert {each.subject_id for each in AuditEntry.objects.filter(action="changed_by_staff")} == {owner.pk}


def test_an_operator_who_knows_that_a_vendor_is_back_says_so(operator, worker):
    effect = intend()
    worker.queue.clear()
    later = Now() + timedelta(hours=1)
    circuit = Circuit.objects.create(name="tickets:memory", failures=9, open_until=later, reason="Down.")
    Effect.objects.update(not_before=later)
    assert "Down." in operator.get(CIRCUITS).content.decode()
    act(operator, CIRCUITS, "close", circuit)
    worker.work()
    assert (Effect.objects.get(pk=effect.pk).status, did()) == ("sent", ["close"])


def test_staff_who_may_only_look_change_nothing(client, owner, worker):
    client.force_login(
        get_user_model().objects.create_user("staff@example.org", "a-long-password", role="staff")
    )
    effect = intend("tickets", owner_id=owner.pk)
    circuit = Circuit.objects.create(name="tickets:memory", failures=9)
    act(client, EFFECTS, "cancel", effect)
    act(client, CIRCUITS, "close", circuit)
    assert (Effect.objects.get().status, Circuit.objects.get().failures, did()) == ("queued", 9, [])
