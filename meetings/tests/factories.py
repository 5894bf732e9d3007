"""Meetings with real little recordings, for tests."""

import io
import math
import struct
import uuid
import wave
from datetime import UTC, datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from audio.services import recordings
from meetings.models import Meeting

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def person(email: str | None = None, **fields) -> User:
    return User.objects.create_user(
        email or f"{uuid.uuid4().hex[:12]}@example.org", "a-long-password", **fields
    )


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
