"""`POST .../complete` through the whole ASGI application: clients wait, and all get the one report."""

import asyncio

import pytest
from channels.db import DatabaseSyncToAsync

from config.asgi import application
from integrations import registry
from meetings.models import Run
from meetings.tests import factories
from tests.asgi import Answer, Exchange

pytestmark = pytest.mark.django_db(transaction=True)


def ask(meeting, token: str, prefer: str, *, verb: str = "complete") -> Exchange:
    headers = {"Authorization": f"Bearer {token}", "Prefer": prefer, "Content-Length": "0"}
    return Exchange("POST", f"/api/v1/meetings/{meeting.pk}/{verb}", headers=headers)


async def together(worker, exchanges: list[Exchange]) -> list[Answer]:
    """Run all requests at once; the worker begins when the first of them has queued something."""
    asked = [asyncio.create_task(exchange.run(application)) for exchange in exchanges]
    while not worker.queue:
        await asyncio.sleep(0.01)
    await DatabaseSyncToAsync(worker.work, thread_sensitive=False)()
    return await asyncio.gather(*asked)


def test_twenty_waiting_clients_get_one_report_of_one_run(owner, meeting, worker):
    factories.say(meeting)
    token = factories.token(owner)
    answers = asyncio.run(together(worker, [ask(meeting, token, "wait=30") for _ in range(20)]))
    assert {answer.status for answer in answers} == {200}
    reports = [answer.json() for answer in answers]
    assert reports[0]["status"] == "completed"
    assert all(report == reports[0] for report in reports)
    assert Run.objects.count() == 1
    assert len(reports[0]["tickets"]) == len(registry.provider("tickets", "memory").effects) == 2


@pytest.mark.parametrize("prefer", ["wait=0", "respond-async", "wait=1"])
def test_who_waits_not_or_not_long_enough_gets_what_there_is(owner, meeting, worker, prefer):
    factories.say(meeting)
    answer = asyncio.run(ask(meeting, factories.token(owner), prefer).run(application))
    assert (answer.status, answer.json()["status"]) == (202, "processing")
    assert answer.headers["location"] == f"/api/v1/meetings/{meeting.pk}/report"
    assert answer.json()["tickets"] == []


def test_a_meeting_that_fails_while_a_client_waits_is_answered_with_its_errors(owner, meeting, worker, serve):
    serve("language", "meetings.tests.engines.FailingLanguage", error="broken", times=9, call="extract")
    factories.say(meeting)
    exchange = ask(meeting, factories.token(owner), "wait=30")

    async def wait_and_fail() -> Answer:
        asked = asyncio.create_task(exchange.run(application))
        while not worker.queue:
            await asyncio.sleep(0.01)
        await DatabaseSyncToAsync(worker.work, thread_sensitive=False)()
        for _ in range(3):
            await DatabaseSyncToAsync(worker.wait, thread_sensitive=False)()
        return await asked

    answer = asyncio.run(wait_and_fail())
    assert (answer.status, answer.json()["status"]) == (200, "partial")
    assert [error["step"] for error in answer.json()["errors"]] == ["extract"]
    assert answer.json()["summary"] != []
