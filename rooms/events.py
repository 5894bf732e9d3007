"""What the watchers of a room are told; `seq` orders all of it within the room.

`rooms.services.log` numbers and stores events inside the transaction that makes them true, and publishes them
when it is committed. `TranscriptPartial` is numbered, but not stored: the message that follows has its words.
"""

from dataclasses import dataclass, field

from core.realtime import Event


def group_of(room_id) -> str:
    """The sockets of a room."""
    return f"room.{room_id}"


def group_of_person(room_id, user_id) -> str:
    """One person's sockets in a room, which are closed when the person is no participant any more."""
    return f"room.{room_id}.{user_id}"


@dataclass(frozen=True)
class SpeakerChanged(Event):
    """Somebody else, or nobody, holds the speaker lock; not sent for heartbeats."""

    type = "speaker.changed"

    room_id: str
    current_speaker_user_id: str | None
    speaker_expires_at: str | None
    grant: int | None
    """The fencing token of the new speaker's grant."""


@dataclass(frozen=True)
class MessageCreated(Event):
    """Something was said, and is final."""

    type = "message.created"

    message_id: str
    room_id: str
    sender_user_id: str | None
    sender_email: str
    text: str
    status: str
    created_at: str
    segment_id: int | None = None
    """The partial transcript that this message completes, where it was spoken over a socket."""
    kind: str = field(default="stt", metadata={"name": "type"})

    def payload(self) -> dict:
        payload = super().payload()
        payload["type"] = payload.pop("kind")
        return payload


@dataclass(frozen=True)
class TranscriptPartial(Event):
    """What the speaker has said so far of a message to come; `rev` grows, words may still change."""

    type = "transcript.partial"
    droppable = True

    room_id: str
    sender_user_id: str
    segment_id: int
    rev: int
    text: str


@dataclass(frozen=True)
class ParticipantJoined(Event):
    """Somebody has taken a seat."""

    type = "participant.joined"

    room_id: str
    user_id: str
    email: str
    joined_at: str


@dataclass(frozen=True)
class ParticipantLeft(Event):
    """A seat is free: its holder `left`, was `absent` for too long, was `removed`, or is `deleted`."""

    type = "participant.left"

    room_id: str
    user_id: str
    reason: str


@dataclass(frozen=True)
class ObserverJoined(Event):
    """From now on what is said in the room is recorded for a meeting of this person."""

    type = "observer.joined"

    room_id: str
    observer_id: str
    user_id: str
    email: str
    name: str


@dataclass(frozen=True)
class ObserverLeft(Event):
    """What is said from now on is not recorded any more for that meeting."""

    type = "observer.left"

    room_id: str
    observer_id: str
    user_id: str


@dataclass(frozen=True)
class RoomChanged(Event):
    """The owner has changed title, capacity, language or password."""

    type = "room.changed"

    room_id: str
    title: str
    capacity: int
    language: str
    has_password: bool


@dataclass(frozen=True)
class RoomClosed(Event):
    """The room was `closed` or `deleted`; its sockets are closed after this."""

    type = "room.closed"

    room_id: str
    reason: str


@dataclass(frozen=True)
class AudioRefused(Event):
    """To one socket only: its audio was not taken (`NOT_SPEAKER`, `OLD_GRANT`, `LIVE_FULL`, ...)."""

    type = "audio.refused"

    room_id: str
    code: str
    detail: str


@dataclass(frozen=True)
class Refetch(Event):
    """To one socket only: more was missed than is kept; read messages and participants over REST."""

    type = "refetch"

    room_id: str
    seq: int
    """Of the newest event; what follows is told."""
