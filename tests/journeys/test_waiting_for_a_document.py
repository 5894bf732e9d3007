"""`POST /export/google-doc` through the whole ASGI application: the client that waits gets its document."""

import asyncio
import json

import pytest
from channels.db import DatabaseSyncToAsync

from config.asgi import application
from meetings.tests import factories
from tests.asgi import Exchange

DOCUMENT = "/api/v1/export/google-doc"


@pytest.mark.django_db(transaction=True)
def test_a_client_that_waits_is_answered_with_the_document_that_was_made(
    owner, meeting, worker, serve
) -> None:
    serve("documents", "integrations.providers.documents.memory.MemoryDocuments")
    headers = {
        "Authorization": f"Bearer {factories.token(owner)}",
        "Prefer": "wait=30",
        "Content-Type": "application/json",
    }
    body = json.dumps({"meeting_id": str(meeting.pk), "folder_id": "folder-1"}).encode()
    exchange = Exchange("POST", DOCUMENT, headers=headers | {"Content-Length": str(len(body))})

    async def wait():
        asked = asyncio.create_task(exchange.run(application, [body]))
        while not worker.queue:
            await asyncio.sleep(0.01)
        await DatabaseSyncToAsync(worker.work, thread_sensitive=False)()
        return await asked

    answer = asyncio.run(wait())
    assert (answer.status, answer.json()["status"]) == (201, "sent")
    assert answer.json()["document_id"] == "documents-1"
