"""The header that streamed samples are kept under says what follows it, beyond 4 GB too."""

import io
import wave

import pytest

from audio.media import wav
from audio.media.probe import probe


def test_a_usual_file_is_plain_riff():
    sound = b"\1\0\2\0" * 100
    with wave.open(io.BytesIO(wav.header(len(sound), sample_rate=44_100, channels=2) + sound)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (44_100, 2, 2)
        assert file.readframes(1000) == sound


@pytest.mark.parametrize("size", [0xFFFF_FFFF - 37, 0x1_0000_0000, 0x1_8000_0000])
def test_a_huge_file_is_read_with_its_whole_length(tmp_path, size):
    huge = tmp_path / "huge.wav"
    with huge.open("wb") as file:
        head = wav.header(size, sample_rate=48_000, channels=2)
        file.write(head)
        file.truncate(len(head) + size)  # a hole, which takes no space
    found = probe(huge)
    assert (found.format, found.sample_rate, found.channels) == ("wav", 48_000, 2)
    assert found.duration == pytest.approx(size / 192_000, abs=0.01)
