"""One vendor's outage: its own effects wait and are not lost, and nobody else's are held up."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connections as databases
from django.db.models.functions import Now

from integrations.errors import ConsentNeeded, Rejected, Unavailable
from integrations.models import Circuit, Connection, Effect
from integrations.providers.tickets.memory import MemoryTickets
from integrations.services import circuits, delivery

from .test_attempts import raising
from .test_delivery import again, done, intend

pytestmark = pytest.mark.django_db(transaction=True)

TICKETS = "tickets:memory"


@pytest.fixture
def calls(monkeypatch):
    """The tracker is down; each call that it gets all the same is in the list."""
    made = []

    def refuse(self, draft):
        made.append(draft.key)
        raise Unavailable("The tracker is down (503).")

    monkeypatch.setattr(MemoryTickets, "open", refuse)
    return made


def down_since(calls, worker) -> list[Effect]:
    """So many effects failed that the tracker is left alone."""
    effects = [intend("tickets", str(number)) for number in range(circuits.THRESHOLD)]
    worker.work(circuits.THRESHOLD)
    assert len(calls) == circuits.THRESHOLD
    worker.queue.clear()
    return effects


def pass_by() -> None:
    """The pause of every circuit is over."""
    Circuit.objects.filter(open_until__isnull=False).update(open_until=Now() - timedelta(seconds=1))


def test_a_vendor_that_is_down_is_left_alone_and_what_waits_says_why(calls, worker):
    down_since(calls, worker)
    later = intend("tickets", "later")
    worker.work(1)
    later.refresh_from_db()
    assert (later.status, later.reason, later.failures) == ("queued", "The tracker is down (503).", 0)
    assert later.attempts.count() == 0
    assert len(calls) == circuits.THRESHOLD


def test_after_the_pause_one_is_tried_and_the_others_follow_when_it_got_through(calls, worker, monkeypatch):
    effects = down_since(calls, worker)
    pass_by()
    again(effects[0])
    assert len(calls) == circuits.THRESHOLD + 1
    for effect in effects:
        again(effect)
    assert len(calls) == circuits.THRESHOLD + 1, "still closed after a probe that failed"
    monkeypatch.undo()
    pass_by()
    worker.queue.clear()
    assert again(effects[0]).status == "sent"
    assert {message.args[0] for message in worker.queue} == {str(each.pk) for each in effects[1:]}
    worker.work()
    assert done() == circuits.THRESHOLD
    assert Circuit.objects.get().failures == 0


def test_two_probes_at_a_time_are_one(calls, worker):
    first, second, _ = down_since(calls, worker)
    pass_by()
    assert circuits.admits(first)
    assert not circuits.admits(second)


def test_the_pause_grows_and_has_an_end(calls, worker):
    effects = down_since(calls, worker)
    for _ in range(8):
        pass_by()
        again(effects[0])
    assert Circuit.objects.get(pk=TICKETS).failures == 11
    longest = Now() + timedelta(seconds=circuits.LONGEST_PAUSE)
    shortest = Now() + timedelta(seconds=circuits.LONGEST_PAUSE / 2 - 10)
    assert Circuit.objects.filter(open_until__lte=longest, open_until__gte=shortest).exists()


@pytest.mark.once
def test_a_vendor_that_is_down_for_an_hour_loses_nothing(calls, worker, monkeypatch):
    """Six minutes at a time, for an hour: waits and pauses are moved into the past by that much."""
    effects = [intend("tickets", str(number)) for number in range(8)]
    step = timedelta(minutes=6)
    for _ in range(10):
        worker.queue.clear()
        for effect in Effect.objects.filter(delivery.due()):
            delivery.deliver(str(effect.pk))
        for effect in Effect.objects.exclude(not_before=None):
            Effect.objects.filter(pk=effect.pk).update(not_before=effect.not_before - step)
        for circuit in Circuit.objects.exclude(open_until=None):
            Circuit.objects.filter(pk=circuit.pk).update(open_until=circuit.open_until - step)
    assert set(Effect.objects.values_list("status", flat=True)) == {"queued"}
    assert len(calls) < 8 + 10, "hardly more than one call for each time that somebody looked"
    monkeypatch.undo()
    pass_by()
    worker.wait()
    assert done() == len(effects)
    assert set(Effect.objects.values_list("status", flat=True)) == {"sent"}


def test_a_wish_to_wait_holds_for_the_whole_connection(worker, monkeypatch):
    monkeypatch.setattr(MemoryTickets, "open", raising(Unavailable("Too many requests.", retry_after=700)))
    first, second = intend("tickets", "a"), intend("tickets", "b")
    worker.work(2)
    soonest, latest = Now() + timedelta(seconds=690), Now() + timedelta(seconds=705)
    waiting = Effect.objects.filter(not_before__gte=soonest, not_before__lte=latest)
    assert set(waiting) == {first, second}
    assert [each.attempts.count() for each in (first, second)] == [1, 0]
    monkeypatch.undo()
    pass_by()
    assert [again(first).status, again(second).status] == ["sent", "sent"]


def test_what_a_vendor_refuses_shows_that_it_is_there(calls, worker, monkeypatch):
    effects = down_since(calls, worker)
    monkeypatch.setattr(MemoryTickets, "open", raising(Rejected("No such project.", status=400)))
    pass_by()
    assert again(effects[0]).status == "failed"
    assert (Circuit.objects.get().failures, Circuit.objects.get().open_until) == (0, None)


def test_what_its_vendor_never_took_is_given_up_after_its_day(calls, worker):
    down_since(calls, worker)
    late = intend("tickets", "late")
    Effect.objects.filter(pk=late.pk).update(give_up_at=Now())
    assert (again(late).status, late.reason) == ("failed", "The tracker is down (503).")


def test_an_outage_of_one_connection_is_not_that_of_another(calls, worker, owner):
    down_since(calls, worker)
    other_person = get_user_model().objects.create_user("other@example.org", "a-long-password")
    mine, theirs = (
        Connection.objects.create(owner=somebody, vendor="jira", account="1")
        for somebody in (owner, other_person)
    )
    other = intend("tickets", "other", connection=mine)
    worker.work(1)
    assert calls[-1] == str(other.pk)
    assert circuits.name_of(other) == f"tickets:{mine.pk}"
    assert set(circuits.going_by(f"tickets:{mine.pk}")) == {other}
    assert not circuits.going_by(f"tickets:{theirs.pk}").exists()


def test_a_renewed_connection_wakes_what_waits_for_it(worker, owner, monkeypatch):
    connection = Connection.objects.create(owner=owner, vendor="jira", account="1")
    monkeypatch.setattr(MemoryTickets, "open", raising(ConsentNeeded("Connect Jira again.")))
    mine, others = intend("tickets", "a", connection=connection), intend("tickets", "b")
    worker.work(2)
    mine.refresh_from_db()
    assert (mine.status, mine.reason) == ("queued", "Connect Jira again.")
    Circuit.objects.create(name=f"tickets:{connection.pk}", failures=9, open_until=Now() + timedelta(hours=1))
    monkeypatch.undo()
    worker.queue.clear()
    assert delivery.wake(connection) == 1
    assert worker.work() == 1
    assert (done(), Effect.objects.get(pk=others.pk).status) == (1, "queued")


def test_a_vendor_that_hangs_holds_its_share_of_the_threads_and_no_more(worker, monkeypatch, settings):
    """Six tickets before two mails, and four threads: the mails go out while the tracker says nothing."""
    hanging, answer = threading.Semaphore(0), threading.Event()
    open_ticket = MemoryTickets.open

    def hang(self, draft):
        hanging.release()
        assert answer.wait(30)
        return open_ticket(self, draft)

    monkeypatch.setattr(MemoryTickets, "open", hang)
    tickets = [intend("tickets", str(number)) for number in range(6)]
    mails = [intend("mail", str(number), destination="maya@example.org") for number in range(2)]
    worker.queue.clear()

    def deliver(effect: Effect) -> None:
        try:
            delivery.deliver(str(effect.pk))
        finally:
            databases.close_all()

    with ThreadPoolExecutor(settings.WORKER_THREADS["outward"]) as threads:
        try:
            stuck = [threads.submit(deliver, each) for each in tickets]
            for each in [threads.submit(deliver, each) for each in mails]:
                each.result(30)
            assert done("mail") == 2
            assert done("tickets") == 0
            assert [hanging.acquire(timeout=10) for _ in range(settings.CONNECTION_THREADS)] == [True, True]
            assert not hanging.acquire(blocking=False)
            waiting = Effect.objects.filter(reason=delivery.CROWDED, status="queued")
            assert waiting.count() == 6 - settings.CONNECTION_THREADS
        finally:
            answer.set()
        for each in stuck:
            each.result(30)
    worker.work()
    assert done("tickets") == 6
    assert not circuits.is_crowded(TICKETS)
    assert set(Effect.objects.values_list("claim", flat=True)) == {1}
