"""One scheduler works at a time, and the next one begins as soon as it may."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from core import registry
from core.models import Lease
from core.registry import Chore
from core.scheduler import Scheduler

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(monkeypatch):
    """Lets a scheduler do one round; how many chores it did."""
    done = []
    chore = Chore("count", lambda: done.append(1), interval=timedelta(0))
    monkeypatch.setattr(registry, "_chores", {"count": chore})

    def once(scheduler: Scheduler) -> int:
        before = len(done)
        if scheduler._leads():
            scheduler._work()
        return len(done) - before

    return once


def test_a_second_scheduler_waits_for_the_first_ones_lease(work):
    first, second = Scheduler(), Scheduler()
    assert [work(first), work(second), work(first)] == [1, 0, 1]
    Lease.objects.update(until=Now() - timedelta(seconds=1))
    assert work(second) == 1


def test_a_scheduler_that_stops_lets_the_next_begin_at_once(work):
    first, second = Scheduler(), Scheduler()
    assert work(first) == 1
    first.stop.set()
    first.run()
    assert work(second) == 1


def test_a_lease_of_a_clock_that_jumped_holds_nobody_up(work):
    Lease.objects.create(name="scheduler", holder="gone", until=Now() + timedelta(days=400))
    assert work(Scheduler()) == 1


def test_a_chore_that_fails_keeps_no_other_from_its_turn(monkeypatch, work, caplog):
    failing = Chore("fail", lambda: 1 / 0, interval=timedelta(0))
    monkeypatch.setattr(registry, "_chores", {"fail": failing} | registry._chores)
    assert work(Scheduler()) == 1
    assert "the chore 'fail' failed" in caplog.text
