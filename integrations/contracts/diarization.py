"""Diarization: who spoke when, by voice alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from .audio import Audio


@dataclass(frozen=True)
class Turn:
    start: float
    """Seconds from the beginning of the audio."""
    end: float
    speaker: str
    """`Speaker 1`... in order of first appearance. Turns of different speakers may overlap."""


@dataclass(frozen=True)
class Diarization:
    turns: tuple[Turn, ...]
    voiceprints: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Per speaker one unit-length embedding (256 numbers for community-1), compared by cosine."""
    engine: str = ""
    """Which engine wrote it; differs from the caller's provider where a fallback served."""


class Diarizer(Protocol):
    engine: str

    def diarize(
        self,
        audio: Audio,
        *,
        speakers: int | None = None,
        progress: Callable[[float], None] = lambda share: None,
    ) -> Diarization:
        """Diarize a whole recording, reading it by window; `speakers` fixes their number.

        `progress` is called with the share done, 0 to 1, at least every 10 seconds of work; what it
        raises ends the call. Raises Unavailable, Rejected, Misconfigured, Unsupported.
        """

    def probe(self) -> None:
        """Raise Misconfigured or Unavailable when the next call could not be served. Cheap, offline."""


class DiarizationStream(Protocol):
    """Who speaks in a live stream. One call at a time, from any thread."""

    def feed(self, pcm: bytes) -> tuple[Turn, ...] | None:
        """Take the next stretch (16 kHz, mono, s16le).

        Now and then all windows so far are clustered anew: then the answer is all turns of the stream, whose
        labels continue those of the answer before wherever most of their time is the same; else None.
        Raises Unavailable.
        """

    def flush(self) -> tuple[Turn, ...]:
        """All turns, the newest sound included."""


class StreamingDiarizer(Diarizer, Protocol):
    def open(self, *, start: float = 0.0) -> DiarizationStream:
        """Begin a live stream whose first sample lies `start` seconds after its beginning.

        Raises Unavailable, Misconfigured.
        """
