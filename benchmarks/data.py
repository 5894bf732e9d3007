"""Finds and decodes what the benchmarks measure on; every benchmark with sound reads it through here.

The folder is `BENCH_DATA` (default: `./bench-data`); `data.toml` says what belongs there and from where.
"""

import os
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import numpy as np

from integrations.contracts.audio import RATE

CATALOGUE = Path(__file__).with_name("data.toml")
SAMPLE = Path(__file__).parents[1] / "samples" / "weekly-sync.opus"
"""The shipped recording: the only sound that needs no BENCH_DATA."""


class DataMissing(SystemExit):
    """The data is not on this machine; uncaught it ends a command with a sentence and status 1."""


@dataclass(frozen=True)
class Recording:
    """One sound file with the references that lie beside it under the same name."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def words(self) -> str:
        """What is said in it, as the corpus prints it."""
        return self.path.with_suffix(".txt").read_text(encoding="utf-8").strip()

    @property
    def rttm(self) -> Path:
        """Speaker turns in NIST's Rich Transcription Time Marked format."""
        return self.path.with_suffix(".rttm")

    def pcm(self) -> bytes:
        """Canonical PCM: 16 kHz, mono, signed 16-bit little-endian."""
        return decode(self.path)

    def samples(self) -> np.ndarray:
        """The same as float32 between -1 and 1."""
        return np.frombuffer(self.pcm(), dtype="<i2").astype(np.float32) / 32768


def folder(*parts: str) -> Path:
    """A folder below BENCH_DATA. Raises DataMissing."""
    path = Path(os.environ.get("BENCH_DATA") or "bench-data").joinpath(*parts)
    if not path.exists():
        raise DataMissing(
            f"There is no {path}: set BENCH_DATA to the folder of benchmark data; "
            f"benchmarks/{CATALOGUE.name} lists the public sources that it is made of."
        )
    return path


def audio_sets() -> dict[str, tuple[Recording, ...]]:
    """The audio sets of the catalogue (`read`, `ami`, `mixed`), each in order of name. Raises DataMissing."""
    return {name: audio_set(name) for name in _catalogue()["audio"]}


def audio_set(name: str) -> tuple[Recording, ...]:
    """One of them. Raises DataMissing."""
    recordings = tuple(Recording(path) for path in sorted(folder("audio", name).glob("*.flac")))
    if not recordings:
        raise DataMissing(f"{folder('audio', name)} holds no .flac files.")
    return recordings


def decode(path: Path) -> bytes:
    """Any sound file that FFmpeg reads, as canonical PCM."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(path)) as container:
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    frames += resampler.resample(None)
    return b"".join(frame.to_ndarray().astype("<i2").tobytes() for frame in frames)


@cache
def _catalogue() -> dict:
    return tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
