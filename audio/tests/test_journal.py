"""Live sound is stored before it is acknowledged, by the connection that holds the stream."""

import pytest
from channels.db import database_sync_to_async

from audio.media.live import LiveFormat
from audio.services import parts, streams
from audio.services.journal import Journal
from audio.services.tail import Stored

pytestmark = pytest.mark.django_db(transaction=True)


async def test_what_is_appended_is_stored_and_then_acknowledged(meeting, owner):
    begun = await database_sync_to_async(streams.begin)(owner, meeting.pk, format=LiveFormat())
    acks = []
    journal = Journal(begun.stream, on_stored=acks.append)
    await journal.append(b"ab" * 1600)
    assert await journal.flush() == Stored(3200, 100)
    await journal.append(b"cd" * 800 + b"e")
    assert await journal.flush() == Stored(4800, 150)
    assert acks == [Stored(3200, 100), Stored(4800, 150)]
    await journal.leave()
    stored = await database_sync_to_async(lambda: b"".join(parts.read(begun.stream.pk)))()
    assert stored == b"ab" * 1600 + b"cd" * 800
