"""What is no recording is refused with a sentence, and leaves nothing behind: no row, no file."""

import io
import wave
import zipfile
from datetime import timedelta

import numpy as np
import pytest

from audio.models import Recording, StorageDeletion
from audio.services import files
from audio.tests.media import recordings as made
from meetings.models import Meeting, Run

from . import factories
from .disks import files_under

pytestmark = pytest.mark.django_db(transaction=True)

NOT_AUDIO = "Invalid audio file format. Please use M4A, WAV, or MP3."
MEMO = ("/api/v1/mobile/meetings/", "audio_file", {"title": "Sync"})
ROOT = ("/upload", "file", {})


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("meeting.wav", factories.wav(1.0))
    return file.getvalue()


def silence(seconds: float, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(int(seconds * 8000) * channels * 2))
    return file.getvalue()


def film(tmp_path) -> bytes:
    return made.film(tmp_path / "film.mp4").read_bytes()


def flac(tmp_path) -> bytes:
    return made.record(tmp_path / "sound.flac", made.tone(1.0)).read_bytes()


REFUSED = {
    "empty": (b"", 422, None),
    "half a header": (factories.wav(1.0)[:20], 422, None),
    "text": (b"These are only words. " * 50, 415, NOT_AUDIO),
    "a picture": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(500), 415, NOT_AUDIO),
    "an archive": (zipped(), 415, NOT_AUDIO),
    "a page": (b"<!doctype html><title>mp3</title>" + b" " * 500, 415, NOT_AUDIO),
    "zeros": (bytes(5000), 422, "This recording is empty: there is no sound in it."),
    "200 channels": (silence(1.0, 200), 415, "This recording has 200 channels; at most 64 are read."),
    "a silent film": (film, 422, "This file is a video without a sound track."),
}


def post(api, mount, content: bytes, name: str = "meeting.mp3", **more):
    path, field, fields = mount
    return api.post(path, {field: factories.upload(content, name), **fields, **more})


def nothing_is_left(before: set[str]) -> None:
    assert not Meeting.objects.exists()
    assert not Recording.objects.exists()
    files.sweep()
    assert not StorageDeletion.objects.exists()
    assert files_under() == before


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_recording_is_refused_with_a_sentence(api, tmp_path, what):
    content, status, sentence = REFUSED[what]
    before = files_under()
    answer = post(api, MEMO, content(tmp_path) if callable(content) else content)
    assert answer.status_code == status
    detail = answer.json()["detail"]
    said = detail if isinstance(detail, str) else detail[0]["msg"]
    assert said == sentence if sentence else said.endswith(".")
    nothing_is_left(before)


def test_a_second_file_that_is_none_takes_the_first_with_it(api):
    before = files_under()
    answer = post(api, MEMO, factories.wav(1.0), second_audio_file=factories.upload(b"words " * 99, "b.wav"))
    assert (answer.status_code, answer.json()["detail"]) == (415, NOT_AUDIO)
    nothing_is_left(before)


def test_a_recording_that_is_none_leaves_its_meeting_alone(api, meeting):
    before, run = files_under(), Run.objects.count()
    path = (f"/api/v1/meetings/{meeting.pk}/recordings", "file", {})
    assert post(api, path, b"words " * 99).status_code == 415
    assert (Recording.objects.count(), Run.objects.count(), files_under()) == (0, run, before)
    meeting.refresh_from_db()
    assert (meeting.revision, meeting.processing) == (0, "PENDING")


@pytest.mark.parametrize("mount", [MEMO, ROOT], ids=["memo", "root"])
def test_each_of_two_files_has_the_limit_for_itself(api, settings, mount):
    small = factories.wav(0.5)
    settings.MAX_AUDIO_FILE_SIZE = len(small)
    before = files_under()
    answer = post(api, mount, factories.wav(1.0))
    assert (answer.status_code, answer.json()["code"]) == (413, "AUDIO_TOO_LARGE")
    assert answer.json()["detail"] == "This file is larger than the server accepts."
    nothing_is_left(before)
    if mount is MEMO:
        second = factories.upload(factories.wav(1.0), "b.wav")
        assert post(api, mount, small, second_audio_file=second).status_code == 413
        nothing_is_left(before)
        assert post(api, mount, small, second_audio_file=factories.upload(small, "b.wav")).status_code == 201
    assert post(api, mount, small).status_code == 201


def test_only_the_formats_of_the_settings_are_taken(api, settings, tmp_path):
    settings.SUPPORTED_AUDIO_FORMATS = ["mp3", "wav"]
    before = files_under()
    answer = post(api, MEMO, flac(tmp_path), "meeting.wav")
    assert (answer.status_code, answer.json()["detail"]) == (415, NOT_AUDIO)
    nothing_is_left(before)
    settings.SUPPORTED_AUDIO_FORMATS = ["flac"]
    assert post(api, MEMO, flac(tmp_path), "meeting.wav").status_code == 201
    assert Recording.objects.get().format == "flac"


@pytest.mark.parametrize(("seconds", "channels"), [(0.2, 1), (30.0, 1), (1.0, 48)])
def test_silence_and_a_blink_of_sound_are_meetings_in_which_nothing_was_said(api, worker, seconds, channels):
    made = post(api, MEMO, silence(seconds, channels), "silence.wav")
    assert made.status_code == 201
    worker.work()
    path = made.json()["id"]
    body = api.get(f"/api/v1/mobile/meetings/{path}").json()
    assert (body["status"], body["transcription"], body["summary"], body["error"]) == (
        "COMPLETED",
        [],
        None,
        None,
    )
    report = api.get(f"/api/v1/meetings/{path}/report").json()
    assert report["notices"][0] == "No speech was found in this recording."
    assert (report["status"], report["tasks"], report["analytics"]["talk_seconds"]) == ("completed", [], 0.0)


def damaged(tmp_path) -> bytes:
    """An MP4 whose index is whole and whose sound is noise."""
    sound = made.tone(2.0)
    content = bytearray(made.record(tmp_path / "sound.m4a", sound, faststart=True).read_bytes())
    start = content.index(b"mdat") + 4
    content[start:] = np.random.default_rng(1).bytes(len(content) - start)
    return bytes(content)


def cut_off(tmp_path) -> bytes:
    return factories.wav(1.0)[:44]


@pytest.mark.parametrize("broken", [damaged, cut_off])
def test_a_fault_that_only_decoding_finds_fails_the_meeting_with_a_sentence(api, worker, tmp_path, broken):
    before = files_under()
    answer = post(api, MEMO, broken(tmp_path))
    assert answer.status_code == 201
    worker.work()
    body = api.get(f"/api/v1/mobile/meetings/{answer.json()['id']}").json()
    assert (body["status"], body["analytics_status"]) == ("FAILED", "FAILED")
    assert body["error"].startswith("This recording")
    assert body["error"].endswith(".")
    assert files_under() - before == {f"media/{Recording.objects.get().file}"}


def test_a_recording_that_decodes_too_long_is_refused_after_the_fact(api, worker, settings):
    settings.MAX_AUDIO_DURATION = timedelta(seconds=5)
    answer = post(api, MEMO, factories.wav())
    worker.work()
    body = api.get(f"/api/v1/mobile/meetings/{answer.json()['id']}").json()
    assert body["status"] == "FAILED"
    assert body["error"].startswith("This recording is longer than ")
    assert files_under("scratch") == set()
