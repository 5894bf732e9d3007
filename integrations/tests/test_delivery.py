"""Effects on their way: sent once, looked for before a repetition, and shown where nobody can know."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now

from integrations import registry
from integrations.models import Attempt, Effect
from integrations.services import delivery, effects
from integrations.services.effects import Intent

pytestmark = pytest.mark.django_db(transaction=True)

MEMORY = "integrations.providers"
TICKET = {"title": "Call", "body": "", "assignee_email": "", "due": None}
MAIL = {"subject": "Tasks", "text": "Call", "html": ""}


def intend(kind: str = "tickets", *subjects: str, destination: str = "", **fields) -> Effect | None:
    payload = {"tickets": TICKET, "mail": MAIL, "chat": {"text": "Done."}}[kind]
    with transaction.atomic():
        return effects.intend(
            Intent(Effect.Kind(kind), subjects or ("subject",), destination, payload, **fields)
        )


def again(effect: Effect) -> Effect:
    """Deliver it once more, all waiting being over."""
    Effect.objects.filter(not_before__isnull=False).update(not_before=Now())
    delivery.deliver(str(effect.pk))
    effect.refresh_from_db()
    return effect


def dies_sending(effect: Effect) -> None:
    """As a worker leaves it that is killed in the middle of its call."""
    claim = effect.claim + 1
    Attempt.objects.create(effect=effect, number=claim)
    past = Now() - timedelta(seconds=1)
    Effect.objects.filter(pk=effect.pk).update(status="sending", claim=claim, lease_until=past)


def done(kind: str = "tickets") -> int:
    return len(registry.provider(kind, registry.aliases(kind)[0]).effects)


def test_what_is_intended_twice_is_one_effect_sent_once(worker):
    effect = intend()
    assert intend() is None
    worker.work()
    again(effect)
    assert (effect.status, effect.external_id, effect.claim, done()) == ("sent", "tickets-1", 1, 1)


def test_an_effect_that_may_have_happened_is_found_and_not_repeated(serve, worker):
    serve("tickets", f"{MEMORY}.tickets.memory.MemoryTickets", lose_answer=1)
    effect = intend()
    worker.work()
    effect.refresh_from_db()
    assert (effect.status, effect.doubtful, done()) == ("queued", True, 1)
    again(effect)
    assert (effect.status, effect.doubtful, effect.external_id, done()) == ("sent", False, "tickets-1", 1)


def test_a_sender_that_died_is_looked_after_twice_before_sending_again(worker, lagging):
    effect = intend()
    worker.queue.clear()
    dies_sending(effect)
    again(effect)
    assert (effect.status, effect.lookups, effect.doubtful, done()) == ("queued", 1, True, 0)
    again(effect)
    assert (effect.status, effect.claim, done()) == ("sent", 3, 1)


def test_a_mail_that_may_have_arrived_stays_unknown(serve, worker):
    serve("mail", f"{MEMORY}.mail.memory.MemoryMail", lose_answer=1)
    effect = intend("mail", destination="maya@example.org")
    worker.work()
    assert (again(effect).status, done("mail")) == ("unknown", 1)

    died = intend("mail", "other", destination="maya@example.org")
    worker.queue.clear()
    dies_sending(died)
    assert (again(died).status, done("mail")) == ("unknown", 1)


def test_who_sends_at_the_moment_is_left_alone():
    effect = intend()
    Effect.objects.update(status="sending", claim=1, lease_until=Now() + timedelta(seconds=60))
    assert (again(effect).status, effect.claim, done()) == ("sending", 1, 0)
    Effect.objects.update(lease_until=Now() + timedelta(days=30))
    assert again(effect).claim == 2


def test_what_stays_down_is_given_up_after_a_day(serve, worker):
    serve("tickets", f"{MEMORY}.tickets.memory.MemoryTickets", fail_first=99)
    effect = intend()
    worker.work()
    assert again(effect).status == "queued"
    assert effect.failures == 2
    Effect.objects.update(give_up_at=Now() - timedelta(seconds=1))
    assert again(effect).status == "failed"
    assert effect.reason == "The tickets provider was told to fail."
    assert (again(effect).status, done()) == ("failed", 0)


def test_a_mail_tells_each_task_to_a_person_once(worker):
    intend("mail", "a", "b", destination="maya@example.org")
    subjects = ["a", "b", "c"]
    assert effects.covered(Effect.Kind.MAIL, subjects, "maya@example.org") == {"a", "b"}
    assert effects.covered(Effect.Kind.MAIL, subjects, "zoe@example.org") == set()
    assert intend("mail", "c", "b", destination="maya@example.org") is None
    assert Effect.objects.count() == 1


def test_a_deleted_meetings_effects_stay_as_tombstones(worker):
    meeting_id = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    sent = intend("tickets", "a", meeting_id=meeting_id)
    worker.work()
    waiting = intend("tickets", "b", meeting_id=meeting_id)
    effects.forget_meeting(meeting_id)
    worker.work()
    for effect, status in ((sent, "sent"), (waiting, "cancelled")):
        effect.refresh_from_db()
        assert (effect.status, effect.payload) == (status, {})
    assert done() == 1


def test_without_provider_or_with_a_reason_nothing_is_tried(serve, worker):
    assert intend("tickets", "a", unless="nobody knows them").reason == "nobody knows them"
    serve("tickets")
    assert intend("tickets", "b").reason == "no provider"
    assert set(Effect.objects.values_list("status", flat=True)) == {"skipped"}
    assert worker.work() == 0
