"""The speaker lock: a lease with a queue and a fencing token. Called by the REST views and by the sockets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models.functions import Now

from rooms.errors import NotParticipant, NotSpeaker, RoomClosed, RoomNotFound, SpeakerTaken, StaleGrant
from rooms.models import Room, Seat, Waiting
from rooms.services import mutex, turns


@dataclass(frozen=True)
class Turn:
    """The lock is the caller's."""

    current_speaker_user_id: UUID
    expires_at: datetime
    grant: int
    acquired: Literal[True] = True


@dataclass(frozen=True)
class Place:
    """The caller waits for the lock; 1 is next."""

    position: int
    current_speaker_user_id: UUID
    expires_at: datetime
    acquired: Literal[False] = False


@dataclass(frozen=True)
class Grant:
    """The right to be heard in a room: it was the speaker's when their sound arrived."""

    room_id: UUID
    user_id: UUID
    number: int
    language: str


def acquire(user, room_id, *, wait: bool = False) -> Turn | Place:
    """Take the lock, or renew it: its holder keeps their grant, and nobody is told.

    Where somebody else has it one may `wait`: the grant comes as an event, to who has waited longest first.
    Raises RoomNotFound, NotParticipant, RoomClosed, SpeakerTaken.
    """
    with mutex.held(room_id, by=user) as room:
        if not Seat.objects.filter(room=room, user=user).exists():
            raise NotParticipant
        if room.closed_at is not None:
            raise RoomClosed
        if room.speaker_id is None:
            turns.give(room, user.pk)
        elif room.speaker_id == user.pk:
            turns.prolong(room)
        elif wait:
            return _queued(room, user)
        else:
            raise SpeakerTaken
        return _turn(room)


def heartbeat(user, room_id) -> Turn:
    """Extend the holder's time to live; nobody is told. Raises RoomNotFound, NotSpeaker."""
    with mutex.held(room_id, by=user) as room:
        _require_speaker(room, user)
        turns.prolong(room)
        return _turn(room)


def release(user, room_id) -> None:
    """Give the lock back; who has waited longest has it then. Raises RoomNotFound, NotSpeaker."""
    with mutex.held(room_id, by=user) as room:
        _require_speaker(room, user)
        turns.end(room)


def stop_waiting(user, room_id) -> None:
    """Leave the queue, if one is in it; a grant that has come by then stays.

    Raises RoomNotFound, NotParticipant.
    """
    with mutex.held(room_id, by=user) as room:
        if not Seat.objects.filter(room=room, user=user).exists():
            raise NotParticipant
        Waiting.objects.filter(room=room, user=user).delete()


def require(user, room_id, grant: int | None = None) -> Grant:
    """The grant of who holds the lock at this moment; what is heard with it counts though the lock lapses.

    A client that says which `grant` it speaks with must name the present one.
    Raises RoomNotFound, NotSpeaker, StaleGrant.
    """
    room = Room.objects.annotate(now=Now()).filter(pk=room_id).first()
    if room is None:
        raise RoomNotFound
    _require_speaker(room, user)
    if grant is not None and grant != room.grant:
        raise StaleGrant
    return Grant(room.pk, user.pk, room.grant, room.language)


def _require_speaker(room: Room, user) -> None:
    lapsed = room.speaker_until is None or room.speaker_until <= room.now
    if room.speaker_id != user.pk or lapsed:
        raise NotSpeaker


def _queued(room: Room, user) -> Place:
    Waiting.objects.get_or_create(room=room, user=user)
    return Place(turns.queue(room).index(user.pk) + 1, room.speaker_id, room.speaker_until)


def _turn(room: Room) -> Turn:
    return Turn(room.speaker_id, room.speaker_until, room.grant)
