"""Moving windows in memory and in Redis: exact at once, fair afterwards, never the reason for an error."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor

import limits
import pytest
from redis.exceptions import ConnectionError as RedisIsDown

from core import windows

FIVE = limits.parse("5/minute")
NOBODY = "redis://127.0.0.1:1/0"

pytestmark = pytest.mark.django_db  # so that the leg with Redis runs them; no test here has a query


@pytest.fixture(params=["memory", "redis"])
def counted(request, settings, limited):
    if request.param == "memory":
        settings.REDIS_URL = ""
    elif not settings.REDIS_URL:
        pytest.skip("needs Redis, which another leg of the suite has")
    windows.forget()


@pytest.fixture
def without_redis(settings, limited):
    settings.REDIS_URL = NOBODY
    windows.forget()


def waits(times: int, *names: str) -> list[int]:
    return [windows.spend(FIVE, *names) for _ in range(times)]


def test_of_fifty_at_once_exactly_five_get_through(counted):
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: windows.spend(FIVE, "ann"), range(50)))
    assert answers.count(0) == 5
    assert {wait for wait in answers if wait} <= {59, 60}


def test_each_name_has_a_window_of_its_own(counted):
    assert waits(5, "login", "ann") == [0] * 5
    assert waits(1, "login", "bob") == waits(1, "voice", "ann") == [0]


def test_the_window_moves_and_what_was_refused_does_not_count(counted, monkeypatch):
    began = float(int(time.time()))  # Redis answers with fourteen digits
    monkeypatch.setattr("time.time", lambda: began)
    assert waits(4) == [0] * 4
    monkeypatch.setattr("time.time", lambda: began + 40)
    assert waits(20) == [0] + [20] * 19
    monkeypatch.setattr("time.time", lambda: began + 60.5)
    assert waits(5) == [0] * 4 + [40]


def test_what_is_cleared_counts_from_nothing(counted):
    waits(6, "ann")
    windows.clear(FIVE, "ann")
    assert waits(6, "ann")[:5] == [0] * 5


def test_without_rate_limits_nothing_counts(counted, settings):
    settings.RATE_LIMITS = False
    assert waits(20, "ann") == [0] * 20


def test_while_redis_is_down_the_process_counts_for_itself_and_says_so_once(without_redis, caplog):
    with caplog.at_level(logging.INFO, logger="core.windows"):
        answers = waits(8, "ann")
        windows.clear(FIVE, "ann")
    assert answers == [0] * 5 + answers[5:]
    assert set(answers[5:]) <= {59, 60}
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_redis_that_failed_is_left_alone_for_a_while(without_redis, monkeypatch):
    asked = []

    def fail(*question) -> bool:
        asked.append(question)
        raise RedisIsDown

    shared = windows.Shared(NOBODY)
    monkeypatch.setattr(shared._windows, "hit", fail)
    assert [shared.hit(FIVE, "ann") for _ in range(7)] == [True] * 5 + [False] * 2
    assert len(asked) == 1


def test_a_redis_that_is_back_counts_again(without_redis, monkeypatch, caplog):
    monkeypatch.setattr(windows, "PAUSE", 0.0)
    answers = iter([RedisIsDown(), RedisIsDown(), False])

    def answer(*question) -> bool:
        said = next(answers)
        if isinstance(said, Exception):
            raise said
        return said

    shared = windows.Shared(NOBODY)
    monkeypatch.setattr(shared._windows, "hit", answer)
    with caplog.at_level(logging.INFO, logger="core.windows"):
        assert [shared.hit(FIVE, "ann") for _ in range(3)] == [True, True, False]
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_windows_that_are_over_leave_nothing_in_memory(monkeypatch):
    monkeypatch.setattr(windows, "TIDY_EVERY", 10)
    memory, now = windows.Memory(), time.time()
    for number in range(9):
        memory.hit(FIVE, f"guess {number}")
    memory._storage.timer.join()
    monkeypatch.setattr("time.time", lambda: now + 61)
    memory._storage.incr("wakes the storage's timer", 1)
    memory._storage.timer.join()
    memory.hit(FIVE, "ann")
    assert [key for key in memory._storage.events if "guess" in key] == []
