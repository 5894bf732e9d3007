"""How a session of a live stream puts what it knows into messages, and the limits that it names."""

from django.conf import settings

from audio.media.live import LiveFormat
from audio.models import LiveStream
from audio.services import streams

from . import admission, messages
from .told import Heard

MAX_FRAME = 256 * 1024
ACK_EVERY = 0.2
"""Seconds between two acknowledgements at least."""
HEARTBEAT = 5.0
IDLE = 60.0
SEGMENTS_PER_EPOCH = 100_000
"""More than a stream of the longest duration has: so the segments of no two connections share a number."""


def greeting(
    stream: LiveStream, form: LiveFormat, token: str | None, *, hears: bool, heard_ms: int, first: int
) -> messages.SessionBegun:
    """The first message; `first` is the number of the connection's first segment."""
    return messages.SessionBegun(
        stream_id=str(stream.pk),
        meeting_id=str(stream.meeting_id),
        protocol=messages.PROTOCOL,
        resume_token=token,
        format=messages.SampleFormat(form.encoding, form.sample_rate, form.channels),
        limits=limits(),
        stored_ms=stream.stored_ms,
        stored_bytes=stream.stored_bytes,
        heard_ms=heard_ms,
        transcribe=hears,
        first_segment_id=first,
    )


def limits() -> messages.Limits:
    return messages.Limits(
        max_frame_bytes=MAX_FRAME,
        max_gap_ms=streams.LONGEST_GAP_MS,
        max_duration_ms=round(settings.MAX_AUDIO_DURATION.total_seconds() * 1000),
        max_streams=admission.transcriptions.most,
        ack_interval_ms=round(ACK_EVERY * 1000),
        heartbeat_interval_ms=round(HEARTBEAT * 1000),
        idle_timeout_ms=round(IDLE * 1000),
    )


def transcribed(told: Heard, *, first: int) -> messages.Transcribed:
    """A hypothesis as a message; segments count from `first`."""
    heard = told.hypothesis
    return messages.Transcribed(
        segment_id=first + heard.segment,
        rev=heard.rev,
        text=heard.text,
        start=round(heard.start, 3),
        end=round(heard.end, 3),
        is_final=heard.is_final,
        speech_final=heard.speech_final,
        stable=heard.stable,
        words=tuple(
            messages.WordHeard(word.text, round(word.start, 3), round(word.end, 3), round(word.confidence, 3))
            for word in heard.words
        ),
        speaker=told.speaker,
    )
