"""Live sound is stored before it is acknowledged, by the connection that holds the stream."""

import asyncio
import errno
import os

import pytest
from channels.db import database_sync_to_async

from accounts.tests import people
from audio.errors import Fenced, GapTooLong, StreamClosed, StreamNotFound
from audio.media.live import LiveFormat
from audio.models import LiveStream, StorageDeletion
from audio.services import commits, files, journal, parts, streams
from audio.services.journal import Journal
from audio.services.tail import Stored
from audio.tests.talking import POOL, SECOND, Connection
from integrations.errors import Unavailable

pytestmark = pytest.mark.django_db(transaction=True)

begin, resume = database_sync_to_async(streams.begin), database_sync_to_async(streams.resume)
close = database_sync_to_async(streams.close)


@database_sync_to_async
def kept(stream: LiveStream) -> bytes:
    return b"".join(parts.read(stream.pk))


@pytest.fixture
def begun(meeting, owner) -> streams.Begun:
    return streams.begin(owner, meeting.pk, format=LiveFormat())


async def test_what_is_appended_is_stored_and_then_acknowledged(begun):
    acks = []
    journal = Journal(begun.stream, on_stored=acks.append)
    await journal.append(b"ab" * 1600)
    assert await journal.flush() == Stored(3200, 100)
    await journal.append(b"cd" * 800 + b"e")
    assert await journal.flush() == Stored(4800, 150)
    assert acks == [Stored(3200, 100), Stored(4800, 150)]
    journal.heard(120)
    await journal.append(b"fg")
    await journal.leave()
    assert await kept(begun.stream) == b"ab" * 1600 + b"cd" * 800 + b"ef"
    await begun.stream.arefresh_from_db()
    assert (begun.stream.stored_bytes, begun.stream.heard_ms) == (4802, 120)


async def test_an_older_connection_is_fenced_and_the_newer_goes_on(begun, owner):
    failures = []
    old = Journal(begun.stream, on_failed=failures.append)
    await old.append(b"ab" * 16)
    await old.flush()
    new = Journal(await resume(owner, begun.resume_token))
    await old.append(b"no" * 16)
    with pytest.raises(Fenced) as refused:
        await old.flush()
    with pytest.raises(Fenced):
        await old.append(b"no")
    assert (failures, type(refused.value)) == ([old.error], Fenced)
    await new.append(b"cd" * 16)
    assert await new.flush() == Stored(64, 2)
    await old.leave()
    await new.leave()
    assert await kept(begun.stream) == b"ab" * 16 + b"cd" * 16


async def test_a_closed_stream_takes_nothing_more(begun, owner):
    journal = Journal(begun.stream)
    assert await close(begun.stream.pk, because="tested")
    assert not await close(begun.stream.pk, because="again")
    await journal.append(b"ab")
    with pytest.raises(StreamClosed):
        await journal.flush()
    await journal.leave()
    with pytest.raises(StreamClosed):
        await resume(owner, begun.resume_token)
    assert await kept(begun.stream) == b""
    assert await LiveStream.objects.filter(closed_because="tested", stored_bytes=0).acount() == 1


async def test_only_its_user_resumes_a_stream_and_only_with_its_token(begun, owner):
    somebody = await database_sync_to_async(people.person)()
    for user, token in ((somebody, begun.resume_token), (owner, "x"), (owner, begun.stream.resume_digest)):
        with pytest.raises(StreamNotFound):
            await resume(user, token)
    with pytest.raises(GapTooLong):
        await resume(owner, begun.resume_token, at_ms=600_001)
    await begun.stream.arefresh_from_db()
    assert begun.stream.epoch == 1
    assert begun.resume_token not in str(vars(begun.stream))


async def test_a_meeting_that_is_gone_begins_no_stream(meeting, owner):
    await meeting.adelete()
    with pytest.raises(StreamNotFound):
        await begin(owner, meeting.pk, format=LiveFormat())


@pytest.mark.parametrize(("at_ms", "skipped", "stored"), [(400, 0, 400), (100, 0, 100), (40, 1920, 100)])
async def test_a_gap_is_silence_and_an_overlap_is_skipped(begun, owner, at_ms, skipped, stored):
    journal = Journal(begun.stream)
    await journal.append(b"ab" * 1600)
    await journal.leave()
    journal = Journal(await resume(owner, begun.resume_token, at_ms=at_ms))
    assert await journal.align(at_ms) == skipped
    assert journal.stored.ms == stored
    await journal.leave()
    assert await kept(begun.stream) == (b"ab" * 1600).ljust(LiveFormat().bytes_of(stored), b"\0")


