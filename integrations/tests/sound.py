"""Sound for tests, as canonical PCM."""

import math
from array import array
from pathlib import Path

import av

from integrations.contracts.audio import BYTES_PER_SAMPLE, RATE


def tone(seconds: float, hertz: float = 440.0) -> bytes:
    samples = array("h", (1 + round(8000 * math.sin(2 * math.pi * hertz * i / RATE)) for i in range(RATE)))
    second = samples.tobytes()
    whole = second * math.ceil(seconds)
    return whole[: round(seconds * RATE) * BYTES_PER_SAMPLE]


def silence(seconds: float) -> bytes:
    return bytes(round(seconds * RATE) * BYTES_PER_SAMPLE)


def decoded(path: Path) -> bytes:
    """Canonical PCM of any sound file."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(path)) as container:
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    return b"".join(frame.to_ndarray().tobytes() for frame in frames)
