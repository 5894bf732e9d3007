"""Meetings with real little recordings, for tests."""

import functools
import io
import math
import struct
import wave
from datetime import UTC, datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from accounts.tests.people import client, person, token
from audio.services import recordings
from meetings.models import Meeting
from meetings.services import meetings

__all__ = ["MONDAY", "SAID", "add_recording", "client", "meeting", "person", "say", "token", "upload", "wav"]

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def meeting(owner: User | None = None, **fields) -> Meeting:
    defaults = {
        "title": "Weekly sync",
        "start_time": MONDAY,
        "timezone": "UTC",
        "participants": [
            {"name": "Maya", "email": "maya@example.org"},
            {"name": "Daniel", "email": "daniel@example.org"},
        ],
    }
    return Meeting.objects.create(owner=owner or person(), **(defaults | fields))


@functools.cache
def wav(seconds: float = 30.0, *, rate: int = 8000, hertz: float = 440.0) -> bytes:
    """A tone as a WAV file."""
    samples = (int(9000 * math.sin(2 * math.pi * hertz * n / rate)) for n in range(int(seconds * rate)))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return file.getvalue()


def upload(content: bytes | None = None, name: str = "meeting.wav") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, wav() if content is None else content)


def add_recording(to: Meeting, content: bytes | None = None) -> None:
    """Without opening a run."""
    stored = recordings.store(upload(content), meeting_id=to.pk)
    recordings.attach(to.pk, [stored], starts_at=to.start_time)


SAID = (
    "Decision: The release stays on Thursday.",
    "Point: The import is fast again.",
    "Action: Daniel will update the runbook by Wednesday.",
    "Action: Maya will call the customer by tomorrow.",
    "Question: Who tests the export?",
)


def say(in_meeting: Meeting, *sentences: str, at: float = 0.0) -> None:
    """A transcript that a client posted: a sentence each five seconds from `at`, and no sound."""
    segments = [
        {"start": at + 5 * n, "end": at + 5 * n + 4, "text": text} for n, text in enumerate(sentences or SAID)
    ]
    meetings.add_client_segments(in_meeting, segments)
