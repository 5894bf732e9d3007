import hashlib

import av
import numpy as np
import pytest

from audio.media.decode import decode
from audio.media.errors import Empty, NoSound, TooLong, Unreadable
from audio.media.probe import probe
from audio.media.terms import Source
from audio.tests.media.recordings import (
    CODINGS,
    clicks,
    film,
    heard,
    level,
    onsets,
    pitch,
    record,
    samples_of,
    tone,
)
from integrations.contracts.audio import RATE, PcmFile

CODER_TAIL = {"m4a": 1024, "aac": 2 * 1024}
"""Samples at 48 kHz by which an encoder's last block may be longer than the sound."""

PRIMING = {"aac": 1024 / 48_000}
"""Seconds in front that a container without a header cannot tell from sound."""


@pytest.mark.parametrize("extension", CODINGS)
def test_every_format_gives_the_same_sound_at_the_same_times(tmp_path, extension):
    decoded, samples = heard(tmp_path, record(tmp_path / f"a.{extension}", clicks(5.0)))
    assert 5.0 <= decoded.duration <= 5.0 + CODER_TAIL.get(extension, 0) / 48_000
    assert decoded.duration == len(samples) / RATE == PcmFile(tmp_path / "canonical.wav").duration
    late = PRIMING.get(extension, 0.0)
    assert onsets(samples) == pytest.approx([k + 0.5 + late for k in range(5)], abs=0.001)
    assert (decoded.truncated, decoded.damaged) == (False, 0.0)


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 96_000, 192_000])
def test_every_rate_keeps_length_and_pitch(tmp_path, rate):
    decoded, samples = heard(tmp_path, record(tmp_path / "a.wav", tone(2.0, rate=rate), rate=rate))
    assert decoded.duration == 2.0
    assert pitch(samples) == pytest.approx(440.0, abs=0.5)
    assert level(samples[800:-800]) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)


@pytest.mark.parametrize(
    ("coding", "error"),
    [
        (("wav", "pcm_u8"), 0.01),
        (("wav", "pcm_s24le"), 1e-4),
        (("wav", "pcm_s32le"), 1e-4),
        (("wav", "pcm_f32le"), 1e-4),
        (("wav", "pcm_f64le"), 1e-4),
        (("wav", "pcm_mulaw"), 0.02),
        (("wav", "pcm_alaw"), 0.02),
        (("ipod", "alac"), 1e-4),
    ],
)
def test_every_sample_format_is_scaled_alike(tmp_path, coding, error):
    path = record(tmp_path / "a.bin", tone(1.0, rate=RATE), rate=RATE, coding=coding)
    _, samples = heard(tmp_path, path)
    assert np.abs(samples - tone(1.0, rate=RATE)[0]).max() < error


def test_canonical_sound_passes_bit_by_bit(tmp_path):
    noise = np.random.default_rng(1).integers(-32_768, 32_768, (1, 2 * RATE))
    decoded, samples = heard(tmp_path, record(tmp_path / "a.wav", noise / 32_767.5, rate=RATE))
    written = np.rint(noise[0] / 32_767.5 * 32_767).astype("<i2")
    assert (samples * 32_768 == written).all()
    assert decoded.sha256 == hashlib.sha256(written.tobytes()).hexdigest()


def test_impossible_float_samples_become_harmless(tmp_path):
    sound = tone(1.0, rate=RATE).copy()
    sound[0, 1000:1003] = np.nan, np.inf, -np.inf
    path = record(tmp_path / "a.wav", sound, rate=RATE, coding=("wav", "pcm_f32le"))
    _, samples = heard(tmp_path, path)
    assert level(samples[RATE // 2 :]) > 0.1
    assert np.abs(samples).max() <= 1.0


def test_a_microphone_among_48_channels_is_not_drowned(tmp_path):
    sound = np.zeros((48, 2 * RATE), np.float32)
    sound[17] = tone(2.0, rate=RATE)
    _, samples = heard(tmp_path, record(tmp_path / "a.wav", sound, rate=RATE))
    assert level(samples) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)


@pytest.mark.parametrize(
    ("coding", "channels"), [(("ipod", "aac"), 8), (("ogg", "libopus"), 8), (("wav", "pcm_s16le"), 9)]
)
def test_many_channels_on_separate_planes_are_read(tmp_path, coding, channels):
    sound = np.repeat(tone(1.0), channels, axis=0)
    decoded, samples = heard(tmp_path, record(tmp_path / "a.bin", sound, coding=coding))
    assert decoded.duration == pytest.approx(1.0, abs=0.03)
    assert pitch(samples) == pytest.approx(440.0, abs=1.0)
    assert level(samples[1600:-1600]) == pytest.approx(0.5 / np.sqrt(2), rel=0.15)


def test_stereo_of_inverted_halves_does_not_cancel(tmp_path):
    left = tone(2.0)
    _, samples = heard(tmp_path, record(tmp_path / "a.flac", np.vstack([left, -left])))
    assert level(samples) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)


