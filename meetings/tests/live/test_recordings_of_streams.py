"""Live streams of a meeting: closed by whoever is there, they become its recordings, each once."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db.models.functions import Now

from audio.errors import Fenced
from audio.models import LivePart, LiveStream, Recording, StorageDeletion
from audio.selectors import open_streams
from audio.services import assembly, files, streams
from audio.tests.live.test_containers import recorded
from audio.tests.talking import SECOND, Connection, streamed
from core.privacy import Person
from integrations.errors import Unavailable
from meetings.errors import NothingToComplete
from meetings.exports import folder
from meetings.models import Meeting, Run
from meetings.pipeline import ending, intake
from meetings.services import meetings, privacy
from meetings.tests import factories
from meetings.tests.disks import files_under

pytestmark = pytest.mark.django_db(transaction=True)

State = LiveStream.State


@pytest.fixture(autouse=True)
def nobody_holds_them(monkeypatch):
    """Whoever held the streams of these tests is dead: waiting for them is another test's."""
    monkeypatch.setattr(ending, "PATIENCE", 0)


def sound_of(recording: Recording) -> bytes:
    with files.local_copy(recording.file) as path:
        return path.read_bytes()


def test_a_closed_stream_becomes_a_recording_and_is_understood_by_itself(meeting, worker):
    stream = streamed(meeting)
    assert streams.close(stream.pk, epoch=stream.epoch, because="closed")
    [name] = [part.file for part in stream.parts.all()]
    worker.work()
    stream.refresh_from_db()
    recording = Recording.objects.get()
    assert (stream.state, stream.recording, stream.parts.count()) == (State.SEALED, recording, 0)
    assert recording.filename == f"live-{stream.started_at:%Y-%m-%dT%H-%M-%S}Z.wav"
    assert (recording.starts_at, recording.duration_ms) == (stream.started_at, 1000)
    assert sound_of(recording) == sound_of(recording)[:44] + SECOND
    assert set(StorageDeletion.objects.values_list("file", flat=True)) == {name}
    run = Run.objects.get()
    assert (run.understood_at is None, run.released_at) == (False, None)


def test_completing_closes_what_is_open_and_its_run_hears_it(api, meeting, worker):
    stream = streamed(meeting)
    connection = Connection(stream)
    connection.append(SECOND)
    answer = api.post(f"/api/v1/meetings/{meeting.pk}/complete", headers={"Prefer": "respond-async"})
    assert answer.status_code == 202
    connection.work()
    assert isinstance(connection.tail.error, Fenced)
    stream.refresh_from_db()
    assert (stream.state, stream.closed_because, stream.epoch) == (State.SEALED, "completed", 2)
    assert sound_of(stream.recording)[44:] == SECOND
    worker.work()
    again = api.post(f"/api/v1/meetings/{meeting.pk}/complete", headers={"Prefer": "respond-async"})
    assert (again.status_code, again.json()["status"]) == (200, "completed")
    assert (Recording.objects.count(), Run.objects.count()) == (1, 1)


@pytest.mark.parametrize("sound", [b"", SECOND])
def test_what_leaves_by_itself_waits_for_a_stream_that_is_still_heard(api, worker, meeting, sound):
    Meeting.objects.filter(pk=meeting.pk).update(auto_complete=True)
    stream = streamed(meeting, sound)
    intake.add(meeting, [factories.upload(factories.wav(1.0))])
    worker.work()
    first = Run.objects.get()
    assert (first.understood_at is None, first.released_at) == (False, None)
    streams.close(stream.pk, epoch=stream.epoch, because="closed")
    worker.work()
    newest = Run.objects.order_by("-revision").first()
    assert (newest == first, newest.status, newest.released_at is None) == (not sound, "completed", False)


