import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import av
import pytest

from audio.media import container, header
from audio.media.errors import Empty, MediaError, NoSound, NotAudio, TooManyChannels, TooSlow, Unreadable
from audio.media.isolate import Limits
from audio.media.probe import Probe, probe
from audio.tests.media.recordings import CODINGS, film, record, tone

CODECS = {"wav": "pcm_s16le", "m4a": "aac", "webm": "opus", "ogg": "flac"}


@pytest.mark.parametrize("extension", CODINGS)
def test_a_header_is_read_by_content_under_a_wrong_name(tmp_path, extension):
    path = record(tmp_path / f"sound.{extension}", tone(1.0)).rename(tmp_path / "holiday.jpeg")
    found = probe(path)
    assert (found.format, found.codec) == (extension, CODECS.get(extension, extension))
    assert (found.sample_rate, found.channels, found.has_video, found.created_at) == (48_000, 1, False, None)
    # ADTS has no duration in its header, only a bit rate to guess from.
    assert found.duration == pytest.approx(1.0, abs=0.3 if extension == "aac" else 0.02)


def test_a_film_with_sound_is_accepted_and_one_without_is_not(tmp_path):
    found = probe(film(tmp_path / "talk.mp4", sound=tone(1.0)))
    assert (found.format, found.codec, found.has_video) == ("mp4", "aac", True)
    with pytest.raises(NoSound, match="a video without a sound track") as caught:
        probe(film(tmp_path / "silent.mp4"))
    assert (caught.value.code, caught.value.kind) == ("no_sound", "empty")


def test_an_upload_in_memory_is_read_and_its_position_kept(tmp_path):
    upload = io.BytesIO(record(tmp_path / "sound.flac", tone(0.5)).read_bytes())
    upload.seek(7)
    assert probe(upload) == Probe("flac", "flac", 0.5, 48_000, 1, None, False)
    assert upload.tell() == 7


def test_the_time_of_recording_crosses_the_process_boundary(tmp_path):
    path = record(tmp_path / "a.m4a", tone(0.5), metadata={"creation_time": "2024-03-05T14:30:00Z"})
    assert probe(path).created_at == datetime(2024, 3, 5, 14, 30, tzinfo=UTC)


def test_an_open_file_that_has_no_name_any_more_is_read(tmp_path):
    path = record(tmp_path / "sound.wav", tone(0.5))
    with path.open("rb") as upload:
        path.unlink()
        assert probe(upload).duration == 0.5
        assert upload.tell() == 0


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("2024-03-05T14:30:00.000000Z", datetime(2024, 3, 5, 14, 30, tzinfo=UTC)),
        ("1970-01-01T00:00:00.000000Z", None),
        ("2999-01-01T00:00:00.000000Z", None),
    ],
)
def test_the_recorders_clock_is_believed_within_reason(tmp_path, written, understood):
    path = record(tmp_path / "sound.m4a", tone(0.5), metadata={"creation_time": written})
    assert header.read(str(path))["created_at"] == (understood and understood.isoformat())


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", Empty),
        (b"hello" * 100, NotAudio),
        (b"RIFF\xff\xff\xff\xffWAVEfmt ", MediaError),
        (b"fLaC" + b"\xff" * 100, Unreadable),
        (b"\0\0\0\x20ftypM4A " + b"\0" * 100, Unreadable),
        (b"\x1aE\xdf\xa3" + b"\x01" * 100, Unreadable),
        (b"OggS" + b"\x01" * 100, Unreadable),
    ],
)
def test_damaged_headers_are_errors_of_the_recording(tmp_path, content, error):
    (tmp_path / "upload").write_bytes(content)
    with pytest.raises(error):
        header.read(str(tmp_path / "upload"))


def test_more_channels_than_a_recorder_has_are_refused(tmp_path):
    content = bytearray(record(tmp_path / "a.wav", tone(0.2)).read_bytes())
    at = content.index(b"fmt ")
    content[at + 10 : at + 12] = (500).to_bytes(2, "little")
    content[at + 20 : at + 22] = (1000).to_bytes(2, "little")
    with pytest.raises(TooManyChannels, match="500 channels; at most 64"):
        probe(io.BytesIO(content))


def test_a_codec_outside_the_list_is_named(tmp_path):
    path = record(tmp_path / "a.mka", tone(0.5), coding=("matroska", "ac3"))
    with pytest.raises(NotAudio, match=r"^Invalid audio file format\..* encoded as ac3\."):
        probe(path)


def test_a_header_that_takes_too_long_is_given_up(tmp_path):
    path = record(tmp_path / "a.wav", tone(0.2))
    with pytest.raises(TooSlow) as caught:
        probe(path, limits=Limits(wall=0.0, cpu=5, memory=1 << 30, file_size=0))
    assert "exceeded its wall time" in str(caught.value.__cause__)


@pytest.mark.parametrize("script", ["hls", "concat", "sdp", "image2", "dash", "rtsp", "lavfi"])
def test_ffmpeg_itself_is_told_to_open_no_script(tmp_path, script):
    path = tmp_path / "a.mp3"
    path.write_bytes(b"ffconcat version 1.0\nfile /etc/passwd\n")
    with pytest.raises((av.FFmpegError, ValueError)):
        av.open(f"file:{path}", format=script, container_options=container.CONFINED)


def test_ffmpeg_itself_is_told_to_open_no_address():
    with pytest.raises(av.FFmpegError):
        av.open("http://127.0.0.1:9/a.wav", format="wav", container_options=container.CONFINED)


def test_the_web_process_loads_neither_ffmpeg_nor_numpy_nor_django():
    asked = "import sys, audio.media.probe; print(sorted({'av', 'numpy', 'django'} & set(sys.modules)))"
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", asked], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
