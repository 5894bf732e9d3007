"""Meetings with real little recordings, for tests."""

import functools
import io
import math
import struct
import uuid
import wave
from datetime import UTC, datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import sessions
from audio.services import recordings
from meetings.models import Meeting
from meetings.services import meetings

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def person(email: str | None = None, **fields) -> User:
    return User.objects.create_user(
        email or f"{uuid.uuid4().hex[:12]}@example.org", "a-long-password", **fields
    )


def client(person: User) -> APIClient:
    """Signed in with a token of theirs; an unforeseen error is an answer, as it is for users."""
    signed_in = APIClient(raise_request_exception=False)
    signed_in.credentials(HTTP_AUTHORIZATION=f"Bearer {token(person)}")
    return signed_in


def token(person: User) -> str:
    return sessions.start(person).access


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
