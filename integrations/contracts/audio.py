"""Sound as engines take it: 16 kHz, mono, signed 16-bit little-endian PCM, read by window.

An engine never gets a whole recording in one piece, so memory is bounded by what it reads at a time.
"""

import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

RATE = 16_000
"""Samples per second of all canonical audio."""

BYTES_PER_SAMPLE = 2


class Audio(Protocol):
    """A stretch of canonical PCM. Times are seconds from its own beginning."""

    @property
    def duration(self) -> float: ...

    def read(self, start: float, end: float) -> bytes:
        """PCM of [start, end), clipped to what there is."""


@dataclass(frozen=True)
class PcmFile:
    """A canonical WAV file (as the `decode` step writes it), read by offset."""

    path: Path

    @property
    def duration(self) -> float:
        with wave.open(str(self.path), "rb") as wav:
            return wav.getnframes() / wav.getframerate()

    def read(self, start: float, end: float) -> bytes:
        with wave.open(str(self.path), "rb") as wav:
            total = wav.getnframes()
            first = min(max(0, round(start * RATE)), total)
            last = min(max(first, round(end * RATE)), total)
            wav.setpos(first)
            return wav.readframes(last - first)


@dataclass(frozen=True)
class Clip:
    """Canonical PCM that is in memory already."""

    pcm: bytes

    @property
    def duration(self) -> float:
        return len(self.pcm) / BYTES_PER_SAMPLE / RATE

    def read(self, start: float, end: float) -> bytes:
        first = max(0, round(start * RATE))
        last = max(first, round(end * RATE))
        return self.pcm[first * BYTES_PER_SAMPLE : last * BYTES_PER_SAMPLE]


@dataclass(frozen=True)
class Window:
    """[start, end) of another audio, with times of its own that begin at zero."""

    source: Audio
    start: float
    end: float

    @property
    def duration(self) -> float:
        return max(0.0, min(self.end, self.source.duration) - self.start)

    def read(self, start: float, end: float) -> bytes:
        first = self.start + max(0.0, start)
        return self.source.read(first, min(self.end, self.start + end))
