"""The sample recording, sent over a real socket at a real server, heard by Whisper."""

import asyncio
import json
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from integrations import registry
from integrations.tests.sound import decoded
from meetings.models import Segment
from tests.serving import served

pytestmark = [pytest.mark.engines, pytest.mark.django_db(transaction=True)]

SECONDS = 8
SAMPLE = Path(__file__).parents[3] / "samples" / "weekly-sync.opus"


@pytest.fixture
def whisper(settings):
    settings.SERVED_BY = settings.SERVED_BY | {"speech": ["whisper"]}
    registry.forget()


async def _sent(address: str, token: str, pcm: bytes) -> list[dict]:
    told = []
    headers = {"Authorization": f"Bearer {token}"}
    async with connect(
        f"ws://{address}/audio/stream?language=en&speakers=false", additional_headers=headers
    ) as socket:
        for at in range(0, len(pcm), 6_400):
            await socket.send(pcm[at : at + 6_400])
        await socket.send('{"type": "close"}')
        async for message in socket:
            told.append(json.loads(message))
    assert (socket.close_code, told[-1]["type"]) == (1000, "closed")
    return told


def test_the_sample_is_stored_understood_and_shown(whisper, token):
    pcm = decoded(SAMPLE)[: SECONDS * 32_000]
    with served() as address:
        told = asyncio.run(_sent(address, token, pcm))
    finals = [
        each["payload"] for each in told if each["type"] == "transcript" and each["payload"]["is_final"]
    ]
    text = " ".join(each["text"] for each in finals)
    assert text.startswith("Good morning")
    assert "let's go through the release" in text
    assert told[-1]["payload"]["stored_ms"] == SECONDS * 1000
    shown = Segment.objects.order_by("start_ms").values_list("text", flat=True)
    assert " ".join(shown) == text
