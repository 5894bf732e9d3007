"""What goes over `/audio/stream`: down in envelopes `{type, payload, ts, seq}`, up as `{type, payload?}`.

`seq` counts the messages of one connection from 1. All times of sound count from the stream's first sample.
"""

from dataclasses import dataclass, field

from core.realtime import Control, Event

PROTOCOL = 1


@dataclass(frozen=True)
class SampleFormat:
    """How the server reads the binary frames."""

    encoding: str
    """pcm_s16le, ogg_opus or webm."""
    sample_rate: int
    """Hz; a container says its own."""
    channels: int
    """1, or 2 that alternate sample by sample."""


@dataclass(frozen=True)
class Limits:
    """What the server takes, and how often it speaks."""

    max_frame_bytes: int
    """A larger binary frame is not taken."""
    max_gap_ms: int
    """A longer `gap` is not taken: begin a new stream."""
    max_duration_ms: int
    """The stream is closed when it has become so long."""
    max_streams: int
    """How many are transcribed at a time by the process that answers."""
    ack_interval_ms: int
    """While sound comes, there is an `ack` at most so often."""
    heartbeat_interval_ms: int
    """There is a `heartbeat` this often."""
    idle_timeout_ms: int
    """After so long without a message from the client the connection is closed; the stream can be resumed."""


@dataclass(frozen=True)
class SessionBegun(Event):
    """The first message: the stream is open. Sound goes on at `stored_ms`, a container at `stored_bytes`."""

    type = "session"

    stream_id: str
    meeting_id: str
    """The meeting to which the sound belongs; made for this stream where none was named."""
    protocol: int
    """Version of these messages."""
    resume_token: str | None
    """For `?resume=` after a lost connection; told once, so it is null when the stream was resumed."""
    format: SampleFormat
    limits: Limits
    stored_ms: int
    """Milliseconds that are durably stored; 0 unless the stream was resumed."""
    stored_bytes: int
    """The same in bytes."""
    heard_ms: int
    """From here on live text is told; what an earlier connection has told of later sound comes again."""
    transcribe: bool
    """Whether `transcript` messages come; without, sound becomes text when the meeting is completed."""
    first_segment_id: int
    """Segments of this connection have this number or a higher one."""


@dataclass(frozen=True)
class SoundStored(Event):
    """So much of the stream is durably stored: it is in the meeting, whatever dies from now on."""

    type = "ack"
    droppable = True

    stored_ms: int
    stored_bytes: int


@dataclass(frozen=True)
class WordHeard:
    """One word of a segment."""

    word: str
    """With its punctuation."""
    start: float
    """Seconds."""
    end: float
    """Seconds."""
    confidence: float
    """Between 0 and 1."""


@dataclass(frozen=True)
class Transcribed(Event):
    """What a segment is taken for so far; a message of the same segment with a higher `rev` replaces it."""

    type = "transcript"

    segment_id: int
    """Grows within the stream, with jumps."""
    rev: int
    """Counts from 1 within the segment."""
    text: str
    """Empty where a segment is taken back, because the engine has failed."""
    start: float
    """Seconds."""
    end: float
    """Seconds."""
    is_final: bool
    """Nothing of the segment changes any more but its speaker."""
    speech_final: bool
    """The speaker has paused: an utterance ends with this segment."""
    stable: int
    """So many words, from the first, do not change any more."""
    words: tuple[WordHeard, ...]
    speaker: str | None
    """`Speaker 1`..., or null as long as it is not known."""

    @property
    def droppable(self) -> bool:
        """A later revision says more; a final is the last."""
        return not self.is_final


@dataclass(frozen=True)
class SegmentSpeaker:
    """Who says a segment after all."""

    segment_id: int
    speaker: str


@dataclass(frozen=True)
class SpeakersCorrected(Event):
    """Diarization has changed its mind about segments that were told."""

    type = "speaker_revision"

    segments: tuple[SegmentSpeaker, ...]


@dataclass(frozen=True)
class Heartbeat(Event):
    """How the stream fares."""

    type = "heartbeat"
    droppable = True

    lag_ms: int
    """Sound that has come and is not transcribed yet. Beyond 2000 there are no interim results."""
    rtf: float
    """Seconds of work per second of sound, of late."""
    received_ms: int
    """Sound that has come."""
    stored_ms: int
    """Sound that is durably stored."""


@dataclass(frozen=True)
class Warned(Event):
    """Something is missing or about to happen; the stream goes on, and sound is stored."""

    type = "warning"

    code: str
    """NO_LIVE_TEXT, NO_LIVE_SPEAKERS or IDLE."""
    detail: str
    """A sentence for a person."""


@dataclass(frozen=True)
class Finalized(Event):
    """The answer to `finalize`: all that was sent before it is stored, and its text is final."""

    type = "finalized"

    stored_ms: int
    stored_bytes: int
    segments: int
    """Segments that this connection has made final so far."""


@dataclass(frozen=True)
class StreamEnded(Event):
    """The last message: the stream is closed, and becomes a recording of the meeting."""

    type = "closed"

    stream_id: str
    meeting_id: str
    stored_ms: int
    stored_bytes: int
    segments: int
    """Segments that this connection has made final."""
    duration_ms: int
    """How long the stream is, silence for gaps included."""


@dataclass(frozen=True)
class Keepalive(Control):
    """Nothing is said at the moment, but the client is there."""

    type = "keepalive"


@dataclass(frozen=True)
class Finalize(Control):
    """Make all text final that can be said by now, and go on."""

    type = "finalize"


@dataclass(frozen=True)
class Close(Control):
    """There is no more sound: finish the text, close the stream."""

    type = "close"


@dataclass(frozen=True)
class Gap(Control):
    """Sound is missing before the next frame: later times are as if silence had been sent. Only of PCM."""

    type = "gap"

    ms: int = field(metadata={"schema": {"minimum": 1}})
    """How much."""
