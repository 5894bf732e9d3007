"""Sockets end with their token and their session, and cost one question together."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from core import bearer, vigil
from core.vigil import Vigil


@dataclass(eq=False)
class Socket:
    session_id: str
    lives: float = 3600.0
    ended: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        until = datetime.now(UTC) + timedelta(seconds=self.lives)
        self.holder = bearer.Holder(None, self.session_id, until)

    def expire(self, code: str) -> None:
        self.ended.append(code)


class Sessions:
    """What accounts answer, and every question."""

    def __init__(self) -> None:
        self.alive: set[str] = set()
        self.asked: list[set[str]] = []
        self.away = False

    def going_on(self, session_ids: set[str]) -> set[str]:
        self.asked.append(set(session_ids))
        if self.away:
            raise ConnectionError
        return self.alive & set(session_ids)


@pytest.fixture
def sessions(monkeypatch) -> Sessions:
    known = Sessions()
    monkeypatch.setattr(bearer, "_going_on", known.going_on)
    monkeypatch.setattr(vigil, "GATHER", 0.01)
    return known


async def until(condition) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)


async def test_all_who_come_together_are_asked_about_by_one_question(sessions):
    sessions.alive = {"a", "b"}
    watch, sockets = Vigil(), [Socket(name) for name in ("a", "a", "b", "gone")]
    for socket in sockets:
        watch.join(socket)
    await until(lambda: sockets[3].ended)
    assert sessions.asked == [{"a", "b", "gone"}]
    assert [socket.ended for socket in sockets] == [[], [], [], ["SESSION_ENDED"]]
    for socket in sockets:
        watch.leave(socket)
    assert watch._task is None


async def test_all_are_asked_about_again_and_one_who_has_left_is_not(sessions, monkeypatch):
    monkeypatch.setattr(vigil, "RECHECK", 0.05)
    sessions.alive = {"a", "b"}
    watch, stays, leaves = Vigil(), Socket("a"), Socket("b")
    watch.join(stays)
    watch.join(leaves)
    await until(lambda: len(sessions.asked) >= 2)
    watch.leave(leaves)
    sessions.alive = set()
    await until(lambda: stays.ended)
    assert (stays.ended, leaves.ended, sessions.asked[-1]) == (["SESSION_ENDED"], [], {"a"})
    watch.leave(stays)


async def test_a_token_ends_its_socket_on_time_and_the_others_stay(sessions):
    sessions.alive = {"short", "long"}
    watch, short, long = Vigil(), Socket("short", lives=0.2), Socket("long")
    watch.join(short)
    watch.join(long)
    await until(lambda: short.ended)
    assert datetime.now(UTC) >= short.holder.until
    assert (short.ended, long.ended) == (["TOKEN_EXPIRED"], [])
    watch.leave(short)
    watch.leave(long)


async def test_while_the_database_is_away_sockets_stay_and_are_asked_about_later(sessions, monkeypatch):
    monkeypatch.setattr(vigil, "RECHECK", 0.05)
    sessions.away = True
    watch, socket = Vigil(), Socket("gone")
    watch.join(socket)
    await until(lambda: len(sessions.asked) >= 2)
    assert socket.ended == []
    sessions.away = False
    await until(lambda: socket.ended)
    assert socket.ended == ["SESSION_ENDED"]
    watch.leave(socket)
