"""Rooms with people in them, and time that passes, for tests."""

import io
import wave
from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Now

from accounts.models import User
from accounts.tests.people import person
from rooms.models import Message, Room, RoomEvent, Seat
from rooms.services import rooms, seats


def room(owner: User | None = None, *people: User, **fields) -> Room:
    """With these people in it, who have joined in this order."""
    made = rooms.create(owner or person(), **({"title": "Stand-up"} | fields))
    for each in people:
        seats.join(each, made.pk, password=fields.get("password"))
    return made


def pass_time(seconds: float) -> None:
    """All rooms and seats are as they will be then: everything that they wait for comes closer."""
    away = timedelta(seconds=seconds)
    Room.objects.update(speaker_until=F("speaker_until") - away)
    Seat.objects.update(present_until=F("present_until") - away)


def told(room: Room) -> list[tuple[str, str | None]]:
    """The stored events of a room in their order, each with whom it is about."""
    about = ("user_id", "current_speaker_user_id", "sender_user_id")
    return [
        (event.type, next((event.payload[key] for key in about if key in event.payload), None))
        for event in RoomEvent.objects.filter(room=room).order_by("seq")
    ]


def say(in_room: Room, sender: User | None, *texts: str) -> list[Message]:
    """Messages without events."""
    return [
        Message.objects.create(room=in_room, sender=sender, text=text, meta={"processing_time_ms": 12.5})
        for text in texts
    ]


def stay(room: Room, *, hours: int = 1) -> None:
    """Whoever sits there is present for long, and whoever speaks may."""
    long = Now() + timedelta(hours=hours)
    Seat.objects.filter(room=room).update(present_until=long)
    Room.objects.filter(pk=room.pk, speaker__isnull=False).update(speaker_until=long)


def recorded(seconds: float, *, silent: bool = False) -> bytes:
    """A WAV file in which something can be heard, or nothing."""
    sample, rate = (b"\0\0" if silent else b"\x10\x27"), 8000
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(sample * round(seconds * rate))
    return out.getvalue()
