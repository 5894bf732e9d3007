"""Every call at a vendor leaves a row that says what came of it, whoever dies when."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.models import Effect
from integrations.providers.chat.memory import MemoryChat
from integrations.providers.mail.memory import MemoryMail
from integrations.providers.tickets.memory import MemoryTickets
from integrations.services import delivery

from .test_delivery import MEMORY, again, dies_sending, done, intend

pytestmark = pytest.mark.django_db(transaction=True)

PERSON = "maya@example.org"


def outcomes(effect: Effect) -> list[tuple[int, str]]:
    return list(effect.attempts.values_list("number", "outcome"))


def raising(error: Exception):
    def call(*args):
        raise error

    return call


def test_a_sender_that_died_before_its_call_has_called_nobody(worker):
    """Even a mail, which cannot be looked for, is sent then instead of being shown as unknown."""
    effect = intend("mail", destination=PERSON)
    worker.queue.clear()
    Effect.objects.update(status="sending", claim=1, lease_until=Now() - timedelta(seconds=1))
    assert (again(effect).status, done("mail"), outcomes(effect)) == ("sent", 1, [(2, "sent")])


def test_a_sender_that_died_in_its_call_leaves_an_unknown_attempt(worker, lagging):
    effect = intend()
    worker.queue.clear()
    dies_sending(effect)
    again(effect)
    assert outcomes(effect) == [(1, "unknown"), (2, "not_found")]
    again(effect)
    assert outcomes(effect) == [(1, "unknown"), (2, "not_found"), (3, "sent")]


def test_one_empty_lookup_is_enough_where_a_search_does_not_lag(worker):
    effect = intend()
    worker.queue.clear()
    dies_sending(effect)
    assert (again(effect).status, outcomes(effect)) == ("sent", [(1, "unknown"), (2, "sent")])


def test_a_lost_answer_is_looked_for_when_the_vendor_cannot_be_at_it_any_more(serve, worker, settings):
    serve("tickets", f"{MEMORY}.tickets.memory.MemoryTickets", lose_answer=1)
    effect = intend()
    worker.work()
    too_early = Now() + settings.EFFECT_TIMEOUT - timedelta(seconds=5)
    assert Effect.objects.filter(pk=effect.pk, not_before__gte=too_early).exists()
    again(effect)
    assert outcomes(effect) == [(1, "unknown"), (2, "found")]


def test_a_lookup_that_fails_is_a_delay_and_nothing_more(worker, monkeypatch):
    effect = intend()
    worker.queue.clear()
    dies_sending(effect)
    monkeypatch.setattr(MemoryTickets, "find", raising(Unavailable("Down.", maybe_done=True)))
    again(effect)
    assert (effect.status, effect.doubtful, done()) == ("queued", True, 0)
    monkeypatch.undo()
    assert (again(effect).status, done()) == ("sent", 1)
    assert outcomes(effect) == [(1, "unknown"), (2, "delayed"), (3, "sent")]


def test_a_refused_lookup_leaves_the_outcome_unknown(worker, monkeypatch):
    effect = intend()
    worker.queue.clear()
    dies_sending(effect)
    monkeypatch.setattr(MemoryTickets, "find", raising(Rejected("No such field.", status=400)))
    again(effect)
    assert (effect.status, effect.reason) == ("unknown", "It could not be looked for: No such field.")
    assert done() == 0


def test_two_that_are_found_are_both_named(worker):
    effect = intend()
    worker.queue.clear()
    dies_sending(effect)
    tracker = delivery.connections.provider_of(effect)
    for _ in range(2):
        tracker._ledger.record(str(effect.pk), {})
    again(effect)
    assert (effect.status, effect.external_id) == ("sent", "tickets-1")
    assert effect.reason == "2 were found with this key; the others: tickets-2."


@pytest.mark.parametrize(
    ("error", "status", "outcome"),
    [
        (Rejected("The project is archived.", status=400), "failed", "refused"),
        (Unavailable("Too many requests."), "queued", "delayed"),
        (Misconfigured("The token is wrong."), "queued", "delayed"),
        (ZeroDivisionError(), "queued", "unknown"),
    ],
)
def test_what_a_vendor_says_stands_in_the_attempt(worker, monkeypatch, error, status, outcome):
    monkeypatch.setattr(MemoryTickets, "open", raising(error))
    effect = intend()
    worker.work(1)
    effect.refresh_from_db()
    assert (effect.status, effect.doubtful) == (status, outcome == "unknown")
    attempt = effect.attempts.get()
    assert (attempt.outcome, attempt.detail) == (outcome, effect.reason)
    assert attempt.ended_at is not None
    assert str(error) in effect.reason


def test_a_fault_of_ours_before_the_call_leaves_no_doubt(worker, monkeypatch):
    monkeypatch.setattr(delivery.connections, "provider_of", raising(KeyError("x")))
    effect = intend("mail", destination=PERSON)
    worker.work(1)
    effect.refresh_from_db()
    assert (effect.status, effect.doubtful, outcomes(effect)) == ("queued", False, [])
    assert effect.reason == "It failed unexpectedly (KeyError)."


def test_a_fault_of_ours_after_the_deed_was_noted_changes_nothing(worker, monkeypatch):
    monkeypatch.setattr(delivery.circuits, "answered", raising(KeyError("x")))
    effect = intend("mail", destination=PERSON)
    worker.work()
    effect.refresh_from_db()
    assert (effect.status, effect.reason, outcomes(effect)) == ("sent", "", [(1, "sent")])


def test_nobody_is_asked_again_at_once_for_what_a_person_has_to_do(worker, monkeypatch):
    monkeypatch.setattr(MemoryTickets, "open", raising(Misconfigured("The token is wrong.")))
    effect = intend()
    worker.work(1)
    assert Effect.objects.filter(pk=effect.pk, not_before__gte=Now() + timedelta(seconds=30)).exists()


@pytest.mark.parametrize(
    ("policy", "status", "times"), [("at_most_once", "unknown", 1), ("at_least_once", "sent", 2)]
)
@pytest.mark.parametrize("kind", ["mail", "chat"])
def test_the_policy_says_what_becomes_of_an_unknown_outcome(
    serve, worker, settings, kind, policy, status, times
):
    settings.OUTCOME_POLICY = {kind: policy}
    backend = {"mail": MemoryMail, "chat": MemoryChat}[kind]
    serve(kind, f"{backend.__module__}.{backend.__name__}", lose_answer=1)
    effect = intend(kind, destination=PERSON)
    worker.work(1)
    again(effect)
    assert (effect.status, done(kind)) == (status, times)
    keys = {each.key for each in delivery.connections.provider_of(effect).effects}
    assert keys == {str(effect.pk)}


def test_sending_again_without_a_look_has_an_end(worker, settings, monkeypatch):
    settings.OUTCOME_POLICY = {"mail": "at_least_once"}
    monkeypatch.setattr(MemoryMail, "send", raising(Unavailable("Gone.", maybe_done=True)))
    effect = intend("mail", destination=PERSON)
    monkeypatch.setattr(delivery.circuits, "THRESHOLD", 99)
    for _ in range(9):
        again(effect)
    assert (effect.status, effect.reason, effect.attempts.count()) == ("unknown", "Gone.", 6)


def test_who_is_proven_dead_is_waited_for_as_long_as_its_call_may_last(worker, settings):
    """The vendor may be at it still, though nobody listens any more."""
    calling, idle = intend("tickets", "a"), intend("tickets", "b")
    dies_sending(calling)
    Effect.objects.filter(pk=idle.pk).update(status="sending", claim=1)
    Effect.objects.update(lease_until=Now() + timedelta(seconds=100))
    assert delivery.release_all_leases() == 2
    assert list(Effect.objects.filter(delivery.due())) == [idle]
    assert Effect.objects.filter(lease_until__lte=Now() + settings.EFFECT_TIMEOUT).count() == 2
