"""Do times still fit after three hours? Clicks go through each lossy format and are found again.

    python -m benchmarks.timestamps [hours]

Prints for each format where the clicks of the first and the last minute are heard, the drift between them,
and what decoding took. Exit status 1 where the drift reaches 0.02 s.
"""

import resource
import sys
import tempfile
import time
import wave
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from audio.media.isolate import decode_in_child
from audio.media.terms import Source
from integrations.contracts.audio import RATE, PcmFile

SOURCE_RATE = 44_100
EVERY = 10
"""Seconds from click to click."""

BOUND = 0.02
FORMATS = {
    "mp3": ("mp3", "libmp3lame", SOURCE_RATE),
    "m4a": ("ipod", "aac", SOURCE_RATE),
    "webm": ("webm", "libopus", 48_000),
}


def ticking(rate: int, seconds: int) -> Iterator[np.ndarray]:
    """One second at a time; each `EVERY` seconds, at half past a second, there is a click of 5 ms."""
    silent, click = np.zeros((1, rate), np.float32), np.zeros((1, rate), np.float32)
    burst = np.arange(rate // 200)
    click[0, rate // 2 : rate // 2 + len(burst)] = 0.8 * np.sin(2 * np.pi * 1000 * burst / rate)
    yield from (silent if second % EVERY else click for second in range(seconds))


def encode(path: Path, seconds: int) -> None:
    muxer, encoder, rate = FORMATS[path.suffix[1:]]
    with av.open(str(path), "w", format=muxer) as container:
        stream = container.add_stream(encoder, rate=rate, layout="mono")
        resampler = av.AudioResampler(stream.format, "mono", rate)
        for number, piece in enumerate(ticking(rate, seconds)):
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
            frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), number * rate
            for ready in resampler.resample(frame):
                container.mux(stream.encode(ready))
        container.mux(stream.encode(None))


def offsets(canonical: Path, seconds: int) -> list[float]:
    """By how many seconds each click is heard late."""
    audio = PcmFile(canonical)
    late = []
    for second in range(0, seconds, EVERY):
        samples = np.abs(np.frombuffer(audio.read(second, second + 1.0), "<i2").astype(np.int32))
        late.append(int(np.flatnonzero(samples > samples.max() / 2)[0]) / RATE - 0.5)
    return late


def main() -> int:
    hours = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    seconds = round(hours * 3600)
    worst = 0.0
    for extension in FORMATS:
        with tempfile.TemporaryDirectory() as folder:
            path, target = Path(folder, f"clicks.{extension}"), Path(folder, "canonical.wav")
            encode(path, seconds)
            before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            decode_in_child([Source(path)], target)
            took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
            late = offsets(target, seconds)
            with wave.open(str(target)) as wav:
                length = wav.getnframes() / RATE
        drift = max(late) - min(late)
        worst = max(worst, drift)
        print(
            f"{extension}: {hours:g} h, {length:.3f} s decoded, first click {late[0] * 1000:+.2f} ms, "
            f"last {late[-1] * 1000:+.2f} ms, drift {drift * 1000:.2f} ms; "
            f"{after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime:.1f} s CPU, "
            f"{took:.1f} s wall, child {after.ru_maxrss / 1024:.0f} MB at most"
        )
    return int(worst >= BOUND)


if __name__ == "__main__":
    sys.exit(main())
