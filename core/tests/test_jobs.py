"""Hints: sent after the commit, and never worth more than a delay."""

import dramatiq
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from redis.exceptions import ConnectionError as RedisIsAway

from core import jobs, processes
from core.broker import RelayBroker
from core.processes import discover_actors

pytestmark = pytest.mark.django_db(transaction=True)

ACTOR = "integrations.deliver"


@pytest.fixture
def sent(monkeypatch):
    discover_actors()
    messages: list[tuple[str, tuple]] = []

    def take(message, *, delay=None):
        messages.append((message.actor_name, message.args))
        return message

    monkeypatch.setattr(dramatiq.get_broker(), "enqueue", take)
    return messages


def test_a_hint_is_sent_when_the_transaction_is_committed(sent):
    with transaction.atomic():
        jobs.enqueue(ACTOR, "1")
        assert sent == []
    assert sent == [(ACTOR, ("1",))]


def test_a_hint_of_a_transaction_that_is_rolled_back_is_not_sent(sent):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.enqueue(ACTOR, "1")
        raise ZeroDivisionError
    assert sent == []


@pytest.mark.parametrize("error", [RedisIsAway("refused"), OSError("broken pipe")])
def test_a_broker_that_is_down_fails_no_request(monkeypatch, caplog, error):
    discover_actors()

    def refuse(message, *, delay=None):
        raise error

    monkeypatch.setattr(dramatiq.get_broker(), "enqueue", refuse)
    jobs.enqueue(ACTOR, "1")
    assert "the sweep will find the row" in caplog.text


def a_message() -> dramatiq.Message:
    return dramatiq.Message(queue_name="outward", actor_name=ACTOR, args=("1",), kwargs={}, options={})


def test_a_process_that_does_not_work_keeps_no_hints():
    broker = RelayBroker()
    broker.declare_queue("outward")
    broker.enqueue(a_message())
    assert broker.queues["outward"].empty()


def test_a_process_that_works_queues_its_own_hints():
    broker = RelayBroker()
    broker.declare_queue("outward")
    broker.works = True
    broker.enqueue(a_message())
    assert broker.queues["outward"].qsize() == 1


def test_separate_processes_need_redis_in_production(settings):
    settings.REDIS_URL = ""
    settings.REDIS_REQUIRED_BETWEEN_PROCESSES = True
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL"):
        processes.require_a_way_between_them()
    settings.REDIS_URL = "redis://127.0.0.1:6379/0"
    processes.require_a_way_between_them()


def test_serve_is_its_own_way_between_its_processes(settings, monkeypatch):
    settings.REDIS_URL = ""
    settings.REDIS_REQUIRED_BETWEEN_PROCESSES = True
    monkeypatch.setattr(processes, "broker_relays", lambda: True)
    processes.require_a_way_between_them()
