"""Storages that are elsewhere, full or away: what was acknowledged is delayed, never lost or failed."""

import errno
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from audio.models import Recording, StorageDeletion, Track
from audio.services import files
from core import locks
from meetings.models import Meeting, StepRun

from . import factories
from .disks import files_under
from .s3 import out_of_reach

pytestmark = pytest.mark.django_db(transaction=True)

DISK = "audio.storage.DurableFileSystemStorage"


def upload(api):
    return api.post("/upload", {"file": factories.upload()})


def state(api, meeting_id) -> tuple[str, str]:
    report = api.get(f"/api/v1/meetings/{meeting_id}/report").json()
    return report["status"], report["processing_status"]


def test_a_meeting_lives_in_s3_from_upload_to_deletion(api, worker, s3):
    before = files_under()
    made = upload(api)
    assert made.status_code == 201
    meeting_id = made.json()["id"]
    worker.work()
    assert state(api, meeting_id) == ("completed", "COMPLETED")
    api.post(f"/api/v1/meetings/{meeting_id}/complete")
    worker.work()
    assert state(api, meeting_id) == ("completed", "COMPLETED")
    assert s3.names() == {Recording.objects.get().file, Track.objects.get().file}
    shown = api.get(f"/api/v1/mobile/meetings/{meeting_id}").json()["s3_audio_path"]
    assert shown == Recording.objects.get().file
    assert shown.startswith(f"meetings/audio/{meeting_id}/")
    assert files_under() == before

    assert api.delete(f"/api/v1/meetings/{meeting_id}").status_code == 204
    assert StorageDeletion.objects.count() == 2
    assert files.sweep() == 2
    assert (s3.names(), StorageDeletion.objects.count()) == (set(), 0)


def test_s3_that_is_down_refuses_uploads_and_delays_the_rest(api, worker, s3, use):
    meeting_id = upload(api).json()["id"]
    use(out_of_reach(s3))
    refused = upload(api)
    assert (refused.status_code, refused.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert refused.json()["detail"] == "The storage of recordings cannot be used at the moment."
    assert Meeting.objects.count() == 1

    worker.work()
    parked = StepRun.objects.get(status="parked")
    assert (parked.name, parked.failures, parked.error_code) == ("decode", 0, "unavailable")
    assert parked.error == "The storage of recordings cannot be used at the moment."
    assert state(api, meeting_id) == ("processing", "PROCESSING")
    assert files_under("scratch") == set()
    assert files.sweep() == 0
    assert StorageDeletion.objects.get().failures == 1

    use(s3.options)
    worker.wait()
    assert state(api, meeting_id) == ("completed", "COMPLETED")


def full(*args, **options):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_refuses_uploads_and_keeps_nothing_of_them(api, monkeypatch):
    before = files_under()

    def save_a_part(self, name, content):
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"a part of it")
        full()

    monkeypatch.setattr(f"{DISK}._save", save_a_part)
    refused = upload(api)
    assert (refused.status_code, refused.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert refused.json()["detail"] == "There is no space left for recordings at the moment."
    assert not Meeting.objects.exists()
    assert files.sweep() == 1
    assert files_under() == before


def test_a_disk_that_fills_up_while_decoding_parks_the_step(api, worker, monkeypatch):
    meeting_id = upload(api).json()["id"]
    before = files_under()
    with monkeypatch.context() as patched:
        patched.setattr(f"{DISK}._save", full)
        worker.work()
    parked = StepRun.objects.get(status="parked")
    assert (parked.name, parked.failures) == ("decode", 0)
    assert parked.error == "There is no space left for recordings at the moment."
    assert files_under() == before
    files.sweep()
    worker.wait()
    assert state(api, meeting_id) == ("completed", "COMPLETED")


def test_a_recording_that_is_away_for_a_while_is_waited_for(api, worker):
    meeting_id = upload(api).json()["id"]
    path = Path(default_storage.path(Recording.objects.get().file))
    aside = path.rename(path.with_suffix(".aside"))
    worker.work()
    parked = StepRun.objects.get(status="parked")
    assert (parked.name, parked.failures) == ("decode", 0)
    assert parked.error == "A file of this meeting is not in the storage at the moment."
    aside.rename(path)
    worker.wait()
    assert state(api, meeting_id) == ("completed", "COMPLETED")


def test_what_a_killed_process_left_in_the_scratch_room_goes_and_what_a_living_one_has_stays():
    with files.scratch() as mine:
        (mine / "track.wav").touch()
        dead = mine.with_name("dead")
        dead.mkdir()
        (dead / "track.wav").touch()
        locks.hold(dead.with_suffix(".lock")).close()
        with files.scratch() as other:
            assert not dead.exists()
            assert not dead.with_suffix(".lock").exists()
            assert (mine / "track.wav").exists()
            assert other.is_dir()
    assert list(mine.parent.iterdir()) == []
