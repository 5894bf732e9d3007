"""`/ws/meetings/{id}`: the state first, then every step as it happens, and only for the owner."""

import asyncio
import uuid

import pytest
from channels.db import DatabaseSyncToAsync
from channels.testing import WebsocketCommunicator

from config.sockets import router
from meetings.pipeline import runs
from meetings.pipeline.definition import INWARD, NAMES
from meetings.tests import factories
from tests import described

pytestmark = pytest.mark.django_db(transaction=True)


def knock(meeting_id, token: str, prefix: str = "") -> WebsocketCommunicator:
    return WebsocketCommunicator(router, f"{prefix}/ws/meetings/{meeting_id}?token={token}")


async def everything_of(socket: WebsocketCommunicator) -> list[dict]:
    messages = []
    while not await socket.receive_nothing(timeout=0.2):
        messages.append(await socket.receive_json_from())
    return messages


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_a_watcher_is_told_the_state_and_then_each_step(owner, meeting, worker, prefix):
    factories.say(meeting)
    run = runs.begin(meeting)
    token = factories.token(owner)

    async def watch() -> tuple[list[dict], list[dict]]:
        socket = knock(meeting.pk, token, prefix)
        assert await socket.connect() == (True, None)
        snapshot = [await socket.receive_json_from() for _ in NAMES]
        await DatabaseSyncToAsync(worker.work, thread_sensitive=False)()
        events = await everything_of(socket)
        await socket.disconnect()
        return snapshot, events

    snapshot, events = asyncio.run(watch())
    assert [m["payload"]["step"] for m in snapshot] == list(NAMES)
    assert {m["payload"]["status"] for m in snapshot} == {"pending"}
    told = [(m["payload"]["step"], m["payload"]["status"]) for m in events]
    assert told == [(step, status) for step in INWARD for status in ("running", "succeeded")]
    assert [m["seq"] for m in snapshot + events] == list(range(1, len(snapshot + events) + 1))
    assert {m["type"] for m in snapshot + events} == {"step.changed"}
    for message in snapshot + events:
        described.check("MeetingProgress", message)
    last = events[-1]["payload"]
    assert last == {
        "meeting_id": str(meeting.pk),
        "run_id": str(run.pk),
        "step": "report",
        "status": "succeeded",
        "progress": 1.0,
        "error": "",
    }


def test_a_watcher_of_a_meeting_without_run_is_told_nothing_yet(owner, meeting):
    token = factories.token(owner)

    async def watch() -> bool:
        socket = knock(meeting.pk, token)
        await socket.connect()
        silent = await socket.receive_nothing(timeout=0.1)
        await socket.disconnect()
        return silent

    assert asyncio.run(watch())


async def closed_with(socket: WebsocketCommunicator) -> int:
    await socket.connect()
    return (await socket.receive_output())["code"]


def test_nobody_else_may_watch(owner, meeting):
    stranger = factories.token(factories.person())
    assert asyncio.run(closed_with(knock(meeting.pk, stranger))) == 4404
    assert asyncio.run(closed_with(knock(uuid.uuid4(), factories.token(owner)))) == 4404
    assert asyncio.run(closed_with(knock("7", factories.token(owner)))) == 4404
    assert asyncio.run(closed_with(knock(meeting.pk, "nonsense"))) == 4401
    assert asyncio.run(closed_with(knock(meeting.pk, ""))) == 4401
