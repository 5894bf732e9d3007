"""Live sound on S3: each piece an object, several streams' objects on their way at once."""

import pytest

from audio.media.live import LiveFormat
from audio.models import LivePart, Recording, StorageDeletion
from audio.services import commits, files, streams
from audio.tests.talking import SECOND, Connection, streamed
from meetings.pipeline import intake
from meetings.tests.s3 import out_of_reach

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_stream_lives_in_s3_until_it_is_a_recording(meeting, s3):
    begun = streams.begin(meeting.owner, meeting.pk, format=LiveFormat())
    first = Connection(begun.stream)
    for _ in range(3):
        first.append(SECOND)
        first.work()
    second = Connection(streams.resume(meeting.owner, begun.resume_token))
    first.append(b"no" * 10)
    first.work()
    second.append(b"ab" * 10)
    second.work()
    assert first.tail.error is not None
    rows = LivePart.objects.filter(stream=begun.stream)
    assert list(rows.values_list("position", "epoch", "size")) == [
        *((position, 1, 32_000) for position in range(3)),
        (3, 2, 20),
    ]
    streams.close(begun.stream.pk, because="tested")
    intake.add_streams(meeting)
    recording = Recording.objects.get()
    with files.local_copy(recording.file) as path:
        assert path.read_bytes()[44:] == SECOND * 3 + b"ab" * 10
    while files.sweep():
        pass
    assert (s3.names(), StorageDeletion.objects.count()) == ({recording.file}, 0)


def test_a_second_of_sound_makes_an_object(meeting, s3, monkeypatch):
    stream = streams.begin(meeting.owner, meeting.pk, format=LiveFormat()).stream
    connection = Connection(stream)
    connection.tail.add(SECOND[:100])
    connection.work()
    assert LivePart.objects.count() == 0
    monkeypatch.setattr(commits, "FILLING", 0)
    connection.tail.add(SECOND[:100])
    connection.work()
    assert LivePart.objects.get().size == connection.tail.stored.bytes == 200


def test_s3_that_is_down_delays_and_loses_nothing(meeting, s3, use, monkeypatch):
    monkeypatch.setattr(commits, "PAUSE", 0)
    stream = streamed(meeting)
    connection = Connection(stream)
    use(out_of_reach(s3))
    connection.append(b"ab" * 10)
    connection.work()
    assert (connection.tail.stored.bytes, connection.tail.error) == (32_000, None)
    use(s3.options)
    connection.work()
    assert connection.tail.stored.bytes == 32_020
    streams.close(stream.pk, because="tested")
    intake.add_streams(meeting)
    with files.local_copy(Recording.objects.get().file) as path:
        assert path.read_bytes()[44:] == SECOND + b"ab" * 10