def test_a_connection_that_lives_is_asked_to_finish_first(meeting, monkeypatch):
    monkeypatch.setattr(ending, "PATIENCE", 60)
    stream = streamed(meeting)
    asked = []

    def finish(stream_id):
        """As the consumer does."""
        asked.append(stream_id)
        connection = Connection(stream)
        connection.append(SECOND)
        connection.work()
        assert streams.close(stream_id, epoch=stream.epoch, because="finished")

    monkeypatch.setattr(streams, "ask_to_finish", finish)
    ending.complete(meeting)
    stream.refresh_from_db()
    assert (asked, stream.closed_because) == ([stream.pk], "finished")
    assert sound_of(stream.recording)[44:] == 2 * SECOND


def test_two_that_complete_at_once_make_one_recording(meeting, beside):
    stream = streamed(meeting)
    other = beside(lambda: ending.complete(meeting))
    ending.complete(Meeting.objects.get(pk=meeting.pk))
    other.result(timeout=60)
    stream.refresh_from_db()
    assert [stream.recording] == list(Recording.objects.all())
    assert Run.objects.filter(meeting=meeting, released_at__isnull=False).count() == 1
    assert Run.objects.count() == 1


def test_whoever_assembles_too_late_leaves_no_file(meeting, monkeypatch):
    """Two workers have assembled the stream before either has sealed it."""
    stream = streamed(meeting)
    streams.close(stream.pk, because="closed")

    def overtaken(each, real=assembly.assemble):
        monkeypatch.setattr(assembly, "assemble", real)
        stored = real(each)
        assert len(intake.add_streams(meeting)) == 1
        return stored

    monkeypatch.setattr(assembly, "assemble", overtaken)
    assert intake.add_streams(meeting) == []
    files.sweep()
    recording = Recording.objects.get()
    assert files_under(f"media/meetings/audio/{meeting.pk}") == {f"media/{recording.file}"}
    assert Run.objects.count() == 1


def test_without_a_single_sound_there_is_nothing_to_complete(meeting):
    header_only = streamed(meeting, b"\x1aE\xdf\xa3", encoding="webm")
    silent = streamed(meeting, b"")
    with pytest.raises(NothingToComplete):
        ending.complete(meeting)
    states = {stream.state for stream in LiveStream.objects.filter(pk__in=[header_only.pk, silent.pk])}
    assert (states, Recording.objects.count(), LivePart.objects.count()) == ({State.SEALED}, 0, 0)


def test_a_container_is_kept_as_it_came(meeting):
    stream = streamed(meeting, b"OggS of a browser", encoding="ogg_opus", end_ms=1234)
    streams.close(stream.pk, because="closed")
    intake.add_streams(meeting)
    recording = Recording.objects.get()
    assert sound_of(recording) == b"OggS of a browser"
    assert (recording.format, recording.codec, recording.duration_ms) == ("ogg", "opus", 1234)


def test_a_container_that_nobody_had_decoded_when_it_was_lost_is_a_recording(meeting):
    """Its bytes were acknowledged, and the server was killed before it knew how long they last."""
    data = recorded("webm")
    stream = streamed(meeting, data, encoding="webm")
    assert stream.stored_ms == 0
    streams.close(stream.pk, because="abandoned")
    intake.add_streams(meeting)
    recording = Recording.objects.get()
    assert (sound_of(recording), Run.objects.count()) == (data, 1)
    assert abs(recording.duration_ms - 2000) <= 20


def test_streams_stand_in_the_order_in_which_they_began(meeting):
    factories.add_recording(meeting, factories.wav(1.0))
    first, second = streamed(meeting), streamed(meeting, SECOND * 2)
    for stream in (second, first):
        streams.close(stream.pk, because="closed")
        intake.add_streams(meeting)
    names = list(Recording.objects.order_by("position").values_list("stream", "position"))
    assert names == [(None, 0), (first.pk, 1), (second.pk, 2)]


def test_what_a_dead_client_had_said_becomes_a_recording(meeting, worker, settings):
    settings.LIVE_RESUME_WITHIN = timedelta(minutes=10)
    gone, alive = streamed(meeting), streamed(meeting)
    LiveStream.objects.filter(pk=gone.pk).update(active_at=Now() - timedelta(minutes=11))
    assert streams.sweep() == 1
    worker.work()
    gone.refresh_from_db()
    assert (gone.state, gone.closed_because) == (State.SEALED, "abandoned")
    assert list(open_streams(meeting.pk)) == [alive]
    assert Run.objects.get().understood_at is not None


