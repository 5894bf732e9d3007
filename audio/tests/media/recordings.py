"""Recordings made on the spot, in every format that is accepted and in some that are broken."""

import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from audio.media.decode import decode
from audio.media.terms import Decoded, Source
from integrations.contracts.audio import RATE

CODINGS = {
    "wav": ("wav", "pcm_s16le"),
    "mp3": ("mp3", "libmp3lame"),
    "m4a": ("ipod", "aac"),
    "flac": ("flac", "flac"),
    "webm": ("webm", "libopus"),
    "opus": ("opus", "libopus"),
    "ogg": ("ogg", "flac"),
    "aac": ("adts", "aac"),
}
"""File name extension to FFmpeg's muxer and encoder."""


def tone(seconds: float, *, hertz: float = 440.0, rate: int = 48_000, level: float = 0.5) -> np.ndarray:
    """A mono sine, float32 (1, samples)."""
    times = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hertz * times)).astype(np.float32)[None, :]


def clicks(seconds: float, *, every: float = 1.0, rate: int = 48_000) -> np.ndarray:
    """A mono track with a 10 ms burst of 1 kHz at half past each `every` seconds."""
    track = np.zeros((1, round(seconds * rate)), np.float32)
    burst = tone(0.01, hertz=1000, rate=rate, level=0.8)[0]
    for at in np.arange(every / 2, seconds - 0.01, every):
        start = round(at * rate)
        track[0, start : start + len(burst)] = burst
    return track


def record(
    path: Path,
    sound: np.ndarray,
    *,
    rate: int = 48_000,
    coding: tuple[str, str] | None = None,
    metadata: dict[str, str] | None = None,
    starts: float = 0.0,
    gaps: tuple[tuple[float, float], ...] = (),
    faststart: bool = False,
) -> Path:
    """Encodes float32 (channels, samples) into `path` as its extension says, or as `coding` does.

    With `faststart` an MP4's index stands in front, as in files that are meant for streaming.
    The timestamps begin at `starts` seconds; each gap (at, length) makes them jump by so many seconds.
    """
    muxer, encoder = coding or CODINGS[path.suffix[1:]]
    layout = {1: "mono", 2: "stereo", 8: "7.1"}.get(len(sound), f"{len(sound)} channels")
    options = {"movflags": "faststart"} if faststart else {}
    with av.open(str(path), "w", format=muxer, container_options=options) as container:
        container.metadata.update(metadata or {})
        stream = container.add_stream(encoder, rate=rate, layout=layout)
        stream.time_base = Fraction(1, rate)
        for start in range(0, sound.shape[1], rate // 50):
            piece = sound[:, start : start + rate // 50]
            frame = _frame(piece, stream.format, layout)
            late = starts + sum(length for at, length in gaps if start / rate >= at)
            frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
            frame.pts = start + round(late * rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _frame(piece: np.ndarray, form: av.AudioFormat, layout: str) -> av.AudioFrame:
    kinds = {"flt": np.float32, "dbl": np.float64, "s16": np.int16, "s32": np.int32, "u8": np.uint8}
    kind = kinds[form.name.removesuffix("p")]
    if np.issubdtype(kind, np.integer):
        scale, middle = (
            np.iinfo(kind).max - np.iinfo(np.int8).max * (kind is np.uint8),
            128 * (kind is np.uint8),
        )
        piece = np.rint(piece.astype(np.float64) * scale) + middle
    piece = piece.astype(kind)
    frame = av.AudioFrame(format=form.name, layout=layout, samples=piece.shape[1])
    # Not `from_ndarray`: of eight planes PyAV 18 lists nine.
    rows = piece if form.is_planar else piece.T.reshape(1, -1)
    for plane, row in zip(frame.planes, rows, strict=False):
        plane.update(np.ascontiguousarray(row))
    return frame


def film(path: Path, *, seconds: float = 1.0, sound: np.ndarray | None = None) -> Path:
    """An MP4 with moving pictures, and with `sound` (mono, 48 kHz) if there is any."""
    with av.open(str(path), "w", format="mp4") as container:
        video = container.add_stream("mpeg4", rate=10)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        heard = container.add_stream("aac", rate=48_000, layout="mono") if sound is not None else None
        for number in range(round(seconds * 10)):
            picture = av.VideoFrame.from_ndarray(np.full((64, 64, 3), number, np.uint8))
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        if heard is not None:
            frame = av.AudioFrame.from_ndarray(sound, format="fltp", layout="mono")
            frame.sample_rate, frame.time_base, frame.pts = 48_000, Fraction(1, 48_000), 0
            container.mux(heard.encode(frame))
            container.mux(heard.encode(None))
    return path


def heard(tmp_path: Path, *paths: Path, **options: object) -> tuple[Decoded, np.ndarray]:
    """What `decode` says of the files, and the samples that it wrote, as float32 within [-1, 1]."""
    target = tmp_path / "canonical.wav"
    decoded = decode([Source(path) for path in paths], target, **options)
    return decoded, samples_of(target)


def samples_of(target: Path) -> np.ndarray:
    """The samples of a canonical file, whose header is asserted to be one."""
    with wave.open(str(target), "rb") as wav:
        assert (wav.getnchannels(), wav.getsampwidth(), wav.getframerate()) == (1, 2, RATE)
        return np.frombuffer(wav.readframes(wav.getnframes()), "<i2").astype(np.float32) / 32_768


def onsets(samples: np.ndarray, *, every: float = 1.0, threshold: float = 0.2) -> list[float]:
    """Where the click of each `every` seconds begins, in seconds."""
    step = round(every * RATE)
    found = []
    for start in range(0, len(samples) - step // 2, step):
        loud = np.flatnonzero(np.abs(samples[start : start + step]) > threshold)
        assert len(loud), f"no click after {start / RATE} s"
        found.append((start + int(loud[0])) / RATE)
    return found


def pitch(samples: np.ndarray) -> float:
    """The strongest frequency in Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.fft.rfftfreq(len(samples), 1 / RATE)[spectrum.argmax()])


def level(samples: np.ndarray) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
