"""A person takes along all that is theirs, in one zip that is made while it is sent."""

import asyncio
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from asgiref.sync import async_to_sync
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection

from accounts.services import archive
from audio.models import Recording
from audio.services import files
from core.models import AuditEntry
from core.streaming import download
from meetings.pipeline import runs
from meetings.tests import factories
from tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


async def _body(answer) -> bytes:
    return b"".join([block async for block in answer.streaming_content])


def unpacked(answer) -> zipfile.ZipFile:
    assert answer.status_code == 200
    made = zipfile.ZipFile(io.BytesIO(async_to_sync(_body)(answer)))
    assert made.testzip() is None
    return made


def contents(made: zipfile.ZipFile, name: str):
    return json.loads(made.read(name))


@pytest.fixture
def understood(owner, worker):
    meeting = factories.meeting(owner, title="Weekly: sync / planning")
    factories.add_recording(meeting, factories.wav(1.0))
    factories.say(meeting, at=60)
    runs.begin(meeting)
    runs.complete(meeting)
    worker.work()
    return meeting


def test_everything_of_a_person_is_in_the_zip(api, owner, understood):
    answer = api.get("/api/v1/users/me/export")
    today = datetime.now(UTC).date().isoformat()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="meeting-assistant-{today}.zip"'
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
        "application/zip",
        "no-store",
    )
    made = unpacked(answer)
    folder = f"meetings/{understood.pk}-weekly-sync-planning"
    names = ("meeting", "transcript", "summary", "key_points", "decisions", "questions", "actions")
    assert sorted(made.namelist()) == sorted(
        [
            *("README.txt", "account.json", "rooms.json", "tasks.json", "effects.json", "audit.json"),
            *("connections.json", "routing.json", "webhooks.json"),
            *("calendar_events.json", "speaker_profiles.json"),
            *(f"{folder}/{name}.json" for name in (*names, "speakers", "analytics", "report")),
            *(f"{folder}/transcript.txt", f"{folder}/recordings/meeting.wav"),
        ]
    )
    assert made.read(f"{folder}/recordings/meeting.wav") == factories.wav(1.0)
    assert b"The release stays on Thursday." in made.read(f"{folder}/transcript.txt")
    decisions = contents(made, f"{folder}/decisions.json")
    assert "The release stays on Thursday." in [found["text"] for found in decisions]
    assert "our weekly meeting" in contents(made, f"{folder}/summary.json")["text"]
    assert contents(made, f"{folder}/meeting.json")["recordings"][0]["filename"] == "meeting.wav"
    assert len(contents(made, "tasks.json")["own"]) == Task.objects.count() > 0
    assert {effect["kind"] for effect in contents(made, "effects.json")} >= {"tickets", "mail"}
    assert [entry["action"] for entry in contents(made, "audit.json")] == ["signed_in", "data_exported"]
    assert owner.email in made.read("README.txt").decode()


def test_no_secret_is_in_the_zip(api, owner):
    made = unpacked(api.get("/v1/users/me/export"))
    account = contents(made, "account.json")
    owner.refresh_from_db()
    text = json.dumps(account)
    assert owner.password not in text
    assert str(owner.sessions.get().refresh_id) not in text
    assert (account["email"], len(account["sessions"])) == (owner.email, 1)


def test_what_is_anothers_is_not_in_the_zip(api, owner, understood):
    theirs = factories.meeting(title="Board of secrets")
    factories.say(theirs, "Decision: Nobody may know.")
    Task.objects.create(
        created_by=theirs.owner, meeting=theirs, title="Write the minutes", assignee_user=owner,
        evidence={"quote": "Olga writes", "segment_ids": ["x"]},
    )  # fmt: skip
    Task.objects.create(created_by=theirs.owner, title="Not for Olga")
    made = unpacked(api.get("/api/v1/mobile/auth/me/export"))
    everything = "".join(made.read(name).decode("latin-1") for name in made.namelist())
    assert "Nobody may know" not in everything
    assert "Board of secrets" not in everything
    assert "Not for Olga" not in everything
    assert str(theirs.pk) not in everything
    assigned = contents(made, "tasks.json")["assigned"]
    assert [(task["title"], task["quote"]) for task in assigned] == [("Write the minutes", "Olga writes")]
    assert not assigned[0].keys() & {"evidence", "created_by_id", "meeting_id"}