def test_a_lost_hint_is_sent_again(meeting, worker):
    stream = streamed(meeting)
    streams.close(stream.pk, because="closed")
    worker.queue.clear()
    assert streams.sweep() == 0
    LiveStream.objects.update(updated_at=Now() - timedelta(hours=1))
    assert (streams.sweep(), streams.sweep()) == (1, 0)
    worker.work()
    assert Recording.objects.get().stream == stream


def test_a_part_that_is_not_there_delays_its_stream_only(meeting, worker):
    broken, whole = streamed(meeting), streamed(meeting)
    part = Path(default_storage.path(broken.parts.get().file))
    part.write_bytes(part.read_bytes()[:10])
    for stream in (broken, whole):
        streams.close(stream.pk, because="closed")
    with pytest.raises(Unavailable, match="lost its end"):
        intake.add_streams(meeting)
    assert [row.stream for row in Recording.objects.all()] == [whole]
    broken.refresh_from_db()
    assert (broken.state, broken.parts.count()) == (State.CLOSED, 1)


def test_deleting_a_meeting_ends_its_streams_and_leaves_no_file(meeting):
    before = files_under("media")
    stream = streamed(meeting)
    unheard = Connection(streams.begin(meeting.owner, meeting.pk, format=streams.format_of(stream)).stream)
    unheard.append(SECOND)
    held = Connection(stream)
    held.append(SECOND)
    gone = meetings.remove(meeting)
    assert (gone["audio.LiveStream"], gone["audio.LivePart"]) == (2, 1)
    for connection in (held, unheard):
        connection.work()
        assert connection.tail.error.code == "STREAM_CLOSED"
        connection.leave()
    while files.sweep():
        pass
    assert (files_under("media") - before, LivePart.objects.count()) == (set(), 0)


def test_a_person_takes_live_sound_along_and_leaves_none(meeting):
    stream = streamed(meeting)
    entries = {entry.path: entry for entry in folder.of(meeting)}
    name = next(path for path in entries if "/live/" in path)
    assert name.endswith(f"/live/{assembly.filename(stream)}")
    assert b"".join(entries[name].pieces)[44:] == SECOND
    facts = b"".join(entries[next(path for path in entries if path.endswith("meeting.json"))].pieces)
    assert str(stream.pk).encode() in facts
    assert stream.resume_digest.encode() not in facts
    receipt = privacy.erase(Person(id=meeting.owner_id, email=meeting.owner.email))
    assert receipt.files["parts of live sound"] == 1
    assert LiveStream.objects.count() == 0


def test_what_somebody_streamed_elsewhere_goes_with_them(meeting):
    guest = factories.person()
    stream = streamed(meeting)
    LiveStream.objects.filter(pk=stream.pk).update(user=guest)
    receipt = privacy.erase(Person(id=guest.pk, email=guest.email))
    assert (receipt.files["parts of live sound"], LivePart.objects.count()) == (1, 0)
    assert Meeting.objects.filter(pk=meeting.pk).exists()


def test_a_meeting_that_receives_sound_is_active(api, owner):
    tomorrow = factories.MONDAY + timedelta(days=3650)
    planned = factories.meeting(owner, start_time=tomorrow)
    heard = factories.meeting(owner, start_time=tomorrow)
    streamed(heard)
    assert api.get(f"/api/v1/meetings/{heard.pk}").json()["status"] == "active"
    listed = {
        state: api.get("/api/v1/meetings", {"status": state}).json() for state in ("active", "scheduled")
    }
    assert {state: [row["id"] for row in rows] for state, rows in listed.items()} == {
        "active": [str(heard.pk)],
        "scheduled": [str(planned.pk)],
    }
    assert {row["status"] for row in listed["active"]} == {"active"}
