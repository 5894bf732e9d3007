"""Writing canonical audio: a 16 kHz mono WAV that appears whole or not at all, its hash and its peaks."""

import hashlib
import os
import wave
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np

from integrations.contracts.audio import BYTES_PER_SAMPLE, RATE

from .errors import TooLong
from .terms import partial
from .waveform import PeakMeter

LONGEST = 36 * 3600.0
"""Seconds; more would not fit the 32-bit sizes of a WAV header."""


def write(target: Path, blocks: Iterable[np.ndarray], *, max_duration: float) -> tuple[int, str, bytes]:
    """Writes float32 blocks within [-1, 1] to `target`; (samples, SHA-256 of the PCM, peaks).

    The file is on the disk when this returns. Raises `TooLong` beyond `max_duration` seconds and whatever
    `blocks` raises; nothing is left then.
    """
    limit = round(min(max_duration, LONGEST) * RATE)
    growing = partial(target)
    try:
        with growing.open("wb") as file:
            result = _pour(file, blocks, limit)
            file.flush()
            os.fsync(file.fileno())
        growing.replace(target)
    finally:
        growing.unlink(missing_ok=True)
    return result


def _pour(file: BinaryIO, blocks: Iterable[np.ndarray], limit: int) -> tuple[int, str, bytes]:
    digest, meter, samples = hashlib.sha256(), PeakMeter(), 0
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(BYTES_PER_SAMPLE)
        wav.setframerate(RATE)
        for block in blocks:
            samples += len(block)
            if samples > limit:
                raise TooLong(f"This recording is longer than {limit / RATE / 3600:g} hours.")
            pcm = np.clip(np.rint(block * 32_768.0), -32_768, 32_767).astype("<i2")
            raw = pcm.tobytes()
            digest.update(raw)
            meter.add(pcm)
            wav.writeframesraw(raw)
    return samples, digest.hexdigest(), meter.finish()
