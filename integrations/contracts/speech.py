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
    streaming: bool = False
    """Hears live, and then is a StreamingSpeech."""


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


@dataclass(frozen=True)
class Hypothesis:
    """What a live stream takes one segment for, so far."""

    segment: int
    """Counts from 0 since the stream was opened. One utterance has one segment or several in turn."""
    rev: int
    """Counts from 1 within the segment; a later one replaces all of the earlier."""
    text: str
    start: float
    """Seconds from the beginning of the stream, as all times here; they never run backwards."""
    end: float
    words: tuple[Word, ...] = ()
    stable: int = 0
    """How many of the words, from the first, will not change any more, neither in text nor in time."""
    is_final: bool = False
    """Nothing of it will change any more: the last of its segment. Begins with all words once stable.

    Empty text takes back what was shown of a segment in which, after all, nothing was said."""
    speech_final: bool = False
    """The speaker has paused: the utterance ends here. Only together with `is_final`."""


class SpeechStream(Protocol):
    """One live stream. One call at a time, from any thread; calls may take as long as a decoding does.

    Memory is bounded by the open utterance. A stream holds nothing outside the process: who drops it loses
    what lies behind `settled`, and resumes by opening another with that `start`.
    """

    @property
    def language(self) -> str:
        """ISO 639-1 code that was asked for or, once enough was heard, detected; empty until then."""

    @property
    def position(self) -> float:
        """Seconds of the stream that were fed, `start` included."""

    @property
    def settled(self) -> float:
        """Seconds before which nothing will be said any more: all is final or was silence. Never shrinks."""

    def feed(self, pcm: bytes, *, hurry: bool = False) -> list[Hypothesis]:
        """Take the next stretch (16 kHz, mono, s16le) and answer with what is new, oldest first.

        `hurry` leaves out interim results, because the caller lags behind. Silence and noise answer nothing.
        Raises Unavailable; the stretch was taken nevertheless, and a later call decodes it.
        """

    def flush(self) -> list[Hypothesis]:
        """End the open utterance here: all that was fed is final after this. The stream goes on.

        Raises Unavailable, and then may be called again.
        """


class StreamingSpeech(Speech, Protocol):
    def open(self, *, language: str | None = None, hint: str = "", start: float = 0.0) -> SpeechStream:
        """Begin a live stream whose first sample lies `start` seconds after its beginning.

        Loads the model where that has not happened. Any number of streams may be open, each in its own
        thread. Raises Unavailable, Misconfigured, Unsupported.
        """