async def test_who_sends_faster_than_the_disk_waits(begun, monkeypatch):
    monkeypatch.setattr(journal, "MOST_UNSTORED", 1000)
    writing = Journal(begun.stream)
    for _ in range(5):
        await writing.append(bytes(2000))
        assert writing._tail.waiting <= 1000
    await writing.leave()
    assert len(await kept(begun.stream)) == 10_000


def full(descriptor, data, at):
    raise OSError(errno.ENOSPC, "No space left on device")


async def test_a_full_disk_delays_the_acknowledgement(begun, monkeypatch):
    monkeypatch.setattr(commits, "PAUSE", 0.01)
    seen = asyncio.Event()
    loop = asyncio.get_running_loop()
    write = os.pwrite

    def full_at_first(*asked):
        loop.call_soon_threadsafe(seen.set)
        return full(*asked)

    monkeypatch.setattr(os, "pwrite", full_at_first)
    acks = []
    journal = Journal(begun.stream, on_stored=acks.append)
    await journal.append(b"ab" * 16)
    await seen.wait()
    assert acks == []
    monkeypatch.setattr(os, "pwrite", write)
    assert await journal.flush() == Stored(32, 1)
    await journal.leave()
    assert await kept(begun.stream) == b"ab" * 16


async def test_a_disk_that_stays_full_is_told_and_nothing_is_acknowledged(begun, monkeypatch):
    monkeypatch.setattr(commits, "PAUSE", 0.01)
    monkeypatch.setattr(commits, "PATIENCE", 0.05)
    monkeypatch.setattr(os, "pwrite", full)
    failures = []
    journal = Journal(begun.stream, on_failed=failures.append)
    await journal.append(b"ab" * 16)
    with pytest.raises(Unavailable, match="no space left"):
        await journal.flush()
    assert failures == [journal.error]
    await journal.leave()
    await begun.stream.arefresh_from_db()
    assert (begun.stream.stored_bytes, begun.stream.state) == (0, LiveStream.State.OPEN)
    assert await StorageDeletion.objects.filter(not_before__isnull=False).acount() == 1


async def test_a_database_that_is_away_delays_the_acknowledgement(begun, monkeypatch):
    monkeypatch.setattr(commits, "PAUSE", 0.01)
    commit, tries = commits._committed, []

    def away_at_first(tails):
        tries.append(len(tails))
        if len(tries) < 3:
            raise OSError("the database is away")
        return commit(tails)

    monkeypatch.setattr(commits, "_committed", away_at_first)
    journal = Journal(begun.stream)
    await journal.append(b"ab" * 16)
    assert await journal.flush() == Stored(32, 1)
    assert tries == [1, 1, 1]
    await journal.leave()
    assert await kept(begun.stream) == b"ab" * 16


@pytest.fixture
def answers_are_lost(monkeypatch):
    """The first commit of live sound, and the first note about a file, happen; nobody learns of it."""
    monkeypatch.setattr(commits, "PAUSE", 0)

    def losing(real):
        lost = iter([OSError("the answer was lost")])

        def once(*args, **options):
            answer = real(*args, **options)
            for error in lost:
                raise error
            return answer

        return once

    for owner, name in ((commits, "_committed"), (StorageDeletion.objects, "bulk_create")):
        monkeypatch.setattr(owner, name, losing(getattr(owner, name)))


def test_what_was_counted_outlives_its_writer_that_did_not_learn_of_it(begun, owner, answers_are_lost):
    old = Connection(begun.stream)
    old.append(SECOND)
    old.writer.round()
    assert (old.tail.error, old.tail.piece is None) == (None, False)
    old.work()
    assert old.tail.stored.bytes == 0
    stream = streams.resume(owner, begun.resume_token)
    assert stream.stored_bytes == len(SECOND)
    old.work()
    assert type(old.tail.error) is Fenced
    old.leave()
    files.sweep()
    assert b"".join(parts.read(stream.pk)) == SECOND


def test_many_streams_are_one_commit(meeting, owner, django_assert_max_num_queries):
    rows = [streams.begin(owner, meeting.pk, format=LiveFormat()).stream for _ in range(20)]
    connections = [Connection(row) for row in rows]
    writer = commits.Writer(POOL)
    for connection in connections:
        writer.enter(connection.tail)
        connection.append(SECOND)
    with django_assert_max_num_queries(20 + 10):
        writer.round()
        while writer.is_writing:
            writer.round()
    assert {connection.tail.stored for connection in connections} == {Stored(32_000, 1000)}
