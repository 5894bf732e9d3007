"""How much of each queue one process takes from Redis."""

import threading
import uuid

import dramatiq
import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from dramatiq import Worker

from core.redis_broker import RedisBroker


@pytest.mark.parametrize(
    ("queue", "taken"),
    [("speech", 1), ("language", 1), ("outward", 4), ("speech.DQ", 16), ("outward.DQ", 16)],
)
def test_a_process_takes_as_much_of_a_queue_as_may_run_at_once(queue, taken):
    broker = RedisBroker(url="redis://127.0.0.1:1/0")
    assert broker.consume(queue, prefetch=16).prefetch == taken


def test_rundramatiq_is_one_process_with_threads_for_all_queues():
    command = load_command_class(get_commands()["rundramatiq"], "rundramatiq")
    options = command.create_parser("manage.py", "rundramatiq").parse_args([])
    assert (options.processes, options.threads) == (1, sum(settings.WORKER_THREADS.values()))


@pytest.mark.faults
def test_however_many_threads_there_are_one_recording_is_transcribed_at_a_time():
    if not settings.REDIS_URL:
        pytest.skip("needs Redis, which another leg of the suite has")
    broker = RedisBroker(url=settings.REDIS_URL, namespace=f"test-{uuid.uuid4().hex}")
    running, most, done = set(), [], threading.Semaphore(0)

    def work(number: int) -> None:
        running.add(number)
        most.append(len(running))
        threading.Event().wait(0.02)
        running.discard(number)
        done.release()

    actor = dramatiq.actor(work, broker=broker, queue_name="speech")
    worker = Worker(broker, worker_threads=8)
    worker.start()
    try:
        for number in range(5):
            actor.send(number)
        assert all(done.acquire(timeout=30) for _ in range(5))
    finally:
        worker.stop()
        broker.flush_all()
    assert most == [1] * 5
