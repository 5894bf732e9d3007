"""A sender that is frozen in its call for longer than its lease: what it did is noticed and shown."""

import pytest
from django.db.models.functions import Now

from integrations.errors import Rejected, Unavailable
from integrations.models import Effect
from integrations.providers.mail.memory import MemoryMail
from integrations.providers.tickets.memory import MemoryTickets
from integrations.services import delivery, overtaken

from .test_delivery import done, intend

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meanwhile(monkeypatch):
    """`meanwhile(provider, method, call, after=False)`: the first call freezes, its lease runs out, and
    another worker takes the effect up, before or after the vendor carried the first call out."""

    def freeze(provider: type, method: str, *, times: int = 1, after: bool = False, error=None) -> None:
        call, frozen = getattr(provider, method), []

        def slow(self, thing):
            if frozen:
                return call(self, thing)
            frozen.append(thing)
            answer = call(self, thing) if after else None
            for _ in range(times):
                Effect.objects.filter(lease_until__isnull=False).update(lease_until=Now())
                Effect.objects.update(not_before=None)
                delivery.deliver(thing.key)
            answer = answer or (None if isinstance(error, Rejected) else call(self, thing))
            if error:
                raise error
            return answer

        monkeypatch.setattr(provider, method, slow)

    return freeze


def story(effect: Effect) -> list[tuple[int, str]]:
    effect.refresh_from_db()
    return list(effect.attempts.values_list("number", "outcome"))


def test_a_ticket_that_was_opened_twice_says_so_and_names_the_other(meanwhile, worker):
    meanwhile(MemoryTickets, "open")
    effect = intend()
    worker.work(1)
    assert story(effect) == [(1, "sent"), (2, "sent")]
    assert (effect.status, effect.external_id, done()) == ("sent", "tickets-1", 2)
    assert effect.reason == "2 were found with this key; the others: tickets-2."
    late = effect.attempts.first()
    assert late.detail == f"{overtaken.LATE} The vendor's id: tickets-2."


def test_one_whose_ticket_was_found_meanwhile_adds_nothing(meanwhile, worker):
    meanwhile(MemoryTickets, "open", after=True)
    effect = intend()
    worker.work(1)
    assert story(effect) == [(1, "sent"), (2, "found")]
    assert (effect.status, effect.external_id, effect.reason, done()) == ("sent", "tickets-1", "", 1)


def test_a_mail_that_was_thought_to_be_lost_is_known_when_its_sender_wakes_up(meanwhile, worker):
    meanwhile(MemoryMail, "send")
    effect = intend("mail", destination="maya@example.org")
    worker.work(1)
    assert story(effect) == [(1, "sent")]
    assert (effect.status, effect.external_id, effect.reason) == ("sent", "mail-1", overtaken.LATE)
    assert (done("mail"), effect.doubtful) == (1, False)


def test_a_mail_that_was_sent_twice_on_wish_says_so(meanwhile, worker, settings):
    settings.OUTCOME_POLICY = {"mail": "at_least_once"}
    meanwhile(MemoryMail, "send")
    effect = intend("mail", destination="maya@example.org")
    worker.work(1)
    assert (story(effect), done("mail")) == ([(1, "sent"), (2, "sent")], 2)
    assert effect.reason == f"{overtaken.TWICE}; the other: mail-2."


@pytest.mark.parametrize(
    ("provider", "method", "kind", "note"),
    [
        (MemoryTickets, "open", "tickets", "2 were found with this key; the others: tickets-2."),
        (MemoryMail, "send", "mail", overtaken.PERHAPS_TWICE),
    ],
)
def test_one_that_wakes_up_and_gets_no_answer_leaves_a_note(
    meanwhile, worker, settings, provider, method, kind, note
):
    settings.OUTCOME_POLICY = {"mail": "at_least_once"}
    meanwhile(provider, method, error=Unavailable("The connection broke.", maybe_done=True))
    effect = intend(kind, destination="maya@example.org")
    worker.work(1)
    assert story(effect) == [(1, "unknown"), (2, "sent")]
    assert (effect.status, effect.reason, done(kind)) == ("sent", note, 2)


def test_one_that_wakes_up_and_is_refused_changes_nothing(meanwhile, worker):
    meanwhile(MemoryTickets, "open", error=Rejected("Closed.", status=400))
    effect = intend()
    worker.work(1)
    assert story(effect) == [(1, "refused"), (2, "sent")]
    assert (effect.status, effect.reason, done()) == ("sent", "", 1)


def test_who_sends_while_another_wakes_up_sees_it_when_it_is_done(worker, monkeypatch):
    """The other's answer comes while this one waits for its own."""
    open_ticket = MemoryTickets.open

    def with_a_late_one(self, draft):
        mine = open_ticket(self, draft)
        earlier = Effect.objects.get(pk=draft.key)
        earlier.claim = 1
        overtaken.got_through(earlier, delivery.sender_of(earlier).send(self, earlier), None, self)
        return mine

    effect = intend()
    worker.queue.clear()
    Effect.objects.update(claim=1)
    effect.attempts.create(number=1, outcome="unknown")
    monkeypatch.setattr(
        MemoryTickets, "open", lambda self, draft: (monkeypatch.undo(), with_a_late_one(self, draft))[1]
    )
    delivery.deliver(str(effect.pk))
    assert story(effect) == [(1, "sent"), (2, "sent")]
    assert effect.reason == "2 were found with this key; the others: tickets-2."
