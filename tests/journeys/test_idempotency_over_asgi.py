"""The same through the whole ASGI application: bodies come in pieces, clients wait and hang up."""

import asyncio
import gc

import orjson
import pytest
from channels.db import DatabaseSyncToAsync

from config.asgi import application
from core.models import IdempotentRequest
from meetings.models import Meeting, Run
from meetings.tests import factories
from tests.asgi import Exchange

pytestmark = pytest.mark.django_db(transaction=True)

BODY = orjson.dumps({"code": "weekly", "start_time": "2026-11-20T09:00:00Z"})


def post(owner, path: str, body: bytes = b"", **headers: str) -> Exchange:
    said = {
        "Authorization": f"Bearer {factories.token(owner)}",
        "Content-Length": str(len(body)),
        "Content-Type": "application/json",
        "Idempotency-Key": "k1",
    }
    return Exchange("POST", path, headers=said | headers)


def test_a_body_in_other_pieces_is_the_same_body(owner):
    first = asyncio.run(post(owner, "/api/v1/meetings/", BODY).run(application, [BODY]))
    second = asyncio.run(post(owner, "/api/v1/meetings/", BODY).run(application, [BODY[:7], BODY[7:]]))
    assert (first.status, second.status, second.headers["idempotency-replayed"]) == (201, 201, "true")
    assert second.json() == first.json()
    assert Meeting.objects.count() == 1


def test_who_waits_with_a_key_gets_the_report_again_and_not_the_202(owner, meeting, worker):
    factories.say(meeting)
    path = f"/api/v1/meetings/{meeting.pk}/complete"
    waiting, beside = (post(owner, path, Prefer="wait=30") for _ in range(2))

    async def complete():
        asked = asyncio.create_task(waiting.run(application))
        while not worker.queue:
            await asyncio.sleep(0.01)
        meanwhile = await beside.run(application)
        await DatabaseSyncToAsync(worker.work, thread_sensitive=False)()
        return meanwhile, await asked

    meanwhile, report = asyncio.run(complete())
    assert (meanwhile.status, meanwhile.json()["code"]) == (409, "IDEMPOTENCY_IN_PROGRESS")
    again = asyncio.run(post(owner, path, Prefer="wait=30").run(application))
    assert (report.status, again.status, again.headers["idempotency-replayed"]) == (200, 200, "true")
    assert again.json() == report.json()
    assert Run.objects.count() == 1


@pytest.mark.filterwarnings("ignore:Exception ignored in.*SpooledTemporaryFile")
def test_who_hangs_up_before_the_answer_finds_it_later(owner, monkeypatch):
    """The answer is kept by the thread that made it: nothing of it needs the connection."""
    exchange = post(owner, "/api/v1/meetings/", BODY)
    made = Meeting.save

    def save(meeting, *args, **options):
        made(meeting, *args, **options)
        exchange.leave()

    monkeypatch.setattr(Meeting, "save", save)

    async def hang_up() -> None:
        await exchange.run(application, [BODY])
        while not await IdempotentRequest.objects.filter(status=201).aexists():
            await asyncio.sleep(0.01)

    asyncio.run(hang_up())
    gc.collect()  # Django leaves the body's file to be collected when a client has gone
    again = asyncio.run(post(owner, "/api/v1/meetings/", BODY).run(application, [BODY]))
    assert (again.status, again.headers["idempotency-replayed"]) == (201, "true")
    assert Meeting.objects.count() == 1


def test_who_hangs_up_while_waiting_is_not_told_that_the_request_is_under_way(owner, meeting, worker):
    """Nobody works for them any more: they get what is known, and where the report will be."""
    factories.say(meeting)
    path = f"/api/v1/meetings/{meeting.pk}/complete"
    waiting = post(owner, path, Prefer="wait=30")

    async def hang_up() -> None:
        asked = asyncio.create_task(waiting.run(application))
        while not await IdempotentRequest.objects.filter(status=202).aexists():
            await asyncio.sleep(0.01)
        waiting.leave()
        await asked

    asyncio.run(hang_up())
    again = asyncio.run(post(owner, path, Prefer="wait=30").run(application))
    assert (again.status, again.headers["idempotency-replayed"]) == (202, "true")
    assert again.headers["location"].endswith(f"{meeting.pk}/report")
    assert Run.objects.count() == 1
