"""Deliveries at the worst moments: senders that freeze or die in turn, and effects nobody wants any more."""

import time
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from integrations.errors import Unavailable
from integrations.models import Effect
from integrations.providers.tickets.memory import MemoryTickets
from integrations.services import delivery, effects

from .test_delivery import MEMORY, TICKET, again, dies_sending, done, intend

pytestmark = pytest.mark.django_db(transaction=True)

MEETING = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"


def test_each_sender_that_dies_is_looked_after_twice(worker, lagging):
    """The second may have got through as well, and the vendor's search lags."""
    effect = intend()
    worker.queue.clear()
    dies_sending(effect)
    assert again(effect).lookups == 1
    dies_sending(effect)
    assert (again(effect).status, effect.lookups, done()) == ("queued", 1, 0)
    assert (again(effect).status, done()) == ("sent", 1)


def test_a_sender_that_froze_after_it_took_its_lease_sends_nothing(worker, monkeypatch):
    carry_out, frozen = delivery._carry_out, []
    now = time.monotonic

    def freeze(*args):
        frozen.append(True)
        monkeypatch.setattr(delivery.time, "monotonic", lambda: now() + 3600)
        carry_out(*args)

    effect = intend()
    monkeypatch.setattr(delivery, "_carry_out", freeze)
    worker.work(1)
    effect.refresh_from_db()
    assert frozen
    assert (effect.status, effect.reason, done()) == ("queued", "The lease ran short.", 0)


def test_an_answer_that_is_lost_when_the_day_is_over_leaves_the_outcome_unknown(serve, worker):
    serve("tickets", f"{MEMORY}.tickets.memory.MemoryTickets", lose_answer=1)
    effect = intend()
    Effect.objects.update(give_up_at=Now() - timedelta(seconds=1))
    worker.work()
    effect.refresh_from_db()
    assert (effect.status, done()) == ("unknown", 1)


def test_what_is_refused_while_its_meeting_is_deleted_is_not_tried_again(worker, monkeypatch):
    def refuse(self, draft):
        effects.forget_meeting(MEETING)
        raise Unavailable("Too many requests.", retry_after=1)

    monkeypatch.setattr(MemoryTickets, "open", refuse)
    effect = intend(meeting_id=MEETING)
    worker.work()
    effect.refresh_from_db()
    assert (effect.status, effect.reason, effect.payload) == ("cancelled", "the meeting was deleted", {})


def test_what_is_sent_while_its_meeting_is_deleted_stays_without_its_content(worker, monkeypatch):
    send = MemoryTickets.open

    def forgotten_meanwhile(self, draft):
        effects.forget_meeting(MEETING)
        return send(self, draft)

    monkeypatch.setattr(MemoryTickets, "open", forgotten_meanwhile)
    effect = intend(meeting_id=MEETING)
    worker.work()
    effect.refresh_from_db()
    assert (effect.status, effect.external_id, effect.payload) == ("sent", "tickets-1", {})


@pytest.mark.parametrize(("arrived", "status"), [(True, "sent"), (False, "cancelled")])
def test_what_may_have_arrived_when_its_meeting_is_deleted_is_looked_for(
    serve, worker, lagging, arrived, status
):
    serve("tickets", f"{MEMORY}.tickets.memory.MemoryTickets", lose_answer=int(arrived))
    effect = intend(meeting_id=MEETING)
    if arrived:
        worker.work()
    else:
        dies_sending(effect)
        again(effect)
    effects.forget_meeting(MEETING)
    effect.refresh_from_db()
    assert (effect.status, effect.payload) == ("queued", TICKET)
    again(effect)
    assert (effect.status, effect.payload, done()) == (status, {}, int(arrived))


def test_what_waits_for_its_turn_is_hinted_at_once(worker):
    effects = [intend("tickets", str(number)) for number in range(3)]
    worker.queue.clear()
    assert [delivery.sweep(), delivery.sweep()] == [3, 0]
    Effect.objects.filter(pk=effects[0].pk).update(not_before=Now())
    assert delivery.sweep() == 1
    delivery.release_all_leases()
    assert delivery.sweep() == 3