def test_an_album_cover_is_no_film_and_does_not_move_the_beginning(tmp_path):
    plain = record(tmp_path / "a.mp3", clicks(2.0))
    covered = tmp_path / "b.mp3"
    with av.open(str(plain)) as source, av.open(str(covered), "w", format="mp3") as target:
        sound = target.add_stream_from_template(source.streams.audio[0])
        cover = target.add_stream("png", rate=1)
        cover.width, cover.height, cover.pix_fmt = 16, 16, "rgb24"
        cover.disposition = av.stream.Disposition.attached_pic
        for packet in source.demux(source.streams.audio[0]):
            if packet.size:
                packet.stream = sound
                target.mux(packet)
        target.mux(cover.encode(av.VideoFrame(16, 16, "rgb24")))
    _, samples = heard(tmp_path, covered)
    assert onsets(samples) == pytest.approx([0.5, 1.5], abs=0.03)


def test_the_sound_of_a_film_is_heard(tmp_path):
    decoded, samples = heard(tmp_path, film(tmp_path / "a.mp4", sound=clicks(2.0), seconds=2.0))
    assert decoded.duration == pytest.approx(2.0, abs=0.03)
    assert onsets(samples) == pytest.approx([0.5, 1.5], abs=0.001)


def test_a_pause_in_the_timestamps_becomes_silence(tmp_path):
    path = record(tmp_path / "a.webm", clicks(4.0), gaps=((2.0, 3.0),))
    decoded, samples = heard(tmp_path, path)
    assert decoded.duration == pytest.approx(7.0, abs=0.01)
    loud = np.abs(samples[: 7 * RATE]).reshape(-1, RATE // 2).max(axis=1) > 0.2
    assert np.flatnonzero(loud).tolist() == [1, 3, 11, 13]
    assert onsets(samples[5 * RATE :]) == pytest.approx([0.5, 1.5], abs=0.005)


def test_a_clock_that_does_not_begin_at_zero_adds_no_silence(tmp_path):
    decoded, samples = heard(tmp_path, record(tmp_path / "a.webm", clicks(2.0), starts=100.0))
    assert decoded.duration == pytest.approx(2.0, abs=0.01)
    assert onsets(samples) == pytest.approx([0.5, 1.5], abs=0.005)


def test_a_rate_that_changes_on_the_way_changes_nothing(tmp_path):
    first = record(tmp_path / "a.aac", tone(1.0, rate=44_100), rate=44_100).read_bytes()
    second = record(tmp_path / "b.aac", tone(1.0, rate=16_000), rate=16_000).read_bytes()
    (tmp_path / "c.aac").write_bytes(first + second)
    decoded, samples = heard(tmp_path, tmp_path / "c.aac")
    assert decoded.duration == pytest.approx(2.0, abs=0.2)
    assert pitch(samples[RATE // 4 : RATE * 3 // 4]) == pytest.approx(440, abs=3)
    assert pitch(samples[RATE * 5 // 4 : RATE * 7 // 4]) == pytest.approx(440, abs=3)


def test_two_recordings_become_one_as_long_as_the_longer(tmp_path):
    low = record(tmp_path / "a.wav", tone(1.0, hertz=300, level=0.3))
    high = record(tmp_path / "b.flac", tone(3.0, hertz=900, level=0.3))
    decoded, samples = heard(tmp_path, low, high)
    assert decoded.duration == 3.0
    assert level(samples[800 : RATE - 800]) == pytest.approx(0.3, rel=0.03)
    assert level(samples[RATE + 800 : -800]) == pytest.approx(0.3 / np.sqrt(2), rel=0.03)
    assert pitch(samples[RATE:]) == pytest.approx(900, abs=1)


def test_two_loud_recordings_are_turned_down_and_not_clipped(tmp_path):
    path = record(tmp_path / "a.wav", tone(2.0, level=0.9, rate=RATE), rate=RATE)
    _, samples = heard(tmp_path, path, path)
    assert np.abs(samples).max() == pytest.approx(1.0, abs=1e-3)
    spectrum = np.abs(np.fft.rfft(samples[RATE // 2 : RATE // 2 + RATE]))
    assert spectrum[440 * 3] < spectrum[440] / 1000


def test_a_recording_is_laid_at_its_place(tmp_path):
    path = record(tmp_path / "a.wav", clicks(1.0))
    target = tmp_path / "c.wav"
    decoded = decode([Source(path), Source(path, 2.0), Source(path, 1.25)], target)
    assert decoded.duration == 3.0
    loud = np.flatnonzero(np.abs(samples_of(target)).reshape(-1, RATE // 4).max(axis=1) > 0.2)
    assert loud.tolist() == [2, 7, 10]


def test_damaged_frames_become_silence_of_the_same_length(tmp_path):
    content = bytearray(record(tmp_path / "a.m4a", clicks(10.0)).read_bytes())
    middle = content.index(b"mdat") + (len(content) - content.index(b"mdat")) // 4
    rng = np.random.default_rng(2)
    content[middle : middle + 300] = rng.integers(0, 256, 300, dtype=np.uint8).tobytes()
    (tmp_path / "a.m4a").write_bytes(content)
    decoded, samples = heard(tmp_path, tmp_path / "a.m4a")
    assert decoded.duration == pytest.approx(10.0, abs=0.03)
    assert 0 < decoded.damaged < 0.2
    assert onsets(samples[7 * RATE :]) == pytest.approx([0.5, 1.5, 2.5], abs=0.001)


def test_a_recording_that_is_mostly_damaged_is_unreadable(tmp_path):
    content = bytearray(
        record(tmp_path / "a.flac", np.random.default_rng(3).random((1, 96_000)) - 0.5).read_bytes()
    )
    content[9000:] = bytes(len(content) - 9000)
    (tmp_path / "a.flac").write_bytes(content)
    with pytest.raises(Unreadable):
        heard(tmp_path, tmp_path / "a.flac")


@pytest.mark.parametrize("extension", ["wav", "mp3", "flac", "webm", "opus", "m4a"])
def test_of_a_truncated_file_what_is_there_is_used(tmp_path, extension):
    path = record(tmp_path / f"a.{extension}", clicks(10.0) + tone(10.0, level=0.05), faststart=True)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    decoded, samples = heard(tmp_path, path)
    assert 3.5 < decoded.duration < 6.5
    # Ogg states no duration in front: nothing tells that its end is missing.
    assert decoded.truncated == (extension != "opus")
    assert onsets(samples[: 3 * RATE]) == pytest.approx([0.5, 1.5, 2.5], abs=0.001)


def test_an_m4a_whose_index_was_never_written_is_unreadable(tmp_path):
    path = record(tmp_path / "a.m4a", tone(5.0))
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"moov") - 4])
    with pytest.raises(Unreadable, match="damaged or incomplete") as caught:
        heard(tmp_path, path)
    assert caught.value.kind == "unreadable"


def test_a_header_that_promises_ten_hours_is_not_believed(tmp_path):
    path = record(tmp_path / "a.flac", clicks(3.0))
    content = bytearray(path.read_bytes())
    total = 10 * 3600 * 48_000  # 36 bits, the last 32 of them at 22 in the file
    content[21] = content[21] & 0xF0 | total >> 32
    content[22:26] = (total & 0xFFFFFFFF).to_bytes(4, "big")
    path.write_bytes(content)
    assert probe(path).duration == 36_000.0
    decoded, _ = heard(tmp_path, path)
    assert (decoded.duration, decoded.truncated) == (3.0, True)


def test_a_place_before_the_beginning_is_a_mistake_of_the_caller(tmp_path):
    with pytest.raises(ValueError, match="cannot begin before"):
        Source(tmp_path / "a.wav", -1.0)


@pytest.mark.parametrize("claim", [0, 0xFFFFFFFF, 0x7FFFFFFF])
def test_a_wav_of_a_streaming_recorder_has_the_length_it_has(tmp_path, claim):
    path = record(tmp_path / "a.wav", clicks(3.0, rate=RATE), rate=RATE)
    content = bytearray(path.read_bytes())
    at = content.index(b"data") + 4
    content[at : at + 4] = claim.to_bytes(4, "little")
    path.write_bytes(content)
    decoded, samples = heard(tmp_path, path)
    assert decoded.duration == 3.0
    assert onsets(samples) == pytest.approx([0.5, 1.5, 2.5], abs=0.001)


def test_a_fifth_of_a_second_is_a_recording(tmp_path):
    for extension in CODINGS:
        decoded, samples = heard(tmp_path, record(tmp_path / f"a.{extension}", tone(0.2)))
        assert decoded.duration == pytest.approx(0.2, abs=0.05)
        assert level(samples) > 0.2


def test_silence_is_a_recording(tmp_path):
    decoded, samples = heard(tmp_path, record(tmp_path / "a.mp3", np.zeros((1, 48_000), np.float32)))
    assert (decoded.duration, np.abs(samples).max()) == (1.0, 0.0)


def test_a_header_without_samples_is_empty(tmp_path):
    path = record(tmp_path / "a.wav", tone(0.1, rate=RATE), rate=RATE)
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"data") + 8])
    with pytest.raises(Empty):
        heard(tmp_path, path)
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]


def test_a_film_without_sound_is_refused_and_leaves_nothing(tmp_path):
    path = film(tmp_path / "a.mp4")
    with pytest.raises(NoSound):
        heard(tmp_path, path)
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]


def test_more_sound_than_allowed_is_refused_while_decoding_and_leaves_nothing(tmp_path):
    path = record(tmp_path / "a.flac", tone(10.0))
    with pytest.raises(TooLong, match=r"longer than 0\.00138889 hours") as caught:
        heard(tmp_path, path, max_duration=5.0)
    assert (caught.value.code, caught.value.kind) == ("audio_too_long", "too_large")
    assert [p.name for p in tmp_path.iterdir()] == ["a.flac"]


def test_progress_rises_to_one(tmp_path):
    seen = []
    heard(tmp_path, record(tmp_path / "a.mp3", tone(10.0)), progress=seen.append)
    assert seen == sorted(seen)
    assert len(seen) == 6
    assert 0 < seen[0] < 0.6
    assert seen[-1] == 1.0
