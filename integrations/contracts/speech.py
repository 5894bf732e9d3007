"""Speech to text: what was said, and when, word by word."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .audio import Audio


@dataclass(frozen=True)
class Capabilities:
    words: bool
    """Gives word times; where not, segments carry no words and callers spread them evenly."""
    diarization: bool
    """Names speakers itself (`Segment.speaker`)."""
    languages: frozenset[str]
    """ISO 639-1 codes; empty means any."""
    parallel: int = 1
    """Calls that it serves well at a time from this process."""


@dataclass(frozen=True)
class Word:
    text: str
    """As printed, with punctuation, without surrounding white space."""
    start: float
    """Seconds from the beginning of the audio that was handed in."""
    end: float
    confidence: float
    """Probability between 0 and 1."""


@dataclass(frozen=True)
class Segment:
    text: str
    start: float
    end: float
    words: tuple[Word, ...] = ()
    speaker: str | None = None


@dataclass(frozen=True)
class Transcript:
    segments: tuple[Segment, ...]
    """In order of time. Silence and noise give none."""
    language: str
    """ISO 639-1 code that was detected or asked for; empty when nothing was said."""
    engine: str = ""
    """Which engine wrote it; differs from the caller's provider where a fallback served."""


class Speech(Protocol):
    engine: str
    """Stable name of engine and weights (`whisper-base-int8`); keys chunk results."""
    capabilities: Capabilities

    def transcribe(
        self,
        audio: Audio,
        *,
        language: str | None = None,
        hint: str = "",
        progress: Callable[[float], None] = lambda share: None,
    ) -> Transcript:
        """Transcribe a stretch of at most 20 minutes. `hint` lists names and words to expect.

        `progress` is called with the share done, 0 to 1, as often as the engine can; what it raises ends
        the call. Raises Unavailable, Rejected, Misconfigured, Unsupported.
        """

    def probe(self) -> None:
        """Raise Misconfigured or Unavailable when the next call could not be served. Cheap, offline."""