def test_recordings_keep_their_names_but_leave_their_folder_never(api, owner, meeting):
    for _ in range(4):
        factories.add_recording(meeting, factories.wav(1.0))
    names = ("../../../etc/cron.d/evil", "C:\\Talk.wav", "talk.wav", "..")
    for recording, name in zip(Recording.objects.all(), names, strict=True):
        Recording.objects.filter(pk=recording.pk).update(filename=name)
    made = unpacked(api.get("/api/v1/users/me/export"))
    stored = [name.rpartition("/") for name in made.namelist() if "/recordings/" in name]
    assert [name for _, _, name in stored] == ["evil", "Talk.wav", "talk (2).wav", "recording.wav"]
    assert {folder for folder, _, _ in stored} == {f"meetings/{meeting.pk}-weekly-sync/recordings"}


def test_a_recording_that_is_not_there_is_said_and_keeps_back_nothing(api, meeting):
    factories.add_recording(meeting, factories.wav(1.0))
    factories.add_recording(meeting, factories.wav(1.0))
    default_storage.delete(Recording.objects.first().file)
    made = unpacked(api.get("/api/v1/users/me/export"))
    folder = f"meetings/{meeting.pk}-weekly-sync/recordings"
    sentence = b"A file of this meeting is not in the storage at the moment.\n"
    assert made.read(f"{folder}/meeting.wav.missing.txt") == sentence
    assert made.read(f"{folder}/meeting (2).wav") == factories.wav(1.0)


def test_a_long_recording_is_read_in_pieces_and_sent_as_it_is_read(owner, meeting, monkeypatch):
    """However long it is: what is in memory is a piece."""
    factories.add_recording(meeting)
    size = len(factories.wav())
    monkeypatch.setattr(files, "PIECE", 50_000)
    opened, reads = default_storage.open, []

    class Watched(File):
        def read(self, count: int) -> bytes:
            reads.append(count)
            return self.file.read(count)

    monkeypatch.setattr(default_storage, "open", lambda name, mode: Watched(opened(name, mode).file, name))
    blocks, sent = archive.make(owner).blocks, 0
    while len(reads) < 3:
        sent += len(next(blocks))
    assert sent < 3 * 50_000 + archive.BLOCK
    longest = max(len(block) for block in blocks)
    assert set(reads) == {50_000}
    assert len(reads) == size // 50_000 + 2
    assert longest < archive.BLOCK + 2 * 50_000


def test_a_slow_reader_holds_no_connection_to_the_database(owner, meeting):
    factories.add_recording(meeting, factories.wav(1.0))
    for _ in archive.make(owner).blocks:
        assert connection.connection is None


def test_who_goes_away_in_the_middle_leaves_no_file_open(owner, meeting):
    factories.add_recording(meeting, factories.wav(1.0))
    closed = []

    def blocks():
        try:
            yield from archive.make(owner).blocks
        finally:
            closed.append(True)

    async def leave_after_the_first() -> None:
        answer = download(blocks(), filename="x.zip", content_type="application/zip")
        content = aiter(answer.streaming_content)
        await anext(content)
        await content.aclose()

    asyncio.run(leave_after_the_first())
    assert closed == [True]


def test_an_export_is_written_down_and_needs_a_token(api, owner, client):
    assert client.get("/api/v1/users/me/export").status_code == 401
    assert not AuditEntry.objects.filter(action="data_exported").exists()
    unpacked(api.get("/api/v1/users/me/export"))
    entry = AuditEntry.objects.get(action="data_exported")
    assert (entry.actor_id, entry.subject_id) == (owner.pk, owner.pk)
