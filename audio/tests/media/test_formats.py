import io

import pytest

from audio.media.errors import Empty, NotAudio
from audio.media.formats import sniff
from audio.tests.media.recordings import CODINGS, record, tone

ID3 = b"ID3\x04\x00\x00\x00\x00\x02\x00" + bytes(256)

NOT_AUDIO = {
    "text": b"Dear diary, today nobody said anything.\n" * 50,
    "text that names an MP4 atom": b"The free lunch that we skip. " * 50,
    "UTF-16 text": "Dear diary".encode("utf-16") * 50,
    "zip": b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(range(256)) * 40,
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 40,
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64),
    "pdf": b"%PDF-1.7\n" + b"1 0 obj\n" * 20,
    "html": b"<!doctype html><title>404</title>",
    "AVI": b"RIFF\x00\x01\x00\x00AVI LIST" + bytes(64),
    "HLS playlist": b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/secret.ts\n",
    "concat script": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "SDP": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n",
    "playlist behind an ID3 tag": ID3 + b"#EXTM3U\nfile:///etc/passwd\n",
    "bytes without meaning": bytes((i * 7919 >> 5) & 0xFF for i in range(70_000)),
    "nothing but 0xff": b"\xff" * 70_000,
}


@pytest.mark.parametrize("content", NOT_AUDIO.values(), ids=NOT_AUDIO.keys())
def test_what_is_no_sound_is_refused_with_the_documented_sentence(content):
    with pytest.raises(NotAudio) as caught:
        sniff(io.BytesIO(content))
    assert str(caught.value) == "Invalid audio file format. Please use M4A, WAV, or MP3."
    assert (caught.value.code, caught.value.kind) == ("unsupported_audio_format", "unsupported")


@pytest.mark.parametrize("content", [b"", bytes(5000), ID3], ids=["no bytes", "zeros", "only a tag"])
def test_a_file_without_content_is_empty(content):
    with pytest.raises(Empty):
        sniff(io.BytesIO(content))


@pytest.mark.parametrize("extension", CODINGS)
def test_each_format_is_recognised_whatever_its_name(tmp_path, extension):
    path = record(tmp_path / f"sound.{extension}", tone(0.5))
    demuxers = {"m4a": "mov", "webm": "matroska", "opus": "ogg"}
    with path.open("rb") as file:
        assert sniff(file).demuxer == demuxers.get(extension, extension)
        assert file.tell() == 0


def test_frames_are_found_behind_tags_and_junk(tmp_path):
    for extension in ("mp3", "aac"):
        content = record(tmp_path / f"sound.{extension}", tone(0.5)).read_bytes()
        content = content[content.index(b"\xff") :]
        assert sniff(io.BytesIO(ID3 + content)).demuxer == extension
        assert sniff(io.BytesIO(ID3 * 3 + content)).demuxer == extension
        assert sniff(io.BytesIO(bytes(2000) + content)).demuxer == extension
        assert sniff(io.BytesIO(b"no header here " * 40 + content)).demuxer == extension


def test_an_endless_row_of_tags_is_given_up_after_a_few(tmp_path):
    class Counted(io.BytesIO):
        reads = 0

        def read(self, size=-1):
            self.reads += 1
            return super().read(size)

    file = Counted(b"ID3\x04\x00\x00\x00\x00\x00\x00" * 100_000)
    with pytest.raises(NotAudio):
        sniff(file)
    assert file.reads == 9


def test_only_an_mp3_that_counts_its_frames_states_a_duration(tmp_path):
    counted = record(tmp_path / "sound.mp3", tone(0.5)).read_bytes()
    tagless = counted[counted.index(b"\xff") :]
    uncounted = tagless.replace(b"Xing", b"\0\0\0\0").replace(b"Info", b"\0\0\0\0")
    assert sniff(io.BytesIO(counted)).states_duration
    assert not sniff(io.BytesIO(uncounted)).states_duration
